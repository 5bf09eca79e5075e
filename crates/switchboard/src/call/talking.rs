//! The caller is with somebody: one listener or several, a relay, and perhaps a supervisor who watches.
//!
//! Who may leave without ending the call: a watching supervisor always; anybody who talks, as long as somebody else who
//! talks stays. The last one to leave ends the call. The caller's leaving ends it for everybody.

mod beside;

use super::conference::{BesideStep, Ear, ears};
use super::{Beside, CallInput, Connecting, Member, Part, Pickup, Press, Recovering, Room, Search, Stage, Who};
use crate::listener::Standing;
use crate::{
    CallerState, Effect, Event, HandOverEnd, LegEnd, LegId, ListenerId, Moment, Outcome, Party, PresenceReason,
    PromptName, WatchMode,
};
use std::collections::BTreeMap;

/// A talk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Talking {
    /// Everybody beside the caller, in the order in which they came. At least one talks.
    pub(crate) members: Vec<Member>,
    pub(crate) held: bool,
    pub(crate) beside: Option<Beside>,
    /// What each leg was last told to hear.
    pub(crate) ears: BTreeMap<LegId, Ear>,
}

impl Talking {
    /// Brings somebody and the caller together; the caller's leg is answered first if it only heard ringing.
    pub(crate) fn connect(member: Member, stood: Option<Standing>, room: &mut Room<'_>) -> Stage {
        if room.facts.pickup == Pickup::Answered {
            return Self::begin(member, room);
        }
        room.answer();
        Stage::Connecting(Connecting { member, stood, until: room.now.plus(Connecting::AT_MOST) })
    }

    /// Joins the two.
    pub(crate) fn begin(member: Member, room: &mut Room<'_>) -> Stage {
        if room.facts.back_to.take().is_some() {
            room.event(Event::HandOverEnded { call: room.facts.call, end: HandOverEnd::Done });
        }
        let talking = Self { members: Vec::new(), held: false, beside: None, ears: BTreeMap::new() };
        talking.with(member, room).hear(room)
    }

    /// A listener who was lost is back before somebody else has the caller, who was searched for meanwhile.
    pub(crate) fn after_search(search: Search, listener: ListenerId, leg: LegId, room: &mut Room<'_>) -> Stage {
        search.leave(room);
        let standing = Standing::Talking { call: room.facts.call };
        room.listeners.become_(listener, standing, PresenceReason::Call, room.now, room.out);
        Self::begin(Member { who: Who::Listener(listener), leg, part: Part::Talks }, room)
    }

    /// A listener who was lost is back.
    pub(crate) fn again(member: Member, held: bool, room: &mut Room<'_>) -> Stage {
        Self { members: vec![member], held, beside: None, ears: BTreeMap::new() }.hear(room)
    }

    /// One more who talks with the caller.
    fn with(mut self, member: Member, room: &mut Room<'_>) -> Self {
        room.facts.talked = true;
        let call = room.facts.call;
        if let Some(leg) = member.called_leg() {
            // Whatever was said on the telephone that was called is over.
            self.ears.remove(&leg);
        }
        match &member.who {
            Who::Listener(listener) => {
                room.event(Event::Bridged { call, listener: *listener });
                room.effect(Effect::DeskChanged(*listener));
            }
            Who::Relay(relay) => room.event(Event::RelayJoined { call, relay: relay.clone() }),
        }
        self.members.push(member);
        self
    }

    /// Lets everybody hear what they should by now, and carries out what changed.
    pub(crate) fn hear(mut self, room: &mut Room<'_>) -> Stage {
        let caller = room.facts.leg;
        let wanted = ears(caller, &self.members, self.held, self.beside.as_ref());
        for (leg, ear) in &wanted {
            if self.ears.get(leg) == Some(ear) {
                continue;
            }
            match ear {
                Ear::Legs(legs) => room.effect(Effect::Hear(*leg, legs.clone())),
                Ear::Music => room.play_kept(PromptName::OneMoment),
            }
            if *leg == caller {
                let held = *ear == Ear::Music;
                room.tell(if held { CallerState::Held } else { CallerState::Talking });
            }
        }
        self.ears = wanted;
        for listener in self.listeners() {
            room.effect(Effect::DeskChanged(listener));
        }
        Stage::Talking(self)
    }

