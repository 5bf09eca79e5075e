//! The engine between two ends, with time moved by hand: trunks as bare packets, a browser as a real peer connection,
//! and a network that loses and reorders.

mod datagrams;
mod key_tones;

use super::*;
use crate::audio::rtp::Packet;
use crate::audio::telephone_event::payload;
use crate::browser::install_crypto;
use crate::browser::offerer::{Offered, Offerer};
use crate::leg::{Codec, RtpTarget};
use switchboard::{Digit, Language, PlayId, PlayItem, Playing, PromptName};

const ONE: LegId = LegId(1);
const TWO: LegId = LegId(2);

#[allow(clippy::disallowed_methods, reason = "any moment will do to count from")]
fn start() -> Instant {
    Instant::now()
}

fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

fn target(remote: &str, codec: Codec) -> RtpTarget {
    let payload_type = if codec == Codec::Pcma { 8 } else { 0 };
    let remote = address(remote);
    let control = SocketAddr::new(remote.ip(), remote.port() + 1);
    RtpTarget { remote, codec, payload_type, telephone_event: Some(101), control, sending: true, keys: None }
}

fn wav() -> Vec<u8> {
    let sound = vec![0x2A; 400];
    let mut bytes = b"RIFF\0\0\0\0WAVEfmt \x12\0\0\0\x06\0\x01\0\x40\x1F\0\0\x40\x1F\0\0\x01\0\x08\0\0\0data".to_vec();
    bytes.extend_from_slice(&u32::try_from(sound.len()).unwrap().to_le_bytes());
    bytes.extend_from_slice(&sound);
    bytes
}

fn engine() -> Engine {
    let file = wav();
    let prompts = Prompts::load(|_, _| Some(&file)).unwrap();
    Engine::new(prompts, address("192.0.2.1:5000"), Arc::default())
}

fn join(engine: &mut Engine, now: Instant) {
    engine.order(Order::Hear(ONE, vec![TWO]), now);
    engine.order(Order::Hear(TWO, vec![ONE]), now);
}

fn two_trunks(codecs: [Codec; 2]) -> (Engine, Instant) {
    let (mut engine, now) = (engine(), start());
    engine.add_trunk(ONE, 11, Some(target("192.0.2.10:6000", codecs[0])), now);
    engine.add_trunk(TWO, 22, Some(target("192.0.2.20:7000", codecs[1])), now);
    join(&mut engine, now);
    (engine, now)
}

fn sound(payload_type: u8, sequence: u16, bytes: &[u8]) -> Vec<u8> {
    let timestamp = u32::from(sequence) * 160;
    Packet { payload_type, marker: false, sequence, timestamp, ssrc: 7, payload: bytes }.write()
}

/// What was sent: the leg, the address and the packet's payload type, sequence, timestamp and payload.
fn sent(engine: &mut Engine) -> Vec<(LegId, SocketAddr, u8, u16, u32, Vec<u8>)> {
    let outgoing = std::mem::take(&mut engine.out);
    let read = outgoing.into_iter().filter_map(|out| match out {
        Outgoing::Trunk(leg, to, bytes) => {
            let packet = Packet::read(&bytes).unwrap();
            Some((leg, to, packet.payload_type, packet.sequence, packet.timestamp, packet.payload.to_vec()))
        }
        Outgoing::Browser(..) | Outgoing::Control { .. } => None,
    });
    read.collect()
}

#[test]
fn two_trunks_hear_each_other_each_in_its_own_codec_and_numbering() {
    let (mut engine, now) = two_trunks([Codec::Pcma, Codec::Pcmu]);
    engine.trunk_datagram(ONE, address("192.0.2.10:6000"), &sound(8, 500, &[0xD5; 160]), now);
    engine.trunk_datagram(TWO, address("192.0.2.20:7000"), &sound(0, 9000, &[0xFF; 160]), now);
    let out = sent(&mut engine);
    assert_eq!(out.len(), 2);
    assert_eq!((out[0].0, out[0].1, out[0].2), (TWO, address("192.0.2.20:7000"), 0));
    assert!(out[0].3 < 500, "numbers of one leg say nothing of the other: {}", out[0].3);
    assert_eq!((out[1].0, out[1].2, out[1].5.clone()), (ONE, 8, vec![0xD5; 160]), "silence stays silence");
}

