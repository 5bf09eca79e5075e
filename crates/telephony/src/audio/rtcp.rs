//! RTCP (RFC 3550 section 6): what is told to the other side of a leg about its sound, what it tells about ours, and what both
//! come to. Pure.

use std::time::{Duration, Instant};

const SENDER_REPORT: u8 = 200;
const RECEIVER_REPORT: u8 = 201;
const DESCRIPTION: u8 = 202;
/// By how many packets a stream may leap before it counts as another one (RFC 3550 appendix A.1, MAX_DROPOUT).
const LEAP: u16 = 3_000;
/// By how many it may come too late (MAX_MISORDER).
const LATE: u16 = 100;
/// Sound is counted in this many samples a second.
const HERTZ: f64 = 8_000.0;

/// What is received of one stream (RFC 3550 appendices A.1, A.3 and A.8).
#[derive(Debug, Clone, Default)]
pub(crate) struct Reception {
    stream: Option<Stream>,
}

#[derive(Debug, Clone)]
struct Stream {
    source: u32,
    first: u32,
    highest: u32,
    received: u32,
    /// When the stream began, and its time then: transit is counted from there.
    began: Instant,
    timestamp: u32,
    transit: f64,
    /// In samples.
    jitter: f64,
    /// What was expected and received when the last report was made.
    before: (u32, u32),
}

/// One report on a stream (RFC 3550 section 6.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Report {
    /// Whose stream.
    pub(crate) source: u32,
    /// Of 256 packets since the last report, how many were lost.
    pub(crate) fraction: u8,
    /// How many were lost in all; fewer than none if some came twice.
    pub(crate) lost: i32,
    pub(crate) highest: u32,
    /// In samples.
    pub(crate) jitter: u32,
    /// The middle of the time in the last sender report that was heard; nothing if none was.
    pub(crate) last_sender_report: u32,
    /// How long ago that was, in 1/65,536 s.
    pub(crate) since: u32,
}

impl Reception {
    /// Takes a packet; its time, if it is one of sound: those of a key keep the time at which it went down.
    pub(crate) fn take(&mut self, source: u32, sequence: u16, timestamp: Option<u32>, now: Instant) {
        let known = self.stream.as_mut().filter(|stream| stream.source == source);
        let follows = known.is_some_and(|stream| stream.take(sequence, timestamp, now));
        if !follows {
            self.stream = timestamp.map(|timestamp| Stream::new(source, sequence, timestamp, now));
        }
    }

    /// The report on what came since the last one; `None` if nothing ever came.
    fn report(&mut self, heard: Option<(u32, Instant)>, now: Instant) -> Option<Report> {
        let stream = self.stream.as_mut()?;
        let expected = stream.highest.wrapping_sub(stream.first).wrapping_add(1);
        let (expected_before, received_before) = std::mem::replace(&mut stream.before, (expected, stream.received));
        let of = expected.wrapping_sub(expected_before);
        let missing = i64::from(of) - i64::from(stream.received.wrapping_sub(received_before));
        let fraction = if of == 0 || missing <= 0 { 0 } else { (missing * 256 / i64::from(of)).min(255) };
        let lost = (i64::from(expected) - i64::from(stream.received)).clamp(-0x80_0000, 0x7F_FFFF);
        let since = heard.map_or(0, |(_, at)| short_time(now.saturating_duration_since(at)));
        Some(Report {
            source: stream.source,
            fraction: fraction as u8,
            lost: lost as i32,
            highest: stream.highest,
            jitter: stream.jitter as u32,
            last_sender_report: heard.map_or(0, |(middle, _)| middle),
            since,
        })
    }
}

impl Stream {
    fn new(source: u32, sequence: u16, timestamp: u32, now: Instant) -> Self {
        let first = u32::from(sequence);
        let before = (0, 0);
        Self { source, first, highest: first, received: 1, began: now, timestamp, transit: 0.0, jitter: 0.0, before }
    }

    /// Counts a packet; `false` if it belongs to no stream that this one could have become.
    fn take(&mut self, sequence: u16, timestamp: Option<u32>, now: Instant) -> bool {
        let ahead = sequence.wrapping_sub(self.highest as u16);
        if ahead < LEAP {
            self.highest = self.highest.wrapping_add(u32::from(ahead));
        } else if ahead < u16::MAX - LATE {
            return false;
        }
        self.received = self.received.wrapping_add(1);
        let Some(timestamp) = timestamp else { return true };
        let arrived = now.saturating_duration_since(self.began).as_secs_f64() * HERTZ;
        let transit = arrived - f64::from(timestamp.wrapping_sub(self.timestamp) as i32);
        let difference = (transit - self.transit).abs();
        self.transit = transit;
        // A pause of the sender or a new stretch of sound is no jitter.
        if difference < HERTZ {
            self.jitter += (difference - self.jitter) / 16.0;
        }
        true
    }
}

