//! How many callers there were, and how many of them ever reached a human: counted by tag, in memory alone.
//!
//! Rates of calls say little about people: one who calls ten times and gets through once is nine calls lost and one person
//! reached. Whether two calls are one person's is known from the tags of their numbers, which live for two days and are never
//! written. What is kept of a caller is a number that counts up from the start of the program and means nothing outside of it;
//! what leaves this file are counts.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use switchboard::{CallId, CallerTags, Event, LineId};

/// For how long a tag can be met again: its key is used for a day and known for one more.
const KEPT: Duration = Duration::from_secs(48 * 3600);
/// How often what can no longer be met is let go of.
const SWEEP: Duration = Duration::from_secs(3600);
/// The most tags that are kept; callers beyond are counted among those who cannot be told apart.
const MOST: usize = 200_000;

/// The callers of one line or of all, since the program started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CallersSeen {
    /// Since when, in milliseconds since 1970.
    pub since_ms: i64,
    /// How many calls came from telephones that show their number.
    pub calls: u64,
    /// How many calls came without a number: hidden, or from a browser. Nobody can say whose they were.
    pub unknown: u64,
    /// How many callers the calls with a number came from. Who calls again after more than a day or two counts anew.
    pub callers: u64,
    /// How many of these reached a human at least once: a listener, or another service.
    pub reached: u64,
}

/// What is kept of a tag.
#[derive(Debug)]
struct Known {
    caller: u64,
    last: Duration,
}

/// A call under way.
#[derive(Debug)]
struct Coming {
    line: LineId,
    caller: u64,
    at: Duration,
}

/// The callers of one line or of all.
#[derive(Debug, Default)]
struct Group {
    seen: CallersSeen,
    /// Those who may be met again, and whether they reached a human.
    callers: BTreeMap<u64, bool>,
}

impl Group {
    fn came(&mut self, caller: Option<u64>) {
        let Some(caller) = caller else {
            self.seen.unknown += 1;
            return;
        };
        self.seen.calls += 1;
        if let Entry::Vacant(place) = self.callers.entry(caller) {
            place.insert(false);
            self.seen.callers += 1;
        }
    }

    fn reached(&mut self, caller: u64) {
        if let Some(reached) = self.callers.get_mut(&caller)
            && !std::mem::replace(reached, true)
        {
            self.seen.reached += 1;
        }
    }
}

#[derive(Debug, Default)]
struct Inner {
    tags: BTreeMap<switchboard::CallerTag, Known>,
    next: u64,
    calls: BTreeMap<CallId, Coming>,
    all: Group,
    lines: BTreeMap<LineId, Group>,
    swept: Duration,
}

/// The callers since the program started.
#[derive(Debug)]
pub(crate) struct Callers {
    since_ms: i64,
    inner: Mutex<Inner>,
}

impl Callers {
    /// Nobody yet.
    pub(crate) fn since(since_ms: i64) -> Self {
        Self { since_ms, inner: Mutex::default() }
    }

    /// A call comes, `at` after the start.
    pub(crate) fn came(&self, call: CallId, line: &LineId, tags: Option<CallerTags>, at: Duration) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.sweep(at);
        let caller = tags.and_then(|tags| inner.caller(tags, at));
        inner.all.came(caller);
        inner.lines.entry(line.clone()).or_default().came(caller);
        if let Some(caller) = caller {
            inner.calls.insert(call, Coming { line: line.clone(), caller, at });
        }
    }

    /// Something happened to a call.
    pub(crate) fn happened(&self, event: &Event) {
        let (reached, over) = match event {
            Event::Bridged { .. } | Event::RelayJoined { .. } => (true, false),
            Event::Ended { .. } => (false, true),
            // Nothing else makes a caller reached or a call over.
            _ => return,
        };
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let inner = &mut *inner;
        let Some(call) = event.call() else { return };
        if let Some(coming) = inner.calls.get(&call).filter(|_| reached) {
            inner.all.reached(coming.caller);
            if let Some(line) = inner.lines.get_mut(&coming.line) {
                line.reached(coming.caller);
            }
        }
        if over {
            inner.calls.remove(&call);
        }
    }

    /// The callers of a line; of all lines without one.
    pub(crate) fn seen(&self, line: Option<&LineId>) -> CallersSeen {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let group = match line {
            None => Some(&inner.all),
            Some(line) => inner.lines.get(line),
        };
        CallersSeen { since_ms: self.since_ms, ..group.map(|group| group.seen).unwrap_or_default() }
    }
}

