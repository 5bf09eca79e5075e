//! What is known of telephone numbers as such: how a French number is written at home and abroad.

/// The first three digits after the 0 of numbers whose country code is not 33, and that code (ARCEP, national numbering plan).
const OVERSEAS: [(&[u8], &[u8]); 14] = [
    (b"262", b"262"),
    (b"263", b"262"),
    (b"269", b"262"),
    (b"590", b"590"),
    (b"594", b"594"),
    (b"596", b"596"),
    (b"639", b"262"),
    (b"690", b"590"),
    (b"691", b"590"),
    (b"692", b"262"),
    (b"693", b"262"),
    (b"694", b"594"),
    (b"696", b"596"),
    (b"697", b"596"),
];

/// The country codes of numbers of the French plan at whose price nothing is special: metropolitan France, La Réunion and Mayotte,
/// Guadeloupe, Guyane, Martinique.
pub(crate) const FRENCH: [&str; 5] = ["33", "262", "590", "594", "596"];

/// The country code of a French number, by its nine digits after the 0.
#[must_use]
pub fn country_code(after_zero: &[u8]) -> &'static [u8] {
    OVERSEAS.iter().find(|(start, _)| after_zero.starts_with(start)).map_or(&b"33"[..], |(_, code)| code)
}

/// A published number in the one way in which it can be compared: with its country code, if it has one. `0199000805` and
/// `+33199000805` are one; a short number stays as it is.
#[must_use]
pub fn international(number: &str) -> String {
    match number.strip_prefix('0').filter(|rest| rest.len() == 9) {
        Some(rest) => format!("+{}{rest}", String::from_utf8_lossy(country_code(rest.as_bytes()))),
        None => number.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::international;

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        let cases = [
            ("0199000805", "+33199000805"),
            ("+33199000805", "+33199000805"),
            ("0262123456", "+262262123456"),
            ("0639123456", "+262639123456"),
            ("3114", "3114"),
            ("0033199000805", "0033199000805"),
        ];
        for (number, one) in cases {
            assert_eq!(international(number), one);
        }
    }
}