#[test]
fn only_the_signalled_address_is_heard_and_a_change_moves_it() {
    let (mut engine, now) = two_trunks([Codec::Pcma; 2]);
    for stranger in ["192.0.2.99:6000", "192.0.2.10:6001", "192.0.2.20:7000"] {
        engine.trunk_datagram(ONE, address(stranger), &sound(8, 1, &[1; 160]), now);
    }
    assert_eq!(sent(&mut engine), []);
    assert_eq!(engine.figures.foreign.load(Ordering::Relaxed), 3);
    engine.set_target(ONE, target("192.0.2.11:6500", Codec::Pcma));
    engine.trunk_datagram(ONE, address("192.0.2.10:6000"), &sound(8, 2, &[1; 160]), now);
    assert_eq!(sent(&mut engine), [], "the old address is a stranger now");
    engine.trunk_datagram(ONE, address("192.0.2.11:6500"), &sound(8, 3, &[1; 160]), now);
    engine.trunk_datagram(TWO, address("192.0.2.20:7000"), &sound(8, 3, &[2; 160]), now);
    let out = sent(&mut engine);
    assert_eq!((out[0].0, out[1].1), (TWO, address("192.0.2.11:6500")));
}

#[test]
fn noise_is_counted_and_ends_nothing() {
    let (mut engine, now) = two_trunks([Codec::Pcma; 2]);
    for length in 0..200usize {
        let noise: Vec<u8> = (0..length).map(|index| (index * 37 + length * 11) as u8).collect();
        engine.trunk_datagram(ONE, address("192.0.2.10:6000"), &noise, now);
        engine.browser_datagram(address("192.0.2.66:1"), &noise, now);
    }
    sent(&mut engine);
    assert_eq!(engine.events, []);
    engine.trunk_datagram(ONE, address("192.0.2.10:6000"), &sound(8, 1, &[1; 160]), now);
    assert_eq!(sent(&mut engine).len(), 1);
}

#[test]
fn a_key_is_told_once_and_passed_on_under_the_other_sides_number() {
    let (mut engine, now) = two_trunks([Codec::Pcma; 2]);
    let mut other = target("192.0.2.20:7000", Codec::Pcma);
    other.telephone_event = Some(96);
    engine.set_target(TWO, other);
    let five = Digit::new('5').unwrap();
    for step in 1..=6u16 {
        let bytes = payload(five, step > 3, step.min(4) * 160);
        let packet =
            Packet { payload_type: 101, marker: step == 1, sequence: step, timestamp: 77, ssrc: 7, payload: &bytes };
        engine.trunk_datagram(ONE, address("192.0.2.10:6000"), &packet.write(), now);
    }
    assert_eq!(engine.events, [TelephonyEvent::Digit(ONE, five)]);
    let out = sent(&mut engine);
    assert_eq!(out.len(), 6);
    assert!(out.iter().all(|packet| packet.2 == 96 && packet.4 == out[0].4), "one event has one timestamp");
}

#[test]
fn a_leg_on_hold_is_sent_nothing_and_a_playing_ends_by_itself() {
    let (mut engine, now) = two_trunks([Codec::Pcma; 2]);
    let mut held = target("192.0.2.10:6000", Codec::Pcma);
    held.sending = false;
    engine.set_target(ONE, held);
    engine.trunk_datagram(TWO, address("192.0.2.20:7000"), &sound(8, 1, &[1; 160]), now);
    assert_eq!(sent(&mut engine), []);
    engine.set_target(ONE, target("192.0.2.10:6000", Codec::Pcma));
    let item = PlayItem { prompt: PromptName::Greeting, language: Language::Fr, at_most: None };
    engine.order(Order::Play(ONE, Playing { id: PlayId(4), items: vec![item], again_from: None }), now);
    for tick in 1..=5u32 {
        engine.tick(now + TICK * tick);
    }
    let out = sent(&mut engine);
    assert_eq!(out.len(), 3, "400 samples are three packets");
    assert!(out.windows(2).all(|pair| pair[1].4.wrapping_sub(pair[0].4) == 160 && pair[1].3 == pair[0].3 + 1));
    assert_eq!(engine.events, [TelephonyEvent::PromptEnded(ONE, PlayId(4))]);
    engine.trunk_datagram(TWO, address("192.0.2.20:7000"), &sound(8, 2, &[1; 160]), now + TICK * 6);
    assert_eq!(sent(&mut engine), [], "a playing takes the place of the other");
}

