//! Which kinds of numbers may be called at all, as the French numbering plan has them (ARCEP): what costs extra or lies abroad
//! is called only where whoever runs the service has said so. That a number is on somebody's list is not enough: a list can be
//! got wrong, or written by somebody who should not.

use crate::number::FRENCH;
use std::fmt;

/// Numbers of help in an emergency (in France and, 112, in Europe) that are never held back: no cap counts them.
const EMERGENCY: [&str; 10] = ["15", "17", "18", "112", "114", "115", "119", "191", "196", "197"];

/// Digits with which short numbers begin that cost the caller nothing extra: those of general interest and social service
/// (116 and three digits), and the free ones (30 and 31 and two digits). Others, such as 3919, are free too, but only they.
const FREE_SHORT: [(&str, usize); 4] = [("116", 6), ("30", 4), ("31", 4), ("3919", 4)];

/// Why a number may not be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotDialled {
    /// It may cost extra: 081, 082, 089, 118 and most short numbers.
    Premium,
    /// It lies abroad, or where calls cost as much.
    Foreign,
    /// It is no number of the plan, or no number at all.
    Unknown,
}

impl fmt::Display for NotDialled {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            NotDialled::Premium => "calls to it may cost extra",
            NotDialled::Foreign => "it lies abroad",
            NotDialled::Unknown => "no such number is in the numbering plan",
        })
    }
}

/// Which numbers may be called beside those that cost no more than an ordinary call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DialRules {
    also: Vec<String>,
}

impl DialRules {
    /// Rules that also let numbers through that begin with one of these. A beginning is written as it is dialled: digits, with
    /// a plus sign in front for a country, such as `+41`, `0820` or `3646`.
    ///
    /// # Errors
    /// The first beginning that is none: empty, or with anything but digits after the sign.
    pub fn also(beginnings: &[String]) -> Result<Self, String> {
        let read = |text: &String| {
            let digits = text.strip_prefix('+').unwrap_or(text);
            let good = digits.len() >= 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
            if good { Ok(abroad(text)) } else { Err(text.clone()) }
        };
        beginnings.iter().map(read).collect::<Result<_, _>>().map(|also| Self { also })
    }

    /// Why a number may not be called; `None` if it may. Spaces, dots and hyphens between digits are looked over.
    #[must_use]
    pub fn refuses(&self, number: &str) -> Option<NotDialled> {
        let number: String = number.chars().filter(|letter| !" \u{a0}\u{202f}.-".contains(*letter)).collect();
        if !number.strip_prefix('+').unwrap_or(&number).bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(NotDialled::Unknown);
        }
        let number = abroad(&number);
        if self.also.iter().any(|beginning| number.starts_with(beginning.as_str())) || is_emergency(&number) {
            return None;
        }
        match number.strip_prefix('+') {
            Some(international) => judge_international(international),
            None => judge_national(&number),
        }
    }
}

/// Whether somebody in danger is helped at this number: it is never held back.
#[must_use]
pub fn is_emergency(number: &str) -> bool {
    EMERGENCY.contains(&number)
}

/// A number with `00` in front, written with a plus sign.
fn abroad(number: &str) -> String {
    number.strip_prefix("00").map_or_else(|| number.to_owned(), |rest| format!("+{rest}"))
}

fn judge_international(digits: &str) -> Option<NotDialled> {
    let own = FRENCH.iter().find_map(|code| digits.strip_prefix(code));
    match own {
        // A zero that was left standing after the country code is looked over, as networks do.
        Some(rest) => judge_national(&format!("0{}", rest.strip_prefix('0').unwrap_or(rest))),
        None => Some(NotDialled::Foreign),
    }
}

