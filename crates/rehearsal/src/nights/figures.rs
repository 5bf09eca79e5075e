//! The figures of a night, and of many.

use std::fmt::Write;

/// What became of the callers of one night.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    /// Callers who came.
    pub came: u64,
    /// Callers whom the platform answered.
    pub answered: u64,
    /// Callers who talked with a human.
    pub connected: u64,
    /// Callers who gave up before.
    pub gave_up: u64,
    /// How long those who were connected waited from entering the queue, in milliseconds.
    pub waits: Vec<u64>,
    /// The longest wait of all, of those who gave up as well, in milliseconds.
    pub longest: u64,
    /// Milliseconds in which listeners were with callers or wrote.
    pub busy: u64,
    /// Milliseconds in which listeners were ready.
    pub available: u64,
    /// How many inputs the switchboard took.
    pub inputs: u64,
}

impl Figures {
    /// Adds another night.
    pub fn add(&mut self, other: &Self) {
        self.came += other.came;
        self.answered += other.answered;
        self.connected += other.connected;
        self.gave_up += other.gave_up;
        self.waits.extend(&other.waits);
        self.longest = self.longest.max(other.longest);
        self.busy += other.busy;
        self.available += other.available;
        self.inputs += other.inputs;
    }

    /// A percentile of the waits of those who were connected, in milliseconds.
    #[must_use]
    pub fn wait(&self, percent: usize) -> u64 {
        let mut waits = self.waits.clone();
        waits.sort_unstable();
        let index = (waits.len() * percent).div_ceil(100).saturating_sub(1);
        waits.get(index).copied().unwrap_or(0)
    }
}

/// A share with its 95 % confidence interval, from the spread between nights.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// The share, 0 to 1.
    pub value: f64,
    /// Half the width of the interval.
    pub half: f64,
}

impl Share {
    /// A ratio of sums over nights. The interval is that of a ratio estimator (Cochran, Sampling Techniques, chapter 6):
    /// nights are the sample, because the calls of one night are not independent of each other.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "counts of calls fit a double exactly")]
    pub fn of(nights: &[(u64, u64)]) -> Option<Self> {
        let whole: f64 = nights.iter().map(|(_, whole)| *whole as f64).sum();
        if whole == 0.0 {
            return None;
        }
        let part: f64 = nights.iter().map(|(part, _)| *part as f64).sum();
        let value = part / whole;
        let count = nights.len() as f64;
        let mean = whole / count;
        let spread: f64 = nights.iter().map(|(part, whole)| (*part as f64 - value * *whole as f64).powi(2)).sum();
        let half = if nights.len() > 1 { 1.96 * (spread / (count - 1.0) / count).sqrt() / mean } else { f64::INFINITY };
        Some(Self { value, half })
    }

    /// In words: `97.3 % ± 0.4`.
    #[must_use]
    pub fn words(&self) -> String {
        let mut words = format!("{:.1} %", self.value * 100.0);
        if self.half.is_finite() {
            let _fits = write!(words, " ± {:.1}", self.half * 100.0);
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_that_of_the_sums_and_its_interval_that_of_the_nights() {
        let share = Share::of(&[(9, 10), (18, 20), (27, 30)]).unwrap();
        assert!((share.value - 0.9).abs() < 1e-12 && share.half < 1e-12, "every night alike");
        let share = Share::of(&[(5, 10), (10, 10)]).unwrap();
        // Residuals of 2.5 each: the variance of the mean is 12.5 / 2, over a mean of 10 calls.
        assert!((share.half - 1.96 * (12.5_f64 / 2.0).sqrt() / 10.0).abs() < 1e-12, "{share:?}");
        assert_eq!(Share::of(&[(0, 0)]), None);
    }

    #[test]
    fn percentiles_are_by_nearest_rank() {
        let figures = Figures { waits: (1..=100).rev().collect(), ..Figures::default() };
        assert_eq!((figures.wait(50), figures.wait(90), figures.wait(99)), (50, 90, 99));
        assert_eq!(Figures::default().wait(50), 0);
    }
}
