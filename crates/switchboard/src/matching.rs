//! Who is served next, and by whom. Callers who want the same are of one group; listeners who can do the same are of one
//! profile; a choice looks at groups and profiles, never at every caller or every listener.

use crate::listener::{Listeners, Profile, ProfileId, Turn};
use crate::plan::{QueueRules, Skill};
use crate::{CallId, ListenerId, QueueId};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound;
use std::sync::Arc;

/// A caller's place. Smaller is served first. A caller keeps it while a desk rings, and until the end of the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// Callers brought back by a fault that was not theirs come before all others.
    pub(crate) again: Again,
    /// The moment of entering, less the priority: waited seconds plus priority, without ever counting anew. Since it
    /// stands still while newcomers' grows, nobody starves.
    pub(crate) order: i64,
    pub(crate) number: u64,
}

/// Whether a caller comes for the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Again {
    /// Brought back to the head.
    Head,
    /// In line.
    No,
}

/// What a waiting caller needs of a listener now.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Need {
    pub(crate) queue: QueueId,
    /// The plan the queue's rules are from.
    pub(crate) version: i64,
    /// The rungs reached so far, as a bound.
    pub(crate) reach: usize,
    pub(crate) required: BTreeSet<Skill>,
    pub(crate) preferred: BTreeSet<Skill>,
    /// For this listener alone.
    pub(crate) direct: Option<ListenerId>,
    /// Known to be severe, and somebody fresher may still be found.
    pub(crate) spare: bool,
}

impl Need {
    fn alike(&self) -> Alike {
        (self.queue.clone(), self.required.union(&self.preferred).cloned().collect())
    }

    /// How well a profile meets the need: the number of preferred skills met, or `None` if it cannot take the caller.
    pub(crate) fn liking(&self, rules: &QueueRules, profile: &Profile) -> Option<u8> {
        if self.spare && profile.capped {
            return None;
        }
        let reached = rules.rungs.iter().take(self.reach + 1);
        let on_a_rung = reached.into_iter().any(|rung| profile.on_rung(&rung.tried, rules));
        let able = rules.requires.met_by(&profile.skills);
        let meets = |skill: &Skill| profile.skills.contains_key(skill);
        if !(on_a_rung && able && self.required.iter().all(meets)) {
            return None;
        }
        let liked = self.preferred.iter().filter(|skill| meets(skill)).count();
        Some(u8::try_from(liked).unwrap_or(u8::MAX))
    }
}

#[derive(Debug)]
struct Group {
    rules: Arc<QueueRules>,
    callers: BTreeMap<Place, CallId>,
    likings: HashMap<ProfileId, Option<u8>>,
}

/// A listener who was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) listener: ListenerId,
    pub(crate) preferred: u8,
    pub(crate) candidates: u16,
}

/// Callers waiting with nobody ringing for them.
#[derive(Debug, Default)]
pub(crate) struct Waiters {
    groups: BTreeMap<Arc<Need>, Group>,
    places: BTreeMap<CallId, (Place, Arc<Need>)>,
    numbers: u64,
    /// Those who came, or whose need changed, since the last choice.
    pub(crate) fresh: BTreeSet<CallId>,
    lines: BTreeMap<Alike, QueueLine>,
    /// Those who must be in reach of a rung that somebody behind them has reached.
    pub(crate) raised: BTreeSet<CallId>,
}

/// What makes callers comparable: the queue, and what they want.
type Alike = (QueueId, BTreeSet<Skill>);

/// The line of callers of one queue who want the same.
#[derive(Debug, Default)]
struct QueueLine {
    places: BTreeMap<Place, CallId>,
    /// For each rung, the last place that has reached it: everybody before it is in its reach too, whatever became of
    /// their own climb. So a partner line that is quickly busy lets nobody overtake.
    reached: Vec<Option<Place>>,
}

impl Waiters {
    /// A new place.
    pub(crate) fn place(&mut self, again: Again, order: i64) -> Place {
        self.numbers += 1;
        Place { again, order, number: self.numbers }
    }

