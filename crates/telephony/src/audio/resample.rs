//! Any sample rate to 8,000 a second, band-limited: what lies above 4 kHz is taken out before it can fold back. Pure.

use super::RATE;
use std::collections::HashMap;
use std::f64::consts::PI;

/// Zero crossings of the filter on each side: it passes to 3.4 kHz and stops from 4.1 kHz on.
const CROSSINGS: f64 = 32.0;
/// The shape of its window (Kaiser's β): about 90 dB of attenuation.
const SHAPE: f64 = 9.0;
/// Where the filter is half way down, as a share of the lower of the two rates.
const CUTOFF: f64 = 0.468_75;

/// Turns one stream of samples into 8,000 a second.
#[derive(Debug)]
pub(super) struct Resampler {
    rate: u64,
    /// Input samples on each side of an output sample that count.
    half: usize,
    /// The cut-off, as a share of the input's half rate.
    cut: f64,
    /// The filter for each place between two input samples that occurs, in 8,000ths.
    phases: HashMap<u64, Vec<f32>>,
    /// Input that still counts; the first sample is at place `base` of the input.
    kept: Vec<f32>,
    base: i64,
    taken: u64,
    made: u64,
}

impl Resampler {
    pub(super) fn new(rate: u32) -> Self {
        let cut = 2.0 * CUTOFF * (f64::from(RATE) / f64::from(rate)).min(1.0);
        let half = (CROSSINGS / cut).ceil() as usize;
        let base = -(half as i64);
        Self {
            rate: u64::from(rate),
            half,
            cut,
            phases: HashMap::new(),
            kept: vec![0.0; half],
            base,
            taken: 0,
            made: 0,
        }
    }

    /// Takes samples and gives what they complete.
    pub(super) fn push(&mut self, samples: &[f32], out: &mut Vec<f32>) {
        self.taken += samples.len() as u64;
        self.kept.extend_from_slice(samples);
        self.make(u64::MAX, out);
    }

    /// The rest, after the last samples.
    pub(super) fn finish(mut self, out: &mut Vec<f32>) {
        let whole = self.taken * u64::from(RATE) / self.rate.max(1);
        let silence = self.kept.len() + 2 * self.half + 2;
        self.kept.resize(silence, 0.0);
        self.make(whole, out);
    }

    fn make(&mut self, until: u64, out: &mut Vec<f32>) {
        let taps = 2 * self.half + 1;
        while self.made < until {
            let place = self.made * self.rate;
            let (whole, phase) = (place / u64::from(RATE), place % u64::from(RATE));
            let start = (whole as i64 - self.half as i64 - self.base).max(0) as usize;
            let Some(window) = self.kept.get(start..start + taps) else { break };
            let (half, cut) = (self.half, self.cut);
            let filter = self.phases.entry(phase).or_insert_with(|| phase_of(phase, half, cut));
            out.push(dot(window, filter));
            self.made += 1;
        }
        let next = (self.made * self.rate / u64::from(RATE)) as i64;
        let done = (next - self.half as i64 - self.base).max(0) as usize;
        self.kept.drain(..done.min(self.kept.len()));
        self.base += done as i64;
    }
}

/// The filter's values around a place `phase` 8,000ths after an input sample.
fn phase_of(phase: u64, half: usize, cut: f64) -> Vec<f32> {
    let after = phase as f64 / f64::from(RATE);
    let taps = (0..=2 * half).map(|index| {
        let distance = index as f64 - half as f64 - after;
        let share = distance * cut / CROSSINGS;
        let window = bessel(SHAPE * (1.0 - share * share).max(0.0).sqrt()) / bessel(SHAPE);
        if share.abs() >= 1.0 { 0.0 } else { cut * sinc(distance * cut) * window }
    });
    taps.map(|tap| tap as f32).collect()
}

fn sinc(x: f64) -> f64 {
    if x.abs() < 1e-9 { 1.0 } else { (PI * x).sin() / (PI * x) }
}

/// The modified Bessel function of the first kind and order zero.
fn bessel(x: f64) -> f64 {
    let quarter = x * x / 4.0;
    let mut term = 1.0;
    let mut sum = 1.0;
    for step in 1..40 {
        term *= quarter / f64::from(step * step);
        sum += term;
    }
    sum
}

/// Eight sums side by side, which a processor adds at once.
fn dot(one: &[f32], other: &[f32]) -> f32 {
    let (ones, others) = (one.chunks_exact(8), other.chunks_exact(8));
    let rest: f32 = ones.remainder().iter().zip(others.remainder()).map(|(a, b)| a * b).sum();
    let mut sums = [0.0f32; 8];
    for (a, b) in ones.zip(others) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    rest + sums.iter().sum::<f32>()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The RMS of a tone of amplitude one after it was turned from a rate to 8 kHz, in decibels below what it was.
    fn passed(rate: u32, hertz: f64) -> f64 {
        let samples: Vec<f32> =
            (0..rate).map(|index| (2.0 * PI * hertz * f64::from(index) / f64::from(rate)).sin() as f32).collect();
        let (mut resampler, mut out) = (Resampler::new(rate), Vec::new());
        for piece in samples.chunks(977) {
            resampler.push(piece, &mut out);
        }
        resampler.finish(&mut out);
        assert!(out.len().abs_diff(8000) <= 1, "a second stays a second: {} from {rate}", out.len());
        let middle = &out[1000..7000];
        let power: f64 = middle.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>() / middle.len() as f64;
        10.0 * (power * 2.0).log10()
    }

    #[test]
    fn what_a_telephone_carries_passes_and_what_would_fold_back_does_not() {
        for rate in [8000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000] {
            for hertz in [100.0, 1000.0, 3000.0, 3300.0] {
                let loss = passed(rate, hertz);
                assert!(loss.abs() < 0.1, "{hertz} Hz from {rate}: {loss} dB");
            }
            if rate > 10_000 {
                for hertz in [4200.0, 5000.0] {
                    let rest = passed(rate, hertz);
                    assert!(rest < -70.0, "{hertz} Hz from {rate}: {rest} dB");
                }
            }
        }
        assert!(passed(6000, 2500.0).abs() < 0.1, "and from a lower rate");
    }

    #[test]
    fn memory_is_bounded_however_long_the_sound() {
        let (mut resampler, mut out) = (Resampler::new(44_100), Vec::new());
        for _ in 0..200 {
            resampler.push(&[0.1; 4410], &mut out);
            assert!(resampler.kept.len() < 4410 + 400 && resampler.phases.len() <= 80);
        }
    }
}
