//! The loop: one thread that owns the switchboard. It waits for inputs and deadlines and for nothing else.

mod desks;

pub(crate) use desks::Desks;

use crate::caller::CallRefused;
use crate::chronicle::Chronicle;
use crate::clock::Clock;
use crate::house::trunk_history::Changed;
use crate::perform::{Deed, deed};
use crate::phones::Phones;
use crate::places::Places;
use crate::trunks::log_change;
use crate::turn::{Caller, Turn};
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;
use switchboard::{
    Arrival, CallId, CallerState, Channel, Effect, Input, LegEnd, LegId, Moment, Output, Refusal, SupervisionView,
    Switchboard, Utc,
};
use telephony::{Order, Telephony, TelephonyEvent};
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::{oneshot, watch};

/// What the crank is made of.
pub(crate) struct Crank {
    pub(crate) board: Switchboard,
    pub(crate) clock: Clock,
    pub(crate) telephony: Arc<Telephony>,
    pub(crate) chronicle: Chronicle,
    pub(crate) desks: Desks,
    pub(crate) callers: HashMap<LegId, UnboundedSender<CallerState>>,
    pub(crate) phones: Phones,
    /// To whoever keeps what changes at trunks.
    pub(crate) trunk_changes: UnboundedSender<Changed>,
    pub(crate) supervision: Supervision,
    pub(crate) places: Places,
    /// Who waits until no call is open.
    pub(crate) drained: Option<oneshot::Sender<()>>,
    /// Where the wall clock was thought to be, so that a jump is noticed.
    pub(crate) told_wall: Option<i64>,
}

/// What supervisors are shown. It takes a look at every call, so it is drawn a few times a second at most.
pub(crate) struct Supervision {
    pub(crate) shown: watch::Sender<Arc<SupervisionView>>,
    /// When it is to be drawn next, if something has changed.
    pub(crate) due: Option<Moment>,
}

impl Supervision {
    /// Shortest time between two drawings, in milliseconds.
    const EVERY: u64 = 200;

    fn changed(&mut self, now: Moment) {
        if self.shown.receiver_count() > 0 {
            self.due.get_or_insert(now.plus(Self::EVERY));
        }
    }
}

impl Crank {
    /// Turns until told to close.
    pub(crate) fn run(mut self, turns: &Receiver<Turn>) {
        loop {
            let own = [self.supervision.due, self.places.due()];
            let next = own.into_iter().chain([self.board.next_deadline()]).flatten().min();
            let turn = match next {
                None => turns.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(deadline) => {
                    let wait = deadline.since(self.clock.moment());
                    turns.recv_timeout(Duration::from_millis(wait))
                }
            };
            match turn {
                Ok(Turn::Close) | Err(RecvTimeoutError::Disconnected) => {
                    return self.places.close(&self.board, self.clock.moment());
                }
                Ok(turn) => self.turn(turn),
                Err(RecvTimeoutError::Timeout) => self.input(Input::TimePassed, None),
            }
            if self.drained.is_some() && self.board.open_calls() == 0 {
                // Whoever waited for this may have hurried on.
                let _hurried = self.drained.take().map(|drained| drained.send(()));
            }
            self.show_supervisors();
            self.places.keep(&self.board, self.clock.moment());
        }
    }

    fn show_supervisors(&mut self) {
        if self.supervision.due.is_some_and(|due| due <= self.clock.moment()) {
            self.supervision.due = None;
            self.supervision.shown.send_replace(Arc::new(self.board.supervision()));
        }
    }

    /// Tells the switchboard what the wall clock shows, at first and whenever it jumped.
    fn mind_the_wall_clock(&mut self) {
        let now = self.clock.moment();
        let ahead = self.clock.wall_ms().saturating_sub(i64::try_from(now.0).unwrap_or(i64::MAX));
        if self.told_wall.is_none_or(|told| told.abs_diff(ahead) > 1_000) {
            self.told_wall = Some(ahead);
            self.put(Input::WallClock(Utc(self.clock.wall_ms())), None);
        }
    }

