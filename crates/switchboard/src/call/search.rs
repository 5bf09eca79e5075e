//! A search for a listener: a place in line, a cascade of rungs, and wishes that widen.

use super::{Pickup, Room};
use crate::event::Why;
use crate::listener::{Listeners, Standing};
use crate::matching::{Again, Choice, Need, Place};
use crate::plan::{QueueRules, Relay, RungKind, Skill, Tried};
use crate::{Destination, Effect, Event, LegEnd, LegId, ListenerId, Moment, PromptName};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A search under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Search {
    pub(crate) rules: Arc<QueueRules>,
    pub(crate) place: Place,
    /// When this search began.
    pub(crate) since: Moment,
    /// The rung being tried.
    pub(crate) rung: usize,
    /// The highest rung reached: whoever was tried stays in reach.
    pub(crate) reach: usize,
    pub(crate) rung_until: Moment,
    /// Who was lost in the talk: back before somebody else has the caller, the two talk on.
    pub(crate) lost: Option<ListenerId>,
    /// For this listener alone, until then.
    pub(crate) direct: Option<(ListenerId, Moment)>,
    /// When a hand-over counts as failed.
    pub(crate) give_up: Option<Moment>,
    /// A partner line that is being called meanwhile.
    pub(crate) dialled: Option<Dialled>,
    /// Somebody is with the caller meanwhile: no messages, no partner lines.
    pub(crate) beside: bool,
    /// When the next of all these changes.
    next: Moment,
}

/// A partner line that is being called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dialled {
    pub(crate) relay: Arc<Relay>,
    pub(crate) leg: LegId,
    pub(crate) until: Moment,
    /// It answered, and a key is waited for.
    pub(crate) answered: bool,
}

impl Search {
    /// How long a caller who hears ringing hears it at least before a message answers, in milliseconds.
    pub(crate) const RINGS_FIRST: u64 = 60_000;
    /// How long a caller who comes back waits for the very same person first, in milliseconds.
    pub(crate) const DIRECT_FIRST: u64 = 20_000;
    /// How long a hand-over is tried before the caller comes back, in milliseconds.
    pub(crate) const HAND_OVER: u64 = 90_000;

    /// A search that begins now. A caller who waited before keeps the order of then.
    pub(crate) fn new(rules: Arc<QueueRules>, again: Again, room: &mut Room<'_>) -> Self {
        let first = room.facts.in_line.queued.map_or(room.now, |(_, since)| since);
        let waited_from = i64::try_from(first.0).unwrap_or(i64::MAX);
        let by_time = waited_from.saturating_sub(i64::from(room.facts.needs.priority) * 1000);
        let triaged = room.facts.needs.card.as_ref().map_or(0, |card| i64::from(card.triage.priority()) * 1000);
        let order = room.facts.in_line.kept_order.map_or(by_time, |kept| kept.saturating_sub(triaged));
        let place = room.waiters.place(again, order);
        room.facts.in_line.queued = Some((place, first));
        room.facts.in_line.queue = Some(rules.id.clone());
        // Whoever was let down once is in reach of everybody at once, and has waited since they first came.
        let (since, reach) = match again {
            Again::Head => {
                let kept =
                    room.facts.in_line.kept_order.and_then(|order| u64::try_from(order).ok()).map_or(first, Moment);
                (kept.min(first), rules.rungs.len().saturating_sub(1))
            }
            Again::No => (room.now, 0),
        };
        Self {
            rules,
            place,
            since,
            rung: 0,
            reach,
            rung_until: room.now,
            lost: None,
            direct: None,
            give_up: None,
            dialled: None,
            beside: false,
            next: room.now,
        }
    }

    /// When something about the search changes though nothing happens.
    pub(crate) fn next_change(&self) -> Moment {
        self.next
    }

    /// Whether a hand-over has had its time.
    pub(crate) fn is_given_up(&self, now: Moment) -> bool {
        self.give_up.is_some_and(|until| until <= now)
    }

    fn required_now(&self, room: &Room<'_>) -> (BTreeSet<Skill>, Option<Moment>) {
        let mut required = BTreeSet::new();
        let mut next: Option<Moment> = None;
        for wish in &room.facts.needs.wishes {
            match self.rules.required_until(wish) {
                None => {
                    required.insert(wish.clone());
                }
                Some(_) if room.surge => {}
                Some(after) => {
                    let until = self.since.plus(after);
                    if until > room.now {
                        required.insert(wish.clone());
                        next = Some(next.map_or(until, |next| next.min(until)));
                    }
                }
            }
        }
        (required, next)
    }

