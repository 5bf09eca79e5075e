//! What must hold after every input. The same numbered list is used by `debug_assert`, by property tests and by
//! rehearsal, so that the three cannot drift apart.

use crate::call::Stage;
use crate::listener::Standing;
use crate::switchboard::Switchboard;
use crate::{CallId, ListenerId, Moment};
use std::collections::BTreeMap;

/// An invariant that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Broken {
    /// 1: one caller, at most one live listener unless somebody was called to the call; and each knows of the call.
    CallAndListenerDisagree(CallId, ListenerId),
    /// 2: one listener, at most one offer or call.
    ListenerBoundTwice(ListenerId),
    /// 3: nobody waits while a listener who could take them is free.
    WaitingThoughFree(CallId, ListenerId),
    /// 4: a call stands in line exactly while it searches with nobody ringing.
    QueueDisagrees(CallId),
    /// 5: every stage that could last for ever has a deadline, and none has passed.
    DeadlineMissed(CallId),
    /// 5, of the bookkeeping: the deadline kept for a call is not its stage's.
    CallDeadlineNotKept(CallId),
    /// 5, of the bookkeeping: the deadline kept for a listener is not their standing's.
    ListenerDeadlineNotKept(ListenerId),
    /// 6: a listener is bound to a call that exists.
    ListenerBoundToNothing(ListenerId),
    /// 7: in a talk somebody talks.
    NobodyTalks(CallId),
}

/// The first invariant that does not hold at this time, if any.
#[must_use]
pub fn broken(board: &Switchboard, now: Moment) -> Option<Broken> {
    let mut bound: BTreeMap<ListenerId, CallId> = BTreeMap::new();
    let mut searching = 0;
    for (id, call) in &board.calls {
        for listener in call.stage.listeners() {
            if bound.insert(listener, *id).is_some() {
                return Some(Broken::ListenerBoundTwice(listener));
            }
            if board.listeners.get(listener).and_then(|known| known.standing.call()) != Some(*id) {
                return Some(Broken::CallAndListenerDisagree(*id, listener));
            }
        }
        let searches = call.stage.search().is_some();
        searching += usize::from(searches);
        if searches != board.waiters.contains(*id) {
            return Some(Broken::QueueDisagrees(*id));
        }
        if let Stage::Talking(talking) = &call.stage
            && !talking.members.iter().any(crate::call::Member::talks)
        {
            return Some(Broken::NobodyTalks(*id));
        }
        if call.stage.deadline().is_some_and(|deadline| deadline <= now) {
            return Some(Broken::DeadlineMissed(*id));
        }
        if call.stage.deadline() != board.kept_for_call(*id) {
            return Some(Broken::CallDeadlineNotKept(*id));
        }
    }
    if let Some((call, _)) = board.waiters.calls().next()
        && board.waiters.len() != searching
    {
        return Some(Broken::QueueDisagrees(call));
    }
    if let Some((call, listener)) = board.waiters.unserved(&board.listeners) {
        return Some(Broken::WaitingThoughFree(call, listener));
    }
    let care = board.listeners.care;
    let forgotten =
        board.listeners.iter().find(|listener| listener.deadline(&care) != board.kept_for_listener(listener.id()));
    if let Some(listener) = forgotten {
        return Some(Broken::ListenerDeadlineNotKept(listener.id()));
    }
    board.listeners.iter().find_map(|listener| match listener.standing {
        Standing::Offered { .. } | Standing::Talking { .. } | Standing::Supervising { .. }
            if !bound.contains_key(&listener.id()) =>
        {
            Some(Broken::ListenerBoundToNothing(listener.id()))
        }
        Standing::Offered { .. }
        | Standing::Talking { .. }
        | Standing::Supervising { .. }
        | Standing::OffDuty
        | Standing::Paused { .. }
        | Standing::Ready { .. }
        | Standing::WrappingUp { .. } => None,
    })
}
