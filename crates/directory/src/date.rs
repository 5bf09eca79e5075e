//! Days as the directory keeps them: a count since 1970-01-01, written as ISO 8601 writes a date.

/// The day that a date is, as days since 1970-01-01; none when there is no such date. « 2026-11-23 », « 2026-11-23 08:00 »,
/// « 20261123 » and « 23/11/2026 » are read.
#[must_use]
pub(crate) fn read_day(text: &str) -> Option<i32> {
    let text = text.trim();
    let date = text.split(['T', ' ']).next()?;
    let mut parts = date.split(['-', '/', '.']);
    let (first, second, third) = (parts.next()?, parts.next(), parts.next());
    if parts.next().is_some() {
        return None;
    }
    match (second, third) {
        (Some(month), Some(last)) if first.len() == 4 => day_of(number(first)?, number(month)?, number(last)?),
        (Some(month), Some(year)) if year.len() == 4 => day_of(number(year)?, number(month)?, number(first)?),
        (None, None) if first.len() == 8 => {
            day_of(number(first.get(..4)?)?, number(first.get(4..6)?)?, number(first.get(6..)?)?)
        }
        _ => None,
    }
}

/// A day as ISO 8601 writes it: « 2026-11-23 ».
#[must_use]
pub(crate) fn write_day(day: i32) -> String {
    // The inverse of `day_of`: eras of 400 years have 146,097 days each, and years begin in March so that the day that is
    // there only sometimes comes last.
    let shifted = i64::from(day) + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

fn number(digits: &str) -> Option<i64> {
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| digits.parse().ok())?
}

fn day_of(year: i64, month: i64, day: i64) -> Option<i32> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=longest).contains(&day) || !(1..=9_999).contains(&year) {
        return None;
    }
    let year = year - i64::from(month <= 2);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    i32::try_from(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_they_are_written() {
        for text in ["2026-11-23", "23/11/2026", "20261123", "2026-11-23 08:00:00", "2026-11-23T08:00:00Z"] {
            assert_eq!(read_day(text), Some(20_780), "{text}");
        }
        assert_eq!(read_day("1970-01-01"), Some(0));
        assert_eq!(read_day("2024-02-29"), Some(19_782));
        for text in
            ["", "2023-02-29", "2026-13-01", "2026-00-10", "hier", "1-2", "99-99-9999", "-2026-11-23", "20261-11-23"]
        {
            assert_eq!(read_day(text), None, "{text}");
        }
    }

    #[test]
    fn every_day_is_read_as_it_was_written() {
        for day in (-100_000..200_000).step_by(13) {
            assert_eq!(read_day(&write_day(day)), Some(day), "{day}");
        }
    }
}
