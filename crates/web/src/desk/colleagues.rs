//! Who can be asked to take a call over: colleagues who are there, queues and relays.

use crate::App;
use node::House;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use store::Staff;
use switchboard::{ListenerId, Plan, Presence, QueueId, RelayId, Skill, Target};

/// The people and places that a desk may name.
#[derive(Debug, Clone, Default)]
pub(super) struct Colleagues {
    pub(super) me: Option<ListenerId>,
    pub(super) names: HashMap<ListenerId, String>,
    pub(super) plan: Arc<Plan>,
    /// Colleagues who are on duty, with what they do.
    pub(super) there: Vec<(ListenerId, Presence)>,
    /// What somebody here can do, beside languages and roles.
    pub(super) skills: BTreeSet<Skill>,
}

impl Colleagues {
    /// Reads the names anew. Without a database they are numbers: a call can be handed over all the same.
    pub(super) async fn read(app: &App, me: &Staff) -> Self {
        let staff = app.house.store().all_staff().await.unwrap_or_else(|fault| {
            tracing::warn!(%fault, "a desk has no names");
            Vec::new()
        });
        let here = staff.iter().filter(|one| one.left_at.is_none());
        let skills = here.flat_map(|one| one.reach.skills.keys().cloned());
        let skills = skills.filter(|skill| matches!(skill.kind(), "theme" | "audience")).collect();
        let names = staff.into_iter().map(|one| (one.listener(), one.name)).collect();
        let mut colleagues = Self { me: Some(me.listener()), names, skills, ..Self::default() };
        colleagues.look(&app.house);
        colleagues
    }

    /// Looks who is there now.
    pub(super) fn look(&mut self, house: &House) {
        self.plan = house.plan();
        let live = house.live();
        let board = live.borrow();
        let on_duty = |(id, one): (&ListenerId, &store::BoardListener)| {
            (one.presence != Presence::OffDuty && Some(*id) != self.me).then_some((*id, one.presence))
        };
        let mut there: Vec<(ListenerId, Presence)> = board.listeners.iter().filter_map(on_duty).collect();
        there.sort_by_key(|(id, presence)| (*presence != Presence::Ready, self.name(*id)));
        self.there = there;
    }

    /// A colleague's name; their number when names cannot be read.
    pub(super) fn name(&self, listener: ListenerId) -> String {
        self.names.get(&listener).cloned().unwrap_or_else(|| format!("n°\u{a0}{}", listener.0))
    }

    /// What a target is called.
    pub(super) fn target(&self, target: &Target) -> String {
        match target {
            Target::Listener(listener) => self.name(*listener),
            Target::Queue(queue) => self.plan.queues.get(queue).map_or(queue.0.clone(), |known| known.name.clone()),
            Target::Relay(relay) => self.relay(relay),
        }
    }

    /// What a relay is called.
    pub(super) fn relay(&self, relay: &RelayId) -> String {
        self.plan.relays.get(relay).map_or(relay.0.clone(), |known| known.name.clone())
    }
}

/// A target as it travels: `queue:ecoute`, `listener:7`, `relay:partenaire`.
pub(super) fn key(target: &Target) -> String {
    match target {
        Target::Queue(queue) => format!("queue:{queue}"),
        Target::Listener(listener) => format!("listener:{}", listener.0),
        Target::Relay(relay) => format!("relay:{relay}"),
    }
}

/// Reads a target; `None` when it is not understood.
pub(super) fn read_target(text: &str) -> Option<Target> {
    match text.split_once(':')? {
        ("queue", queue) => Some(Target::Queue(QueueId::from(queue))),
        ("listener", listener) => Some(Target::Listener(ListenerId(listener.parse().ok()?))),
        ("relay", relay) => Some(Target::Relay(RelayId::from(relay))),
        (_, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_read_as_it_is_written() {
        let targets = [
            Target::Queue(QueueId::from("ecoute")),
            Target::Listener(ListenerId(7)),
            Target::Relay(RelayId::from("partenaire")),
        ];
        for target in targets {
            assert_eq!(read_target(&key(&target)), Some(target));
        }
        for nonsense in ["", "queue", "listener:x", "moon:1"] {
            assert_eq!(read_target(nonsense), None, "{nonsense}");
        }
    }
}
