//! A shift that comes again every week, in local time: what becomes of it on each day, the days of the clocks' change too.

use super::{Date, Zone};
use crate::Utc;

/// A time of one weekday, week after week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeeklyShift {
    /// The weekday on which it begins: 0 is Monday.
    pub weekday: u8,
    /// The minute of that day at which it begins, 0 to 1,439.
    pub from: u16,
    /// The minute at which it ends, 1 to 1,440; at or before the beginning, it ends on the next day.
    pub until: u16,
    /// The first day on which it may begin.
    pub first: Date,
    /// The last day on which it may begin; for ever if there is none.
    pub last: Option<Date>,
}

impl WeeklyShift {
    /// Its days from `from` to `until`, both included: the day, and when it begins and ends. A night shift keeps its hours
    /// on the clock when the clocks change, so it is an hour longer or shorter then.
    #[must_use]
    pub fn days(&self, zone: &Zone, from: Date, until: Date) -> Vec<(Date, Utc, Utc)> {
        let first = from.max(self.first);
        let last = self.last.map_or(until, |last| last.min(until));
        let ahead = (i64::from(self.weekday) - i64::from(first.weekday())).rem_euclid(7);
        let mut day = first.plus_days(ahead);
        let mut days = Vec::new();
        while day <= last {
            let end_day = if self.until <= self.from { day.plus_days(1) } else { day };
            let (begins, ends) = (zone.told(day, self.from).utc(), zone.told(end_day, self.until).utc());
            if begins < ends {
                days.push((day, begins, ends));
            }
            day = day.plus_days(7);
        }
        days
    }

    /// What is wrong with it, if anything.
    #[must_use]
    pub fn wrong(&self) -> Option<&'static str> {
        if self.weekday > 6 || self.from > 1439 || !(1..=1440).contains(&self.until) {
            return Some("a shift begins between 00:00 and 23:59 and ends between 00:01 and 24:00");
        }
        self.last.filter(|last| *last < self.first).map(|_| "a series ends after it begins")
    }
}

#[cfg(test)]
mod tests {
    use super::super::zone::tests::paris;
    use super::*;

    fn day(text: &str) -> Date {
        Date::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn a_night_shift_keeps_its_hours_when_the_clocks_change() {
        let nights = WeeklyShift { weekday: 5, from: 22 * 60, until: 6 * 60, first: day("2026-01-01"), last: None };
        let hours = |from: &str, until: &str| -> Vec<i64> {
            let days = nights.days(&paris(), day(from), day(until));
            days.iter().map(|(_, from, until)| (until.0 - from.0) / 3_600_000).collect()
        };
        // The nights from Saturday to Sunday around 29 March and 25 October 2026.
        assert_eq!(hours("2026-03-16", "2026-04-05"), [8, 7, 8]);
        assert_eq!(hours("2026-10-12", "2026-11-01"), [8, 9, 8]);
    }

    #[test]
    fn a_shift_that_lies_in_the_hour_that_is_skipped_does_not_take_place() {
        let early = WeeklyShift { weekday: 6, from: 125, until: 175, first: day("2026-03-22"), last: None };
        let days = early.days(&paris(), day("2026-03-20"), day("2026-04-06"));
        assert_eq!(days.iter().map(|(day, _, _)| day.to_string()).collect::<Vec<_>>(), ["2026-03-22", "2026-04-05"]);
        // One that begins in it begins when the clocks have jumped.
        let longer = WeeklyShift { until: 300, ..early };
        let days = longer.days(&paris(), day("2026-03-29"), day("2026-03-29"));
        assert_eq!(days.iter().map(|(_, from, until)| (until.0 - from.0) / 60_000).collect::<Vec<_>>(), [120]);
    }

    #[test]
    fn a_series_begins_and_ends() {
        let series =
            WeeklyShift { weekday: 0, from: 540, until: 1440, first: day("2026-06-02"), last: Some(day("2026-06-15")) };
        let days = series.days(&paris(), day("2026-05-01"), day("2026-12-31"));
        assert_eq!(days.iter().map(|(day, _, _)| day.to_string()).collect::<Vec<_>>(), ["2026-06-08", "2026-06-15"]);
        assert!(series.wrong().is_none());
        assert!(WeeklyShift { last: Some(day("2026-06-01")), ..series }.wrong().is_some());
        assert!(WeeklyShift { from: 1440, ..series }.wrong().is_some());
    }
}
