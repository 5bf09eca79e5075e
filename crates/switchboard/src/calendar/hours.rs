//! Opening hours: when a line is open, in the line's own time zone.

use super::{Date, LocalTime, Territory};
use crate::field::{Field, Holds};
use crate::plan::Wrong;
use serde::{Deserialize, Serialize};

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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
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
        self.join();
    }

    /// Puts the spans in order, each as long as it is: the same hours are always written the same way.
    fn join(&mut self) {
        self.spans.sort_unstable();
        self.spans.dedup_by(|next, before| {
            let touches = next.0 <= before.1;
            if touches {
                before.1 = before.1.max(next.1);
            }
            touches
        });
    }

    /// Whether the line is open at this minute.
    #[must_use]
    pub fn open_at(&self, local: LocalMinute) -> bool {
        self.spans.iter().any(|(from, to)| (*from..*to).contains(&local.0))
    }

    /// Whether the line is open at this minute of the week, counted from Monday 00:00.
    #[must_use]
    pub fn open_at_minute(&self, minute: u16) -> bool {
        self.open_at(LocalMinute(minute))
    }

    /// The spans, as pairs of minutes of the week.
    #[must_use]
    pub fn spans(&self) -> &[(u16, u16)] {
        &self.spans
    }

    /// Reads `always`, `never`, or spans such as `mon-fri 09:00-21:00`.
    ///
    /// # Errors
    /// Words that say which span cannot be read and what one looks like.
    pub fn read<'a>(spans: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let mut hours = Self::never();
        for text in spans {
            match text.trim() {
                "always" => return Ok(Self::always()),
                "never" => {}
                text => hours.add_span(text)?,
            }
        }
        Ok(hours)
    }

    fn add_span(&mut self, text: &str) -> Result<(), String> {
        let (first, last, from, to) = span(text).ok_or_else(|| {
            format!(
                "'{text}' is no span of hours: write \"always\", or such as [\"mon-fri 09:00-21:00\", \"sat 22:00-02:00\"]"
            )
        })?;
        let mut day = first;
        loop {
            self.add(day, from, to);
            if day == last {
                return Ok(());
            }
            day = (day + 1) % 7;
        }
    }

    /// The spans as they are written, a day each.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        if self.spans == [(0, LocalMinute::WEEK)] {
            return vec!["always".to_owned()];
        }
        let mut words = Vec::new();
        for (from, to) in &self.spans {
            let mut start = *from;
            while start < *to {
                let day = start / 1440;
                let end = (*to).min((day + 1) * 1440);
                let name = DAYS.get(usize::from(day)).copied().unwrap_or("mon");
                words.push(format!("{name} {}-{}", write_clock(start - day * 1440), write_clock(end - day * 1440)));
                start = end;
            }
        }
        words
    }
}

/// The days of the week as plans have them, from Monday on.
pub const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// A minute of a day, or 1,440 for its end, as [`read_clock`] reads it: `08:05`.
#[must_use]
pub fn write_clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn span(text: &str) -> Option<(u8, u8, u16, u16)> {
    let (days, times) = text.split_once(' ')?;
    let (first, last) = days.split_once('-').unwrap_or((days, days));
    let day = |name: &str| DAYS.iter().position(|own| *own == name).and_then(|day| u8::try_from(day).ok());
    let (from, to) = times.trim().split_once('-')?;
    Some((day(first)?, day(last)?, read_clock(from)?, read_clock(to)?))
}

/// Reads `09:00` as a minute of the day; `24:00` is 1,440.
#[must_use]
pub fn read_clock(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let total = hours.checked_mul(60)?.checked_add(minutes)?;
    (minutes < 60 && total <= 1440).then_some(total)
}

/// Hours as they are written: one word, or a list of spans.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Word(String),
    Spans(Vec<String>),
}

impl TryFrom<Written> for WeeklyHours {
    type Error = String;
    fn try_from(written: Written) -> Result<Self, String> {
        match written {
            Written::Word(word) => Self::read([word.as_str()]),
            Written::Spans(spans) => Self::read(spans.iter().map(String::as_str)),
        }
    }
}

impl From<WeeklyHours> for Written {
    fn from(hours: WeeklyHours) -> Self {
        match hours.words().as_slice() {
            [] => Written::Word("never".to_owned()),
            [always] if always == "always" => Written::Word(always.clone()),
            spans => Written::Spans(spans.to_vec()),
        }
    }
}

/// What holds on a public holiday.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnHolidays {
    /// As on any such weekday.
    #[default]
    AsUsual,
    /// Closed.
    Closed,
    /// As on a Sunday.
    AsSunday,
}

/// A day that is not like others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExceptionalDay {
    /// The day.
    pub date: Date,
    /// When the line is open then: `09:00-12:00`, `always`, or nothing if it is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<String>,
}

impl ExceptionalDay {
    /// What can be set.
    pub(crate) const FIELDS: &'static [Field] = &[Field::of("date", Holds::Date), Field::may("open", Holds::DayHours)];

