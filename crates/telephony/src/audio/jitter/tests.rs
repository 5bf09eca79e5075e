//! Voices over networks that lose, reorder, repeat and delay.

use super::*;
use crate::audio::tone;

const HERTZ: f64 = 440.0;

fn packet(number: u32) -> (u32, Vec<u8>) {
    (number * 160, tone::sine(HERTZ, 0.3, u64::from(number) * 160, FRAME))
}

/// Hears `frames` frames of a tone of which each packet arrives when `arrives` says: in which frame, if at all.
fn heard(frames: u32, arrives: impl Fn(u32) -> Option<u32>) -> Vec<i16> {
    let mut jitter = Jitter::after(&[]);
    let mut out = Vec::new();
    for frame in 0..frames {
        for number in 0..frames {
            if arrives(number) == Some(frame) {
                let (timestamp, payload) = packet(number);
                jitter.push(timestamp.wrapping_add(4_294_960_000), &payload);
            }
        }
        out.extend(jitter.pull());
    }
    out
}

fn largest_step(samples: &[i16]) -> i32 {
    samples.windows(2).map(|pair| (i32::from(pair[1]) - i32::from(pair[0])).abs()).max().unwrap_or(0)
}

#[test]
fn a_sender_that_leaps_ahead_is_not_heard_late() {
    for leap in [4_000, 5_000, 7_900] {
        let mut jitter = Jitter::after(&[]);
        jitter.push(0, &[0xD5; 160]);
        jitter.push(leap, &[0x2A; 160]);
        assert!(jitter.held() <= i32::try_from(ROOM).unwrap(), "{leap}");
        if leap > ROOM {
            assert_eq!(jitter.held(), TARGET.cast_signed(), "{leap}: it goes on near the newest");
        }
    }
    let mut jitter = Jitter::after(&[]);
    jitter.push(0, &[0xD5; 160]);
    jitter.push(7_000, &[0x2A; 2_000]);
    assert_eq!(jitter.held(), 2_000, "a large packet ahead of all");
}

#[test]
fn steady_packets_come_out_whole_and_sixty_milliseconds_later() {
    let out = heard(100, Some);
    assert_eq!(tone::rms(&out[..2 * FRAME]), 0.0, "the buffer fills first");
    let sound = &out[4 * FRAME..];
    assert!(tone::share(sound, HERTZ) > 0.99);
    assert!((tone::rms(sound) - 6788.0).abs() < 100.0, "{}", tone::rms(sound));
}

#[test]
fn order_turned_around_is_put_right() {
    let out = heard(100, |number| Some(number ^ 1));
    assert!(tone::share(&out[5 * FRAME..98 * FRAME], HERTZ) > 0.99);
}

#[test]
fn a_lost_packet_leaves_no_click_and_a_long_loss_becomes_silence() {
    let steady = largest_step(&heard(100, Some)[4 * FRAME..]);
    let out = heard(100, |number| (!number.is_multiple_of(7)).then_some(number));
    let share = tone::share(&out[5 * FRAME..98 * FRAME], HERTZ);
    assert!(share > 0.8, "one packet in seven is made up: {share}");
    assert!(largest_step(&out) < steady * 2, "{} for {steady}", largest_step(&out));
    let out = heard(100, |number| (!(40..70).contains(&number)).then_some(number));
    assert_eq!(tone::rms(&out[50 * FRAME..65 * FRAME]), 0.0);
    assert!(tone::share(&out[78 * FRAME..], HERTZ) > 0.99, "and comes back");
    assert!(largest_step(&out) < steady * 2, "{} for {steady}", largest_step(&out));
}

#[test]
fn lateness_within_the_buffer_is_not_heard_and_beyond_it_is_learnt() {
    let out = heard(200, |number| Some(number + number % 3));
    assert!(tone::share(&out[6 * FRAME..190 * FRAME], HERTZ) > 0.99);
    let out = heard(400, |number| Some(if number.is_multiple_of(20) { number + 5 } else { number }));
    assert!(tone::rms(&out[100 * FRAME..]) > 6000.0, "one packet in twenty is lost at the very most");
    // A whole network that stops for 100 ms now and then, and hands everything over after that.
    let out = heard(400, |number| Some(if number % 50 < 5 { number - number % 50 + 5 } else { number }));
    let late = &out[200 * FRAME..390 * FRAME];
    assert!(tone::rms(late) > 6500.0, "the buffer has grown: {}", tone::rms(late));
}

#[test]
fn a_sender_whose_clock_is_off_is_followed_without_end() {
    for parts_per_million in [-200i64, 200] {
        let mut jitter = Jitter::after(&[]);
        let (mut sent, mut held) = (0u32, Vec::new());
        let mut out = Vec::new();
        for frame in 0..30_000i64 {
            let due = frame * 20_000 * (1_000_000 + parts_per_million) / 1_000_000 / 20_000;
            while i64::from(sent) <= due {
                let (timestamp, payload) = packet(sent);
                jitter.push(timestamp, &payload);
                sent += 1;
            }
            held.push(jitter.held());
            let frame = jitter.pull();
            if held.len() > 50 {
                out.extend(frame);
            }
        }
        let (least, most) = (held[50..].iter().min().unwrap(), held.iter().max().unwrap());
        assert!(*least > 160 && *most < 960, "{parts_per_million}: between {least} and {most} samples were held");
        // A stretched tone is lower by 3 Hz, which in a tenth of a second takes an eighth off its share.
        for piece in out.chunks(800) {
            assert!(tone::share(piece, HERTZ) > 0.85, "{parts_per_million}: {}", tone::share(piece, HERTZ));
        }
    }
}

#[test]
fn leaps_floods_and_odd_lengths_keep_it_bounded() {
    let mut jitter = Jitter::after(&[]);
    for number in 0..10_000u32 {
        let length = [0, 1, 80, 160, 240, 480, 4000, 9000][number as usize % 8];
        jitter.push(number.wrapping_mul(2_654_435_761), &vec![0x2A; length]);
        jitter.push(number * 7919, &vec![0x2A; length]);
        let held = jitter.held();
        assert!((-9000..=ROOM.cast_signed()).contains(&held), "{held}");
        jitter.pull();
    }
    let mut jitter = Jitter::after(&[]);
    for number in 0..1000 {
        let (timestamp, payload) = packet(number);
        jitter.push(timestamp, &payload);
    }
    assert!(jitter.held() <= ROOM.cast_signed());
}
