//! Recordings as people upload them: every kind of file, good, bad and hostile; what comes out is measured.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test, a panic is the finding"
)]

use proptest::prelude::*;
use std::f64::consts::TAU;
use telephony::audio::{ImportFault, LARGEST, Sound, g711, import, tone};

const MP3: &[u8] = include_bytes!("fixtures/tone_700.mp3");
const TAGGED: &[u8] = include_bytes!("fixtures/tone_700_tagged.mp3");
const OGG: &[u8] = include_bytes!("fixtures/tone_700.ogg");
const FLAC: &[u8] = include_bytes!("fixtures/tone_700.flac");

/// How samples are written in a WAV file: the format's number and the bits of a sample.
type Kind = (u16, u16);
const KINDS: [Kind; 8] = [(1, 8), (1, 16), (1, 24), (1, 32), (3, 32), (3, 64), (6, 8), (7, 8)];

fn wav((format, bits): Kind, rate: u32, channels: u16, samples: &[f64]) -> Vec<u8> {
    let mut data = Vec::new();
    for sample in samples {
        let sixteen = (sample * 32_767.0) as i16;
        match (format, bits) {
            (1, 8) => data.push((sample * 127.0 + 128.0) as u8),
            (1, 16) => data.extend(sixteen.to_le_bytes()),
            (1, 24) => data.extend(&((sample * 8_388_607.0) as i32).to_le_bytes()[..3]),
            (1, 32) => data.extend(((sample * 2_147_483_647.0) as i32).to_le_bytes()),
            (3, 32) => data.extend((*sample as f32).to_le_bytes()),
            (3, 64) => data.extend(sample.to_le_bytes()),
            (6, _) => data.push(g711::linear_to_alaw(sixteen)),
            (7, _) => data.push(g711::linear_to_ulaw(sixteen)),
            other => panic!("{other:?}"),
        }
    }
    let block = channels * bits / 8;
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((38 + data.len() as u32).to_le_bytes());
    bytes.extend(b"WAVEfmt \x12\0\0\0");
    for part in [format, channels] {
        bytes.extend(part.to_le_bytes());
    }
    bytes.extend(rate.to_le_bytes());
    bytes.extend((rate * u32::from(block)).to_le_bytes());
    for part in [block, bits, 0] {
        bytes.extend(part.to_le_bytes());
    }
    bytes.extend(b"data");
    bytes.extend((data.len() as u32).to_le_bytes());
    bytes.extend(data);
    bytes
}

fn sine(hertz: f64, level: f64, rate: u32, seconds: f64) -> Vec<f64> {
    let count = (f64::from(rate) * seconds) as u32;
    (0..count).map(|index| level * (TAU * hertz * f64::from(index) / f64::from(rate)).sin()).collect()
}

fn linear(sound: &Sound) -> Vec<i16> {
    sound.alaw().iter().map(|code| g711::alaw_to_linear(*code)).collect()
}

/// The sound is a tone of this frequency, as loud as every prompt, and of about this length.
fn assert_tone(bytes: &[u8], hertz: f64, milliseconds: u64, what: &str) {
    let sound = import(bytes).unwrap_or_else(|fault| panic!("{what}: {fault}"));
    assert!(sound.milliseconds().abs_diff(milliseconds) <= 70, "{what} lasts {} ms", sound.milliseconds());
    let samples = linear(&sound);
    let middle = &samples[800..samples.len() - 800];
    assert!(tone::share(middle, hertz) > 0.98, "{what}: {}", tone::share(middle, hertz));
    let level = 20.0 * (tone::rms(middle) / 32_768.0).log10();
    assert!((level + 19.0).abs() < 0.4, "{what}: {level} dBFS");
}

#[test]
fn every_kind_of_wav_at_every_rate_comes_out_alike() {
    for kind in KINDS {
        for (rate, level) in [(8000, 0.5), (11_025, 0.1), (16_000, 0.9), (22_050, 0.3), (44_100, 0.05), (48_000, 1.0)] {
            let mono = sine(600.0, level, rate, 1.0);
            assert_tone(&wav(kind, rate, 1, &mono), 600.0, 1000, &format!("{kind:?} at {rate}"));
        }
        let left: Vec<f64> = sine(600.0, 0.4, 48_000, 1.0).into_iter().flat_map(|sample| [sample, 0.0]).collect();
        assert_tone(&wav(kind, 48_000, 2, &left), 600.0, 1000, &format!("{kind:?}, on the left alone"));
    }
}

