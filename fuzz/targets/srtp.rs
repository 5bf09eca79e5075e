//! Encrypted sound (RFC 3711): whatever comes is opened or refused, what was not encrypted with the key is never opened, and what
//! one end encrypts the other opens as it was, once.
#![no_main]

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use telephony::audio::srtp::Suite;
use telephony::fuzzing::Secured;

#[derive(Debug, Arbitrary)]
enum Step<'a> {
    Forged(&'a [u8]),
    ForgedControl(&'a [u8]),
    Genuine(&'a [u8]),
    GenuineControl(&'a [u8]),
    /// A packet that was encrypted, with one bit of it turned.
    Spoilt(&'a [u8], u16),
}

fuzz_target!(|input: (bool, Vec<Step>)| {
    let (short, steps) = input;
    let suite = if short { Suite::Aes128Sha32 } else { Suite::Aes128Sha80 };
    let ends = || Secured::new(suite, 1, 2).zip(Secured::new(suite, 2, 1)).expect("keys of the right length");
    let (mut here, mut there) = ends();
    for step in steps {
        match step {
            Step::Forged(bytes) => assert_eq!(here.open(bytes), None),
            Step::ForgedControl(bytes) => assert_eq!(here.open_control(bytes), None),
            Step::Genuine(bytes) => {
                let Some(encrypted) = there.protect(bytes) else { continue };
                assert!(here.open(&encrypted).is_none_or(|opened| opened == bytes), "it is what it was, or is late");
                assert_eq!(here.open(&encrypted), None, "once");
            }
            Step::GenuineControl(bytes) => {
                let Some(encrypted) = there.protect_control(bytes) else { continue };
                assert!(here.open_control(&encrypted).is_none_or(|opened| opened == bytes));
                assert_eq!(here.open_control(&encrypted), None, "once");
            }
            Step::Spoilt(bytes, bit) => {
                let (mut fresh, mut other) = ends();
                let Some(mut encrypted) = other.protect(bytes) else { continue };
                let place = usize::from(bit / 8) % encrypted.len();
                encrypted[place] ^= 1 << (bit % 8);
                assert_eq!(fresh.open(&encrypted), None);
            }
        }
    }
});
