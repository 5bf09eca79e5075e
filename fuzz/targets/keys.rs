//! Telephone events (RFC 4733): any packets in any order; a key is one of the sixteen, and an event is told once however often
//! it is sent.
#![no_main]

use libfuzzer_sys::fuzz_target;
use telephony::audio::telephone_event::KeyReader;

fuzz_target!(|packets: Vec<(u32, Vec<u8>)>| {
    let mut reader = KeyReader::default();
    for (timestamp, payload) in packets {
        if let Some(digit) = reader.read(timestamp, &payload) {
            assert!(digit.event() < 16 && payload[0] == digit.event());
            assert_eq!(reader.read(timestamp, &payload), None, "told twice");
        }
    }
});