/// A browser and the engine on a network that drops one datagram in `lossy` and turns the order of some.
struct Wire {
    engine: Engine,
    browser: Offerer,
    /// Where the browser is.
    at: SocketAddr,
    now: Instant,
    lossy: u64,
    chance: u64,
    heard: Vec<u8>,
    connected: bool,
    gone: bool,
}

const BROWSER: &str = "192.0.2.50:40000";

impl Wire {
    fn new(lossy: u64) -> Self {
        install_crypto();
        let now = start();
        let mut engine = engine();
        let (mut browser, offer) = Offerer::new(address(BROWSER), now).unwrap();
        let answer = engine.add_browser(TWO, &offer, now).unwrap();
        browser.take_answer(&answer).unwrap();
        engine.add_trunk(ONE, 11, Some(target("192.0.2.10:6000", Codec::Pcma)), now);
        Self {
            engine,
            browser,
            at: address(BROWSER),
            now,
            lossy,
            chance: 88_172_645_463_325_252,
            heard: Vec::new(),
            connected: false,
            gone: false,
        }
    }

    fn lost(&mut self) -> bool {
        // By chance, though always the same: losing every third would lose the same part of every repeated handshake.
        self.chance ^= self.chance << 13;
        self.chance ^= self.chance >> 7;
        self.chance ^= self.chance << 17;
        self.lossy > 0 && self.chance.is_multiple_of(self.lossy)
    }

    /// Twenty milliseconds on both sides; `talking` says whether the browser sends.
    fn step(&mut self, talking: bool) {
        self.now += TICK;
        let mut out = Vec::new();
        self.browser.time_passes(self.now, &mut out);
        if talking {
            self.browser.send(&[0x77; 160], self.now, &mut out);
        }
        // What is turned in order arrives all the same.
        out.reverse();
        let mut rounds = 0;
        while !out.is_empty() && rounds < 50 {
            rounds += 1;
            for item in std::mem::take(&mut out) {
                match item {
                    Offered::Datagram(_, bytes) if !self.lost() => {
                        self.engine.browser_datagram(self.at, &bytes, self.now);
                    }
                    Offered::Datagram(..) => {}
                    Offered::Connected => self.connected = true,
                    Offered::Sound(_, samples) => self.heard.extend(samples),
                    Offered::Gone => self.gone = true,
                }
            }
            for outgoing in std::mem::take(&mut self.engine.out) {
                if let Outgoing::Browser(to, bytes) = outgoing
                    && !self.lost()
                    && to == self.at
                {
                    self.browser.receive(address("192.0.2.1:5000"), &bytes, self.now, &mut out);
                }
            }
        }
        self.engine.tick(self.now);
        for outgoing in std::mem::take(&mut self.engine.out) {
            if let Outgoing::Browser(to, bytes) = outgoing
                && !self.lost()
                && to == self.at
            {
                self.browser.receive(address("192.0.2.1:5000"), &bytes, self.now, &mut out);
            }
        }
        for item in out {
            if let Offered::Sound(_, samples) = item {
                self.heard.extend(samples);
            }
        }
    }

    fn until(&mut self, what: &str, talking: bool, wanted: impl Fn(&Self) -> bool) {
        for _ in 0..1500 {
            if wanted(self) {
                return;
            }
            self.step(talking);
        }
        panic!("not within thirty seconds: {what}; {:?}", self.engine.events);
    }
}

fn told(wire: &Wire, event: &TelephonyEvent) -> bool {
    wire.engine.events.contains(event)
}

#[test]
fn a_browser_connects_over_a_bad_network_and_hears_the_trunk() {
    for lossy in [0, 20, 8] {
        let mut wire = Wire::new(lossy);
        wire.engine.order(Order::Answer(TWO), wire.now);
        wire.until("answered", true, |wire| told(wire, &TelephonyEvent::Answered(TWO)));
        wire.until("heard", true, |wire| told(wire, &TelephonyEvent::Heard(TWO)));
        join(&mut wire.engine, wire.now);
        for sequence in 0..50u16 {
            let packet = sound(8, sequence, &[0x33; 160]);
            wire.engine.trunk_datagram(ONE, address("192.0.2.10:6000"), &packet, wire.now);
            wire.step(true);
        }
        let clear = wire.heard.iter().filter(|code| **code == 0x33).count();
        assert!(clear >= 25 * 160, "one loss in {lossy}: only {clear} samples of 8000 were heard");
    }
}

