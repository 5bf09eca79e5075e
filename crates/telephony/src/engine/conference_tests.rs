//! Conferences, with time moved by hand and sound measured at each ear: who hears whom, how loud, and what a bad network
//! does to it.

use super::*;
use crate::audio::g711;
use crate::audio::rtp::Packet;
use crate::audio::{FRAME, tone};
use crate::leg::{Codec, RtpTarget};

const HERTZ: [f64; 4] = [440.0, 700.0, 1000.0, 1900.0];
const CALLER: usize = 0;
const LISTENER: usize = 1;
const SUPERVISOR: usize = 2;

#[allow(clippy::disallowed_methods, reason = "any moment will do to count from")]
fn start() -> Instant {
    Instant::now()
}

fn leg(index: usize) -> LegId {
    LegId(i64::try_from(index).unwrap() + 1)
}

fn address(index: usize) -> SocketAddr {
    format!("192.0.2.{}:6000", index + 10).parse().unwrap()
}

/// Four trunk legs of which each says a tone of its own, and what each hears.
struct House {
    engine: Engine,
    begun: Instant,
    now: Instant,
    level: f64,
    /// Packets each has sent; a packet is sent when its own clock says so.
    sent: [u32; 4],
    /// How far each one's clock is off, in millionths.
    off: [i64; 4],
    heard: [Vec<i16>; 4],
    /// The numbers of the packets each got, and when: sequence, timestamp, milliseconds.
    numbers: [Vec<(u16, u32, u128)>; 4],
    /// Whether a packet of a leg is lost, and by how many frames it is late.
    lost: fn(usize, u32) -> bool,
    late: Vec<(u128, usize, Vec<u8>)>,
    delay: fn(usize, u32) -> u128,
}

impl House {
    fn new() -> Self {
        let now = start();
        let prompts = Prompts::load(|_, _| Some(&WAV)).unwrap();
        let mut engine = Engine::new(prompts, "192.0.2.1:5000".parse().unwrap(), Arc::default());
        for index in 0..4 {
            let target = RtpTarget {
                remote: address(index),
                codec: if index == 3 { Codec::Pcmu } else { Codec::Pcma },
                payload_type: if index == 3 { 0 } else { 8 },
                telephone_event: Some(101),
                control: SocketAddr::new(address(index).ip(), address(index).port() + 1),
                sending: true,
                keys: None,
            };
            engine.add_trunk(leg(index), index as u32 + 77, Some(target), now);
        }
        Self {
            engine,
            begun: now,
            now,
            level: 0.2,
            sent: [0; 4],
            off: [0; 4],
            heard: Default::default(),
            numbers: Default::default(),
            lost: |_, _| false,
            late: Vec::new(),
            delay: |_, _| 0,
        }
    }

    fn hear(&mut self, ear: usize, heard: &[usize]) {
        self.engine.order(Order::Hear(leg(ear), heard.iter().copied().map(leg).collect()), self.now);
    }

    fn milliseconds(&self) -> u128 {
        (self.now - self.begun).as_millis()
    }

    /// Lets time pass, a millisecond at a time; each leg talks from a phase of its own.
    fn run(&mut self, milliseconds: u32) {
        for _ in 0..milliseconds {
            self.now += Duration::from_millis(1);
            let now = self.milliseconds();
            for index in 0..4 {
                let own = i64::try_from(now).unwrap() * (1_000_000 + self.off[index]) / 1_000_000;
                if own > i64::from(self.sent[index]) * 20 + 3 * index as i64 {
                    self.talk(index);
                }
            }
            let (due, late) = std::mem::take(&mut self.late).into_iter().partition(|(at, ..)| *at <= now);
            self.late = late;
            let due: Vec<(u128, usize, Vec<u8>)> = due;
            for (_, index, bytes) in due {
                self.engine.trunk_datagram(leg(index), address(index), &bytes, self.now);
            }
            if now.is_multiple_of(20) {
                self.engine.tick(self.now);
            }
            self.collect();
        }
    }

    fn talk(&mut self, index: usize) {
        let number = self.sent[index];
        self.sent[index] += 1;
        if (self.lost)(index, number) {
            return;
        }
        let sound = tone::sine(HERTZ[index], self.level, u64::from(number) * 160, FRAME);
        let sound = if index == 3 { g711::alaw_to_ulaw(&sound) } else { sound };
        let packet = Packet {
            payload_type: if index == 3 { 0 } else { 8 },
            marker: false,
            sequence: (number as u16).wrapping_add(65_000 + index as u16 * 11),
            timestamp: (number * 160).wrapping_add(4_294_900_000),
            ssrc: 9,
            payload: &sound,
        };
        let at = self.milliseconds() + (self.delay)(index, number);
        self.late.push((at, index, packet.write()));
    }

