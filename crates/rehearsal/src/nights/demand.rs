//! What callers are like: when they come, which line they call, how patient they are, and how long they talk.

use super::dice::Dice;
use super::service::{HOUR, MINUTE, SECOND};
use std::collections::BTreeMap;
use switchboard::LineId;

/// Hours of the day as listening lines know them: evenings are busy, the small hours are not empty.
pub const USUAL_HOURS: [f64; 24] = [
    0.8, 0.7, 0.6, 0.5, 0.4, 0.4, 0.4, 0.5, 0.8, 1.1, 1.3, 1.3, 1.1, 1.1, 1.2, 1.2, 1.2, 1.2, 1.3, 1.4, 1.5, 1.4, 1.2,
    1.0,
];

/// When callers come, as weights whose mean is 1.
#[derive(Debug, Clone, PartialEq)]
pub enum Arrivals {
    /// Alike on every line, by the hour of the day and the weekday in UTC, Monday first.
    Alike {
        /// The weight of each hour of the day.
        by_hour: Box<[f64; 24]>,
        /// The weight of each weekday.
        by_weekday: [f64; 7],
    },
    /// Each line has its own, hour by hour from the beginning of the time that is rehearsed.
    Hourly(Hourly),
}

/// How many callers of each line come in which hour, counted from the beginning of the time that is rehearsed.
#[derive(Debug, Clone, PartialEq)]
pub struct Hourly {
    lines: BTreeMap<LineId, Vec<f64>>,
    most: f64,
}

impl Hourly {
    fn at(&self, hour: usize) -> f64 {
        self.lines.values().filter_map(|hours| hours.get(hour)).sum()
    }

    /// The line of a caller who comes in that hour; `part`, from 0 to 1, is the chance of it.
    fn line(&self, hour: usize, part: f64) -> Option<&LineId> {
        let mut left = part * self.at(hour);
        let called = || self.lines.iter().filter(|(_, hours)| hours.get(hour).is_some_and(|weight| *weight > 0.0));
        for (line, hours) in called() {
            left -= hours.get(hour).copied().unwrap_or(0.0);
            if left < 0.0 {
                return Some(line);
            }
        }
        called().next_back().map(|(line, _)| line)
    }
}

/// What callers are like.
#[derive(Debug, Clone, PartialEq)]
pub struct Demand {
    /// Calls a day on an ordinary day.
    pub calls_a_day: f64,
    /// When they come.
    pub arrivals: Arrivals,
    /// By how much the demand is multiplied in the end, after growing through the whole time: 1 for an ordinary time.
    pub surge: f64,
    /// Mean patience of a caller who waits, in milliseconds.
    pub patience: u64,
    /// Mean length of a talk until the listener ends it, in milliseconds. Callers end some talks before.
    pub talk: u64,
    /// How long a listener writes after a talk, from and up to, in milliseconds.
    pub writes: (u64, u64),
}

impl Demand {
    /// How much longer a talk is until the caller ends it, on average.
    pub(super) const CALLERS_TALK: (u64, u64) = (3, 2);
    /// The mean length of talks, as a share of the mean until the listener ends them: the lesser of two log-normal times
    /// of sigma 0.7, of which one has a mean of 1 and the other of 1.5.
    const TALKED: f64 = 0.740;
    /// How long listeners write, unless it was measured.
    pub const USUALLY_WRITES: (u64, u64) = (20 * SECOND, 4 * MINUTE);

    /// The demand of these calls of each line in each hour, on average, from the beginning of the time that is rehearsed.
    #[must_use]
    pub fn hourly(calls: BTreeMap<LineId, Vec<f64>>, patience: u64) -> Self {
        let hours = calls.values().map(Vec::len).max().unwrap_or(0);
        let all: f64 = calls.values().flatten().sum();
        #[allow(clippy::cast_precision_loss, reason = "the hours of some weeks fit a double exactly")]
        let mean = all / hours.max(1) as f64;
        let mut lines = calls;
        lines.values_mut().flatten().for_each(|weight| *weight /= if mean > 0.0 { mean } else { 1.0 });
        let mut hourly = Hourly { lines, most: 0.0 };
        hourly.most = (0..hours).map(|hour| hourly.at(hour)).fold(0.0, f64::max);
        Self {
            calls_a_day: mean * 24.0,
            arrivals: Arrivals::Hourly(hourly),
            surge: 1.0,
            patience,
            talk: 0,
            writes: Self::USUALLY_WRITES,
        }
    }

