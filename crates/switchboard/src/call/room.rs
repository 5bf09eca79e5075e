//! What a stage may see and touch besides itself.

use super::{
    Answering, CallInput, Facts, InFlow, LastWordSaid, Otherwise, Pickup, Relaying, Search, Stage, Then, Waiting,
};
use crate::flow::Course;
use crate::listener::{Listeners, Standing};
use crate::matching::{Again, Waiters};
use crate::plan::QueueRules;
use crate::{
    CallerState, Destination, Effect, Event, HandOverEnd, LegEnd, LegId, ListenerId, Moment, Outcome, Output, Party,
    PlayId, PlayItem, Playing, PresenceReason, PromptName, QueueId, RelayId, StepId, Utc, Whereabouts,
};
use std::sync::Arc;

/// The last numbers given to what this room makes itself.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    /// To a playing.
    pub(crate) play: i64,
    /// To a leg of our own; they go downwards from zero.
    pub(crate) leg: i64,
}

/// What a stage works with.
pub(crate) struct Room<'a> {
    pub(crate) now: Moment,
    pub(crate) utc: Utc,
    pub(crate) facts: &'a mut Facts,
    pub(crate) listeners: &'a mut Listeners,
    pub(crate) waiters: &'a mut Waiters,
    pub(crate) numbers: &'a mut Numbers,
    pub(crate) surge: bool,
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
        PlayItem { prompt, language: self.facts.said.language, at_most: None }
    }

    /// Some seconds of hold music.
    pub(crate) fn music(&self, seconds: u32) -> PlayItem {
        PlayItem { prompt: PromptName::HoldMusic, language: self.facts.said.language, at_most: Some(seconds * 1000) }
    }

    /// A new number for a playing.
    pub(crate) fn play_id(&mut self) -> PlayId {
        self.numbers.play += 1;
        PlayId(self.numbers.play)
    }

    /// Plays on the caller's leg, once the leg is answered.
    pub(crate) fn play(&mut self, items: Vec<PlayItem>, again_from: Option<usize>) -> PlayId {
        let id = self.play_id();
        if self.facts.pickup == Pickup::Answered {
            self.out.effect(Effect::Play(self.facts.leg, Playing { id, items, again_from }));
        }
        id
    }

    /// Says on a telephone that was called which key takes the call, again and again.
    pub(crate) fn ask_for_key(&mut self, leg: LegId) {
        let language = self.facts.line.language();
        let say = PlayItem { prompt: PromptName::OncallAccept, language, at_most: None };
        let pause = PlayItem { prompt: PromptName::HoldMusic, language, at_most: Some(2_000) };
        let id = self.play_id();
        self.out.effect(Effect::Play(leg, Playing { id, items: vec![say, pause], again_from: Some(0) }));
    }

    /// A kind word, then music, for a caller who is kept.
    pub(crate) fn play_kept(&mut self, word: PromptName) {
        let items = vec![self.whole(word), self.music(60), self.whole(PromptName::OneMoment)];
        self.play(items, Some(1));
    }

    /// Calls an outside telephone.
    pub(crate) fn dial(&mut self, to: Destination) -> LegId {
        self.numbers.leg -= 1;
        let leg = LegId(self.numbers.leg);
        self.out.effect(Effect::Dial(leg, to, self.facts.line.id.clone()));
        leg
    }

    /// Lets the caller hear ringing, if the leg is new.
    pub(crate) fn ring(&mut self) {
        if self.facts.pickup == Pickup::New {
            self.facts.pickup = Pickup::Ringing;
            self.effect(Effect::Ring(self.facts.leg));
        }
    }

    /// Asks for the caller's leg to be answered, unless it was asked before.
    pub(crate) fn answer(&mut self) {
        match self.facts.pickup {
            Pickup::New | Pickup::Ringing => {
                self.facts.pickup = Pickup::Asked;
                self.effect(Effect::Answer(self.facts.leg));
            }
            Pickup::Asked | Pickup::Answered => {}
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
            self.play_queue(PromptName::WaitingFirst);
        }
    }

    /// Whether keys mean something to this step of the call's flow.
    pub(crate) fn takes_keys(&self, step: &StepId) -> bool {
        self.facts.line.flow.steps.get(step).is_some_and(|step| step.rules().takes_keys())
    }

    /// Begins a step of the call's flow, and goes on through those that lead on at once.
    pub(crate) fn go(&mut self, step: StepId) -> Stage {
        self.follow(Course::To(step))
    }

    /// Follows a step's course. A flow that leads nowhere, or round and round, ends in a queue all the same: a checker
    /// refuses such flows, and a caller must not pay for what it missed.
    pub(crate) fn follow(&mut self, course: Course) -> Stage {
        let mut course = course;
        for _ in 0..InFlow::MOST_HOPS {
            course = match course {
                Course::Stay(at) => return Stage::InFlow(at),
                Course::Enter(queue) => return self.enter_queue(&queue),
                // One that nobody knows is passed here, where steps are counted: it may lead to itself.
                Course::Relay(relay, failed) if !self.facts.plan.relays.contains_key(&relay) => Course::To(failed),
                Course::Relay(relay, failed) => return self.call_relay(&relay, Otherwise::Step(failed)),
                Course::Last(prompt) => return self.last_word(prompt),
                Course::Line(line) => match self.facts.plan.lines.get(&line).cloned() {
                    Some(line) => {
                        self.event(Event::MovedToLine { call: self.facts.call, line: line.id.clone() });
                        self.facts.line = Arc::clone(&line);
                        Course::To(line.flow.start.clone())
                    }
                    None => return self.safe_queue(),
                },
                Course::To(id) => {
                    let flow = Arc::clone(&self.facts.line.flow);
                    let Some(step) = flow.steps.get(&id) else { return self.safe_queue() };
                    if step.rules().speaks() && self.facts.pickup != Pickup::Answered {
                        return self.answer_first(Then::Step(id));
                    }
                    step.rules().begin(&id, self)
                }
            };
        }
        self.safe_queue()
    }

    /// The caller's leg is answered before anything is said.
    pub(crate) fn answer_first(&mut self, then: Then) -> Stage {
        self.answer();
        Stage::Answering(Answering { until: self.now.plus(Answering::AT_MOST), then })
    }

    /// Some queue of the plan: where a caller goes whom a broken flow would have lost.
    fn safe_queue(&mut self) -> Stage {
        let queue = self.facts.plan.queues.keys().next().cloned();
        match queue {
            Some(queue) => self.enter_queue(&queue),
            None if self.facts.pickup == Pickup::Answered => self.last_word(PromptName::AllBusy),
            None => self.answer_first(Then::LastWord(PromptName::AllBusy)),
        }
    }

    /// The rules of a queue in the call's plan.
    pub(crate) fn rules(&self, queue: &QueueId) -> Option<Arc<QueueRules>> {
        self.facts.plan.queues.get(queue).cloned()
    }

    /// Enters a queue in line. A caller who does not hear ringing hears a voice.
    pub(crate) fn enter_queue(&mut self, queue: &QueueId) -> Stage {
        let Some(rules) = self.rules(queue) else { return self.safe_queue() };
        if self.facts.pickup == Pickup::New {
            return self.answer_first(Then::Queue(queue.clone()));
        }
        self.facts.said.typed_ahead.clear();
        let again = if self.facts.in_line.kept_order.is_some() { Again::Head } else { Again::No };
        let search = Search::new(rules, again, self);
        self.search(search, PromptName::WaitingFirst)
    }

    /// Begins to search: in line, with a first word to the caller, on the first rung.
    pub(crate) fn search(&mut self, mut search: Search, word: PromptName) -> Stage {
        let again = search.place.again == Again::Head;
        self.event(Event::Queued { call: self.facts.call, again, queue: Some(search.rules.id.clone()) });
        self.play_queue(word);
        self.tell(CallerState::Finding);
        search.climb(self);
        self.wait(search)
    }

    /// What everyone hears in the queue, after a first word.
    pub(crate) fn play_queue(&mut self, first: PromptName) {
        let items = vec![
            self.whole(first),
            self.music(20),
            self.whole(PromptName::WaitingAgain),
            self.music(30),
            self.whole(PromptName::WaitingLong),
            self.music(30),
        ];
        self.play(items, Some(1));
    }

    /// Goes back to the head of the caller's queue after a fault that was not theirs, and says so.
    /// Whoever was lost in the talk has the caller back if they come before somebody else has them.
    pub(crate) fn back_to_the_head(&mut self, word: PromptName, lost: Option<ListenerId>) -> Stage {
        let Some(rules) = self.last_rules() else { return self.safe_queue() };
        let mut search = Search::new(rules, Again::Head, self);
        search.lost = lost;
        self.search(search, word)
    }

    /// The rules of the queue through which the caller came last, or of the first.
    fn last_rules(&self) -> Option<Arc<QueueRules>> {
        let first = || self.facts.plan.queues.keys().next().cloned();
        self.facts.in_line.queue.clone().or_else(first).and_then(|queue| self.rules(&queue))
    }

    /// Waits with this search, or comes back if it has no time left.
    pub(crate) fn wait(&mut self, search: Search) -> Stage {
        if search.is_given_up(self.now) {
            search.leave(self);
            return self.come_back();
        }
        Stage::Waiting(Waiting { search: search.stand_in_line(self) })
    }

    /// A hand-over came to nothing: the caller comes back to the one who handed them on, or to their colleagues.
    pub(crate) fn come_back(&mut self) -> Stage {
        let Some(back) = self.facts.back_to.clone() else {
            return self.back_to_the_head(PromptName::TransferFailed, None);
        };
        self.event(Event::HandOverEnded { call: self.facts.call, end: HandOverEnd::NobodyFound });
        self.facts.back_to = None;
        self.facts.in_line.queue = back.queue.or_else(|| self.facts.in_line.queue.clone());
        let Some(rules) = self.last_rules() else { return self.safe_queue() };
        let mut search = Search::new(rules, Again::Head, self);
        search.direct = Some((back.listener, self.now.plus(Search::DIRECT_FIRST)));
        self.search(search, PromptName::TransferFailed)
    }

    /// Calls a relay for the caller.
    pub(crate) fn call_relay(&mut self, relay: &RelayId, otherwise: Otherwise) -> Stage {
        let Some(known) = self.facts.plan.relays.get(relay).cloned() else {
            return self.after_relay(otherwise);
        };
        let leg = self.dial(Destination::Relay(relay.clone()));
        self.event(Event::RelayCalled { call: self.facts.call, relay: relay.clone() });
        self.tell(CallerState::Transferring);
        self.play_kept(PromptName::Transfer);
        let until = self.now.plus(known.ring_time());
        Stage::Relaying(Relaying { relay: known, leg, until, answered: false, otherwise })
    }

    /// The relay could not be reached.
    pub(crate) fn after_relay(&mut self, otherwise: Otherwise) -> Stage {
        match otherwise {
            Otherwise::Step(step) => self.go(step),
            Otherwise::ComeBack => self.come_back(),
        }
    }

    /// A last word, as long as the caller stays.
    pub(crate) fn last_word(&mut self, prompt: PromptName) -> Stage {
        let items = vec![self.whole(prompt), self.music(15)];
        self.play(items, Some(0));
        self.tell(CallerState::LineClosed);
        Stage::LastWord(LastWordSaid { prompt })
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
            // The talk before was ended by the line, not by the caller who waited for another.
            _ended if self.facts.talked => Outcome::Talked { by: Party::Line },
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

    /// The caller's leg is gone in a talk.
    pub(crate) fn talk_over(&mut self, end: LegEnd) -> Stage {
        let by = if end == LegEnd::HungUp { Party::Caller } else { Party::Line };
        self.over(Outcome::Talked { by })
    }

    /// A listener whose talk is over writes the care record.
    pub(crate) fn wrap_up(&mut self, listener: ListenerId) {
        if let Some(leg) = self.listeners.desk_of(listener) {
            self.effect(Effect::Hear(leg, Vec::new()));
        }
        let talk = self.listeners.get(listener).map_or(0, |known| self.now.since(known.since));
        let standing = Standing::WrappingUp { call: self.facts.call, talk };
        self.listeners.become_(listener, standing, PresenceReason::Call, self.now, self.out);
    }

    /// Inputs that mean nothing in a stage leave it as it is.
    pub(crate) fn ignore(&mut self, _input: CallInput, stage: Stage) -> Stage {
        stage
    }
}