fn judge_national(digits: &str) -> Option<NotDialled> {
    let short = |(beginning, length): &(&str, usize)| digits.starts_with(beginning) && digits.len() == *length;
    if FREE_SHORT.iter().any(short) {
        return None;
    }
    let begins = |beginnings: &[&str]| beginnings.iter().any(|beginning| digits.starts_with(beginning));
    match digits.len() {
        // 080: free for the caller, or at the price of an ordinary call.
        10 if begins(&["01", "02", "03", "04", "05", "06", "07", "080", "09"]) => None,
        10 if begins(&["08"]) => Some(NotDialled::Premium),
        6 if begins(&["118"]) => Some(NotDialled::Premium),
        4 if begins(&["3", "10"]) => Some(NotDialled::Premium),
        _other => Some(NotDialled::Unknown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_that_cost_no_more_are_called() {
        let rules = DialRules::default();
        for number in [
            "0199000805",
            "01 99 00 08 05",
            "+33199000805",
            "0033 1 99 00 08 05",
            "+33(0)199000805".replace(['(', ')'], "").as_str(),
            "0639980001",
            "+33 6 39 98 00 01",
            "0262990066",
            "+262262990066",
            "+590590990066",
            "0900000000",
            "0800000000",
            "0806000000",
            "15",
            "17",
            "18",
            "112",
            "114",
            "115",
            "119",
            "196",
            "116117",
            "116006",
            "3114",
            "3020",
            "3919",
        ] {
            assert_eq!(rules.refuses(number), None, "{number}");
        }
    }

    #[test]
    fn what_costs_extra_or_lies_abroad_is_not() {
        let rules = DialRules::default();
        for (number, why) in [
            ("0820000000", NotDialled::Premium),
            ("+33820000000", NotDialled::Premium),
            ("0033 8 99 00 00 00", NotDialled::Premium),
            ("+330899000000", NotDialled::Premium),
            ("0836000000", NotDialled::Premium),
            ("118218", NotDialled::Premium),
            ("3646", NotDialled::Premium),
            ("1013", NotDialled::Premium),
            ("+41227000000", NotDialled::Foreign),
            ("0041227000000", NotDialled::Foreign),
            ("+88213000000", NotDialled::Foreign),
            ("+508410000", NotDialled::Foreign),
            ("", NotDialled::Unknown),
            ("+", NotDialled::Foreign),
            ("199000805", NotDialled::Unknown),
            ("01990008051", NotDialled::Unknown),
            ("+3319900080", NotDialled::Unknown),
            ("112@host", NotDialled::Unknown),
            ("15;phone-context=+1900", NotDialled::Unknown),
            ("1\u{661}2", NotDialled::Unknown),
        ] {
            assert_eq!(rules.refuses(number), Some(why), "{number}");
        }
    }

    #[test]
    fn what_is_listed_is_called_and_no_more() {
        let rules = DialRules::also(&["+41".into(), "0820".into(), "3646".into()]).unwrap();
        for number in ["+41227000000", "0041 22 700 00 00", "0820123456", "3646"] {
            assert_eq!(rules.refuses(number), None, "{number}");
        }
        for number in ["+42227000000", "0821123456", "3647"] {
            assert!(rules.refuses(number).is_some(), "{number}");
        }
        for text in ["", "+", "3", "41x", "sip:"] {
            assert_eq!(DialRules::also(&[text.into()]), Err(text.to_owned()));
        }
    }

    proptest! {
        /// Whatever is written, what passes is ten digits after a 0 that costs no more, a short number that is known, or the
        /// same from abroad.
        #[test]
        fn nothing_else_ever_passes(number in "[+0-9 .@;a-z-]{0,16}") {
            if DialRules::default().refuses(&number).is_none() {
                let digits: String = number.chars().filter(char::is_ascii_digit).collect();
                let national = digits.strip_prefix("00").unwrap_or(&digits);
                let own = FRENCH.iter().find_map(|code| national.strip_prefix(code)).unwrap_or(national);
                let own = own.trim_start_matches('0');
                prop_assert!(own.len() <= 9, "{number}");
                prop_assert!(own.len() < 9 || matches!(own.as_bytes(), [b'1'..=b'7' | b'9', ..] | [b'8', b'0', ..]), "{number}");
            }
        }
    }
}
