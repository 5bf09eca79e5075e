//! What a desk's page and a caller's page say over their sockets: understood or not, and nothing that is too long.
#![no_main]

use libfuzzer_sys::fuzz_target;
use web::fuzzing::{caller_message, desk_message};

fuzz_target!(|text: &str| {
    let understood = desk_message(text);
    let _called = caller_message(text);
    assert!(!understood || text.len() <= 64 * 1024);
    assert!(!understood || text.contains("\"do\"") || text.contains("\\u"), "{text}");
});
