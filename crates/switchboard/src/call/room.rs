//! What a stage may see and touch besides itself.

use super::{CallInput, ClosedLine, Stage, Waiting};
use crate::listener::{Listeners, Standing};
use crate::queue::{Place, Queue};
use crate::{
    CallId, CallerState, Channel, Effect, Event, Language, LegEnd, LegId, Line, ListenerId, Moment, OfferEnd, Outcome,
    Output, Party, PlayId, PlayItem, Playing, PresenceReason, PromptName, Whereabouts,
};
use std::sync::Arc;

/// What is known of a call in every stage.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) call: CallId,
    pub(crate) leg: LegId,
    pub(crate) line: Arc<Line>,
    pub(crate) channel: Channel,
    pub(crate) language: Language,
    pub(crate) arrived: Moment,
    /// The menu choice, once made.
    pub(crate) choice: Option<String>,
    /// The caller's place and the time of entering the queue, once there.
    pub(crate) queued: Option<(Place, Moment)>,
    /// How far the answer on the caller's leg is.
    pub(crate) pickup: Pickup,
    /// Whether the caller has talked with somebody: a caller who leaves after a lost talk did not give up.
    pub(crate) talked: bool,
}

/// How far the answer on the caller's leg is. A leg is asked to answer once: a second answer would never be completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pickup {
    /// The leg rings, or is new.
    Unanswered,
    /// We asked for the answer, and it is on its way.
    Asked,
    /// Sound can flow, so prompts can be heard.
    Answered,
}

/// What a stage works with.
pub(crate) struct Room<'a> {
    pub(crate) now: Moment,
    pub(crate) facts: &'a mut Facts,
    pub(crate) listeners: &'a mut Listeners,
    pub(crate) queue: &'a mut Queue,
    pub(crate) next_play: &'a mut i64,
    pub(crate) out: &'a mut Output,
}

