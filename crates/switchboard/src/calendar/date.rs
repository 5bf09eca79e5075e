//! Days of the Gregorian calendar, counted without a clock.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date {
    /// Year, 1900 to 2200.
    year: i32,
    /// 1 to 12.
    month: u8,
    /// 1 to 31.
    day: u8,
}

impl Date {
    /// This day, if there is one.
    #[must_use]
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        let there = (1900..=2200).contains(&year) && (1..=12).contains(&month);
        (there && (1..=days_in(year, month)).contains(&day)).then_some(Self { year, month, day })
    }

    /// The day so many days after 1 January 1970, by the usual proleptic arithmetic on 400-year cycles.
    #[must_use]
    pub fn from_days(days: i64) -> Self {
        let shifted = days + 719_468;
        let cycle = shifted.div_euclid(146_097);
        let day_of_cycle = shifted.rem_euclid(146_097);
        let year_of_cycle = (day_of_cycle - day_of_cycle / 1460 + day_of_cycle / 36_524 - day_of_cycle / 146_096) / 365;
        let day_of_year = day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
        // Months are counted from March, so that a leap day comes last.
        let from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = year_of_cycle + cycle * 400 + i64::from(month <= 2);
        Self {
            year: i32::try_from(year).unwrap_or(2200),
            month: u8::try_from(month).unwrap_or(1),
            day: u8::try_from(day).unwrap_or(1),
        }
    }

    /// Days since 1 January 1970.
    #[must_use]
    pub fn days(self) -> i64 {
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let cycle = year.div_euclid(400);
        let year_of_cycle = year.rem_euclid(400);
        let from_march = (i64::from(self.month) + 9) % 12;
        let day_of_year = (153 * from_march + 2) / 5 + i64::from(self.day) - 1;
        let day_of_cycle = year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 + day_of_year;
        cycle * 146_097 + day_of_cycle - 719_468
    }

    /// The day so many days later (or earlier).
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        Self::from_days(self.days() + days)
    }

    /// 0 is Monday.
    #[must_use]
    pub fn weekday(self) -> u8 {
        // 1 January 1970 was a Thursday.
        u8::try_from((self.days() + 3).rem_euclid(7)).unwrap_or(0)
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i32 {
        self.year
    }

    /// The month, 1 to 12.
    #[must_use]
    pub fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, 1 to 31.
    #[must_use]
    pub fn day(self) -> u8 {
        self.day
    }

    /// Easter Sunday of a year (the Gregorian computus in its usual anonymous form).
    #[must_use]
    pub fn easter(year: i32) -> Self {
        let golden = year % 19;
        let century = year / 100;
        let of_century = year % 100;
        let correction = (century + 8) / 25;
        let moon = (century - correction + 1) / 3;
        let epact = (19 * golden + century - century / 4 - moon + 15) % 30;
        let letter = (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4) % 7;
        let shift = (golden + 11 * epact + 22 * letter) / 451;
        let number = epact + letter - 7 * shift + 114;
        Self { year, month: u8::try_from(number / 31).unwrap_or(4), day: u8::try_from(number % 31 + 1).unwrap_or(1) }
    }
}

fn days_in(year: i32, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        0..=12 => 31,
        13.. => 0,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

impl TryFrom<String> for Date {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let mut parts = text.split('-');
        let mut next = || parts.next().and_then(|part| part.parse::<i32>().ok());
        let (year, month, day) = (next(), next(), next());
        let date = match (year, month, day, parts.next()) {
            (Some(year), Some(month), Some(day), None) => u8::try_from(month)
                .ok()
                .zip(u8::try_from(day).ok())
                .and_then(|(month, day)| Date::new(year, month, day)),
            (_, _, _, _) => None,
        };
        date.ok_or_else(|| format!("'{text}' is no day: write such as 2026-12-25"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_go_round() {
        for days in -20_000..60_000 {
            assert_eq!(Date::from_days(days).days(), days);
        }
        assert_eq!(Date::from_days(0).to_string(), "1970-01-01");
        assert_eq!(Date::new(2024, 2, 29).unwrap().plus_days(1).to_string(), "2024-03-01");
        assert_eq!(Date::new(2026, 11, 22).unwrap().weekday(), 6);
        assert_eq!(Date::new(2023, 2, 29), None);
    }

    #[test]
    fn easter_is_where_the_church_puts_it() {
        let known =
            [(2000, "04-23"), (2008, "03-23"), (2011, "04-24"), (2024, "03-31"), (2025, "04-20"), (2026, "04-05")];
        for (year, day) in known {
            assert_eq!(Date::easter(year).to_string(), format!("{year}-{day}"));
        }
    }

    #[test]
    fn a_day_is_read_as_it_is_written() {
        assert_eq!(Date::try_from("2026-12-25".to_owned()).unwrap().to_string(), "2026-12-25");
        for wrong in ["2026-13-01", "2026-02-30", "hier", "2026-1", "2026-01-01-01", ""] {
            assert!(Date::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }
}
