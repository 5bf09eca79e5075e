//! The independent checker. It reads only what callers heard and saw and what listeners' desks showed, keeps its own
//! picture of it, and never looks at the switchboard's own state: a fault that the switchboard and its invariants share
//! cannot hide from it.

use super::service::Service;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use switchboard::{CallId, DeskView, Duty, LegId, ListenerId, Partner, Presence, QueueId, Skill, Utc, WatchMode};

/// The rules, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// 1: a caller hears the people of this call, and nobody else does.
    OneCallerOneTalk,
    /// 2: a listener has at most one ring or call at a time.
    OneListenerOneCall,
    /// 3: of callers who want the same, the first comes first; who was brought back by a fault comes before all.
    FirstComeFirstServed,
    /// 4: nobody waits while somebody who could take them is free.
    NobodyWaitsInVain,
    /// 5: the platform never hangs up on a caller who waits or talks.
    NeverHungUp,
    /// 6: no caller is left in silence for more than two seconds.
    NoSilence,
    /// 7: each call that came has exactly one end.
    OneEnd,
    /// 8: no ring lasts longer than its time.
    RingsEnd,
    /// 9: the care record comes before the next call.
    RecordFirst,
    /// 10: a rest is kept.
    RestKept,
    /// 11: a supervisor who listens or whispers is not heard by the caller, and the listener sees every supervisor.
    WatchersUnheard,
    /// 12: a telephone is joined to a caller only after the key was pressed.
    KeyBeforeCaller,
    /// 13: a telephone is rung only during its listener's shift.
    NoRingAtHome,
    /// 14: nothing is done with a leg that is gone.
    NothingForTheGone,
}

impl Rule {
    /// Its number.
    #[must_use]
    pub fn number(self) -> u8 {
        self as u8 + 1
    }
}

/// A rule that did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// When, in milliseconds from the beginning.
    pub at: u64,
    /// Which rule.
    pub rule: Rule,
    /// What was seen.
    pub words: String,
    /// The call it is about, if it is about one.
    pub call: Option<CallId>,
}

impl fmt::Display for Violation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.at / 1000;
        write!(
            out,
            "rule {} ({:?}) at {}:{:02}:{:02}: {}",
            self.rule.number(),
            self.rule,
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60,
            self.words
        )
    }
}

/// What a leg hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sound {
    /// Nothing, since then.
    Silence(u64),
    /// Ringing.
    Ringing,
    /// A prompt or music.
    Playing,
    /// Other legs.
    Legs(Vec<LegId>),
}

#[derive(Debug)]
struct Caller {
    sound: Sound,
    answered: bool,
    gone: bool,
    /// A message of this call was lost on the way: silence is the network's fault.
    excused: bool,
    ends: u32,
    /// In line since, if they wait with nobody ringing.
    waits: Option<Place>,
    /// What was served or told last, to keep the place through a failed ring.
    place: Option<Place>,
    kind: Kind,
    /// Was handed over, or comes back from it: no longer comparable with others.
    handed: bool,
    /// Waited when the answer was asked for.
    asked_in_line: bool,
    /// Somebody pressed "end" for the call, or its relay hung up.
    may_be_hung_up: bool,
    talked: bool,
}

/// Callers of one kind want the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    queue: Option<QueueId>,
    wish: Option<Skill>,
}

/// Smaller comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    later: bool,
    order: i64,
}

#[derive(Debug, Default)]
struct Desk {
    leg: Option<LegId>,
    presence: Option<Presence>,
    by_phone: bool,
    call: Option<CallId>,
    rings_since: Option<u64>,
    owes_record: Option<CallId>,
    rests_until: Option<u64>,
    watches: bool,
    /// The supervisors whom it shows.
    sees: BTreeSet<ListenerId>,
}