/// How good a leg's sound is, for the last seconds. No address and no number is in it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Quality {
    /// The share of packets that did not come, 0 to 1.
    pub lost: f32,
    /// How unevenly packets come, in milliseconds (RFC 3550 section 6.4.1).
    pub jitter_ms: f32,
    /// The share of our packets that the other side did not get, if it says so.
    pub lost_there: Option<f32>,
    /// From here to the other side and back, in milliseconds, if it is known.
    pub round_trip_ms: Option<f32>,
}

impl Quality {
    /// What people would say of it, 1 (bad) to 4.4 (as good as a telephone is): the E-model (ITU-T G.107) with its defaults, for
    /// G.711 whose receiver conceals what is lost, as browsers and gateways do (G.113 appendix I: robustness 25.1), from loss
    /// and delay. The worse direction counts.
    #[must_use]
    pub fn mos(&self) -> f32 {
        let lost = 100.0 * self.lost.max(self.lost_there.unwrap_or_default());
        // Half the way there and back, a jitter buffer of twice the jitter, and a packet's own 20 ms.
        let delay = self.round_trip_ms.unwrap_or_default() / 2.0 + 2.0 * self.jitter_ms + 20.0;
        let late = if delay > 177.3 { 0.11 * (delay - 177.3) } else { 0.0 };
        let rating = (93.2 - (0.024 * delay + late) - 95.0 * lost / (lost + 25.1)).clamp(0.0, 100.0);
        let mos = 1.0 + 0.035 * rating + rating * (rating - 60.0) * (100.0 - rating) * 7e-6;
        mos.clamp(1.0, 4.5)
    }
}

/// One leg's side of RTCP.
#[derive(Debug)]
pub(crate) struct Control {
    pub(crate) reception: Reception,
    began: Instant,
    /// Packets and bytes of sound sent, and the time of the last in the sound's own count.
    sent: (u32, u32, u32),
    /// The middle of the time in the other side's last sender report, and when it came.
    heard: Option<(u32, Instant)>,
    there: Option<Report>,
    round_trip: Option<Duration>,
}

impl Control {
    pub(crate) fn new(now: Instant) -> Self {
        let reception = Reception::default();
        Self { reception, began: now, sent: (0, 0, 0), heard: None, there: None, round_trip: None }
    }

