//! The independent checker. It reads only what callers heard and saw, what listeners' desks showed and what the record
//! says, keeps its own picture of it, and never looks at the switchboard's own state: a fault that the switchboard and its
//! invariants share cannot hide from it.

mod desks;
mod line;
mod record;
mod sounds;

use super::service::Service;
use line::Standing;
use sounds::Heard;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt;
use switchboard::{CallId, CallerTag, LegId, LineId, ListenerId, Person, Shift, Target, Utc};

pub(super) use sounds::Sound;

/// The rules, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// 1: a caller hears the people of this call and is heard by them alone; on hold by nobody.
    OneCallerOneTalk,
    /// 2: a listener has at most one ring or call at a time.
    OneListenerOneCall,
    /// 3: of callers a listener can take, the first comes first; who was brought back by a fault comes before all; a place
    /// that was kept is given back.
    FirstComeFirstServed,
    /// 4: nobody waits while somebody who could take them is free.
    NobodyWaitsInVain,
    /// 5: the platform never hangs up on a caller who waits or talks.
    NeverHungUp,
    /// 6: no caller is left in silence for more than two seconds.
    NoSilence,
    /// 7: each call that came has exactly one end.
    OneEnd,
    /// 8: a ring lasts its time, no longer and no shorter.
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
    /// 14: nothing is done with a leg that is gone, and a leg is answered once.
    NothingForTheGone,
    /// 15: each rung of the cascade ends in its time, and one with nobody there is passed.
    RungsEnd,
    /// 16: each telephone that was called is let go.
    TelephonesLetGo,
    /// 17: a caller who is handed over goes to whom they were handed, and comes back in time if nobody takes them.
    HandOversEnd,
    /// 18: what is said is said to its end, and a greeting is left out in surge mode alone.
    WordsHeard,
    /// 19: of those who could take a caller, the one who has been ready longest is rung.
    LongestReady,
    /// 20: a listener who vanished in a talk is awaited, and joined again when they come back.
    LostAreAwaited,
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

/// A caller, as far as one can see from outside.
#[derive(Debug)]
struct Caller {
    gone: bool,
    heard: Heard,
    stands: Standing,
    /// Somebody pressed "end" for the call, or its relay hung up.
    may_be_hung_up: bool,
    /// Has heard somebody.
    talked: bool,
    /// Is with somebody, as the record says.
    with_somebody: bool,
    /// Was put on hold.
    held: bool,
    /// A hand-over that has not ended.
    hand_over: Option<HandedOver>,
    /// Comes back from a hand-over to this listener, who is tried first until then.
    back_to: Option<(ListenerId, u64)>,
    /// The listener who vanished in the talk, and when.
    lost: Option<(ListenerId, u64)>,
    /// The listener who vanished and was awaited in vain, as long as they write about the caller and nobody else has them.
    missed: Option<ListenerId>,
}

#[derive(Debug, Clone)]
struct HandedOver {
    by: ListenerId,
    to: Target,
    /// The caller was let go at once.
    cold: bool,
    at: u64,
}

/// What must have happened by a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    /// The next rung is reached.
    Climbs { rung: usize, since: u64 },
    /// A hand-over has ended.
    HandedOver { since: u64 },
}

/// The checker.
pub(super) struct Checker<'a> {
    service: &'a Service,
    people: BTreeMap<ListenerId, &'a Person>,
    shifts: BTreeMap<ListenerId, Vec<&'a Shift>>,
    callers: BTreeMap<CallId, Caller>,
    /// Calls that ended: their callers are forgotten.
    over: HashSet<CallId>,
    legs: HashMap<LegId, CallId>,
    lines: line::Lines,
    desks: desks::Desks,
    ears: sounds::Ears,
    due: BTreeSet<(u64, CallId, Due)>,
    surge: bool,
    pub(super) violations: Vec<Violation>,
}

impl<'a> Checker<'a> {
    pub(super) fn new(service: &'a Service) -> Self {
        let mut shifts: BTreeMap<ListenerId, Vec<&Shift>> = BTreeMap::new();
        for shift in &service.rota {
            shifts.entry(shift.listener).or_default().push(shift);
        }
        Self {
            service,
            people: service.people.iter().map(|person| (person.id, person)).collect(),
            shifts,
            callers: BTreeMap::new(),
            over: HashSet::new(),
            legs: HashMap::new(),
            lines: line::Lines::default(),
            desks: desks::Desks::default(),
            ears: sounds::Ears::default(),
            due: BTreeSet::new(),
            surge: false,
            violations: Vec::new(),
        }
    }

    fn breaks(&mut self, at: u64, rule: Rule, call: Option<CallId>, words: String) {
        if self.violations.len() < 20 {
            self.violations.push(Violation { at, rule, words, call });
        }
    }

    fn of_leg(&mut self, leg: LegId) -> Option<&mut Caller> {
        self.legs.get(&leg).and_then(|call| self.callers.get_mut(call))
    }

    pub(super) fn arrives(&mut self, call: CallId, leg: LegId, line: &LineId, tag: Option<CallerTag>, now: u64) {
        let kept = tag.and_then(|tag| self.lines.kept.remove(&tag)).filter(|kept| kept.until > now);
        let caller = Caller {
            gone: false,
            heard: Heard::new(now),
            stands: Standing { line: line.clone(), kept, ..Standing::default() },
            may_be_hung_up: false,
            talked: false,
            with_somebody: false,
            held: false,
            hand_over: None,
            back_to: None,
            lost: None,
            missed: None,
        };
        self.callers.insert(call, caller);
        self.legs.insert(leg, call);
    }

