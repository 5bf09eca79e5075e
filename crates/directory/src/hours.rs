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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub weekly: Vec<Opening>,
    /// What cannot be said by a week: « sur rendez-vous », « fermé en août ».
    #[serde(skip_serializing_if = "String::is_empty")]
    pub words: String,
}

/// An opening on one day of the week. One past midnight is two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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

#[cfg(test)]
mod tests {
    use super::*;

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
