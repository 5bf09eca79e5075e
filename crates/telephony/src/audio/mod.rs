//! Sound: G.711, tones, telephone events, A-law files. Pure.

pub mod g711;
pub mod jitter;
pub mod rtp;
pub mod telephone_event;
pub mod tone;
pub mod wav;

/// Samples in a packet: 20 ms at 8 kHz.
pub const FRAME: usize = 160;
/// Milliseconds in a packet.
pub const FRAME_MS: u64 = 20;
/// Samples a second.
pub const RATE: u32 = 8000;
