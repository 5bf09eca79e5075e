//! What desks press, and what becomes of listeners when their desks come and go.

use super::Switchboard;
use crate::call::{CallInput, Press};
use crate::listener::Standing;
use crate::{CallId, Command, Effect, Event, LegId, ListenerId, Moment, Output, PresenceReason};

impl Switchboard {
    pub(super) fn desk_up(&mut self, id: ListenerId, leg: LegId, now: Moment, out: &mut Output) {
        let standing = self.listeners.change(id, now, |listener| {
            listener.desk = Some(leg);
            listener.away_since = None;
            listener.standing
        });
        out.effect(Effect::DeskChanged(id));
        match standing {
            // Whoever still writes about a caller they were cut off from has them back, unless somebody else does.
            Standing::Talking { call } | Standing::Supervising { call } | Standing::WrappingUp { call, .. } => {
                self.call(call, CallInput::ListenerBack(id, leg), now, out);
            }
            // Somebody on shift whose desk comes up is ready: the rota says so.
            Standing::OffDuty if self.listeners.get(id).is_some_and(|listener| !listener.duties.is_empty()) => {
                self.listeners.make_ready(id, PresenceReason::ShiftBegan, now, out);
            }
            Standing::OffDuty | Standing::Paused { .. } | Standing::Ready { .. } | Standing::Offered { .. } => {}
        }
    }

    pub(super) fn desk_down(&mut self, id: ListenerId, now: Moment, out: &mut Output) {
        if self.listeners.get(id).is_none_or(|listener| listener.desk.is_none()) {
            return;
        }
        let standing = self.listeners.change(id, now, |listener| {
            listener.desk = None;
            listener.away_since = Some(now);
            listener.standing
        });
        out.effect(Effect::DeskChanged(id));
        if let Some(call) = standing.call() {
            self.call(call, CallInput::ListenerGone(id), now, out);
        }
    }

    pub(super) fn command(&mut self, id: ListenerId, command: Command, now: Moment, out: &mut Output) {
        let standing = self.listeners.change(id, now, |listener| listener.standing);
        match command {
            Command::Ready => self.wants(id, false, now, out),
            Command::Pause => self.wants(id, true, now, out),
            Command::SignOff => self.sign_off(id, now, out),
            Command::UsePhone(phone) => self.listeners.change(id, now, |listener| {
                listener.by_phone = phone && listener.person.phone;
            }),
            Command::Accept(call) => self.bound(id, standing, Some(call), Press::Accept, now, out),
            Command::Decline(call) => self.bound(id, standing, Some(call), Press::Decline, now, out),
            Command::Hold => self.bound(id, standing, None, Press::Hold, now, out),
            Command::Resume => self.bound(id, standing, None, Press::Resume, now, out),
            Command::End => self.bound(id, standing, None, Press::End, now, out),
            Command::HandOver(asked) => self.bound(id, standing, None, Press::HandOver(asked), now, out),
            Command::TakeBack => self.bound(id, standing, None, Press::TakeBack, now, out),
            Command::Join => self.bound(id, standing, None, Press::Join, now, out),
            Command::Leave => self.bound(id, standing, None, Press::Leave, now, out),
            Command::Triage(card) => self.triage(id, card, out),
            Command::Alert => self.alert(id, now, out),
            Command::AskDebrief => self.ask_debrief(id, now, out),
            Command::CloseRecord(call, grade) => self.close_record(id, call, grade, now, out),
            Command::MarkNuisance => self.mark_nuisance(id, now, out),
            Command::Watch(call, mode) => self.watch(id, call, mode, now, out),
            Command::Unwatch => self.unwatch(id, now, out),
            Command::AlertSeen(call) => self.alert_seen(id, call, out),
            Command::DebriefHeld(listener) => self.debrief_held(id, listener, now, out),
            Command::DecideNuisance(call, approved) => self.decide_nuisance(id, call, approved, now, out),
            Command::LiftRest(listener) => self.lift_rest(id, listener, now, out),
            Command::Surge(on) => self.switch_surge(id, on, now, out),
        }
        // Whatever came of it, a desk that pressed something is shown how things stand.
        out.effect(Effect::DeskChanged(id));
    }

    /// Passes a listener's press on to the call they are bound to. A press on a call that is no longer theirs (it crossed
    /// the caller's hang-up, say) means nothing.
    fn bound(
        &mut self,
        id: ListenerId,
        standing: Standing,
        expected: Option<CallId>,
        press: Press,
        now: Moment,
        out: &mut Output,
    ) {
        if let Some(bound) = standing.call()
            && expected.is_none_or(|call| call == bound)
        {
            self.call(bound, CallInput::Press(id, press), now, out);
        }
    }