    /// First and last minute of the day; `None` if it cannot be read.
    fn span(&self) -> Option<(u16, u16)> {
        match self.open.as_deref().map(str::trim) {
            None | Some("never") => Some((0, 0)),
            Some("always") => Some((0, 1440)),
            Some(text) => {
                let (from, to) = text.split_once('-')?;
                Some((read_clock(from)?, read_clock(to)?)).filter(|(from, to)| from < to)
            }
        }
    }
}

/// When a line is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpeningHours {
    /// In an ordinary week.
    pub week: WeeklyHours,
    /// Whose public holidays count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holidays: Option<Territory>,
    /// What holds on them.
    #[serde(default)]
    pub on_holidays: OnHolidays,
    /// Days that are not like others. They count before everything else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<ExceptionalDay>,
}

impl OpeningHours {
    /// Day and night, whatever the day.
    #[must_use]
    pub fn always() -> Self {
        Self::weekly(WeeklyHours::always())
    }

    /// These weekly hours, holidays included.
    #[must_use]
    pub fn weekly(week: WeeklyHours) -> Self {
        Self { week, holidays: None, on_holidays: OnHolidays::AsUsual, exceptions: Vec::new() }
    }

    /// Whether the line is open then.
    #[must_use]
    pub fn open_at(&self, at: LocalTime) -> bool {
        if let Some(exception) = self.exceptions.iter().find(|exception| exception.date == at.date) {
            return exception.span().is_some_and(|(from, to)| (from..to).contains(&at.minute));
        }
        let holiday = self.holidays.and_then(|territory| territory.holiday(at.date)).is_some();
        let weekday = match (holiday, &self.on_holidays) {
            (true, OnHolidays::Closed) => return false,
            (true, OnHolidays::AsSunday) => 6,
            (true, OnHolidays::AsUsual) | (false, _) => at.date.weekday(),
        };
        self.week.open_at(LocalMinute(u16::from(weekday) * 1440 + at.minute.min(1439)))
    }

    /// What is wrong with these hours, if anything.
    #[must_use]
    pub fn wrong(&self) -> Option<Wrong> {
        let unreadable = self.exceptions.iter().find(|exception| exception.span().is_none());
        if let Some(exception) = unreadable {
            return Some(Wrong::UnreadableDay(exception.date));
        }
        let mut dates: Vec<Date> = self.exceptions.iter().map(|exception| exception.date).collect();
        dates.sort_unstable();
        let twice = dates.windows(2).find(|pair| pair.first() == pair.last())?.first()?;
        Some(Wrong::DayTwice(*twice))
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

    #[test]
    fn hours_are_read_as_they_are_written() {
        let hours = WeeklyHours::read(["mon-fri 09:00-21:00", "sat 22:00-02:00"]).unwrap();
        assert!(hours.open_at(at(4, 20, 59)) && hours.open_at(at(6, 1, 0)) && !hours.open_at(at(6, 2, 0)));
        let again = WeeklyHours::read(hours.words().iter().map(String::as_str)).unwrap();
        assert!(
            (0..LocalMinute::WEEK)
                .all(|minute| again.open_at(LocalMinute(minute)) == hours.open_at(LocalMinute(minute)))
        );
        for wrong in ["mon", "mon 9-25:00", "day 09:00-10:00", "mon 09:00", "mon 99999:00-10:00"] {
            assert!(WeeklyHours::read([wrong]).is_err(), "{wrong}");
        }
    }

    #[test]
    fn holidays_and_exceptional_days_come_before_the_week() {
        let day = |date: &str| Date::try_from(date.to_owned()).unwrap();
        let open = |hours: &OpeningHours, date: &str, hour: u16| {
            hours.open_at(LocalTime { date: day(date), minute: hour * 60 })
        };
        let mut hours = OpeningHours::weekly(WeeklyHours::read(["mon-sat 09:00-21:00", "sun 10:00-12:00"]).unwrap());
        hours.holidays = Some(Territory::AlsaceMoselle);
        // Good Friday 2026.
        assert!(open(&hours, "2026-04-03", 15));
        hours.on_holidays = OnHolidays::AsSunday;
        assert!(open(&hours, "2026-04-03", 11) && !open(&hours, "2026-04-03", 15));
        hours.on_holidays = OnHolidays::Closed;
        assert!(!open(&hours, "2026-04-03", 11) && open(&hours, "2026-04-02", 11));
        hours.exceptions.push(ExceptionalDay { date: day("2026-04-03"), open: Some("14:00-16:00".into()) });
        hours.exceptions.push(ExceptionalDay { date: day("2026-04-02"), open: None });
        assert!(open(&hours, "2026-04-03", 15) && !open(&hours, "2026-04-02", 11));
        assert_eq!(hours.wrong(), None);
        hours.exceptions.push(ExceptionalDay { date: day("2026-04-02"), open: Some("16:00-14:00".into()) });
        assert!(hours.wrong().unwrap().to_string().contains("2026-04-02"));
    }
}
