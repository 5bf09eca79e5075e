//! What desks show, and telephones that are called.

use super::{Checker, Rule};
use std::collections::{BTreeMap, BTreeSet};
use switchboard::{CallId, DeskView, LegId, ListenerId, Partner, Presence, Utc, WatchMode};

/// A listener's desk.
#[derive(Debug, Default)]
pub(super) struct Desk {
    leg: Option<LegId>,
    presence: Option<Presence>,
    /// On duty and within reach.
    there: bool,
    call: Option<CallId>,
    rings_since: Option<u64>,
    /// The call whose record must be closed, as the desk shows it.
    owes_record: Option<CallId>,
    /// The call in which they talked with the caller, until its record is closed.
    talked_in: Option<CallId>,
    rests_until: Option<u64>,
    /// The supervisors whom it shows.
    sees: BTreeSet<ListenerId>,
    /// Since when the desk shows what it shows.
    since: u64,
    /// Ready since then at the earliest, and at the latest: a ring that ended by itself costs no turn.
    ready_since: (u64, u64),
}

/// A telephone that was called.
#[derive(Debug, Clone, Copy)]
pub(super) struct Phone {
    pub(super) pressed: bool,
    pub(super) gone: bool,
    pub(super) needs_key: bool,
}

/// All desks and telephones.
#[derive(Debug, Default)]
pub(super) struct Desks {
    all: BTreeMap<ListenerId, Desk>,
    by_leg: BTreeMap<LegId, ListenerId>,
    pub(super) phones: BTreeMap<LegId, Phone>,
    /// The telephone of each listener that is up.
    pub(super) up: BTreeMap<ListenerId, LegId>,
    /// Desks that show "ready" and are within reach.
    pub(super) ready: BTreeSet<ListenerId>,
    watching: BTreeSet<ListenerId>,
    /// Telephones whose legs have gone in this very input.
    pub(super) hung_up: Vec<LegId>,
    pub(super) somebody_left: bool,
    pub(super) came_back: Vec<ListenerId>,
}

impl Desks {
    /// The service was killed.
    pub(super) fn clear(&mut self) {
        for phone in self.phones.values_mut() {
            phone.gone = true;
        }
        let phones = std::mem::take(&mut self.phones);
        *self = Self { phones, ..Self::default() };
    }

    /// Whose desk this leg is, and the call that it shows.
    pub(super) fn at(&self, leg: LegId) -> Option<(ListenerId, Option<CallId>)> {
        let listener = *self.by_leg.get(&leg)?;
        Some((listener, self.all.get(&listener)?.call))
    }

    pub(super) fn there(&self) -> impl Iterator<Item = ListenerId> {
        self.all.iter().filter(|(_, desk)| desk.there).map(|(listener, _)| *listener)
    }

    pub(super) fn rings_since(&self, listener: ListenerId) -> Option<u64> {
        self.all.get(&listener)?.rings_since
    }

    pub(super) fn ready_at_least_since(&self, listener: ListenerId) -> Option<u64> {
        self.all.get(&listener).map(|desk| desk.ready_since.0)
    }

    pub(super) fn ready_at_most_since(&self, listener: ListenerId) -> Option<u64> {
        self.all.get(&listener).map(|desk| desk.ready_since.1)
    }

    pub(super) fn bridged(&mut self, listener: ListenerId, call: CallId) {
        self.all.entry(listener).or_default().talked_in = Some(call);
    }

    pub(super) fn has_no_call(&mut self, listener: ListenerId) {
        let desk = self.all.entry(listener).or_default();
        desk.call = None;
    }

    pub(super) fn call_is_over(&mut self, call: CallId) {
        for desk in self.all.values_mut().filter(|desk| desk.call == Some(call)) {
            desk.call = None;
        }
    }

    pub(super) fn still_with_a_call(&self) -> Vec<ListenerId> {
        let busy = |desk: &Desk| matches!(desk.presence, Some(Presence::Talking | Presence::Offered));
        self.all.iter().filter(|(_, desk)| busy(desk)).map(|(listener, _)| *listener).collect()
    }
}

