//! Effects become orders, in the order in which the switchboard gave them.

use switchboard::{CallerState, Destination, Effect, LegId, LineId, ListenerId};
use telephony::Order;

/// What is to be done with one effect.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    Order(Order),
    /// A telephone is to be called, whose number is looked up.
    Dial(LegId, Destination, LineId),
    Tell(LegId, CallerState),
    ShowDesk(ListenerId),
    ShowSupervisors,
}

pub(crate) fn deed(effect: Effect) -> Deed {
    match effect {
        Effect::Ring(leg) => Deed::Order(Order::Ring(leg)),
        Effect::Answer(leg) => Deed::Order(Order::Answer(leg)),
        Effect::Refuse(leg, refusal) => Deed::Order(Order::Refuse(leg, refusal)),
        Effect::HangUp(leg) => Deed::Order(Order::HangUp(leg)),
        Effect::Play(leg, playing) => Deed::Order(Order::Play(leg, playing)),
        Effect::Hear(leg, legs) => Deed::Order(Order::Hear(leg, legs)),
        Effect::Dial(leg, to, line) => Deed::Dial(leg, to, line),
        Effect::Tell(leg, state) => Deed::Tell(leg, state),
        Effect::DeskChanged(listener) => Deed::ShowDesk(listener),
        Effect::SupervisionChanged => Deed::ShowSupervisors,
    }
}
