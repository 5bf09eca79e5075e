//! Listeners: what each does now, and what they can be asked.

mod day;
mod profile;

pub(crate) use day::Day;
pub(crate) use profile::{Extra, Profile, ProfileId, Profiles, Turn};

use crate::plan::{Duty, ListenerCare};
use crate::{CallId, Effect, Event, LegId, ListenerId, Moment, Output, Person, Presence, PresenceReason, QueueId};
use std::collections::{BTreeMap, BTreeSet};

/// How long a ready listener whose desk vanished stays on duty, in milliseconds.
const READY_AWAY: u64 = 15_000;
/// How long a paused or writing listener whose desk vanished stays on duty, in milliseconds.
const PAUSED_AWAY: u64 = 30 * 60_000;

/// What a listener does. The call is named only where there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    OffDuty,
    /// Paused by choice, or resting until a moment.
    Paused {
        rest: Option<Moment>,
    },
    /// Waiting for a call. `turn` is the moment from which the wait counts, later than `since` after a hard day.
    Ready {
        since: Moment,
        turn: Moment,
    },
    Offered {
        call: CallId,
    },
    Talking {
        call: CallId,
    },
    WrappingUp {
        call: CallId,
        /// How long the talk was, in milliseconds.
        talk: u64,
    },
    Supervising {
        call: CallId,
    },
}

impl Standing {
    pub(crate) fn presence(self) -> Presence {
        match self {
            Standing::OffDuty => Presence::OffDuty,
            Standing::Paused { .. } => Presence::Paused,
            Standing::Ready { .. } => Presence::Ready,
            Standing::Offered { .. } => Presence::Offered,
            Standing::Talking { .. } => Presence::Talking,
            Standing::WrappingUp { .. } => Presence::WrappingUp,
            Standing::Supervising { .. } => Presence::Supervising,
        }
    }

    /// Where somebody stands who was asked and got no caller: where they stood before, as long as they can be reached.
    /// Whoever was writing about an earlier talk goes on writing, reached or not: the record is still owed.
    pub(crate) fn without_a_caller(stood: Option<Standing>, reachable: bool) -> Standing {
        match stood {
            Some(writing @ Standing::WrappingUp { .. }) => writing,
            Some(before) if reachable => before,
            Some(_) | None => Standing::Paused { rest: None },
        }
    }

    /// The call this standing is bound to.
    pub(crate) fn call(self) -> Option<CallId> {
        match self {
            Standing::Offered { call } | Standing::Talking { call } | Standing::Supervising { call } => Some(call),
            Standing::OffDuty | Standing::Paused { .. } | Standing::Ready { .. } | Standing::WrappingUp { .. } => None,
        }
    }
}

/// How a listener can be reached now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// At an open desk whose voice is connected.
    Desk(LegId),
    /// By their own telephone.
    Phone,
}

/// One listener.
#[derive(Debug)]
pub(crate) struct Listener {
    pub(crate) person: Person,
    /// The leg of the open desk, while desk and voice are there.
    pub(crate) desk: Option<LegId>,
    /// Rings at their own telephone rather than at the desk.
    pub(crate) by_phone: bool,
    pub(crate) standing: Standing,
    /// When the present standing began.
    pub(crate) since: Moment,
    /// When the desk vanished, while it is away.
    pub(crate) away_since: Option<Moment>,
    /// Asked for a pause in a call: it begins when the care record is closed.
    pub(crate) pause_after: bool,
    /// The shift ended in a call: off duty when the care record is closed.
    pub(crate) off_after: bool,
    /// Asked for a debrief that was not held yet.
    pub(crate) wants_debrief: bool,
    /// What the rota has them do now.
    pub(crate) duties: BTreeSet<(QueueId, Duty)>,
    pub(crate) day: Day,
    profile: Option<ProfileId>,
}

impl Listener {
    fn new(person: Person, now: Moment) -> Self {
        Self {
            person,
            desk: None,
            by_phone: false,
            standing: Standing::OffDuty,
            since: now,
            away_since: None,
            pause_after: false,
            off_after: false,
            wants_debrief: false,
            duties: BTreeSet::new(),
            day: Day::default(),
            profile: None,
        }
    }

    pub(crate) fn id(&self) -> ListenerId {
        self.person.id
    }

    /// How a call would reach them now.
    pub(crate) fn reach(&self) -> Option<Reach> {
        if self.by_phone && self.person.phone {
            return Some(Reach::Phone);
        }
        self.desk.map(Reach::Desk)
    }