impl Room<'_> {
    pub(crate) fn effect(&mut self, effect: Effect) {
        self.out.effect(effect);
    }

    pub(crate) fn event(&mut self, event: Event) {
        self.out.event(event);
    }

    pub(crate) fn tell(&mut self, state: CallerState) {
        self.out.effect(Effect::Tell(self.facts.leg, state));
    }

    /// A whole prompt in the caller's language.
    pub(crate) fn whole(&self, prompt: PromptName) -> PlayItem {
        PlayItem { prompt, language: self.facts.language, at_most: None }
    }

    /// Some seconds of hold music.
    pub(crate) fn music(&self, seconds: u32) -> PlayItem {
        PlayItem { prompt: PromptName::HoldMusic, language: self.facts.language, at_most: Some(seconds * 1000) }
    }

    /// Plays on the caller's leg, once the leg is answered.
    pub(crate) fn play(&mut self, items: Vec<PlayItem>, again_from: Option<usize>) -> PlayId {
        *self.next_play += 1;
        let id = PlayId(*self.next_play);
        if self.facts.pickup == Pickup::Answered {
            self.out.effect(Effect::Play(self.facts.leg, Playing { id, items, again_from }));
        }
        id
    }

    /// Asks for the caller's leg to be answered, unless it was asked before.
    pub(crate) fn answer(&mut self) {
        if self.facts.pickup == Pickup::Unanswered {
            self.facts.pickup = Pickup::Asked;
            self.effect(Effect::Answer(self.facts.leg));
        }
    }

    /// The caller's leg is answered: prompts can be heard, and the platform has picked up.
    pub(crate) fn answered(&mut self) {
        if self.facts.pickup != Pickup::Answered {
            self.facts.pickup = Pickup::Answered;
            self.event(Event::Answered { call: self.facts.call });
        }
    }

    /// An answer that is complete only after the listener it was asked for has gone: the caller waits again, and hears
    /// from now on what everyone hears in the queue.
    pub(crate) fn answered_late(&mut self) {
        if self.facts.pickup == Pickup::Asked {
            self.answered();
            self.play_queue();
        }
    }

    /// Enters the queue at its end.
    pub(crate) fn enter_queue(&mut self) -> Stage {
        let place = self.queue.tail();
        self.facts.queued = Some((place, self.now));
        self.event(Event::Queued { call: self.facts.call, again: false });
        self.play_queue();
        self.wait(place)
    }

    /// What everyone hears in the queue.
    fn play_queue(&mut self) {
        let items = vec![
            self.whole(PromptName::WaitingFirst),
            self.music(20),
            self.whole(PromptName::WaitingAgain),
            self.music(30),
            self.whole(PromptName::WaitingLong),
            self.music(30),
            self.whole(PromptName::AllBusy),
        ];
        self.play(items, Some(1));
    }

    /// Goes back to the head of the queue after a listener's fault, and says so to the caller.
    pub(crate) fn back_to_the_head(&mut self) -> Stage {
        let place = self.queue.head();
        let since = self.facts.queued.map_or(self.now, |(_, since)| since);
        self.facts.queued = Some((place, since));
        self.event(Event::Queued { call: self.facts.call, again: true });
        let items = vec![
            self.whole(PromptName::Reconnecting),
            self.music(20),
            self.whole(PromptName::WaitingAgain),
            self.music(30),
        ];
        self.play(items, Some(1));
        self.wait(place)
    }

    /// Waits at this place.
    pub(crate) fn wait(&mut self, place: Place) -> Stage {
        self.queue.enter(place, self.facts.call);
        self.tell(CallerState::Finding);
        Stage::Waiting(Waiting { place })
    }

    /// The line is closed: say so, and where else to call.
    pub(crate) fn say_closed(&mut self) -> Stage {
        let items = vec![self.whole(PromptName::Closed), self.music(15)];
        self.play(items, Some(0));
        self.tell(CallerState::LineClosed);
        Stage::Closed(ClosedLine { until: self.now.plus(ClosedLine::AT_MOST) })
    }

    /// Ends the call from our side. The leg is told before it is gone.
    pub(crate) fn hang_up(&mut self, outcome: Outcome) -> Stage {
        let stage = self.over(outcome);
        self.effect(Effect::HangUp(self.facts.leg));
        stage
    }

    /// Records the call's one outcome.
    pub(crate) fn over(&mut self, outcome: Outcome) -> Stage {
        self.tell(CallerState::Ended);
        self.event(Event::Ended { call: self.facts.call, outcome });
        Stage::Over
    }

    /// The caller's leg is gone before a human answered.
    pub(crate) fn caller_gone(&mut self, end: LegEnd, during: Whereabouts) -> Stage {
        let outcome = match end {
            LegEnd::HungUp
            | LegEnd::Lost
            | LegEnd::Failed
            | LegEnd::Busy
            | LegEnd::NotReached
            | LegEnd::Declined
            | LegEnd::NoSuchNumber
                if self.facts.talked =>
            {
                Outcome::Talked { by: Party::Line }
            }
            LegEnd::HungUp => Outcome::GaveUp { during },
            LegEnd::Lost
            | LegEnd::Failed
            | LegEnd::Busy
            | LegEnd::NotReached
            | LegEnd::Declined
            | LegEnd::NoSuchNumber => Outcome::LineFault,
        };
        self.over(outcome)
    }

    /// The caller's leg is gone in or after a talk.
    pub(crate) fn talk_over(&mut self, end: LegEnd) -> Stage {
        let by = match end {
            LegEnd::HungUp => Party::Caller,
            LegEnd::Lost
            | LegEnd::Failed
            | LegEnd::Busy
            | LegEnd::NotReached
            | LegEnd::Declined
            | LegEnd::NoSuchNumber => Party::Line,
        };
        self.over(Outcome::Talked { by })
    }

    /// Ends an offer and says what becomes of the listener.
    pub(crate) fn end_offer(&mut self, listener: ListenerId, ready_since: Moment, end: OfferEnd) {
        self.event(Event::OfferEnded { call: self.facts.call, listener, end });
        let (standing, reason) = match end {
            OfferEnd::Accepted => (Standing::Talking { call: self.facts.call }, PresenceReason::Call),
            OfferEnd::Declined => (Standing::Paused, PresenceReason::Chosen),
            OfferEnd::NoAnswer => (Standing::Paused, PresenceReason::NoAnswer),
            OfferEnd::ListenerGone => (Standing::Paused, PresenceReason::Vanished),
            // The listener goes on waiting from where they stood: a caller's leaving costs no turn.
            OfferEnd::CallerGone => (Standing::Ready { since: ready_since }, PresenceReason::Call),
        };
        self.listeners.become_(listener, standing, reason, self.now, self.out);
    }

    /// The listener of a talk that is over writes the care record.
    pub(crate) fn wrap_up(&mut self, listener: ListenerId) {
        if let Some(leg) = self.listeners.desk_of(listener) {
            self.effect(Effect::Part(leg));
        }
        let standing = Standing::WrappingUp { call: self.facts.call };
        self.listeners.become_(listener, standing, PresenceReason::Call, self.now, self.out);
    }

    /// Inputs that mean nothing in a stage leave it as it is.
    pub(crate) fn ignore(&mut self, _input: CallInput, stage: Stage) -> Stage {
        stage
    }
}
