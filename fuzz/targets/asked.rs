//! What a program asks of the interface for programs: any names and values are read, or refused with words.
#![no_main]

use libfuzzer_sys::fuzz_target;
use web::fuzzing;

fuzz_target!(|text: &str| {
    let pairs: Vec<(String, String)> = text
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    for (_, value) in &pairs {
        let kinds = directory::export::fhir::kinds_of_code(value);
        assert!(kinds.len() <= 64);
        let _keys = directory::export::fhir::keys_of_identifier(value);
    }
    let asked = pairs.len();
    assert!(fuzzing::asked(pairs) <= 3 * asked + 2);
});
