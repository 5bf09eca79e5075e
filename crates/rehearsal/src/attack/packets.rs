//! Forged packets at one talk, from every address but the right ones: none may be passed on, answered or learnt from, and
//! both ends hear each other as if nothing were.

use super::forged::{FORGED_TONE, Known, forged};
use super::{Attackers, Dice, Pace, metric};
use crate::browser::{Noticed, Peer, Socket, sign_in};
use crate::clock::{now, spawn};
use crate::measure::{Ear, Heard};
use crate::robot::VOICE;
use crate::sip::{Call, Identity, Phone, Signal, sound};
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;
use telephony::audio::{FRAME, tone};
use tokio::sync::{mpsc, watch};

/// The caller's voice, in hertz.
const CALLER_VOICE: f64 = 440.0;
/// How long the two may take to hear each other.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is to be done.
#[derive(Debug, Clone)]
pub struct Spray {
    /// The service's SIP address.
    pub sip: SocketAddr,
    /// Its pages.
    pub http: SocketAddr,
    /// The number to call.
    pub number: String,
    /// The caller's own, as the trunk tells it.
    pub caller: String,
    /// The secret of a link with which the listener signs in.
    pub secret: String,
    /// Forged packets in all.
    pub count: u64,
    /// And in a second.
    pub rate: f64,
}

/// What one end heard while the packets came.
#[derive(Debug, Clone, Default)]
pub struct End {
    /// Packets that should have come, and those that did not.
    pub packets: (u64, u64),
    /// Packets that came twice or out of nowhere: more than there should have been.
    pub too_many: u64,
    /// Tenths of a second heard, and those that were the other's tone and hardly anything else.
    pub tenths: (u64, u64),
    /// Those in which the forged tone was heard.
    pub forged: u64,
    /// By how much this end's own clock was late at worst.
    pub lag: Duration,
}

/// What became of it.
#[derive(Debug, Clone)]
pub struct Sprayed {
    /// Forged packets that the kernel took, and those that it did not.
    pub sent: (u64, u64),
    /// Datagrams that came back to those who forged.
    pub answered: u64,
    /// How many packets the service says it dropped because they came from nowhere that was signalled.
    pub foreign: Option<u64>,
    /// How late the generator was at worst.
    pub lag: Duration,
    /// The telephone.
    pub caller: End,
    /// The desk.
    pub listener: End,
    /// Whether the call was still there at the end, and was ended by the caller.
    pub ended_well: bool,
}

impl Sprayed {
    /// Whether nothing forged went through and nothing of the talk was lost.
    #[must_use]
    pub fn held(&self) -> bool {
        let whole =
            |end: &End| end.forged == 0 && end.too_many == 0 && end.tenths.0 == end.tenths.1 && end.tenths.0 > 0;
        self.ended_well && self.answered == 0 && whole(&self.caller) && whole(&self.listener)
    }
}