    /// The same demand with talks of this mean length, whoever ends them.
    #[must_use]
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a talk of some hours fits a double exactly"
    )]
    pub fn talking(self, mean: u64) -> Self {
        Self { talk: (mean as f64 / Self::TALKED) as u64, ..self }
    }

    /// The same demand with this mean time of writing after a talk.
    #[must_use]
    pub fn writing(self, mean: u64) -> Self {
        Self { writes: (mean / 2, mean / 2 * 3 + 1), ..self }
    }

    /// The demand in calls a millisecond, so many milliseconds after the Monday on which all begins, of `whole`.
    #[allow(clippy::cast_precision_loss, reason = "times of a week fit a double exactly")]
    #[must_use]
    pub fn rate(&self, since_monday: u64, into: u64, whole: u64) -> f64 {
        let weight = match &self.arrivals {
            Arrivals::Alike { by_hour, by_weekday } => {
                let hour = usize::try_from(since_monday / HOUR % 24).unwrap_or(0);
                let day = usize::try_from(since_monday / (24 * HOUR) % 7).unwrap_or(0);
                by_hour.get(hour).unwrap_or(&1.0) * by_weekday.get(day).unwrap_or(&1.0)
            }
            Arrivals::Hourly(hourly) => hourly.at(hour_of(into)),
        };
        // A surge grows by the same factor every day: from 3 a day to 200 a day within a week was seen.
        let growth = self.surge.powf(into as f64 / (whole.max(1)) as f64);
        self.calls_a_day / (24.0 * HOUR as f64) * weight * growth
    }

    /// The highest rate of all, for drawing arrivals by thinning.
    #[must_use]
    pub fn highest(&self) -> f64 {
        let most = |weights: &[f64]| weights.iter().copied().fold(0.0, f64::max);
        #[allow(clippy::cast_precision_loss, reason = "an hour fits")]
        let per = self.calls_a_day / (24.0 * HOUR as f64);
        let weight = match &self.arrivals {
            Arrivals::Alike { by_hour, by_weekday } => most(by_hour.as_slice()) * most(by_weekday),
            Arrivals::Hourly(hourly) => hourly.most,
        };
        per * weight * self.surge.max(1.0)
    }

    /// Which of these lines somebody calls who comes so many milliseconds into the time.
    pub(super) fn line<'a>(
        &'a self,
        into: u64,
        lines: impl ExactSizeIterator<Item = &'a LineId>,
        dice: &mut Dice,
    ) -> Option<&'a LineId> {
        match &self.arrivals {
            Arrivals::Alike { .. } => {
                let index = usize::try_from(dice.within(0, lines.len() as u64)).unwrap_or(0);
                lines.into_iter().nth(index)
            }
            Arrivals::Hourly(hourly) => hourly.line(hour_of(into), dice.unit()),
        }
    }
}

fn hour_of(into: u64) -> usize {
    usize::try_from(into / HOUR).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_two_lines() -> Demand {
        let calls = [("day".into(), vec![6.0, 2.0, 0.0]), ("night".into(), vec![0.0, 2.0, 2.0])];
        Demand::hourly(calls.into(), MINUTE)
    }

    #[test]
    fn hourly_calls_come_as_often_as_was_said() {
        let demand = of_two_lines();
        // Twelve calls in three hours are 96 a day.
        assert!((demand.calls_a_day - 96.0).abs() < 1e-9);
        let an_hour = |into: u64| demand.rate(0, into, 3 * HOUR) * 3_600_000.0;
        for (into, calls) in [(0, 6.0), (HOUR, 4.0), (3 * HOUR - 1, 2.0), (3 * HOUR, 0.0)] {
            assert!((an_hour(into) - calls).abs() < 1e-9, "{into}: {}", an_hour(into));
        }
        assert!((demand.highest() * 3_600_000.0 - 6.0).abs() < 1e-9);
    }

    #[test]
    fn each_hour_has_its_lines() {
        let demand = of_two_lines();
        let mut dice = Dice::new(3);
        let mut count = |into: u64, line: &str| {
            let asked = (0..1_000).filter_map(|_| demand.line(into, [].iter(), &mut dice));
            asked.filter(|found| **found == line.into()).count()
        };
        assert_eq!((count(0, "day"), count(2 * HOUR, "night")), (1_000, 1_000));
        assert!((420..580).contains(&count(HOUR, "day")));
        assert_eq!(count(4 * HOUR, "day"), 0);
        let nobody = Demand::hourly([("day".into(), vec![0.0; 4])].into(), MINUTE);
        assert!(nobody.highest() <= 0.0 && nobody.rate(0, HOUR, 4 * HOUR) <= 0.0);
    }

    #[test]
    fn talks_are_as_long_as_was_measured() {
        let demand = of_two_lines().talking(20 * MINUTE).writing(2 * MINUTE);
        let mut dice = Dice::new(1);
        let count = 40_000;
        let (times, over) = Demand::CALLERS_TALK;
        let talk =
            |dice: &mut Dice| dice.log_normal(demand.talk * times / over, 0.7).min(dice.log_normal(demand.talk, 0.7));
        let mean = (0..count).map(|_| talk(&mut dice)).sum::<u64>() / count;
        assert!((19 * MINUTE + 40 * SECOND..20 * MINUTE + 20 * SECOND).contains(&mean), "{mean}");
        let (from, to) = demand.writes;
        let mean = (0..count).map(|_| dice.within(from, to)).sum::<u64>() / count;
        assert!((118 * SECOND..122 * SECOND).contains(&mean), "{mean}");
    }
}
