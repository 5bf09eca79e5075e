//! RTCP (RFC 3550 section 6) of a leg: whatever the other side says and sends, what is told of the sound is in its range,
//! and what we say of it can be read by ourselves.
#![no_main]

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use std::time::{Duration, Instant};
use telephony::fuzzing::Reports;

#[derive(Debug, Arbitrary)]
enum Step<'a> {
    Sound { other: bool, sequence: u16, timestamp: u32 },
    Heard(&'a [u8]),
    Tell,
    Wait(u16),
}

const OWN: u32 = 0x0707_0707;

fuzz_target!(|steps: Vec<Step>| {
    let mut now = Instant::now();
    let mut reports = Reports::new(now);
    for step in steps {
        match step {
            Step::Sound { other, sequence, timestamp } => {
                reports.take(if other { 9 } else { 8 }, sequence, timestamp, now)
            }
            Step::Heard(bytes) => drop(reports.hear(OWN, bytes, now)),
            Step::Wait(ms) => now += Duration::from_millis(ms.into()),
            Step::Tell => {
                let (bytes, mos) = reports.tell(OWN, now);
                assert!(bytes.len() % 4 == 0 && (32..=80).contains(&bytes.len()), "{}", bytes.len());
                assert!(Reports::new(now).hear(8, &bytes, now), "what we say can be read");
                assert!(mos.is_none_or(|mos| (1.0..=4.5).contains(&mos)), "{mos:?}");
            }
        }
    }
});
