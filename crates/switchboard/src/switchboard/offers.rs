//! Who is rung for whom: waiting callers and free listeners are brought together here, after every input.

use super::Switchboard;
use crate::call::CallInput;
use crate::listener::Standing;
use crate::{CallId, ListenerId, Moment, Output, PresenceReason};

impl Switchboard {
    /// Gives waiting callers to free listeners, first come first served. Choosing and reserving are one step: a listener
    /// is taken before the next choice is looked at. Only those of whom something changed are looked at: nobody else can
    /// have become a match.
    pub(super) fn offer_calls(&mut self, now: Moment, out: &mut Output) {
        loop {
            if let Some(listener) = self.listeners.freed.pop_first() {
                if let Some(call) = self.caller_for(listener) {
                    self.offer(call, listener, now, out);
                }
                continue;
            }
            let fresh = self.waiters.take_fresh();
            if fresh.is_empty() {
                return;
            }
            for call in fresh {
                if let Some(choice) = self.waiters.listener_for(call, &self.listeners) {
                    self.offer(call, choice.listener, now, out);
                }
            }
        }
    }

    /// The caller for a listener who can be rung: whoever comes first, or the very call they still write about.
    fn caller_for(&mut self, id: ListenerId) -> Option<CallId> {
        let listener = self.listeners.get(id)?;
        match listener.standing {
            Standing::WrappingUp { call, .. } => {
                (listener.takes_back(call) && self.waiters.is_for(call, id)).then_some(call)
            }
            Standing::Ready { .. } => {
                listener.turn()?;
                let profile = listener.profile()?;
                self.waiters.caller_for(id, profile, &self.listeners)
            }
            Standing::OffDuty
            | Standing::Paused { .. }
            | Standing::Offered { .. }
            | Standing::Talking { .. }
            | Standing::Supervising { .. } => None,
        }
    }

    fn offer(&mut self, id: CallId, listener: ListenerId, now: Moment, out: &mut Output) {
        let Some(choice) = self.waiters.choice(id, listener, &self.listeners) else { return };
        let Some(call) = self.calls.get(&id) else { return };
        let Some(search) = call.stage.search() else { return };
        let why = search.why(choice, &call.facts, &self.listeners, now);
        self.call(id, CallInput::Chosen(listener, why), now, out);
    }

    pub(super) fn listener_due(&mut self, id: ListenerId, now: Moment, out: &mut Output) {
        let Some(listener) = self.listeners.get(id) else { return };
        match listener.standing {
            Standing::Paused { rest: Some(rest) } if rest <= now => self.rest_over(id, now, out),
            Standing::WrappingUp { talk, .. } if listener.reach() == Some(crate::listener::Reach::Phone) => {
                self.after_record(id, talk, None, now, out);
            }
            Standing::OffDuty
            | Standing::Paused { .. }
            | Standing::Ready { .. }
            | Standing::Offered { .. }
            | Standing::Talking { .. }
            | Standing::WrappingUp { .. }
            | Standing::Supervising { .. } => {
                self.listeners.become_(id, Standing::OffDuty, PresenceReason::Vanished, now, out);
            }
        }
    }
}
