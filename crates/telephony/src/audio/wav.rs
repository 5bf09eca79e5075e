//! WAV files: those that hold A-law at 8 kHz, mono, the form of the prompts that come with the program, are read; linear
//! ones are written, for people to hear.

use super::RATE;

/// Why a file is no prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WavFault {
    /// Not a RIFF WAVE file, or cut short.
    NotWav,
    /// Not A-law, 8,000 samples a second, one channel.
    NotAlaw8k,
}

/// The A-law samples of a WAV file.
///
/// # Errors
/// A [`WavFault`] if the file is not A-law, 8 kHz, mono.
pub fn alaw(bytes: &[u8]) -> Result<&[u8], WavFault> {
    let (riff, mut rest) = bytes.split_at_checked(12).ok_or(WavFault::NotWav)?;
    if !(riff.starts_with(b"RIFF") && riff.ends_with(b"WAVE")) {
        return Err(WavFault::NotWav);
    }
    let mut format_seen = false;
    loop {
        let (head, after) = rest.split_first_chunk::<8>().ok_or(WavFault::NotWav)?;
        let [a, b, c, d, l0, l1, l2, l3] = *head;
        let length = u32::from_le_bytes([l0, l1, l2, l3]) as usize;
        let body = after.get(..length).ok_or(WavFault::NotWav)?;
        match &[a, b, c, d] {
            b"fmt " => {
                let expected: &[u8] = &[6, 0, 1, 0, 0x40, 0x1F, 0, 0];
                if !body.starts_with(expected) {
                    return Err(WavFault::NotAlaw8k);
                }
                format_seen = true;
            }
            b"data" if format_seen => return Ok(body),
            _ => {}
        }
        rest = after.get(length + (length & 1)..).ok_or(WavFault::NotWav)?;
    }
}

/// A WAV file of linear samples of 16 bits, 8 kHz, mono.
pub(super) fn linear(samples: impl Iterator<Item = i16>, count: usize) -> Vec<u8> {
    let data = u32::try_from(count * 2).unwrap_or(u32::MAX);
    let mut bytes = Vec::with_capacity(44 + count * 2);
    bytes.extend_from_slice(b"RIFF");
    bytes.extend_from_slice(&data.saturating_add(36).to_le_bytes());
    bytes.extend_from_slice(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    bytes.extend_from_slice(&RATE.to_le_bytes());
    bytes.extend_from_slice(&(RATE * 2).to_le_bytes());
    bytes.extend_from_slice(b"\x02\0\x10\0data");
    bytes.extend_from_slice(&data.to_le_bytes());
    bytes.extend(samples.flat_map(i16::to_le_bytes));
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(format: u16, data: &[u8]) -> Vec<u8> {
        let mut bytes = b"RIFF\0\0\0\0WAVEfmt \x12\0\0\0".to_vec();
        bytes.extend_from_slice(&format.to_le_bytes());
        bytes.extend_from_slice(&[1, 0, 0x40, 0x1F, 0, 0, 0x40, 0x1F, 0, 0, 1, 0, 8, 0, 0, 0]);
        bytes.extend_from_slice(b"data");
        bytes.extend_from_slice(&u32::try_from(data.len()).unwrap().to_le_bytes());
        bytes.extend_from_slice(data);
        bytes
    }

    #[test]
    fn alaw_is_read_and_anything_else_refused() {
        assert_eq!(alaw(&file(6, b"abcd")), Ok(&b"abcd"[..]));
        assert_eq!(alaw(&file(1, b"abcd")), Err(WavFault::NotAlaw8k));
        assert_eq!(alaw(b"RIFF"), Err(WavFault::NotWav));
        assert_eq!(alaw(&file(6, b"abcd")[..48]), Err(WavFault::NotWav));
    }
}
