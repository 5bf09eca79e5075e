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

/// A time with its 95 % confidence interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    /// In milliseconds.
    pub value: u64,
    /// Half the width of the interval; none from fewer than four nights.
    pub half: Option<u64>,
}

impl Measure {
    /// Into how many batches nights are put.
    const BATCHES: usize = 20;

    /// A percentile of the waits of all nights. The interval is that of batch means: nights are put into batches in the
    /// order of their seeds, and what differs between the batches' percentiles says how sure the whole is.
    #[must_use]
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "times of a week fit a double exactly"
    )]
    pub fn of_waits(nights: &[Figures], percent: usize) -> Self {
        let of = |nights: &[Figures]| {
            let waits = nights.iter().flat_map(|night| night.waits.iter().copied()).collect();
            let all = Figures { waits, ..Figures::default() };
            (!all.waits.is_empty()).then(|| all.wait(percent))
        };
        let value = of(nights).unwrap_or(0);
        let size = nights.len().div_ceil(Self::BATCHES).max(1);
        let batches: Vec<f64> = nights.chunks(size).filter_map(of).map(|wait| wait as f64).collect();
        if batches.len() < 4 {
            return Self { value, half: None };
        }
        let count = batches.len() as f64;
        let mean = batches.iter().sum::<f64>() / count;
        let spread: f64 = batches.iter().map(|batch| (batch - mean).powi(2)).sum();
        Self { value, half: Some((1.96 * (spread / (count - 1.0) / count).sqrt()).round() as u64) }
    }

    /// In words: `12.5 s ± 0.4`.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "times of a week fit a double exactly")]
    pub fn words(&self) -> String {
        let half = self.half.map_or(String::new(), |half| format!(" ± {:.1}", half as f64 / 1000.0));
        format!("{:.1} s{half}", self.value as f64 / 1000.0)
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
    fn a_percentile_is_as_sure_as_its_batches_are_alike() {
        let night = |wait: u64| Figures { waits: vec![wait; 10], ..Figures::default() };
        let alike: Vec<Figures> = (0..40).map(|_| night(1_000)).collect();
        assert_eq!(Measure::of_waits(&alike, 90), Measure { value: 1_000, half: Some(0) });
        let unlike: Vec<Figures> = (0..4).map(|number| night(number * 1_000)).collect();
        // Means of 0, 1, 2 and 3 seconds: a variance of 5/3, over four batches.
        let half = (1.96 * (5.0_f64 / 3.0 / 4.0).sqrt() * 1000.0).round();
        assert_eq!(Measure::of_waits(&unlike, 50).half.map(|half| half as f64), Some(half));
        assert_eq!(Measure::of_waits(&unlike[..3], 50).half, None);
    }

    #[test]
    fn percentiles_are_by_nearest_rank() {
        let figures = Figures { waits: (1..=100).rev().collect(), ..Figures::default() };
        assert_eq!((figures.wait(50), figures.wait(90), figures.wait(99)), (50, 90, 99));
        assert_eq!(Figures::default().wait(50), 0);
    }
}
