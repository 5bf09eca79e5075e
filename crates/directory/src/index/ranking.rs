//! The best of what was found, in order.

use super::query::{Hit, Why};

/// By what hits are put in order: why, then chance, then the row, so that one seed gives one order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) why: Why,
    pub(super) shuffle: u32,
    pub(super) row: i64,
}

/// A hit to be.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    key: Key,
    location: u8,
    distance_km: Option<f64>,
}

/// The best so far, each entry once.
#[derive(Debug)]
pub(super) struct Best {
    limit: usize,
    found: Vec<Candidate>,
}

impl Best {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, found: Vec::with_capacity(limit.min(1_000) + 1) }
    }

    pub(super) fn is_full(&self) -> bool {
        self.found.len() >= self.limit
    }

    /// Whether one with this key would be taken.
    pub(super) fn takes(&self, key: &Key) -> bool {
        !self.is_full() || self.found.last().is_some_and(|last| *key < last.key)
    }

    /// Whether one might be taken that stands for no better reason than this.
    pub(super) fn might_take(&self, why: Why) -> bool {
        !self.is_full() || self.found.last().is_some_and(|last| why <= last.key.why)
    }

    /// Takes one if it is good enough, in the place of another location of the same entry if that is worse.
    pub(super) fn offer(&mut self, key: Key, location: u8, distance_km: Option<f64>) {
        if !self.takes(&key) {
            return;
        }
        if let Some(same) = self.found.iter().position(|other| other.key.row == key.row) {
            if self.found.get(same).is_some_and(|other| other.key <= key) {
                return;
            }
            self.found.remove(same);
        }
        let place = self.found.partition_point(|other| other.key < key);
        self.found.insert(place, Candidate { key, location, distance_km });
        self.found.truncate(self.limit);
    }

    pub(super) fn into_hits(self) -> Vec<Hit> {
        let hit = |one: Candidate| Hit {
            row: one.key.row,
            location: usize::from(one.location),
            distance_km: one.distance_km,
            why: one.key.why,
        };
        self.found.into_iter().map(hit).collect()
    }
}

/// Mixes a seed into an entry's own number: another seed gives another order among equals.
pub(super) fn shuffled(number: u32, seed: u64) -> u32 {
    let mut mixed = (u64::from(number) ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed ^= mixed >> 31;
    mixed = mixed.wrapping_mul(0x94d0_49bb_1331_11eb);
    u32::try_from(mixed >> 32).unwrap_or(0)
}
