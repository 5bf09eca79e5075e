//! Who stands in line where, and who comes first.

use super::{Caller, Checker, Due, Rule};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use switchboard::flow::Step;
use switchboard::{CallId, CallerTag, Duty, LegId, LineId, ListenerId, Person, QueueId, QueueRules, Skill, Tried, Utc};

/// How long the place of a caller who was cut off is kept, in milliseconds.
const PLACE_KEPT: u64 = 3 * 60_000;
/// How long a caller hears ringing at least before a message answers, in milliseconds.
const RINGS_FIRST: u64 = 60_000;

/// Callers of one kind want the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Kind {
    pub(super) queue: Option<QueueId>,
    /// Of each kind of wish, the last.
    pub(super) wishes: BTreeSet<Skill>,
}

/// Smaller comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) later: bool,
    pub(super) order: i64,
}

/// The place of a caller who was cut off.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kept {
    pub(super) order: i64,
    pub(super) until: u64,
    /// They were in line when they were cut off: the place is theirs, whatever else.
    pub(super) owed: bool,
}

/// How a caller stands in line.
#[derive(Debug, Default)]
pub(super) struct Standing {
    pub(super) line: LineId,
    pub(super) kind: Kind,
    /// Milliseconds by which they count as having come earlier.
    pub(super) earlier: i64,
    pub(super) kept: Option<Kept>,
    /// In line since, if they wait with nobody ringing.
    pub(super) waits: Option<Place>,
    /// What was served or told last, to keep the place through a failed ring.
    pub(super) place: Option<Place>,
    /// Was handed over, or comes back from it: no longer comparable with others.
    pub(super) handed: bool,
    /// Waited when the answer was asked for.
    pub(super) asked_in_line: bool,
    /// The rung reached, and when.
    pub(super) rung: Option<(usize, u64)>,
}

/// Everybody who waits.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// By what they want, those who can be compared.
    by_kind: BTreeMap<Kind, BTreeSet<(Place, CallId)>>,
    /// All of them.
    waiting: BTreeSet<CallId>,
    pub(super) kept: HashMap<CallerTag, Kept>,
}

impl Lines {
    /// Everybody is cut off; what is kept was noted before.
    pub(super) fn clear(&mut self) {
        self.by_kind.clear();
        self.waiting.clear();
    }
}

