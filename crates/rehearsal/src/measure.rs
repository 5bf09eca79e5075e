//! What a simulated person hears, and the sums over many of them.

use crate::delay::{self, Delays};
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
    /// How long those that were stamped were on their way.
    pub delays: Delays,
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
        if let Some(took) = delay::on_the_way(samples) {
            self.delays.add(took);
        }
        self.window.extend(samples.iter().map(|code| g711::alaw_to_linear(*code)));
        if self.window.len() < WINDOW {
            return None;
        }
        let samples = std::mem::take(&mut self.window);
        Some(Heard { level: tone::rms(&samples), samples })
    }
}

/// How long nothing was heard: neither a sound in the packets that came, nor any packet at all. Times are those of the call,
/// given by whoever listens, so that packets which do not come count like packets of silence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quiet {
    limit: Duration,
    /// When something was heard last.
    since: Duration,
    /// The silence under way was told of already.
    told: bool,
    longest: Duration,
}

impl Quiet {
    /// A watch that begins now, and tells of silences longer than the limit.
    #[must_use]
    pub fn new(limit: Duration, now: Duration) -> Self {
        Self { limit, since: now, told: false, longest: Duration::ZERO }
    }

    /// Something was heard. How long the silence before it was, if it was told of.
    pub fn heard(&mut self, now: Duration) -> Option<Duration> {
        let lasted = now.saturating_sub(self.since);
        self.longest = self.longest.max(lasted);
        self.since = now;
        std::mem::take(&mut self.told).then_some(lasted)
    }

    /// Time has passed, and nothing was heard in it. How long it has been silent, the first time that is beyond the limit.
    pub fn passed(&mut self, now: Duration) -> Option<Duration> {
        let lasts = now.saturating_sub(self.since);
        self.longest = self.longest.max(lasts);
        let tells = lasts > self.limit && !self.told;
        self.told |= tells;
        tells.then_some(lasts)
    }

    /// The longest silence of all so far.
    #[must_use]
    pub fn longest(&self) -> Duration {
        self.longest
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

    /// An ear and its watch, given packets at their times: a tone, samples of silence, or nothing at all.
    fn watched(packets: impl Iterator<Item = (u64, Option<bool>)>) -> (Vec<(u64, bool, u128)>, Duration) {
        let (mut ear, mut quiet) = (Ear::default(), Quiet::new(Duration::from_secs(2), Duration::ZERO));
        let mut told = Vec::new();
        for (number, packet) in packets {
            let now = Duration::from_millis(number * 20);
            let heard = packet.and_then(|loud| {
                let samples = if loud { tone::sine(440.0, 0.3, number * 160, 160) } else { vec![g711::SILENCE; 160] };
                ear.hear(u16::try_from(number).unwrap(), &samples)
            });
            let over = heard.filter(Heard::audible).and_then(|_| quiet.heard(now));
            told.extend(over.map(|lasted| (number * 20, true, lasted.as_millis())));
            told.extend(quiet.passed(now).map(|lasts| (number * 20, false, lasts.as_millis())));
        }
        (told, quiet.longest())
    }

    #[test]
    fn silence_is_told_once_it_is_too_long_and_once_it_is_over() {
        // One second of a tone, three of silence, one of a tone: in packets of silence, and in packets that do not come.
        for silence in [Some(false), None] {
            let packet = |number| (number, if (50..200).contains(&number) { silence } else { Some(true) });
            let (told, longest) = watched((0..250).map(packet));
            let [(begun, false, lasts), (ended, true, lasted)] = told[..] else { panic!("{told:?}") };
            assert!((2_980..=3_100).contains(&begun) && (2_000..2_100).contains(&lasts), "{begun} {lasts}");
            assert!((4_000..=4_100).contains(&ended) && (2_980..=3_120).contains(&lasted), "{ended} {lasted}");
            assert_eq!(longest.as_millis(), lasted);
        }
    }

    #[test]
    fn short_silences_and_lost_packets_among_sound_are_not_told() {
        // A second and a half of silence between sounds; then every third packet is lost, which is no silence.
        let packet = |number: u64| match number {
            50..125 => (number, Some(false)),
            200.. if number.is_multiple_of(3) => (number, None),
            _ => (number, Some(true)),
        };
        let (told, longest) = watched((0..500).map(packet));
        assert_eq!(told, []);
        assert!((1_400..=1_700).contains(&longest.as_millis()), "{longest:?}");
    }

    #[test]
    fn silence_from_the_very_beginning_counts() {
        let (told, _) = watched((0..150).map(|number| (number, Some(false))));
        assert_eq!(told.len(), 1);
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
