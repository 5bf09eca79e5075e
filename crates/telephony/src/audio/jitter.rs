//! A small jitter buffer: packets come in when the network brings them, samples go out every 20 ms. Pure.
//!
//! Samples are kept by RTP timestamp (RFC 3550 section 5.1), so that packets of any length and in any order find their
//! place. What is missing is concealed: the last sound is repeated, there and back, and fades within 60 ms. The sender's
//! clock is followed by taking one sample more or less than 160 for a frame, and stretching them to 160: a tone is off by
//! less than a hundredth while that lasts.

use super::g711::Tables;
use super::{FRAME, RATE};

/// 20 ms of linear samples.
pub type Frame = [i16; FRAME];

/// Samples that can be kept: 512 ms.
const ROOM: u32 = 4096;
/// Samples kept before the first is played, and held later: 60 ms.
const TARGET: u32 = 3 * FRAME as u32;
/// The most that a bad network may stretch the target to: 160 ms.
const MOST: u32 = 8 * FRAME as u32;
/// How long a network must behave before the target shrinks by 20 ms again: 10 s, in frames.
const CALM: u32 = 500;
/// How far from its target the depth may be, in samples, before frames are stretched or shortened: 15 ms.
const SLACK: i32 = 120;
/// Samples over which concealment fades out: 60 ms.
const FADE: u32 = 3 * FRAME as u32;
/// Samples over which sound after concealment fades in: 5 ms.
const BLEND: u32 = 40;
/// Marks a place without a sample. No A-law code is this loud.
const MISSING: i16 = i16::MIN;

/// The buffer of one sender.
#[derive(Debug, Clone)]
pub struct Jitter {
    ring: Box<[i16]>,
    /// Timestamp of the next sample to be played.
    play: u32,
    /// Timestamp after the newest sample kept.
    newest: u32,
    /// Frames asked for since the first packet came, while it gathers; `None` once it plays.
    gathering: Option<u32>,
    empty: bool,
    target: u32,
    calm: u32,
    /// The mean depth, in 64ths of a sample.
    depth: i32,
    mend: Mend,
}

/// What hides a gap.
#[derive(Debug, Clone)]
struct Mend {
    /// The last samples that were sound, as a ring.
    past: Frame,
    at: usize,
    /// Samples concealed in a row.
    gap: u32,
    /// Samples of fading in that are left.
    blend: u32,
}

impl Jitter {
    /// An empty buffer. `past` is the A-law sound that was heard last from this sender, if any: the gap until the buffer is
    /// full begins with it.
    #[must_use]
    pub fn after(past: &[u8]) -> Self {
        Self {
            ring: vec![MISSING; ROOM as usize].into_boxed_slice(),
            play: 0,
            newest: 0,
            gathering: Some(0),
            empty: true,
            target: TARGET,
            calm: 0,
            depth: 0,
            mend: Mend::after(past),
        }
    }

    /// Keeps a packet of A-law samples; one that comes too late is dropped.
    pub fn push(&mut self, timestamp: u32, payload: &[u8]) {
        let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
        if length == 0 || length > ROOM / 2 {
            return;
        }
        let ahead = timestamp.wrapping_sub(self.play).cast_signed();
        let leap = ahead.unsigned_abs() > RATE;
        if self.empty || leap {
            // Sound that comes again after the buffer ran dry, but belongs before what was concealed, came too late.
            if self.empty && !leap && ahead < 0 && self.mend.gap < RATE {
                self.target = (self.target + FRAME as u32).min(MOST);
                self.calm = 0;
            }
            self.begin(timestamp);
        }
        let end = timestamp.wrapping_add(length);
        if end.wrapping_sub(self.play).cast_signed() <= 0 {
            return;
        }
        let over = end.wrapping_sub(self.play).saturating_sub(ROOM);
        if over > 0 {
            // More than there is room for: go on near the newest.
            self.forget(over + ROOM - length.max(self.target));
        }
        let tables = Tables::get();
        for (offset, code) in (0u32..).zip(payload) {
            let at = timestamp.wrapping_add(offset);
            if at.wrapping_sub(self.play).cast_signed() >= 0
                && let Some(place) = self.ring.get_mut((at % ROOM) as usize)
            {
                *place = tables.linear(*code);
            }
        }
        if end.wrapping_sub(self.newest).cast_signed() > 0 {
            self.newest = end;
        }
    }

    /// The next 20 ms.
    pub fn pull(&mut self) -> Frame {
        if self.still_gathering() {
            return std::array::from_fn(|_| self.mend.hide());
        }
        let depth = self.held();
        self.depth += depth - self.depth / 64;
        let off = self.depth / 64 - self.target.cast_signed();
        let take = match off {
            off if off > SLACK => FRAME + 1,
            off if off < -SLACK && depth > SLACK => FRAME - 1,
            _ => FRAME,
        };
        let mut taken = [0; FRAME + 1];
        for place in taken.iter_mut().take(take) {
            *place = self.take();
        }
        self.calm += 1;
        if self.calm >= CALM && self.target > TARGET {
            self.target -= FRAME as u32;
            self.calm = 0;
        }
        if self.held() <= 0 {
            self.empty = true;
        }
        stretch(&taken, take)
    }

