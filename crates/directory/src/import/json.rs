//! JSON texts read element by element, so that a file of hundreds of megabytes needs the memory of its largest element.

use super::encoding::Utf8;
use super::{Emitter, What};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;
use std::io::{BufReader, Read};

/// The longest object at the root that is kept as one element, counted in members that are no lists of elements.
const MEMBERS_LIMIT: usize = 1_000;

/// Hands on every element of a text: those of a list at the root, or of the lists that the root has under `lists`, or else the
/// root itself. Several texts may follow each other, as in NDJSON. What cannot be read is said as a finding of the file.
pub(super) fn each(
    emitter: &mut Emitter<'_>,
    input: impl Read,
    lists: &[&str],
    take: &mut dyn FnMut(&mut Emitter<'_>, Value),
) {
    let utf8 = Utf8::new(input);
    let guessed = utf8.guessed();
    let mut deserializer = serde_json::Deserializer::from_reader(BufReader::with_capacity(1 << 16, utf8));
    let mut elements = 0_u64;
    loop {
        match deserializer.end() {
            Ok(()) => break,
            // Something comes: an element, or what is none.
            Err(_) if emitter.report.findings.iter().any(|finding| finding.what == What::FileCutShort) => break,
            Err(_) => {}
        }
        let mut hand_on = |value: Value| {
            elements += 1;
            take(emitter, value);
        };
        let root = Root { lists, take: &mut hand_on };
        if let Err(error) = root.deserialize(&mut deserializer) {
            let what = if elements == 0 { What::FileUnreadable } else { What::FileCutShort };
            // The place is what helps to find it; the words of the parser are in English.
            emitter.find(what, &format!("{}:{}", error.line(), error.column()));
            break;
        }
    }
    if guessed.get() {
        emitter.find(What::EncodingGuessed, "");
    }
}

/// The root of a text.
struct Root<'a> {
    lists: &'a [&'a str],
    take: &'a mut dyn FnMut(Value),
}

impl<'de> DeserializeSeed<'de> for Root<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Root<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list or an object")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        while let Some(element) = elements.next_element::<Value>()? {
            (self.take)(element);
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let (mut rest, mut listed) = (Map::new(), false);
        while let Some(key) = members.next_key::<String>()? {
            if self.lists.contains(&key.as_str()) {
                listed = true;
                members.next_value_seed(Elements { take: &mut *self.take })?;
            } else {
                let value: Value = members.next_value()?;
                if !listed && rest.len() < MEMBERS_LIMIT {
                    rest.insert(key, value);
                }
            }
        }
        if !listed {
            (self.take)(Value::Object(rest));
        }
        Ok(())
    }
}

/// The elements of a list within the root.
struct Elements<'a> {
    take: &'a mut dyn FnMut(Value),
}

impl<'de> DeserializeSeed<'de> for Elements<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(Root { lists: &[], take: self.take })
    }
}

/// The member of an object as text: numbers and truths are written as JSON writes them, anything else is empty.
pub(super) fn text(value: &Value, key: &str) -> String {
    plain(value.get(key).unwrap_or(&Value::Null))
}

/// A value as text.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        _ => String::new(),
    }
}

/// The elements of a member that is a list, or the member itself where a list was left out around one element.
pub(super) fn items<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    match value.get(key) {
        Some(Value::Array(items)) => items,
        Some(item @ Value::Object(_)) => std::slice::from_ref(item),
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::Importer;

    fn read(text: &[u8]) -> (Vec<Value>, Vec<What>) {
        let importer = Importer::new(crate::Territory::load(), 0, "");
        let (mut values, mut sink) = (Vec::new(), |_| ());
        let mut emitter = Emitter::new(&importer, &mut sink);
        each(&mut emitter, text, &["list"], &mut |_, value| values.push(value));
        (values, emitter.report.findings.iter().map(|finding| finding.what).collect())
    }

    #[test]
    fn elements_are_found_wherever_they_may_stand() {
        let one = serde_json::json!({"a": 1});
        for text in ["[{\"a\":1}]", "{\"list\":[{\"a\":1}],\"b\":{}}", "{\"a\":1}", " \u{feff}".trim_start()] {
            let expected: &[Value] = if text.len() > 3 { std::slice::from_ref(&one) } else { &[] };
            assert_eq!(read(text.as_bytes()), (expected.to_vec(), vec![]), "{text}");
        }
        assert_eq!(read(b"{\"a\":1}\n{\"a\":1}\n").0.len(), 2);
        assert_eq!(
            read(b"\xef\xbb\xbf[{\"a\":\"\xe9\"}]"),
            (vec![serde_json::json!({"a": "é"})], vec![What::EncodingGuessed])
        );
    }

    #[test]
    fn what_comes_before_a_fault_is_kept_and_the_fault_is_said() {
        assert_eq!(read(b"[{\"a\":1},{\"a\""), (vec![serde_json::json!({"a": 1})], vec![What::FileCutShort]));
        assert_eq!(read(b"hello"), (vec![], vec![What::FileUnreadable]));
        assert_eq!(read(&b"[".repeat(100_000)).1, [What::FileUnreadable]);
        assert_eq!(read(b""), (vec![], vec![]));
    }
}
