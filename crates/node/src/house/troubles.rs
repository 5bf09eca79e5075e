//! What those who run the service must know at once, whether or not they look at a page.

use super::House;
use care::SignalStage;
use std::collections::BTreeSet;
use telephony::{GatewayHealth, Registered};

/// Something that is wrong now. The names in it are those that the house gave its trunks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// A trunk's gateway does not answer, or serves nobody.
    TrunkDown(String),
    /// A trunk refuses to register us.
    TrunkRefuses(String),
    /// A trunk does not answer when we register.
    TrunkUnanswered(String),
    /// What happens cannot be written to the record; calls go on, and it waits in memory.
    RecordWaits,
    /// An at-risk signal was raised, and nobody takes it.
    SignalUnseen,
    /// An at-risk signal was taken, and is not closed in time.
    SignalOverdue,
    /// Numbers that must be right, of other helplines or of emergency services, were not checked for long.
    NumbersOld,
}

impl House {
    /// What is wrong now.
    #[must_use]
    pub fn troubles(&self) -> BTreeSet<Trouble> {
        let trunks = self.trunks().into_iter().flat_map(|trunk| {
            let down = (trunk.gateway == GatewayHealth::Down).then(|| Trouble::TrunkDown(trunk.name.clone()));
            let registered = match trunk.registered {
                Registered::Refused => Some(Trouble::TrunkRefuses(trunk.name)),
                Registered::Unanswered => Some(Trouble::TrunkUnanswered(trunk.name)),
                Registered::NotAsked | Registered::Asking | Registered::Yes => None,
            };
            [down, registered].into_iter().flatten()
        });
        let open = self.signals().open().borrow().clone();
        let signals = open.iter().filter_map(|signal| match signal.stage {
            SignalStage::Escalated => Some(Trouble::SignalUnseen),
            SignalStage::Overdue => Some(Trouble::SignalOverdue),
            SignalStage::Raised | SignalStage::Reminded | SignalStage::Taken => None,
        });
        let old = (self.directory().old_numbers() > 0).then_some(Trouble::NumbersOld);
        trunks.chain(self.journal_trouble().map(|_| Trouble::RecordWaits)).chain(signals).chain(old).collect()
    }
}
