//! Many callers at a running service, and the table of what became of them.

use crate::browser::{Noticed, Peer, Socket, fetch};
use crate::clock::{now, spawn};
use crate::delay::{self, Delays};
use crate::measure::{Ear, Times};
use crate::robot::VOICE;
use crate::sip::{Identity, Phone, Signal, sound};
use serde_json::{Value, json};
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};
use telephony::audio::{FRAME, tone};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

/// The callers' voice, in hertz.
const CALLER_VOICE: f64 = 440.0;
/// How long a caller waits for a human before it counts as failed and leaves.
const PATIENCE: Duration = Duration::from_secs(120);

/// The way callers come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// SIP and RTP.
    Sip,
    /// The call page's WebSocket, and WebRTC.
    Browser,
}

/// What is to be played.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The service: its SIP address, or its HTTP address for browsers.
    pub to: SocketAddr,
    /// The callers' own address, if not the usual one.
    pub from: Option<IpAddr>,
    /// The service's HTTP address, to read its metrics before and after.
    pub http: Option<SocketAddr>,
    /// The number (or for browsers the line) to call.
    pub number: String,
    /// Calls a second.
    pub rate: f64,
    /// How long new calls are placed.
    pub duration: Duration,
    /// How long each talk lasts.
    pub talk: Duration,
    /// The way.
    pub via: Via,
    /// Whether the callers speak all the time, or not at all, as where only the calls' own cost is of interest.
    pub speaks: bool,
    /// The first caller's number, with its country code; each after it has the next one. Without it they withhold theirs. Callers
    /// in a browser have none.
    pub caller: Option<u64>,
}

/// What became of the callers.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// Calls placed.
    pub placed: u64,
    /// Answered by the platform.
    pub answered: u64,
    /// Connected: the listener's voice was heard.
    pub connected: u64,
    /// Refused with a status or a word.
    pub refused: u64,
    /// Neither: no answer, no voice, or cut before the end of the talk.
    pub failed: u64,
    /// From calling to the answer.
    pub to_answer: Times,
    /// From looking for someone to a desk's ring (browsers only: a telephone is not told).
    pub to_offer: Times,
    /// From calling to the listener's voice.
    pub to_voice: Times,
    /// Packets that should have come, and those that did not, over all connected calls.
    pub packets: (u64, u64),
    /// How long the listeners' sound was on its way.
    pub delays: Delays,
    /// How late the generator itself was at worst in placing a call.
    pub lag: Duration,
    /// The service's own histogram of queue to offer over this run: bounds in seconds and cumulated counts.
    pub offers: Vec<(String, u64)>,
}

/// What became of one caller.
#[derive(Debug, Clone, Default)]
struct Fate {
    answered: Option<Duration>,
    offered: Option<Duration>,
    voice: Option<Duration>,
    refused: bool,
    failed: bool,
    packets: (u64, u64),
    delays: Delays,
}

/// How a run is going.
#[derive(Debug, Clone, Copy, Default)]
pub struct Progress {
    /// Placed so far.
    pub placed: u64,
    /// Over so far.
    pub over: u64,
    /// To be placed in all.
    pub planned: u64,
}

/// Plays the plan.
///
/// # Errors
/// Words, if no caller could even begin.
pub async fn run(plan: &Plan, mut progress: impl FnMut(Progress)) -> Result<Table, String> {
    let before = offers(plan).await;
    let phone = match plan.via {
        Via::Sip => Some(
            Phone::open(plan.to, plan.from.map(|ip| SocketAddr::new(ip, 0)))
                .await
                .map_err(|fault| fault.to_string())?,
        ),
        Via::Browser => None,
    };
    let planned = (plan.rate * plan.duration.as_secs_f64()).round().max(1.0) as u64;
    let (sender, mut fates) = unbounded_channel();
    let mut table = Table::default();
    let begun = now();
    let mut over = 0;
    while over < planned {
        let due = begun + Duration::from_secs_f64(table.placed as f64 / plan.rate);
        tokio::select! {
            () = tokio::time::sleep_until(due.into()), if table.placed < planned => {
                table.lag = table.lag.max(now().saturating_duration_since(due));
                table.placed += 1;
                place(plan, phone.as_ref(), table.placed - 1, sender.clone());
            }
            fate = fates.recv() => {
                over += 1;
                table.add(&fate.unwrap_or_default());
            }
        }
        progress(Progress { placed: table.placed, over, planned });
    }
    let after = offers(plan).await;
    table.offers = after
        .into_iter()
        .map(|(bound, count)| {
            let earlier = before.iter().find(|(own, _)| *own == bound).map_or(0, |(_, count)| *count);
            (bound, count.saturating_sub(earlier))
        })
        .collect();
    Ok(table)
}

impl Table {
    fn add(&mut self, fate: &Fate) {
        if let Some(time) = fate.answered {
            self.answered += 1;
            self.to_answer.add(time);
        }
        if let Some(time) = fate.offered {
            self.to_offer.add(time);
        }
        if let Some(time) = fate.voice {
            self.connected += 1;
            self.to_voice.add(time);
        }
        self.refused += u64::from(fate.refused);
        self.failed += u64::from(fate.failed);
        self.packets.0 += fate.packets.0;
        self.packets.1 += fate.packets.1;
        self.delays.merge(&fate.delays);
    }

    /// The share of packets lost, 0 to 1.
    #[must_use]
    pub fn loss(&self) -> f64 {
        if self.packets.0 == 0 { 0.0 } else { self.packets.1 as f64 / self.packets.0 as f64 }
    }
}

