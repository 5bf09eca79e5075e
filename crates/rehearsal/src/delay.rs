//! How long sound is on its way. Whoever speaks writes the time into the sound itself, in samples so soft that nobody would
//! hear them, and whoever hears them reads it: sound that is passed on undecoded arrives as it was sent.

use crate::clock::microseconds;
use std::time::Duration;
use telephony::audio::g711;

/// What a stamp begins with, four bits a sample.
const MARK: [u8; 4] = [0xA, 0x5, 0xC, 0x3];
/// Samples of a stamp: the mark, and 32 bits of microseconds.
const SAMPLES: usize = MARK.len() + 8;
/// Longer than any sound can be on its way: such a stamp is chance.
const LONGEST: Duration = Duration::from_secs(60);

/// Writes the time into A-law sound. Sound that is shorter than a stamp is left alone.
pub fn stamp(samples: &mut [u8]) {
    write(samples, microseconds());
}

/// How long A-law sound that was stamped was on its way.
#[must_use]
pub fn on_the_way(samples: &[u8]) -> Option<Duration> {
    let took = Duration::from_micros(u64::from(microseconds().wrapping_sub(read(samples)?)));
    (took < LONGEST).then_some(took)
}

/// Positive samples of the softest segment carry four bits each.
fn write(samples: &mut [u8], time: u32) {
    let bits = (0..8).map(|place| (time >> (28 - place * 4)) as u8 & 0xF);
    if samples.len() >= SAMPLES {
        for (sample, four) in samples.iter_mut().zip(MARK.into_iter().chain(bits)) {
            *sample = g711::SILENCE ^ four;
        }
    }
}

fn read(samples: &[u8]) -> Option<u32> {
    let mut time = 0;
    for (place, sample) in samples.get(..SAMPLES)?.iter().enumerate() {
        let four = sample ^ g711::SILENCE;
        match MARK.get(place) {
            Some(mark) if *mark != four => return None,
            Some(_) => {}
            None if four > 0xF => return None,
            None => time = time << 4 | u32::from(four),
        }
    }
    Some(time)
}

/// How many packets were on their way for how long, in milliseconds.
#[derive(Debug, Clone, Default)]
pub struct Delays(Vec<u64>);

impl Delays {
    /// Longer ones are counted as this long.
    const MOST: usize = 1_000;

    /// Counts one.
    pub fn add(&mut self, took: Duration) {
        let place = usize::try_from(took.as_millis()).unwrap_or(Self::MOST).min(Self::MOST);
        self.0.resize(self.0.len().max(place + 1), 0);
        if let Some(count) = self.0.get_mut(place) {
            *count += 1;
        }
    }

    /// Adds those of another.
    pub fn merge(&mut self, other: &Self) {
        self.0.resize(self.0.len().max(other.0.len()), 0);
        for (own, more) in self.0.iter_mut().zip(&other.0) {
            *own += more;
        }
    }

    /// How many were counted.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.iter().sum()
    }

    /// The nearest-rank percentile in whole milliseconds, rounded up; `None` if there are none.
    #[must_use]
    pub fn percentile(&self, percent: u64) -> Option<u64> {
        let rank = (self.count() * percent).div_ceil(100).max(1);
        let mut so_far = 0;
        self.0.iter().zip(1..).find_map(|(count, above)| {
            so_far += count;
            (so_far >= rank).then_some(above)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use telephony::audio::{FRAME, tone};

    #[test]
    fn a_stamp_is_read_as_it_was_written_and_hardly_heard() {
        for time in [0, 1, 0x1234_5678, u32::MAX] {
            let mut samples = tone::sine(1000.0, 0.25, 0, FRAME);
            write(&mut samples, time);
            assert_eq!(read(&samples), Some(time));
            let linear: Vec<i16> = samples.iter().map(|code| g711::alaw_to_linear(*code)).collect();
            assert!(tone::share(&linear, 1000.0) > 0.8);
        }
        let mut samples = tone::sine(440.0, 0.25, 0, FRAME);
        assert_eq!(read(&samples), None, "a tone is no stamp");
        assert_eq!(read(&[g711::SILENCE; FRAME]), None, "nor is silence");
        stamp(&mut samples);
        assert!(on_the_way(&samples).is_some_and(|took| took < Duration::from_secs(5)));
    }

    #[test]
    fn percentiles_round_up() {
        let mut delays = Delays::default();
        assert_eq!(delays.percentile(99), None);
        for milliseconds in 0..100 {
            delays.add(Duration::from_millis(milliseconds));
        }
        let mut both = Delays::default();
        both.add(Duration::from_hours(1));
        both.merge(&delays);
        assert_eq!((delays.percentile(50), delays.percentile(99)), (Some(50), Some(99)));
        assert_eq!((both.count(), both.percentile(100)), (101, Some(1_001)));
    }
}
