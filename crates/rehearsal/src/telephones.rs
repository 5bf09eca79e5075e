//! Telephones of people on call, behind one SIP address: each call is answered, taken with the key, spoken into and listened
//! to, until the other side hangs up.

use crate::clock::{now, random, spawn};
use crate::delay::{self, Delays};
use crate::measure::Ear;
use crate::message::Message;
use crate::robot::VOICE;
use crate::sip::{Incoming, incoming, write_key, write_sound};
use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use switchboard::Digit;
use telephony::audio::{FRAME, tone};
use tokio::net::UdpSocket;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;

/// How the telephones behave.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    /// From the answer to the key that takes the call.
    pub take_after: Duration,
    /// How much is said after the key; `None` speaks until the end.
    pub speak_for: Option<Duration>,
}

/// What the telephones saw.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// Calls that were answered.
    pub answered: u64,
    /// Calls that ended with a BYE of the other side.
    pub ended: u64,
    /// Packets of sound that should have come, and those that did not.
    pub packets: (u64, u64),
    /// How long sound was on its way.
    pub delays: Delays,
}

/// Answers calls until told to stop, and tells what was seen. `ready` is called with the address once it is listened on.
///
/// # Errors
/// If the address cannot be listened on.
pub async fn answer(
    at: SocketAddr,
    manner: Manner,
    ready: impl FnOnce(SocketAddr),
    stop: impl Future<Output = ()>,
) -> io::Result<Seen> {
    let socket = Arc::new(UdpSocket::bind(at).await?);
    let local = socket.local_addr()?;
    ready(local);
    let (told, mut fates) = unbounded_channel();
    let (over, stopped) = watch::channel(());
    let mut calls: HashMap<String, UnboundedSender<(Message, SocketAddr)>> = HashMap::new();
    let mut seen = Seen::default();
    let mut stop = std::pin::pin!(stop);
    let mut buffer = vec![0; 65_535];
    loop {
        tokio::select! {
            () = &mut stop => break,
            fate = fates.recv() => if let Some((call_id, fate)) = fate {
                calls.remove(&call_id);
                seen.add(&fate);
            },
            came = socket.recv_from(&mut buffer) => {
                let Ok((length, from)) = came else { continue };
                let message = Message::read(buffer.get(..length).unwrap_or_default());
                let Some(call_id) = message.header("Call-ID").map(str::to_owned) else { continue };
                if let Some(call) = calls.get(&call_id) {
                    // A call that is over has no more interest in messages.
                    let _over = call.send((message, from));
                } else if message.is_request("OPTIONS") {
                    // The service asks whether this gateway serves it. A lost answer is asked for again.
                    let ok = message.answer(200, Some(&format!("{:x}", random())), "", "");
                    let _lost = socket.send_to(ok.as_bytes(), from).await;
                } else if message.is_request("INVITE") {
                    let (sender, messages) = unbounded_channel();
                    calls.insert(call_id.clone(), sender);
                    let call = Called { socket: Arc::clone(&socket), messages, tag: format!("{:x}", random()), manner };
                    let (told, mut stopped) = (told.clone(), stopped.clone());
                    spawn(async move {
                        let fate = call.run(message, from, &mut stopped).await.unwrap_or_default();
                        // When the run is over, nobody counts any more.
                        let _over = told.send((call_id, fate));
                    });
                }
            }
        }
    }
    // Those who still talk put the receiver down in their own time; what they heard counts.
    drop(over);
    drop(told);
    while let Some((_, fate)) = fates.recv().await {
        seen.add(&fate);
    }
    Ok(seen)
}

impl Seen {
    fn add(&mut self, other: &Self) {
        self.answered += other.answered;
        self.ended += other.ended;
        self.packets.0 += other.packets.0;
        self.packets.1 += other.packets.1;
        self.delays.merge(&other.delays);
    }
}

/// One telephone that rings.
struct Called {
    socket: Arc<UdpSocket>,
    messages: UnboundedReceiver<(Message, SocketAddr)>,
    tag: String,
    manner: Manner,
}