    /// Whether there is something to say: not in a leg's first moments (RFC 3550 section 6.2).
    pub(crate) fn is_due(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.began) >= Duration::from_millis(2_500)
    }

    /// A packet of sound was sent.
    pub(crate) fn sent(&mut self, timestamp: u32, bytes: usize) {
        let (packets, all, _) = self.sent;
        self.sent = (packets.wrapping_add(1), all.wrapping_add(u32::try_from(bytes).unwrap_or_default()), timestamp);
    }

    /// What to send now, and how the sound is, if any was heard (RFC 3550 section 6.4): a sender's report with the report on what is heard, and a
    /// name that says nothing.
    pub(crate) fn tell(&mut self, own: u32, now: Instant) -> (Vec<u8>, Option<Quality>) {
        let report = self.reception.report(self.heard, now);
        let count = u8::from(report.is_some());
        let mut bytes = Vec::with_capacity(80);
        let (packets, octets, timestamp) = self.sent;
        let words: u16 = 6 + 6 * u16::from(count);
        bytes.extend_from_slice(&[0x80 | count, SENDER_REPORT]);
        bytes.extend_from_slice(&words.to_be_bytes());
        bytes.extend_from_slice(&own.to_be_bytes());
        bytes.extend_from_slice(&long_time(now.saturating_duration_since(self.began)).to_be_bytes());
        for word in [timestamp, packets, octets] {
            bytes.extend_from_slice(&word.to_be_bytes());
        }
        if let Some(report) = report {
            report.write(&mut bytes);
        }
        // SDES with a CNAME (section 6.5.1): 8 letters, so that the item ends on a word.
        bytes.extend_from_slice(&[0x81, DESCRIPTION, 0, 4]);
        bytes.extend_from_slice(&own.to_be_bytes());
        bytes.extend_from_slice(&[1, 8]);
        bytes.extend_from_slice(format!("{own:08x}").as_bytes());
        bytes.extend_from_slice(&[0, 0]);
        (bytes, report.map(|report| self.quality(report)))
    }

    fn quality(&self, report: Report) -> Quality {
        Quality {
            lost: f32::from(report.fraction) / 256.0,
            jitter_ms: report.jitter as f32 / 8.0,
            lost_there: self.there.map(|there| f32::from(there.fraction) / 256.0),
            round_trip_ms: self.round_trip.map(|time| time.as_secs_f32() * 1_000.0),
        }
    }

    /// How the sound is, without anything to send: for legs whose RTCP is somebody else's.
    pub(crate) fn look(&mut self, now: Instant) -> Option<Quality> {
        let report = self.reception.report(self.heard, now)?;
        Some(self.quality(report))
    }

    /// What another layer found out about our own sound.
    pub(crate) fn told(&mut self, round_trip: Option<Duration>, lost: Option<f32>) {
        self.round_trip = round_trip.or(self.round_trip);
        if let Some(lost) = lost {
            self.there = Some(Report { fraction: (lost * 256.0).clamp(0.0, 255.0) as u8, ..Report::default() });
        }
    }

    /// Takes what the other side says. `false` if it cannot be read.
    pub(crate) fn hear(&mut self, own: u32, bytes: &[u8], now: Instant) -> bool {
        let mut rest = bytes;
        while let Some((header, after)) = rest.split_first_chunk::<4>() {
            let [first, kind, l0, l1] = *header;
            let length = usize::from(u16::from_be_bytes([l0, l1])) * 4;
            let (true, Some(body)) = (first >> 6 == 2, after.get(..length)) else { return false };
            let count = usize::from(first & 0x1F);
            match kind {
                SENDER_REPORT => {
                    let Some((head, reports)) = body.split_first_chunk::<24>() else { return false };
                    let [_, _, _, _, _, _, m0, m1, m2, m3, ..] = *head;
                    self.heard = Some((u32::from_be_bytes([m0, m1, m2, m3]), now));
                    self.reports(own, count, reports, now);
                }
                RECEIVER_REPORT => {
                    let Some((_, reports)) = body.split_first_chunk::<4>() else { return false };
                    self.reports(own, count, reports, now);
                }
                _ => {}
            }
            rest = after.get(length..).unwrap_or_default();
        }
        rest.is_empty()
    }

    fn reports(&mut self, own: u32, count: usize, bytes: &[u8], now: Instant) {
        for report in bytes.chunks_exact(24).take(count).filter_map(Report::read).filter(|report| report.source == own)
        {
            self.there = Some(report);
            if report.last_sender_report != 0 {
                let here = (long_time(now.saturating_duration_since(self.began)) >> 16) as u32;
                let there = report.last_sender_report.wrapping_add(report.since);
                let away = here.wrapping_sub(there);
                // More than half a minute is a report on somebody else's time.
                if away < 30 << 16 {
                    self.round_trip = Some(Duration::from_secs_f64(f64::from(away) / 65_536.0));
                }
            }
        }
    }
}

impl Report {
    fn read(bytes: &[u8]) -> Option<Self> {
        let word = |at: usize| bytes.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes);
        let counted = word(4)?;
        // The lower 24 bits are a number with a sign.
        let lost = ((counted << 8) as i32) >> 8;
        Some(Self {
            source: word(0)?,
            fraction: (counted >> 24) as u8,
            lost,
            highest: word(8)?,
            jitter: word(12)?,
            last_sender_report: word(16)?,
            since: word(20)?,
        })
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        let counted = (u32::from(self.fraction) << 24) | (self.lost as u32 & 0x00FF_FFFF);
        for word in [self.source, counted, self.highest, self.jitter, self.last_sender_report, self.since] {
            bytes.extend_from_slice(&word.to_be_bytes());
        }
    }
}

/// A time in seconds with 32 bits on either side of the point (RFC 3550 section 4). It is counted from the leg's own beginning,
/// which is allowed and tells nobody this machine's clock.
fn long_time(time: Duration) -> u64 {
    (time.as_secs() << 32) | ((u64::from(time.subsec_nanos()) << 32) / 1_000_000_000)
}

