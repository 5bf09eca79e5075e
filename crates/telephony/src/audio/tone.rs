//! Tones, made and found. Used to measure sound at both ends.

use super::{RATE, g711};
use std::f64::consts::TAU;

/// A-law samples of a sine tone.
///
/// `level` is the peak as a share of full scale, 0 to 1; `from` is the number of samples before the first one.
#[must_use]
pub fn sine(hertz: f64, level: f64, from: u64, samples: usize) -> Vec<u8> {
    (0..samples)
        .map(|index| {
            let time = (from as f64 + index as f64) / f64::from(RATE);
            let value = (TAU * hertz * time).sin() * level.clamp(0.0, 1.0) * 32_000.0;
            g711::linear_to_alaw(value as i16)
        })
        .collect()
}

/// Root mean square of linear samples.
#[must_use]
pub fn rms(samples: &[i16]) -> f64 {
    if samples.is_empty() {
        return 0.0;
    }
    let sum: f64 = samples.iter().map(|sample| f64::from(*sample).powi(2)).sum();
    (sum / samples.len() as f64).sqrt()
}

/// Which share of the sound is a tone of this frequency: 1.0 for a clean tone, near 0 for speech or silence.
///
/// Goertzel's algorithm gives the amplitude; the share is amplitude over √2, divided by the RMS.
#[must_use]
pub fn share(samples: &[i16], hertz: f64) -> f64 {
    let level = rms(samples);
    if level < 20.0 {
        return 0.0;
    }
    let coefficient = 2.0 * (TAU * hertz / f64::from(RATE)).cos();
    let (mut before, mut last) = (0.0, 0.0);
    for sample in samples {
        let next = f64::from(*sample) + coefficient * last - before;
        before = last;
        last = next;
    }
    let power = before * before + last * last - coefficient * before * last;
    let amplitude = 2.0 * power.max(0.0).sqrt() / samples.len() as f64;
    (amplitude / std::f64::consts::SQRT_2 / level).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn linear(codes: &[u8]) -> Vec<i16> {
        codes.iter().map(|code| g711::alaw_to_linear(*code)).collect()
    }

    #[test]
    fn a_tone_is_found_at_its_own_frequency_and_nowhere_else() {
        let samples = linear(&sine(440.0, 0.3, 0, 4000));
        assert!(share(&samples, 440.0) > 0.98);
        assert!(share(&samples, 1000.0) < 0.05);
        assert!((rms(&samples) - 0.3 * 32_000.0 / 2f64.sqrt()).abs() < 100.0);
    }

    #[test]
    fn silence_has_no_tone() {
        assert_eq!(share(&[0; 800], 440.0), 0.0);
        assert_eq!(share(&[], 440.0), 0.0);
    }
}
