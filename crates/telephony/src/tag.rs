//! Tags: that two calls came from one number can be known for a day, the number cannot. A tag is made with a random key,
//! and when the key is gone, so is all that a tag says.

use crate::number::CallerNumber;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::sync::{Mutex, PoisonError};
use switchboard::{CallerTag, CallerTags};
use zeroize::Zeroizing;

/// How long a key makes tags, in seconds; it is kept as long again to compare.
const DAY: u64 = 86_400;
const KEY: usize = 32;

type Key = Zeroizing<[u8; KEY]>;

/// Today's key and yesterday's. Their memory is wiped when they are dropped, and they are never shown.
pub struct TagKeys {
    today: Key,
    yesterday: Option<Key>,
    /// When today's key was drawn, in seconds since 1970.
    since: u64,
}

impl TagKeys {
    /// The length of keys that are sealed away, in bytes: two keys, and when the newer one was drawn.
    pub const SEALED: usize = 2 * KEY + 8;

    /// Draws a first key. `now` is in seconds since 1970.
    #[must_use]
    pub fn draw(now: u64) -> Self {
        Self { today: random(), yesterday: None, since: now }
    }

    /// Lets time pass: after a day there is a new key, and after two the old one is gone. `now` is in seconds since 1970.
    pub fn turn(&mut self, now: u64) {
        // A clock that was set back by more than a day makes ages that mean nothing.
        let lost = now.saturating_add(DAY) < self.since;
        let age = now.saturating_sub(self.since);
        if lost || age >= 2 * DAY {
            *self = Self::draw(now);
        } else if age >= DAY {
            self.yesterday = Some(std::mem::replace(&mut self.today, random()));
            self.since += DAY;
        }
    }

    /// The tags of a number.
    pub(crate) fn tags(&self, number: &CallerNumber) -> CallerTags {
        CallerTags {
            now: tag(&self.today, number),
            before: self.yesterday.as_ref().map(|yesterday| tag(yesterday, number)),
        }
    }

    /// The keys as bytes, to be sealed away by whoever can; wiped when dropped.
    #[must_use]
    pub fn sealed_bytes(&self) -> Zeroizing<[u8; Self::SEALED]> {
        let mut bytes = Zeroizing::new([0; Self::SEALED]);
        let yesterday = self.yesterday.as_ref().map_or(&[0; KEY], |key| &**key);
        let parts = self.today.iter().chain(yesterday).copied().chain(self.since.to_be_bytes());
        for (place, byte) in bytes.iter_mut().zip(parts) {
            *place = byte;
        }
        bytes
    }

    /// Keys that were sealed away. `None` if these are none. They are as old as they are: let them [`turn`](Self::turn).
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (today, rest) = bytes.split_first_chunk::<KEY>()?;
        let (yesterday, rest) = rest.split_first_chunk::<KEY>()?;
        let since = u64::from_be_bytes(*rest.first_chunk::<8>()?);
        if rest.len() != 8 || *today == [0; KEY] {
            return None;
        }
        let yesterday = (*yesterday != [0; KEY]).then(|| Zeroizing::new(*yesterday));
        Some(Self { today: Zeroizing::new(*today), yesterday, since })
    }
}

fn random() -> Key {
    let mut key = Zeroizing::new([0; KEY]);
    if getrandom::fill(key.as_mut()).is_err() {
        // Tags are then alike for all who know this; calls go on.
        tracing::error!("the system gives no random numbers");
        key.fill(1);
    }
    key
}

/// The first 64 bits of HMAC-SHA-256 (RFC 2104) of the number.
fn tag(key: &Key, number: &CallerNumber) -> CallerTag {
    // A key of any length is taken (RFC 2104 section 2).
    let made = Hmac::<Sha256>::new_from_slice(key.as_slice()).ok().and_then(|mut mac| {
        mac.update(number.digits());
        let whole = mac.finalize().into_bytes();
        whole.first_chunk::<8>().copied()
    });
    CallerTag::new(u64::from_be_bytes(made.unwrap_or_default()))
}

/// The keys of a running service.
pub(crate) struct Tags(Mutex<TagKeys>);

