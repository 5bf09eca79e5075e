//! The phone that is called: SIP and RTP by hand, over sockets of its own.

use md5::{Digest as _, Md5};
use sha2::Sha256;
use std::cell::Cell;
use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;
use telephony::audio::rtp::Packet;
use telephony::audio::{FRAME, g711, telephone_event, tone};

/// A SIP message as it came.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) text: String,
    from: SocketAddr,
}

impl Message {
    pub(crate) fn method(&self) -> &str {
        self.text.split(' ').next().unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let head = self.text.split("\r\n\r\n").next().unwrap();
        let found = head.lines().skip(1).find_map(|line| {
            let (own, value) = line.split_once(':')?;
            own.trim().eq_ignore_ascii_case(name).then_some(value.trim())
        });
        found.unwrap_or("")
    }

    pub(crate) fn uri(&self) -> &str {
        self.text.split(' ').nth(1).unwrap()
    }

    /// Where the other side wants its sound.
    pub(crate) fn media(&self) -> SocketAddr {
        let body = self.text.split("\r\n\r\n").nth(1).unwrap();
        let line = |start: &str| body.lines().find_map(|line| line.strip_prefix(start).map(str::to_owned)).unwrap();
        let port = line("m=audio ").split(' ').next().unwrap().to_owned();
        format!("{}:{port}", line("c=IN IP4 ")).parse().unwrap()
    }
}

pub(crate) struct Phone {
    sip: UdpSocket,
    rtp: UdpSocket,
    pub(crate) tag: String,
    pub(crate) codec: u8,
    /// Where it says that it is reached within a call.
    pub(crate) contact: String,
    sent: u16,
    clock: u32,
    /// The last RTCP that came.
    pub(crate) control: Cell<Option<Vec<u8>>>,
    seen: Vec<String>,
    waiting: Vec<Message>,
}