impl Inner {
    /// Who has these tags: somebody met before, or somebody new. Nobody when there is no room for one more.
    fn caller(&mut self, tags: CallerTags, at: Duration) -> Option<u64> {
        let met = [Some(tags.now), tags.before].into_iter().flatten().find_map(|tag| self.tags.get(&tag));
        let caller = match met.map(|known| known.caller) {
            Some(caller) => caller,
            None if self.tags.len() >= MOST => return None,
            None => {
                self.next += 1;
                self.next
            }
        };
        self.tags.insert(tags.now, Known { caller, last: at });
        Some(caller)
    }

    /// Lets go of what can no longer be met. The counts stay.
    fn sweep(&mut self, at: Duration) {
        if at.saturating_sub(self.swept) < SWEEP {
            return;
        }
        self.swept = at;
        self.tags.retain(|_, known| at.saturating_sub(known.last) < KEPT);
        self.calls.retain(|_, coming| at.saturating_sub(coming.at) < KEPT);
        let tags = self.tags.values().map(|known| known.caller);
        let there: BTreeSet<u64> = tags.chain(self.calls.values().map(|coming| coming.caller)).collect();
        for group in self.lines.values_mut().chain([&mut self.all]) {
            group.callers.retain(|caller, _| there.contains(caller));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use switchboard::{CallerTag, ListenerId, Outcome, Party, RelayId};

    const HOUR: Duration = Duration::from_secs(3600);

    fn tags(now: u64, before: Option<u64>) -> Option<CallerTags> {
        Some(CallerTags { now: CallerTag::new(now), before: before.map(CallerTag::new) })
    }

    fn bridged(call: i64) -> Event {
        Event::Bridged { call: CallId(call), listener: ListenerId(1) }
    }

    fn ended(call: i64) -> Event {
        Event::Ended { call: CallId(call), outcome: Outcome::Talked { by: Party::Caller } }
    }

    fn counted(callers: &Callers, line: Option<&str>) -> (u64, u64, u64, u64) {
        let seen = callers.seen(line.map(LineId::from).as_ref());
        (seen.calls, seen.unknown, seen.callers, seen.reached)
    }

    #[test]
    fn a_caller_is_counted_once_however_often_they_call() {
        let callers = Callers::since(7);
        for (call, tag) in [(1, 11), (2, 11), (3, 11), (4, 12), (7, 11)] {
            callers.came(CallId(call), &"a".into(), tags(tag, None), HOUR);
            if call == 3 || call == 7 {
                callers.happened(&bridged(call));
                callers.happened(&bridged(call));
            }
            callers.happened(&ended(call));
        }
        callers.came(CallId(5), &"b".into(), tags(12, None), HOUR);
        callers.happened(&Event::RelayJoined { call: CallId(5), relay: RelayId("r".into()) });
        callers.came(CallId(6), &"b".into(), None, HOUR);
        callers.happened(&bridged(6));
        assert_eq!(counted(&callers, None), (6, 1, 2, 2));
        assert_eq!(counted(&callers, Some("a")), (5, 0, 2, 1), "reached on another line is not reached on this one");
        assert_eq!(counted(&callers, Some("b")), (1, 1, 1, 1));
        assert_eq!(counted(&callers, Some("c")), (0, 0, 0, 0));
        assert_eq!(callers.seen(None).since_ms, 7);
    }

    #[test]
    fn a_caller_is_known_over_midnight_and_not_for_ever() {
        let callers = Callers::since(0);
        callers.came(CallId(1), &"a".into(), tags(1, None), HOUR);
        callers.came(CallId(2), &"a".into(), tags(2, Some(1)), 20 * HOUR);
        callers.happened(&bridged(1));
        assert_eq!(counted(&callers, None), (2, 0, 1, 1), "the call that began under the old tag is the same caller's");
        callers.came(CallId(3), &"a".into(), tags(3, Some(2)), 44 * HOUR);
        assert_eq!(counted(&callers, None).2, 1);
        callers.came(CallId(4), &"a".into(), tags(9, Some(8)), 200 * HOUR);
        assert_eq!(counted(&callers, None), (4, 0, 2, 1), "the counts outlive the tags");
        let inner = callers.inner.lock().unwrap();
        assert_eq!((inner.tags.len(), inner.calls.len(), inner.all.callers.len()), (1, 1, 1));
    }

    #[test]
    fn no_tag_can_be_printed() {
        let callers = Callers::since(0);
        callers.came(CallId(1), &"a".into(), tags(0xfeed_beef, None), HOUR);
        let printed = format!("{callers:?}");
        assert!(
            !printed.contains(&0xfeed_beef_u64.to_string()) && !printed.to_lowercase().contains("feedbeef"),
            "{printed}"
        );
    }
}
