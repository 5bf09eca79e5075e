//! Ways to reach somebody, as they are read and written: numbers, mail and web addresses.

use crate::ContactKind;

/// A way to reach somebody as the directory writes it: French numbers are grouped as they are read aloud, so that the same number
/// is the same whoever wrote it. What is no number stays as it is written.
#[must_use]
pub fn tidy_contact(kind: ContactKind, value: &str) -> String {
    let number = matches!(kind, ContactKind::Phone | ContactKind::Fax).then(|| phone(value)).flatten();
    number.unwrap_or_else(|| value.to_owned())
}

/// A telephone number as it is read aloud; none when it is none. Numbers that are no French ones stay as they are written.
pub(super) fn phone(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let strange = text.chars().any(|letter| !letter.is_ascii_digit() && !" \u{a0}\u{202f}.-/()+".contains(letter));
    // Short numbers are a closed list of beginnings: 15, 112, 3114, 116 117.
    let plausible = match digits.len() {
        2 => ["15", "17", "18"].contains(&digits.as_str()),
        3 => digits.starts_with('1'),
        4 => digits.starts_with(['1', '3']),
        6 => digits.starts_with("11"),
        9..=15 => true,
        _ => false,
    };
    if strange || !plausible {
        return None;
    }
    let abroad = text.trim_start().starts_with('+') || digits.starts_with("00");
    let national = if abroad {
        let number = digits.strip_prefix("00").unwrap_or(&digits);
        let places = ["33", "262", "590", "594", "596"];
        let inside =
            places.iter().find_map(|place| number.strip_prefix(place)).map(|rest| rest.trim_start_matches('0'));
        inside.filter(|rest| rest.len() == 9).map(|rest| format!("0{rest}"))
    } else if digits.len() == 9 && !digits.starts_with('0') {
        // A spreadsheet took the zero away.
        Some(format!("0{digits}"))
    } else {
        (digits.len() == 10 && digits.starts_with('0')).then_some(digits)
    };
    let Some(national) = national else {
        return Some(text.to_owned());
    };
    let cuts: &[usize] = if national.starts_with("08") { &[1, 4, 7, 10] } else { &[2, 4, 6, 8, 10] };
    let mut from = 0;
    let parts = cuts.iter().filter_map(|cut| national.get(std::mem::replace(&mut from, *cut)..*cut));
    Some(parts.collect::<Vec<_>>().join(" "))
}

pub(super) fn is_mail(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !host.starts_with('.') && !text.contains([' ', '<', '>', '"', ','])
    })
}

/// A web address with its scheme; none when it is something else, as « javascript: ».
pub(super) fn link(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    if text.contains([' ', '<', '>', '"']) {
        return None;
    }
    if lower.starts_with("http://") || lower.starts_with("https://") {
        return (text.len() > 10).then(|| text.to_owned());
    }
    let host = lower.split('/').next().unwrap_or_default();
    let plain = host.chars().all(|letter| letter.is_alphanumeric() || letter == '.' || letter == '-');
    (plain && host.contains('.') && !host.starts_with('.') && !host.ends_with('.')).then(|| format!("https://{text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_they_are_read_aloud() {
        for (told, read) in [
            ("0199001234", "01 99 00 12 34"),
            ("01.99.00.12.34", "01 99 00 12 34"),
            ("+33 1 99 00 12 34", "01 99 00 12 34"),
            ("+33 (0)1 99 00 12 34", "01 99 00 12 34"),
            ("0033199001234", "01 99 00 12 34"),
            ("199001234", "01 99 00 12 34"),
            ("15", "15"),
            ("112", "112"),
            ("3114", "3114"),
            ("116 117", "116 117"),
            ("0800 00 00 00", "0 800 000 000"),
            ("+32 2 555 12 12", "+32 2 555 12 12"),
        ] {
            assert_eq!(phone(told).as_deref(), Some(read), "{told}");
            assert_eq!(phone(read).as_deref(), Some(read), "{read}");
        }
        for told in ["", "sur demande", "1", "12", "999", "2345", "12345", "01 99 00 12", "01 99 00 12 34 poste 4"] {
            assert_eq!(phone(told), None, "{told}");
        }
    }

    #[test]
    fn only_web_addresses_are_links() {
        for (told, read) in [
            ("https://exemple.fr/a", Some("https://exemple.fr/a")),
            ("www.exemple.fr", Some("https://www.exemple.fr")),
            ("javascript:alert(1)", None),
            ("data:text/html,x", None),
            ("JavaScript://exemple.fr/%0aalert(1)", None),
            ("voir plus bas", None),
            ("http://", None),
        ] {
            assert_eq!(link(told).as_deref(), read, "{told}");
        }
    }
}
