//! Keys that are only heard.

use super::*;
use crate::audio::{FRAME, g711, tone};

/// The tones of the key 5, packet after packet.
fn five(packets: usize) -> Vec<Vec<u8>> {
    let linear = |hertz| -> Vec<i16> {
        tone::sine(hertz, 0.2, 0, packets * FRAME).iter().map(|code| g711::alaw_to_linear(*code)).collect()
    };
    let both: Vec<u8> = linear(770.0)
        .into_iter()
        .zip(linear(1336.0))
        .map(|(one, other)| g711::linear_to_alaw(one.saturating_add(other)))
        .collect();
    both.chunks(FRAME).map(<[u8]>::to_vec).collect()
}

#[test]
fn keys_are_heard_in_the_sound_where_the_other_side_knows_no_events_and_only_there() {
    for (telephone_event, expected) in [(None, 1), (Some(101), 0)] {
        let (mut engine, now) = (engine(), start());
        engine.add_trunk(ONE, 11, Some(RtpTarget { telephone_event, ..target("192.0.2.10:6000", Codec::Pcmu) }), now);
        for (number, alaw) in (0..).zip(five(5)) {
            let ulaw = g711::alaw_to_ulaw(&alaw);
            engine.trunk_datagram(ONE, address("192.0.2.10:6000"), &sound(0, number, &ulaw), now);
        }
        let five = TelephonyEvent::Digit(ONE, Digit::new('5').unwrap());
        assert_eq!(engine.events.iter().filter(|event| **event == five).count(), expected);
    }
}
