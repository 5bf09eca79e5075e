//! Telephone numbers in memory. They are never written: no `Display`, no digits in `Debug`, nothing to serialise, and their
//! memory is wiped when they are dropped.

use std::fmt;
use switchboard::country_code;
use zeroize::Zeroizing;

/// The fewest digits of a number that can be dialled: 15 and 17 have two.
const FEWEST: usize = 2;
/// The most: an international number has at most 15 (ITU-T E.164), a prefix of the house's own comes on top.
const MOST: usize = 20;

/// A number outside that is to be called.
#[derive(Clone, PartialEq, Eq)]
pub struct OutsideNumber(Zeroizing<String>);

/// Why a text is no number that can be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadFault {
    /// Fewer than two digits.
    TooShort,
    /// More than twenty digits.
    TooLong,
    /// Something that is neither a digit, nor a plus sign in front, nor a space, dot or hyphen between digits.
    NotADigit,
}

impl fmt::Display for ReadFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            ReadFault::TooShort => "a number to call has at least two digits",
            ReadFault::TooLong => "a number to call has at most twenty digits",
            ReadFault::NotADigit => "a number to call has digits only, and perhaps a plus sign in front",
        })
    }
}

impl std::error::Error for ReadFault {}

impl OutsideNumber {
    /// Reads a number as people write it: 2 to 20 digits, perhaps a plus sign in front, perhaps spaces, dots or hyphens.
    ///
    /// # Errors
    /// [`ReadFault`].
    pub fn read(text: &str) -> Result<Self, ReadFault> {
        let text = text.trim();
        // Long enough from the start: a string that grows leaves copies behind that nobody wipes.
        let mut number = Zeroizing::new(String::with_capacity(MOST + 1));
        let mut digits = 0;
        for (index, letter) in text.chars().enumerate() {
            match letter {
                '+' if index == 0 => number.push('+'),
                '0'..='9' => {
                    digits += 1;
                    if digits > MOST {
                        return Err(ReadFault::TooLong);
                    }
                    number.push(letter);
                }
                ' ' | '\u{a0}' | '\u{202f}' | '.' | '-' => {}
                _ => return Err(ReadFault::NotADigit),
            }
        }
        if digits < FEWEST { Err(ReadFault::TooShort) } else { Ok(Self(number)) }
    }

    /// The digits, with a plus sign in front if it was written. For the SIP stack alone.
    pub(crate) fn digits(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for OutsideNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("OutsideNumber(…)")
    }
}

/// The number of somebody who calls. It never leaves this room: it has no `Debug`, no `Display` and no `Clone`.
pub(crate) struct CallerNumber(Zeroizing<Vec<u8>>);

/// The fewest and the most digits of a number that somebody calls from.
const CALLERS: std::ops::RangeInclusive<usize> = 3..=18;

impl CallerNumber {
    /// Reads a number in any usual spelling: `+33…`, `0033…`, `33…` and `0…` are one. `None` for what is no number.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut written = Zeroizing::new(Vec::with_capacity(*CALLERS.end() + 4));
        let mut international = false;
        for (index, letter) in text.trim().bytes().enumerate() {
            match letter {
                b'+' if index == 0 => international = true,
                b'0'..=b'9' if written.len() < *CALLERS.end() + 2 => written.push(letter),
                b' ' | b'.' | b'-' | b'(' | b')' => {}
                _ => return None,
            }
        }
        if let (false, Some(rest)) = (international, written.strip_prefix(b"00")) {
            written = wiped(&[rest]);
            international = true;
        }
        let digits = match (international, written.as_slice()) {
            // A zero that is left standing after the country code, as in +33 (0)1…
            (_, [b'3', b'3', b'0', rest @ ..]) if rest.len() == 9 => wiped(&[b"33", rest]),
            (false, [b'0', rest @ ..]) if rest.len() == 9 => wiped(&[country_code(rest), rest]),
            (true | false, _) => written,
        };
        let nobody = digits.iter().all(|digit| *digit == b'0');
        (CALLERS.contains(&digits.len()) && !nobody).then_some(Self(digits))
    }

    /// Reads a number whose plus sign has been taken off.
    pub(crate) fn read_international(text: &str) -> Option<Self> {
        let mut whole = Zeroizing::new(String::with_capacity(text.len() + 1));
        whole.push('+');
        whole.push_str(text);
        Self::read(&whole)
    }

    /// The digits of the one spelling: with the country code, without plus sign.
    pub(crate) fn digits(&self) -> &[u8] {
        &self.0
    }
}

/// The parts put together, in memory that is large enough from the start: what grows leaves copies behind.
fn wiped(parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let mut digits = Zeroizing::new(Vec::with_capacity(parts.iter().map(|part| part.len()).sum()));
    parts.iter().for_each(|part| digits.extend_from_slice(part));
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, digits) in [
            ("15", "15"),
            ("112", "112"),
            ("3114", "3114"),
            (" 01 99 00 08.05 ", "0199000805"),
            ("+33 1-99-00-08-05", "+33199000805"),
            ("12345678901234567890", "12345678901234567890"),
        ] {
            assert_eq!(OutsideNumber::read(text).map(|number| number.digits().to_owned()), Ok(digits.to_owned()));
        }
        for (text, fault) in [
            ("", ReadFault::TooShort),
            ("+", ReadFault::TooShort),
            ("1", ReadFault::TooShort),
            ("123456789012345678901", ReadFault::TooLong),
            ("sip:112@192.0.2.1", ReadFault::NotADigit),
            ("11+2", ReadFault::NotADigit),
            ("112;phone-context=x", ReadFault::NotADigit),
            ("112\r\nVia: x", ReadFault::NotADigit),
            ("١١٢", ReadFault::NotADigit),
        ] {
            assert_eq!(OutsideNumber::read(text), Err(fault), "{text:?}");
        }
    }

    fn spelt(text: &str) -> Option<String> {
        CallerNumber::read(text).map(|number| String::from_utf8(number.digits().to_vec()).unwrap())
    }

    #[test]
    fn a_callers_number_has_one_spelling() {
        for (texts, one) in [
            (
                &[
                    "0199006677",
                    "+33199006677",
                    "0033199006677",
                    "33199006677",
                    "+33 (0)1 99 00 66 77",
                    "01.99-00 66 77",
                ][..],
                "33199006677",
            ),
            (&["0262990066", "+262262990066", "00262262990066"], "262262990066"),
            (&["0690990066", "+590690990066"], "590690990066"),
            (&["+441632960000", "00441632960000"], "441632960000"),
            (&["+3531234567"], "3531234567"),
            (&["3114"], "3114"),
        ] {
            for text in texts {
                assert_eq!(spelt(text).as_deref(), Some(one), "{text}");
            }
        }
        for text in
            ["", "+", "12", "anonymous", "0000000000", "+33x", "1234567890123456789012345", "33+1", "é33199006677"]
        {
            assert_eq!(spelt(text), None, "{text}");
        }
    }

    #[test]
    fn a_number_is_never_shown() {
        let number = OutsideNumber::read("0199000805").unwrap();
        assert_eq!(format!("{number:?} {:#?}", Some(&number)), "OutsideNumber(…) Some(\n    OutsideNumber(…),\n)");
    }
}
