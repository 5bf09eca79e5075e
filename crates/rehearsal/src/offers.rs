//! How soon a desk rings once its listener is free while somebody waits: from the press of "ready" to the word that the desk
//! rings, both seen at the desk's own socket.

use crate::browser::{Noticed, Peer, Socket, sign_in};
use crate::clock::now;
use crate::measure::Times;
use crate::robot::VOICE;
use crate::sip::{Identity, Phone};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;

/// What is to be measured.
#[derive(Debug, Clone)]
pub struct Offers {
    /// The service's pages.
    pub http: SocketAddr,
    /// The service's SIP address.
    pub sip: SocketAddr,
    /// The number that the waiting caller calls: of a line that rings until a human answers.
    pub number: String,
    /// The secret of a link with which the listener signs in.
    pub secret: String,
    /// How often.
    pub times: usize,
}

/// How long the desk may stay silent before the measuring is given up.
const PATIENCE: Duration = Duration::from_secs(30);

/// Has one caller wait, and one listener say "ready", leave the call to somebody else, and say "ready" again.
///
/// # Errors
/// Words: the service cannot be reached, or does not ring the desk.
pub async fn offers(plan: &Offers, mut progress: impl FnMut(usize)) -> Result<Times, String> {
    let cookie = sign_in(plan.http, &plan.secret).await?;
    let mut socket = Socket::open(plan.http, None, "/desk/ws", Some(&cookie)).await?;
    let mut peer = Peer::open(plan.http, None, VOICE).await?;
    socket.send(&json!({"do": "voice", "offer": peer.offer})).await?;
    let phone = Phone::open(plan.sip, None).await.map_err(|fault| fault.to_string())?;
    let mut call = phone.invite(&plan.number, &Identity::default()).await.map_err(|fault| fault.to_string())?;
    let (leave, left) = tokio::sync::oneshot::channel::<()>();
    let waiting = crate::clock::spawn(async move {
        let told_to_leave = async {
            let _told = left.await;
        };
        call.ring(told_to_leave, |_| {}).await
    });
    let mut times = Times::default();
    let mut asked = None;
    let mut count = 0;
    while count < plan.times {
        tokio::select! {
            message = socket.next() => {
                let message = message?;
                let at = now();
                if let Some(answer) = message.pointer("/voice/answer").and_then(Value::as_str) {
                    peer.take_answer(answer)?;
                    continue;
                }
                let Some(state) = message.get("state") else { continue };
                let word = |name: &str| state.get(name).and_then(Value::as_str);
                match (word("presence"), word("call")) {
                    (Some("offered"), Some(rings)) => {
                        if let Some(asked) = asked.take() {
                            times.add(at - asked);
                            count += 1;
                            progress(count);
                            socket.send(&json!({"do": "decline", "call": rings})).await?;
                        }
                    }
                    (Some("paused"), _) if asked.is_none() => {
                        asked = Some(now());
                        socket.send(&json!({"do": "ready"})).await?;
                    }
                    _ => {}
                }
            }
            noticed = peer.next() => match noticed {
                Noticed::Connected => {
                    asked = Some(now());
                    socket.send(&json!({"do": "ready"})).await?;
                }
                Noticed::Gone => return Err("the voice is gone".into()),
                Noticed::Heard(_) => {}
            },
            () = tokio::time::sleep(PATIENCE) => {
                return Err(format!("the desk did not ring for {} s: is another listener there?", PATIENCE.as_secs()));
            }
        }
    }
    // A caller who was answered has left already, by what came: the figures stand all the same.
    let _left = leave.send(());
    let _over = waiting.await;
    Ok(times)
}
