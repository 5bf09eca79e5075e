//! An offer: one ring of one listener for one caller, with a deadline, at a desk or by telephone.

use super::Room;
use crate::event::Why;
use crate::listener::{Reach, Standing};
use crate::{Destination, Digit, Effect, Event, LegEnd, LegId, ListenerId, Moment, OfferEnd, PresenceReason};

/// One listener is reserved, and rings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Offer {
    pub(crate) listener: ListenerId,
    /// Where they stood in line for a call: a caller who leaves costs them no turn.
    pub(crate) stood: Standing,
    pub(crate) until: Moment,
    pub(crate) via: Via,
}

/// Where it rings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Via {
    /// At the desk.
    Desk(LegId),
    /// At the listener's own telephone; a key accepts, so that an answering machine never does.
    Phone { leg: LegId, answered: bool },
}

impl Offer {
    /// The key that accepts on a telephone.
    const ACCEPT: char = '1';
    /// The key that declines on a telephone.
    const DECLINE: char = '2';
    /// How much longer a telephone may take than a desk, in milliseconds: it rings later, and somebody must listen to
    /// what to press.
    const PHONE_EXTRA: u64 = 15_000;

    /// Reserves a listener and rings. `None` if they cannot be reached any more.
    pub(crate) fn begin(listener: ListenerId, why: Why, time: u64, room: &mut Room<'_>) -> Option<Self> {
        let known = room.listeners.get(listener)?;
        let stood = known.standing;
        let reach = known.reach()?;
        let call = room.facts.call;
        room.listeners.become_(listener, Standing::Offered { call }, PresenceReason::Call, room.now, room.out);
        room.event(Event::Offered { call, listener, why: Some(why) });
        let (via, time) = match reach {
            Reach::Desk(leg) => (Via::Desk(leg), time),
            Reach::Phone => {
                let leg = room.dial(Destination::Listener(listener));
                (Via::Phone { leg, answered: false }, time + Self::PHONE_EXTRA)
            }
        };
        Some(Self { listener, stood, until: room.now.plus(time), via })
    }

    /// The leg through which the listener will talk.
    pub(crate) fn leg(&self) -> LegId {
        match self.via {
            Via::Desk(leg) | Via::Phone { leg, .. } => leg,
        }
    }

    /// The leg that was called for the offer.
    pub(crate) fn called_leg(&self) -> Option<LegId> {
        match self.via {
            Via::Desk(_) => None,
            Via::Phone { leg, .. } => Some(leg),
        }
    }

    /// Their telephone answered: it says what to press.
    pub(crate) fn phone_answered(self, room: &mut Room<'_>) -> Self {
        let leg = self.leg();
        room.ask_for_key(leg);
        Self { via: Via::Phone { leg, answered: true }, ..self }
    }

    /// What a key on their telephone means.
    pub(crate) fn key(&self, digit: Digit) -> Option<OfferEnd> {
        match (self.via, digit.key()) {
            (Via::Phone { answered: true, .. }, Self::ACCEPT) => Some(OfferEnd::Accepted),
            (Via::Phone { answered: true, .. }, Self::DECLINE) => Some(OfferEnd::Declined),
            (Via::Phone { .. } | Via::Desk(_), _) => None,
        }
    }

    /// What the end of their telephone's leg means.
    pub(crate) fn of_leg(end: LegEnd) -> OfferEnd {
        match end {
            LegEnd::Busy => OfferEnd::Busy,
            LegEnd::Declined => OfferEnd::Declined,
            LegEnd::HungUp | LegEnd::NotReached => OfferEnd::NotReached,
            LegEnd::Lost | LegEnd::Failed | LegEnd::NoSuchNumber => OfferEnd::LineFault,
        }
    }

    /// Nobody accepted in time.
    pub(crate) fn timed_out(&self) -> OfferEnd {
        match self.via {
            Via::Desk(_) => OfferEnd::NoAnswer,
            Via::Phone { .. } => OfferEnd::NotReached,
        }
    }

    /// Ends the offer and says what becomes of the listener. `leg_gone` says that their telephone's leg is gone already.
    pub(crate) fn end(self, end: OfferEnd, leg_gone: bool, room: &mut Room<'_>) {
        let call = room.facts.call;
        room.event(Event::OfferEnded { call, listener: self.listener, end });
        let paused = Standing::Paused { rest: None };
        let by_phone = self.called_leg().is_some();
        let (standing, reason) = match end {
            OfferEnd::Accepted => (Standing::Talking { call }, PresenceReason::Call),
            OfferEnd::Declined => (paused, PresenceReason::Chosen),
            OfferEnd::NoAnswer => (paused, PresenceReason::NoAnswer),
            OfferEnd::ListenerGone => (paused, PresenceReason::Vanished),
            OfferEnd::CallerGone | OfferEnd::Withdrawn => (self.stood, PresenceReason::Call),
            OfferEnd::Busy | OfferEnd::NotReached | OfferEnd::LineFault => (paused, PresenceReason::NoAnswer),
        };
        // Whoever was rung while writing about this very call goes on writing.
        let standing = match (self.stood, end) {
            (Standing::WrappingUp { .. }, OfferEnd::Accepted) => standing,
            (writing @ Standing::WrappingUp { .. }, _not_accepted) => writing,
            (
                Standing::OffDuty
                | Standing::Paused { .. }
                | Standing::Ready { .. }
                | Standing::Offered { .. }
                | Standing::Talking { .. }
                | Standing::Supervising { .. },
                _end,
            ) => standing,
        };
        // Nobody presses "ready" on a telephone: it is tried again after a while, as long as the shift lasts.
        let standing = match standing {
            Standing::Paused { .. } if by_phone => Standing::Paused { rest: Some(room.now.plus(Self::PHONE_AGAIN)) },
            standing => standing,
        };
        room.listeners.become_(self.listener, standing, reason, room.now, room.out);
        if let (Some(leg), false, true) = (self.called_leg(), leg_gone, end != OfferEnd::Accepted) {
            room.effect(Effect::HangUp(leg));
        }
    }

    /// After how long a telephone that did not take a call is tried again, in milliseconds.
    const PHONE_AGAIN: u64 = 120_000;
}