fn place(plan: &Plan, phone: Option<&Phone>, which: u64, fates: UnboundedSender<Fate>) {
    let plan = plan.clone();
    let identity = match plan.caller {
        Some(first) => {
            Identity { from: format!("sip:+{}@trunk.invalid", first.saturating_add(which)), ..Identity::default() }
        }
        None => Identity::default(),
    };
    let phone = phone.cloned();
    spawn(async move {
        let mut fate = Fate::default();
        let played = match phone {
            Some(phone) => by_phone(&plan, &phone, &identity, &mut fate).await,
            None => by_browser(&plan, &mut fate).await,
        };
        if let Err(fault) = played {
            tracing::warn!(%fault, "a caller failed");
            fate.failed = true;
        }
        // The run ends only after it has heard of every caller.
        let _run_over = fates.send(fate);
    });
}

async fn by_phone(plan: &Plan, phone: &Phone, identity: &Identity, fate: &mut Fate) -> Result<(), String> {
    let begun = now();
    let mut call = phone.invite(&plan.number, identity).await.map_err(|fault| fault.to_string())?;
    match call.ring(std::future::pending(), |_| {}).await.map_err(|fault| fault.to_string())? {
        Signal::Answered => fate.answered = Some(now() - begun),
        Signal::Refused(408) => return Err("no answer to the INVITE".into()),
        Signal::Refused(_) | Signal::Provisional(_) => {
            fate.refused = true;
            return Ok(());
        }
    }
    let mut clock = tokio::time::interval(Duration::from_millis(20));
    clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    let (socket, mut ear, mut sent) = (call.ear(), Ear::default(), 0u64);
    let mut until: Option<Instant> = None;
    loop {
        let end = until.unwrap_or(begun + PATIENCE);
        tokio::select! {
            () = tokio::time::sleep_until(end.into()) => break,
            _ = clock.tick(), if plan.speaks => {
                let mut samples = tone::sine(CALLER_VOICE, 0.3, sent, FRAME);
                delay::stamp(&mut samples);
                call.send_sound(&samples).await;
                sent += FRAME as u64;
            }
            message = call.messages.recv() => if call.take(message).await {
                return Err("the service hung up before the end of the talk".into());
            },
            (sequence, samples) = sound(&socket) => {
                let heard = ear.hear(sequence, &samples);
                if until.is_none() && heard.is_some_and(|heard| heard.is_tone(VOICE)) {
                    fate.voice = Some(now() - begun);
                    until = Some(now() + plan.talk);
                }
            }
        }
    }
    fate.packets = (ear.packets.expected(), ear.packets.lost());
    fate.delays = ear.delays;
    call.hang_up().await.ok_or("no answer to the BYE")?;
    if until.is_none() { Err("nobody was heard".into()) } else { Ok(()) }
}

async fn by_browser(plan: &Plan, fate: &mut Fate) -> Result<(), String> {
    let begun = now();
    let mut socket = Socket::open(plan.to, plan.from, &format!("/call/ws?line={}&lang=fr", plan.number), None).await?;
    let mut peer = Peer::open(plan.to, plan.from, CALLER_VOICE).await?;
    socket.send(&json!({"offer": peer.offer})).await?;
    let mut finding: Option<Instant> = None;
    let mut until: Option<Instant> = None;
    loop {
        let end = until.unwrap_or(begun + PATIENCE);
        tokio::select! {
            () = tokio::time::sleep_until(end.into()) => break,
            message = socket.next() => {
                let message = message?;
                if let Some(answer) = message.get("answer").and_then(Value::as_str) {
                    peer.take_answer(answer)?;
                } else if message.get("refused").is_some() {
                    fate.refused = true;
                    return Ok(());
                }
                match message.get("state").and_then(Value::as_str) {
                    Some("welcoming") => fate.answered = fate.answered.or(Some(now() - begun)),
                    Some("finding") => finding = finding.or(Some(now())),
                    Some("ringing") => fate.offered = fate.offered.or(finding.map(|from| now() - from)),
                    Some("ended") => return Err("the service hung up before the end of the talk".into()),
                    _ => {}
                }
            }
            noticed = peer.next() => match noticed {
                Noticed::Heard(heard) if until.is_none() && heard.is_tone(VOICE) => {
                    fate.voice = Some(now() - begun);
                    until = Some(now() + plan.talk);
                }
                Noticed::Gone => return Err("the connection is gone".into()),
                Noticed::Heard(_) | Noticed::Connected => {}
            }
        }
    }
    fate.packets = (peer.ear.packets.expected(), peer.ear.packets.lost());
    fate.delays = std::mem::take(&mut peer.ear.delays);
    socket.send(&json!({"hang_up": true})).await?;
    peer.close();
    socket.close().await;
    if until.is_none() { Err("nobody was heard".into()) } else { Ok(()) }
}

/// The service's own histogram of queue to offer.
async fn offers(plan: &Plan) -> Vec<(String, u64)> {
    let Some(http) = plan.http else { return Vec::new() };
    let Ok(text) = fetch(http, "/metrics").await else { return Vec::new() };
    text.lines()
        .filter_map(|line| {
            let rest = line.strip_prefix("vigie_queue_to_offer_seconds_bucket{le=\"")?;
            let (bound, count) = rest.split_once("\"} ")?;
            Some((bound.to_owned(), count.trim().parse().ok()?))
        })
        .collect()
}
