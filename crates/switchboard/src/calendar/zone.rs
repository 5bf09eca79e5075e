//! Local time as a table of offsets, so that this room needs neither a clock nor a database of time zones.

use super::Date;
use crate::Utc;

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// A day and a minute of it, where a line lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LocalTime {
    /// The day.
    pub date: Date,
    /// 0 to 1,439.
    pub minute: u16,
}

/// What becomes of a local time when the clocks change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// There is one such time.
    Once(Utc),
    /// The clocks jump over it in spring; the time given is that of the jump.
    Skipped(Utc),
    /// It comes twice in autumn.
    Twice(Utc, Utc),
}

impl Told {
    /// The moment meant: the first of two, the jump for a time that is skipped. So a night shift that begins at two on
    /// the day of the change begins once, and nobody stands uncovered.
    #[must_use]
    pub fn utc(self) -> Utc {
        match self {
            Told::Once(utc) | Told::Skipped(utc) | Told::Twice(utc, _) => utc,
        }
    }
}

/// A time zone: its name and the offsets that hold from given moments on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    name: String,
    /// From this moment on, local time is so many minutes before UTC's. Sorted, never empty.
    offsets: Vec<(Utc, i32)>,
}

impl Zone {
    /// A zone from its table: pairs of a moment and the minutes east of UTC from then on. The first pair holds for all
    /// earlier times too. An empty table is UTC.
    #[must_use]
    pub fn new(name: &str, mut offsets: Vec<(Utc, i32)>) -> Self {
        offsets.sort_unstable();
        if offsets.is_empty() {
            offsets.push((Utc(i64::MIN), 0));
        }
        Self { name: name.to_owned(), offsets }
    }

    /// Coordinated universal time.
    #[must_use]
    pub fn utc() -> Self {
        Self::new("UTC", Vec::new())
    }

    /// The zone's name, such as `Europe/Paris`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    fn offset(&self, at: Utc) -> i64 {
        let after = self.offsets.partition_point(|(from, _)| *from <= at);
        let entry = self.offsets.get(after.saturating_sub(1));
        entry.map_or(0, |(_, minutes)| i64::from(*minutes) * MINUTE)
    }

    /// The time on the clocks here.
    #[must_use]
    pub fn local(&self, at: Utc) -> LocalTime {
        let local = at.0.saturating_add(self.offset(at));
        let minute = local.rem_euclid(DAY) / MINUTE;
        LocalTime { date: Date::from_days(local.div_euclid(DAY)), minute: u16::try_from(minute).unwrap_or(0) }
    }

    /// When the clocks here show this. A `minute` of 1,440 is midnight at the day's end.
    #[must_use]
    pub fn told(&self, date: Date, minute: u16) -> Told {
        let local = date.days() * DAY + i64::from(minute.min(1440)) * MINUTE;
        let mut found: Vec<Utc> = Vec::new();
        for (_, minutes) in &self.offsets {
            let utc = Utc(local - i64::from(*minutes) * MINUTE);
            if self.offset(utc) == i64::from(*minutes) * MINUTE && !found.contains(&utc) {
                found.push(utc);
            }
        }
        found.sort_unstable();
        match found.as_slice() {
            [one] => Told::Once(*one),
            [first, second, ..] => Told::Twice(*first, *second),
            [] => {
                // No offset fits: the clocks jump over this time. The jump is the first change after it.
                let jump = self.offsets.iter().find(|(from, minutes)| from.0 + i64::from(*minutes) * MINUTE > local);
                Told::Skipped(jump.map_or(Utc(local), |(from, _)| *from))
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    fn utc(date: &str, hour: i64) -> Utc {
        Utc(Date::try_from(date.to_owned()).unwrap().days() * DAY + hour * 60 * MINUTE)
    }

    /// Paris from 2025 to 2027.
    pub(crate) fn paris() -> Zone {
        let changes = [
            ("2024-10-27", 60),
            ("2025-03-30", 120),
            ("2025-10-26", 60),
            ("2026-03-29", 120),
            ("2026-10-25", 60),
            ("2027-03-28", 120),
        ];
        Zone::new("Europe/Paris", changes.into_iter().map(|(date, minutes)| (utc(date, 1), minutes)).collect())
    }

    #[test]
    fn local_time_follows_the_table() {
        let zone = paris();
        let noon = |date: &str| zone.local(utc(date, 12)).minute;
        assert_eq!((noon("2026-01-15"), noon("2026-07-15")), (13 * 60, 14 * 60));
        let before_midnight = zone.local(utc("2026-12-31", 23));
        assert_eq!((before_midnight.date.to_string(), before_midnight.minute), ("2027-01-01".to_owned(), 0));
    }

    #[test]
    fn a_time_that_is_skipped_and_a_time_that_comes_twice() {
        let zone = paris();
        let day = |date: &str| Date::try_from(date.to_owned()).unwrap();
        assert_eq!(zone.told(day("2026-03-29"), 150), Told::Skipped(utc("2026-03-29", 1)));
        let half_past = |hour| Utc(utc("2026-10-25", hour).0 + 30 * MINUTE);
        assert_eq!(zone.told(day("2026-10-25"), 150), Told::Twice(half_past(0), half_past(1)));
        assert_eq!(zone.told(day("2026-06-01"), 8 * 60), Told::Once(utc("2026-06-01", 6)));
        assert_eq!(zone.told(day("2026-06-01"), 1440).utc(), utc("2026-06-01", 22));
    }

    #[test]
    fn every_hour_of_two_years_is_found_again() {
        let zone = paris();
        for hours in 0..2 * 365 * 24 {
            let at = Utc(utc("2025-06-01", 0).0 + hours * 60 * MINUTE);
            let local = zone.local(at);
            let told = zone.told(local.date, local.minute);
            let again = match told {
                Told::Once(one) => one == at,
                Told::Twice(first, second) => first == at || second == at,
                Told::Skipped(_) => false,
            };
            assert!(again, "{local:?} {told:?}");
        }
    }
}
