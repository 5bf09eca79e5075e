//! Recordings that people upload become prompts: WAV, MP3, Ogg Vorbis or FLAC, any rate, one channel or more. Pure, and the
//! only file that names the decoders.

use super::resample::Resampler;
use super::sound::Sound;
use super::{g711, level};
use std::fmt;
use std::io::Cursor;
use std::panic::catch_unwind;
use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;

/// The largest file taken, in bytes.
pub const LARGEST: usize = 20_000_000;
/// The longest sound taken, in seconds.
pub const LONGEST: u64 = 600;
/// Sample rates that are taken, a second.
const RATES: std::ops::RangeInclusive<u32> = 4_000..=192_000;
const CHANNELS: usize = 8;

/// Why a recording cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportFault {
    /// The file is larger than [`LARGEST`].
    TooLarge,
    /// It lasts longer than [`LONGEST`].
    TooLong,
    /// It is Opus, for which there is no decoder here.
    Opus,
    /// It is no WAV, MP3, Ogg Vorbis or FLAC.
    UnknownFormat,
    /// It is of a known kind, with something inside that is not: a codec, a rate, more than eight channels.
    Unsupported,
    /// It has no sound in it, or none that can be read.
    Empty,
    /// It is silent from end to end.
    Silent,
}

impl fmt::Display for ImportFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            ImportFault::TooLarge => "the file is larger than 20 MB",
            ImportFault::TooLong => "the sound is longer than 10 minutes",
            ImportFault::Opus => "the file is Opus: save it as WAV, MP3, Ogg Vorbis or FLAC",
            ImportFault::UnknownFormat => "the file is no WAV, MP3, Ogg Vorbis or FLAC",
            ImportFault::Unsupported => "the file is of a known kind, but its codec, rate or channels are not",
            ImportFault::Empty => "there is no sound in the file",
            ImportFault::Silent => "the sound is silent",
        })
    }
}

impl std::error::Error for ImportFault {}

/// Makes a prompt of a recording: one channel, 8,000 samples a second, trimmed, as loud as the others, A-law. Takes up to
/// some seconds of processor time: not for a thread that others wait for.
///
/// # Errors
/// [`ImportFault`].
pub fn import(bytes: &[u8]) -> Result<Sound, ImportFault> {
    if bytes.len() > LARGEST {
        return Err(ImportFault::TooLarge);
    }
    let start = bytes.get(..bytes.len().min(512)).unwrap_or_default();
    if start.starts_with(b"OggS") && start.windows(8).any(|word| word == b"OpusHead") {
        return Err(ImportFault::Opus);
    }
    // The decoders mean never to panic on what a file says; should they, it is this file that cannot be read.
    let own = bytes.to_vec();
    let samples = catch_unwind(move || decode(own)).unwrap_or(Err(ImportFault::Unsupported))?;
    let samples = level::prepare(samples).ok_or(ImportFault::Silent)?;
    let codes: Vec<u8> = samples.iter().map(|sample| g711::linear_to_alaw((sample * 32_767.0) as i16)).collect();
    Sound::from_alaw(&codes).ok_or(ImportFault::Empty)
}

/// The recording as linear samples, 8,000 a second.
fn decode(bytes: Vec<u8>) -> Result<Vec<f32>, ImportFault> {
    let stream = MediaSourceStream::new(Box::new(Cursor::new(bytes)), Default::default());
    let mut format = symphonia::default::get_probe()
        .probe(&Hint::new(), stream, FormatOptions::default(), MetadataOptions::default())
        .map_err(|_| ImportFault::UnknownFormat)?;
    let track = format.default_track(TrackType::Audio).ok_or(ImportFault::Empty)?;
    let id = track.id;
    let parameters = track.codec_params.as_ref().and_then(|parameters| parameters.audio());
    let parameters = parameters.ok_or(ImportFault::Unsupported)?;
    let mut decoder = symphonia::default::get_codecs()
        .make_audio_decoder(parameters, &AudioDecoderOptions::default())
        .map_err(|_| ImportFault::Unsupported)?;
    read(format.as_mut(), decoder.as_mut(), id)
}

fn read(format: &mut dyn FormatReader, decoder: &mut dyn AudioDecoder, track: u32) -> Result<Vec<f32>, ImportFault> {
    let mut out = Vec::new();
    let mut resampler: Option<(u32, Resampler)> = None;
    let (mut interleaved, mut mono): (Vec<f32>, Vec<f32>) = (Vec::new(), Vec::new());
    let mut frames = 0u64;
    // A file that was cut short ends with a fault: what came before it is taken.
    while let Ok(Some(packet)) = format.next_packet() {
        if packet.track_id != track {
            continue;
        }
        let sound = match decoder.decode(&packet) {
            Ok(sound) => sound,
            // A packet that is damaged is left out, as a player does.
            Err(Error::DecodeError(_)) => continue,
            Err(_) => break,
        };
        let (rate, channels) = (sound.spec().rate(), sound.num_planes());
        if !RATES.contains(&rate) || channels == 0 || channels > CHANNELS {
            return Err(ImportFault::Unsupported);
        }
        frames += sound.frames() as u64;
        if frames > LONGEST * u64::from(rate) {
            return Err(ImportFault::TooLong);
        }
        sound.copy_to_vec_interleaved(&mut interleaved);
        mono.clear();
        mono.extend(interleaved.chunks_exact(channels).map(|frame| {
            let sum: f32 = frame.iter().sum();
            // A file of floating-point samples may hold anything.
            if sum.is_finite() { (sum / channels as f32).clamp(-4.0, 4.0) } else { 0.0 }
        }));
        let (begun, resampler) = resampler.get_or_insert_with(|| (rate, Resampler::new(rate)));
        if *begun != rate {
            return Err(ImportFault::Unsupported);
        }
        resampler.push(&mono, &mut out);
    }
    if let Some((_, resampler)) = resampler {
        resampler.finish(&mut out);
    }
    if out.is_empty() { Err(ImportFault::Empty) } else { Ok(out) }
}
