//! A protocol as TOML, as the office takes it in: read or refused with words; what is read is checked and drawn without a fault of the
//! program's own, written, and read again as the same protocol.
#![no_main]

use libfuzzer_sys::fuzz_target;
use web::fuzzing;

fuzz_target!(|text: &str| {
    match fuzzing::protocol(text) {
        Err(why) => assert!(!why.is_empty()),
        Ok(written) => assert_eq!(fuzzing::protocol(&written).as_deref(), Ok(written.as_str())),
    }
});