    /// When something beside the talk must be looked at.
    pub(crate) fn deadline(&self) -> Option<Moment> {
        self.beside.as_ref().and_then(|beside| match &beside.step {
            BesideStep::Searching(search) => Some(search.next_change()),
            BesideStep::Ringing(offer, _) => Some(offer.until),
            BesideStep::Dialling { until, .. } => Some(*until),
            BesideStep::Consulting { .. } => None,
        })
    }

    /// The search beside the talk.
    pub(crate) fn search(&self) -> Option<&Search> {
        match &self.beside.as_ref()?.step {
            BesideStep::Searching(search) => Some(search),
            BesideStep::Ringing(..) | BesideStep::Dialling { .. } | BesideStep::Consulting { .. } => None,
        }
    }

    /// Every listener bound to the call.
    pub(crate) fn listeners(&self) -> Vec<ListenerId> {
        let beside = self.beside.as_ref().and_then(|beside| match &beside.step {
            BesideStep::Ringing(offer, _) => Some(offer.listener),
            BesideStep::Consulting { other, .. } => other.who.listener(),
            BesideStep::Searching(_) | BesideStep::Dialling { .. } => None,
        });
        self.members.iter().filter_map(|member| member.who.listener()).chain(beside).collect()
    }

    /// The legs that were called for this call.
    pub(crate) fn called_legs(&self) -> Vec<LegId> {
        let beside = self.beside.as_ref().and_then(|beside| match &beside.step {
            BesideStep::Ringing(offer, _) => offer.called_leg(),
            BesideStep::Dialling { leg, .. } => Some(*leg),
            BesideStep::Consulting { other, .. } => other.called_leg(),
            BesideStep::Searching(_) => None,
        });
        self.members.iter().filter_map(Member::called_leg).chain(beside).collect()
    }

    fn talkers(&self) -> usize {
        self.members.iter().filter(|member| member.talks()).count()
    }

    fn is_talker(&self, listener: ListenerId) -> bool {
        self.members.iter().any(|member| member.is(listener) && member.talks())
    }

    /// Takes a member out. `leg_gone` says that their leg is gone already.
    fn take_out(&mut self, index: usize, leg_gone: Option<LegEnd>, room: &mut Room<'_>) {
        if index >= self.members.len() {
            return;
        }
        let member = self.members.remove(index);
        self.ears.remove(&member.leg);
        dismiss(&member, leg_gone, room);
    }

    fn index_of(&self, listener: ListenerId) -> Option<usize> {
        self.members.iter().position(|member| member.is(listener))
    }

    /// The call is over for everybody beside the caller.
    fn dismiss_all(mut self, why: HandOverEnd, room: &mut Room<'_>) {
        if let Some(beside) = self.beside.take() {
            self.end_beside(beside, why, None, room);
        }
        for member in &self.members {
            dismiss(member, None, room);
        }
    }

    /// Somebody who talks leaves: the call goes on with the others, or is over with the last.
    fn leaves(mut self, listener: ListenerId, room: &mut Room<'_>) -> Stage {
        let Some(index) = self.index_of(listener) else { return Stage::Talking(self) };
        if self.talkers() <= 1 {
            self.dismiss_all(HandOverEnd::TakenBack, room);
            return room.hang_up(Outcome::Talked { by: Party::Listener });
        }
        if let Some(beside) = self.beside.take_if(|beside| beside.by == listener) {
            self.end_beside(beside, HandOverEnd::TakenBack, None, room);
        }
        self.take_out(index, None, room);
        room.event(Event::Left { call: room.facts.call, listener });
        self.held = false;
        self.hear(room)
    }

    fn hold(self, held: bool, room: &mut Room<'_>) -> Stage {
        let call = room.facts.call;
        room.event(if held { Event::Held { call } } else { Event::Resumed { call } });
        Self { held, ..self }.hear(room)
    }

    /// A desk or its voice vanished.
    fn listener_gone(mut self, listener: ListenerId, room: &mut Room<'_>) -> Stage {
        let Some(index) = self.index_of(listener) else { return self.beside_gone(listener, room) };
        let Some(member) = self.members.get(index) else { return Stage::Talking(self) };
        if member.called_leg().is_some() {
            // They talk by telephone: the desk is not their voice.
            return Stage::Talking(self);
        }
        if !member.talks() || self.talkers() > 1 {
            let left = member.talks();
            if let Some(beside) = self.beside.take_if(|beside| beside.by == listener) {
                self.end_beside(beside, HandOverEnd::TakenBack, None, room);
            }
            self.take_out(index, None, room);
            if left {
                room.event(Event::Left { call: room.facts.call, listener });
            }
            return self.hear(room);
        }
        self.lost(index, listener, room)
    }

