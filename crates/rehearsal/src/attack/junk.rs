//! Junk at the SIP address: garbage, broken messages and good ones that mean nothing, from strangers and from known peers.
//! Every honest call is answered meanwhile.

use super::honest::{Honest, Wish, call};
use super::{Attackers, Dice, Pace};
use crate::clock::{now, spawn};
use crate::sip::{Identity, Phone};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// What is to be done.
#[derive(Debug, Clone)]
pub struct Junk {
    /// The service's SIP address.
    pub sip: SocketAddr,
    /// The number that honest callers call.
    pub number: String,
    /// The number that they call from, as the trunk tells it.
    pub caller: String,
    /// Messages a second.
    pub rate: f64,
    /// For how long.
    pub duration: Duration,
    /// Addresses that the service takes calls from.
    pub peers: Vec<IpAddr>,
    /// Addresses that it knows nothing of.
    pub strangers: Vec<IpAddr>,
    /// Where the honest callers are.
    pub honest: IpAddr,
    /// Between two honest calls.
    pub every: Duration,
}

/// What became of it.
#[derive(Debug, Clone, Default)]
pub struct Junked {
    /// Messages that the kernel took, and those that it did not.
    pub sent: (u64, u64),
    /// Datagrams that came back.
    pub answered: u64,
    /// How late the generator was at worst.
    pub lag: Duration,
    /// The honest callers.
    pub honest: Honest,
}

/// Floods and calls.
///
/// # Errors
/// Words, if the addresses cannot be used.
pub async fn junk(plan: &Junk, mut progress: impl FnMut(u64)) -> Result<Junked, String> {
    let addresses: Vec<IpAddr> = plan.peers.iter().chain(&plan.strangers).copied().collect();
    let attackers = Attackers::open(&addresses)?;
    let calling = spawn(honest(plan.clone()));
    let (mut pace, mut dice) = (Pace::new(plan.rate), Dice::new());
    let wanted = (plan.rate * plan.duration.as_secs_f64()) as u64;
    let mut told = Junked::default();
    while told.sent.0 + told.sent.1 < wanted {
        for _ in 0..pace.due().await {
            let which = dice.below(addresses.len());
            let bytes = message(plan, &mut dice);
            let taken = attackers.send(which, &bytes, plan.sip);
            told.sent.0 += u64::from(taken);
            told.sent.1 += u64::from(!taken);
        }
        told.answered += attackers.answers();
        progress(told.sent.0);
    }
    told.lag = pace.lag();
    told.honest = calling.await.map_err(|fault| fault.to_string())?;
    told.answered += attackers.answers();
    Ok(told)
}

/// Calls, one after the other, for as long as the flood lasts.
async fn honest(plan: Junk) -> Honest {
    let begun = now();
    let mut told = Honest::default();
    let mut calls = Vec::new();
    let Ok(phone) = Phone::open(plan.sip, Some(SocketAddr::new(plan.honest, 0))).await else { return told };
    let mut place = 0;
    while now() - begun < plan.duration {
        let (phone, number) = (phone.clone(), plan.number.clone());
        let from = Identity { from: format!("sip:{}@trunk.invalid", plan.caller), ..Identity::default() };
        let wish = Wish::Greeting(Duration::from_secs(3));
        calls.push(spawn(async move { call(&phone, &number, &from, wish, (place, begun)).await }));
        place += 1;
        tokio::time::sleep(plan.every).await;
    }
    for call in calls {
        if let Ok(fate) = call.await {
            told.add(&fate);
        }
    }
    told
}

/// One message: the kinds take turns by chance.
fn message(plan: &Junk, dice: &mut Dice) -> Vec<u8> {
    let id = dice.next();
    let good = |method: &str, more: &str, body: &str| {
        format!(
            "{method} sip:nobody@{} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;rport;branch=z9hG4bK{id:x}\r\nMax-Forwards: 70\r\n\
             From: <sip:{}@trunk.invalid>;tag={id:x}\r\nTo: <sip:nobody@x.invalid>{more}\r\nCall-ID: {id:x}@x\r\n\
             CSeq: 1 {method}\r\nContact: <sip:x@127.0.0.1:9>\r\nContent-Length: {}\r\n\r\n{body}",
            plan.sip,
            plan.caller,
            body.len()
        )
        .into_bytes()
    };
    match dice.below(16) {
        0..=3 => {
            let length = dice.below(900);
            dice.bytes(length)
        }
        4..=8 => {
            // A good message of which some bytes were changed.
            let mut bytes = good("INVITE", "", "v=0\r\n");
            for _ in 0..1 + dice.below(12) {
                let at = dice.below(bytes.len());
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = (dice.next() & 0xFF) as u8;
                }
            }
            bytes
        }
        9 => good("OPTIONS", "", ""),
        10 => good("BYE", ";tag=nobody", ""),
        11 => good("CANCEL", "", ""),
        12 => good("REGISTER", "", ""),
        13 => good("INVITE", "", "v=0\r\nm=nothing\r\n"),
        14 => [b"INVITE sip:x SIP/2.0\r\n".to_vec(), b"Subject: x\r\n".repeat(dice.below(700))].concat(),
        _ => {
            format!("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP x;branch=z9hG4bK{id:x}\r\nCSeq: 1 INVITE\r\n\r\n").into_bytes()
        }
    }
}
