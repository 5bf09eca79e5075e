//! Calendars: the hours that are read are in order, and read the same from what an export writes of them.
#![no_main]

#[path = "directory/held.rs"]
mod held;

use directory::import::{Row, icalendar};
use directory::{Entry, Offer};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let (hours, findings) = icalendar::read(bytes, 20_780);
    let Some(hours) = hours else {
        assert!(!findings.is_empty(), "refused without a reason");
        return;
    };
    assert_eq!(hours.clone().tidy(), hours);
    let offer = Offer { hours, ..Offer::default() };
    let entry = Entry { id: "own:1".into(), name: "A".into(), offer, ..Entry::default() };
    held::hold(&Row { number: 1, result: Ok(entry), findings });
});
