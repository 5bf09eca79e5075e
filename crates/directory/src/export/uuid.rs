//! Ids that HSDS asks for: UUIDs made from our own ids, the same every time (RFC 9562, section 5.5).

use sha1::{Digest, Sha1};

/// The name space of this project's ids, chosen once by chance. It never changes, or every id of every export would.
const NAME_SPACE: [u8; 16] =
    [0x8f, 0x1c, 0x5a, 0x27, 0x63, 0xd0, 0x4e, 0x9b, 0xa4, 0x11, 0x2e, 0x7d, 0xc9, 0x08, 0x56, 0xf3];

/// The id of a part of something: « service » and the entry's id, say.
#[must_use]
pub(crate) fn uuid(kind: &str, id: &str) -> String {
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

/// The id by which others know an entry: a UUID made from its own id, whose last four digits are left to the entry's parts.
#[must_use]
pub fn public_id(entry_id: &str) -> String {
    part("0000", &uuid("service", entry_id))
}

/// A part of an entry that others may ask for by an id of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The entry itself.
    Whole,
    /// The organisation that it is.
    Organization,
    /// What it offers at one of its locations.
    AtLocation(usize),
    /// One of its locations.
    Location(usize),
}

/// Where locations begin among the parts.
const LOCATIONS: usize = 0x2000;
/// Where what is offered at locations begins.
const AT_LOCATIONS: usize = 0x1000;

/// The id of a part of an entry.
#[must_use]
pub fn part_id(public_id: &str, which: Part) -> String {
    let digits = match which {
        Part::Whole => "0000".to_owned(),
        Part::Organization => "ffff".to_owned(),
        Part::AtLocation(place) => format!("{:04x}", AT_LOCATIONS + place % 0x1000),
        Part::Location(place) => format!("{:04x}", LOCATIONS + place % 0x1000),
    };
    part(&digits, public_id)
}

/// The public id of the entry that an id leads to, and to which part of it; none when it is no id of ours.
#[must_use]
pub fn read_part_id(id: &str) -> Option<(String, Part)> {
    let dashes = [8, 13, 18, 23];
    let shaped = |(at, sign): (usize, u8)| {
        if dashes.contains(&at) { sign == b'-' } else { matches!(sign, b'0'..=b'9' | b'a'..=b'f') }
    };
    if id.len() != 36 || !id.bytes().enumerate().all(shaped) {
        return None;
    }
    let number = usize::from_str_radix(id.get(32..)?, 16).ok()?;
    let which = match number {
        0 => Part::Whole,
        0xffff => Part::Organization,
        AT_LOCATIONS..LOCATIONS => Part::AtLocation(number - AT_LOCATIONS),
        LOCATIONS..0x3000 => Part::Location(number - LOCATIONS),
        _ => return None,
    };
    Some((part("0000", id), which))
}

fn part(digits: &str, id: &str) -> String {
    format!("{}{digits}", id.get(..32).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_a_part_leads_back_to_the_entry() {
        let id = public_id("own:1");
        for which in [Part::Whole, Part::Organization, Part::AtLocation(0), Part::AtLocation(9), Part::Location(62)] {
            let own = part_id(&id, which);
            assert_eq!((own.len(), read_part_id(&own)), (36, Some((id.clone(), which))), "{own}");
        }
        for wrong in
            ["", "own:1", &id.to_uppercase(), &id.replace('-', "0"), &format!("{}4000", &id[..32]), &format!("{id}0")]
        {
            assert_eq!(read_part_id(wrong), None, "{wrong}");
        }
    }

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
