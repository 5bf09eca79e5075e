//! The queue: callers who wait, in the order in which they are served.

use crate::CallId;
use std::collections::BTreeMap;

/// A caller's place. Smaller is served first. A caller keeps it while a desk rings, and until the end of the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place(i64);

/// Callers waiting with no desk ringing for them.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    waiting: BTreeMap<Place, CallId>,
    last: i64,
    first: i64,
}

impl Queue {
    /// A new place behind everyone.
    pub(crate) fn tail(&mut self) -> Place {
        self.last += 1;
        Place(self.last)
    }

    /// A new place before everyone: for a caller whom a listener's fault brought back.
    pub(crate) fn head(&mut self) -> Place {
        self.first -= 1;
        Place(self.first)
    }

    pub(crate) fn enter(&mut self, place: Place, call: CallId) {
        self.waiting.insert(place, call);
    }

    pub(crate) fn leave(&mut self, place: Place) {
        self.waiting.remove(&place);
    }

    pub(crate) fn front(&self) -> Option<CallId> {
        self.waiting.values().next().copied()
    }

    pub(crate) fn contains(&self, call: CallId) -> bool {
        self.waiting.values().any(|other| *other == call)
    }

    pub(crate) fn len(&self) -> usize {
        self.waiting.len()
    }
}