#[test]
fn compressed_files_come_out_alike() {
    for (bytes, what) in [(MP3, "MP3"), (TAGGED, "MP3 with a title"), (OGG, "Ogg Vorbis"), (FLAC, "FLAC")] {
        assert_tone(bytes, 700.0, 800, what);
    }
}

#[test]
fn what_a_telephone_cannot_carry_does_not_fold_back() {
    let high = sine(6000.0, 0.4, 48_000, 1.0);
    let both: Vec<f64> = sine(600.0, 0.1, 48_000, 1.0).iter().zip(high).map(|(low, high)| low + high).collect();
    let samples = linear(&import(&wav((1, 16), 48_000, 1, &both)).unwrap());
    assert!(tone::share(&samples, 600.0) > 0.98);
    assert!(tone::share(&samples, 2000.0) < 0.01, "8,000 − 6,000");
}

#[test]
fn peaks_stay_low_and_silence_around_is_cut() {
    let mut samples = vec![0.0; 96_000];
    samples.extend(sine(500.0, 0.02, 48_000, 1.0));
    samples.extend(sine(500.0, 0.9, 48_000, 0.02));
    samples.extend(sine(500.0, 0.02, 48_000, 1.0));
    samples.extend(vec![0.0; 96_000]);
    let sound = import(&wav((1, 16), 48_000, 1, &samples)).unwrap();
    assert!(sound.milliseconds().abs_diff(2220) < 60, "{}", sound.milliseconds());
    let loudest = linear(&sound).into_iter().map(i16::unsigned_abs).max().unwrap();
    assert!(f64::from(loudest) < 0.7079 * 32_768.0 * 1.04, "A-law's steps are wide there: {loudest}");
}