    /// Puts a caller in line, or changes what they need.
    pub(crate) fn enter(&mut self, call: CallId, place: Place, need: Need, rules: &Arc<QueueRules>) {
        if self.places.get(&call).is_some_and(|(old, before)| *old == place && **before == need) {
            return;
        }
        let before = self.places.remove(&call);
        let need = self.groups.get_key_value(&need).map_or_else(|| Arc::new(need), |(known, _)| Arc::clone(known));
        let group = self.groups.entry(Arc::clone(&need)).or_insert_with(|| Group {
            rules: Arc::clone(rules),
            callers: BTreeMap::new(),
            likings: HashMap::new(),
        });
        group.callers.insert(place, call);
        self.lines.entry(need.alike()).or_default().places.insert(place, call);
        if let Some((old_place, old)) = before {
            if old != need {
                self.leave_group(&old, old_place);
            } else if old_place != place
                && let Some(group) = self.groups.get_mut(&old)
            {
                group.callers.remove(&old_place);
            }
            // Only after the new place was taken: a line that were empty in between would forget who has reached what.
            if (old_place, old.alike()) != (place, need.alike()) {
                self.leave_line(&old, old_place);
            }
        }
        self.places.insert(call, (place, need));
        self.fresh.insert(call);
    }

    fn leave_group(&mut self, need: &Need, place: Place) {
        if let Some(group) = self.groups.get_mut(need) {
            group.callers.remove(&place);
            if group.callers.is_empty() {
                self.groups.remove(need);
            }
        }
    }

    fn leave_line(&mut self, need: &Need, place: Place) {
        let alike = need.alike();
        if let Some(line) = self.lines.get_mut(&alike) {
            line.places.remove(&place);
            if line.places.is_empty() {
                self.lines.remove(&alike);
            }
        }
    }

    pub(crate) fn leave(&mut self, call: CallId) {
        self.fresh.remove(&call);
        let Some((place, need)) = self.places.remove(&call) else { return };
        self.leave_line(&need, place);
        self.leave_group(&need, place);
    }

    /// Somebody at this place has reached a rung: so has everybody before them who wants the same.
    pub(crate) fn reaches(&mut self, queue: &QueueId, wishes: &BTreeSet<Skill>, rung: usize, place: Place) {
        let Some(line) = self.lines.get_mut(&(queue.clone(), wishes.clone())) else { return };
        if line.reached.len() <= rung {
            line.reached.resize(rung + 1, None);
        }
        let Some(last) = line.reached.get_mut(rung) else { return };
        if last.is_some_and(|last| place <= last) {
            return;
        }
        let from = last.replace(place).map_or(Bound::Unbounded, Bound::Excluded);
        self.raised.extend(line.places.range((from, Bound::Excluded(place))).map(|(_, call)| *call));
    }

    /// The highest rung that this place is in reach of.
    pub(crate) fn reach_of(&self, queue: &QueueId, wishes: &BTreeSet<Skill>, place: Place) -> usize {
        let reached = self.lines.get(&(queue.clone(), wishes.clone())).map_or(&[][..], |line| &line.reached);
        reached.iter().rposition(|last| last.is_some_and(|last| place <= last)).unwrap_or(0)
    }

    /// Whether a caller waits for this listener alone.
    pub(crate) fn is_for(&self, call: CallId, listener: ListenerId) -> bool {
        self.places.get(&call).is_some_and(|(_, need)| need.direct == Some(listener))
    }

    pub(crate) fn contains(&self, call: CallId) -> bool {
        self.places.contains_key(&call)
    }

    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    pub(crate) fn calls(&self) -> impl Iterator<Item = (CallId, Place)> {
        self.places.iter().map(|(call, (place, _))| (*call, *place))
    }

