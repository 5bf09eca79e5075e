//! At-risk signals on the socket: raised by whoever has the call, seen and taken by those who supervise.

use super::Open;
use crate::desk::message::{Id, Up};
use crate::desk::parts::{self, Told};
use crate::shell::some_lines;
use crate::signals::List;
use care::SignalCause;
use maud::html;
use switchboard::{CallId, Presence};

/// The longest words about a signal, in characters.
const LONGEST: usize = 500;

impl Open {
    /// Raises a signal in the call of the sheet.
    pub(super) async fn raise(&mut self, call: CallId, words: &str) {
        let Some(sheet) = self.sheet.as_ref().filter(|sheet| sheet.call == call) else { return };
        let line = sheet.line.clone();
        self.signal((call, &line), SignalCause::Record, &some_lines(words, LONGEST)).await;
    }

    async fn signal(&mut self, call: (CallId, &str), cause: SignalCause, words: &str) {
        let (house, who) = (&self.app.house, self.staff.listener());
        house.signals().raise(call, cause, who, words, house.wall_ms()).await;
        self.app.keys.audit(&self.staff, "signal_raised", &call.0.to_string()).await;
    }

    /// A supervisor takes a signal.
    pub(super) async fn take_signal(&mut self, signal: &str) {
        let (true, Ok(id)) = (self.staff.role.supervises(), signal.parse()) else { return };
        let house = &self.app.house;
        if house.take_signal(id, self.staff.listener()).await {
            self.app.keys.audit(&self.staff, "signal_taken", &format!("signal-{id}")).await;
        }
    }

    /// The alert key raises a signal too, and a supervisor who has seen the alert has taken it.
    pub(super) async fn signals_beside(&mut self, pressed: &Up) {
        match pressed {
            Up::Alert if self.state.view.presence == Presence::Talking => {
                if let Some((call, line)) = self.state.view.call.as_ref().map(|card| (card.call, card.line.clone())) {
                    self.signal((call, &line.0), SignalCause::Alert, "").await;
                }
            }
            // Whoever comes to the call has taken what was raised in it.
            Up::AlertSeen { call: Id(call) } | Up::Watch { call: Id(call), .. } if self.staff.role.supervises() => {
                let house = &self.app.house;
                house.signals().take_of_call(*call, self.staff.listener(), house.wall_ms()).await;
            }
            _ => {}
        }
    }

    /// The signal of the call that this desk has, and what the listener is told of it.
    pub(super) fn own_signal(&self) -> Option<Told> {
        let sheet = self.sheet.as_ref()?;
        let open = self.around.signals.borrow();
        let own = open.iter().find(|one| one.row.call == sheet.call.0)?;
        let watched = self.app.house.signals().are_watched_besides(self.staff.listener());
        Some(parts::told(self.words, own, watched, &self.around.colleagues))
    }

    /// The way to raise a signal in the call of this desk.
    pub(super) fn draw_signal(&self, own: Option<&Told>) -> String {
        let Some(sheet) = &self.sheet else { return String::new() };
        parts::signal(self.words, sheet.call, own).into_string()
    }

    /// All that are open, for those who supervise.
    pub(super) fn draw_signals(&self) -> String {
        if !self.staff.role.supervises() {
            return String::new();
        }
        let list = List {
            words: self.words,
            name: &|listener| self.around.colleagues.name(listener),
            // The script counts on: a text that grows would be sent again each second.
            since: &|at| html! { time.since data-from=(at) {} },
            take: &|id| {
                html! {
                    button.primary id=(format!("take-{id}")) type="button" data-do="take_signal" data-signal=(id) {
                        (self.words.say("signals.take"))
                    }
                }
            },
            beside: true,
        };
        list.draw(&self.around.signals.borrow()).into_string()
    }
}