/// A time in 1/65,536 s.
fn short_time(time: Duration) -> u32 {
    (long_time(time) >> 16) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[allow(clippy::disallowed_methods, reason = "any moment will do to count from")]
    fn any_moment() -> Instant {
        Instant::now()
    }

    #[test]
    fn what_is_lost_and_late_is_counted() {
        let start = any_moment();
        let mut reception = Reception::default();
        assert_eq!(reception.report(None, start), None);
        for index in 0..100_u16 {
            // Every tenth is lost; numbers pass their highest on the way.
            if index % 10 != 9 {
                let sequence = 65_500_u16.wrapping_add(index);
                let late = if index % 2 == 0 { 0 } else { 5 };
                let at = start + Duration::from_millis(u64::from(index) * 20 + late);
                reception.take(7, sequence, Some(40_000 + u32::from(index) * 160), at);
            }
        }
        let report = reception.report(None, start).unwrap();
        assert_eq!((report.source, report.lost, report.highest), (7, 9, 65_500 + 98));
        assert_eq!(report.fraction, (9 * 256 / 99) as u8);
        assert!((30..=40).contains(&report.jitter), "5 ms are 40 samples: {}", report.jitter);
        reception.take(7, 65_500_u16.wrapping_add(99), Some(40_000 + 99 * 160), start + Duration::from_secs(2));
        assert_eq!(reception.report(None, start).unwrap().fraction, 0, "since the last report");
        reception.take(8, 4, Some(4), start);
        assert_eq!(reception.report(None, start).unwrap().source, 8, "another source is another stream");
    }

    #[test]
    fn two_sides_learn_of_each_other() {
        let start = any_moment();
        let at = |milliseconds: u64| start + Duration::from_millis(milliseconds);
        let (mut here, mut there) = (Control::new(start), Control::new(at(777)));
        for index in 0..250_u16 {
            here.sent(u32::from(index) * 160, 160);
            if index % 4 != 0 {
                there.reception.take(1, index, Some(u32::from(index) * 160), at(777 + u64::from(index) * 20));
            }
        }
        // 40 ms each way.
        let (told, _) = here.tell(1, at(6_000));
        assert!(there.hear(2, &told, at(6_040)));
        let (told, heard) = there.tell(2, at(6_540));
        let heard = heard.unwrap();
        assert!((heard.lost - 0.25).abs() < 0.01, "{heard:?}");
        assert!(here.hear(1, &told, at(6_580)));
        here.reception.take(2, 1, Some(1), at(6_590));
        let quality = here.look(at(6_600)).unwrap();
        let round_trip = quality.round_trip_ms.unwrap();
        assert!((round_trip - 80.0).abs() < 1.0, "{round_trip}");
        assert!((quality.lost_there.unwrap() - 0.25).abs() < 0.01);
        assert!(quality.mos() < 2.6, "a quarter lost is bad: {}", quality.mos());
    }

    #[test]
    fn opinions_go_with_what_was_measured() {
        let best = Quality::default().mos();
        assert!((4.3..4.5).contains(&best), "{best}");
        let with =
            |lost, round_trip_ms| Quality { lost, round_trip_ms: Some(round_trip_ms), ..Quality::default() }.mos();
        // ITU-T G.107 and G.113: with concealment, 1 % of loss costs about 4 points of 93, 10 % about 27.
        assert!((4.2..4.4).contains(&with(0.01, 40.0)), "{}", with(0.01, 40.0));
        assert!((3.2..3.6).contains(&with(0.1, 40.0)), "{}", with(0.1, 40.0));
        assert!(with(0.0, 600.0) < with(0.0, 100.0));
        assert!(with(1.0, 5_000.0) >= 1.0);
    }

    #[test]
    fn what_cannot_be_read_changes_nothing() {
        let start = any_moment();
        let mut control = Control::new(start);
        for bytes in [&[0x80, 200, 0, 9, 1][..], &[0x40, 200, 0, 0], &[0x80, 201, 0, 0], &[0x81, 200, 0, 0], &[1, 2, 3]]
        {
            assert!(!control.hear(1, bytes, start), "{bytes:?}");
            assert_eq!((control.heard, control.there), (None, None));
        }
        assert!(control.hear(1, &[0x80, 203, 0, 0], start), "BYE says nothing here");
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut control = Control::new(any_moment());
            control.hear(1, &bytes, any_moment());
            prop_assert!(control.look(any_moment()).is_none());
        }
    }
}
