//! A telephone of our own, written plainly on sockets: enough SIP and RTP to call, hear, press keys and hang up.

use crate::clock::{now, random, spawn};
use crate::message::Message;
use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use telephony::audio::rtp::Packet;
use tokio::net::UdpSocket;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// T1 of RFC 3261 section 17.1.1.1.
const T1: Duration = Duration::from_millis(500);

/// The synchronisation source of everything that a telephone sends.
pub(crate) const SOURCE: u32 = 0x0707_0707;

/// How the telephone presents itself. Everything in it is free, so that trials can put marks anywhere.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    /// The `From` URI.
    pub(crate) from: String,
    /// The user part of `Contact`.
    pub(crate) contact_user: String,
    /// What the Call-ID begins with.
    pub(crate) call_id: String,
    /// More header lines.
    pub(crate) headers: Vec<String>,
}

impl Default for Identity {
    fn default() -> Self {
        Self {
            from: "sip:anonymous@anonymous.invalid".into(),
            contact_user: "phone".into(),
            call_id: "rehearsal".into(),
            headers: Vec::new(),
        }
    }
}

type Calls = Arc<Mutex<HashMap<String, UnboundedSender<Message>>>>;

/// The telephone's SIP socket, shared by all its calls.
#[derive(Clone)]
pub(crate) struct Phone {
    socket: Arc<UdpSocket>,
    local: SocketAddr,
    to: SocketAddr,
    calls: Calls,
}

impl Phone {
    /// A telephone at `from` (the address of this machine that reaches `to`, if none is named).
    pub(crate) async fn open(to: SocketAddr, from: Option<SocketAddr>) -> io::Result<Self> {
        let any: SocketAddr =
            if to.is_ipv4() { ([127, 0, 0, 1], 0).into() } else { (std::net::Ipv6Addr::LOCALHOST, 0).into() };
        let from = match from {
            Some(from) => from,
            None if to.ip().is_loopback() => any,
            None => {
                let probe = UdpSocket::bind(if to.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" }).await?;
                probe.connect(to).await?;
                SocketAddr::new(probe.local_addr()?.ip(), 0)
            }
        };
        let socket = Arc::new(UdpSocket::bind(from).await?);
        let local = socket.local_addr()?;
        let calls: Calls = Arc::default();
        spawn(deliver(Arc::clone(&socket), Arc::clone(&calls)));
        Ok(Self { socket, local, to, calls })
    }

    /// Begins a call; what happens to it comes through the call's messages.
    pub(crate) async fn invite(&self, number: &str, identity: &Identity) -> io::Result<Call> {
        let sound = Arc::new(UdpSocket::bind(SocketAddr::new(self.local.ip(), 0)).await?);
        let call_id = format!("{}-{:x}@rehearsal.invalid", identity.call_id, random());
        let (sender, messages) = unbounded_channel();
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).insert(call_id.clone(), sender);
        let call = Call {
            phone: self.clone(),
            sound,
            messages,
            uri: format!("sip:{number}@{}", self.to),
            call_id,
            tag: format!("{:x}", random()),
            branch: format!("z9hG4bK{:x}", random()),
            identity: identity.clone(),
            remote_to: None,
            remote_target: None,
            media: None,
            sequence: 1,
            invite: String::new(),
            numbers: (0, 0),
        };
        Ok(call)
    }

    async fn send(&self, text: &str) {
        // A datagram the kernel refuses is a lost one; retransmission is the sender's matter.
        let _lost = self.socket.send_to(text.as_bytes(), self.to).await;
    }
}

async fn deliver(socket: Arc<UdpSocket>, calls: Calls) {
    let mut buffer = vec![0; 65_535];
    loop {
        let Ok((length, _)) = socket.recv_from(&mut buffer).await else { continue };
        let message = Message::read(buffer.get(..length).unwrap_or_default());
        let Some(call_id) = message.header("Call-ID").map(str::to_owned) else { continue };
        let calls = calls.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(call) = calls.get(&call_id) {
            // A call that is over has no more interest in messages.
            let _over = call.send(message);
        }
    }
}

/// What a call's signalling brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signal {
    /// A provisional answer with this status.
    Provisional(u16),
    /// The call is answered.
    Answered,
    /// The call is refused, cancelled or not answered at all (408).
    Refused(u16),
}