impl Called {
    async fn run(mut self, invite: Message, from: SocketAddr, stopped: &mut watch::Receiver<()>) -> io::Result<Seen> {
        let local = self.socket.local_addr()?;
        let sound = UdpSocket::bind(SocketAddr::new(local.ip(), 0)).await?;
        let Some(media) = invite.media() else { return Ok(Seen::default()) };
        let body = sdp(SocketAddr::new(local.ip(), sound.local_addr()?.port()));
        let contact = format!("Contact: <sip:telephone@{local}>\r\n");
        let ok = invite.answer(200, Some(&self.tag), &contact, &body);
        self.send(&ok, from).await;
        let mut seen = Seen { answered: 1, ..Seen::default() };
        let (mut ear, mut line) = (Ear::default(), Line { media, numbers: (0, 0), spoken: 0 });
        let mut clock = tokio::time::interval(Duration::from_millis(20));
        clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        let take_at = now() + self.manner.take_after;
        loop {
            tokio::select! {
                changed = stopped.changed() => if changed.is_err() { break },
                message = self.messages.recv() => {
                    let Some((message, from)) = message else { break };
                    if message.is_request("INVITE") {
                        // Our answer was lost, or the session is refreshed: it is the same answer.
                        let again = message.answer(200, Some(&self.tag), &contact, &body);
                        self.send(&again, from).await;
                    } else if message.is_request("BYE") || message.is_request("CANCEL") {
                        let ok = message.answer(200, Some(&self.tag), "", "");
                        self.send(&ok, from).await;
                        seen.ended = u64::from(message.is_request("BYE"));
                        break;
                    } else if message.is_request("OPTIONS") {
                        let ok = message.answer(200, Some(&self.tag), "", "");
                        self.send(&ok, from).await;
                    }
                }
                _ = clock.tick(), if line.speaks(self.manner) => line.go_on(&sound, take_at).await,
                came = incoming(&sound) => if let Incoming::Sound(sequence, samples) = came {
                    ear.hear(sequence, &samples);
                }
            }
        }
        seen.packets = (ear.packets.expected(), ear.packets.lost());
        seen.delays = ear.delays;
        Ok(seen)
    }

    async fn send(&self, text: &str, to: SocketAddr) {
        // A datagram the kernel refuses is a lost one; the other side repeats itself.
        let _lost = self.socket.send_to(text.as_bytes(), to).await;
    }
}

fn sdp(at: SocketAddr) -> String {
    let (ip, family, port) = (at.ip(), if at.is_ipv4() { "IP4" } else { "IP6" }, at.port());
    format!(
        "v=0\r\no=- 2 1 IN {family} {ip}\r\ns=-\r\nc=IN {family} {ip}\r\nt=0 0\r\nm=audio {port} RTP/AVP 8 101\r\n\
         a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n"
    )
}

/// What a telephone sends: the key, then its voice.
struct Line {
    media: SocketAddr,
    numbers: (u16, u32),
    /// Packets sent since the key was due.
    spoken: u32,
}

impl Line {
    /// Packets of a key: its beginning, its course, its end three times (RFC 4733 section 2.5.1.4).
    const KEY: u32 = 8;

    fn speaks(&self, manner: Manner) -> bool {
        let packets = |time: Duration| u32::try_from(time.as_millis() / 20).unwrap_or(u32::MAX);
        manner.speak_for.is_none_or(|time| self.spoken < Self::KEY.saturating_add(packets(time)))
    }

    /// Sends what is due in these 20 ms.
    async fn go_on(&mut self, sound: &UdpSocket, take_at: std::time::Instant) {
        if now() < take_at {
            return;
        }
        self.numbers.0 = self.numbers.0.wrapping_add(1);
        let packet = if self.spoken < Self::KEY {
            let Some(digit) = Digit::new('1') else { return };
            let duration = u16::try_from((self.spoken + 1).min(6) * 160).unwrap_or(960);
            write_key(self.numbers.0, self.numbers.1, digit, duration, self.spoken >= 5)
        } else {
            self.numbers.1 = self.numbers.1.wrapping_add(FRAME as u32 * if self.spoken == Self::KEY { 8 } else { 1 });
            let mut samples = tone::sine(VOICE, 0.25, u64::from(self.spoken) * FRAME as u64, FRAME);
            delay::stamp(&mut samples);
            write_sound(self.numbers.0, self.numbers.1, &samples)
        };
        self.spoken = self.spoken.saturating_add(1);
        let _lost = sound.send_to(&packet, self.media).await;
    }
}
