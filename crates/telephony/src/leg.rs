//! One leg's media: what it sends, in which numbering, and what it hears.

use crate::audio::FRAME;
use crate::audio::jitter::Frame;
use crate::audio::key_tones::KeyTones;
use crate::audio::rtcp::Control;
use crate::audio::srtp::{Keys, Secure};
use crate::audio::telephone_event::KeyReader;
use crate::browser::BrowserPeer;
use crate::mix::Voice;
use crate::prompt::Player;
use std::net::SocketAddr;
use std::time::Instant;
use switchboard::LegId;

/// The trunk side's codec. Inside Vigie all sound is A-law; µ-law is turned at this edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codec {
    /// G.711 A-law (payload type 8).
    Pcma,
    /// G.711 µ-law (payload type 0).
    Pcmu,
}

/// Where and how to send to a trunk's media, as its SDP says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RtpTarget {
    /// The signalled address: packets go there, and are taken from there alone.
    pub(crate) remote: SocketAddr,
    pub(crate) codec: Codec,
    pub(crate) payload_type: u8,
    pub(crate) telephone_event: Option<u8>,
    /// Where its RTCP goes and comes from: the same address if both are on one port (RFC 5761), else the next port unless it says
    /// otherwise (RFC 3605).
    pub(crate) control: SocketAddr,
    /// Whether the other side wants to receive now (not so on hold).
    pub(crate) sending: bool,
    /// The keys, where the sound is encrypted.
    pub(crate) keys: Option<Keys>,
}

/// The two kinds of connection.
pub(crate) enum Connection {
    Trunk(Trunk),
    Browser(Box<BrowserPeer>),
}

/// The connection to a trunk's media.
pub(crate) struct Trunk {
    /// Where and how to send; none while the other side has not said it.
    pub(crate) target: Option<RtpTarget>,
    pub(crate) ssrc: u32,
    pub(crate) secure: Option<Box<Secure>>,
}

/// What a leg hears.
#[derive(Debug)]
pub(crate) enum Source {
    Nothing,
    Player(Player),
    /// The sum of these legs: at least one. One alone is passed on as it comes; several are mixed.
    Legs(Vec<LegId>),
}

impl Source {
    /// The legs that are heard.
    pub(crate) fn legs(&self) -> &[LegId] {
        match self {
            Source::Legs(legs) => legs,
            Source::Nothing | Source::Player(_) => &[],
        }
    }

    pub(crate) fn is_mix(&self) -> bool {
        self.legs().len() > 1
    }
}

/// Gives outgoing packets one unbroken numbering whatever their source (RFC 3550 section 5.1).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Numbering {
    sequence: u64,
    timestamp: u32,
    last_sent: Option<Instant>,
    relay: Option<Relay>,
}

/// How the numbers of a source become ours, while it is passed on.
#[derive(Debug, Clone, Copy)]
struct Relay {
    /// The source's newest sequence number.
    last: u16,
    /// What our timestamps are ahead of the source's.
    difference: u32,
    /// Which of our newest 64 numbers are gone, the newest in the lowest bit: those that were sent, and those of
    /// before the stretch began. The others were left free for packets that had not come.
    gone: u64,
}

/// The numbers of one outgoing packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Numbers {
    pub(crate) sequence: u64,
    pub(crate) timestamp: u32,
    /// Whether sound starts again after a gap.
    pub(crate) first: bool,
}

impl Numbering {
    /// By how many packets one may come too late and still be known as late.
    const LATE: u16 = 100;

    /// Starts low: a sequence number above 65,535 would need a roll-over counter that a new receiver does not know
    /// (RFC 3711 section 3.3.1).
    pub(crate) fn new(timestamp: u32) -> Self {
        Self { sequence: 1, timestamp, last_sent: None, relay: None }
    }

    /// The source changed: the next packet starts a new stretch of sound.
    pub(crate) fn new_source(&mut self) {
        self.relay = None;
    }

    /// Samples of silence since the last packet, in whole packets, so that a pause is heard as long as it was.
    fn pause(&self, now: Instant) -> u32 {
        let Some(last) = self.last_sent else { return FRAME as u32 };
        let packets = now.saturating_duration_since(last).as_millis() / 20;
        u32::try_from(packets).unwrap_or(1).clamp(1, 500_000) * FRAME as u32
    }

    /// Numbers for a packet made here.
    pub(crate) fn made(&mut self, now: Instant) -> Numbers {
        let pause = self.pause(now);
        // Two frames made within the same 20 ms (a late clock catching up) still follow each other.
        let first = self.last_sent.is_none() || pause > 10 * FRAME as u32;
        let step = if first { pause } else { FRAME as u32 };
        self.relay = None;
        self.send(step, 1, first, now)
    }

