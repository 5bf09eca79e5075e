//! A call from the call page.

use crate::cluster::Alone;
use crate::turn::Turn;
use std::sync::Arc;
use switchboard::{CallId, CallerState, LegId};
use telephony::{OfferRefused, Order, Telephony};
use tokio::sync::mpsc::UnboundedReceiver;

/// Why a call from a browser is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallRefused {
    /// The offer could not be read.
    Malformed,
    /// The offer has no audio in G.711 A-law.
    NoAudio,
    /// There is no such line.
    UnknownLine,
    /// As many callers wait as the line allows.
    QueueFull,
    /// The service is closing.
    Unavailable,
}

impl From<OfferRefused> for CallRefused {
    fn from(refused: OfferRefused) -> Self {
        match refused {
            OfferRefused::Malformed => Self::Malformed,
            OfferRefused::NoAudio => Self::NoAudio,
            OfferRefused::NoMedia => Self::Unavailable,
        }
    }
}

/// One call from a browser. Dropping it says that the page's socket is closed: the call ends once its sound stops too.
pub struct BrowserCall {
    /// The session description to give back to the browser.
    pub answer: String,
    /// The call.
    pub call: CallId,
    /// Where the call stands, as it changes.
    pub states: UnboundedReceiver<CallerState>,
    pub(crate) leg: LegId,
    pub(crate) cluster: Alone,
    pub(crate) telephony: Arc<Telephony>,
}

impl BrowserCall {
    /// Finds a new way to the caller's browser, after a change of its network.
    ///
    /// # Errors
    /// [`CallRefused`]: `Unavailable` when the call is over.
    pub async fn restart(&self, offer: String) -> Result<String, CallRefused> {
        Ok(self.telephony.restart_browser(self.leg, offer).await?)
    }

    /// The caller hangs up.
    pub fn hang_up(&self) {
        self.cluster.send(Turn::CallerHangsUp(self.leg));
    }
}

impl Drop for BrowserCall {
    fn drop(&mut self) {
        self.telephony.perform(Order::Unattended(self.leg));
    }
}