#[test]
fn a_browser_that_moves_is_heard_again_with_the_keys_it_had() {
    let mut wire = Wire::new(8);
    wire.until("heard", true, |wire| told(wire, &TelephonyEvent::Heard(TWO)));
    let (_, foreign) = Offerer::new(address("192.0.2.77:5000"), wire.now).unwrap();
    let refused = wire.engine.restart_browser(TWO, &foreign, wire.now);
    assert_eq!(refused, Err(OfferRefused::Malformed), "another browser has other keys");
    for nonsense in ["", "v=0\r\n", "a=fingerprint:sha-256 00"] {
        assert!(wire.engine.restart_browser(TWO, nonsense, wire.now).is_err());
    }
    assert_eq!(wire.engine.restart_browser(ONE, &foreign, wire.now), Err(OfferRefused::NoMedia), "no browser's leg");
    // As often as anybody moves in a call, and more often than addresses are kept.
    for place in 1..=40u16 {
        wire.engine.events.clear();
        wire.at = SocketAddr::new(wire.at.ip(), 40_000 + place);
        wire.until("quiet", false, |wire| told(wire, &TelephonyEvent::Quiet(TWO)));
        let offer = wire.browser.restart(wire.at).unwrap();
        let answer = wire.engine.restart_browser(TWO, &offer, wire.now).unwrap();
        wire.browser.take_answer(&answer).unwrap();
        wire.until("heard again", true, |wire| told(wire, &TelephonyEvent::Heard(TWO)));
    }
    join(&mut wire.engine, wire.now);
    wire.heard.clear();
    for sequence in 0..50u16 {
        let packet = sound(8, sequence, &[0x33; 160]);
        wire.engine.trunk_datagram(ONE, address("192.0.2.10:6000"), &packet, wire.now);
        wire.step(true);
    }
    let clear = wire.heard.iter().filter(|code| **code == 0x33).count();
    assert!(clear >= 25 * 160, "only {clear} samples of 8000 were heard");
    assert!(wire.engine.browsers.len() <= 20, "addresses of before are forgotten");
}

#[test]
fn a_silent_browser_is_missed_and_found_again_and_in_the_end_given_up() {
    let mut wire = Wire::new(0);
    wire.until("heard", true, |wire| told(wire, &TelephonyEvent::Heard(TWO)));
    wire.engine.events.clear();
    let silent_since = wire.now;
    wire.until("quiet", false, |wire| told(wire, &TelephonyEvent::Quiet(TWO)));
    let missed = wire.now - silent_since;
    assert!(missed < Duration::from_millis(1600), "missed after {missed:?}");
    wire.until("heard again", true, |wire| told(wire, &TelephonyEvent::Heard(TWO)));
    wire.engine.events.clear();
    wire.until("given up", false, |wire| told(wire, &TelephonyEvent::Ended(TWO, LegEnd::Lost)));
}

#[test]
fn a_page_that_closed_its_signalling_has_hung_up_once_it_is_silent() {
    let mut wire = Wire::new(0);
    wire.until("heard", true, |wire| told(wire, &TelephonyEvent::Heard(TWO)));
    wire.engine.order(Order::Unattended(TWO), wire.now);
    for _ in 0..100 {
        wire.step(true);
    }
    assert!(!told(&wire, &TelephonyEvent::Ended(TWO, LegEnd::HungUp)), "while it sounds, the talk goes on");
    wire.until("hung up", false, |wire| told(wire, &TelephonyEvent::Ended(TWO, LegEnd::HungUp)));
}

#[test]
fn offers_that_cannot_be_used_are_told_apart() {
    install_crypto();
    let (mut engine, now) = (engine(), start());
    assert_eq!(engine.add_browser(ONE, "hello", now), Err(OfferRefused::Malformed));
    assert_eq!(engine.add_browser(ONE, "v=0\r\n", now), Err(OfferRefused::Malformed));
}

#[test]
fn a_trunk_leg_of_which_nothing_is_heard_is_asked_for_again_and_again() {
    let (mut engine, start) = (engine(), start());
    let at = |seconds: u64| start + Duration::from_secs(seconds);
    engine.add_trunk(LegId(1), 7, None, start);
    engine.tick(at(19));
    assert_eq!(engine.silent, []);
    engine.tick(at(20));
    engine.tick(at(21));
    assert_eq!(engine.silent, [LegId(1)]);
    engine.tick(at(40));
    assert_eq!(engine.silent, [LegId(1), LegId(1)]);
}