    /// Numbers for a packet passed on from another leg. `None` for one that comes too late to be passed on.
    pub(crate) fn relayed(&mut self, sequence: u16, timestamp: u32, now: Instant) -> Option<Numbers> {
        let Some(mut relay) = self.relay else {
            let step = self.pause(now);
            let numbers = self.send(step, 1, true, now);
            let difference = numbers.timestamp.wrapping_sub(timestamp);
            self.relay = Some(Relay { last: sequence, difference, gone: u64::MAX });
            return Some(numbers);
        };
        let steps = sequence.wrapping_sub(relay.last);
        let late = relay.last.wrapping_sub(sequence);
        if late <= Self::LATE {
            return self.overtaken(relay, late, timestamp);
        }
        if steps > 0x8000 {
            // Numbers that leap back are those of another source, such as a gateway that took the stream over: whoever
            // took them for late packets would drop ten minutes of sound.
            self.relay = None;
            return self.relayed(sequence, timestamp, now);
        }
        // A gap in the source's numbers is a loss, and is passed on as one; a leap is a new stretch.
        let leap = steps > 100;
        let steps = if leap { 1 } else { steps };
        relay.last = sequence;
        relay.gone = if leap { u64::MAX } else { relay.gone.checked_shl(u32::from(steps)).unwrap_or(0) | 1 };
        let steps = u64::from(steps);
        self.relay = Some(relay);
        let next = timestamp.wrapping_add(relay.difference);
        let step = next.wrapping_sub(self.timestamp);
        if step > 0u32.wrapping_sub(8000 * 5) {
            // The last packets of a telephone event carry the time of its beginning, and may come after newer sound
            // (RFC 4733 section 2.5.1.4): they keep their time, or the key would be heard twice.
            self.sequence += steps;
            self.last_sent = Some(now);
            return Some(Numbers { sequence: self.sequence, timestamp: next, first: false });
        }
        if step > 0x8000_0000 || step > 8000 * 60 {
            self.relay = None;
            return self.relayed(sequence, timestamp, now);
        }
        Some(self.send(step, steps, false, now))
    }

    /// A packet that others have overtaken on the way takes the place that was left free for it: whoever plays the sound sorts
    /// by number, and may still have time for it. `None` when its place is not free: it came twice, or is of before.
    fn overtaken(&mut self, mut relay: Relay, late: u16, timestamp: u32) -> Option<Numbers> {
        let place = 1_u64.checked_shl(u32::from(late)).filter(|place| relay.gone & place == 0)?;
        relay.gone |= place;
        self.relay = Some(relay);
        let sequence = self.sequence.checked_sub(u64::from(late))?;
        Some(Numbers { sequence, timestamp: timestamp.wrapping_add(relay.difference), first: false })
    }

    fn send(&mut self, step: u32, steps: u64, first: bool, now: Instant) -> Numbers {
        self.timestamp = self.timestamp.wrapping_add(step);
        self.sequence += steps;
        self.last_sent = Some(now);
        Numbers { sequence: self.sequence, timestamp: self.timestamp, first }
    }
}

/// One leg.
pub(crate) struct Leg {
    pub(crate) connection: Connection,
    pub(crate) source: Source,
    pub(crate) numbering: Numbering,
    pub(crate) keys: KeyReader,
    /// Keys in the sound itself, where there are no telephone events.
    pub(crate) tones: KeyTones,
    pub(crate) presence: Hearing,
    /// What this leg says, for those who hear it.
    pub(crate) voice: Voice,
    /// What this leg would have heard next of a mix that was changed: the new sound begins with it.
    pub(crate) tail: Option<Box<Frame>>,
    /// What both sides know of this leg's sound.
    pub(crate) control: Control,
}

/// Whether anything comes from a leg's other side.
#[derive(Debug)]
pub(crate) struct Hearing {
    pub(crate) last: Instant,
    pub(crate) heard: bool,
    /// The page has closed its signalling.
    pub(crate) unattended: bool,
    /// An answer was asked for and not yet reported complete.
    pub(crate) answer_due: bool,
}

impl Leg {
    pub(crate) fn new(connection: Connection, timestamp: u32, now: Instant) -> Self {
        Self {
            connection,
            source: Source::Nothing,
            numbering: Numbering::new(timestamp),
            keys: KeyReader::default(),
            tones: KeyTones::default(),
            presence: Hearing { last: now, heard: false, unattended: false, answer_due: false },
            voice: Voice::new(),
            tail: None,
            control: Control::new(now),
        }
    }