/// The checker.
pub(super) struct Checker<'a> {
    service: &'a Service,
    callers: BTreeMap<CallId, Caller>,
    legs: BTreeMap<LegId, CallId>,
    desks: BTreeMap<ListenerId, Desk>,
    /// Legs of telephones that were called: for whom, and whether the key was pressed.
    phones: BTreeMap<LegId, Phone>,
    /// Who waits, by what they want.
    lines: BTreeMap<Kind, BTreeSet<(Place, CallId)>>,
    /// Desks that show "ready" and are within reach.
    ready: BTreeSet<ListenerId>,
    shifts: Vec<(QueueId, Duty, ListenerId, Utc, Utc)>,
    pub(super) violations: Vec<Violation>,
}

#[derive(Debug, Clone, Copy)]
struct Phone {
    listener: Option<ListenerId>,
    pressed: bool,
    gone: bool,
    needs_key: bool,
}

impl<'a> Checker<'a> {
    pub(super) fn new(service: &'a Service) -> Self {
        let shifts =
            service.rota.iter().map(|shift| (shift.queue.clone(), shift.duty, shift.listener, shift.from, shift.until));
        Self {
            service,
            callers: BTreeMap::new(),
            legs: BTreeMap::new(),
            desks: BTreeMap::new(),
            phones: BTreeMap::new(),
            lines: BTreeMap::new(),
            ready: BTreeSet::new(),
            shifts: shifts.collect(),
            violations: Vec::new(),
        }
    }

    fn breaks(&mut self, at: u64, rule: Rule, call: Option<CallId>, words: String) {
        if self.violations.len() < 20 {
            self.violations.push(Violation { at, rule, words, call });
        }
    }

    pub(super) fn arrives(&mut self, call: CallId, leg: LegId, now: u64) {
        let kind = Kind { queue: None, wish: None };
        let caller = Caller {
            sound: Sound::Silence(now),
            answered: false,
            gone: false,
            excused: false,
            ends: 0,
            waits: None,
            place: None,
            kind,
            handed: false,
            asked_in_line: false,
            may_be_hung_up: false,
            talked: false,
        };
        self.callers.insert(call, caller);
        self.legs.insert(leg, call);
    }

    /// A message was lost on the way to or from this leg.
    pub(super) fn excuse(&mut self, leg: LegId) {
        if let Some(caller) = self.legs.get(&leg).and_then(|call| self.callers.get_mut(call)) {
            caller.excused = true;
        }
    }

    /// A caller who heard ringing is being answered: somebody is there, or a message is to be said.
    pub(super) fn asked(&mut self, leg: LegId) {
        let Some(call) = self.legs.get(&leg).copied() else { return };
        let waited = self.callers.get(&call).is_some_and(|caller| caller.waits.is_some());
        self.leaves_line(call);
        if let Some(caller) = self.callers.get_mut(&call) {
            caller.asked_in_line = waited;
        }
    }

    pub(super) fn answered(&mut self, leg: LegId, now: u64) {
        let Some(call) = self.legs.get(&leg).copied() else { return };
        let Some(caller) = self.callers.get_mut(&call) else { return };
        caller.answered = true;
        caller.sound = Sound::Silence(now);
        if std::mem::take(&mut caller.asked_in_line) {
            self.waits(leg);
        }
    }

    /// What a leg hears from now on.
    pub(super) fn hears(&mut self, leg: LegId, sound: Sound, now: u64) {
        if let Some(phone) = self.phones.get(&leg).copied() {
            if phone.gone {
                self.breaks(now, Rule::NothingForTheGone, None, format!("{leg} is gone, and hears {sound:?}"));
            }
            if let Sound::Legs(legs) = &sound
                && !phone.pressed
                && phone.needs_key
                && !legs.is_empty()
            {
                self.breaks(now, Rule::KeyBeforeCaller, None, format!("{leg} was joined, and nobody pressed the key"));
            }
            return;
        }
        let Some(call) = self.legs.get(&leg).copied() else { return };
        self.silence(call, now);
        let words = self.wrong_ears(call, &sound);
        if let Some((rule, words)) = words {
            self.breaks(now, rule, Some(call), words);
        }
        let Some(caller) = self.callers.get_mut(&call) else { return };
        caller.sound = match sound {
            Sound::Legs(legs) if legs.is_empty() => Sound::Silence(now),
            sound => sound,
        };
        if let Sound::Legs(_) = caller.sound {
            caller.talked = true;
            self.leaves_line(call);
        }
    }

