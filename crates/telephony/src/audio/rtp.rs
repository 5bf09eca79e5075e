//! RTP packets (RFC 3550 section 5.1), read and written.

/// A received packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packet<'a> {
    /// Payload type, 0 to 127.
    pub payload_type: u8,
    /// Marker bit.
    pub marker: bool,
    /// Sequence number.
    pub sequence: u16,
    /// Timestamp, in samples.
    pub timestamp: u32,
    /// Synchronisation source.
    pub ssrc: u32,
    /// Payload without padding.
    pub payload: &'a [u8],
}

impl<'a> Packet<'a> {
    /// Reads a packet; `None` if it is not one.
    #[must_use]
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let (header, mut rest) = bytes.split_first_chunk::<12>()?;
        let [first, second, s0, s1, t0, t1, t2, t3, c0, c1, c2, c3] = *header;
        if first >> 6 != 2 {
            return None;
        }
        let contributing = usize::from(first & 0x0F) * 4;
        rest = rest.get(contributing..)?;
        if first & 0x10 != 0 {
            let (extension, after) = rest.split_first_chunk::<4>()?;
            let [_, _, l0, l1] = *extension;
            rest = after.get(usize::from(u16::from_be_bytes([l0, l1])) * 4..)?;
        }
        if first & 0x20 != 0 {
            // The last byte of padding counts itself.
            let padding = usize::from(*rest.last()?);
            if padding == 0 {
                return None;
            }
            rest = rest.get(..rest.len().checked_sub(padding)?)?;
        }
        Some(Self {
            payload_type: second & 0x7F,
            marker: second & 0x80 != 0,
            sequence: u16::from_be_bytes([s0, s1]),
            timestamp: u32::from_be_bytes([t0, t1, t2, t3]),
            ssrc: u32::from_be_bytes([c0, c1, c2, c3]),
            payload: rest,
        })
    }

    /// Whether the bytes look like RTCP multiplexed on the same port (RFC 5761 section 4).
    #[must_use]
    pub fn is_control(bytes: &[u8]) -> bool {
        matches!(bytes, [first, kind, ..] if first >> 6 == 2 && (192..=223).contains(kind))
    }

    /// Writes the packet.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(12 + self.payload.len());
        bytes.push(0x80);
        bytes.push((self.payload_type & 0x7F) | if self.marker { 0x80 } else { 0 });
        bytes.extend_from_slice(&self.sequence.to_be_bytes());
        bytes.extend_from_slice(&self.timestamp.to_be_bytes());
        bytes.extend_from_slice(&self.ssrc.to_be_bytes());
        bytes.extend_from_slice(self.payload);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_is_read_as_written() {
        let packet = Packet {
            payload_type: 8,
            marker: true,
            sequence: 65_535,
            timestamp: 7,
            ssrc: 0xDEAD_BEEF,
            payload: b"sound",
        };
        assert_eq!(Packet::read(&packet.write()), Some(packet));
    }

    #[test]
    fn extension_contributors_and_padding_are_left_out() {
        let bytes = [0xB1, 8, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 9, 9, 9, 9, 0, 0, 0, 1, 7, 7, 7, 7, b'a', b'b', 0, 2];
        assert_eq!(Packet::read(&bytes).unwrap().payload, b"ab");
    }

    #[test]
    fn short_and_lying_packets_are_refused() {
        assert_eq!(Packet::read(&[]), None);
        assert_eq!(Packet::read(&[0x80; 11]), None);
        assert_eq!(Packet::read(&[0x40; 20]), None);
        assert_eq!(Packet::read(&[0x8F; 20]), None);
        let mut padded = vec![0xA0; 12];
        padded.push(200);
        assert_eq!(Packet::read(&padded), None);
    }
}
