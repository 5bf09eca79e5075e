//! Profiles: listeners who can take the same callers are of one profile, so that a choice looks at profiles and not at
//! every listener.

use crate::plan::{Duty, QueueRules, Skills, Tried};
use crate::{ListenerId, QueueId};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What decides whether a listener can take a caller.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Profile {
    pub(crate) skills: Skills,
    /// What the rota has them do now.
    pub(crate) duties: BTreeSet<(QueueId, Duty)>,
    /// Signed in outside any shift: for which queues, or for all.
    pub(crate) extra: Extra,
    /// Has had as many severe calls as one should have.
    pub(crate) capped: bool,
}

/// What somebody who is signed in outside a shift may do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Extra {
    /// Nothing: they are on a shift, or not at a desk.
    #[default]
    No,
    /// Serve these queues.
    Queues(BTreeSet<QueueId>),
    /// Serve every queue.
    Any,
}

impl Profile {
    /// Whether a rung reaches people of this profile.
    pub(crate) fn on_rung(&self, tried: &Tried, rules: &QueueRules) -> bool {
        let on_duty = |queue: &QueueId, duty: Duty| self.duties.contains(&(queue.clone(), duty));
        match tried {
            Tried::OnShift => on_duty(&rules.id, Duty::OnShift) || (rules.extras && self.extra_for(&rules.id)),
            Tried::OnCall => on_duty(&rules.id, Duty::OnCall),
            Tried::OtherQueue(queue) => on_duty(queue, Duty::OnShift),
            Tried::Facilitator => on_duty(&rules.id, Duty::Facilitator),
            Tried::Partner(_) | Tried::Message(_) => false,
        }
    }

    fn extra_for(&self, queue: &QueueId) -> bool {
        match &self.extra {
            Extra::No => false,
            Extra::Queues(queues) => queues.contains(queue),
            Extra::Any => true,
        }
    }
}

/// A profile's number while somebody has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ProfileId(u64);

/// The profiles that somebody has.
#[derive(Debug, Default)]
pub(crate) struct Profiles {
    ids: BTreeMap<Profile, ProfileId>,
    all: HashMap<ProfileId, (Profile, usize)>,
    last: u64,
}

impl Profiles {
    /// The number of this profile; one more listener has it.
    pub(crate) fn take(&mut self, profile: Profile) -> ProfileId {
        let id = *self.ids.entry(profile.clone()).or_insert_with(|| {
            self.last += 1;
            ProfileId(self.last)
        });
        self.all.entry(id).or_insert((profile, 0)).1 += 1;
        id
    }

    /// One listener less has it. A number is never used twice.
    pub(crate) fn leave(&mut self, id: ProfileId) {
        let Some((profile, count)) = self.all.get_mut(&id) else { return };
        *count -= 1;
        if *count == 0 {
            self.ids.remove(profile);
            self.all.remove(&id);
        }
    }

    pub(crate) fn get(&self, id: ProfileId) -> Option<&Profile> {
        self.all.get(&id).map(|(profile, _)| profile)
    }
}

/// A listener's turn: smaller is asked first.
pub(crate) type Turn = (crate::Moment, ListenerId);