    fn collect(&mut self) {
        let now = self.milliseconds();
        for outgoing in std::mem::take(&mut self.engine.out) {
            let Outgoing::Trunk(to, remote, bytes) = outgoing else { continue };
            let index = usize::try_from(to.0 - 1).unwrap();
            assert_eq!(remote, address(index));
            let packet = Packet::read(&bytes).unwrap();
            assert_eq!(packet.ssrc, index as u32 + 77, "one source for all that a leg is sent");
            let turn = if index == 3 { g711::ulaw_to_linear } else { g711::alaw_to_linear };
            self.heard[index].extend(packet.payload.iter().map(|code| turn(*code)));
            self.numbers[index].push((packet.sequence, packet.timestamp, now));
        }
    }

    /// Forgets what was heard so far, lets time pass, and says how loud each tone is at an ear: the peak as a share of full
    /// scale.
    fn levels(&mut self, milliseconds: u32) -> [[f64; 4]; 4] {
        self.heard = Default::default();
        self.run(milliseconds);
        std::array::from_fn(|ear| {
            let heard = &self.heard[ear];
            HERTZ.map(|hertz| tone::share(heard, hertz) * tone::rms(heard) * 2f64.sqrt() / 32_000.0)
        })
    }

    /// Numbers of each leg go on without a gap or a turn, and as fast as time does.
    fn check_numbers(&self) {
        for (index, numbers) in self.numbers.iter().enumerate() {
            for pair in numbers.windows(2) {
                assert_eq!(pair[1].0, pair[0].0.wrapping_add(1), "leg {index}: {pair:?}");
                let step = pair[1].1.wrapping_sub(pair[0].1);
                assert!(step.is_multiple_of(160) && step > 0 && step < 8000, "leg {index}: {pair:?}");
            }
        }
    }

    /// The longest time an ear got no packet.
    fn longest_pause(&self, ear: usize) -> u128 {
        self.numbers[ear].windows(2).map(|pair| pair[1].2 - pair[0].2).max().unwrap_or(u128::MAX)
    }
}

const WAV: [u8; 58] =
    *b"RIFF\0\0\0\0WAVEfmt \x12\0\0\0\x06\0\x01\0\x40\x1F\0\0\x40\x1F\0\0\x01\0\x08\0\0\0data\x0c\0\0\0************";

/// Which tones an ear hears: those of about the level said, and no trace of the others.
fn assert_hears(levels: [[f64; 4]; 4], ear: usize, wanted: &[usize], level: f64) {
    for (index, found) in levels[ear].iter().enumerate() {
        if wanted.contains(&index) {
            assert!((found - level).abs() < level * 0.05, "ear {ear} hears {index} at {found}: {levels:?}");
        } else {
            assert!(*found < 0.01, "ear {ear} must not hear {index}: {found}");
        }
    }
}

#[test]
fn three_hear_each_other_at_the_levels_at_which_they_speak() {
    let mut house = House::new();
    house.hear(0, &[1, 2]);
    house.hear(1, &[0, 2]);
    house.hear(2, &[0, 1]);
    house.run(200);
    let levels = house.levels(2000);
    assert_hears(levels, 0, &[1, 2], 0.2);
    assert_hears(levels, 1, &[0, 2], 0.2);
    assert_hears(levels, 2, &[0, 1], 0.2);
    assert_eq!(house.heard[3], [], "a leg that hears nobody is sent nothing");
    for (index, heard) in house.heard.iter().take(3).enumerate() {
        assert_eq!(heard.len(), 16_000, "ear {index}: two seconds of two seconds");
    }
    house.check_numbers();
}

