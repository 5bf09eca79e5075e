//! Who is in a talk, and who hears whom. Hold, whisper, double listening, hand-over and partner lines are one mechanism:
//! every ear is worked out from who is there, and only what changed is carried out.

use super::{Offer, Search};
use crate::listener::Standing;
use crate::plan::Relay;
use crate::{HandOver, LegId, ListenerId, Moment, RelayId, WatchMode};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Somebody in a talk beside the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) who: Who,
    pub(crate) leg: LegId,
    pub(crate) part: Part,
}

/// Who somebody is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Who {
    Listener(ListenerId),
    Relay(RelayId),
}

impl Who {
    pub(crate) fn listener(&self) -> Option<ListenerId> {
        match self {
            Who::Listener(listener) => Some(*listener),
            Who::Relay(_) => None,
        }
    }
}

/// What somebody does in a talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Talks with the caller.
    Talks,
    /// A supervisor, who goes back to where they stood when they leave.
    Watches { mode: WatchMode, stood: Standing },
}

impl Member {
    /// Whether the caller hears them.
    pub(crate) fn talks(&self) -> bool {
        match self.part {
            Part::Talks | Part::Watches { mode: WatchMode::Join, .. } => true,
            Part::Watches { mode: WatchMode::Listen | WatchMode::Whisper, .. } => false,
        }
    }

    fn whispers(&self) -> bool {
        match self.part {
            Part::Watches { mode: WatchMode::Whisper, .. } => true,
            Part::Talks | Part::Watches { mode: WatchMode::Listen | WatchMode::Join, .. } => false,
        }
    }

    /// The leg, if it was called for this call rather than being somebody's desk.
    pub(crate) fn called_leg(&self) -> Option<LegId> {
        (self.leg.0 < 0).then_some(self.leg)
    }

    pub(crate) fn is(&self, listener: ListenerId) -> bool {
        self.who == Who::Listener(listener)
    }
}

/// A hand-over, or a call for a second person, while the caller is with somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Beside {
    /// Who asked.
    pub(crate) by: ListenerId,
    pub(crate) asked: HandOver,
    pub(crate) step: BesideStep,
}

/// How far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BesideStep {
    /// Somebody is looked for.
    Searching(Search),
    /// Somebody rings.
    Ringing(Offer, Search),
    /// A relay rings; once it answered, a key is waited for.
    Dialling { relay: Arc<Relay>, leg: LegId, until: Moment, answered: bool },
    /// The two talk, and the caller hears music. A listener goes back to where they stood if nothing comes of it.
    Consulting { other: Member, stood: Option<Standing> },
}

/// What a leg hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ear {
    Legs(Vec<LegId>),
    Music,
}

