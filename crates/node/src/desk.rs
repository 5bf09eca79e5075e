//! An open desk: what it shows, and what its listener presses.

use crate::cluster::Alone;
use crate::sound::LineGrade;
use crate::turn::{SocketId, Turn};
use std::sync::Arc;
use switchboard::{Command, DeskView, ListenerId, WaitingCard};
use telephony::{OfferRefused, Telephony};
use tokio::sync::{oneshot, watch};

/// What a desk shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskState {
    /// The listener's own standing and call.
    pub view: DeskView,
    /// Everyone who waits.
    pub waiting: Vec<WaitingCard>,
    /// How the line of whoever they talk with sounds, once that is known.
    pub line: Option<LineGrade>,
    /// The same listener has opened a desk elsewhere: this one must stop.
    pub replaced: bool,
}

/// Why a desk's voice cannot be connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoiceRefused {
    /// The offer could not be read.
    Malformed,
    /// The offer has no audio in G.711 A-law.
    NoAudio,
    /// The service is closing.
    Unavailable,
}

impl From<OfferRefused> for VoiceRefused {
    fn from(refused: OfferRefused) -> Self {
        match refused {
            OfferRefused::Malformed => Self::Malformed,
            OfferRefused::NoAudio => Self::NoAudio,
            OfferRefused::NoMedia => Self::Unavailable,
        }
    }
}

/// One open desk. Dropping it says that its socket is closed; the voice may go on for a moment.
pub struct Desk {
    /// What the desk shows, always the newest.
    pub state: watch::Receiver<DeskState>,
    pub(crate) listener: ListenerId,
    pub(crate) socket: SocketId,
    pub(crate) cluster: Alone,
    pub(crate) telephony: Arc<Telephony>,
}

impl Desk {
    /// Passes on what the listener pressed.
    pub fn command(&self, command: Command) {
        self.cluster.send(Turn::Press(self.listener, self.socket, command));
    }

    /// Connects the desk's voice, in place of an earlier one.
    ///
    /// # Errors
    /// [`VoiceRefused`].
    pub async fn voice(&self, offer: String) -> Result<String, VoiceRefused> {
        let (leg, answer) = self.telephony.open_browser(offer).await?;
        self.cluster.send(Turn::DeskVoice(self.listener, self.socket, leg));
        Ok(answer)
    }

    /// Finds a new way for the desk's voice, after a change of the page's network.
    ///
    /// # Errors
    /// [`VoiceRefused`]: `Unavailable` when there is no such voice any more; the page then connects a new one.
    pub async fn restart_voice(&self, offer: String) -> Result<String, VoiceRefused> {
        let (reply, replied) = oneshot::channel();
        self.cluster.send(Turn::VoiceOf(self.listener, self.socket, reply));
        let leg = replied.await.ok().flatten().ok_or(VoiceRefused::Unavailable)?;
        Ok(self.telephony.restart_browser(leg, offer).await?)
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.cluster.send(Turn::DeskClosed(self.listener, self.socket));
    }
}