    fn turn(&mut self, turn: Turn) {
        match turn {
            Turn::Telephony(event) => self.telephony_event(event),
            Turn::Caller(caller) => self.caller(caller),
            Turn::CallerHangsUp(leg) => {
                self.telephony.perform(Order::HangUp(leg));
                self.leg_ended(leg, LegEnd::HungUp);
            }
            Turn::DeskOpened(listener, socket, state) => self.desk_opened(listener, socket, state),
            Turn::DeskVoice(listener, socket, leg) => self.desk_voice(listener, socket, leg),
            Turn::VoiceOf(listener, socket, reply) => {
                let desk = self.desks.open.get(&listener).filter(|desk| desk.socket == socket);
                // Whoever asked may have gone.
                let _gone = reply.send(desk.and_then(|desk| desk.next.or(desk.leg)));
            }
            Turn::DeskClosed(listener, socket) => self.desk_closed(listener, socket),
            Turn::Press(listener, socket, command) => {
                // A desk that was opened elsewhere has no say any more.
                if self.desks.open.get(&listener).is_some_and(|desk| desk.socket == socket) {
                    self.input(Input::Listener(listener, command), None);
                }
            }
            Turn::Told(input) => self.input(input, None),
            Turn::Phones(phones) => self.phones = phones,
            Turn::Drain(drained) => self.drained = Some(drained),
            Turn::Close => {}
        }
    }

    fn telephony_event(&mut self, event: TelephonyEvent) {
        match event {
            TelephonyEvent::Incoming(leg, line, tags) => {
                let _call = self.arrived(Arrival {
                    call: CallId(random_id()),
                    leg,
                    line,
                    channel: Channel::Phone,
                    language: None,
                    tags,
                });
            }
            TelephonyEvent::Answered(leg) => self.input(Input::LegAnswered(leg), Some(leg)),
            TelephonyEvent::PromptEnded(leg, play) => self.input(Input::PromptEnded(leg, play), Some(leg)),
            TelephonyEvent::Digit(leg, digit) => self.input(Input::Digit(leg, digit), Some(leg)),
            TelephonyEvent::Ended(leg, end) => self.leg_ended(leg, end),
            TelephonyEvent::Heard(leg) => self.voice_heard(leg, true),
            TelephonyEvent::Quiet(leg) => self.voice_heard(leg, false),
            TelephonyEvent::Quality(leg, quality) => {
                self.chronicle.counts.heard(leg, &quality);
                for ear in self.chronicle.sound.reported(leg, &quality) {
                    self.show_voice(ear);
                }
            }
            TelephonyEvent::TrunkChanged(trunk, change) => {
                log_change(&trunk, change);
                let at = u64::try_from(self.clock.wall_ms() / 1000).unwrap_or_default();
                // Whoever writes it down lives as long as the house.
                let _house_gone = self.trunk_changes.send((trunk, at, change));
            }
        }
    }

    fn arrived(&mut self, arrival: Arrival) -> CallId {
        let (call, leg) = (arrival.call, arrival.leg);
        self.chronicle.counts.came(call, &arrival.line, arrival.tags, self.clock.elapsed());
        self.chronicle.sound.came(leg, call);
        self.input(Input::Arrived(arrival), Some(leg));
        call
    }

    fn caller(&mut self, caller: Caller) {
        let Caller { leg, line, language, states, reply } = caller;
        self.callers.insert(leg, states);
        // A page has no number, so there is nothing by which its caller could be known again.
        let call = self.arrived(Arrival {
            call: CallId(random_id()),
            leg,
            line,
            channel: Channel::Browser,
            language: Some(language),
            tags: None,
        });
        // A refusal has been performed by now, and has taken the caller out again.
        let answer = if self.callers.contains_key(&leg) { Ok(call) } else { Err(CallRefused::QueueFull) };
        // A page that has closed meanwhile leaves a leg that ends by its own silence.
        let _page_gone = reply.send(answer);
    }