    /// Stands in line with what the caller needs now, and works out when that changes next.
    pub(crate) fn stand_in_line(mut self, room: &mut Room<'_>) -> Self {
        let (required, widens) = self.required_now(room);
        let of_line = room.waiters.reach_of(&self.rules.id, &room.facts.needs.wishes, self.place);
        let own = self.reach.max(of_line);
        let reach = if room.surge { own.max(self.rules.surge_reach()) } else { own };
        let preferred = room.facts.needs.wishes.difference(&required).cloned().collect();
        let need = Need {
            queue: self.rules.id.clone(),
            version: room.facts.plan.version,
            reach,
            required,
            preferred,
            direct: self.direct.map(|(listener, _)| listener),
            spare: room.facts.is_severe() && room.facts.in_line.rounds == 0,
        };
        room.waiters.enter(room.facts.call, self.place, need, &self.rules);
        // Whoever comes back from a ring, or came late with a later place, brings those before them along.
        room.waiters.reaches(&self.rules.id, &room.facts.needs.wishes, self.reach, self.place);
        let moments = [
            Some(self.rung_until),
            widens,
            self.direct.map(|(_, until)| until),
            self.give_up,
            self.dialled.as_ref().map(|dialled| dialled.until),
        ];
        self.next = moments.into_iter().flatten().min().unwrap_or(self.rung_until);
        self
    }

    /// The one the caller was for alone did not take them: a hand-over to that person is over, and a caller who came back
    /// is for their colleagues now.
    pub(crate) fn missed_by(mut self, listener: ListenerId, now: Moment) -> Self {
        if self.direct.is_some_and(|(direct, _)| direct == listener) {
            self.direct = None;
            self.give_up = self.give_up.map(|_| now);
        }
        self
    }

    /// Leaves the line for good: what was begun for the search is ended.
    pub(crate) fn leave(self, room: &mut Room<'_>) {
        room.waiters.leave(room.facts.call);
        self.drop_dialled(None, room);
    }

    /// Ends the call to a partner line, if there is one. With an end, the leg is gone already.
    pub(crate) fn drop_dialled(mut self, end: Option<LegEnd>, room: &mut Room<'_>) -> Self {
        if let Some(dialled) = self.dialled.take() {
            if end.is_none() {
                room.effect(Effect::HangUp(dialled.leg));
            }
            room.event(Event::RelayEnded { call: room.facts.call, relay: dialled.relay.id.clone(), end });
        }
        self
    }

    /// Time has passed: goes on to what is due.
    pub(crate) fn tick(mut self, room: &mut Room<'_>) -> Self {
        if self.dialled.as_ref().is_some_and(|dialled| dialled.until <= room.now) {
            let leg = self.dialled.as_ref().map(|dialled| dialled.leg);
            if let Some(leg) = leg {
                room.effect(Effect::HangUp(leg));
            }
            self = self.drop_dialled(Some(LegEnd::NotReached), room);
            self.partner_failed(room);
        }
        if self.direct.is_some_and(|(_, until)| until <= room.now) {
            self.direct = None;
        }
        if self.rung_until <= room.now {
            self.next_rung(room);
        }
        self
    }

    /// The partner line does not answer, or its ring has had its time: nobody rings on its rung any more, so the next is due. A
    /// later rung that is tried meanwhile keeps its own time, and so does the last: a number that does not exist would be
    /// called again and again without a pause.
    pub(crate) fn partner_failed(&mut self, room: &mut Room<'_>) {
        let tried = self.rules.rungs.get(self.rung).map(|rung| rung.tried.kind());
        if tried == Some(RungKind::Partner) && self.rung + 1 < self.rules.rungs.len() {
            self.next_rung(room);
        }
    }

    /// Goes on to the next rung; after the last, round again.
    pub(crate) fn next_rung(&mut self, room: &mut Room<'_>) {
        self.rung += 1;
        if self.rung >= self.rules.rungs.len() {
            self.rung = 0;
            if !self.beside {
                room.facts.in_line.rounds += 1;
            }
        }
        self.climb(room);
    }

    /// Tries the rung it stands on. One with nobody there is passed at once, but for the last: so a round always takes
    /// its time.
    pub(crate) fn climb(&mut self, room: &mut Room<'_>) {
        let rules = Arc::clone(&self.rules);
        while let Some(rung) = rules.rungs.get(self.rung) {
            self.reach = self.reach.max(self.rung);
            let (present, free) = self.people_on(&rung.tried, room);
            let kind = rung.tried.kind();
            room.event(Event::RungReached {
                call: room.facts.call,
                rung: u8::try_from(self.rung).unwrap_or(u8::MAX),
                kind,
                present,
                free,
            });
            let tries_somebody = match &rung.tried {
                Tried::Partner(relay) => !self.beside && self.dial(relay, room),
                Tried::Message(prompt) => !self.beside && self.say(*prompt, room),
                Tried::OnShift | Tried::OnCall | Tried::OtherQueue(_) | Tried::Facilitator => present > 0,
            };
            self.rung_until = room.now.plus(u64::from(rung.seconds) * 1000);
            if let (Tried::Message(_), Some(until)) = (&rung.tried, self.rings_until(room)) {
                self.rung_until = until;
            }
            if tries_somebody || self.rung + 1 >= rules.rungs.len() {
                return;
            }
            self.rung += 1;
        }
    }

