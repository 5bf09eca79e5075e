//! What a simulated person hears, and the sums over many of them.

use std::time::Duration;
use telephony::audio::{g711, tone};

/// Samples in a window in which a tone is looked for: 100 ms.
const WINDOW: usize = 800;
/// Sound above this root mean square is a voice, music or a tone, and not silence.
const AUDIBLE: f64 = 200.0;

/// Packets received, by their sequence numbers (RFC 3550 appendix A.3).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Packets {
    first: Option<u64>,
    highest: u64,
    /// Packets received.
    pub received: u64,
}

impl Packets {
    /// Counts a packet.
    pub fn count(&mut self, sequence: u16) {
        self.received += 1;
        let Some(first) = self.first else {
            self.first = Some(u64::from(sequence));
            self.highest = u64::from(sequence);
            return;
        };
        let step = sequence.wrapping_sub((self.highest & 0xFFFF) as u16);
        if step < 0x8000 {
            self.highest += u64::from(step);
        }
        self.first = Some(first);
    }

    /// Packets that should have come.
    #[must_use]
    pub fn expected(&self) -> u64 {
        self.first.map_or(0, |first| self.highest - first + 1)
    }

    /// Packets that did not come.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.expected().saturating_sub(self.received)
    }
}

/// What an ear has heard of late.
#[derive(Debug, Clone, Default)]
pub struct Ear {
    window: Vec<i16>,
    /// Packets.
    pub packets: Packets,
}

/// What the last 100 ms were.
#[derive(Debug, Clone)]
pub struct Heard {
    /// Root mean square of the samples.
    pub level: f64,
    samples: Vec<i16>,
}

impl Heard {
    /// Whether it was more than silence.
    #[must_use]
    pub fn audible(&self) -> bool {
        self.level > AUDIBLE
    }

    /// Whether it was a tone of this frequency and hardly anything else.
    #[must_use]
    pub fn is_tone(&self, hertz: f64) -> bool {
        self.audible() && tone::share(&self.samples, hertz) > 0.8
    }

    /// Whether a tone of this frequency was a good part of it, as in a talk of three.
    #[must_use]
    pub fn has_tone(&self, hertz: f64) -> bool {
        self.audible() && tone::share(&self.samples, hertz) > 0.25
    }
}

impl Ear {
    /// Takes a packet; at the end of every 100 ms, what was heard in them.
    pub fn hear(&mut self, sequence: u16, samples: &[u8]) -> Option<Heard> {
        self.packets.count(sequence);
        self.window.extend(samples.iter().map(|code| g711::alaw_to_linear(*code)));
        if self.window.len() < WINDOW {
            return None;
        }
        let samples = std::mem::take(&mut self.window);
        Some(Heard { level: tone::rms(&samples), samples })
    }
}

/// Durations of one kind over all callers.
#[derive(Debug, Clone, Default)]
pub struct Times(Vec<Duration>);

impl Times {
    /// Adds one.
    pub fn add(&mut self, time: Duration) {
        self.0.push(time);
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The nearest-rank percentile; `None` if there are no durations.
    #[must_use]
    pub fn percentile(&self, percent: u32) -> Option<Duration> {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let rank = (sorted.len() * percent as usize).div_ceil(100).max(1);
        sorted.get(rank - 1).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_are_counted_over_the_wrap() {
        let mut packets = Packets::default();
        for sequence in [65_533, 65_534, 65_535, 0, 2, 3, 1, 7] {
            packets.count(sequence);
        }
        assert_eq!((packets.expected(), packets.received, packets.lost()), (11, 8, 3));
    }

    #[test]
    fn an_ear_tells_tone_from_silence() {
        let mut ear = Ear::default();
        let mut last = None;
        for packet in 0..10u16 {
            let samples = tone::sine(1000.0, 0.3, u64::from(packet) * 160, 160);
            last = ear.hear(packet, &samples).or(last);
        }
        let heard = last.unwrap();
        assert!(heard.is_tone(1000.0) && !heard.is_tone(440.0));
        let mut ear = Ear::default();
        let silent = (0..5).filter_map(|packet| ear.hear(packet, &[g711::SILENCE; 160])).next().unwrap();
        assert!(!silent.audible() && !silent.is_tone(1000.0));
    }

    #[test]
    fn percentiles_are_nearest_rank() {
        let mut times = Times::default();
        assert_eq!(times.percentile(50), None);
        for second in 1..=10 {
            times.add(Duration::from_secs(second));
        }
        assert_eq!(times.percentile(50), Some(Duration::from_secs(5)));
        assert_eq!(times.percentile(99), Some(Duration::from_secs(10)));
    }
}