/// Has two people talk, and throws forged packets at their talk.
///
/// # Errors
/// Words: the service cannot be reached, or the two do not come to talk.
pub async fn spray(plan: &Spray, mut progress: impl FnMut(u64)) -> Result<Sprayed, String> {
    let (done, stop) = watch::channel(false);
    let (told, mut heard) = mpsc::unbounded_channel();
    let desk = spawn(listener(plan.clone(), told.clone(), stop.clone()));
    let names = async {
        loop {
            match heard.recv().await {
                Some(Progress::Connected(names, browsers, source)) => return Some((names, browsers, source)),
                Some(_) => {}
                None => return None,
            }
        }
    };
    let waited = tokio::time::timeout(PATIENCE, names).await.ok().flatten();
    let Some((names, browsers, listeners_source)) = waited else {
        desk.abort();
        return Err(desk.await.map_or("the desk does not connect".into(), |end| end.err().unwrap_or_default()));
    };
    let phone = Phone::open(plan.sip, None).await.map_err(|fault| fault.to_string())?;
    let from = Identity { from: format!("sip:{}@trunk.invalid", plan.caller), ..Identity::default() };
    let mut call = phone.invite(&plan.number, &from).await.map_err(|fault| fault.to_string())?;
    let rung = call.ring(std::future::pending(), |_| {}).await.map_err(|fault| fault.to_string())?;
    if rung != Signal::Answered {
        return Err(format!("the call was not answered: {rung:?}"));
    }
    let sound = call.media().ok_or("the service's answer names no address for sound")?;
    let talking = spawn(caller(call, told, stop));
    let mut hearing = 0;
    let both = async {
        while hearing < 2 {
            match heard.recv().await {
                Some(Progress::Hears) => hearing += 1,
                Some(Progress::Connected(..)) => {}
                None => return,
            }
        }
    };
    let _too_long = tokio::time::timeout(PATIENCE, both).await;
    if hearing < 2 {
        return Err("the two do not hear each other".into());
    }
    let before = metric(plan.http, FOREIGN).await;
    let known = Known { sound, browsers, names, listeners_source };
    let (sent, answered, lag) = throw(plan, &known, &mut progress).await?;
    // What is still on its way arrives, and is judged with the rest.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let after = metric(plan.http, FOREIGN).await;
    done.send_replace(true);
    let words = |fault: tokio::task::JoinError| fault.to_string();
    let (caller, ended_well) = talking.await.map_err(words)?;
    let listener = desk.await.map_err(words)??;
    let foreign = before.zip(after).map(|(before, after)| after.saturating_sub(before));
    Ok(Sprayed { sent, answered, foreign, lag, caller, listener, ended_well })
}

/// The service's own count of packets from nowhere that was signalled.
const FOREIGN: &str = "vigie_media_packets_foreign_total";