impl Checker<'_> {
    /// Somebody is rung for a caller.
    pub(in crate::nights) fn rings(&mut self, listener: ListenerId, call: CallId, by_phone: bool, now: u64) {
        self.is_for(listener, call, now);
        let desk = self.desks.all.entry(listener).or_default();
        let rests = desk.rests_until.is_some_and(|until| now < until);
        // Nobody closes a record by telephone: there is a time to write instead.
        let owes = desk.owes_record.filter(|owed| *owed != call && !by_phone);
        let twice = desk.call.filter(|other| *other != call);
        desk.call = Some(call);
        desk.rings_since = Some(now);
        if rests {
            self.breaks(now, Rule::RestKept, Some(call), format!("{listener} rests, and is rung for {call}"));
        }
        if let Some(owed) = owes {
            let words = format!("{listener} owes the record of {owed}, and is rung for {call}");
            self.breaks(now, Rule::RecordFirst, Some(call), words);
        }
        if let Some(other) = twice {
            let words = format!("{listener} has {other}, and is rung for {call}");
            self.breaks(now, Rule::OneListenerOneCall, Some(call), words);
        }
    }

    fn rings_no_more(&mut self, listener: ListenerId, now: u64) {
        let longest = self.service.plan.queues.values().map(|queue| u64::from(queue.offer_seconds) * 1000).max();
        let limit = longest.unwrap_or(0) + 15_000;
        if let Some(desk) = self.desks.all.get_mut(&listener)
            && let Some(since) = desk.rings_since.take()
            && now.saturating_sub(since) > limit
        {
            let words = format!("{listener} was rung for {} ms", now - since);
            let call = desk.call;
            self.breaks(now, Rule::RingsEnd, call, words);
        }
    }

    /// A telephone is called.
    pub(in crate::nights) fn dialled(
        &mut self,
        leg: LegId,
        listener: Option<ListenerId>,
        needs_key: bool,
        now: u64,
        utc: Utc,
    ) {
        self.desks.phones.insert(leg, Phone { pressed: false, gone: false, needs_key });
        let Some(listener) = listener else { return };
        if !self.on_duty(listener, utc, |_| true) {
            let words = format!("{listener} is at home, and the telephone rings");
            self.breaks(now, Rule::NoRingAtHome, None, words);
        }
        if let Some(other) = self.desks.up.insert(listener, leg) {
            let words = format!("{listener} is called on {leg} while {other} is still up");
            self.breaks(now, Rule::OneListenerOneCall, None, words);
        }
    }

    pub(in crate::nights) fn key_pressed(&mut self, leg: LegId) {
        if let Some(phone) = self.desks.phones.get_mut(&leg) {
            phone.pressed = true;
        }
    }

    pub(in crate::nights) fn phone_gone(&mut self, leg: LegId) {
        if let Some(phone) = self.desks.phones.get_mut(&leg) {
            phone.gone = true;
        }
        self.desks.up.retain(|_, up| *up != leg);
        self.desks.hung_up.push(leg);
    }

    /// What a desk shows.
    pub(in crate::nights) fn desk(&mut self, listener: ListenerId, shown: &DeskView, now: u64) {
        let within_reach = shown.connected || (shown.by_phone && shown.has_phone);
        let desk = self.desks.all.entry(listener).or_default();
        let before = desk.presence.replace(shown.presence);
        let there = shown.presence != Presence::OffDuty && within_reach;
        self.desks.somebody_left |= std::mem::replace(&mut desk.there, there) && !there;
        if let Some(leg) = desk.leg {
            self.ears.changed.insert(leg);
        }
        if shown.presence == Presence::Ready && (before != Some(Presence::Ready) || desk.since != now) {
            let restored = matches!(before, Some(Presence::Offered | Presence::Supervising | Presence::Talking));
            let unchanged = before == Some(Presence::Ready) && desk.since == shown.since.0;
            if !unchanged {
                let earliest = if restored { desk.ready_since.0 } else { shown.since.0 };
                desk.ready_since = (earliest, shown.since.0);
            }
        }
        desk.since = shown.since.0;
        if shown.presence != Presence::Offered {
            let rang = desk.rings_since.is_some();
            desk.call = shown.call.as_ref().map(|card| card.call);
            if rang {
                self.rings_no_more(listener, now);
            }
        }
        if shown.presence == Presence::Ready && within_reach {
            self.desks.ready.insert(listener);
        } else {
            self.desks.ready.remove(&listener);
        }
        if shown.presence == Presence::Supervising {
            self.desks.watching.insert(listener);
        } else {
            self.desks.watching.remove(&listener);
        }
        self.records(listener, shown, now);
        self.watchers(listener, shown, now);
    }

    /// Whoever talked with a caller writes the record before anything else.
    fn records(&mut self, listener: ListenerId, shown: &DeskView, now: u64) {
        let desk = self.desks.all.entry(listener).or_default();
        let other_call = shown.call.as_ref().is_some_and(|card| Some(card.call) != desk.talked_in);
        match shown.presence {
            Presence::WrappingUp => desk.owes_record = shown.wrapping_up,
            // The day is over.
            Presence::OffDuty => (desk.owes_record, desk.talked_in) = (None, None),
            // The same call came back.
            Presence::Talking => desk.owes_record = None,
            // There is a time to write by telephone, and nothing to close.
            Presence::Ready | Presence::Paused if shown.by_phone => (desk.owes_record, desk.talked_in) = (None, None),
            // Rung there for another caller: that time was over in the very moment.
            Presence::Offered if shown.by_phone && other_call => (desk.owes_record, desk.talked_in) = (None, None),
            Presence::Ready | Presence::Paused => {
                if let Some(call) = desk.talked_in.take() {
                    let words = format!("{listener} talked in {call}, and has no record to close");
                    self.breaks(now, Rule::RecordFirst, Some(call), words);
                }
            }
            Presence::Offered | Presence::Supervising => {}
        }
    }

    /// A supervisor who listens or whispers is not heard by the caller, and whoever talks sees that they are there.
    fn watchers(&mut self, listener: ListenerId, shown: &DeskView, now: u64) {
        let Some(card) = &shown.call else { return };
        let mut seen = BTreeSet::new();
        for partner in &card.partners {
            let Partner::Supervisor(supervisor, mode) = partner else { continue };
            seen.insert(*supervisor);
            let leg = self.desks.all.get(supervisor).and_then(|desk| desk.leg);
            let hears = self.callers.get(&card.call).map(|caller| &caller.heard.sound);
            let heard = matches!((hears, leg), (Some(super::Sound::Legs(legs)), Some(leg)) if legs.contains(&leg));
            if heard && *mode != WatchMode::Join {
                let words = format!("{} hears {supervisor}, who is there to {mode:?}", card.call);
                self.breaks(now, Rule::WatchersUnheard, Some(card.call), words);
            }
        }
        self.desks.all.entry(listener).or_default().sees = seen;
    }

    /// Nobody watches a talk whose listener does not see it.
    pub(super) fn watchers_are_seen(&mut self, now: u64) {
        let mut unseen = None;
        for who in &self.desks.watching {
            let Some(call) = self.desks.all.get(who).and_then(|watcher| watcher.call) else { continue };
            let talks = |desk: &Desk| desk.call == Some(call) && desk.presence == Some(Presence::Talking);
            let blind = self.desks.all.iter().find(|(_, desk)| talks(desk) && !desk.sees.contains(who));
            if let Some((blind, _)) = blind {
                unseen = Some((call, format!("{who} watches {call}, and {blind} does not see it")));
            }
        }
        if let Some((call, words)) = unseen {
            self.breaks(now, Rule::WatchersUnheard, Some(call), words);
        }
    }

    pub(in crate::nights) fn desk_leg(&mut self, listener: ListenerId, leg: Option<LegId>) {
        let desk = self.desks.all.entry(listener).or_default();
        if let Some(old) = std::mem::replace(&mut desk.leg, leg) {
            self.desks.by_leg.remove(&old);
            self.ears.forget(old);
        }
        if let Some(leg) = leg {
            self.desks.by_leg.insert(leg, listener);
            self.desks.came_back.push(listener);
        }
    }

    pub(in crate::nights) fn record_closed(&mut self, listener: ListenerId, grade: u8, now: u64) {
        let care = self.service.plan.care;
        let desk = self.desks.all.entry(listener).or_default();
        desk.owes_record = None;
        desk.talked_in = None;
        if grade >= 4 && care.severe_rest_seconds > 0 {
            desk.rests_until = Some(now + u64::from(care.severe_rest_seconds) * 1000);
        }
    }
}
