//! Forms of the office: any names and values for any list of fields. They are read with faults told, and what has none becomes
//! the thing that it is of, or is refused by it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use switchboard::flow::Step;
use switchboard::{Field, Line, ListenerCare, QueueRules, Relay};
use web::fuzzing;

fuzz_target!(|text: &str| {
    let mut lines = text.lines();
    let kind = lines.next().unwrap_or_default();
    let pairs: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    read(Line::FIELDS, &pairs);
    let (queue, faults) = read(QueueRules::FIELDS, &pairs);
    if faults == 0 {
        let _queue = serde_json::from_value::<QueueRules>(queue);
    }
    read(Relay::FIELDS, &pairs);
    read(ListenerCare::FIELDS, &pairs);
    for kind in Step::KINDS.iter().copied().filter(|own| *own == kind) {
        if let Some(fields) = Step::fields(kind) {
            let (mut settings, _) = read(fields, &pairs);
            settings["kind"] = kind.into();
            let _step = serde_json::from_value::<Step>(settings);
        }
    }
});

fn read(fields: &'static [Field], pairs: &[(String, String)]) -> (serde_json::Value, usize) {
    let (settings, faults) = fuzzing::form(fields, pairs);
    assert!(settings.is_object());
    (settings, faults)
}
