//! A listener's standing: what they do now, and what they can be asked.

use crate::{CallId, Effect, Event, LegId, ListenerId, Moment, Output, Presence, PresenceReason};
use std::collections::BTreeMap;

/// How long a ready listener whose desk vanished stays on duty, in milliseconds.
const READY_AWAY: u64 = 15_000;
/// How long a paused or writing listener whose desk vanished stays on duty, in milliseconds.
const PAUSED_AWAY: u64 = 30 * 60_000;

/// What a listener does. The call is named only where there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    OffDuty,
    Paused,
    Ready { since: Moment },
    Offered { call: CallId },
    Talking { call: CallId },
    WrappingUp { call: CallId },
}

impl Standing {
    pub(crate) fn presence(self) -> Presence {
        match self {
            Standing::OffDuty => Presence::OffDuty,
            Standing::Paused => Presence::Paused,
            Standing::Ready { .. } => Presence::Ready,
            Standing::Offered { .. } => Presence::Offered,
            Standing::Talking { .. } => Presence::Talking,
            Standing::WrappingUp { .. } => Presence::WrappingUp,
        }
    }
}

/// One listener.
#[derive(Debug)]
pub(crate) struct Listener {
    pub(crate) id: ListenerId,
    /// The leg of the open desk, while desk and voice are there.
    pub(crate) desk: Option<LegId>,
    pub(crate) standing: Standing,
    /// When the present standing began.
    pub(crate) since: Moment,
    /// When the desk vanished, while it is away.
    pub(crate) away_since: Option<Moment>,
    /// Asked for a pause in a call: it begins when the care record is closed.
    pub(crate) pause_after: bool,
}

impl Listener {
    fn new(id: ListenerId, now: Moment) -> Self {
        Self { id, desk: None, standing: Standing::OffDuty, since: now, away_since: None, pause_after: false }
    }

    /// Changes the standing, and says so.
    pub(crate) fn become_(&mut self, standing: Standing, reason: PresenceReason, now: Moment, out: &mut Output) {
        let presence = standing.presence();
        if presence != self.standing.presence() {
            out.event(Event::PresenceChanged { listener: self.id, presence, reason });
            self.since = now;
        }
        self.standing = standing;
        // A pause is asked for after one call; it must not outlive that call's care record.
        match standing {
            Standing::Talking { .. } | Standing::WrappingUp { .. } => {}
            Standing::OffDuty | Standing::Paused | Standing::Ready { .. } | Standing::Offered { .. } => {
                self.pause_after = false;
            }
        }
        out.effect(Effect::DeskChanged(self.id));
    }

    /// When something must be decided about this listener though nothing happens.
    pub(crate) fn deadline(&self) -> Option<Moment> {
        let away = self.away_since?;
        match self.standing {
            Standing::Ready { .. } => Some(away.plus(READY_AWAY)),
            Standing::Paused | Standing::WrappingUp { .. } => Some(away.plus(PAUSED_AWAY)),
            Standing::OffDuty | Standing::Offered { .. } | Standing::Talking { .. } => None,
        }
    }

    /// Whether a call may be offered now, and since when.
    pub(crate) fn free_since(&self) -> Option<Moment> {
        match (self.standing, self.desk) {
            (Standing::Ready { since }, Some(_)) => Some(since),
            (Standing::Ready { .. }, None) => None,
            (
                Standing::OffDuty
                | Standing::Paused
                | Standing::Offered { .. }
                | Standing::Talking { .. }
                | Standing::WrappingUp { .. },
                _,
            ) => None,
        }
    }
}

/// All listeners.
#[derive(Debug, Default)]
pub(crate) struct Listeners {
    all: BTreeMap<ListenerId, Listener>,
}

impl Listeners {
    pub(crate) fn get(&self, id: ListenerId) -> Option<&Listener> {
        self.all.get(&id)
    }

    pub(crate) fn get_mut(&mut self, id: ListenerId) -> Option<&mut Listener> {
        self.all.get_mut(&id)
    }

    pub(crate) fn get_or_new(&mut self, id: ListenerId, now: Moment) -> &mut Listener {
        self.all.entry(id).or_insert_with(|| Listener::new(id, now))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Listener> {
        self.all.values()
    }

    pub(crate) fn desk_of(&self, id: ListenerId) -> Option<LegId> {
        self.all.get(&id).and_then(|listener| listener.desk)
    }

    /// Changes a listener's standing, if the listener is known.
    pub(crate) fn become_(
        &mut self,
        id: ListenerId,
        standing: Standing,
        reason: PresenceReason,
        now: Moment,
        out: &mut Output,
    ) {
        if let Some(listener) = self.all.get_mut(&id) {
            listener.become_(standing, reason, now, out);
        }
    }
}
