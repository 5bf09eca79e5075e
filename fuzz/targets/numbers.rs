//! Telephone numbers as people and trunks write them, and the rules of what may be called: one number is one number however it
//! is written, an emergency call is never held back, and nothing that costs extra or lies abroad passes in disguise.
#![no_main]

use libfuzzer_sys::fuzz_target;
use switchboard::{DialRules, international, is_emergency};
use telephony::OutsideNumber;
use telephony::fuzzing::{caller_number, same_caller};

fuzz_target!(|text: &str| {
    if let Some((length, digits)) = caller_number(text) {
        assert!(digits && (3..=18).contains(&length));
        assert_eq!(same_caller(text, &format!(" {text} ")), Some(true));
    }
    let rules = DialRules::default();
    let refused = rules.refuses(text.trim());
    let Ok(_number) = OutsideNumber::read(text) else { return };
    let written: String = text.chars().filter(|letter| letter.is_ascii_digit() || *letter == '+').collect();
    assert_eq!(refused, rules.refuses(&written), "blanks make no other number: {text:?}");
    if is_emergency(&written) {
        assert_eq!(refused, None);
    }
    if refused.is_some() || is_emergency(&written) {
        return;
    }
    let national = national(&written);
    let free = ["116", "30", "31", "3919", "080"].iter().any(|beginning| national.starts_with(beginning));
    let dear = ["08", "118", "10", "3"].iter().any(|beginning| national.starts_with(beginning));
    assert!(free || !dear, "{written} passed");
    assert!(!written.starts_with("00") || french(&written[2..]), "{written} passed");
    assert!(!written.starts_with('+') || french(&written[1..]), "{written} passed");
    let _one = international(&written);
});

fn french(digits: &str) -> bool {
    ["33", "262", "590", "594", "596"].iter().any(|code| digits.starts_with(code))
}

/// A number as it would be dialled at home.
fn national(written: &str) -> String {
    let abroad = written.strip_prefix('+').or_else(|| written.strip_prefix("00"));
    let Some(digits) = abroad else { return written.to_owned() };
    let rest = ["33", "262", "590", "594", "596"].iter().find_map(|code| digits.strip_prefix(code)).unwrap_or(digits);
    format!("0{}", rest.strip_prefix('0').unwrap_or(rest))
}
