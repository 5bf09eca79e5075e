//! A sound ready to be played: A-law, 8,000 samples a second, one channel.

use super::{FRAME_MS, RATE, g711, wav};
use std::fmt;
use std::sync::Arc;

/// A sound ready to be played. Copies share their samples.
#[derive(Clone, PartialEq, Eq)]
pub struct Sound(Arc<[u8]>);

impl Sound {
    /// A sound of A-law samples; `None` if there are none.
    #[must_use]
    pub fn from_alaw(samples: &[u8]) -> Option<Self> {
        (!samples.is_empty()).then(|| Self(samples.into()))
    }

    /// The A-law samples: what to keep, and to give to [`Sound::from_alaw`] later.
    #[must_use]
    pub fn alaw(&self) -> &[u8] {
        &self.0
    }

    /// How long it lasts.
    #[must_use]
    pub fn milliseconds(&self) -> u64 {
        self.0.len() as u64 * 1000 / u64::from(RATE)
    }

    /// The sound as a file that every browser plays: WAV, linear samples of 16 bits. Turned back into A-law it is the same
    /// sound.
    #[must_use]
    pub fn to_wav(&self) -> Vec<u8> {
        wav::linear(self.0.iter().map(|code| g711::alaw_to_linear(*code)), self.0.len())
    }
}

impl fmt::Debug for Sound {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let frames = self.milliseconds().div_ceil(FRAME_MS);
        write!(out, "Sound({frames} frames)")
    }
}
