//! Sound: G.711, tones, telephone events, jitter, recordings made into prompts. Pure.

pub mod g711;
mod import;
pub mod jitter;
pub mod key_tones;
mod level;
mod resample;
pub(crate) mod rtcp;
pub mod rtp;
mod sound;
pub mod srtp;
pub mod telephone_event;
pub mod tone;
pub mod wav;

pub use import::{ImportFault, LARGEST, LONGEST, import};
pub use rtcp::Quality;
pub use sound::Sound;

/// Samples in a packet: 20 ms at 8 kHz.
pub const FRAME: usize = 160;
/// Milliseconds in a packet.
pub const FRAME_MS: u64 = 20;
/// Samples a second.
pub const RATE: u32 = 8000;