    /// When something must be decided about this listener though nothing happens.
    pub(crate) fn deadline(&self, care: &ListenerCare) -> Option<Moment> {
        let rest = match self.standing {
            Standing::Paused { rest } => rest,
            // Nobody closes a record by telephone: there is a time to write, and then the next call may come.
            Standing::WrappingUp { .. } if self.reach() == Some(Reach::Phone) => {
                Some(self.since.plus(u64::from(care.phone_wrap_up_seconds) * 1000))
            }
            Standing::OffDuty
            | Standing::Ready { .. }
            | Standing::Offered { .. }
            | Standing::Talking { .. }
            | Standing::WrappingUp { .. }
            | Standing::Supervising { .. } => None,
        };
        let away =
            self.away_since.filter(|_| self.reach() != Some(Reach::Phone)).and_then(|away| match self.standing {
                Standing::Ready { .. } => Some(away.plus(READY_AWAY)),
                Standing::Paused { .. } | Standing::WrappingUp { .. } => Some(away.plus(PAUSED_AWAY)),
                Standing::OffDuty
                | Standing::Offered { .. }
                | Standing::Talking { .. }
                | Standing::Supervising { .. } => None,
            });
        [rest, away].into_iter().flatten().min()
    }

    /// The turn, if a call may be offered now.
    pub(crate) fn turn(&self) -> Option<Turn> {
        match self.standing {
            Standing::Ready { turn, .. } => self.reach().map(|_| (turn, self.id())),
            Standing::OffDuty
            | Standing::Paused { .. }
            | Standing::Offered { .. }
            | Standing::Talking { .. }
            | Standing::WrappingUp { .. }
            | Standing::Supervising { .. } => None,
        }
    }

    /// Whether this very call could be given back to them: they are free, or still write about it.
    pub(crate) fn takes_back(&self, of: CallId) -> bool {
        self.turn().is_some() || self.could_go_back_to() == Some(of)
    }

    /// The call that they write about and could be rung for.
    fn could_go_back_to(&self) -> Option<CallId> {
        let Standing::WrappingUp { call, .. } = self.standing else { return None };
        // A telephone rings during a shift, and not for somebody whose shift has ended meanwhile.
        let at_home = self.by_phone && self.duties.is_empty();
        (self.reach().is_some() && !at_home).then_some(call)
    }

    /// The number of their profile.
    pub(crate) fn profile(&self) -> Option<ProfileId> {
        self.profile
    }

    /// Whether they are there: on duty and within reach, free or not.
    pub(crate) fn is_there(&self) -> bool {
        self.standing != Standing::OffDuty && self.reach().is_some()
    }

    fn profile_now(&self, now: Moment, care: &ListenerCare) -> Profile {
        let extra = if !self.duties.is_empty() || self.standing == Standing::OffDuty {
            Extra::No
        } else {
            self.person.queues.clone().map_or(Extra::Any, Extra::Queues)
        };
        Profile {
            skills: self.person.skills.clone(),
            duties: self.duties.clone(),
            extra,
            capped: self.day.capped(now, care),
        }
    }

    /// The standing of somebody who is ready from now on; or once a rest that was given is over.
    pub(crate) fn ready(&self, now: Moment, care: &ListenerCare) -> Standing {
        if let Some(rest) = self.day.rest_left(now) {
            return Standing::Paused { rest: Some(rest) };
        }
        Standing::Ready { since: now, turn: now.plus(self.day.handicap(now, care)) }
    }
}

/// All listeners, and who is free.
#[derive(Debug, Default)]
pub(crate) struct Listeners {
    all: BTreeMap<ListenerId, Listener>,
    pub(crate) profiles: Profiles,
    /// Those who can be offered a call, by profile, in the order of their turns.
    pub(crate) free: BTreeMap<ProfileId, BTreeSet<Turn>>,
    /// How many of each profile are there, free or not.
    pub(crate) there: BTreeMap<ProfileId, u16>,
    /// Those who became free, or became able to take others, since the last choice.
    pub(crate) freed: BTreeSet<ListenerId>,
    /// Of some profile the last one has left: whoever waits for such people must not wait on.
    pub(crate) deserted: bool,
    /// Those of whom anything changed since their deadlines were last looked at.
    pub(crate) touched: BTreeSet<ListenerId>,
    pub(crate) care: ListenerCare,
}