/// One call of the telephone.
pub(crate) struct Call {
    phone: Phone,
    sound: Arc<UdpSocket>,
    pub(crate) messages: UnboundedReceiver<Message>,
    uri: String,
    call_id: String,
    tag: String,
    branch: String,
    identity: Identity,
    remote_to: Option<String>,
    remote_target: Option<String>,
    media: Option<SocketAddr>,
    sequence: u32,
    invite: String,
    /// Sequence number and timestamp of the last packet sent.
    numbers: (u16, u32),
}

impl Call {
    fn request(&self, method: &str, branch: &str, sequence: u32, more: &str, body: &str) -> String {
        let Self { uri, call_id, tag, identity, phone, .. } = self;
        let target = self.remote_target.as_ref().unwrap_or(uri);
        let to = self.remote_to.clone().unwrap_or_else(|| format!("<{uri}>"));
        let local = phone.local;
        format!(
            "{method} {target} SIP/2.0\r\nVia: SIP/2.0/UDP {local};rport;branch={branch}\r\nMax-Forwards: 70\r\n\
             From: <{}>;tag={tag}\r\nTo: {to}\r\nCall-ID: {call_id}\r\nCSeq: {sequence} {method}\r\n\
             Contact: <sip:{}@{local}>\r\n{more}Content-Length: {}\r\n\r\n{body}",
            identity.from,
            identity.contact_user,
            body.len()
        )
    }

    /// Sends the INVITE and waits for the final answer, telling of provisional ones. `cancel` is a future that, once
    /// ready, gives the call up.
    pub(crate) async fn ring(
        &mut self,
        cancel: impl Future<Output = ()>,
        mut told: impl FnMut(Signal),
    ) -> io::Result<Signal> {
        let port = self.sound.local_addr()?.port();
        let (ip, family) = (self.phone.local.ip(), if self.phone.local.is_ipv4() { "IP4" } else { "IP6" });
        let body = format!(
            "v=0\r\no=- 1 1 IN {family} {ip}\r\ns=-\r\nc=IN {family} {ip}\r\nt=0 0\r\nm=audio {port} RTP/AVP 8 101\r\n\
             a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n"
        );
        let mut more: String = self.identity.headers.iter().map(|line| format!("{line}\r\n")).collect();
        more.push_str("Content-Type: application/sdp\r\n");
        self.invite = self.request("INVITE", &self.branch, self.sequence, &more, &body);
        self.phone.send(&self.invite.clone()).await;
        let (mut repeat, mut wait, mut heard, mut cancelled) = (now() + T1, T1, false, false);
        let mut cancel = std::pin::pin!(cancel);
        let deadline = now() + Duration::from_secs(180);
        while now() < deadline {
            tokio::select! {
                () = &mut cancel, if !cancelled => {
                    cancelled = true;
                    let cancel = self.request("CANCEL", &self.branch, self.sequence, "", "");
                    self.phone.send(&cancel).await;
                }
                () = tokio::time::sleep_until(repeat.into()), if !heard => {
                    if wait > T1 * 64 {
                        return Ok(Signal::Refused(408));
                    }
                    wait *= 2;
                    repeat = now() + wait;
                    self.phone.send(&self.invite.clone()).await;
                }
                message = self.messages.recv() => {
                    let Some(message) = message else { return Ok(Signal::Refused(503)) };
                    let Some(status) = message.status().filter(|_| message.answers("INVITE")) else { continue };
                    heard = true;
                    if status < 200 {
                        told(Signal::Provisional(status));
                        continue;
                    }
                    self.remote_to = message.header("To").map(str::to_owned);
                    if status >= 300 {
                        let ack = self.request("ACK", &self.branch, self.sequence, "", "");
                        self.phone.send(&ack).await;
                        return Ok(Signal::Refused(status));
                    }
                    self.media = message.media();
                    let target = message.header("Contact").and_then(|contact| contact.split(['<', '>']).nth(1));
                    self.remote_target = target.map(str::to_owned);
                    self.acknowledge().await;
                    if cancelled {
                        // The CANCEL crossed the answer: the call stands, and must be ended (RFC 3261 section 9.1).
                        let _unanswered = self.hang_up().await;
                        return Ok(Signal::Refused(487));
                    }
                    return Ok(Signal::Answered);
                }
            }
        }
        Ok(Signal::Refused(408))
    }

    async fn acknowledge(&self) {
        let branch = format!("z9hG4bK{:x}", random());
        let ack = self.request("ACK", &branch, self.sequence, "", "");
        self.phone.send(&ack).await;
    }

