//! Ids that HSDS asks for: UUIDs made from our own ids, the same every time (RFC 9562, section 5.5).

use sha1::{Digest, Sha1};

/// The name space of this project's ids, chosen once by chance. It never changes, or every id of every export would.
const NAME_SPACE: [u8; 16] =
    [0x8f, 0x1c, 0x5a, 0x27, 0x63, 0xd0, 0x4e, 0x9b, 0xa4, 0x11, 0x2e, 0x7d, 0xc9, 0x08, 0x56, 0xf3];

/// The id of a part of something: « service » and the entry's id, say.
#[must_use]
pub(super) fn uuid(kind: &str, id: &str) -> String {
    let digest = Sha1::new().chain_update(NAME_SPACE).chain_update(kind).chain_update("/").chain_update(id).finalize();
    let mut bytes = [0u8; 16];
    for (byte, from) in bytes.iter_mut().zip(digest.iter()) {
        *byte = *from;
    }
    // The version and the variant.
    bytes[6] = (bytes[6] & 0x0f) | 0x50;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let part = |range: std::ops::Range<usize>| hex.get(range).unwrap_or_default().to_owned();
    [part(0..8), part(8..12), part(12..16), part(16..20), part(20..32)].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_the_same_every_time_and_no_two_alike() {
        let id = uuid("service", "own:1");
        assert_eq!(id, uuid("service", "own:1"));
        assert_ne!(id, uuid("service", "own:2"));
        assert_ne!(id, uuid("location", "own:1"));
        assert_eq!(id.len(), 36);
        assert_eq!((id.as_bytes()[14], "89ab".contains(char::from(id.as_bytes()[19]))), (b'5', true));
    }
}
