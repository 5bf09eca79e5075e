//! One node alone: it decides for every line.

use crate::turn::Turn;
use std::sync::mpsc::Sender;

/// The way of inputs to the switchboard that decides.
#[derive(Debug, Clone)]
pub(crate) struct Alone {
    here: Sender<Turn>,
}

impl Alone {
    pub(crate) fn new(here: Sender<Turn>) -> Self {
        Self { here }
    }

    /// Hands a turn to whoever decides. Never waits.
    pub(crate) fn send(&self, turn: Turn) {
        // The crank ends only when the house closes; what comes later finds nobody, as after a power cut.
        let _closed = self.here.send(turn);
    }
}