impl Checker<'_> {
    /// A caller's line is cut, and they will call again.
    pub(in crate::nights) fn cut(&mut self, call: CallId, tag: CallerTag, now: u64) {
        let Some(caller) = self.callers.get(&call) else { return };
        let stands = &caller.stands;
        let until = now + PLACE_KEPT;
        let kept = match (stands.place, stands.kept) {
            (Some(place), _) => Some(Kept { order: place.order, until, owed: stands.waits.is_some() }),
            (None, Some(kept)) => Some(Kept { until, ..kept }),
            (None, None) => None,
        };
        if let Some(kept) = kept {
            self.lines.kept.insert(tag, kept);
        }
    }

    /// The caller entered a queue, as the record says of which and whether at its head.
    pub(super) fn queued(&mut self, call: CallId, queue: &QueueId, head: bool, now: u64) {
        if self.callers.get(&call).is_some_and(|caller| caller.stands.place.is_none()) {
            self.words_were_heard(call, now);
        }
        let earlier = self.earlier_by_flow(call, queue);
        let grace = self.grace_of(call);
        let Some(caller) = self.callers.get_mut(&call) else { return };
        caller.missed = caller.lost.map(|(listener, _)| listener);
        let too_soon = caller.lost.take().filter(|(_, at)| now < at + grace);
        let stands = &mut caller.stands;
        let first = stands.place.is_none();
        stands.earlier += earlier;
        let came = stands.place.map_or(i64::try_from(now).unwrap_or(i64::MAX) - stands.earlier, |place| place.order);
        let kept = stands.kept.take_if(|_| first);
        let owed = kept.is_some_and(|kept| kept.owed) && !head;
        let order = kept.filter(|_| head).map_or(came, |kept| kept.order);
        stands.place = Some(Place { later: !head, order });
        stands.handed |= stands.kind.queue.as_ref().is_some_and(|before| before != queue);
        stands.kind.queue = Some(queue.clone());
        let let_down = caller.talked && !stands.handed && !head;
        caller.with_somebody = false;
        caller.held = false;
        if let Some((listener, at)) = too_soon {
            let words = format!("{call} lost {listener} at {at}, who was not awaited");
            self.breaks(now, Rule::LostAreAwaited, Some(call), words);
        }
        if owed || let_down {
            let words = format!("{call} was cut off, and is not at the head");
            self.breaks(now, Rule::FirstComeFirstServed, Some(call), words);
        }
    }

    /// What the flow's step into a queue adds, in milliseconds.
    fn earlier_by_flow(&self, call: CallId, queue: &QueueId) -> i64 {
        let stands = self.callers.get(&call).map(|caller| &caller.stands).filter(|stands| stands.place.is_none());
        let line = stands.and_then(|stands| self.service.plan.lines.get(&stands.line));
        let steps = line.into_iter().flat_map(|line| line.flow.steps.values());
        let into = steps.filter_map(|step| match step {
            Step::Queue(enter) if enter.queue == *queue => Some(i64::from(enter.priority) * 1000),
            _ => None,
        });
        into.max().unwrap_or(0)
    }

    /// The caller chose from a menu, or a language.
    pub(super) fn chose(&mut self, call: CallId, choice: &str) {
        let plan = &self.service.plan;
        let Some(stands) = self.callers.get_mut(&call).map(|caller| &mut caller.stands) else { return };
        let Some(line) = plan.lines.get(&stands.line) else { return };
        let chosen = line.flow.steps.values().find_map(|step| match step {
            Step::Menu(menu) => {
                let known = menu.choices.iter().find(|known| known.choice == choice)?;
                Some((known.wish.clone(), known.priority))
            }
            Step::Language(asks) => {
                let spoken = |language: switchboard::Language| format!("language-{}", language.code());
                let known = asks.choices.iter().find(|known| spoken(known.language) == choice)?;
                let wish = Skill::language(known.language.code());
                Some((Some(wish).filter(|_| known.language != line.language()), 0))
            }
            _ => None,
        });
        if let Some((wish, priority)) = chosen {
            if let Some(wish) = wish {
                stands.kind.wishes.retain(|known| known.kind() != wish.kind());
                stands.kind.wishes.insert(wish);
            }
            stands.earlier += i64::from(priority) * 1000;
        }
    }

    /// The caller was triaged, or handed over: no longer comparable with others.
    pub(super) fn handed(&mut self, call: CallId) {
        self.leaves_line(call);
        if let Some(caller) = self.callers.get_mut(&call) {
            caller.stands.handed = true;
        }
    }

    /// The caller's page says that somebody is looked for.
    pub(in crate::nights) fn waits(&mut self, leg: LegId, now: u64) {
        let Some(call) = self.legs.get(&leg).copied() else { return };
        let Some(caller) = self.callers.get_mut(&call) else { return };
        let stands = &mut caller.stands;
        stands.waits = stands.place;
        stands.asked_in_line = false;
        if stands.place.is_some() {
            self.lines.waiting.insert(call);
        }
        if let (Some(place), false) = (stands.place, stands.handed) {
            self.lines.by_kind.entry(stands.kind.clone()).or_default().insert((place, call));
        }
        let late = stands.rung.filter(|(_, at)| *at + self.rung_time(call) < now);
        if let Some((rung, since)) = late {
            // Brought back to a rung whose time is over: it must be left at once.
            self.due.insert((now, call, Due::Climbs { rung, since }));
        }
    }

    pub(super) fn leaves_line(&mut self, call: CallId) {
        self.lines.waiting.remove(&call);
        let Some(Caller { stands, .. }) = self.callers.get_mut(&call) else { return };
        if let (Some(place), Some(line)) = (stands.waits.take(), self.lines.by_kind.get_mut(&stands.kind)) {
            line.remove(&(place, call));
        }
    }

    fn rules(&self, call: CallId) -> Option<&QueueRules> {
        let queue = self.callers.get(&call)?.stands.kind.queue.as_ref()?;
        self.service.plan.queues.get(queue).map(AsRef::as_ref)
    }

    /// How long the rung that a caller has reached lasts, in milliseconds.
    pub(super) fn rung_time(&self, call: CallId) -> u64 {
        let rung = self.callers.get(&call).and_then(|caller| caller.stands.rung).map(|(rung, _)| rung);
        let known = rung.and_then(|rung| self.rules(call)?.rungs.get(rung));
        let rings = self.callers.get(&call).is_some_and(|caller| !caller.heard.answered);
        known.map_or(0, |rung| match (&rung.tried, rings) {
            // On a line that rings, a message waits until the caller has heard ringing for a minute.
            (Tried::Message(_), true) => (u64::from(rung.seconds) * 1000).max(RINGS_FIRST),
            (_tried, _rings) => u64::from(rung.seconds) * 1000,
        })
    }

    /// The record says that the search came to a rung.
    pub(super) fn climbs(&mut self, call: CallId, rung: usize, now: u64) {
        let Some(caller) = self.callers.get_mut(&call).filter(|caller| !caller.with_somebody) else { return };
        caller.stands.rung = Some((rung, now));
        let until = now + self.rung_time(call);
        self.due.insert((until, call, Due::Climbs { rung, since: now }));
    }

    /// After all that one input brought about: those who are rung for have left the line together; of those who still
    /// wait, nobody came before them.
    pub(in crate::nights) fn rung(&mut self, rung: &[(ListenerId, CallId)], now: u64, utc: Utc) {
        let mut judged = Vec::new();
        for (listener, call) in rung {
            let Some(Caller { stands, .. }) = self.callers.get_mut(call) else { continue };
            stands.asked_in_line = false;
            if let (Some(place), false) = (stands.waits, stands.handed) {
                judged.push((*listener, *call, place, stands.kind.clone()));
            }
            self.leaves_line(*call);
        }
        for (listener, call, place, kind) in judged {
            if let Some((before, first)) = self.before(listener, place, &kind, utc) {
                let words =
                    format!("{listener} is rung for {call} ({place:?}), though {first} came before ({before:?})");
                self.breaks(now, Rule::FirstComeFirstServed, Some(call), words);
            }
            if let Some(other) = self.readier(listener, &kind, now, utc) {
                let words = format!("{listener} is rung for {call}, though {other} has been ready for longer");
                self.breaks(now, Rule::LongestReady, Some(call), words);
            }
        }
    }

    /// Somebody who waits for the same queue, comes before this place, and could be taken by this listener.
    fn before(&self, listener: ListenerId, place: Place, kind: &Kind, utc: Utc) -> Option<(Place, CallId)> {
        let of_queue = self.lines.by_kind.iter().filter(|(other, _)| other.queue == kind.queue);
        let firsts = of_queue.filter_map(|(other, line)| Some((other, *line.first()?)));
        let mut earlier = firsts.filter(|(other, (before, _))| {
            *before < place && (*other == kind || self.surely_takes(listener, other, utc))
        });
        earlier.next().map(|(_, first)| first)
    }

    /// Whether a listener on duty could take callers of this kind, however long they have waited.
    pub(super) fn surely_takes(&self, listener: ListenerId, kind: &Kind, utc: Utc) -> bool {
        let Some(queue) = &kind.queue else { return false };
        let on_shift = self.on_duty(listener, utc, |shift| shift.queue == *queue && shift.duty == Duty::OnShift);
        let able = self.people.get(&listener).zip(self.service.plan.queues.get(queue));
        on_shift && able.is_some_and(|(person, rules)| rules.requires.met_by(&person.skills) && has(person, kind))
    }

    /// Somebody who could take a caller of this kind and has been ready for longer than this listener was. Only where no
    /// load of the day puts people later in line.
    fn readier(&self, listener: ListenerId, kind: &Kind, now: u64, utc: Utc) -> Option<ListenerId> {
        let care = self.service.plan.care;
        if care.load_handicap_seconds > 0 || care.severe_handicap_seconds > 0 {
            return None;
        }
        let since = self.desks.ready_at_least_since(listener)?;
        let longer = |other: &&ListenerId| {
            self.desks.ready_at_most_since(**other).is_some_and(|at| at < since && at < now)
                && self.surely_takes(**other, kind, utc)
        };
        self.desks.ready.iter().find(longer).copied()
    }

    pub(super) fn nobody_waits_in_vain(&mut self, now: u64, utc: Utc) {
        if self.desks.ready.is_empty() || self.lines.waiting.is_empty() {
            return;
        }
        let firsts = self.lines.by_kind.iter().filter_map(|(kind, line)| Some((kind, line.first()?.1)));
        let mut found = firsts.filter_map(|(kind, call)| {
            let free = self.desks.ready.iter().find(|listener| self.surely_takes(**listener, kind, utc))?;
            Some((call, *free))
        });
        if let Some((call, listener)) = found.next() {
            let words = format!("{call} waits, and {listener} is free");
            self.breaks(now, Rule::NobodyWaitsInVain, Some(call), words);
        }
    }

    /// Somebody has left: nobody waits at a rung on which there is nobody any more.
    pub(super) fn deserted_rungs(&mut self, now: u64, utc: Utc) {
        let mut found = Vec::new();
        for call in &self.lines.waiting {
            let (Some(caller), Some(rules)) = (self.callers.get(call), self.rules(*call)) else { continue };
            let Some((index, _)) = caller.stands.rung else { continue };
            let Some(rung) = rules.rungs.get(index).filter(|_| index + 1 < rules.rungs.len()) else { continue };
            let wanted = match &rung.tried {
                Tried::OnCall => (&rules.id, Duty::OnCall),
                Tried::Facilitator => (&rules.id, Duty::Facilitator),
                Tried::OtherQueue(other) => (other, Duty::OnShift),
                Tried::OnShift if !rules.extras => (&rules.id, Duty::OnShift),
                Tried::OnShift | Tried::Partner(_) | Tried::Message(_) => continue,
            };
            let on_rung = |listener: ListenerId| {
                self.on_duty(listener, utc, |shift| shift.queue == *wanted.0 && shift.duty == wanted.1)
            };
            if !self.desks.there().any(on_rung) {
                found.push((*call, index));
            }
        }
        for (call, index) in found {
            let words = format!("{call} waits at rung {index}, and nobody is there any more");
            self.breaks(now, Rule::RungsEnd, Some(call), words);
        }
    }

    fn grace_of(&self, call: CallId) -> u64 {
        let line = self.callers.get(&call).and_then(|caller| self.service.plan.lines.get(&caller.stands.line));
        line.map_or(0, |line| u64::from(line.grace_seconds) * 1000)
    }
}

fn has(person: &Person, kind: &Kind) -> bool {
    kind.wishes.iter().all(|wish| person.skills.contains_key(wish))
}
