//! What must hold after every input. The same numbered list is used by `debug_assert`, by property tests and by
//! rehearsal, so that the three cannot drift apart.

use crate::call::Stage;
use crate::listener::Standing;
use crate::matching;
use crate::switchboard::{Switchboard, bound_to};
use crate::{CallId, ListenerId, Moment};
use std::collections::BTreeMap;

/// An invariant that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Broken {
    /// 1: one caller, at most one live listener; and the listener knows of the call.
    CallAndListenerDisagree(CallId, ListenerId),
    /// 2: one listener, at most one offer or call.
    ListenerBoundTwice(ListenerId),
    /// 3: nobody waits while a listener is free.
    WaitingThoughFree(CallId, ListenerId),
    /// 4: a call stands in the queue exactly while it waits with no desk ringing.
    QueueDisagrees(CallId),
    /// 5: every stage that could last for ever has a deadline, and none has passed.
    DeadlineMissed(CallId),
    /// 5, of the bookkeeping: the deadline kept for a call is not its stage's.
    CallDeadlineNotKept(CallId),
    /// 5, of the bookkeeping: the deadline kept for a listener is not their standing's.
    ListenerDeadlineNotKept(ListenerId),
    /// 6: a listener is bound to a call that exists.
    ListenerBoundToNothing(ListenerId),
}

/// The first invariant that does not hold at this time, if any.
#[must_use]
pub fn broken(board: &Switchboard, now: Moment) -> Option<Broken> {
    let mut bound: BTreeMap<ListenerId, CallId> = BTreeMap::new();
    let mut waiting = 0;
    for (id, call) in &board.calls {
        if let Some(listener) = call.stage.listener() {
            if bound.insert(listener, *id).is_some() {
                return Some(Broken::ListenerBoundTwice(listener));
            }
            if board.listeners.get(listener).and_then(bound_to) != Some(*id) {
                return Some(Broken::CallAndListenerDisagree(*id, listener));
            }
        }
        let in_waiting_stage = matches!(call.stage, Stage::Waiting(_));
        waiting += usize::from(in_waiting_stage);
        if in_waiting_stage && !board.queue.contains(*id) {
            return Some(Broken::QueueDisagrees(*id));
        }
        if call.stage.deadline().is_some_and(|deadline| deadline <= now) {
            return Some(Broken::DeadlineMissed(*id));
        }
        if call.stage.deadline() != board.kept_for_call(*id) {
            return Some(Broken::CallDeadlineNotKept(*id));
        }
    }
    if let Some(front) = board.queue.front() {
        if board.queue.len() != waiting {
            return Some(Broken::QueueDisagrees(front));
        }
        if let Some(listener) = matching::longest_ready(&board.listeners) {
            return Some(Broken::WaitingThoughFree(front, listener));
        }
    }
    let forgotten = board.listeners.iter().find(|listener| listener.deadline() != board.kept_for_listener(listener.id));
    if let Some(listener) = forgotten {
        return Some(Broken::ListenerDeadlineNotKept(listener.id));
    }
    board.listeners.iter().find_map(|listener| match listener.standing {
        Standing::Offered { .. } | Standing::Talking { .. } if !bound.contains_key(&listener.id) => {
            Some(Broken::ListenerBoundToNothing(listener.id))
        }
        Standing::Offered { .. }
        | Standing::Talking { .. }
        | Standing::OffDuty
        | Standing::Paused
        | Standing::Ready { .. }
        | Standing::WrappingUp { .. } => None,
    })
}
