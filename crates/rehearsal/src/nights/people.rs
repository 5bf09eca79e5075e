//! Listeners, regulators and supervisors: what they see at their desks, and what they do about it.

use super::service::{MINUTE, SECOND};
use super::world::{Plan, World};
use switchboard::{
    CallId, Card, Command, HandOver, HandOverStep, Input, LegId, ListenerId, Moment, Presence, Skill, Target, Triage,
    WatchMode,
};

/// A person at a desk.
#[derive(Debug, Default)]
pub(super) struct Body {
    /// The desk's voice, while the desk is open.
    leg: Option<LegId>,
    /// What the desk showed last.
    presence: Option<Presence>,
    /// The call they have, as the desk shows it.
    pub(super) call: Option<CallId>,
    /// Since when.
    since: u64,
    /// The call whose end they have planned.
    works_on: Option<CallId>,
    /// A press that is planned already.
    intends: Option<CallId>,
}

impl World<'_> {
    /// A listener looks at the desk, which shows something else now.
    /// Gives the call that has begun to ring there.
    pub(super) fn look_at_desk(&mut self, listener: ListenerId) -> Option<(ListenerId, CallId)> {
        let shown = self.board.desk(listener, Moment(self.now));
        let now = self.now;
        if let Some(checker) = &mut self.checker {
            checker.desk(listener, &shown, now);
        }
        let body = self.bodies.get_mut(&listener)?;
        let before = body.presence.replace(shown.presence);
        let call = shown.call.as_ref().map(|card| card.call);
        let call_before = std::mem::replace(&mut body.call, call);
        let changed = before != Some(shown.presence);
        if changed {
            let spent = now - body.since;
            match before {
                Some(Presence::Talking | Presence::WrappingUp) => self.figures.busy += spent,
                Some(Presence::Ready) => self.figures.available += spent,
                Some(Presence::OffDuty | Presence::Offered | Presence::Paused | Presence::Supervising) | None => {}
            }
            body.since = now;
        }
        let body = self.bodies.get_mut(&listener)?;
        let habits = self.service.habits;
        match shown.presence {
            Presence::Offered => {
                let call = call.filter(|call| changed || call_before != Some(*call))?;
                body.intends = Some(call);
                let by_phone = shown.by_phone;
                if let Some(checker) = &mut self.checker {
                    checker.rings(listener, call, by_phone, now);
                }
                // A telephone that rings is answered as telephones are.
                if by_phone {
                    return Some((listener, call));
                }
                if self.dice.thousandths(habits.ignores) {
                } else if self.dice.thousandths(habits.declines) {
                    let after = self.dice.within(SECOND, 10 * SECOND);
                    self.plan(after, Plan::Declines(listener, call));
                } else {
                    let after = self.dice.within(SECOND, 12 * SECOND);
                    self.plan(after, Plan::Accepts(listener, call));
                }
                return Some((listener, call));
            }
            Presence::Talking => {
                let call = call?;
                if body.works_on != Some(call) {
                    body.works_on = Some(call);
                    self.plan(0, Plan::Works(listener, call, 0));
                    if self.dice.thousandths(habits.vanishes) {
                        let after = self.dice.within(0, 15 * MINUTE);
                        self.plan(after, Plan::DeskFails(listener));
                    }
                }
            }
            Presence::WrappingUp => {
                body.works_on = None;
                if let (Some(call), true) = (shown.wrapping_up, changed) {
                    let (from, to) = self.service.demand.writes;
                    let after = self.dice.within(from, to);
                    self.plan(after, Plan::Closes(listener, call));
                }
            }
            Presence::Paused => {
                if changed && shown.rest.is_none() {
                    let after = self.dice.within(30 * SECOND, 6 * MINUTE);
                    self.plan(after, Plan::Ready(listener));
                } else if changed && self.dice.thousandths(50) {
                    // Some are too eager, and try to get round their rest.
                    let after = self.dice.within(5 * SECOND, 4 * MINUTE);
                    self.plan(after, Plan::StepsOut(listener));
                }
            }
            Presence::OffDuty | Presence::Ready | Presence::Supervising => {}
        }
        None
    }

    pub(super) fn listener_acts(&mut self, plan: Plan) {
        match plan {
            Plan::DeskOpens(listener) => self.desk_opens(listener),
            Plan::DeskCloses(listener) => self.desk_closes(listener),
            Plan::Accepts(listener, call) if self.shows(listener, Presence::Offered, call) => {
                self.give(Input::Listener(listener, Command::Accept(call)));
            }
            Plan::Declines(listener, call) if self.shows(listener, Presence::Offered, call) => {
                self.give(Input::Listener(listener, Command::Decline(call)));
            }
            Plan::DeskFails(listener) => {
                let leg = self.bodies.get_mut(&listener).and_then(|body| body.leg.take());
                if let Some(leg) = leg {
                    // The node misses a voice after a second and a half.
                    self.plan(1_500, Plan::DeskMissed(listener, leg));
                    let back = self.dice.thousandths(self.service.habits.comes_back);
                    let after =
                        if back { self.dice.within(1_600, 7_000) } else { self.dice.within(MINUTE, 30 * MINUTE) };
                    self.plan(after, Plan::DeskBack(listener));
                }
            }
            Plan::DeskMissed(listener, _) => {
                let gone = self.bodies.get(&listener).is_some_and(|body| body.leg.is_none());
                if gone {
                    if let Some(checker) = &mut self.checker {
                        checker.desk_leg(listener, None);
                    }
                    self.give(Input::DeskDown(listener));
                }
            }
            Plan::DeskBack(listener) => {
                let away = self.bodies.get(&listener).is_some_and(|body| body.leg.is_none());
                if away {
                    self.desk_opens(listener);
                }
            }
            Plan::Works(listener, call, step) if self.shows(listener, Presence::Talking, call) => {
                self.works(listener, call, step);
            }
            Plan::Closes(listener, call) => {
                let grade = u8::try_from(self.dice.within(0, 60)).unwrap_or(0).saturating_sub(54);
                let (writes, now) = (self.board.desk(listener, Moment(self.now)).wrapping_up == Some(call), self.now);
                if writes {
                    if let Some(checker) = &mut self.checker {
                        checker.record_closed(listener, grade, now);
                    }
                    self.give(Input::Listener(listener, Command::CloseRecord(call, Some(grade))));
                }
            }
            Plan::DeskSeen(supervisor) => {
                let watches = self.bodies.get(&supervisor).filter(|body| body.presence == Some(Presence::Supervising));
                if let (Some(call), Some(checker)) = (watches.and_then(|body| body.call), &mut self.checker) {
                    checker.may_be_hung_up(call);
                }
                self.give(Input::Listener(supervisor, Command::Unwatch));
            }
            Plan::Ready(listener) => {
                let paused = self.bodies.get(&listener).is_some_and(|body| body.presence == Some(Presence::Paused));
                if paused && self.now < self.service.lasts + 60 * MINUTE {
                    self.give(Input::Listener(listener, Command::Ready));
                }
            }
            Plan::StepsOut(listener)
                if self.bodies.get(&listener).is_some_and(|body| body.presence == Some(Presence::Paused)) =>
            {
                self.give(Input::Listener(listener, Command::SignOff));
                self.give(Input::Listener(listener, Command::Ready));
            }
            _ => {}
        }
    }

    fn shows(&self, listener: ListenerId, presence: Presence, call: CallId) -> bool {
        self.bodies.get(&listener).is_some_and(|body| body.presence == Some(presence) && body.call == Some(call))
    }

    fn desk_opens(&mut self, listener: ListenerId) {
        let number = self.dice.within(0, 1 << 40);
        let leg = LegId((1 << 50) + i64::try_from(number).unwrap_or(0));
        let Some(body) = self.bodies.get_mut(&listener) else { return };
        body.leg = Some(leg);
        if let Some(checker) = &mut self.checker {
            checker.desk_leg(listener, Some(leg));
        }
        self.give(Input::DeskUp(listener, leg));
        // Some come outside their shift as well, and some need to be asked by the page.
        if self.dice.thousandths(300) {
            self.give(Input::Listener(listener, Command::Ready));
        }
    }

    /// A shift is over: the desk is closed, as soon as nothing is left to do there.
    fn desk_closes(&mut self, listener: ListenerId) {
        let Some(body) = self.bodies.get_mut(&listener).filter(|body| body.leg.is_some()) else { return };
        match body.presence {
            Some(Presence::OffDuty) => {
                body.leg = None;
                if let Some(checker) = &mut self.checker {
                    checker.desk_leg(listener, None);
                }
                self.give(Input::DeskDown(listener));
            }
            // Another shift has begun, or they stay on without one.
            Some(Presence::Ready | Presence::Paused | Presence::Supervising) | None => {}
            Some(Presence::Offered | Presence::Talking | Presence::WrappingUp) => {
                self.plan(MINUTE, Plan::DeskCloses(listener));
            }
        }
    }

    /// What a listener does in a call, step by step.
    fn works(&mut self, listener: ListenerId, call: CallId, step: u8) {
        let shown = self.board.desk(listener, Moment(self.now));
        let Some(card) = shown.call else { return };
        let passing = &self.service.passing;
        let hands_to = card.queue.as_ref().and_then(|queue| passing.regulated.get(queue)).cloned();
        let under_way = card.hand_over.as_ref().filter(|hand_over| hand_over.by == listener);
        if let Some(hand_over) = under_way {
            return match &hand_over.step {
                HandOverStep::Consulting(_) => match self.dice.within(0, 10) {
                    0 => self.presses_and_looks_again(listener, call, Command::TakeBack),
                    1..=5 => self.presses_and_looks_again(listener, call, Command::Join),
                    _ => self.presses_and_looks_again(listener, call, Command::Leave),
                },
                HandOverStep::Searching | HandOverStep::Ringing(_) => {
                    if self.dice.thousandths(50) {
                        self.presses_and_looks_again(listener, call, Command::TakeBack);
                    } else {
                        self.plan(5 * SECOND, Plan::Works(listener, call, step));
                    }
                }
            };
        }
        let alone = card.partners.len() <= 1;
        match step {
            0 if hands_to.is_some() && alone => {
                let after = self.dice.within(30 * SECOND, 100 * SECOND);
                self.plan(after, Plan::Works(listener, call, 1));
            }
            1 => {
                let Some(queue) = hands_to else { return self.finish_after(listener, call) };
                let level = |dice: &mut super::dice::Dice| u8::try_from(dice.within(0, 4)).unwrap_or(0);
                let triage = Triage {
                    risk: level(&mut self.dice),
                    urgency: level(&mut self.dice),
                    danger: level(&mut self.dice),
                };
                let wishes = Skill::read("audience:student").ok().filter(|_| self.dice.thousandths(200));
                let card = Card { triage, wishes: wishes.into_iter().collect(), ..Card::default() };
                self.give(Input::Listener(listener, Command::Triage(card)));
                let to = match self.dice.within(0, 10) {
                    0..=6 => Target::Queue(queue),
                    7..=8 => passing.relay.clone().map_or(Target::Queue(queue), Target::Relay),
                    _ => self.colleague().map_or(Target::Queue(queue), Target::Listener),
                };
                let warm = self.dice.thousandths(500);
                let asked = HandOver { to, warm, second: false };
                self.presses_and_looks_again(listener, call, Command::HandOver(asked));
            }
            2 if !alone => self.presses_and_looks_again(listener, call, Command::Leave),
            0 if self.dice.thousandths(30) => {
                let Some(other) = self.colleague() else { return self.finish_after(listener, call) };
                let asked = HandOver { to: Target::Listener(other), warm: true, second: true };
                self.give(Input::Listener(listener, Command::HandOver(asked)));
                self.finish_after(listener, call);
            }
            0 if self.dice.thousandths(60) => {
                self.give(Input::Listener(listener, Command::Alert));
                self.supervised(call);
                self.finish_after(listener, call);
            }
            0 if self.dice.thousandths(100) => {
                self.give(Input::Listener(listener, Command::Hold));
                self.plan(20 * SECOND, Plan::Works(listener, call, 4));
            }
            4 => {
                self.give(Input::Listener(listener, Command::Resume));
                self.finish_after(listener, call);
            }
            5 => {
                if let Some(checker) = &mut self.checker {
                    checker.may_be_hung_up(call);
                }
                self.give(Input::Listener(listener, Command::End));
            }
            _ => self.finish_after(listener, call),
        }
    }

    /// Some colleague, who may not be there.
    fn colleague(&mut self) -> Option<ListenerId> {
        let colleagues = &self.service.passing.colleagues;
        let index = usize::try_from(self.dice.within(0, colleagues.len() as u64)).unwrap_or(0);
        colleagues.get(index).copied()
    }

    fn presses_and_looks_again(&mut self, listener: ListenerId, call: CallId, command: Command) {
        self.give(Input::Listener(listener, command));
        let after = self.dice.within(3 * SECOND, 15 * SECOND);
        self.plan(after, Plan::Works(listener, call, 2));
    }

    fn finish_after(&mut self, listener: ListenerId, call: CallId) {
        let length = self.dice.log_normal(self.service.demand.talk, 0.7);
        self.plan(length, Plan::Works(listener, call, 5));
    }

    /// A supervisor comes to a call, changes how, and goes.
    fn supervised(&mut self, call: CallId) {
        let supervisor = self.service.people.iter().find(|person| person.supervises).map(|person| person.id);
        let Some(supervisor) = supervisor else { return };
        let mode = match self.dice.within(0, 3) {
            0 => WatchMode::Listen,
            1 => WatchMode::Whisper,
            _ => WatchMode::Join,
        };
        // Whoever joins may be the last to talk, and then ends the call.
        if let Some(checker) = self.checker.as_mut().filter(|_| mode == WatchMode::Join) {
            checker.may_be_hung_up(call);
        }
        self.give(Input::Listener(supervisor, Command::Watch(call, mode)));
        let after = self.dice.within(20 * SECOND, 3 * MINUTE);
        self.plan(after, Plan::DeskSeen(supervisor));
    }

    /// The service was killed: the page tries again until it is back.
    pub(super) fn desk_lost_with_the_service(&mut self, listener: ListenerId) {
        let Some(body) = self.bodies.get_mut(&listener) else { return };
        let was_open = body.leg.take().is_some();
        *body = Body { since: self.now, ..Body::default() };
        if was_open {
            let after = self.dice.within(SECOND, 8 * SECOND);
            self.plan(after, Plan::DeskBack(listener));
        }
    }
}