/// Sends all of them: those taken by the kernel and not, those that came back, and how late it was at worst.
async fn throw(
    plan: &Spray,
    known: &Known,
    progress: &mut impl FnMut(u64),
) -> Result<((u64, u64), u64, Duration), String> {
    // Strangers, and two at the caller's own address whose ports are others.
    let mut addresses: Vec<IpAddr> = (1..=6).map(|last| Ipv4Addr::new(127, 0, 9, last).into()).collect();
    addresses.extend([plan.sip.ip(), plan.sip.ip()]);
    let attackers = Attackers::open(&addresses)?;
    let (mut pace, mut dice) = (Pace::new(plan.rate), Dice::new());
    let (mut number, mut taken, mut answered) = (0, 0, 0);
    while number < plan.count {
        let due = pace.due().await.min(plan.count - number);
        for _ in 0..due {
            let (to, bytes) = forged(known, number, &mut dice);
            taken += u64::from(attackers.send(dice.below(addresses.len()), &bytes, to));
            number += 1;
        }
        answered += attackers.answers();
        progress(number);
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    answered += attackers.answers();
    Ok(((taken, number - taken), answered, pace.lag()))
}

/// How far the two have come.
enum Progress {
    /// The desk's voice stands: the names of both sides, where the service hears it, and its source.
    Connected(String, SocketAddr, u32),
    /// One end hears the other.
    Hears,
}

/// What an end counts once it hears the other.
struct Count {
    of: f64,
    end: End,
    begun: bool,
    before: (u64, u64, u64),
    due: Option<std::time::Instant>,
}

impl Count {
    fn new(of: f64) -> Self {
        Self { of, end: End::default(), begun: false, before: (0, 0, 0), due: None }
    }

    /// Whether this was the first tenth of a second in which the other was heard.
    fn hear(&mut self, heard: &Heard, ear: &Ear) -> bool {
        if !self.begun {
            self.begun = heard.is_tone(self.of);
            let packets = &ear.packets;
            self.before = (packets.expected(), packets.lost(), packets.received);
            return self.begun;
        }
        self.end.tenths.0 += 1;
        self.end.tenths.1 += u64::from(heard.is_tone(self.of));
        self.end.forged += u64::from(heard.has_tone(FORGED_TONE));
        false
    }

    fn ticked(&mut self) {
        let at = now();
        if let Some(due) = self.due.filter(|_| self.begun) {
            self.end.lag = self.end.lag.max(at.saturating_duration_since(due));
        }
        self.due = Some(at + Duration::from_millis(20));
    }

    fn finish(mut self, ear: &Ear) -> End {
        let packets = &ear.packets;
        let expected = packets.expected() - self.before.0;
        let received = packets.received - self.before.2;
        self.end.packets = (expected, expected.saturating_sub(received));
        self.end.too_many = received.saturating_sub(expected);
        self.end
    }
}

async fn caller(mut call: Call, told: mpsc::UnboundedSender<Progress>, mut stop: watch::Receiver<bool>) -> (End, bool) {
    let mut clock = tokio::time::interval(Duration::from_millis(20));
    clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    let (socket, mut ear, mut count, mut sent) = (call.ear(), Ear::default(), Count::new(VOICE), 0);
    loop {
        tokio::select! {
            _ = stop.changed() => break,
            _ = clock.tick() => {
                count.ticked();
                call.send_sound(&tone::sine(CALLER_VOICE, 0.3, sent, FRAME)).await;
                sent += FRAME as u64;
            }
            message = call.messages.recv() => if call.take(message).await {
                return (count.finish(&ear), false);
            },
            (sequence, samples) = sound(&socket) => {
                if let Some(heard) = ear.hear(sequence, &samples)
                    && count.hear(&heard, &ear)
                {
                    // Nobody waits for it any more only if the run has failed already.
                    let _failed = told.send(Progress::Hears);
                }
            }
        }
    }
    let end = count.finish(&ear);
    (end, call.hang_up().await.is_some())
}

async fn listener(
    plan: Spray,
    told: mpsc::UnboundedSender<Progress>,
    mut stop: watch::Receiver<bool>,
) -> Result<End, String> {
    let cookie = sign_in(plan.http, &plan.secret).await?;
    let mut socket = Socket::open(plan.http, None, "/desk/ws", Some(&cookie)).await?;
    let mut peer = Peer::open(plan.http, None, VOICE).await?;
    socket.send(&json!({"do": "voice", "offer": peer.offer})).await?;
    let mut count = Count::new(CALLER_VOICE);
    let mut known = None;
    loop {
        tokio::select! {
            _ = stop.changed() => break,
            message = socket.next() => {
                let message = message?;
                if let Some(answer) = message.pointer("/voice/answer").and_then(Value::as_str) {
                    peer.take_answer(answer)?;
                    known = known_of(&peer.offer, answer);
                }
                let Some(state) = message.get("state") else { continue };
                let word = |name: &str| state.get(name).and_then(Value::as_str);
                if let (Some("offered"), Some(call)) = (word("presence"), word("call")) {
                    socket.send(&json!({"do": "accept", "call": call})).await?;
                }
            }
            noticed = peer.next() => match noticed {
                Noticed::Connected => {
                    socket.send(&json!({"do": "ready"})).await?;
                    let (names, browsers, source) = known.take().ok_or("the answer names no address")?;
                    let _failed = told.send(Progress::Connected(names, browsers, source));
                }
                Noticed::Heard(heard) => if count.hear(&heard, &peer.ear) {
                    let _failed = told.send(Progress::Hears);
                },
                Noticed::Gone => return Err("the listener's voice is gone".into()),
            }
        }
    }
    Ok(count.finish(&peer.ear))
}

/// What somebody who has seen both descriptions knows of a connection.
fn known_of(offer: &str, answer: &str) -> Option<(String, SocketAddr, u32)> {
    let value = |text: &str, start: &str| text.lines().find_map(|line| line.strip_prefix(start).map(str::to_owned));
    let names = format!("{}:{}", value(answer, "a=ice-ufrag:")?, value(offer, "a=ice-ufrag:")?);
    let candidate = value(answer, "a=candidate:")?;
    let mut words = candidate.split(' ').skip(4);
    let address = SocketAddr::new(words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    // Where the offer does not tell the source, any other will do.
    let source = value(offer, "a=ssrc:").and_then(|line| line.split(' ').next()?.parse().ok());
    Some((names, address, source.unwrap_or(1)))
}