    /// The listener for a caller: of those who can take them, who meets most of what is preferred, and of those the one
    /// whose turn it is.
    pub(crate) fn listener_for(&mut self, call: CallId, listeners: &Listeners) -> Option<Choice> {
        let (_, need) = self.places.get(&call)?;
        if let Some(direct) = need.direct {
            if !listeners.get(direct)?.takes_back(call) {
                return None;
            }
            return Some(Choice { listener: direct, preferred: 0, candidates: 1 });
        }
        let need = Arc::clone(need);
        let group = self.groups.get_mut(&need)?;
        let mut best: Option<(std::cmp::Reverse<u8>, Turn)> = None;
        let mut candidates = 0;
        for (profile, free) in &listeners.free {
            let Some(liking) = liking(group, &need, *profile, listeners) else { continue };
            candidates += free.len();
            let Some(turn) = free.first() else { continue };
            let rank = (std::cmp::Reverse(liking), *turn);
            if best.is_none_or(|best| rank < best) {
                best = Some(rank);
            }
        }
        best.map(|(preferred, (_, listener))| Choice {
            listener,
            preferred: preferred.0,
            candidates: u16::try_from(candidates).unwrap_or(u16::MAX),
        })
    }

    /// What the choice of this listener for this caller was made of.
    pub(crate) fn choice(&mut self, call: CallId, listener: ListenerId, listeners: &Listeners) -> Option<Choice> {
        let (_, need) = self.places.get(&call)?;
        let need = Arc::clone(need);
        let group = self.groups.get_mut(&need)?;
        let mut candidates = 0;
        for (profile, free) in &listeners.free {
            if need.direct.is_none() && liking(group, &need, *profile, listeners).is_some() {
                candidates += free.len();
            }
        }
        let profile = listeners.get(listener)?.profile()?;
        let preferred = liking(group, &need, profile, listeners).unwrap_or(0);
        Some(Choice { listener, preferred, candidates: u16::try_from(candidates.max(1)).unwrap_or(u16::MAX) })
    }

    /// Those who came, or whose need changed, since the last choice, in the order in which they are served.
    pub(crate) fn take_fresh(&mut self) -> Vec<CallId> {
        let mut fresh: Vec<(Place, CallId)> = std::mem::take(&mut self.fresh)
            .into_iter()
            .filter_map(|call| self.places.get(&call).map(|(place, _)| (*place, call)))
            .collect();
        fresh.sort_unstable();
        fresh.into_iter().map(|(_, call)| call).collect()
    }

    /// The caller for a listener who is free: of those they can take, the one who comes first.
    pub(crate) fn caller_for(
        &mut self,
        listener: ListenerId,
        profile: ProfileId,
        listeners: &Listeners,
    ) -> Option<CallId> {
        let mut best: Option<(Place, CallId)> = None;
        for (need, group) in &mut self.groups {
            let Some((place, call)) = group.callers.first_key_value() else { continue };
            if best.is_some_and(|(first, _)| first < *place) {
                continue;
            }
            let (place, call) = (*place, *call);
            let can = match need.direct {
                Some(direct) => direct == listener,
                None => liking(group, need, profile, listeners).is_some(),
            };
            if can {
                best = Some((place, call));
            }
        }
        best.map(|(_, call)| call)
    }

    /// A caller and a free listener who could take them, if there are such. Looks at every group and every profile.
    pub(crate) fn unserved(&self, listeners: &Listeners) -> Option<(CallId, ListenerId)> {
        for (need, group) in &self.groups {
            let Some(call) = group.callers.values().next() else { continue };
            if let Some(direct) = need.direct {
                if listeners.get(direct).is_some_and(|listener| listener.takes_back(*call)) {
                    return Some((*call, direct));
                }
                continue;
            }
            for (profile, free) in &listeners.free {
                let able = listeners.profiles.get(*profile).and_then(|profile| need.liking(&group.rules, profile));
                if let (Some(_), Some((_, listener))) = (able, free.first()) {
                    return Some((*call, *listener));
                }
            }
        }
        None
    }

    /// Drops what was worked out for profiles that nobody has any more.
    pub(crate) fn forget_profiles(&mut self, listeners: &Listeners) {
        for group in self.groups.values_mut() {
            group.likings.retain(|profile, _| listeners.profiles.get(*profile).is_some());
        }
    }
}

fn liking(group: &mut Group, need: &Need, profile: ProfileId, listeners: &Listeners) -> Option<u8> {
    if let Some(known) = group.likings.get(&profile) {
        return *known;
    }
    let found = listeners.profiles.get(profile).and_then(|profile| need.liking(&group.rules, profile));
    group.likings.insert(profile, found);
    found
}