    /// The only one who talked is gone: the caller is kept for a while.
    fn lost(mut self, index: usize, listener: ListenerId, room: &mut Room<'_>) -> Stage {
        if let Some(beside) = self.beside.take() {
            self.end_beside(beside, HandOverEnd::TakenBack, None, room);
        }
        let held = self.held;
        let leg = self.members.remove(index).leg;
        for member in &self.members {
            dismiss(member, None, room);
        }
        room.effect(Effect::Hear(leg, Vec::new()));
        room.event(Event::ListenerLost { call: room.facts.call, listener });
        room.play_kept(PromptName::OneMoment);
        room.tell(CallerState::Reconnecting);
        let until = room.now.plus(room.facts.line.grace_time());
        Stage::Recovering(Recovering { listener, until, held })
    }

    fn listener_back(mut self, listener: ListenerId, leg: LegId, room: &mut Room<'_>) -> Stage {
        // The desk was opened anew before the old one was missed: the talk moves over.
        let beside = self.beside.as_mut().and_then(|beside| match &mut beside.step {
            BesideStep::Consulting { other, .. } => Some(other),
            BesideStep::Searching(_) | BesideStep::Ringing(..) | BesideStep::Dialling { .. } => None,
        });
        for member in self.members.iter_mut().chain(beside) {
            if member.is(listener) && member.called_leg().is_none() {
                self.ears.remove(&member.leg);
                member.leg = leg;
                self.ears.remove(&leg);
            }
        }
        self.hear(room)
    }

    fn watch(mut self, supervisor: ListenerId, mode: WatchMode, room: &mut Room<'_>) -> Stage {
        let call = room.facts.call;
        if let Some(member) = self.members.iter_mut().find(|member| member.is(supervisor)) {
            if let Part::Watches { mode: now, .. } = &mut member.part
                && *now != mode
            {
                *now = mode;
                room.event(Event::Watched { call, supervisor, mode });
                return self.keep_somebody(room);
            }
            return Stage::Talking(self);
        }
        let Some(leg) = room.listeners.desk_of(supervisor) else { return Stage::Talking(self) };
        let stood = room.listeners.get(supervisor).map_or(Standing::OffDuty, |known| known.standing);
        let standing = Standing::Supervising { call };
        room.listeners.become_(supervisor, standing, PresenceReason::Chosen, room.now, room.out);
        room.event(Event::Watched { call, supervisor, mode });
        room.facts.alert = None;
        let part = Part::Watches { mode, stood };
        self.members.push(Member { who: Who::Listener(supervisor), leg, part });
        self.hear(room)
    }

    /// A supervisor who was the only one left to talk goes on talking, whatever mode they ask for.
    fn keep_somebody(mut self, room: &mut Room<'_>) -> Stage {
        if self.talkers() == 0
            && let Some(first) = self.members.first_mut()
            && let Part::Watches { mode, .. } = &mut first.part
        {
            *mode = WatchMode::Join;
        }
        self.hear(room)
    }

    fn unwatch(mut self, supervisor: ListenerId, room: &mut Room<'_>) -> Stage {
        let Some(index) = self.index_of(supervisor) else { return Stage::Talking(self) };
        let Some(member) = self.members.get(index) else { return Stage::Talking(self) };
        if member.part == Part::Talks {
            return Stage::Talking(self);
        }
        if member.talks() && self.talkers() <= 1 {
            return self.leaves(supervisor, room);
        }
        self.take_out(index, None, room);
        self.hear(room)
    }