    /// What the next 20 ms would be, without taking them.
    #[must_use]
    pub fn peek(&self) -> Frame {
        self.clone().pull()
    }

    /// Samples kept that are not played yet; negative once sound is missing.
    #[must_use]
    pub fn held(&self) -> i32 {
        if self.empty { 0 } else { self.newest.wrapping_sub(self.play).cast_signed() }
    }

    fn begin(&mut self, timestamp: u32) {
        self.ring.fill(MISSING);
        self.play = timestamp;
        self.newest = timestamp;
        self.gathering = Some(0);
        self.empty = false;
        self.depth = self.target.cast_signed() * 64;
    }

    fn still_gathering(&mut self) -> bool {
        if self.empty {
            return true;
        }
        let Some(frames) = self.gathering else { return false };
        // A short stretch of sound never fills the buffer, and is played all the same.
        let waited = frames >= self.target / FRAME as u32;
        if self.held() >= self.target.cast_signed() || waited {
            self.gathering = None;
            return false;
        }
        self.gathering = Some(frames + 1);
        true
    }

    fn forget(&mut self, samples: u32) {
        for offset in 0..samples.min(ROOM) {
            if let Some(place) = self.ring.get_mut((self.play.wrapping_add(offset) % ROOM) as usize) {
                *place = MISSING;
            }
        }
        self.play = self.play.wrapping_add(samples);
    }

    fn take(&mut self) -> i16 {
        let place = self.ring.get_mut((self.play % ROOM) as usize);
        self.play = self.play.wrapping_add(1);
        match place.map(|place| std::mem::replace(place, MISSING)) {
            Some(sample) if sample != MISSING => self.mend.sound(sample),
            _ => self.mend.hide(),
        }
    }
}

impl Mend {
    fn after(past: &[u8]) -> Self {
        let tables = Tables::get();
        let kept = past.get(past.len().saturating_sub(FRAME)..).unwrap_or_default();
        let mut mend = Self { past: [0; FRAME], at: 0, gap: FADE, blend: 0 };
        for code in kept {
            mend.keep(tables.linear(*code));
        }
        if kept.len() == FRAME {
            mend.gap = 0;
        }
        mend
    }

    fn keep(&mut self, sample: i16) {
        if let Some(place) = self.past.get_mut(self.at) {
            *place = sample;
        }
        self.at = (self.at + 1) % FRAME;
    }

    /// The next concealed sample: the past played backwards, then forwards, and so on, fading.
    fn hide(&mut self) -> i16 {
        let value = self.hidden();
        self.gap = self.gap.saturating_add(1);
        self.blend = BLEND;
        value
    }

    fn hidden(&self) -> i16 {
        if self.gap >= FADE {
            return 0;
        }
        let step = self.gap as usize % (2 * FRAME);
        let back = if step < FRAME { step } else { 2 * FRAME - 1 - step };
        let index = (self.at + 2 * FRAME - 1 - back) % FRAME;
        let sample = self.past.get(index).copied().unwrap_or(0);
        narrow(i32::from(sample) * (FADE - self.gap).cast_signed() / FADE.cast_signed())
    }

    /// A sample of sound; after a gap, the concealment fades into it.
    fn sound(&mut self, sample: i16) -> i16 {
        if self.blend == 0 {
            self.gap = 0;
            self.keep(sample);
            return sample;
        }
        let hidden = i32::from(self.hidden());
        self.gap = self.gap.saturating_add(1);
        self.blend -= 1;
        let share = self.blend.cast_signed();
        let whole = BLEND.cast_signed();
        narrow((i32::from(sample) * (whole - share) + hidden * share) / whole)
    }
}

fn narrow(value: i32) -> i16 {
    i16::try_from(value).unwrap_or(if value < 0 { i16::MIN } else { i16::MAX })
}

/// The first `taken` samples as one frame, stretched or shortened evenly.
fn stretch(samples: &[i16; FRAME + 1], taken: usize) -> Frame {
    let at = |index: usize| i32::from(samples.get(index.min(taken.saturating_sub(1))).copied().unwrap_or(0));
    if taken == FRAME {
        return std::array::from_fn(|index| narrow(at(index)));
    }
    std::array::from_fn(|index| {
        let place = index * (taken - 1);
        let (whole, part) = (place / (FRAME - 1), (place % (FRAME - 1)) as i32);
        let last = FRAME as i32 - 1;
        narrow((at(whole) * (last - part) + at(whole + 1) * part) / last)
    })
}

#[cfg(test)]
mod tests;
