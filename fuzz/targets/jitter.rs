//! The jitter buffer, with packets of any size, in any order, at any time: every 20 ms there is a frame, what it holds is
//! bounded, and no place that is empty is ever played.
#![no_main]

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use telephony::audio::jitter::Jitter;

#[derive(Debug, Arbitrary)]
enum Step {
    /// A packet of its time and length.
    Push(u32, u16, u8),
    /// A packet near the last one, by a number of samples.
    Near(i16, u8),
    Pull(u8),
}

/// Samples that the buffer has room for.
const ROOM: i32 = 4096;

fuzz_target!(|input: (Vec<u8>, Vec<Step>)| {
    let (past, steps) = input;
    let mut jitter = Jitter::after(&past);
    let mut last = 0_u32;
    for step in steps {
        let (timestamp, length, code) = match step {
            Step::Push(timestamp, length, code) => (timestamp, usize::from(length), code),
            Step::Near(by, code) => (last.wrapping_add_signed(by.into()), 160, code),
            Step::Pull(times) => {
                for _ in 0..times % 16 {
                    let peeked = jitter.peek();
                    let frame = jitter.pull();
                    assert_eq!(peeked, frame, "looking ahead takes nothing");
                    assert!(!frame.contains(&i16::MIN), "an empty place was played");
                }
                continue;
            }
        };
        last = timestamp;
        jitter.push(timestamp, &vec![code; length]);
        assert!(jitter.held() <= ROOM, "{}", jitter.held());
    }
});