impl Phone {
    pub(crate) fn new(tag: &str) -> Self {
        let sip = UdpSocket::bind("127.0.0.1:0").unwrap();
        let rtp = UdpSocket::bind("127.0.0.1:0").unwrap();
        Self {
            contact: format!("sip:phone@{}", sip.local_addr().unwrap()),
            sip,
            rtp,
            tag: tag.to_owned(),
            codec: 8,
            sent: 0,
            clock: 0,
            control: Cell::new(None),
            seen: Vec::new(),
            waiting: Vec::new(),
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.sip.local_addr().unwrap()
    }

    /// Calls the line, with these headers.
    pub(crate) fn call(&self, to: SocketAddr, headers: &str) {
        self.call_with(to, headers, "");
    }

    /// Calls the line, with these headers and this description.
    pub(crate) fn call_with(&self, to: SocketAddr, headers: &str, body: &str) {
        let here = self.address();
        let text = format!(
            "INVITE sip:0199000805@{to} SIP/2.0\r\nVia: SIP/2.0/UDP {here};branch=z9hG4bK{tag}\r\nMax-Forwards: 70\r\n\
             {headers}\r\nTo: <sip:0199000805@{to}>\r\nCall-ID: {tag}@{here}\r\nCSeq: 1 INVITE\r\n\
             Contact: <{contact}>\r\nContent-Length: {length}\r\n\r\n{body}",
            contact = self.contact,
            tag = self.tag,
            length = body.len(),
        );
        self.sip.send_to(text.as_bytes(), to).unwrap();
    }

    /// Acknowledges the answer to a call of this phone's.
    pub(crate) fn acknowledge(&self, to: SocketAddr, answer: &Message) {
        let here = self.address();
        let text = format!(
            "ACK {} SIP/2.0\r\nVia: SIP/2.0/UDP {here};branch=z9hG4bKack{}\r\nMax-Forwards: 70\r\nFrom: {}\r\nTo: {}\r\n\
             Call-ID: {}\r\nCSeq: 1 ACK\r\nContent-Length: 0\r\n\r\n",
            answer.header("Contact").trim_matches(['<', '>']),
            self.tag,
            answer.header("From"),
            answer.header("To"),
            answer.header("Call-ID"),
        );
        self.sip.send_to(text.as_bytes(), to).unwrap();
    }

    /// The answer to a call of this phone's.
    pub(crate) fn answered_call(&mut self) -> Message {
        loop {
            let answer = self.expect("SIP/2.0");
            if !answer.text.starts_with("SIP/2.0 1") {
                return answer;
            }
        }
    }

    /// Sends a request within a call of this phone's, which was answered like this.
    pub(crate) fn within(&self, to: SocketAddr, answer: &Message, sequence: u32, method: &str, body: &str) {
        let kind = if body.is_empty() { "" } else { "Content-Type: application/sdp\r\n" };
        let text = format!(
            "{method} {} SIP/2.0\r\nVia: SIP/2.0/UDP {};branch=z9hG4bK{method}{sequence}{}\r\nMax-Forwards: 70\r\nFrom: {}\r\n\
             To: {}\r\nCall-ID: {}\r\nCSeq: {sequence} {method}\r\nContact: <{}>\r\n{kind}Content-Length: {}\r\n\r\n{body}",
            answer.header("Contact").trim_matches(['<', '>']),
            self.address(),
            self.tag,
            answer.header("From"),
            answer.header("To"),
            answer.header("Call-ID"),
            self.contact,
            body.len(),
        );
        self.sip.send_to(text.as_bytes(), to).unwrap();
    }

    /// The same, and waits for the answer.
    pub(crate) fn change(
        &mut self,
        to: SocketAddr,
        answer: &Message,
        sequence: u32,
        method: &str,
        body: &str,
    ) -> Message {
        self.within(to, answer, sequence, method, body);
        self.answered_call()
    }

    /// Refreshes a call of this phone's by an UPDATE that changes nothing.
    pub(crate) fn refresh(&self, to: SocketAddr, answer: &Message, headers: &str) {
        let (here, contact) = (self.address(), &self.contact);
        let text = format!(
            "UPDATE {} SIP/2.0\r\nVia: SIP/2.0/UDP {here};branch=z9hG4bKupdate{}\r\nMax-Forwards: 70\r\nFrom: {}\r\nTo: {}\r\n\
             Call-ID: {}\r\nCSeq: 2 UPDATE\r\nContact: <{contact}>\r\n{headers}Content-Length: 0\r\n\r\n",
            answer.header("Contact").trim_matches(['<', '>']),
            self.tag,
            answer.header("From"),
            answer.header("To"),
            answer.header("Call-ID"),
        );
        self.sip.send_to(text.as_bytes(), to).unwrap();
    }

    /// The next message within a time.
    pub(crate) fn next(&self, wait: Duration) -> Option<Message> {
        self.sip.set_read_timeout(Some(wait)).unwrap();
        let mut buffer = [0; 8192];
        let (length, from) = self.sip.recv_from(&mut buffer).ok()?;
        Some(Message { text: String::from_utf8(buffer[..length].to_vec()).unwrap(), from })
    }

    /// The next message of a method. Others wait until they are asked for: messages overtake each other.
    pub(crate) fn expect(&mut self, method: &str) -> Message {
        self.expect_within(method, Duration::from_secs(6))
    }

    pub(crate) fn expect_within(&mut self, method: &str, wait: Duration) -> Message {
        if let Some(at) = self.waiting.iter().position(|message| message.method() == method) {
            return self.waiting.remove(at);
        }
        for _ in 0..20 {
            let message = self.next(wait).unwrap_or_else(|| panic!("no {method} came"));
            let repeated = self.seen.contains(&message.text);
            self.seen.push(message.text.clone());
            if message.method() == method && !repeated {
                return message;
            }
            if !repeated {
                self.waiting.push(message);
            }
        }
        panic!("other things than {method} came")
    }

    /// Nothing of this method comes for a while.
    pub(crate) fn never(&self, method: &str, wait: Duration) {
        while let Some(message) = self.next(wait) {
            assert_ne!(message.method(), method);
        }
    }

    pub(crate) fn answer(&self, request: &Message, status: &str, extra: &str, body: &str) {
        let to = request.header("To");
        let tag = if to.contains(";tag=") || status.starts_with("100") {
            String::new()
        } else {
            format!(";tag={}", self.tag)
        };
        let kind = if body.is_empty() { "" } else { "Content-Type: application/sdp\r\n" };
        let text = format!(
            "SIP/2.0 {status}\r\nVia: {}\r\nFrom: {}\r\nTo: {to}{tag}\r\nCall-ID: {}\r\nCSeq: {}\r\n\
             Contact: <{}>\r\n{extra}{kind}Content-Length: {}\r\n\r\n{body}",
            request.header("Via"),
            request.header("From"),
            request.header("Call-ID"),
            request.header("CSeq"),
            self.contact,
            body.len(),
        );
        self.sip.send_to(text.as_bytes(), request.from).unwrap();
    }

    pub(crate) fn description(&self) -> String {
        let port = self.rtp.local_addr().unwrap().port();
        let codec = self.codec;
        let name = if codec == 8 { "PCMA" } else { "PCMU" };
        format!(
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n\
             m=audio {port} RTP/AVP {codec} 101\r\na=rtpmap:{codec} {name}/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
        )
    }

    /// Sends a request within the call, and waits for what is not provisional of its answers.
    pub(crate) fn ask(&mut self, invite: &Message, method: &str, sequence: u32, body: &str) -> Message {
        self.request(invite, method, sequence, body);
        loop {
            let answer = self.expect("SIP/2.0");
            if !answer.text.starts_with("SIP/2.0 1") {
                return answer;
            }
        }
    }

    /// Ends the call from this side, and waits for the answer.
    pub(crate) fn hang_up(&mut self, invite: &Message) {
        assert!(self.ask(invite, "BYE", 9, "").text.starts_with("SIP/2.0 200 "));
    }

    pub(crate) fn request(&self, invite: &Message, method: &str, sequence: u32, body: &str) {
        let kind = if body.is_empty() { "" } else { "Content-Type: application/sdp\r\n" };
        let text = format!(
            "{method} {} SIP/2.0\r\nVia: SIP/2.0/UDP {};branch=z9hG4bK{method}{sequence}{}\r\nMax-Forwards: 70\r\nFrom: {};tag={}\r\n\
             To: {}\r\nCall-ID: {}\r\nCSeq: {sequence} {method}\r\nContact: <{}>\r\n{kind}\
             Content-Length: {}\r\n\r\n{body}",
            invite.header("Contact").trim_matches(['<', '>']),
            self.address(),
            self.tag,
            invite.header("To"),
            self.tag,
            invite.header("From"),
            invite.header("Call-ID"),
            self.contact,
            body.len(),
        );
        self.sip.send_to(text.as_bytes(), invite.from).unwrap();
    }

    /// Says 20 ms of a tone.
    pub(crate) fn say(&mut self, to: SocketAddr, hertz: f64) {
        self.say_long(to, hertz, FRAME);
    }

    /// Says a tone in a packet of so many samples.
    pub(crate) fn say_long(&mut self, to: SocketAddr, hertz: f64, length: usize) {
        let samples = tone::sine(hertz, 0.4, u64::from(self.clock), length);
        let payload = if self.codec == 8 { samples } else { g711::alaw_to_ulaw(&samples) };
        self.send(to, self.codec, self.clock, &payload);
        self.pause(u32::try_from(length).unwrap());
    }

    /// Leaves out packets, as a network that loses them.
    pub(crate) fn lose(&mut self, packets: u16) {
        self.sent += packets;
        self.pause(u32::from(packets) * 160);
    }

    /// Says nothing for so many samples.
    pub(crate) fn pause(&mut self, samples: u32) {
        self.clock += samples;
    }

    pub(crate) fn press(&mut self, to: SocketAddr, key: char) {
        self.press_as(to, key, 101, 4_000_000);
    }

    /// Presses a key, under a payload type, at a time of its own.
    pub(crate) fn press_as(&mut self, to: SocketAddr, key: char, payload_type: u8, timestamp: u32) {
        let digit = switchboard::Digit::new(key).unwrap();
        for step in 1..=6u16 {
            self.send(to, payload_type, timestamp, &telephone_event::payload(digit, step > 3, step * 160));
        }
    }

    fn send(&mut self, to: SocketAddr, payload_type: u8, timestamp: u32, payload: &[u8]) {
        let packet = Packet { payload_type, marker: false, sequence: self.sent, timestamp, ssrc: 3, payload };
        self.sent += 1;
        self.rtp.send_to(&packet.write(), to).unwrap();
    }

    /// What was told of this phone's sound (RTCP, RFC 3550 section 6.4.1): how many of 256 packets were lost, and the middle of
    /// the time of whoever told.
    pub(crate) fn told(&self) -> Option<(u8, [u8; 4])> {
        self.heard();
        let bytes = self.control.take()?;
        assert_eq!(bytes[1], 200, "a sender's report");
        (bytes[0] & 0x1F == 1).then(|| (bytes[32], bytes[10..14].try_into().unwrap()))
    }

    /// Tells of the sound that is heard: of 256 packets, so many did not come. The report before was heard just now.
    pub(crate) fn report(&self, to: SocketAddr, lost: u8, middle: [u8; 4]) {
        let mut buffer = [0; 2048];
        self.rtp.set_nonblocking(false).unwrap();
        self.rtp.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
        // Whose sound it is, the next packet says.
        let source = loop {
            let (length, _) = self.rtp.recv_from(&mut buffer).expect("no sound of call");
            if !Packet::is_control(&buffer[..length]) {
                break Packet::read(&buffer[..length]).unwrap().ssrc;
            }
        };
        let mut bytes = vec![0x81, 201, 0, 7, 0, 0, 0, 3];
        bytes.extend_from_slice(&source.to_be_bytes());
        bytes.extend_from_slice(&[lost, 0, 0, 9, 0, 0, 0, 9, 0, 0, 0, 0]);
        bytes.extend_from_slice(&middle);
        bytes.extend_from_slice(&[0; 4]);
        self.rtp.send_to(&bytes, to).unwrap();
    }

    /// What was heard since the last time, as linear samples.
    pub(crate) fn heard(&self) -> Vec<i16> {
        self.rtp.set_nonblocking(true).unwrap();
        let mut buffer = [0; 2048];
        let mut samples = Vec::new();
        while let Ok((length, _)) = self.rtp.recv_from(&mut buffer) {
            if Packet::is_control(&buffer[..length]) {
                self.control.set(Some(buffer[..length].to_vec()));
                continue;
            }
            let packet = Packet::read(&buffer[..length]).unwrap();
            if packet.payload_type == self.codec {
                let turn = if self.codec == 8 { g711::alaw_to_linear } else { g711::ulaw_to_linear };
                samples.extend(packet.payload.iter().map(|code| turn(*code)));
            }
        }
        samples
    }
}

/// The digest that a user must give (RFC 7616 section 3.4.1, without qop), by MD5 or SHA-256.
pub(crate) fn digest(algorithm: &str, [user, realm, password, nonce]: [&str; 4], request: &Message) -> String {
    let hex = |bytes: &[u8]| -> String { bytes.iter().map(|byte| format!("{byte:02x}")).collect() };
    let hash = |text: String| match algorithm {
        "MD5" => hex(&Md5::digest(text.as_bytes())),
        _ => hex(&Sha256::digest(text.as_bytes())),
    };
    let (one, two) =
        (hash(format!("{user}:{realm}:{password}")), hash(format!("{}:{}", request.method(), request.uri())));
    hash(format!("{one}:{nonce}:{two}"))
}