#[test]
fn a_supervisor_listens_unheard_then_whispers_and_then_joins() {
    let mut house = House::new();
    house.hear(CALLER, &[LISTENER]);
    house.hear(LISTENER, &[CALLER]);
    house.hear(SUPERVISOR, &[CALLER, LISTENER]);
    house.run(200);
    let levels = house.levels(1000);
    assert_hears(levels, CALLER, &[LISTENER], 0.2);
    assert_hears(levels, LISTENER, &[CALLER], 0.2);
    assert_hears(levels, SUPERVISOR, &[CALLER, LISTENER], 0.2);

    house.hear(LISTENER, &[CALLER, SUPERVISOR]);
    house.run(200);
    let levels = house.levels(1000);
    assert_hears(levels, CALLER, &[LISTENER], 0.2);
    assert_hears(levels, LISTENER, &[CALLER, SUPERVISOR], 0.2);

    house.hear(CALLER, &[LISTENER, SUPERVISOR]);
    house.run(200);
    assert_hears(house.levels(1000), CALLER, &[LISTENER, SUPERVISOR], 0.2);
    house.hear(CALLER, &[]);
    house.heard = Default::default();
    house.run(200);
    assert_eq!(house.heard[CALLER], [], "nobody to hear, nothing to send");
    house.check_numbers();
}

#[test]
fn one_voice_fans_out_undecoded_and_without_delay() {
    let mut house = House::new();
    for ear in 1..4 {
        house.hear(ear, &[0]);
    }
    house.run(1000);
    let said: Vec<i16> = tone::sine(HERTZ[0], 0.2, 0, 8000).iter().map(|code| g711::alaw_to_linear(*code)).collect();
    assert_eq!(house.heard[1], said, "passed on sample by sample, none later than the millisecond it came in");
    assert_eq!(house.heard[2], said);
    assert!(house.engine.legs.values().all(|leg| leg.voice.held().is_none()), "nothing is decoded");
}

#[test]
fn loud_voices_are_cut_off_and_not_turned_around() {
    let mut house = House::new();
    house.level = 0.9;
    house.hear(3, &[0, 1, 2]);
    house.run(200);
    house.levels(1000);
    let heard = &house.heard[3];
    let loudest = heard.iter().copied().max().unwrap();
    assert!(loudest > 31_000, "{loudest}");
    // A sum that turned around would leap from one end of the scale to the other.
    let leap = heard.windows(2).map(|pair| (i32::from(pair[1]) - i32::from(pair[0])).abs()).max().unwrap();
    assert!(leap < 55_000, "{leap}");
    assert!(tone::rms(heard) > 0.9 * 32_000.0 / 2f64.sqrt(), "three are louder than one: {}", tone::rms(heard));
}

#[test]
fn loss_and_disorder_are_heard_as_little_as_can_be() {
    let mut house = House::new();
    house.hear(3, &[0, 1]);
    house.lost = |index, number| index == 0 && number % 20 == 7;
    house.delay = |index, number| if index == 1 { u128::from(number % 3) * 15 } else { 0 };
    house.run(400);
    let levels = house.levels(4000);
    assert!((levels[3][1] - 0.2).abs() < 0.01, "disorder is put right: {levels:?}");
    assert!((levels[3][0] - 0.2).abs() < 0.02, "one loss in twenty: {levels:?}");
    assert_eq!(house.heard[3].len(), 32_000, "a mix is never late");
    house.check_numbers();
}

#[test]
fn a_leg_that_vanishes_leaves_the_others_talking() {
    let mut house = House::new();
    house.hear(0, &[1, 2, 3]);
    house.hear(1, &[0, 2]);
    house.run(300);
    house.engine.order(Order::HangUp(leg(2)), house.now);
    house.run(200);
    let levels = house.levels(1000);
    assert_hears(levels, 0, &[1, 3], 0.2);
    assert_hears(levels, 1, &[0], 0.2);
    assert!(house.engine.legs[&leg(0)].voice.held().is_none(), "one heard alone is passed on again");
    house.engine.remove(leg(1), house.now);
    house.engine.remove(leg(3), house.now);
    house.heard = Default::default();
    house.run(200);
    assert_eq!(house.heard, <[Vec<i16>; 4]>::default());
    assert!(house.engine.ears.is_empty());
    assert!(house.engine.legs.values().all(|leg| leg.voice.held().is_none() && leg.source.legs().is_empty()));
    house.check_numbers();
}