    fn wants(&mut self, id: ListenerId, pause: bool, now: Moment, out: &mut Output) {
        let standing = self.listeners.change(id, now, |listener| {
            if listener.desk.is_none() {
                // Somebody is there who pressed, though no voice is connected (yet): the time to wait for it begins now.
                listener.away_since = Some(now);
            }
            listener.standing
        });
        match standing {
            Standing::Offered { call } => {
                if pause {
                    self.call(call, CallInput::Press(id, Press::Decline), now, out);
                }
            }
            // A rest is kept to its end; a pause may follow it.
            Standing::Paused { rest: Some(_) } => {
                self.listeners.change(id, now, |listener| listener.pause_after = pause);
            }
            Standing::Talking { .. } | Standing::WrappingUp { .. } => {
                self.listeners.change(id, now, |listener| {
                    listener.pause_after = pause;
                    // Whoever says "ready" stays, though the shift is over.
                    listener.off_after = listener.off_after && pause;
                });
            }
            Standing::Supervising { .. } => {}
            Standing::Ready { .. } if pause => self.pause(id, now, out),
            Standing::OffDuty if pause => self.pause(id, now, out),
            Standing::OffDuty | Standing::Paused { rest: None } if !pause => {
                self.listeners.make_ready(id, PresenceReason::Chosen, now, out);
            }
            Standing::OffDuty | Standing::Paused { rest: None } | Standing::Ready { .. } => {}
        }
    }

    fn pause(&mut self, id: ListenerId, now: Moment, out: &mut Output) {
        self.listeners.become_(id, Standing::Paused { rest: None }, PresenceReason::Chosen, now, out);
    }

    fn sign_off(&mut self, id: ListenerId, now: Moment, out: &mut Output) {
        let standing = self.listeners.get(id).map_or(Standing::OffDuty, |listener| listener.standing);
        match standing {
            // Nobody signs off in a talk: the caller comes first. The press shows the desk as it stands.
            Standing::OffDuty | Standing::Talking { .. } => return,
            Standing::Offered { call } => self.call(call, CallInput::Press(id, Press::Decline), now, out),
            Standing::Supervising { .. } => self.unwatch(id, now, out),
            Standing::Paused { .. } | Standing::Ready { .. } | Standing::WrappingUp { .. } => {}
        }
        self.listeners.become_(id, Standing::OffDuty, PresenceReason::Chosen, now, out);
    }

    fn close_record(&mut self, id: ListenerId, call: CallId, grade: Option<u8>, now: Moment, out: &mut Output) {
        let standing = self.listeners.get(id).map(|listener| listener.standing);
        match standing {
            Some(Standing::WrappingUp { call: own, talk }) if own == call => {
                out.event(Event::RecordClosed { call, listener: id });
                self.after_record(id, talk, grade, now, out);
            }
            Some(
                Standing::OffDuty
                | Standing::Paused { .. }
                | Standing::Ready { .. }
                | Standing::Offered { .. }
                | Standing::Talking { .. }
                | Standing::WrappingUp { .. }
                | Standing::Supervising { .. },
            )
            | None => {}
        }
    }

    /// A call is behind the listener: a rest if one is due, a pause if one was asked for, else ready.
    pub(super) fn after_record(&mut self, id: ListenerId, talk: u64, grade: Option<u8>, now: Moment, out: &mut Output) {
        let severe = grade.is_some_and(|grade| grade >= 4);
        let care = self.listeners.care;
        let (rest, pause) = self.listeners.change(id, now, |listener| {
            listener.day.was_busy(listener.since, now);
            listener.since = now;
            if severe {
                listener.day.was_severe(now);
            }
            (listener.day.rest(talk, severe, now, &care), std::mem::take(&mut listener.pause_after))
        });
        match rest {
            Some((why, milliseconds)) => {
                out.event(Event::RestGiven { listener: id, why, milliseconds });
                self.listeners.change(id, now, |listener| listener.day.rests_until(now.plus(milliseconds)));
                let rest = Standing::Paused { rest: Some(now.plus(milliseconds)) };
                self.listeners.become_(id, rest, PresenceReason::Rest, now, out);
                self.listeners.change(id, now, |listener| listener.pause_after = pause);
            }
            None if pause => {
                self.listeners.become_(id, Standing::Paused { rest: None }, PresenceReason::Chosen, now, out);
            }
            None => self.listeners.make_ready(id, PresenceReason::Call, now, out),
        }
    }

    /// A rest is over: ready again, unless a pause was asked for, or the telephone belongs to nobody's shift any more.
    pub(super) fn rest_over(&mut self, id: ListenerId, now: Moment, out: &mut Output) {
        let Some(listener) = self.listeners.get(id) else { return };
        let at_home = listener.by_phone && listener.duties.is_empty();
        if at_home {
            self.listeners.become_(id, Standing::OffDuty, PresenceReason::ShiftEnded, now, out);
        } else if listener.pause_after {
            self.listeners.become_(id, Standing::Paused { rest: None }, PresenceReason::Chosen, now, out);
        } else {
            self.listeners.make_ready(id, PresenceReason::Rest, now, out);
        }
    }
}
