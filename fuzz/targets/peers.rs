//! A browser and a trunk at one engine, for the targets that throw datagrams at them.

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};
use switchboard::LegId;
use telephony::audio::rtp::Packet;
use telephony::fuzzing::Engine;
use telephony::{Offered, Offerer, Order, Prompts, install_crypto};

const fn at(last: u8, port: u16) -> SocketAddr {
    SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, last)), port)
}

pub const STRANGER: SocketAddr = at(66, 40_001);
pub const BROWSER: SocketAddr = at(50, 40_000);
pub const BROWSERS_LEG: LegId = LegId(2);
const HOUSE: SocketAddr = at(1, 5_000);
const TRUNKS: [(LegId, SocketAddr); 2] = [(LegId(1), at(10, 6_000)), (LegId(3), at(11, 6_000))];

/// The engine with a browser's leg that a trunk hears, and a second trunk that the first is heard by.
pub struct Pair {
    pub engine: Engine,
    pub now: Instant,
    /// The last datagrams that the browser really sent.
    pub genuine: VecDeque<Vec<u8>>,
    browser: Offerer,
    sequence: u16,
}

impl Pair {
    pub fn new() -> Self {
        install_crypto();
        let now = Instant::now();
        let file = wav();
        let mut engine = Engine::new(Prompts::load(|_, _| Some(&file)).expect("prompts"), HOUSE);
        let (mut browser, offer) = Offerer::new(BROWSER, now).expect("an offer");
        let answer = engine.add_browser(BROWSERS_LEG, &offer, now).expect("an answer");
        browser.take_answer(&answer).expect("an answer that can be taken");
        for (leg, at) in TRUNKS {
            engine.add_trunk(leg, at, true, true, now);
        }
        engine.order(Order::Hear(TRUNKS[0].0, vec![BROWSERS_LEG]), now);
        engine.order(Order::Hear(TRUNKS[1].0, vec![TRUNKS[0].0]), now);
        Self { engine, now, genuine: VecDeque::new(), browser, sequence: 0 }
    }

    #[allow(dead_code, reason = "one of the two targets has no need of it")]
    pub fn connected() -> Self {
        let mut pair = Self::new();
        pair.connect();
        pair
    }

    /// Twenty milliseconds on both sides; how many packets the first trunk was sent.
    pub fn step(&mut self, talking: bool) -> usize {
        self.now += Duration::from_millis(20);
        let (mut out, mut heard) = (Vec::new(), 0);
        self.browser.time_passes(self.now, &mut out);
        if talking {
            self.browser.send(&[0x77; 160], self.now, &mut out);
        }
        self.engine.tick(self.now);
        for _ in 0..20 {
            for item in std::mem::take(&mut out) {
                if let Offered::Datagram(_, bytes) = item {
                    self.engine.browser_datagram(BROWSER, &bytes, self.now);
                    if self.genuine.len() == 32 {
                        self.genuine.pop_front();
                    }
                    self.genuine.push_back(bytes);
                }
            }
            for (leg, to, bytes) in self.engine.sent() {
                match leg {
                    None => self.browser.receive(HOUSE, &bytes, self.now, &mut out),
                    Some(leg) => heard += usize::from(leg == TRUNKS[0].0 && to == TRUNKS[0].1),
                }
            }
        }
        let _told = self.engine.told();
        heard
    }

    /// Lets the browser connect and be heard; it must be, within five seconds.
    pub fn connect(&mut self) {
        let heard = (0..250).any(|_| self.step(true) > 0);
        assert!(heard, "the browser does not connect");
    }

    #[allow(dead_code, reason = "one of the two targets has no need of it")]
    /// Twenty milliseconds of talk: the browser's voice comes through.
    pub fn talk(&mut self) {
        assert!(self.step(true) > 0, "the browser's voice is no longer heard");
    }

    #[allow(dead_code, reason = "one of the two targets has no need of it")]
    /// The legs beside the browser's go on: what one trunk says, the other is sent.
    pub fn others_are_heard(&mut self) {
        self.sequence += 1;
        let timestamp = u32::from(self.sequence) * 160;
        let packet = Packet {
            payload_type: 8,
            marker: false,
            sequence: self.sequence,
            timestamp,
            ssrc: 7,
            payload: &[0x55; 160],
        };
        self.engine.trunk_datagram(TRUNKS[0].0, TRUNKS[0].1, &packet.write(), self.now);
        assert!(self.engine.sent().iter().any(|(leg, to, _)| *leg == Some(TRUNKS[1].0) && *to == TRUNKS[1].1));
    }
}

/// A prompt of A-law, 50 ms long.
fn wav() -> Vec<u8> {
    let mut bytes = b"RIFF\0\0\0\0WAVEfmt \x12\0\0\0\x06\0\x01\0\x40\x1F\0\0\x40\x1F\0\0\x01\0\x08\0\0\0data".to_vec();
    bytes.extend(400_u32.to_le_bytes());
    bytes.extend([0x2A; 400]);
    bytes
}