    /// Who is there has changed: a rung with nobody left is passed at once, as it would be by a caller who came now.
    pub(crate) fn reconsider(mut self, room: &mut Room<'_>) -> Self {
        let empty = self.rules.rungs.get(self.rung).is_some_and(|rung| match rung.tried.kind() {
            RungKind::OnShift | RungKind::OnCall | RungKind::OtherQueue | RungKind::Facilitator => {
                self.people_on(&rung.tried, room).0 == 0
            }
            RungKind::Partner | RungKind::Message => false,
        });
        if empty && self.rung + 1 < self.rules.rungs.len() {
            self.next_rung(room);
        }
        self
    }

    fn dial(&mut self, relay: &crate::RelayId, room: &mut Room<'_>) -> bool {
        let Some(known) = room.facts.plan.relays.get(relay).cloned() else { return false };
        if self.dialled.is_some() {
            return true;
        }
        let leg = room.dial(Destination::Relay(relay.clone()));
        room.event(Event::RelayCalled { call: room.facts.call, relay: relay.clone() });
        let until = room.now.plus(known.ring_time());
        self.dialled = Some(Dialled { relay: known, leg, until, answered: false });
        true
    }

    /// Until when a caller who hears ringing goes on hearing it, though a message is due: on a line that rings, no machine
    /// speaks before a human has had the time to.
    fn rings_until(&self, room: &Room<'_>) -> Option<Moment> {
        let until = self.since.plus(Self::RINGS_FIRST);
        (room.facts.pickup == Pickup::Ringing && room.now < until).then_some(until)
    }

    /// A message needs a caller who hears it: one who heard ringing for long enough is answered now.
    fn say(&mut self, prompt: PromptName, room: &mut Room<'_>) -> bool {
        if self.rings_until(room).is_some() {
            return true;
        }
        room.answer();
        room.play_queue(prompt);
        true
    }

    /// How many people of a rung are there and could take the caller, and how many of them are free.
    fn people_on(&self, tried: &Tried, room: &Room<'_>) -> (u16, u16) {
        match tried.kind() {
            RungKind::Partner | RungKind::Message => return (0, 0),
            RungKind::OnShift | RungKind::OnCall | RungKind::OtherQueue | RungKind::Facilitator => {}
        }
        let (required, _) = self.required_now(room);
        let (mut present, mut free) = (0, 0);
        let listeners: &Listeners = room.listeners;
        for (id, count) in &listeners.there {
            let Some(profile) = listeners.profiles.get(*id) else { continue };
            let able = self.rules.requires.met_by(&profile.skills);
            let meets = required.iter().all(|skill| profile.skills.contains_key(skill));
            if able && meets && profile.on_rung(tried, &self.rules) {
                present += *count;
                free += listeners.free.get(id).map_or(0, |free| u16::try_from(free.len()).unwrap_or(u16::MAX));
            }
        }
        (present, free)
    }

    /// Why this listener: what the choice was made of.
    pub(crate) fn why(&self, choice: Choice, facts: &super::Facts, listeners: &Listeners, now: Moment) -> Why {
        let listener = listeners.get(choice.listener);
        let (ready, handicap) = match listener.map(|listener| listener.standing) {
            Some(Standing::Ready { since, turn }) => (now.since(since), turn.since(since)),
            Some(
                Standing::OffDuty
                | Standing::Paused { .. }
                | Standing::Offered { .. }
                | Standing::Talking { .. }
                | Standing::WrappingUp { .. }
                | Standing::Supervising { .. },
            )
            | None => (0, 0),
        };
        let required = facts
            .needs
            .wishes
            .iter()
            .filter(|wish| self.rules.required_until(wish).is_none_or(|after| self.since.plus(after) > now));
        Why {
            waited: facts.in_line.queued.map_or(0, |(_, since)| now.since(since)),
            priority: facts.needs.priority,
            rung: u8::try_from(self.reach).unwrap_or(u8::MAX),
            required: u8::try_from(required.count()).unwrap_or(u8::MAX),
            preferred: choice.preferred,
            ready,
            handicap,
            candidates: choice.candidates,
        }
    }
}
