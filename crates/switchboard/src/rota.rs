//! The rota is what routes: who is on which shift now, and when that changes next. Nowhere else is it decided what a
//! shift's beginning or end, or a sign-in outside a shift, means.

use crate::listener::{Listeners, Standing};
use crate::plan::Duty;
use crate::{Effect, Event, ListenerId, Moment, Output, PresenceReason, QueueId, Shift, ShiftId, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// What makes a shift the same shift: swapped to somebody else, it is another.
type Key = (ShiftId, ListenerId, QueueId, Duty);

fn key(shift: &Shift) -> Key {
    (shift.id, shift.listener, shift.queue.clone(), shift.duty)
}

/// The shifts of the coming days, and those that are on now.
#[derive(Debug, Default)]
pub(crate) struct Rota {
    shifts: Vec<Shift>,
    on: BTreeMap<Key, Shift>,
    /// What the wall clock showed when the monotonic one stood at zero.
    pub(crate) zero: Utc,
    /// The rota or the wall clock has changed: what is on now must be looked at.
    pub(crate) is_new: bool,
}

impl Rota {
    /// Replaces what was known of the coming days. A shift that ends before it begins is left out.
    pub(crate) fn replace(&mut self, mut shifts: Vec<Shift>) {
        shifts.retain(|shift| shift.from < shift.until);
        shifts.sort_by_key(|shift| (shift.from, shift.id));
        self.shifts = shifts;
        self.is_new = true;
    }

    /// The wall clock was told, or has jumped.
    pub(crate) fn wall_clock(&mut self, zero: Utc) {
        self.zero = zero;
        self.is_new = true;
    }

    /// When the next shift begins or ends.
    pub(crate) fn next_change(&self, utc: Utc) -> Option<Utc> {
        let begins = self.shifts.iter().map(|shift| shift.from).find(|from| *from > utc);
        let ends = self.on.values().map(|shift| shift.until).filter(|until| *until > utc).min();
        [begins, ends].into_iter().flatten().min()
    }

    /// The shift that a listener is on now, or the next one.
    pub(crate) fn shift_of(&self, listener: ListenerId, utc: Utc) -> Option<&Shift> {
        let own = |shift: &&Shift| shift.listener == listener;
        self.on.values().find(own).or_else(|| self.shifts.iter().filter(|shift| shift.from > utc).find(own))
    }

    /// Shifts that are on now and whose listener is not there.
    pub(crate) fn missing<'a>(&'a self, listeners: &'a Listeners) -> impl Iterator<Item = &'a Shift> {
        let there = |id: ListenerId| listeners.get(id).is_some_and(crate::listener::Listener::is_there);
        self.on.values().filter(move |shift| !there(shift.listener))
    }

    /// Begins and ends what is due.
    pub(crate) fn apply(&mut self, utc: Utc, now: Moment, listeners: &mut Listeners, out: &mut Output) {
        let due = |shift: &&Shift| shift.from <= utc && utc < shift.until;
        let on: BTreeMap<Key, Shift> =
            self.shifts.iter().filter(due).map(|shift| (key(shift), shift.clone())).collect();
        let before = std::mem::replace(&mut self.on, on);
        let changed = |one: &BTreeMap<Key, Shift>, other: &BTreeMap<Key, Shift>| -> Vec<Shift> {
            one.values().filter(|shift| other.get(&key(shift)) != Some(shift)).cloned().collect()
        };
        let begun = changed(&self.on, &before);
        let ended = changed(&before, &self.on);
        let touched: BTreeSet<ListenerId> = begun.iter().chain(&ended).map(|shift| shift.listener).collect();
        for listener in &touched {
            let own = self.on.values().filter(|shift| shift.listener == *listener);
            let duties = own.map(|shift| (shift.queue.clone(), shift.duty)).collect();
            listeners.change(*listener, now, |known| known.duties = duties);
        }
        // A shift whose times were changed while it is on has neither begun nor ended.
        for shift in ended.iter().filter(|shift| !self.on.contains_key(&key(shift))) {
            out.event(Event::ShiftEnded { shift: shift.id, listener: shift.listener });
            ends(shift.listener, now, listeners, out);
        }
        for shift in begun.iter().filter(|shift| !before.contains_key(&key(shift))) {
            begins(shift, now, listeners, out);
        }
        for listener in touched {
            out.effect(Effect::DeskChanged(listener));
        }
        if !begun.is_empty() || !ended.is_empty() {
            out.effect(Effect::SupervisionChanged);
        }
    }
}

/// Somebody whose desk is open is ready when their shift begins; somebody on call is ready by telephone.
fn begins(shift: &Shift, now: Moment, listeners: &mut Listeners, out: &mut Output) {
    let id = shift.listener;
    listeners.change(id, now, |listener| {
        listener.off_after = false;
        listener.by_phone = listener.person.phone && shift.duty == Duty::OnCall && listener.desk.is_none();
    });
    let off_duty = listeners.get(id).is_some_and(|listener| listener.standing == Standing::OffDuty);
    if off_duty && listeners.reach_of(id).is_some() {
        listeners.make_ready(id, PresenceReason::ShiftBegan, now, out);
    }
    let there = listeners.get(id).is_some_and(crate::listener::Listener::is_there);
    out.event(Event::ShiftBegan { shift: shift.id, listener: id, queue: shift.queue.clone(), there });
}

/// Somebody with no other shift is off duty when theirs ends; out of a call, that is, and not before.
fn ends(id: ListenerId, now: Moment, listeners: &mut Listeners, out: &mut Output) {
    let Some(listener) = listeners.get(id) else { return };
    if !listener.duties.is_empty() {
        return;
    }
    match listener.standing {
        Standing::Ready { .. } | Standing::Paused { .. } => {
            listeners.become_(id, Standing::OffDuty, PresenceReason::ShiftEnded, now, out);
            listeners.change(id, now, |listener| listener.by_phone = false);
        }
        Standing::Offered { .. } | Standing::Talking { .. } | Standing::WrappingUp { .. } => {
            listeners.change(id, now, |listener| listener.off_after = true);
        }
        Standing::OffDuty | Standing::Supervising { .. } => {}
    }
}
