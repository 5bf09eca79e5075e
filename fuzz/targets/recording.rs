//! A recording that somebody uploads, and a prompt's own file: read or refused; what is read is no longer than is allowed, and can
//! be written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use telephony::audio::{LONGEST, import, wav};

fuzz_target!(
    // What panics within a decoder is caught by the import, and means that the file is refused.
    init: std::panic::set_hook(Box::new(|_| {})),
    |bytes: &[u8]| {
    if let Ok(samples) = wav::alaw(bytes) {
        assert!(samples.len() <= bytes.len());
    }
    if let Ok(sound) = import(bytes) {
        assert!(sound.milliseconds() <= LONGEST * 1000, "{} ms", sound.milliseconds());
        assert!(sound.to_wav().len() > sound.alaw().len());
    }
}
);
