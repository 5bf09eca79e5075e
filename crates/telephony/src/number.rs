//! Telephone numbers in memory. They are never written: no `Display`, no digits in `Debug`, nothing to serialise, and their
//! memory is wiped when they are dropped.

use std::fmt;
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

    #[test]
    fn a_number_is_never_shown() {
        let number = OutsideNumber::read("0199000805").unwrap();
        assert_eq!(format!("{number:?} {:#?}", Some(&number)), "OutsideNumber(…) Some(\n    OutsideNumber(…),\n)");
    }
}