    /// Whether a caller hears whom they must not.
    fn wrong_ears(&self, call: CallId, sound: &Sound) -> Option<(Rule, String)> {
        let caller = self.callers.get(&call)?;
        if caller.gone {
            return Some((Rule::NothingForTheGone, format!("{call} is gone, and hears {sound:?}")));
        }
        if !caller.answered {
            return match sound {
                Sound::Ringing | Sound::Silence(_) => None,
                Sound::Playing | Sound::Legs(_) => {
                    Some((Rule::NothingForTheGone, format!("{call} is not answered, and hears {sound:?}")))
                }
            };
        }
        let Sound::Legs(legs) = sound else { return None };
        for leg in legs {
            if self.legs.contains_key(leg) {
                return Some((Rule::OneCallerOneTalk, format!("{call} hears another caller")));
            }
            for (other, body) in &self.callers {
                let too = matches!(&body.sound, Sound::Legs(heard) if heard.contains(leg));
                if *other != call && !body.gone && too {
                    return Some((Rule::OneCallerOneTalk, format!("{call} and {other} hear the same {leg}")));
                }
            }
        }
        None
    }

    /// Judges the silence of a caller up to now.
    fn silence(&mut self, call: CallId, now: u64) {
        let Some(caller) = self.callers.get(&call) else { return };
        if let Sound::Silence(since) = caller.sound
            && caller.answered
            && !caller.gone
            && !caller.excused
            && now.saturating_sub(since) > 2_000
        {
            let words = format!("{call} heard nothing for {} ms", now - since);
            self.breaks(now, Rule::NoSilence, Some(call), words);
        }
    }

    /// A prompt ended and nothing has followed yet.
    pub(super) fn prompt_ended(&mut self, leg: LegId, now: u64) {
        if let Some(caller) = self.legs.get(&leg).and_then(|call| self.callers.get_mut(call))
            && caller.sound == Sound::Playing
        {
            caller.sound = Sound::Silence(now);
        }
    }

    /// The caller entered a queue, as the record says of which and whether at its head.
    pub(super) fn queued(&mut self, call: CallId, queue: QueueId, kept: Option<i64>, head: bool, now: u64) {
        let Some(caller) = self.callers.get_mut(&call) else { return };
        let came = caller.place.map_or(i64::try_from(now).unwrap_or(i64::MAX), |place| place.order);
        let order = kept.unwrap_or(came);
        caller.place = Some(Place { later: !head, order });
        caller.handed |= caller.kind.queue.as_ref().is_some_and(|before| *before != queue);
        caller.kind.queue = Some(queue);
    }

    /// The order of a caller's place, once they have one.
    pub(super) fn order_of(&self, call: CallId) -> Option<i64> {
        self.callers.get(&call)?.place.map(|place| place.order)
    }

    pub(super) fn chose(&mut self, call: CallId, wish: Option<Skill>) {
        if let Some(caller) = self.callers.get_mut(&call) {
            caller.kind.wish = wish;
        }
    }

    /// The caller was triaged, or handed over: no longer comparable with others.
    pub(super) fn handed(&mut self, call: CallId) {
        self.leaves_line(call);
        if let Some(caller) = self.callers.get_mut(&call) {
            caller.handed = true;
        }
    }

    /// The caller's page says that somebody is looked for.
    pub(super) fn waits(&mut self, leg: LegId) {
        let Some(call) = self.legs.get(&leg).copied() else { return };
        let Some(caller) = self.callers.get_mut(&call) else { return };
        caller.waits = caller.place;
        caller.asked_in_line = false;
        if let (Some(place), false) = (caller.place, caller.handed) {
            self.lines.entry(caller.kind.clone()).or_default().insert((place, call));
        }
    }