#[test]
fn passing_over_between_one_and_several_neither_clicks_nor_stops() {
    let mut house = House::new();
    // The fourth is silent: what is measured is the caller's tone alone.
    house.lost = |index, _| index == 2;
    let alone = |house: &House, ear: usize| {
        let heard = &house.heard[ear];
        heard.windows(2).map(|pair| (i32::from(pair[1]) - i32::from(pair[0])).abs()).max().unwrap()
    };
    house.hear(LISTENER, &[CALLER]);
    house.run(300);
    house.heard = Default::default();
    house.run(300);
    let steady = alone(&house, LISTENER);
    for _ in 0..5 {
        house.hear(LISTENER, &[CALLER, SUPERVISOR]);
        house.run(313);
        house.hear(LISTENER, &[CALLER]);
        house.run(307);
    }
    let step = alone(&house, LISTENER);
    assert!(step < steady * 2, "a click of {step}; the tone alone steps by {steady}");
    assert!(house.longest_pause(LISTENER) <= 40, "{} ms without a packet", house.longest_pause(LISTENER));
    let quiet = house.heard[LISTENER].chunks(80).fold((0, 0), |(now, most), piece| {
        let now = if tone::rms(piece) < 600.0 { now + 10 } else { 0 };
        (now, most.max(now))
    });
    assert!(quiet.1 <= 60, "{} ms of silence", quiet.1);
    house.check_numbers();
}

#[test]
fn a_prompt_takes_the_place_of_a_conference_and_back() {
    let mut house = House::new();
    house.hear(0, &[1, 2]);
    house.run(300);
    let item = switchboard::PlayItem {
        prompt: switchboard::PromptName::Greeting,
        language: switchboard::Language::Fr,
        at_most: Some(400),
    };
    let playing = switchboard::Playing { id: switchboard::PlayId(1), items: vec![item], again_from: None };
    house.engine.order(Order::Play(leg(0), playing), house.now);
    house.run(20);
    let levels = house.levels(300);
    assert!(levels[0].iter().all(|level| *level < 0.01), "{levels:?}");
    assert!(house.engine.legs.values().all(|leg| leg.voice.held().is_none()));
    house.hear(0, &[1, 2]);
    house.run(200);
    assert_hears(house.levels(1000), 0, &[1, 2], 0.2);
    house.check_numbers();
}

#[test]
fn keys_reach_those_who_hear_one_alone_and_are_told_once() {
    let mut house = House::new();
    house.hear(1, &[0]);
    house.hear(2, &[0, 1]);
    let bytes = crate::audio::telephone_event::payload(switchboard::Digit::new('5').unwrap(), true, 800);
    for sequence in 1..4 {
        let packet = Packet { payload_type: 101, marker: false, sequence, timestamp: 5, ssrc: 9, payload: &bytes };
        house.engine.trunk_datagram(leg(0), address(0), &packet.write(), house.now);
    }
    assert_eq!(house.engine.events.len(), 1);
    assert!(house.engine.out.iter().all(|out| matches!(out, Outgoing::Trunk(to, ..) if *to == leg(1))));
    assert_eq!(house.engine.out.len(), 3);
}

#[test]
fn orders_that_name_nobody_or_oneself_or_twice_do_no_harm() {
    let mut house = House::new();
    house.hear(0, &[0, 1, 1]);
    house.engine.order(Order::Hear(LegId(99), vec![leg(0)]), house.now);
    house.engine.order(Order::Hear(leg(1), vec![LegId(99)]), house.now);
    house.run(200);
    let levels = house.levels(500);
    assert_hears(levels, 0, &[1], 0.2);
    assert!(house.engine.legs.values().all(|leg| leg.voice.held().is_none()));
    assert_eq!(house.heard[1], []);
}

#[test]
fn half_a_minute_with_clocks_that_are_off_grows_nothing() {
    let mut house = House::new();
    house.off = [-200, 200, 0, 0];
    house.hear(3, &[0, 1, 2]);
    house.hear(2, &[0, 1]);
    house.run(500);
    for _ in 0..30 {
        house.heard = Default::default();
        house.run(1000);
        // A voice that is being slowed down or sped up by half a hundredth loses some of its share, even in a short piece.
        for piece in house.heard[3].chunks(800).chain(house.heard[2].chunks(800)) {
            for hertz in &HERTZ[..2] {
                let level = tone::share(piece, *hertz) * tone::rms(piece) * 2f64.sqrt() / 32_000.0;
                assert!((0.13..0.22).contains(&level), "{hertz} at {level}");
            }
        }
        for index in 0..3 {
            let held = house.engine.legs[&leg(index)].voice.held().unwrap();
            assert!((0..1120).contains(&held), "{index} holds {held} samples");
        }
    }
    assert_eq!(house.heard[3].len(), 8000);
    house.engine.events.retain(|event| !matches!(event, TelephonyEvent::Quality(..)));
    assert!(house.engine.ears.len() == 3 && house.engine.events.is_empty());
    house.check_numbers();
}