    /// Takes a message of an answered call; whether the other side has hung up.
    pub(crate) async fn take(&mut self, message: Option<Message>) -> bool {
        let Some(message) = message else { return true };
        if message.is_request("BYE") {
            let answer = message.answer(200, None, "", "");
            self.phone.send(&answer).await;
            return true;
        }
        if message.status() == Some(200) && message.answers("INVITE") {
            // Our ACK was lost.
            self.acknowledge().await;
        }
        false
    }

    /// Hangs up and waits for the answer. How long the answer took, or `None` if none came.
    pub(crate) async fn hang_up(&mut self) -> Option<Duration> {
        self.sequence += 1;
        let branch = format!("z9hG4bK{:x}", random());
        let bye = self.request("BYE", &branch, self.sequence, "", "");
        let begun = now();
        let mut wait = T1;
        for _ in 0..5 {
            self.phone.send(&bye).await;
            let until = now() + wait;
            while let Ok(Some(message)) = tokio::time::timeout_at(until.into(), self.messages.recv()).await {
                if message.status().is_some() && message.answers("BYE") {
                    return Some(now() - begun);
                }
                if message.is_request("BYE") {
                    let answer = message.answer(200, None, "", "");
                    self.phone.send(&answer).await;
                }
            }
            wait *= 2;
        }
        None
    }

    /// Goes on by so many samples: without a packet, they are lost on their way.
    pub(crate) fn lose_sound(&mut self, samples: usize) {
        self.numbers = (self.numbers.0.wrapping_add(1), self.numbers.1.wrapping_add(samples as u32));
    }

    /// Sends 20 ms of A-law.
    pub(crate) async fn send_sound(&mut self, samples: &[u8]) {
        self.lose_sound(samples.len());
        self.send_packet(&write_sound(self.numbers.0, self.numbers.1, samples)).await;
    }

    /// Sends one packet of a telephone event that began at `start`, with its duration in samples.
    pub(crate) async fn send_key(&mut self, digit: switchboard::Digit, start: u32, duration: u16, end: bool) {
        self.numbers.0 = self.numbers.0.wrapping_add(1);
        self.send_packet(&write_key(self.numbers.0, start, digit, duration, end)).await;
    }

    /// The timestamp at which an event may begin now.
    pub(crate) fn timestamp(&self) -> u32 {
        self.numbers.1
    }

    async fn send_packet(&self, packet: &[u8]) {
        let Some(to) = self.media else { return };
        let _lost = self.sound.send_to(packet, to).await;
    }

    /// Where the other side wants sound to be sent, once it has answered.
    pub(crate) fn media(&self) -> Option<SocketAddr> {
        self.media
    }

    /// The socket on which sound comes.
    pub(crate) fn ear(&self) -> Arc<UdpSocket> {
        Arc::clone(&self.sound)
    }
}

/// A packet of A-law sound.
pub(crate) fn write_sound(sequence: u16, timestamp: u32, samples: &[u8]) -> Vec<u8> {
    write(8, sequence, timestamp, samples)
}

/// A packet of a telephone event that began at a timestamp, with its duration in samples.
pub(crate) fn write_key(sequence: u16, timestamp: u32, digit: switchboard::Digit, duration: u16, end: bool) -> Vec<u8> {
    write(101, sequence, timestamp, &telephony::audio::telephone_event::payload(digit, end, duration))
}

fn write(payload_type: u8, sequence: u16, timestamp: u32, payload: &[u8]) -> Vec<u8> {
    Packet { payload_type, marker: false, sequence, timestamp, ssrc: SOURCE, payload }.write()
}

/// What came on the socket of sound.
pub(crate) enum Incoming {
    /// Sound: sequence number and A-law samples.
    Sound(u16, Vec<u8>),
    /// A packet of a telephone event: timestamp and payload.
    Event(u32, Vec<u8>),
}

/// The next packet.
pub(crate) async fn incoming(socket: &UdpSocket) -> Incoming {
    let mut buffer = [0; 2048];
    loop {
        let Ok((length, _)) = socket.recv_from(&mut buffer).await else { continue };
        let Some(packet) = buffer.get(..length).and_then(Packet::read) else { continue };
        match packet.payload_type {
            8 => return Incoming::Sound(packet.sequence, packet.payload.to_vec()),
            101 => return Incoming::Event(packet.timestamp, packet.payload.to_vec()),
            _ => {}
        }
    }
}

/// The next packet of sound: sequence number and A-law samples.
pub(crate) async fn sound(socket: &UdpSocket) -> (u16, Vec<u8>) {
    loop {
        if let Incoming::Sound(sequence, samples) = incoming(socket).await {
            return (sequence, samples);
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.phone.calls.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.call_id);
    }
}
