//! Telephone keys as RTP events (RFC 4733).

use switchboard::Digit;

/// By how many samples a packet of an earlier event may come after a later event has begun. What is older is of a source
/// that counts anew.
const LATE: u32 = 2 * 8_000;

/// Reads keys from a stream of event packets, each key once however many packets carry it.
#[derive(Debug, Default, Clone)]
pub struct KeyReader {
    /// The RTP timestamp of the event last told: all packets of one event carry the same (RFC 4733 section 2.2).
    last: Option<u32>,
}

impl KeyReader {
    /// The key of a packet, the first time its event is seen.
    pub fn read(&mut self, timestamp: u32, payload: &[u8]) -> Option<Digit> {
        let [event, _, _, _] = payload.first_chunk::<4>().copied()?;
        if self.last.is_some_and(|last| last.wrapping_sub(timestamp) <= LATE) {
            return None;
        }
        let digit = Digit::from_event(event)?;
        self.last = Some(timestamp);
        Some(digit)
    }
}

/// The payload of one event packet.
#[must_use]
pub fn payload(digit: Digit, end: bool, duration: u16) -> [u8; 4] {
    let [high, low] = duration.to_be_bytes();
    [digit.event(), if end { 0x8A } else { 0x0A }, high, low]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_key_however_many_packets() {
        let mut reader = KeyReader::default();
        let five = Digit::new('5').unwrap();
        assert_eq!(reader.read(100, &payload(five, false, 160)), Some(five));
        for _ in 0..3 {
            assert_eq!(reader.read(100, &payload(five, true, 800)), None);
        }
        assert_eq!(reader.read(2000, &payload(five, false, 160)), Some(five), "the same key pressed again");
        assert_eq!(reader.read(3000, &[16, 0, 0, 0]), None, "flash is no key");
        assert_eq!(reader.read(3000, &[1]), None);
    }
}
