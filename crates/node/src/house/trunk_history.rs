//! What changed at trunks, kept over a restart: the page shows what was before it, too.

use std::collections::BTreeSet;
use std::time::Duration;
use store::{Store, StoreError};
use telephony::{GatewayHealth, Registered, Telephony, TrunkChange, TrunkState};
use tokio::sync::mpsc::UnboundedReceiver;

/// What changed at which trunk, and when in seconds since 1970.
pub(crate) type Changed = (String, u64, TrunkChange);

/// Before what the database did not take is tried again.
const AGAIN: Duration = Duration::from_secs(5);

/// Every change with its word in the database.
const WORDS: [(TrunkChange, &str); 8] = [
    (TrunkChange::Gateway(GatewayHealth::Unknown), "gateway_unknown"),
    (TrunkChange::Gateway(GatewayHealth::Up), "gateway_up"),
    (TrunkChange::Gateway(GatewayHealth::Down), "gateway_down"),
    (TrunkChange::Registered(Registered::NotAsked), "registers_not"),
    (TrunkChange::Registered(Registered::Asking), "registering"),
    (TrunkChange::Registered(Registered::Yes), "registered"),
    (TrunkChange::Registered(Registered::Refused), "registration_refused"),
    (TrunkChange::Registered(Registered::Unanswered), "registration_unanswered"),
];

/// Tells telephony what changed before it was started. A word that nobody knows, of a later version, is passed over.
pub(super) async fn remember(store: &Store, telephony: &Telephony) -> Result<(), StoreError> {
    let names: BTreeSet<String> = telephony.trunks().into_iter().map(|trunk| trunk.name).collect();
    for name in names {
        let rows = store.trunk_changes(&name).await?;
        let changes = rows.into_iter().filter_map(|(at, word)| {
            let (change, _) = WORDS.iter().find(|(_, known)| *known == word)?;
            Some((u64::try_from(at).ok()?, *change))
        });
        telephony.remember_changes(&name, changes.collect());
    }
    Ok(())
}

/// Writes down what changes, each in its turn, until nothing more can.
pub(super) async fn keep(store: Store, mut changes: UnboundedReceiver<Changed>) {
    while let Some((trunk, at, change)) = changes.recv().await {
        let Some((_, word)) = WORDS.iter().find(|(known, _)| *known == change) else { continue };
        let at = i64::try_from(at).unwrap_or(i64::MAX);
        while let Err(fault) = store.put_trunk_change(&trunk, at, word, TrunkState::CHANGES).await {
            tracing::warn!(%fault, "what changed at a trunk is not written yet");
            tokio::time::sleep(AGAIN).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_has_a_word_of_its_own() {
        for (index, (change, word)) in WORDS.iter().enumerate() {
            let after = WORDS.iter().skip(index + 1);
            assert!(after.clone().all(|(other, _)| other != change) && after.clone().all(|(_, other)| other != word));
        }
        let healths = [GatewayHealth::Unknown, GatewayHealth::Up, GatewayHealth::Down].map(TrunkChange::Gateway);
        let registered =
            [Registered::NotAsked, Registered::Asking, Registered::Yes, Registered::Refused, Registered::Unanswered];
        let all = healths.into_iter().chain(registered.map(TrunkChange::Registered));
        assert!(all.clone().all(|change| WORDS.iter().any(|(known, _)| *known == change)));
        assert_eq!(all.count(), WORDS.len());
    }
}