    /// Whether the other side's keys can only be heard: it knows no telephone events.
    pub(crate) fn sounds_its_keys(&self) -> bool {
        matches!(&self.connection, Connection::Trunk(Trunk { target: Some(target), .. }) if target.telephone_event.is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[allow(clippy::disallowed_methods, reason = "any moment will do to count from")]
    fn any_moment() -> Instant {
        Instant::now()
    }

    #[test]
    fn a_source_whose_numbers_leap_back_is_heard_all_the_same() {
        let start = any_moment();
        let mut numbering = Numbering::new(0);
        let at = |milliseconds| start + Duration::from_millis(milliseconds);
        assert!(numbering.relayed(20_000, 5_000, at(0)).is_some());
        assert!(numbering.relayed(19_990, 3_400, at(10)).is_none(), "a late packet is late");
        let next = numbering.relayed(300, 900_000, at(20)).unwrap();
        assert!(next.first, "another source begins a new stretch");
        let after = numbering.relayed(301, 900_160, at(40)).unwrap();
        assert_eq!((after.sequence, after.timestamp), (next.sequence + 1, next.timestamp.wrapping_add(160)));
    }

    #[test]
    fn numbers_go_on_from_a_prompt_into_a_bridge_and_back() {
        let start = any_moment();
        let at = |ms: u64| start + Duration::from_millis(ms);
        let mut numbering = Numbering::new(1000);
        let one = numbering.made(at(0));
        let two = numbering.made(at(20));
        assert!(one.first && !two.first);
        assert_eq!((two.sequence, two.timestamp), (one.sequence + 1, one.timestamp + 160));
        numbering.new_source();
        let three = numbering.relayed(40_000, 9_000_000, at(41)).unwrap();
        assert_eq!((three.sequence, three.timestamp), (two.sequence + 1, two.timestamp + 160));
        let four = numbering.relayed(40_001, 9_000_160, at(60)).unwrap();
        assert_eq!(four.timestamp, three.timestamp + 160);
        let after_loss = numbering.relayed(40_004, 9_000_640, at(120)).unwrap();
        assert_eq!((after_loss.sequence, after_loss.timestamp), (four.sequence + 3, four.timestamp + 480));
        let overtaken = numbering.relayed(40_003, 9_000_480, at(121)).unwrap();
        assert_eq!((overtaken.sequence, overtaken.timestamp), (four.sequence + 2, four.timestamp + 320));
        assert_eq!(numbering.relayed(40_003, 9_000_480, at(122)), None, "it came twice");
        assert_eq!(numbering.relayed(40_001, 9_000_160, at(122)), None, "it was sent in its time");
        let next = numbering.relayed(40_005, 9_000_800, at(140)).unwrap();
        assert_eq!((next.sequence, next.timestamp), (after_loss.sequence + 1, after_loss.timestamp + 160));
        assert!(numbering.relayed(40_002, 9_000_320, at(141)).is_some_and(|last| last.sequence == four.sequence + 1));
        assert_eq!(numbering.relayed(39_999, 8_999_840, at(141)), None, "it is of before this stretch");
        numbering.new_source();
        let back = numbering.made(at(140));
        assert_eq!(back.timestamp, next.timestamp + 160);
    }

    #[test]
    fn the_end_of_an_event_after_newer_sound_keeps_the_time_of_its_beginning() {
        let now = any_moment();
        let at = |ms: u64| now + Duration::from_millis(ms);
        let mut numbering = Numbering::new(0);
        let event = numbering.relayed(10, 1600, at(0)).unwrap();
        let sound = numbering.relayed(11, 3200, at(200)).unwrap();
        let end = numbering.relayed(12, 1600, at(201)).unwrap();
        assert_eq!((end.timestamp, end.sequence), (event.timestamp, sound.sequence + 1));
        assert_eq!(numbering.relayed(13, 3360, at(220)).unwrap().timestamp, sound.timestamp + 160);
    }

    #[test]
    fn a_leap_of_the_source_is_a_new_stretch() {
        let now = any_moment();
        let mut numbering = Numbering::new(0);
        let one = numbering.relayed(10, 100, now).unwrap();
        let two = numbering.relayed(11, 4_000_000_000, now + Duration::from_millis(20)).unwrap();
        assert_eq!(two.timestamp, one.timestamp + 160);
        assert!(two.first);
    }
}
