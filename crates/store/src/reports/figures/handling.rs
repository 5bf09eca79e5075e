//! How long a call kept people busy: talk, hold within it, and the work after, from the call's own facts.

use switchboard::{Event, ListenerId};

/// What one call cost the listeners, in milliseconds. With two listeners in a call, both count: it is their time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Handling {
    /// From hearing the caller to leaving the call, holds included.
    pub talk_ms: i64,
    /// The holds within it.
    pub hold_ms: i64,
    /// From leaving the call to closing the care record.
    pub after_ms: i64,
}

impl Handling {
    /// Talk, hold within it, and the work after.
    #[must_use]
    pub fn total_ms(&self) -> i64 {
        self.talk_ms.saturating_add(self.after_ms)
    }
}

/// A listener in the call.
struct Part {
    listener: ListenerId,
    /// Since when they hear the caller, while they do.
    since: Option<i64>,
    /// When they last left.
    left: i64,
}

/// Adds up the facts of one call, in order.
#[derive(Default)]
pub(super) struct HandlingTally {
    parts: Vec<Part>,
    held: Option<i64>,
    sum: Handling,
}

impl HandlingTally {
    pub(super) fn add(&mut self, at: i64, event: &Event) {
        match event {
            Event::Bridged { listener, .. } | Event::ListenerBack { listener, .. } => self.enters(*listener, at),
            Event::Left { listener, .. } | Event::ListenerLost { listener, .. } => {
                // Nobody is on hold for somebody who is gone.
                self.resumes(at);
                self.leaves(*listener, at);
            }
            Event::Held { .. } => drop(self.held.get_or_insert(at)),
            Event::Resumed { .. } => self.resumes(at),
            Event::Ended { .. } => {
                self.resumes(at);
                let there: Vec<ListenerId> = self.parts.iter().map(|part| part.listener).collect();
                for listener in there {
                    self.leaves(listener, at);
                }
            }
            Event::RecordClosed { listener, .. } => {
                if let Some(part) = self.parts.iter().find(|part| part.listener == *listener && part.since.is_none()) {
                    self.sum.after_ms = self.sum.after_ms.saturating_add(at.saturating_sub(part.left).max(0));
                }
            }
            // What else happens in a call takes none of a listener's time that is not counted above.
            _ => {}
        }
    }

    fn enters(&mut self, listener: ListenerId, at: i64) {
        match self.parts.iter_mut().find(|part| part.listener == listener) {
            Some(part) => drop(part.since.get_or_insert(at)),
            None => self.parts.push(Part { listener, since: Some(at), left: at }),
        }
    }

    fn leaves(&mut self, listener: ListenerId, at: i64) {
        let Some(part) = self.parts.iter_mut().find(|part| part.listener == listener) else { return };
        if let Some(since) = part.since.take() {
            part.left = at;
            self.sum.talk_ms = self.sum.talk_ms.saturating_add(at.saturating_sub(since).max(0));
        }
    }

    fn resumes(&mut self, at: i64) {
        if let Some(since) = self.held.take() {
            self.sum.hold_ms = self.sum.hold_ms.saturating_add(at.saturating_sub(since).max(0));
        }
    }

    /// What the facts add up to; nothing if no listener was ever in the call.
    pub(super) fn finish(self) -> Option<Handling> {
        (!self.parts.is_empty()).then_some(self.sum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use switchboard::{CallId, Outcome, Party};

    const CALL: CallId = CallId(1);
    const ANNE: ListenerId = ListenerId(1);
    const BEN: ListenerId = ListenerId(2);

    fn handled(facts: &[(i64, Event)]) -> Option<Handling> {
        let mut tally = HandlingTally::default();
        for (at, event) in facts {
            tally.add(*at, event);
        }
        tally.finish()
    }

    fn over() -> Event {
        Event::Ended { call: CALL, outcome: Outcome::Talked { by: Party::Caller } }
    }

    #[test]
    fn a_plain_call() {
        let sum = handled(&[
            (10, Event::Bridged { call: CALL, listener: ANNE }),
            (20, Event::Held { call: CALL }),
            (25, Event::Resumed { call: CALL }),
            (110, over()),
            (140, Event::RecordClosed { call: CALL, listener: ANNE }),
        ])
        .unwrap();
        assert_eq!(sum, Handling { talk_ms: 100, hold_ms: 5, after_ms: 30 });
        assert_eq!(sum.total_ms(), 130);
    }

    #[test]
    fn a_hand_over_counts_each_listener_and_no_gap() {
        let sum = handled(&[
            (0, Event::Bridged { call: CALL, listener: ANNE }),
            (50, Event::Held { call: CALL }),
            (80, Event::Bridged { call: CALL, listener: BEN }),
            (100, Event::Left { call: CALL, listener: ANNE }),
            (120, Event::RecordClosed { call: CALL, listener: ANNE }),
            (300, over()),
            (310, Event::RecordClosed { call: CALL, listener: BEN }),
        ]);
        assert_eq!(sum, Some(Handling { talk_ms: 100 + 220, hold_ms: 50, after_ms: 20 + 10 }));
    }

    #[test]
    fn a_listener_who_was_lost_is_not_counted_while_away() {
        let sum = handled(&[
            (0, Event::Bridged { call: CALL, listener: ANNE }),
            (40, Event::ListenerLost { call: CALL, listener: ANNE }),
            (45, Event::ListenerBack { call: CALL, listener: ANNE }),
            (60, over()),
        ]);
        assert_eq!(sum, Some(Handling { talk_ms: 55, hold_ms: 0, after_ms: 0 }));
    }

    #[test]
    fn a_call_without_a_listener_has_none() {
        assert_eq!(handled(&[(5, over())]), None);
    }
}
