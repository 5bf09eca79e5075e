//! Opening hours: when a line is open in the week, in the line's own time zone.

/// A minute of the week where the line lives: 0 is Monday 00:00, 10,079 is Sunday 23:59.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LocalMinute(u16);

impl LocalMinute {
    /// Minutes in a week.
    pub const WEEK: u16 = 7 * 24 * 60;

    /// The minute `minute` of `hour` on the day `weekday` (0 is Monday). `None` outside a week.
    #[must_use]
    pub fn new(weekday: u8, hour: u8, minute: u8) -> Option<Self> {
        (weekday < 7 && hour < 24 && minute < 60)
            .then(|| Self(u16::from(weekday) * 1440 + u16::from(hour) * 60 + u16::from(minute)))
    }
}

/// A weekly plan of opening hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeeklyHours {
    /// Pairs of minutes of the week: open from the first (included) to the second (excluded). Sorted.
    spans: Vec<(u16, u16)>,
}

impl WeeklyHours {
    /// Day and night, all week.
    #[must_use]
    pub fn always() -> Self {
        Self { spans: vec![(0, LocalMinute::WEEK)] }
    }

    /// Never open.
    #[must_use]
    pub fn never() -> Self {
        Self { spans: Vec::new() }
    }

    /// Adds a span on one day, from minute of day `from` to minute of day `to`. `to` may be 1,440 for midnight;
    /// a `to` at or before `from` means the span goes on past midnight into the next day.
    pub fn add(&mut self, weekday: u8, from: u16, to: u16) {
        let day = u16::from(weekday.min(6)) * 1440;
        let (start, end) = (day + from.min(1439), day + to.min(1440));
        let end = if end <= start { end + 1440 } else { end };
        if end > LocalMinute::WEEK {
            self.spans.push((start, LocalMinute::WEEK));
            self.spans.push((0, end - LocalMinute::WEEK));
        } else {
            self.spans.push((start, end));
        }
        self.spans.sort_unstable();
    }

    /// Whether the line is open at this minute.
    #[must_use]
    pub fn open_at(&self, local: LocalMinute) -> bool {
        self.spans.iter().any(|(from, to)| (*from..*to).contains(&local.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(weekday: u8, hour: u8, minute: u8) -> LocalMinute {
        LocalMinute::new(weekday, hour, minute).unwrap()
    }

    #[test]
    fn open_includes_the_first_minute_and_excludes_the_last() {
        let mut hours = WeeklyHours::never();
        hours.add(0, 9 * 60, 21 * 60);
        assert!(!hours.open_at(at(0, 8, 59)));
        assert!(hours.open_at(at(0, 9, 0)));
        assert!(hours.open_at(at(0, 20, 59)));
        assert!(!hours.open_at(at(0, 21, 0)));
        assert!(!hours.open_at(at(1, 12, 0)));
    }

    #[test]
    fn a_night_span_goes_on_into_the_next_day_and_into_the_next_week() {
        let mut hours = WeeklyHours::never();
        hours.add(6, 21 * 60, 2 * 60);
        assert!(hours.open_at(at(6, 23, 59)));
        assert!(hours.open_at(at(0, 1, 59)));
        assert!(!hours.open_at(at(0, 2, 0)));
        assert!(!hours.open_at(at(1, 1, 0)));
    }

    #[test]
    fn always_is_always() {
        let hours = WeeklyHours::always();
        assert!(hours.open_at(at(0, 0, 0)) && hours.open_at(at(6, 23, 59)));
        assert!(!WeeklyHours::never().open_at(at(3, 12, 0)));
    }
}