impl Listeners {
    pub(crate) fn get(&self, id: ListenerId) -> Option<&Listener> {
        self.all.get(&id)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Listener> {
        self.all.values()
    }

    pub(crate) fn reach_of(&self, id: ListenerId) -> Option<Reach> {
        self.all.get(&id).and_then(Listener::reach)
    }

    pub(crate) fn desk_of(&self, id: ListenerId) -> Option<LegId> {
        self.all.get(&id).and_then(|listener| listener.desk)
    }

    /// Changes a listener, and keeps what is known of who is free in step. Every change goes through here.
    pub(crate) fn change<T>(&mut self, id: ListenerId, now: Moment, change: impl FnOnce(&mut Listener) -> T) -> T {
        self.touched.insert(id);
        let listener = self.all.entry(id).or_insert_with(|| Listener::new(Person::anybody(id), now));
        let before = (listener.turn(), listener.is_there(), listener.profile);
        let went_back_to = listener.could_go_back_to();
        let result = change(listener);
        let profile = self.profiles.take(listener.profile_now(now, &self.care));
        if let Some(old) = listener.profile.replace(profile) {
            self.profiles.leave(old);
        }
        let after = (listener.turn(), listener.is_there(), Some(profile));
        if (before.0, before.2) != (after.0, after.2) {
            if let (Some(turn), Some(old)) = (before.0, before.2)
                && let Some(free) = self.free.get_mut(&old)
            {
                free.remove(&turn);
                if free.is_empty() {
                    self.free.remove(&old);
                }
            }
            if let Some(turn) = after.0 {
                self.free.entry(profile).or_default().insert(turn);
                self.freed.insert(id);
            }
        }
        let goes_back_to = listener.could_go_back_to();
        if (after.1 && !before.1) || (goes_back_to.is_some() && goes_back_to != went_back_to) {
            // Within reach again, or out of the talk and writing about it: a call that is for them alone may wait.
            self.freed.insert(id);
        }
        if (before.1, before.2) != (after.1, after.2) {
            if let (true, Some(old)) = (before.1, before.2)
                && let Some(count) = self.there.get_mut(&old)
            {
                *count -= 1;
                if *count == 0 {
                    self.there.remove(&old);
                    self.deserted = true;
                }
            }
            if after.1 {
                *self.there.entry(profile).or_default() += 1;
            }
        }
        result
    }

    /// Changes a listener's standing, and says so.
    pub(crate) fn become_(
        &mut self,
        id: ListenerId,
        standing: Standing,
        reason: PresenceReason,
        now: Moment,
        out: &mut Output,
    ) {
        self.change(id, now, |listener| {
            let over = listener.off_after && matches!(standing, Standing::Ready { .. } | Standing::Paused { .. });
            let (standing, reason) =
                if over { (Standing::OffDuty, PresenceReason::ShiftEnded) } else { (standing, reason) };
            let presence = standing.presence();
            let before = listener.standing.presence();
            if presence != before {
                if matches!(before, Presence::Talking | Presence::WrappingUp) {
                    listener.day.was_busy(listener.since, now);
                }
                out.event(Event::PresenceChanged { listener: id, presence, reason });
                listener.since = now;
            }
            listener.standing = standing;
            // A pause is asked for after one call, and a shift's end waits for one: they must not outlive it.
            match standing {
                Standing::Talking { .. } | Standing::WrappingUp { .. } | Standing::Offered { .. } => {}
                Standing::OffDuty | Standing::Paused { .. } | Standing::Ready { .. } | Standing::Supervising { .. } => {
                    listener.pause_after = false;
                    listener.off_after = false;
                    listener.by_phone = listener.by_phone && standing != Standing::OffDuty;
                }
            }
        });
        out.effect(Effect::DeskChanged(id));
    }

    /// Makes a listener ready from now on, or lets them go on with a rest that is not over.
    pub(crate) fn make_ready(&mut self, id: ListenerId, reason: PresenceReason, now: Moment, out: &mut Output) {
        let care = self.care;
        if let Some(standing) = self.get(id).map(|listener| listener.ready(now, &care)) {
            let rests = matches!(standing, Standing::Paused { .. });
            let reason = if rests { PresenceReason::Rest } else { reason };
            self.become_(id, standing, reason, now, out);
        }
    }

    /// Every listener's number.
    pub(crate) fn ids(&self) -> Vec<ListenerId> {
        self.all.keys().copied().collect()
    }
}
