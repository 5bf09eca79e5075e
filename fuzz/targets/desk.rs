//! What a desk's page and a caller's page say over their sockets: understood or not, and nothing that is too long.
#![no_main]

use libfuzzer_sys::fuzz_target;
use web::fuzzing::{caller_message, desk_message};

fuzz_target!(|text: &str| {
    let understood = desk_message(text);
    let _called = caller_message(text);
    assert!(!understood || text.len() <= 64 * 1024);
    // A message is an object, or a list that begins with what is to be done: serde takes both.
    let message =
        || serde_json::from_str::<serde_json::Value>(text).is_ok_and(|value| value.is_object() || value.is_array());
    assert!(!understood || message(), "{text}");
});
