//! When an entry is open, in the local time of where it is.

use serde::{Deserialize, Serialize};

/// The minutes of a day.
pub const DAY: u16 = 24 * 60;
/// The minutes of a week, which begins on Monday at midnight.
pub const WEEK: u16 = 7 * DAY;

/// The hours of a week, as far as they are known.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Hours {
    /// When it is open, in the order of the week; empty when that is not known.
    #[serde(skip_serializing_if = "Vec::is_empty", with = "written")]
    pub weekly: Vec<Opening>,
    /// What cannot be said by a week: « sur rendez-vous », « fermé en août ».
    #[serde(skip_serializing_if = "String::is_empty")]
    pub words: String,
}

/// An opening on one day of the week. One past midnight is two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Opening {
    /// The day, Monday being 0 and Sunday 6.
    pub day: u8,
    /// The minute of the day at which it opens.
    pub from: u16,
    /// The minute of the day at which it closes, at most [`DAY`].
    pub until: u16,
}

impl Opening {
    /// An opening, if there is such a time: a day of the week, and an end after the beginning.
    #[must_use]
    pub fn new(day: u8, from: u16, until: u16) -> Option<Self> {
        (day < 7 && from < until && until <= DAY).then_some(Self { day, from, until })
    }
}

impl Hours {
    /// Open day and night.
    #[must_use]
    pub fn always() -> Self {
        Self { weekly: (0..7).map(|day| Opening { day, from: 0, until: DAY }).collect(), words: String::new() }
    }

    /// Whether nothing at all is known.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.weekly.is_empty() && self.words.is_empty()
    }

    /// Whether it is open at a minute of the week; none when the week is not known.
    #[must_use]
    pub fn open_at(&self, minute: u16) -> Option<bool> {
        if self.weekly.is_empty() {
            return None;
        }
        let minute = minute % WEEK;
        Some(self.weekly.iter().any(|opening| {
            let midnight = u16::from(opening.day) * DAY;
            (midnight + opening.from..midnight + opening.until).contains(&minute)
        }))
    }

    /// The same hours with openings in order, those that touch or overlap made one, and none that is no time.
    #[must_use]
    pub fn tidy(mut self) -> Self {
        self.weekly.retain(|opening| Opening::new(opening.day, opening.from, opening.until).is_some());
        self.weekly.sort_unstable();
        let mut tidied: Vec<Opening> = Vec::with_capacity(self.weekly.len());
        for opening in self.weekly {
            match tidied.last_mut() {
                Some(last) if last.day == opening.day && opening.from <= last.until => {
                    last.until = last.until.max(opening.until);
                }
                _ => tidied.push(opening),
            }
        }
        Self { weekly: tidied, words: self.words }
    }
}

/// The days as schema.org's `openingHours` and OpenStreetMap's `opening_hours` write them.
const DAYS: [&str; 7] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

/// A week as one line, days that are alike together: « Mo-Th 09:00-12:00,14:00-18:00; Fr 09:00-12:00 ». It is how
/// schema.org and OpenStreetMap write hours, short enough to be kept a million times.
#[must_use]
pub fn week_text(weekly: &[Opening]) -> String {
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    let of_day = |day: u8| {
        let spans = weekly.iter().filter(|opening| opening.day == day);
        spans.map(|opening| format!("{}-{}", clock(opening.from), clock(opening.until))).collect::<Vec<_>>().join(",")
    };
    let mut parts: Vec<(u8, u8, String)> = Vec::new();
    for day in 0..7 {
        let spans = of_day(day);
        match parts.last_mut() {
            Some((_, last, same)) if *last + 1 == day && *same == spans => *last = day,
            _ => parts.push((day, day, spans)),
        }
    }
    let name = |day: u8| DAYS.get(usize::from(day)).copied().unwrap_or_default();
    let part = |(first, last, spans): &(u8, u8, String)| {
        let days = if first == last { name(*first).to_owned() } else { format!("{}-{}", name(*first), name(*last)) };
        format!("{days} {spans}")
    };
    parts.iter().filter(|(_, _, spans)| !spans.is_empty()).map(part).collect::<Vec<_>>().join("; ")
}

/// Reads what [`week_text`] writes; none when it is no such line.
#[must_use]
pub fn read_week(text: &str) -> Option<Vec<Opening>> {
    let day = |name: &str| DAYS.iter().position(|other| *other == name).and_then(|place| u8::try_from(place).ok());
    let clock = |text: &str| {
        let (hours, minutes) = text.split_once(':')?;
        let (hours, minutes) = (hours.parse::<u16>().ok()?, minutes.parse::<u16>().ok()?);
        (hours <= 24 && minutes < 60).then_some(hours * 60 + minutes)
    };
    let mut weekly = Vec::new();
    for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
        let (days, spans) = part.split_once(' ')?;
        let (first, last) = days.split_once('-').unwrap_or((days, days));
        for day in day(first)?..=day(last)? {
            for span in spans.split(',') {
                let (from, until) = span.trim().split_once('-')?;
                weekly.push(Opening::new(day, clock(from)?, clock(until)?)?);
            }
        }
    }
    Some(weekly)
}

/// How a week is kept: as one line.
mod written {
    use super::{Opening, read_week, week_text};
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(weekly: &[Opening], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&week_text(weekly))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Opening>, D::Error> {
        let text = String::deserialize(deserializer)?;
        read_week(&text).ok_or_else(|| serde::de::Error::custom("these are no opening hours"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_is_one_line_that_reads_back() {
        for text in ["Mo-Th 09:00-12:00,14:00-18:30; Fr 09:00-12:00", "Mo-Su 00:00-24:00", "Sa 10:00-11:00", ""] {
            assert_eq!(week_text(&read_week(text).unwrap()), text);
        }
        for text in ["Mo", "Xx 09:00-10:00", "Mo 10:00-09:00", "Mo 9-10", "Mo 25:00-26:00", "Mo 09:00-10:61"] {
            assert_eq!(read_week(text), None, "{text}");
        }
    }

    #[test]
    fn a_week_opens_and_closes_to_the_minute() {
        let hours = Hours { weekly: vec![Opening { day: 1, from: 540, until: 720 }], words: String::new() };
        let tuesday = DAY;
        let open: Vec<_> = [539, 540, 719, 720].iter().map(|minute| hours.open_at(tuesday + minute).unwrap()).collect();
        assert_eq!(open, [false, true, true, false]);
        assert_eq!(Hours::default().open_at(0), None);
        assert!((0..WEEK).step_by(7).all(|minute| Hours::always().open_at(minute) == Some(true)));
    }

    #[test]
    fn hours_are_put_in_order_and_impossible_ones_left_out() {
        let opening = |day, from, until| Opening { day, from, until };
        let hours = Hours {
            weekly: vec![
                opening(2, 800, 900),
                opening(0, 10, 20),
                opening(2, 700, 800),
                opening(9, 1, 2),
                opening(1, 5, 5),
            ],
            words: "sur rendez-vous".to_owned(),
        };
        assert_eq!(hours.tidy().weekly, [opening(0, 10, 20), opening(2, 700, 900)]);
    }
}
