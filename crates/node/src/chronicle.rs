//! What is told of what happened: counted for metrics, measured of the lines, and handed to the journal.

use crate::counts::Counts;
use crate::sound::Sound;
use std::sync::Arc;
use std::time::Duration;
use store::{Fact, JournalSender};
use switchboard::Event;

/// The three who are told.
pub(crate) struct Chronicle {
    pub(crate) counts: Arc<Counts>,
    pub(crate) sound: Sound,
    pub(crate) journal: JournalSender,
}

impl Chronicle {
    /// Tells of what happened at a time: the wall's in milliseconds, and that since the node started.
    pub(crate) fn tell(&mut self, events: Vec<Event>, at: i64, elapsed: Duration) {
        for event in events {
            self.counts.count(&event, elapsed);
            let measured = if let Event::Ended { call, .. } = &event { self.sound.over(*call) } else { Vec::new() };
            for event in [event].into_iter().chain(measured) {
                self.journal.record(Fact { at, event });
            }
        }
    }
}
