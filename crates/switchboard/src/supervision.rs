//! What belongs to no single call: alerts, supervisors, surge mode, debriefs, marks of nuisance, and places kept for
//! callers who were cut off.

use crate::call::{CallInput, Press, Stage};
use crate::listener::Standing;
use crate::switchboard::Switchboard;
use crate::{
    CallId, CallerTag, CallerTags, Card, Effect, Event, KeptPlace, LegEnd, ListenerId, Moment, Output, PresenceReason,
    Skill, WatchMode,
};
use std::collections::BTreeMap;

/// How long a caller whose line was cut keeps their place, in milliseconds.
const PLACE_KEPT: u64 = 3 * 60_000;
/// How long a mark of nuisance lasts, in milliseconds. Tags die within two days anyway.
const MARK_LASTS: u64 = 12 * 3_600_000;
/// Seconds by which a marked caller counts as having waited less. Alone in the queue, they are served at once.
const MARKED: i32 = -600;

/// A mark that a supervisor has not decided on yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) by: ListenerId,
    pub(crate) at: Moment,
    tags: CallerTags,
}

/// What is remembered of callers by their tags, in memory alone.
#[derive(Debug, Default)]
pub(crate) struct Remembered {
    /// Until when a caller is served later.
    lowered: BTreeMap<CallerTag, Moment>,
    /// The order of a kept place, and until when it is kept.
    places: BTreeMap<CallerTag, (i64, Moment)>,
    pub(crate) marks: BTreeMap<CallId, Mark>,
}

impl Remembered {
    /// The priority of a caller with these tags.
    pub(crate) fn priority(&mut self, tags: Option<CallerTags>, now: Moment) -> i32 {
        self.lowered.retain(|_, until| *until > now);
        let marked = tags.is_some_and(|tags| both(tags).any(|tag| self.lowered.contains_key(&tag)));
        if marked { MARKED } else { 0 }
    }

    /// Takes the place that was kept for a caller with these tags.
    pub(crate) fn take_place(&mut self, tags: Option<CallerTags>, now: Moment) -> Option<i64> {
        self.places.retain(|_, (_, until)| *until > now);
        both(tags?).find_map(|tag| self.places.remove(&tag)).map(|(order, _)| order)
    }
}

fn both(tags: CallerTags) -> impl Iterator<Item = CallerTag> {
    [Some(tags.now), tags.before].into_iter().flatten()
}

/// Whether two callers have the same number, as far as their tags tell: they share a key of today or of yesterday.
pub(crate) fn same_caller(one: CallerTags, other: CallerTags) -> bool {
    one.now == other.now || both(one).any(|tag| both(other).any(|own| own == tag))
}

impl Switchboard {
    /// Keeps the place of a caller whose line is cut while they wait: if they call again soon, it is theirs.
    pub(crate) fn keep_place(&mut self, id: CallId, end: LegEnd, now: Moment) {
        let Some(call) = self.calls.get(&id) else { return };
        let cut = match end {
            LegEnd::HungUp | LegEnd::Declined => false,
            LegEnd::Lost | LegEnd::Failed | LegEnd::Busy | LegEnd::NotReached | LegEnd::NoSuchNumber => true,
        };
        let waited = matches!(call.stage, Stage::Waiting(_) | Stage::Offered(_));
        // A place that was kept is kept again if the line is cut on the way to it.
        let order = call
            .facts
            .in_line
            .queued
            .filter(|_| waited)
            .map(|(place, _)| place.order)
            .or(call.facts.in_line.kept_order);
        if let (true, Some(tags), Some(order)) = (cut, call.facts.coming.tags, order) {
            self.remembered.places.insert(tags.now, (order, now.plus(PLACE_KEPT)));
        }
    }

    /// The places of everyone who waits, or was cut off and may call again, to be sealed and given back after a restart.
    #[must_use]
    pub fn places(&self, now: Moment) -> Vec<KeptPlace> {
        // Moments die with the process: orders and times are told on the wall clock.
        let kept = |tag, order: i64, until| KeptPlace {
            tag,
            order: self.utc_at(Moment(0)).0.saturating_add(order),
            until: self.utc_at(until),
        };
        let cut_off = self.remembered.places.iter().filter(|(_, (_, until))| *until > now);
        let mut places: Vec<KeptPlace> = cut_off.map(|(tag, (order, until))| kept(*tag, *order, *until)).collect();
        for call in self.calls.values().filter(|call| call.stage.before_a_human()) {
            let waits = matches!(call.stage, Stage::Waiting(_) | Stage::Offered(_));
            let own = call.facts.in_line.queued.filter(|_| waits).map(|(place, _)| place.order);
            if let (Some(tags), Some(order)) = (call.facts.coming.tags, own.or(call.facts.in_line.kept_order)) {
                places.push(kept(tags.now, order, now.plus(PLACE_KEPT)));
            }
        }
        places
    }