    fn leaves_line(&mut self, call: CallId) {
        let Some(caller) = self.callers.get_mut(&call) else { return };
        if let (Some(place), Some(line)) = (caller.waits.take(), self.lines.get_mut(&caller.kind)) {
            line.remove(&(place, call));
        }
    }

    /// Somebody is rung for a caller.
    pub(super) fn rings(&mut self, listener: ListenerId, call: CallId, by_phone: bool, now: u64) {
        let desk = self.desks.entry(listener).or_default();
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

    /// After all that one input brought about: those who are rung for have left the line together; of those who still
    /// wait, nobody came before them.
    pub(super) fn rung(&mut self, rung: &[(ListenerId, CallId)], now: u64) {
        let mut judged = Vec::new();
        for (listener, call) in rung {
            let Some(caller) = self.callers.get_mut(call) else { continue };
            caller.asked_in_line = false;
            if let (Some(place), false) = (caller.waits, caller.handed) {
                judged.push((*listener, *call, place, caller.kind.clone()));
            }
            self.leaves_line(*call);
        }
        for (listener, call, place, kind) in judged {
            let first = self.lines.get(&kind).and_then(|line| line.first());
            if let Some((before, first)) = first.filter(|(before, _)| *before < place) {
                let words =
                    format!("{listener} is rung for {call} ({place:?}), though {first} came before ({before:?})");
                self.breaks(now, Rule::FirstComeFirstServed, Some(call), words);
            }
        }
    }

    /// The record says what somebody does now: whoever is ready, pauses, writes or has gone has no call any more.
    pub(super) fn becomes(&mut self, listener: ListenerId, presence: Presence) {
        match presence {
            Presence::Ready | Presence::Paused | Presence::OffDuty | Presence::WrappingUp => {
                self.desks.entry(listener).or_default().call = None;
            }
            Presence::Offered | Presence::Talking | Presence::Supervising => {}
        }
    }

    pub(super) fn rings_no_more(&mut self, listener: ListenerId, now: u64) {
        let limit = 20_000 + 15_000;
        if let Some(desk) = self.desks.get_mut(&listener)
            && let Some(since) = desk.rings_since.take()
            && now.saturating_sub(since) > limit
        {
            let words = format!("{listener} was rung for {} ms", now - since);
            let call = desk.call;
            self.breaks(now, Rule::RingsEnd, call, words);
        }
    }

    /// A telephone is called.
    pub(super) fn dialled(&mut self, leg: LegId, listener: Option<ListenerId>, needs_key: bool, now: u64, utc: Utc) {
        self.phones.insert(leg, Phone { listener, pressed: false, gone: false, needs_key });
        let Some(listener) = listener else { return };
        let on_duty = self.on_duty(listener, utc);
        if !on_duty {
            let words = format!("{listener} is at home, and the telephone rings");
            self.breaks(now, Rule::NoRingAtHome, None, words);
        }
        let mut others = self
            .phones
            .iter()
            .filter(|(other, phone)| **other != leg && phone.listener == Some(listener) && !phone.gone);
        if let Some((other, _)) = others.next() {
            let words = format!("{listener} is called on {leg} while {other} is still up");
            self.breaks(now, Rule::OneListenerOneCall, None, words);
        }
    }

    fn on_duty(&self, listener: ListenerId, utc: Utc) -> bool {
        self.shifts.iter().any(|(_, _, who, from, until)| *who == listener && *from <= utc && utc < *until)
    }

    pub(super) fn key_pressed(&mut self, leg: LegId) {
        if let Some(phone) = self.phones.get_mut(&leg) {
            phone.pressed = true;
        }
    }

    /// What a desk shows.
    pub(super) fn desk(&mut self, listener: ListenerId, shown: &DeskView, now: u64) {
        let desk = self.desks.entry(listener).or_default();
        desk.presence = Some(shown.presence);
        desk.by_phone = shown.by_phone;
        desk.watches = shown.presence == Presence::Supervising;
        if shown.presence != Presence::Offered {
            let rang = desk.rings_since.is_some();
            desk.call = shown.call.as_ref().map(|card| card.call);
            if rang {
                self.rings_no_more(listener, now);
            }
        }
        let desk = self.desks.entry(listener).or_default();
        match shown.presence {
            Presence::WrappingUp => desk.owes_record = shown.wrapping_up,
            // The same call came back, or the day is over, or there was nothing to write by telephone.
            Presence::OffDuty | Presence::Talking => desk.owes_record = None,
            Presence::Ready | Presence::Paused if shown.by_phone => desk.owes_record = None,
            Presence::Ready | Presence::Paused | Presence::Offered | Presence::Supervising => {}
        }
        let ready = shown.presence == Presence::Ready && (shown.connected || (shown.by_phone && shown.has_phone));
        if ready {
            self.ready.insert(listener);
        } else {
            self.ready.remove(&listener);
        }
        self.watchers(listener, shown, now);
    }

    /// A supervisor who listens or whispers is not heard by the caller, and whoever talks sees that they are there.
    fn watchers(&mut self, listener: ListenerId, shown: &DeskView, now: u64) {
        let Some(card) = &shown.call else { return };
        let hears = self.callers.get(&card.call).map(|caller| caller.sound.clone());
        let mut seen = BTreeSet::new();
        for partner in &card.partners {
            let Partner::Supervisor(supervisor, mode) = partner else { continue };
            seen.insert(*supervisor);
            let leg = self.desks.get(supervisor).and_then(|desk| desk.leg);
            let heard = matches!((&hears, leg), (Some(Sound::Legs(legs)), Some(leg)) if legs.contains(&leg));
            if heard && *mode != WatchMode::Join {
                let words = format!("{} hears {supervisor}, who is there to {mode:?}", card.call);
                self.breaks(now, Rule::WatchersUnheard, Some(card.call), words);
            }
        }
        self.desks.entry(listener).or_default().sees = seen;
    }

    /// Whether somebody watches a talk whose listener does not see it.
    fn unseen(&self) -> Option<(CallId, String)> {
        let mut watching = self.desks.iter().filter(|(_, desk)| desk.watches);
        watching.find_map(|(who, watcher)| {
            let call = watcher.call?;
            let talks = |desk: &Desk| desk.call == Some(call) && desk.presence == Some(Presence::Talking);
            let (blind, _) = self.desks.iter().find(|(_, desk)| talks(desk) && !desk.sees.contains(who))?;
            Some((call, format!("{who} watches {call}, and {blind} does not see it")))
        })
    }

    pub(super) fn desk_leg(&mut self, listener: ListenerId, leg: Option<LegId>) {
        let desk = self.desks.entry(listener).or_default();
        desk.leg = leg;
    }

    pub(super) fn record_closed(&mut self, listener: ListenerId, grade: u8, now: u64) {
        let care = self.service.plan.care;
        let desk = self.desks.entry(listener).or_default();
        desk.owes_record = None;
        if grade >= 4 && care.severe_rest_seconds > 0 {
            desk.rests_until = Some(now + u64::from(care.severe_rest_seconds) * 1000);
        }
    }

    /// Somebody who may have ended the call.
    pub(super) fn may_be_hung_up(&mut self, call: CallId) {
        if let Some(caller) = self.callers.get_mut(&call) {
            caller.may_be_hung_up = true;
        }
    }

    /// The platform hung up.
    pub(super) fn hung_up(&mut self, leg: LegId, now: u64) {
        if let Some(phone) = self.phones.get_mut(&leg) {
            if std::mem::replace(&mut phone.gone, true) {
                self.breaks(now, Rule::NothingForTheGone, None, format!("{leg} is gone, and is hung up on"));
            }
            return;
        }
        let Some(call) = self.legs.get(&leg).copied() else { return };
        let Some(caller) = self.callers.get(&call) else { return };
        if caller.gone {
            self.breaks(now, Rule::NothingForTheGone, Some(call), format!("{call} is gone, and is hung up on"));
        } else if !caller.may_be_hung_up && caller.answered {
            let words = format!("the platform hung up on {call}, who was there");
            self.breaks(now, Rule::NeverHungUp, Some(call), words);
        }
        self.caller_gone(leg, now);
    }

    /// The caller's line is gone.
    pub(super) fn caller_gone(&mut self, leg: LegId, now: u64) {
        let Some(call) = self.legs.get(&leg).copied() else { return };
        self.silence(call, now);
        self.leaves_line(call);
        if let Some(caller) = self.callers.get_mut(&call) {
            caller.gone = true;
            caller.sound = Sound::Silence(now);
        }
    }

    pub(super) fn phone_gone(&mut self, leg: LegId) {
        if let Some(phone) = self.phones.get_mut(&leg) {
            phone.gone = true;
        }
    }

    /// The record says that a call ended.
    pub(super) fn ended(&mut self, call: CallId, now: u64) {
        for desk in self.desks.values_mut().filter(|desk| desk.call == Some(call)) {
            desk.call = None;
        }
        let Some(caller) = self.callers.get_mut(&call) else { return };
        caller.ends += 1;
        if caller.ends > 1 {
            self.breaks(now, Rule::OneEnd, Some(call), format!("{call} ended twice"));
        }
    }

    /// The service was killed: everybody's line is cut, and every desk has to come back.
    pub(super) fn killed(&mut self) {
        self.lines.clear();
        self.ready.clear();
        for caller in self.callers.values_mut() {
            caller.gone = true;
            caller.ends = 1;
        }
        for phone in self.phones.values_mut() {
            phone.gone = true;
        }
        self.desks.clear();
    }

    /// After each input: nobody waits in vain.
    pub(super) fn look_around(&mut self, now: u64, utc: Utc) {
        if let Some((call, words)) = self.unseen() {
            self.breaks(now, Rule::WatchersUnheard, Some(call), words);
        }
        if self.ready.is_empty() {
            return;
        }
        let mut found = None;
        for (kind, line) in &self.lines {
            let (Some((_, call)), Some(queue)) = (line.first(), &kind.queue) else { continue };
            let free = self.ready.iter().find(|listener| {
                let on_shift = self.shifts.iter().any(|(of, duty, who, from, until)| {
                    of == queue && *duty == Duty::OnShift && who == *listener && *from <= utc && utc < *until
                });
                let person = self.service.people.iter().find(|person| person.id == **listener);
                let rules = self.service.plan.queues.get(queue);
                let able = person.zip(rules).is_some_and(|(person, rules)| {
                    rules.requires.met_by(&person.skills)
                        && kind.wish.as_ref().is_none_or(|wish| person.skills.contains_key(wish))
                });
                on_shift && able
            });
            if let Some(listener) = free {
                found = Some((*call, *listener));
                break;
            }
        }
        if let Some((call, listener)) = found {
            self.breaks(now, Rule::NobodyWaitsInVain, Some(call), format!("{call} waits, and {listener} is free"));
        }
    }

    /// At the very end: each call that came has ended.
    pub(super) fn finish(&mut self, now: u64) {
        let open: Vec<CallId> =
            self.callers.iter().filter(|(_, caller)| caller.ends == 0).map(|(call, _)| *call).collect();
        for call in open {
            self.breaks(now, Rule::OneEnd, Some(call), format!("{call} never ended"));
        }
        let talking: Vec<ListenerId> = self
            .desks
            .iter()
            .filter(|(_, desk)| matches!(desk.presence, Some(Presence::Talking | Presence::Offered)))
            .map(|(listener, _)| *listener)
            .collect();
        for listener in talking {
            self.breaks(now, Rule::OneEnd, None, format!("everybody has left, and {listener} still has a call"));
        }
    }
}
