//! What a leg says, on its way to those who hear it mixed; and the adding up of several voices. Pure.

use crate::audio::g711::{self, Tables};
use crate::audio::jitter::{Frame, Jitter};
use crate::audio::{FRAME, RATE};

/// Samples over which one sound fades into another: 10 ms.
const CROSSING: usize = RATE as usize / 100;

/// What one leg says.
#[derive(Debug)]
pub(crate) struct Voice {
    /// The last 20 ms that came, as A-law: what a buffer begins with.
    last: [u8; FRAME],
    /// There while somebody hears this leg together with another.
    buffer: Option<Box<Jitter>>,
    /// This tick's 20 ms.
    frame: Frame,
}

impl Voice {
    pub(crate) fn new() -> Self {
        Self { last: [g711::SILENCE; FRAME], buffer: None, frame: [0; FRAME] }
    }

    /// Sound came.
    pub(crate) fn say(&mut self, timestamp: u32, payload: &[u8]) {
        match &mut self.buffer {
            Some(buffer) => buffer.push(timestamp, payload),
            None => match payload.last_chunk::<FRAME>() {
                Some(last) => self.last = *last,
                None => self.last = [g711::SILENCE; FRAME],
            },
        }
    }

    /// Begins to keep this leg's sound for mixing. `heard` says whether it was heard until now: then it ends softly, until
    /// the buffer has filled.
    pub(crate) fn keep(&mut self, heard: bool) {
        if self.buffer.is_none() {
            let past = if heard { self.last.as_slice() } else { &[] };
            self.buffer = Some(Box::new(Jitter::after(past)));
            self.frame = [0; FRAME];
        }
    }

    /// Nobody hears this leg mixed any more.
    pub(crate) fn let_go(&mut self) {
        self.buffer = None;
        self.last = [g711::SILENCE; FRAME];
    }

    /// Twenty milliseconds have passed.
    pub(crate) fn tick(&mut self) {
        if let Some(buffer) = &mut self.buffer {
            self.frame = buffer.pull();
        }
    }

    /// This tick's sound.
    pub(crate) fn frame(&self) -> &Frame {
        &self.frame
    }

    /// The next tick's sound, if it were now.
    pub(crate) fn next_frame(&self) -> Frame {
        self.buffer.as_ref().map_or([0; FRAME], |buffer| buffer.peek())
    }

    /// Whether sound is kept for mixing, and how many samples of it wait to be heard.
    #[cfg(test)]
    pub(crate) fn held(&self) -> Option<i32> {
        self.buffer.as_ref().map(|buffer| buffer.held())
    }
}

/// The sum of several voices.
#[derive(Debug)]
pub(crate) struct Sum([i32; FRAME]);

impl Sum {
    pub(crate) fn new() -> Self {
        Self([0; FRAME])
    }

    pub(crate) fn add(&mut self, frame: &Frame) {
        for (sum, sample) in self.0.iter_mut().zip(frame) {
            *sum += i32::from(*sample);
        }
    }

    /// The sum, cut off at full scale.
    pub(crate) fn frame(&self) -> Frame {
        self.0.map(|sum| {
            let loudest = i32::from(i16::MAX);
            i16::try_from(sum.clamp(-loudest, loudest)).unwrap_or(0)
        })
    }
}

/// A frame as A-law.
pub(crate) fn alaw(frame: &Frame) -> Vec<u8> {
    let tables = Tables::get();
    frame.iter().map(|sample| tables.code(*sample)).collect()
}

/// A payload that begins with what would have been heard next and fades into its own sound, so that a change is no click.
pub(crate) fn cross(from: &Frame, payload: &[u8]) -> Vec<u8> {
    let tables = Tables::get();
    let length = CROSSING.min(payload.len()).max(1);
    let crossed = payload.iter().zip(from).take(length).enumerate().map(|(index, (code, before))| {
        let share = index as i32;
        let whole = length as i32;
        let value = (i32::from(tables.linear(*code)) * share + i32::from(*before) * (whole - share)) / whole;
        tables.code(i16::try_from(value).unwrap_or(0))
    });
    crossed.chain(payload.iter().skip(length).copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_cut_off_and_never_turned_around() {
        let mut sum = Sum::new();
        for _ in 0..3 {
            sum.add(&[20_000; FRAME]);
        }
        assert_eq!(sum.frame(), [i16::MAX; FRAME]);
        let mut sum = Sum::new();
        for sample in [-30_000, -30_000, 10_000] {
            sum.add(&[sample; FRAME]);
        }
        assert_eq!(sum.frame(), [-i16::MAX; FRAME]);
        assert_eq!(alaw(&sum.frame()), [0x2A; FRAME]);
    }

    #[test]
    fn a_crossing_begins_with_the_one_and_ends_with_the_other() {
        let payload = [g711::linear_to_alaw(-8000); FRAME];
        let crossed = cross(&[8000; FRAME], &payload);
        assert_eq!(crossed.len(), FRAME);
        assert_eq!(crossed[0], g711::linear_to_alaw(8000));
        assert_eq!(crossed[CROSSING..], payload[CROSSING..]);
        let steps = crossed
            .windows(2)
            .map(|pair| (i32::from(g711::alaw_to_linear(pair[0])) - i32::from(g711::alaw_to_linear(pair[1]))).abs());
        assert!(steps.max().unwrap() < 800);
        assert_eq!(cross(&[0; FRAME], &[]), Vec::<u8>::new());
        assert_eq!(cross(&[0; FRAME], &[1; 300]).len(), 300);
    }
}