    /// Takes the places of callers who waited when the service stopped.
    pub(crate) fn keep_places(&mut self, places: Vec<KeptPlace>, now: Moment) {
        for kept in places {
            let order = kept.order.saturating_sub(self.utc_at(Moment(0)).0);
            let left = kept.until.0.saturating_sub(self.utc_at(now).0);
            let left = u64::try_from(left).unwrap_or(0).min(PLACE_KEPT);
            if left > 0 {
                self.remembered.places.insert(kept.tag, (order, now.plus(left)));
            }
        }
    }

    pub(crate) fn may_supervise(&self, id: ListenerId) -> bool {
        self.listeners.get(id).is_some_and(|listener| listener.person.supervises)
    }

    /// A supervisor listens, whispers or joins; from another call they leave first.
    pub(crate) fn watch(&mut self, id: ListenerId, call: CallId, mode: WatchMode, now: Moment, out: &mut Output) {
        if !self.may_supervise(id) || !self.calls.contains_key(&call) {
            return;
        }
        let standing = self.listeners.get(id).map(|listener| listener.standing);
        match standing {
            Some(Standing::Supervising { call: other }) if other != call => self.unwatch(id, now, out),
            Some(
                Standing::Supervising { .. } | Standing::OffDuty | Standing::Paused { .. } | Standing::Ready { .. },
            ) => {}
            // Whoever is with a caller, or writes about one, finishes that first.
            Some(Standing::Offered { .. } | Standing::Talking { .. } | Standing::WrappingUp { .. }) | None => return,
        }
        self.call(call, CallInput::Press(id, Press::Watch(mode)), now, out);
        out.effect(Effect::SupervisionChanged);
    }

    pub(crate) fn unwatch(&mut self, id: ListenerId, now: Moment, out: &mut Output) {
        let standing = self.listeners.get(id).map(|listener| listener.standing);
        if let Some(Standing::Supervising { call }) = standing {
            self.call(call, CallInput::Press(id, Press::Unwatch), now, out);
            out.effect(Effect::SupervisionChanged);
        }
    }

    /// The regulator keeps a card; it goes with the call.
    pub(crate) fn triage(&mut self, id: ListenerId, card: Card, out: &mut Output) {
        let Some(call) = self.talk_of(id) else { return };
        let Some(known) = self.calls.get_mut(&call) else { return };
        let before = known.facts.needs.card.replace(card.clone()).unwrap_or_default();
        let first = known.facts.needs.triaged_by.is_none();
        let more = card.triage.priority() - before.triage.priority();
        known.facts.needs.priority = known.facts.needs.priority.saturating_add(more);
        for wish in before.wishes.iter().filter(|wish| !card.wishes.contains(wish)) {
            known.facts.needs.wishes.remove(wish);
        }
        let spoken = card.language.map(|language| Skill::language(language.code()));
        for wish in card.wishes.iter().cloned().chain(spoken) {
            known.facts.wish(wish);
        }
        if card.departement.is_some() {
            known.facts.said.departement.clone_from(&card.departement);
        }
        // The card comes with each letter that is typed; what is written down of it changes seldom.
        if first || (before.triage, before.refused) != (card.triage, card.refused) {
            out.event(Event::Triaged { call, listener: id, triage: card.triage, refused: card.refused });
        }
        known.facts.needs.triaged_by = Some(id);
        for listener in known.stage.listeners() {
            out.effect(Effect::DeskChanged(listener));
        }
        out.effect(Effect::SupervisionChanged);
    }

    /// A listener calls for help in a call.
    pub(crate) fn alert(&mut self, id: ListenerId, now: Moment, out: &mut Output) {
        let Some(call) = self.talk_of(id) else { return };
        if let Some(known) = self.calls.get_mut(&call)
            && known.facts.alert.is_none()
        {
            known.facts.alert = Some((id, now));
            out.event(Event::Alerted { call, listener: id });
            out.effect(Effect::SupervisionChanged);
        }
    }