    fn press(self, by: ListenerId, press: Press, room: &mut Room<'_>) -> Stage {
        match press {
            Press::Watch(mode) => return self.watch(by, mode, room),
            Press::Unwatch => return self.unwatch(by, room),
            Press::Accept => return self.beside_accepted(by, room),
            Press::Decline => return self.beside_declined(by, room),
            Press::Hold
            | Press::Resume
            | Press::End
            | Press::HandOver(_)
            | Press::TakeBack
            | Press::Join
            | Press::Leave => {}
        }
        if !self.is_talker(by) {
            return self.other_presses(by, &press, room);
        }
        match press {
            Press::Hold if !self.held => self.hold(true, room),
            Press::Resume if self.held => self.hold(false, room),
            Press::End => self.leaves(by, room),
            Press::HandOver(asked) => self.hand_over(by, asked, room),
            Press::TakeBack => self.take_back(by, room),
            Press::Join => self.join(by, room),
            Press::Leave => self.leave_with_other(by, room),
            Press::Hold | Press::Resume | Press::Watch(_) | Press::Unwatch | Press::Accept | Press::Decline => {
                Stage::Talking(self)
            }
        }
    }

    /// The leg of somebody who was called is gone.
    fn called_leg_gone(mut self, leg: LegId, end: LegEnd, room: &mut Room<'_>) -> Stage {
        let Some(index) = self.members.iter().position(|member| member.leg == leg) else {
            return self.beside_leg_gone(leg, end, room);
        };
        let Some(member) = self.members.get(index).cloned() else { return Stage::Talking(self) };
        if let (Some(listener), true) = (member.who.listener(), self.talkers() > 1)
            && let Some(beside) = self.beside.take_if(|beside| beside.by == listener)
        {
            self.end_beside(beside, HandOverEnd::TakenBack, None, room);
        }
        let alone = self.talkers() <= 1;
        self.take_out(index, Some(end), room);
        if !alone {
            if let Who::Listener(listener) = member.who {
                room.event(Event::Left { call: room.facts.call, listener });
            }
            self.held = false;
            return self.hear(room);
        }
        self.dismiss_all(HandOverEnd::TakenBack, room);
        match (member.who, end) {
            (Who::Listener(_), LegEnd::HungUp) => room.hang_up(Outcome::Talked { by: Party::Listener }),
            (Who::Relay(_), LegEnd::HungUp) => room.hang_up(Outcome::Talked { by: Party::Relay }),
            // The line failed, not the person: the caller is the next to be served.
            (
                Who::Listener(_) | Who::Relay(_),
                LegEnd::Lost
                | LegEnd::Failed
                | LegEnd::Busy
                | LegEnd::NotReached
                | LegEnd::Declined
                | LegEnd::NoSuchNumber,
            ) => room.back_to_the_head(PromptName::Reconnecting, None),
        }
    }

    pub(crate) fn handle(self, input: CallInput, room: &mut Room<'_>) -> Stage {
        match input {
            CallInput::LegEnded(end) => {
                self.dismiss_all(HandOverEnd::CallerGone, room);
                room.talk_over(end)
            }
            CallInput::Press(by, press) => self.press(by, press, room),
            CallInput::ListenerGone(listener) => self.listener_gone(listener, room),
            CallInput::ListenerBack(listener, leg) => self.listener_back(listener, leg, room),
            CallInput::OtherEnded(leg, end) => self.called_leg_gone(leg, end, room),
            CallInput::OtherAnswered(leg) => self.beside_answered(leg, room),
            CallInput::OtherDigit(leg, digit) => self.beside_digit(leg, digit, room),
            CallInput::Deadline => self.beside_deadline(room),
            CallInput::Chosen(listener, why) => self.beside_chosen(listener, why, room),
            CallInput::Reconsider => self.beside_reconsidered(room),
            CallInput::Answered | CallInput::PromptEnded(_) | CallInput::Digit(_) => {
                room.ignore(input, Stage::Talking(self))
            }
        }
    }
}

/// What becomes of somebody who is no longer in the call.
fn dismiss(member: &Member, leg_gone: Option<LegEnd>, room: &mut Room<'_>) {
    let call = room.facts.call;
    if let (Some(leg), None) = (member.called_leg(), leg_gone) {
        room.effect(Effect::HangUp(leg));
    }
    match (&member.who, member.part) {
        (Who::Relay(relay), _) => room.event(Event::RelayEnded { call, relay: relay.clone(), end: leg_gone }),
        (Who::Listener(listener), Part::Talks) => room.wrap_up(*listener),
        (Who::Listener(supervisor), Part::Watches { stood, .. }) => {
            room.effect(Effect::Hear(member.leg, Vec::new()));
            room.event(Event::Unwatched { call, supervisor: *supervisor });
            room.listeners.become_(*supervisor, stood, PresenceReason::Chosen, room.now, room.out);
        }
    }
}