#[test]
fn what_cannot_be_taken_says_why() {
    let good = wav((1, 16), 8000, 1, &sine(600.0, 0.4, 8000, 1.0));
    let mut opus = b"OggS\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x13".to_vec();
    opus.extend(b"OpusHead\x01\x02\x38\x01\x80\xbb\0\0\0\0\0");
    let mut rate = good.clone();
    rate[24..28].copy_from_slice(&1000u32.to_le_bytes());
    let mut codec = good.clone();
    codec[20..22].copy_from_slice(&0x161u16.to_le_bytes());
    let long = vec![0.3; 601 * 8000];
    let cases: Vec<(Vec<u8>, ImportFault)> = vec![
        (Vec::new(), ImportFault::UnknownFormat),
        (b"this is no sound".repeat(100), ImportFault::UnknownFormat),
        (b"\x89PNG\r\n\x1a\n".repeat(400), ImportFault::UnknownFormat),
        (b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42isom\0\0\0\0".repeat(50), ImportFault::UnknownFormat),
        (opus, ImportFault::Opus),
        (vec![0; LARGEST + 1], ImportFault::TooLarge),
        (wav((6, 8), 8000, 1, &long), ImportFault::TooLong),
        (wav((1, 16), 8000, 1, &[]), ImportFault::Empty),
        (wav((1, 16), 8000, 1, &vec![0.0; 8000]), ImportFault::Silent),
        (rate, ImportFault::Unsupported),
    ];
    for (index, (bytes, fault)) in cases.into_iter().enumerate() {
        assert_eq!(import(&bytes).map(|sound| sound.milliseconds()), Err(fault), "case {index}");
    }
    let refused = import(&codec).unwrap_err();
    assert!(matches!(refused, ImportFault::Unsupported | ImportFault::UnknownFormat), "{refused}");
}

#[test]
fn a_file_cut_short_is_taken_as_far_as_it_goes() {
    let good = wav((1, 16), 16_000, 1, &sine(600.0, 0.4, 16_000, 2.0));
    assert_tone(&good[..good.len() / 2], 600.0, 1000, "half a WAV");
    let whole = import(MP3).unwrap().milliseconds();
    let half = import(&MP3[..MP3.len() / 2]).unwrap().milliseconds();
    assert!(half > 200 && half < whole, "{half} of {whole} ms");
    // Written by a program that did not know the length yet.
    let mut endless = good.clone();
    endless[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
    endless[42..46].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_tone(&endless, 600.0, 2000, "a WAV of unknown length");
}

#[test]
fn a_sound_can_be_kept_and_heard_by_people() {
    let sound = import(FLAC).unwrap();
    assert_eq!(Sound::from_alaw(sound.alaw()), Some(sound.clone()));
    assert_eq!(Sound::from_alaw(&[]), None);
    let file = sound.to_wav();
    assert_eq!(file.len(), 44 + sound.alaw().len() * 2);
    let again: Vec<u8> =
        file[44..].chunks(2).map(|pair| g711::linear_to_alaw(i16::from_le_bytes([pair[0], pair[1]]))).collect();
    assert_eq!(again, sound.alaw());
    assert_tone(&file, 700.0, 800, "what was imported before");
}

#[test]
fn checksums_made_here_are_the_right_ones() {
    assert_eq!(with_checksums(OGG.to_vec()), OGG);
}

#[test]
fn files_that_lie_about_their_size_cost_no_more_than_they_are() {
    let mut zeros = wav((1, 8), 8000, 1, &[]);
    zeros[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
    zeros[42..46].copy_from_slice(&u32::MAX.to_le_bytes());
    zeros.resize(LARGEST, 0x80);
    assert_eq!(import(&zeros).map(|sound| sound.milliseconds()), Err(ImportFault::TooLong));

    let mut tag = b"ID3\x04\0\0\x7f\x7f\x7f\x7f".to_vec();
    tag.extend_from_slice(MP3);
    let _whatever = import(&tag);

    // A FLAC stream that claims 2^36 samples of eight channels in blocks of 65,535.
    let mut flac = FLAC.to_vec();
    flac[8..12].copy_from_slice(&[0xFF; 4]);
    flac[18..26].copy_from_slice(&[0x0A, 0xC4, 0x4E, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
    let _whatever = import(&flac);

    // A header of an MP3 frame, over and over: millions of frames of nothing.
    let frames = [0xFF, 0xFB, 0x90, 0x00].repeat(LARGEST / 16);
    let _whatever = import(&frames);
}

fn changed(good: &'static [u8]) -> impl Strategy<Value = Vec<u8>> {
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12);
    (changes, any::<prop::sample::Index>(), any::<bool>()).prop_map(move |(changes, cut, cuts)| {
        let mut bytes = good.to_vec();
        for (at, byte) in changes {
            // Headers are worth more attention than the sound.
            let index = at.index(good.len().min(if byte & 1 == 0 { 200 } else { usize::MAX }));
            bytes[index] = byte;
        }
        if cuts {
            bytes.truncate(cut.index(good.len()));
        }
        bytes
    })
}

/// Makes the checksum of every Ogg page right again (RFC 3533 section 6): a page with a wrong one is not even opened.
fn with_checksums(mut bytes: Vec<u8>) -> Vec<u8> {
    let mut at = 0;
    while bytes.get(at..at + 27).is_some_and(|head| head.starts_with(b"OggS")) {
        let segments = usize::from(bytes[at + 26]);
        let table = bytes.get(at + 27..at + 27 + segments).unwrap_or_default();
        let length = 27 + segments + table.iter().map(|length| usize::from(*length)).sum::<usize>();
        let end = (at + length).min(bytes.len());
        bytes[at + 22..at + 26].fill(0);
        let sum = bytes[at..end].iter().fold(0u32, |sum, byte| {
            (0..8).fold(sum ^ (u32::from(*byte) << 24), |sum, _| {
                (sum << 1) ^ if sum >> 31 == 1 { 0x04C1_1DB7 } else { 0 }
            })
        });
        bytes[at + 22..at + 26].copy_from_slice(&sum.to_le_bytes());
        at = end;
    }
    bytes
}

fn look(bytes: &[u8]) {
    if let Ok(sound) = import(bytes) {
        assert!(!sound.alaw().is_empty() && sound.milliseconds() <= 600_000 + 1);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_bytes_are_looked_at(bytes in prop::collection::vec(any::<u8>(), 0..3000), start in 0..6usize) {
        let starts: [&[u8]; 6] = [b"", b"RIFF\0\0\0\0WAVEfmt ", b"OggS\0\x02", b"fLaC\0\0\0\x22", b"ID3\x03\0\0", b"\xFF\xFB\x90\0"];
        look(&[starts[start], &bytes].concat());
    }

    #[test]
    fn changed_mp3_is_looked_at(bytes in changed(TAGGED)) {
        look(&bytes);
    }

    #[test]
    fn changed_ogg_is_looked_at(bytes in changed(OGG)) {
        look(&bytes);
        look(&with_checksums(bytes));
    }

    #[test]
    fn changed_flac_is_looked_at(bytes in changed(FLAC)) {
        look(&bytes);
    }
}