    pub(crate) fn alert_seen(&mut self, id: ListenerId, call: CallId, out: &mut Output) {
        if !self.may_supervise(id) {
            return;
        }
        if let Some((listener, _)) = self.calls.get_mut(&call).and_then(|known| known.facts.alert.take()) {
            out.event(Event::AlertSeen { call, supervisor: id });
            out.effect(Effect::DeskChanged(listener));
            out.effect(Effect::SupervisionChanged);
        }
    }

    /// The call that this listener talks in.
    fn talk_of(&self, id: ListenerId) -> Option<CallId> {
        match self.listeners.get(id)?.standing {
            Standing::Talking { call } => Some(call),
            Standing::OffDuty
            | Standing::Paused { .. }
            | Standing::Ready { .. }
            | Standing::Offered { .. }
            | Standing::WrappingUp { .. }
            | Standing::Supervising { .. } => None,
        }
    }

    /// Surge mode: people on call are rung at once, wishes are only preferred, greetings that may be left out are.
    pub(crate) fn switch_surge(&mut self, id: ListenerId, on: bool, now: Moment, out: &mut Output) {
        if !self.may_supervise(id) || self.surge == on {
            return;
        }
        self.surge = on;
        out.event(Event::SurgeSwitched { on, by: id });
        out.effect(Effect::SupervisionChanged);
        self.reconsider(now, out);
    }

    /// Everybody who waits stands in line anew, with what holds now.
    pub(crate) fn reconsider(&mut self, now: Moment, out: &mut Output) {
        let waiting: Vec<CallId> = self.waiters.calls().map(|(call, _)| call).collect();
        for call in waiting {
            self.call(call, CallInput::Reconsider, now, out);
        }
    }

    pub(crate) fn mark_nuisance(&mut self, id: ListenerId, now: Moment, out: &mut Output) {
        let standing = self.listeners.get(id).map(|listener| listener.standing);
        let call = match standing {
            Some(Standing::Talking { call }) => call,
            Some(
                Standing::OffDuty
                | Standing::Paused { .. }
                | Standing::Ready { .. }
                | Standing::Offered { .. }
                | Standing::WrappingUp { .. }
                | Standing::Supervising { .. },
            )
            | None => return,
        };
        let Some(tags) = self.calls.get(&call).and_then(|known| known.facts.coming.tags) else { return };
        self.remembered.marks.retain(|_, mark| now.since(mark.at) < MARK_LASTS);
        self.remembered.marks.insert(call, Mark { by: id, at: now, tags });
        out.event(Event::NuisanceMarked { call, listener: id });
        out.effect(Effect::SupervisionChanged);
    }

    pub(crate) fn decide_nuisance(
        &mut self,
        id: ListenerId,
        call: CallId,
        approved: bool,
        now: Moment,
        out: &mut Output,
    ) {
        if !self.may_supervise(id) {
            return;
        }
        let Some(mark) = self.remembered.marks.remove(&call) else { return };
        if approved {
            self.remembered.lowered.insert(mark.tags.now, now.plus(MARK_LASTS));
        }
        out.event(Event::NuisanceDecided { call, supervisor: id, approved });
        out.effect(Effect::SupervisionChanged);
    }

    pub(crate) fn ask_debrief(&mut self, id: ListenerId, now: Moment, out: &mut Output) {
        let asked = self.listeners.change(id, now, |listener| !std::mem::replace(&mut listener.wants_debrief, true));
        if asked {
            out.event(Event::DebriefAsked { listener: id });
            out.effect(Effect::SupervisionChanged);
        }
    }

    pub(crate) fn debrief_held(&mut self, id: ListenerId, listener: ListenerId, now: Moment, out: &mut Output) {
        if !self.may_supervise(id) {
            return;
        }
        let held = self.listeners.change(listener, now, |known| std::mem::take(&mut known.wants_debrief));
        if held {
            out.event(Event::DebriefHeld { listener, supervisor: id });
            out.effect(Effect::DeskChanged(listener));
            out.effect(Effect::SupervisionChanged);
        }
    }

    pub(crate) fn lift_rest(&mut self, id: ListenerId, listener: ListenerId, now: Moment, out: &mut Output) {
        let rests = self
            .listeners
            .get(listener)
            .is_some_and(|known| matches!(known.standing, Standing::Paused { rest: Some(_) }));
        if self.may_supervise(id) && rests {
            self.listeners.change(listener, now, |known| known.day.rest_is_lifted());
            self.listeners.make_ready(listener, PresenceReason::Rest, now, out);
            out.effect(Effect::SupervisionChanged);
        }
    }
}
