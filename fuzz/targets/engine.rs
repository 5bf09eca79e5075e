//! The media engine: datagrams from anywhere, orders and time, in any order. Nothing ends it; what is sent for a trunk leg goes
//! to where that leg's description says and nowhere else, and whoever is not signalled is neither heard nor answered.
#![no_main]

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use switchboard::{Language, LegId, PlayId, PlayItem, Playing, PromptName, Refusal};
use telephony::audio::rtp::Packet;
use telephony::fuzzing::Engine;
use telephony::{Order, Prompts};

#[derive(Debug, Arbitrary)]
enum Step<'a> {
    /// A leg, at the address of that number.
    Add {
        leg: u8,
        at: u8,
        pcma: bool,
        sending: bool,
    },
    Move {
        leg: u8,
        at: u8,
        pcma: bool,
        sending: bool,
    },
    /// Any bytes, on the socket of sound or of RTCP, from the address of that number, or from the port beside it.
    Bytes {
        leg: u8,
        at: u8,
        control: bool,
        bytes: &'a [u8],
    },
    /// Sound or a key, well formed.
    Packet {
        leg: u8,
        at: u8,
        kind: u8,
        sequence: u16,
        timestamp: u32,
        source: u8,
        payload: &'a [u8],
    },
    /// Any bytes on the browsers' socket.
    Browser {
        at: u8,
        bytes: &'a [u8],
    },
    Offer {
        leg: u8,
        offer: &'a str,
    },
    Hear {
        leg: u8,
        heard: [u8; 3],
        count: u8,
    },
    Play {
        leg: u8,
        repeat: bool,
    },
    HangUp(u8),
    Answer(u8),
    Attend(u8, bool),
    /// So many frames of 20 ms, and milliseconds between.
    Time {
        frames: u8,
        late: u16,
    },
}

/// As many legs and addresses as there are: few, so that they meet.
const LEGS: u8 = 5;

fn leg(number: u8) -> LegId {
    LegId(i64::from(number % LEGS) + 1)
}

fn address(number: u8) -> SocketAddr {
    SocketAddr::from(([192, 0, 2, 10 + number % LEGS], 6000 + 2 * u16::from(number / LEGS % 4)))
}

fn prompts() -> Prompts {
    static FILE: OnceLock<Vec<u8>> = OnceLock::new();
    let file = FILE.get_or_init(|| wav());
    Prompts::load(|_, _| Some(file)).expect("prompts")
}

fn order(step: &Step) -> Option<Order> {
    Some(match step {
        Step::Hear { leg: ear, heard, count } => {
            Order::Hear(leg(*ear), heard.iter().take(usize::from(count % 4)).map(|number| leg(*number)).collect())
        }
        Step::Play { leg: ear, repeat } => {
            let prompt = PlayItem { prompt: PromptName::Greeting, language: Language::Fr, at_most: None };
            Order::Play(leg(*ear), Playing { id: PlayId(1), items: vec![prompt], again_from: repeat.then_some(0) })
        }
        Step::HangUp(number) if number % 2 == 0 => Order::HangUp(leg(*number)),
        Step::HangUp(number) => Order::Refuse(leg(*number), Refusal::QueueFull),
        Step::Answer(number) => Order::Answer(leg(*number)),
        Step::Attend(number, true) => Order::Attended(leg(*number)),
        Step::Attend(number, false) => Order::Unattended(leg(*number)),
        _ => return None,
    })
}

fuzz_target!(|steps: Vec<Step>| {
    let mut now = Instant::now();
    let mut engine = Engine::new(prompts(), ([192, 0, 2, 1], 5000).into());
    let mut signalled: HashMap<LegId, SocketAddr> = HashMap::new();
    for step in steps.iter().take(200) {
        match step {
            Step::Add { leg: number, at, pcma, sending } if !engine.knows(leg(*number)) => {
                engine.add_trunk(leg(*number), address(*at), *pcma, *sending, now);
                signalled.insert(leg(*number), address(*at));
            }
            Step::Move { leg: number, at, pcma, sending } if signalled.contains_key(&leg(*number)) => {
                engine.set_target(leg(*number), address(*at), *pcma, *sending);
                signalled.insert(leg(*number), address(*at));
            }
            Step::Bytes { leg: number, at, control: false, bytes } => {
                engine.trunk_datagram(leg(*number), address(*at), bytes, now);
            }
            Step::Bytes { leg: number, at, control: true, bytes } => {
                let at = address(*at);
                engine.trunk_control(leg(*number), SocketAddr::new(at.ip(), at.port() + 1), bytes, now);
            }
            Step::Packet { leg: number, at, kind, sequence, timestamp, source, payload } => {
                let payload_type = [8, 0, 101, 13, 96, 8][usize::from(kind % 6)];
                let (sequence, timestamp, ssrc) = (*sequence, *timestamp, u32::from(*source));
                let packet = Packet { payload_type, marker: false, sequence, timestamp, ssrc, payload };
                let before = signalled.get(&leg(*number)).copied();
                engine.trunk_datagram(leg(*number), address(*at), &packet.write(), now);
                if before != Some(address(*at)) {
                    assert!(engine.sent().is_empty(), "who is not signalled is heard");
                }
            }
            Step::Browser { at, bytes } => engine.browser_datagram(address(*at), bytes, now),
            Step::Offer { leg: number, offer } if !engine.knows(leg(*number)) => {
                let _answer = engine.add_browser(leg(*number), offer, now);
            }
            Step::Time { frames, late } => {
                for _ in 0..frames % 64 {
                    now += Duration::from_millis(20);
                    engine.tick(now);
                }
                now += Duration::from_millis(u64::from(*late));
            }
            step => {
                if let Some(order) = order(step) {
                    engine.order(order, now);
                }
            }
        }
        for (from, to, bytes) in engine.sent() {
            if let Some(from) = from {
                let at = signalled.get(&from).expect("a leg that was described");
                assert!(to == *at || to == SocketAddr::new(at.ip(), at.port() + 1), "{from:?} sends to {to}");
            }
            assert!(bytes.len() <= 66_000);
        }
        signalled.retain(|leg, _| engine.knows(*leg));
        let _told = engine.told();
    }
});

/// A prompt of A-law, 50 ms long.
fn wav() -> Vec<u8> {
    let mut bytes = b"RIFF\0\0\0\0WAVEfmt \x12\0\0\0\x06\0\x01\0\x40\x1F\0\0\x40\x1F\0\0\x01\0\x08\0\0\0data".to_vec();
    bytes.extend(400_u32.to_le_bytes());
    bytes.extend([0x2A; 400]);
    bytes
}