    fn leg_ended(&mut self, leg: LegId, end: LegEnd) {
        self.chronicle.sound.gone(leg);
        if let Some(listener) = self.desks.voices.remove(&leg) {
            self.voice_ended(listener, leg);
            return;
        }
        self.input(Input::LegEnded(leg, end), Some(leg));
        self.callers.remove(&leg);
    }

    /// Gives one input to the switchboard, performs what comes of it and hands the events on. `leg` is the one whose call
    /// ends should the switchboard itself fail.
    fn input(&mut self, input: Input, leg: Option<LegId>) {
        self.mind_the_wall_clock();
        self.put(input, leg);
        self.unplug_closed();
    }

    fn put(&mut self, input: Input, leg: Option<LegId>) {
        let now = self.clock.moment();
        let mut out = Output::default();
        let board = &mut self.board;
        let handled = catch_unwind(AssertUnwindSafe(|| board.handle(input, now, &mut out)));
        if handled.is_err() {
            tracing::error!("a fault in the switchboard; the call it met is ended, the house goes on");
            if let Some(leg) = leg {
                let board = &mut self.board;
                let mut after = Output::default();
                if catch_unwind(AssertUnwindSafe(|| board.break_leg(leg, now, &mut after))).is_ok() {
                    out.effects.extend(after.effects);
                    out.events.extend(after.events);
                }
            }
        }
        self.perform(out);
    }

    fn perform(&mut self, out: Output) {
        let mut shown = Vec::new();
        let mut unknown = Vec::new();
        if !out.events.is_empty() {
            self.supervision.changed(self.clock.moment());
            self.places.changed(self.clock.moment());
        }
        for effect in out.effects {
            // No `LegEnded` follows these two: the page is forgotten here, after it was told.
            if let Effect::Refuse(leg, Refusal::QueueFull | Refusal::UnknownLine) | Effect::HangUp(leg) = effect {
                self.callers.remove(&leg);
            }
            match deed(effect) {
                Deed::Order(order) => {
                    self.chronicle.sound.ordered(&order);
                    self.telephony.perform(order);
                }
                Deed::Dial(leg, to, line) => match self.phones.of(&to) {
                    Some(number) => self.telephony.perform(Order::Dial(leg, number, line)),
                    None => unknown.push(leg),
                },
                Deed::Tell(leg, state) => {
                    if let Some(states) = self.callers.get(&leg) {
                        // A page that has closed is told nothing.
                        let _page_gone = states.send(state);
                    }
                }
                Deed::ShowDesk(listener) => shown.push(listener),
                Deed::ShowSupervisors => self.supervision.changed(self.clock.moment()),
            }
        }
        let waiting = if out.events.is_empty() { None } else { Some(self.board.waiting()) };
        if let Some(waiting) = waiting.filter(|waiting| *waiting != self.desks.waiting) {
            self.desks.waiting = waiting;
            shown = self.desks.open.keys().copied().collect();
        }
        shown.sort_unstable();
        shown.dedup();
        for listener in shown {
            self.show(listener);
        }
        let (at, elapsed) = (self.clock.wall_ms(), self.clock.elapsed());
        self.chronicle.tell(out.events, at, elapsed);
        // Nobody has a number for these: as if the exchange had said so.
        for leg in unknown {
            self.put(Input::LegEnded(leg, LegEnd::NoSuchNumber), None);
        }
    }
}

/// A random id that every program can carry: 53 bits, never zero.
pub(crate) fn random_id() -> i64 {
    let mut bytes = [0; 8];
    if getrandom::fill(&mut bytes).is_err() {
        tracing::error!("the system gives no random numbers");
    }
    i64::try_from(u64::from_le_bytes(bytes) >> 11).unwrap_or(1).max(1)
}
