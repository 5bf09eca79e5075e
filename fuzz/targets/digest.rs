//! Digest challenges and answers (RFC 7616), each in the spelling of who reads it: nothing but those lines is changed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use telephony::fuzzing::{answers_told, challenges_understood};

fuzz_target!(|bytes: &[u8]| {
    let told = answers_told(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        let told = std::str::from_utf8(&told).expect("text stays text");
        assert_eq!(text.matches("\r\n").count(), told.matches("\r\n").count(), "no line is won or lost");
        let understood = challenges_understood(text);
        let _again = challenges_understood(&understood);
        let others = |text: &str| -> Vec<String> {
            let is_other = |line: &&str| !line.to_ascii_lowercase().contains("-authenticate");
            text.split("\r\n").filter(is_other).map(str::to_owned).collect()
        };
        assert_eq!(others(text), others(&understood), "other lines are as they were");
    } else {
        assert_eq!(&*told, bytes);
    }
});
