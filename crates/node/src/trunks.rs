//! What changes at trunks, told to those who run the machine.

use telephony::{GatewayHealth, Registered, TrunkChange};

/// Writes what changed at a trunk into the log, at the level of an alarm if it is one.
pub(crate) fn log_change(trunk: &str, change: TrunkChange) {
    match change {
        TrunkChange::Gateway(GatewayHealth::Down) => tracing::error!(
            trunk,
            "the gateway of a trunk does not answer: calls to the outside take the next one; ask the provider"
        ),
        TrunkChange::Gateway(GatewayHealth::Up | GatewayHealth::Unknown) => {
            tracing::info!(trunk, "the gateway of a trunk answers")
        }
        TrunkChange::Registered(Registered::Refused) => {
            tracing::error!(trunk, "a trunk refuses to register us: check its user, password and realm")
        }
        TrunkChange::Registered(Registered::Unanswered) => {
            tracing::error!(trunk, "a trunk does not answer when we register: its calls may not reach us")
        }
        TrunkChange::Registered(Registered::Yes | Registered::NotAsked | Registered::Asking) => {
            tracing::info!(trunk, "a trunk knows where we are")
        }
    }
}
