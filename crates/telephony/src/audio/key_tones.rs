//! Keys heard as tones in the sound itself (ITU-T Q.23), for lines whose other side knows no telephone events (RFC 4733). Two
//! tones at once, one of four low ones and one of four high ones, and hardly anything else: speech is seldom so pure for long.

use super::{g711, tone};
use switchboard::Digit;

/// The low tones, in hertz; a row of keys each.
const ROWS: [f64; 4] = [697.0, 770.0, 852.0, 941.0];
/// The high tones; a column each. The fourth column, A to D, is heard and means nothing here.
const COLUMNS: [f64; 4] = [1209.0, 1336.0, 1477.0, 1633.0];
const KEYS: [[char; 4]; 4] = [['1', '2', '3', 'A'], ['4', '5', '6', 'B'], ['7', '8', '9', 'C'], ['*', '0', '#', 'D']];
/// Samples that are looked at together: 20 ms tell the tones of a row apart.
const WINDOW: usize = 160;
/// From one look to the next: 10 ms.
const HOP: usize = 80;
/// Looks in a row that a key lasts at least, so that 40 ms are always enough (ITU-T Q.24).
const LEAST: u8 = 2;
/// Looks without a key before the same key counts again: a pause of 40 ms has five, a lost packet three.
const PAUSE: u8 = 4;
/// Root mean square below which nothing is looked for: about 30 dB below the loudest tone.
const SOFTEST: f64 = 300.0;
/// The share of the sound's power that the two tones have at least.
const PURE: f64 = 0.85;
/// By how much one of the two may be louder, as a ratio of amplitudes: 8 dB.
const TWIST: f64 = 2.5;

/// Finds keys in the sound of one leg.
#[derive(Debug, Default)]
pub struct KeyTones {
    waiting: Vec<i16>,
    /// The key that is held, and for how many looks it was heard.
    held: Option<(char, u8)>,
    /// Looks since it was heard last.
    missed: u8,
}

impl KeyTones {
    /// Takes A-law sound; the keys that were pressed in it, once each.
    pub fn hear(&mut self, sound: &[u8]) -> Vec<Digit> {
        self.waiting.extend(sound.iter().map(|code| g711::alaw_to_linear(*code)));
        let mut pressed = Vec::new();
        while let Some(window) = self.waiting.get(..WINDOW) {
            let key = key(window);
            pressed.extend(self.look(key));
            self.waiting.drain(..HOP);
        }
        pressed
    }

    fn look(&mut self, key: Option<char>) -> Option<Digit> {
        match (key, &mut self.held) {
            (Some(key), Some((held, looks))) if key == *held => {
                self.missed = 0;
                *looks = looks.saturating_add(1);
                (*looks == LEAST).then(|| Digit::new(key)).flatten()
            }
            (Some(key), _) => {
                (self.held, self.missed) = (Some((key, 1)), 0);
                None
            }
            (None, _) => {
                self.missed = self.missed.saturating_add(1);
                if self.missed >= PAUSE {
                    self.held = None;
                }
                None
            }
        }
    }
}

/// The key whose two tones are heard in a window, if they are and hardly anything else is.
fn key(window: &[i16]) -> Option<char> {
    if tone::rms(window) < SOFTEST {
        return None;
    }
    let loudest = |tones: [f64; 4]| {
        let shares = tones.map(|hertz| tone::share(window, hertz));
        let (place, best) = shares.iter().copied().enumerate().max_by(|one, other| one.1.total_cmp(&other.1))?;
        let clear = shares.iter().enumerate().all(|(other, share)| other == place || *share < best / 2.0);
        clear.then_some((place, best))
    };
    let (row, low) = loudest(ROWS)?;
    let (column, high) = loudest(COLUMNS)?;
    let pure = low * low + high * high >= PURE;
    let even = low <= high * TWIST && high <= low * TWIST;
    if pure && even { KEYS.get(row)?.get(column).copied() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::{FRAME, wav};

    /// So many milliseconds of a key's tones, at these levels, from a sample on.
    fn tones(key: char, milliseconds: usize, levels: (f64, f64)) -> Vec<u8> {
        let (row, column) = (0..4)
            .flat_map(|row| (0..4).map(move |column| (row, column)))
            .find(|(row, column)| KEYS[*row][*column] == key)
            .unwrap();
        let linear = |hertz, level| -> Vec<i16> {
            tone::sine(hertz, level, 0, milliseconds * 8).iter().map(|code| g711::alaw_to_linear(*code)).collect()
        };
        let both = linear(ROWS[row], levels.0).into_iter().zip(linear(COLUMNS[column], levels.1));
        both.map(|(one, other)| g711::linear_to_alaw(one.saturating_add(other))).collect()
    }

    fn silence(milliseconds: usize) -> Vec<u8> {
        vec![g711::SILENCE; milliseconds * 8]
    }

    fn heard(sound: &[u8], packet: usize) -> String {
        let mut keys = KeyTones::default();
        sound.chunks(packet).flat_map(|chunk| keys.hear(chunk)).map(|digit| digit.key()).collect()
    }

    #[test]
    fn every_key_is_heard_once_however_it_falls_into_packets() {
        for lead in [0, 3, 7, 11, 16] {
            for (milliseconds, pause) in [(40, 40), (100, 60), (500, 100)] {
                let mut sound = silence(20 + lead);
                for key in "1234567890*#".chars() {
                    sound.extend(tones(key, milliseconds, (0.2, 0.2)));
                    sound.extend(silence(pause));
                }
                for packet in [80, FRAME, 240, 480] {
                    assert_eq!(heard(&sound, packet), "1234567890*#", "{milliseconds} ms from {lead} on, {packet}");
                }
            }
        }
    }

    #[test]
    fn the_same_key_twice_is_two_and_a_gap_of_a_packet_within_one_is_none() {
        let twice = [tones('5', 80, (0.2, 0.2)), silence(60), tones('5', 80, (0.2, 0.2)), silence(40)].concat();
        assert_eq!(heard(&twice, FRAME), "55");
        let lost = [tones('5', 80, (0.2, 0.2)), silence(20), tones('5', 80, (0.2, 0.2)), silence(40)].concat();
        assert_eq!(heard(&lost, FRAME), "5");
    }

    #[test]
    fn what_is_no_key_is_not_heard_as_one() {
        for (key, milliseconds, levels, why) in [
            ('5', 20, (0.2, 0.2), "too short (ITU-T Q.24)"),
            ('5', 200, (0.4, 0.04), "one tone much louder than the other"),
            ('5', 200, (0.004, 0.004), "too soft"),
            ('A', 200, (0.2, 0.2), "a key that no telephone has"),
        ] {
            let sound = [silence(33), tones(key, milliseconds, levels), silence(100)].concat();
            assert_eq!(heard(&sound, FRAME), "", "{why}");
        }
        for hertz in [350.0, 440.0, 697.0, 1000.0, 1209.0, 1400.0] {
            assert_eq!(heard(&tone::sine(hertz, 0.4, 0, 16_000), FRAME), "", "a tone of {hertz} Hz");
        }
    }

    #[test]
    fn speech_is_no_key() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../prompts");
        let mut seconds = 0;
        let mut folders = vec![std::path::PathBuf::from(folder)];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|kind| kind == "wav") {
                    let samples = std::fs::read(&path).unwrap();
                    let samples = wav::alaw(&samples).unwrap();
                    seconds += samples.len() / 8_000;
                    assert_eq!(heard(samples, FRAME), "", "{}", path.display());
                }
            }
        }
        assert!(seconds > 60, "{seconds} s of speech were heard");
    }
}
