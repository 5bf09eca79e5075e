//! The numbers of telephones that may be called: listeners' own and those of relays. They are shown to nobody.

use std::collections::BTreeMap;
use switchboard::{Destination, ListenerId, RelayId};
use telephony::OutsideNumber;

/// Who can be called at which number.
#[derive(Debug, Clone, Default)]
pub(crate) struct Phones {
    /// Listeners' own telephones.
    pub(crate) listeners: BTreeMap<ListenerId, OutsideNumber>,
    /// Relays.
    pub(crate) relays: BTreeMap<RelayId, OutsideNumber>,
}

impl Phones {
    pub(crate) fn of(&self, to: &Destination) -> Option<OutsideNumber> {
        match to {
            Destination::Listener(listener) => self.listeners.get(listener).cloned(),
            Destination::Relay(relay) => self.relays.get(relay).cloned(),
        }
    }
}
