//! The loudness of a prompt, made alike for all: trimmed, at −19 dBFS where there is speech, no peak above −3 dBFS. Pure.
//!
//! Samples are linear, full scale being 1.0; 0 dBFS is an RMS of 1.0.

use super::{FRAME, RATE};
use std::f32::consts::PI;

/// What speech is brought to: −19 dBFS.
const SPEECH: f32 = 0.112_2;
/// No peak above this, also between samples: −3 dBFS.
const CEILING: f32 = 0.707_9;
/// Peaks are brought down by at most half (6 dB); what would need more is made quieter as a whole.
const MOST_LIMITED: f32 = 0.5;
/// The quietest sound that is any: −60 dBFS.
const QUIETEST: f32 = 0.001;
/// How far below its loud parts speech may be and still be speech: 25 dB.
const SOFT: f32 = 0.056;
/// How far below the loud parts its beginning and end are looked for: 40 dB.
const FAINT: f32 = 0.01;
/// Silence that is left at both ends: 100 ms.
const MARGIN: usize = RATE as usize / 10;
/// Samples over which the cut ends fade: 5 ms.
const FADE: usize = RATE as usize / 200;
/// Samples on each side over which a peak is brought down softly: 5 ms.
const SOFTLY: usize = RATE as usize / 200;

/// Makes a sound fit to be played beside others; `None` if it is silent.
pub(super) fn prepare(mut samples: Vec<f32>) -> Option<Vec<f32>> {
    let mean = samples.iter().map(|sample| f64::from(*sample)).sum::<f64>() / samples.len().max(1) as f64;
    for sample in &mut samples {
        *sample -= mean as f32;
    }
    let frames: Vec<f32> = samples.chunks(FRAME).map(rms).collect();
    let loud = loud_part(&frames);
    if loud < QUIETEST {
        return None;
    }
    let first = frames.iter().position(|frame| *frame > loud * FAINT)?;
    let last = frames.iter().rposition(|frame| *frame > loud * FAINT)?;
    let start = (first * FRAME).saturating_sub(MARGIN);
    let end = ((last + 1) * FRAME + MARGIN).min(samples.len());
    samples.truncate(end);
    samples.drain(..start);
    let speech = frames.iter().filter(|frame| **frame > loud * SOFT).map(|frame| frame * frame);
    let count = speech.clone().count().max(1);
    let level = (speech.sum::<f32>() / count as f32).sqrt();
    let peak = peaks(&samples).into_iter().fold(0.0, f32::max).max(level);
    let gain = (SPEECH / level).min(CEILING / MOST_LIMITED / peak);
    for sample in &mut samples {
        *sample *= gain;
    }
    limit(&mut samples);
    fade_ends(&mut samples);
    Some(samples)
}

fn rms(samples: &[f32]) -> f32 {
    (samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len().max(1) as f32).sqrt()
}

/// How loud the loud parts are: one frame in twenty is louder, which leaves out a cough or a door.
fn loud_part(frames: &[f32]) -> f32 {
    let mut sorted = frames.to_vec();
    sorted.sort_unstable_by(f32::total_cmp);
    let rank = (sorted.len() * 19 / 20).min(sorted.len().saturating_sub(1));
    let loud = sorted.get(rank).copied().unwrap_or(0.0);
    // A short word in a long silence.
    if loud < QUIETEST { sorted.last().copied().unwrap_or(0.0) } else { loud }
}

/// The highest peak at each sample and before the next: four points, the three between by a windowed sinc.
fn peaks(samples: &[f32]) -> Vec<f32> {
    const SIDE: usize = 6;
    let filters: [[f32; 2 * SIDE]; 3] = std::array::from_fn(|quarter| {
        std::array::from_fn(|index| {
            let distance = index as f32 - (SIDE as f32 - 1.0) - (quarter + 1) as f32 / 4.0;
            let window = (PI * distance / (2.0 * SIDE as f32)).cos();
            (PI * distance).sin() / (PI * distance) * window * window
        })
    });
    let mut padded = vec![0.0; SIDE - 1];
    padded.extend_from_slice(samples);
    padded.resize(samples.len() + 2 * SIDE, 0.0);
    let between = |window: &[f32]| {
        let each =
            filters.iter().map(|filter| filter.iter().zip(window).map(|(tap, sample)| tap * sample).sum::<f32>());
        each.fold(0.0, |most: f32, value| most.max(value.abs()))
    };
    samples.iter().zip(padded.windows(2 * SIDE)).map(|(sample, window)| sample.abs().max(between(window))).collect()
}