    /// A message was lost on the way to or from this leg.
    pub(super) fn excuse(&mut self, leg: LegId) {
        if let Some(caller) = self.of_leg(leg) {
            caller.heard.excused = true;
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
        if let Some(phone) = self.desks.phones.get_mut(&leg) {
            if std::mem::replace(&mut phone.gone, true) {
                self.breaks(now, Rule::NothingForTheGone, None, format!("{leg} is gone, and is hung up on"));
            }
            self.desks.up.retain(|_, up| *up != leg);
            self.desks.hung_up.push(leg);
            return;
        }
        let Some(call) = self.legs.get(&leg).copied() else { return };
        match self.callers.get(&call) {
            Some(caller) if !caller.gone => {
                if !caller.may_be_hung_up && caller.heard.answered {
                    let words = format!("the platform hung up on {call}, who was there");
                    self.breaks(now, Rule::NeverHungUp, Some(call), words);
                }
            }
            Some(_) | None => {
                self.breaks(now, Rule::NothingForTheGone, Some(call), format!("{call} is gone, and is hung up on"));
            }
        }
        self.caller_gone(leg, now);
    }

    /// The caller's line is gone.
    pub(super) fn caller_gone(&mut self, leg: LegId, now: u64) {
        let Some(call) = self.legs.get(&leg).copied() else { return };
        self.silence(call, now);
        self.leaves_line(call);
        self.forget_ears(call);
        if let Some(caller) = self.callers.get_mut(&call) {
            caller.gone = true;
            caller.heard.sound = Sound::Silence(now);
        }
        self.forget_if_over(call);
    }

    /// A caller who is gone and whose call has ended is remembered by name alone.
    fn forget_if_over(&mut self, call: CallId) {
        if self.over.contains(&call) && self.callers.get(&call).is_some_and(|caller| caller.gone) {
            self.leaves_line(call);
            self.callers.remove(&call);
        }
    }

    /// The service was killed: everybody's line is cut, and every desk has to come back.
    pub(super) fn killed(&mut self) {
        self.over.extend(self.callers.keys().copied());
        self.callers.clear();
        self.lines.clear();
        self.desks.clear();
        self.ears = sounds::Ears::default();
        self.due.clear();
        self.surge = false;
    }

    /// After each input: what must hold whatever came.
    pub(super) fn look_around(&mut self, now: u64, utc: Utc) {
        self.watchers_are_seen(now);
        self.desks_hear_their_own(now);
        self.nobody_hears_a_dead_line(now);
        self.lost_are_joined_again(now);
        self.what_is_due(now);
        if std::mem::take(&mut self.desks.somebody_left) {
            self.deserted_rungs(now, utc);
        }
        self.nobody_waits_in_vain(now, utc);
    }

    /// Looks at everything whose time has come.
    fn what_is_due(&mut self, now: u64) {
        while let Some((at, call, due)) = self.due.first().copied().filter(|(at, _, _)| *at < now) {
            self.due.remove(&(at, call, due));
            let Some(caller) = self.callers.get(&call).filter(|caller| !caller.gone) else { continue };
            match due {
                Due::Climbs { rung, since } => {
                    let stands = &caller.stands;
                    // Two queues may be climbed in one moment: it is the time of the rung they stand on that counts.
                    let over = since + self.rung_time(call) <= at;
                    if over && stands.waits.is_some() && stands.rung == Some((rung, since)) {
                        let words = format!("{call} has waited at one rung since {since}, longer than its time");
                        self.breaks(now, Rule::RungsEnd, Some(call), words);
                    }
                }
                Due::HandedOver { since } => {
                    if caller.hand_over.as_ref().is_some_and(|handed| handed.at == since) {
                        let words = format!("{call} was handed over at {since}, and neither taken nor brought back");
                        self.breaks(now, Rule::HandOversEnd, Some(call), words);
                    }
                }
            }
        }
    }

    /// At the very end: each call that came has ended, and each telephone is on its hook.
    pub(super) fn finish(&mut self, now: u64) {
        let open: Vec<CallId> = self.callers.keys().filter(|call| !self.over.contains(call)).copied().collect();
        for call in open {
            self.breaks(now, Rule::OneEnd, Some(call), format!("{call} never ended"));
        }
        for listener in self.desks.still_with_a_call() {
            self.breaks(now, Rule::OneEnd, None, format!("everybody has left, and {listener} still has a call"));
        }
        let up: Vec<LegId> = self.desks.phones.iter().filter(|(_, phone)| !phone.gone).map(|(leg, _)| *leg).collect();
        for leg in up {
            self.breaks(now, Rule::TelephonesLetGo, None, format!("everybody has left, and {leg} is still up"));
        }
    }

    /// Whether somebody is on duty for a queue, as something.
    fn on_duty(&self, listener: ListenerId, utc: Utc, what: impl Fn(&Shift) -> bool) -> bool {
        let own = self.shifts.get(&listener);
        own.is_some_and(|own| own.iter().any(|shift| shift.from <= utc && utc < shift.until && what(shift)))
    }
}
