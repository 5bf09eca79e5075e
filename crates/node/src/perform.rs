//! Effects become orders, in the order in which the switchboard gave them.

use switchboard::{CallerState, Effect, LegId, ListenerId};
use telephony::Order;

/// What is to be done with one effect.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    Order(Order),
    Orders([Order; 2]),
    Tell(LegId, CallerState),
    ShowDesk(ListenerId),
}

pub(crate) fn deed(effect: Effect) -> Deed {
    match effect {
        Effect::Ring(leg) => Deed::Order(Order::Ring(leg)),
        Effect::Answer(leg) => Deed::Order(Order::Answer(leg)),
        Effect::Refuse(leg, refusal) => Deed::Order(Order::Refuse(leg, refusal)),
        Effect::HangUp(leg) => Deed::Order(Order::HangUp(leg)),
        Effect::Play(leg, playing) => Deed::Order(Order::Play(leg, playing)),
        Effect::Bridge(one, other) => Deed::Orders([Order::Hear(one, vec![other]), Order::Hear(other, vec![one])]),
        Effect::Part(leg) => Deed::Order(Order::Hear(leg, Vec::new())),
        Effect::Tell(leg, state) => Deed::Tell(leg, state),
        Effect::DeskChanged(listener) => Deed::ShowDesk(listener),
    }
}
