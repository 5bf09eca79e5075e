//! Where one input's effects and events are gathered.

use crate::{Effect, Event};

/// What came of one or more inputs: effects to perform at once and in order, events for the journal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Output {
    /// What to do.
    pub effects: Vec<Effect>,
    /// What happened.
    pub events: Vec<Event>,
}

impl Output {
    pub(crate) fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    pub(crate) fn event(&mut self, event: Event) {
        self.events.push(event);
    }
}
