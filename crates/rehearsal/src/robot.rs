//! A robot listener: a real desk over HTTP, WebSocket and WebRTC, with nobody behind it. It accepts each call after a
//! second, speaks a tone, listens, and closes the care record.

use crate::browser::{Noticed, Peer, Socket, sign_in};
use crate::clock::now;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// The robot's voice: a tone that neither speech nor the hold music resembles, in hertz.
pub const VOICE: f64 = 1000.0;

/// How a robot behaves.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    /// How long the desk rings before it accepts.
    pub accept_after: Duration,
    /// How long it takes to close the care record after a talk.
    pub write_for: Duration,
}

impl Default for Manner {
    fn default() -> Self {
        Self { accept_after: Duration::from_secs(1), write_for: Duration::from_millis(300) }
    }
}

/// Keeps a robot at its desk for as long as the future is polled. A lost desk is opened again.
pub async fn stay(http: SocketAddr, secret: String, manner: Manner) {
    let cookie = match sign_in(http, &secret).await {
        Ok(cookie) => cookie,
        Err(fault) => {
            tracing::error!(%fault, "a robot listener cannot sign in");
            return;
        }
    };
    let mut wait = Duration::from_secs(1);
    loop {
        let seated = now();
        if let Err(fault) = sit(http, &cookie, manner).await {
            tracing::debug!(%fault, "a robot listener lost its desk and opens it again");
        }
        // One that sat for a while comes back soon; one that cannot sit at all comes back ever later.
        wait = if now() - seated > wait { Duration::from_secs(1) } else { (wait * 2).min(Duration::from_secs(60)) };
        tokio::time::sleep(wait).await;
    }
}

/// What the robot means to do, and when.
#[derive(Debug, Clone, PartialEq)]
struct Intent {
    at: Instant,
    message: Value,
}

async fn sit(http: SocketAddr, cookie: &str, manner: Manner) -> Result<(), String> {
    let mut socket = Socket::open(http, None, "/desk/ws", Some(cookie)).await?;
    let mut peer = Peer::open(http, None, VOICE).await?;
    socket.send(&json!({"do": "voice", "offer": peer.offer})).await?;
    let mut intent: Option<Intent> = None;
    loop {
        let due = intent.as_ref().map_or_else(|| now() + Duration::from_secs(3600), |intent| intent.at);
        tokio::select! {
            () = tokio::time::sleep_until(due.into()), if intent.is_some() => {
                if let Some(intent) = intent.take() {
                    socket.send(&intent.message).await?;
                }
            }
            message = socket.next() => {
                let message = message?;
                if let Some(answer) = message.pointer("/voice/answer").and_then(Value::as_str) {
                    peer.take_answer(answer)?;
                } else if let Some(refused) = message.pointer("/voice/refused").and_then(Value::as_str) {
                    return Err(format!("the voice was refused: {refused}"));
                } else if let Some(state) = message.get("state") {
                    intent = means_to(state, manner, intent);
                }
            }
            noticed = peer.next() => match noticed {
                Noticed::Connected => socket.send(&json!({"do": "ready"})).await?,
                Noticed::Gone => return Err("the voice is gone".into()),
                Noticed::Heard(_) => {}
            }
        }
    }
}

/// What a state of the desk makes a robot want. An intent already held is kept, so that its time is not put off.
fn means_to(state: &Value, manner: Manner, held: Option<Intent>) -> Option<Intent> {
    let word = |name: &str| state.get(name).and_then(Value::as_str);
    let (after, message) = match (word("presence"), word("call"), word("wrapping_up")) {
        (Some("offered"), Some(call), _) => (manner.accept_after, json!({"do": "accept", "call": call})),
        (Some("wrapping_up"), _, Some(call)) => {
            let form = json!({"grade": ["0"], "themes": ["other"]});
            (manner.write_for, json!({"do": "close_record", "call": call, "form": form}))
        }
        // A desk that rang in vain was paused: the robot has come back from its coffee.
        (Some("paused"), ..) => (Duration::from_secs(1), json!({"do": "ready"})),
        _ => return None,
    };
    match held {
        Some(held) if held.message == message => Some(held),
        _ => Some(Intent { at: now() + after, message }),
    }
}