/// Brings peaks under the ceiling, softly: the gain goes down before a peak and up again after it.
fn limit(samples: &mut [f32]) {
    let wanted: Vec<f32> = peaks(samples).into_iter().map(|peak| (CEILING / peak.max(CEILING)).min(1.0)).collect();
    if wanted.iter().all(|gain| *gain >= 1.0) {
        return;
    }
    let lowest = lowest_around(&wanted, 2 * SOFTLY);
    let width = 2 * SOFTLY + 1;
    let mut padded = vec![1.0; SOFTLY];
    padded.extend_from_slice(&lowest);
    padded.resize(lowest.len() + 2 * SOFTLY, 1.0);
    let mut sum: f64 = padded.iter().take(width).map(|gain| f64::from(*gain)).sum();
    for (index, sample) in samples.iter_mut().enumerate() {
        *sample *= (sum / width as f64) as f32;
        let (leaves, comes) = (padded.get(index), padded.get(index + width));
        sum += f64::from(comes.copied().unwrap_or(1.0)) - f64::from(leaves.copied().unwrap_or(1.0));
    }
    // The gain's own slope may lift a peak between two samples by a hair.
    let over = peaks(samples).into_iter().fold(0.0, f32::max) / CEILING;
    if over > 1.0 {
        for sample in samples {
            *sample /= over;
        }
    }
}

/// The lowest value within `side` places of each, found with a queue of candidates.
fn lowest_around(values: &[f32], side: usize) -> Vec<f32> {
    let mut candidates: std::collections::VecDeque<(usize, f32)> = std::collections::VecDeque::new();
    let mut lowest = Vec::with_capacity(values.len());
    for index in 0..values.len() + side {
        if let Some(value) = values.get(index) {
            while candidates.back().is_some_and(|(_, last)| last >= value) {
                candidates.pop_back();
            }
            candidates.push_back((index, *value));
        }
        if index >= side {
            while candidates.front().is_some_and(|(place, _)| place + 2 * side < index) {
                candidates.pop_front();
            }
            lowest.push(candidates.front().map_or(1.0, |(_, value)| *value));
        }
    }
    lowest
}

fn fade_ends(samples: &mut [f32]) {
    let length = FADE.min(samples.len() / 2).max(1);
    let gain = |index: usize| index as f32 / length as f32;
    samples.iter_mut().take(length).enumerate().for_each(|(index, sample)| *sample *= gain(index));
    samples.iter_mut().rev().take(length).enumerate().for_each(|(index, sample)| *sample *= gain(index));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(hertz: f32, level: f32, samples: usize) -> Vec<f32> {
        (0..samples).map(|index| level * (2.0 * PI * hertz * index as f32 / RATE as f32).sin()).collect()
    }

    fn decibels(value: f32) -> f32 {
        20.0 * value.log10()
    }

    #[test]
    fn quiet_and_loud_come_out_alike() {
        for level in [0.003, 0.05, 0.3, 1.0] {
            let out = prepare(tone(500.0, level, 16_000)).unwrap();
            let found = decibels(rms(&out[400..15_000]));
            assert!((found + 19.0).abs() < 0.2, "from {level}: {found} dBFS");
        }
    }

    #[test]
    fn silence_around_and_an_offset_are_taken_away_and_pauses_within_stay() {
        let mut samples = vec![0.0; 20_000];
        samples.extend(tone(500.0, 0.2, 8000));
        samples.extend(vec![0.0; 8000]);
        samples.extend(tone(500.0, 0.2, 8000));
        samples.extend(vec![0.0; 30_000]);
        for sample in &mut samples {
            *sample += 0.1;
        }
        let out = prepare(samples).unwrap();
        assert!(out.len().abs_diff(24_000 + 2 * MARGIN) <= 2 * FRAME, "{}", out.len());
        let speech = decibels(rms(&out[MARGIN + FRAME..8000]));
        assert!((speech + 19.0).abs() < 0.2, "the pause does not count: {speech} dBFS");
        assert!(rms(&out[..MARGIN - FRAME]) < 0.001 && rms(&out[12_000..14_000]) < 0.001);
    }

    #[test]
    fn peaks_stay_under_the_ceiling_between_samples_too() {
        // Speech-like: soft sound with short peaks fifteen times as loud, and a tone whose peaks fall between samples.
        let mut samples = tone(300.0, 0.05, 16_000);
        for start in (500..15_000).step_by(2000) {
            for (index, sample) in samples[start..start + 24].iter_mut().enumerate() {
                *sample += 0.7 * (PI * index as f32 / 24.0).sin() * (PI / 4.0 + PI / 2.0 * index as f32).sin();
            }
        }
        let out = prepare(samples).unwrap();
        let most = peaks(&out).into_iter().fold(0.0, f32::max);
        assert!(decibels(most) <= -2.99, "{} dBFS", decibels(most));
        assert!(decibels(most) > -6.0, "and no lower than need be: {}", decibels(most));
        // At a quarter of the rate and an eighth of a turn off, samples are at 0.7 of the true peak.
        let off: Vec<f32> = (0..800).map(|index| (PI / 4.0 + PI / 2.0 * index as f32).sin()).collect();
        let between = peaks(&off[..]).into_iter().skip(50).take(600).fold(0.0, f32::max);
        assert!((between - 1.0).abs() < 0.03, "{between}");
    }

    #[test]
    fn silence_is_none() {
        assert_eq!(prepare(Vec::new()), None);
        assert_eq!(prepare(vec![0.5; 8000]), None, "an offset is no sound");
        assert_eq!(prepare(tone(500.0, 0.0008, 8000)), None);
        assert!(prepare([vec![0.0; 100_000], tone(500.0, 0.1, 2000), vec![0.0; 100_000]].concat()).is_some());
    }
}