/// Who hears whom.
pub(crate) fn ears(caller: LegId, members: &[Member], held: bool, beside: Option<&Beside>) -> BTreeMap<LegId, Ear> {
    let consulted = beside.and_then(|beside| match &beside.step {
        BesideStep::Consulting { other, .. } => Some((beside.by, other)),
        BesideStep::Searching(_) | BesideStep::Ringing(..) | BesideStep::Dialling { .. } => None,
    });
    let away = |member: &Member| consulted.is_some_and(|(by, _)| member.is(by));
    let with_caller: Vec<&Member> = members.iter().filter(|member| member.talks() && !away(member)).collect();
    let heard = !held && !with_caller.is_empty();
    let mut ears = BTreeMap::new();
    let legs = |members: &[&Member]| members.iter().map(|member| member.leg).collect::<Vec<_>>();
    ears.insert(caller, if heard { Ear::Legs(legs(&with_caller)) } else { Ear::Music });
    let whisperers = || members.iter().filter(|member| member.whispers()).map(|member| member.leg);
    let caller_if_heard = || heard.then_some(caller);
    for member in &with_caller {
        let mut hears: Vec<LegId> = caller_if_heard().into_iter().collect();
        hears.extend(with_caller.iter().map(|other| other.leg).filter(|leg| *leg != member.leg));
        if member.who.listener().is_some() {
            hears.extend(whisperers());
        }
        ears.insert(member.leg, Ear::Legs(hears));
    }
    let asker = consulted.and_then(|(by, other)| Some((members.iter().find(|member| member.is(by))?, other)));
    if let Some((asker, other)) = asker {
        ears.insert(asker.leg, Ear::Legs([other.leg].into_iter().chain(whisperers()).collect()));
        ears.insert(other.leg, Ear::Legs(vec![asker.leg]));
    }
    for member in members.iter().filter(|member| !member.talks()) {
        let mut hears: Vec<LegId> = caller_if_heard().into_iter().collect();
        hears.extend(with_caller.iter().map(|other| other.leg));
        hears.extend(asker.iter().flat_map(|(asker, other)| [asker.leg, other.leg]));
        ears.insert(member.leg, Ear::Legs(hears));
    }
    ears
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Target;

    const CALLER: LegId = LegId(1);

    fn listener(id: i64) -> Member {
        Member { who: Who::Listener(ListenerId(id)), leg: LegId(id * 10), part: Part::Talks }
    }

    fn watcher(id: i64, mode: WatchMode) -> Member {
        Member { part: Part::Watches { mode, stood: Standing::OffDuty }, ..listener(id) }
    }

    fn heard(members: &[Member], held: bool, beside: Option<&Beside>) -> Vec<(i64, Vec<i64>)> {
        let ears = ears(CALLER, members, held, beside);
        let legs = |ear: &Ear| match ear {
            Ear::Legs(legs) => legs.iter().map(|leg| leg.0).collect(),
            Ear::Music => vec![0],
        };
        ears.iter().map(|(leg, ear)| (leg.0, legs(ear))).collect()
    }

    #[test]
    fn two_and_three_hear_each_other() {
        assert_eq!(heard(&[listener(2)], false, None), [(1, vec![20]), (20, vec![1])]);
        let three = [listener(2), listener(3)];
        assert_eq!(heard(&three, false, None), [(1, vec![20, 30]), (20, vec![1, 30]), (30, vec![1, 20])]);
    }

    #[test]
    fn on_hold_the_caller_hears_music_and_the_others_each_other() {
        let three = [listener(2), listener(3)];
        assert_eq!(heard(&three, true, None), [(1, vec![0]), (20, vec![30]), (30, vec![20])]);
    }

    #[test]
    fn a_supervisor_listens_whispers_and_joins() {
        let with = |mode| heard(&[listener(2), watcher(3, mode)], false, None);
        assert_eq!(with(WatchMode::Listen), [(1, vec![20]), (20, vec![1]), (30, vec![1, 20])]);
        assert_eq!(with(WatchMode::Whisper), [(1, vec![20]), (20, vec![1, 30]), (30, vec![1, 20])]);
        assert_eq!(with(WatchMode::Join), [(1, vec![20, 30]), (20, vec![1, 30]), (30, vec![1, 20])]);
    }

    #[test]
    fn a_whisper_never_reaches_a_relay() {
        let relay = Member { who: Who::Relay(RelayId::from("samu")), leg: LegId(-1), part: Part::Talks };
        let ears = heard(&[listener(2), relay, watcher(3, WatchMode::Whisper)], false, None);
        assert_eq!(ears, [(-1, vec![1, 20]), (1, vec![20, -1]), (20, vec![1, -1, 30]), (30, vec![1, 20, -1])]);
    }

    #[test]
    fn in_a_consultation_the_caller_hears_music_or_whoever_stays() {
        let asked = HandOver { to: Target::Listener(ListenerId(4)), warm: true, second: false };
        let step = BesideStep::Consulting { other: listener(4), stood: None };
        let beside = Beside { by: ListenerId(2), asked, step };
        assert_eq!(heard(&[listener(2)], false, Some(&beside)), [(1, vec![0]), (20, vec![40]), (40, vec![20])]);
        let two = [listener(2), listener(3)];
        let expected = [(1, vec![30]), (20, vec![40]), (30, vec![1]), (40, vec![20])];
        assert_eq!(heard(&two, false, Some(&beside)), expected);
    }
}