impl Tags {
    pub(crate) fn new(keys: TagKeys) -> Self {
        Self(Mutex::new(keys))
    }

    pub(crate) fn of(&self, number: &CallerNumber, now: u64) -> CallerTags {
        self.with(now, |keys| keys.tags(number))
    }

    pub(crate) fn take(&self, keys: TagKeys, now: u64) {
        self.with(now, |own| {
            *own = keys;
            own.turn(now);
        });
    }

    /// Does something with the keys of this moment.
    pub(crate) fn with<T>(&self, now: u64, then: impl FnOnce(&mut TagKeys) -> T) -> T {
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        keys.turn(now);
        then(&mut keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: u64 = 1_795_345_200;

    fn number(text: &str) -> CallerNumber {
        CallerNumber::read(text).unwrap()
    }

    #[test]
    fn one_number_has_one_tag_however_it_is_spelt_and_another_has_another() {
        let keys = TagKeys::draw(NOON);
        let tags = keys.tags(&number("0199006677"));
        assert_eq!(tags.before, None);
        for spelling in ["+33199006677", "0033199006677", "33199006677", "+33 (0)1.99.00.66.77"] {
            assert_eq!(keys.tags(&number(spelling)), tags, "{spelling}");
        }
        assert_ne!(keys.tags(&number("0199006678")), tags);
        assert_ne!(TagKeys::draw(NOON).tags(&number("0199006677")), tags, "another key, another tag");
    }

    #[test]
    fn a_tag_is_the_beginning_of_the_hmac() {
        let mut bytes = [0; TagKeys::SEALED];
        bytes[..4].copy_from_slice(b"Jefe");
        let keys = TagKeys::from_bytes(&bytes).unwrap();
        // As openssl counts it: dgst -sha256 -mac HMAC, of 33199006677, under this key.
        assert_eq!(keys.tags(&number("0199006677")).now, CallerTag::new(0xbe30_b020_b5be_7b71));
    }

    #[test]
    fn over_midnight_the_old_tag_is_still_told_and_after_two_days_nothing_is_left() {
        let caller = number("0199006677");
        let mut keys = TagKeys::draw(NOON);
        let first = keys.tags(&caller).now;
        keys.turn(NOON + DAY - 1);
        assert_eq!(keys.tags(&caller).now, first);
        keys.turn(NOON + DAY);
        let second = keys.tags(&caller);
        assert_ne!(second.now, first);
        assert_eq!(second.before, Some(first));
        keys.turn(NOON + 2 * DAY - 1);
        assert_eq!(keys.tags(&caller), second);
        keys.turn(NOON + 2 * DAY);
        let third = keys.tags(&caller);
        assert_eq!(third.before, Some(second.now), "the first is gone");
        keys.turn(NOON + 4 * DAY);
        let later = keys.tags(&caller);
        assert_eq!(later.before, None, "two days without a turn leave nothing");
        assert!(![first, second.now, third.now].contains(&later.now));
        keys.turn(NOON);
        assert_ne!(keys.tags(&caller).now, later.now, "nor does a clock that is set back by days");
    }

    #[test]
    fn keys_come_back_as_they_were_sealed_away() {
        let caller = number("0199006677");
        let mut keys = TagKeys::draw(NOON);
        for _ in 0..2 {
            let tags = keys.tags(&caller);
            let again = TagKeys::from_bytes(&*keys.sealed_bytes()).unwrap();
            assert_eq!(again.tags(&caller), tags);
            assert_eq!(again.since, keys.since);
            keys.turn(NOON + DAY);
        }
        assert!(TagKeys::from_bytes(&[1; TagKeys::SEALED - 1]).is_none());
        assert!(TagKeys::from_bytes(&[1; TagKeys::SEALED + 1]).is_none());
        assert!(TagKeys::from_bytes(&[0; TagKeys::SEALED]).is_none());
    }

    #[test]
    fn a_tag_is_not_shown() {
        let tags = TagKeys::draw(NOON).tags(&number("0199006677"));
        assert_eq!(format!("{:?}", tags.now), "CallerTag(…)");
        assert_eq!(format!("{tags:?}"), "CallerTags { now: CallerTag(…), before: None }");
    }
}
