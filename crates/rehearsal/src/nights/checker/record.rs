//! What the record says. The checker believes it where it says what somebody did, and judges it by what was seen.

use super::{Checker, Due, HandedOver, Rule};
use switchboard::{CallId, Event, HandOverEnd, LineId, ListenerId, OfferEnd, Presence, Target};

/// How long a hand-over may take until somebody has the caller or they come back: the search, a ring, a telephone's longer
/// ring. In milliseconds.
const HAND_OVER: u64 = 90_000 + 20_000 + 15_000;
/// How long a caller who comes back is for the one who had handed them on alone, in milliseconds.
const FIRST_BACK: u64 = 20_000;

impl Checker<'_> {
    /// One fact of the record.
    pub(in crate::nights) fn record(&mut self, event: &Event, now: u64) {
        match event {
            Event::MovedToLine { call, line } => self.moved(*call, line),
            Event::Queued { call, queue: Some(queue), again } => self.queued(*call, queue, *again, now),
            Event::RungReached { call, rung, .. } => self.climbs(*call, usize::from(*rung), now),
            Event::Chosen { call, choice, .. } => self.chose(*call, choice),
            Event::OfferEnded { call, listener, end } => self.offer_ended(*call, *listener, *end, now),
            Event::Bridged { call, listener } => {
                self.with_somebody(*call);
                self.desks.bridged(*listener, *call);
            }
            Event::RelayJoined { call, .. } => self.with_somebody(*call),
            Event::Held { call } => self.held(*call, true),
            Event::Resumed { call } | Event::Left { call, .. } => self.held(*call, false),
            Event::ListenerLost { call, listener } => {
                if let Some(caller) = self.callers.get_mut(call) {
                    caller.lost = Some((*listener, now));
                    caller.held = false;
                }
            }
            Event::ListenerBack { call, .. } => {
                if let Some(caller) = self.callers.get_mut(call) {
                    caller.lost = None;
                }
            }
            Event::HandOverAsked { call, listener, to, warm, second } => {
                self.handed(*call);
                self.asked_over(*call, *listener, to, !*warm && !*second, now);
            }
            Event::HandOverEnded { call, end } => self.hand_over_ended(*call, *end, now),
            Event::Triaged { call, .. } => self.handed(*call),
            Event::Ended { call, .. } => self.ended(*call, now),
            Event::PresenceChanged { listener, presence, .. } => self.becomes(*listener, *presence),
            Event::SurgeSwitched { on, .. } => self.surge = *on,
            Event::RelayEnded { call, end: Some(_), .. } => self.may_be_hung_up(*call),
            _ => {}
        }
    }

    fn moved(&mut self, call: CallId, line: &LineId) {
        if let Some(caller) = self.callers.get_mut(&call) {
            caller.stands.line = line.clone();
        }
    }

    fn with_somebody(&mut self, call: CallId) {
        if let Some(caller) = self.callers.get_mut(&call) {
            caller.with_somebody = true;
            caller.back_to = None;
            caller.missed = None;
        }
    }

    fn held(&mut self, call: CallId, held: bool) {
        if let Some(caller) = self.callers.get_mut(&call) {
            caller.held = held;
        }
    }

    fn asked_over(&mut self, call: CallId, by: ListenerId, to: &Target, cold: bool, now: u64) {
        let Some(caller) = self.callers.get_mut(&call) else { return };
        caller.hand_over = Some(HandedOver { by, to: to.clone(), cold, at: now });
        if cold {
            self.due.insert((now + HAND_OVER, call, Due::HandedOver { since: now }));
        }
    }

    fn hand_over_ended(&mut self, call: CallId, end: HandOverEnd, now: u64) {
        let Some(caller) = self.callers.get_mut(&call) else { return };
        let handed = caller.hand_over.take();
        match end {
            HandOverEnd::Done => caller.held = false,
            HandOverEnd::NobodyFound => {
                // One that could not even be tried ends at once, and the caller never left.
                let tried = handed.filter(|handed| handed.cold && handed.at < now);
                caller.back_to = tried.map(|handed| (handed.by, now + FIRST_BACK));
            }
            _ => {}
        }
    }

    /// Somebody is rung for a caller who was handed over, or comes back: it must be whom they are for.
    pub(super) fn is_for(&mut self, listener: ListenerId, call: CallId, now: u64) {
        let Some(caller) = self.callers.get(&call) else { return };
        let handed = caller.hand_over.as_ref().and_then(|handed| match &handed.to {
            Target::Listener(to) => Some(*to),
            Target::Queue(_) | Target::Relay(_) => None,
        });
        let back = caller.back_to.filter(|(_, until)| now < *until).map(|(to, _)| to);
        if let Some(to) = handed.or(back).filter(|to| *to != listener) {
            let words = format!("{call} is for {to}, and {listener} is rung");
            self.breaks(now, Rule::HandOversEnd, Some(call), words);
        }
    }

    fn offer_ended(&mut self, call: CallId, listener: ListenerId, end: OfferEnd, now: u64) {
        if let Some(caller) = self.callers.get_mut(&call) {
            // Whom the caller came back to did not take them: others may.
            caller.back_to = caller.back_to.filter(|(to, _)| *to != listener);
        }
        let shortest = self.service.plan.queues.values().map(|queue| u64::from(queue.offer_seconds) * 1000).min();
        let rang = self.desks.rings_since(listener).map(|since| now.saturating_sub(since));
        if let (OfferEnd::NoAnswer, Some(rang), Some(shortest)) = (end, rang, shortest)
            && rang < shortest
        {
            let words = format!("{listener} was rung for {rang} ms, and counts as not answering");
            self.breaks(now, Rule::RingsEnd, Some(call), words);
        }
    }

    /// The record says what somebody does now: whoever is ready, pauses, writes or has gone has no call any more.
    fn becomes(&mut self, listener: ListenerId, presence: Presence) {
        if presence != Presence::WrappingUp {
            let missed = self.callers.values_mut().filter(|caller| caller.missed == Some(listener));
            missed.for_each(|caller| caller.missed = None);
        }
        match presence {
            Presence::Ready | Presence::Paused | Presence::OffDuty | Presence::WrappingUp => {
                self.desks.has_no_call(listener);
            }
            Presence::Offered | Presence::Talking | Presence::Supervising => {}
        }
    }

    /// The record says that a call ended.
    fn ended(&mut self, call: CallId, now: u64) {
        self.desks.call_is_over(call);
        if !self.over.insert(call) {
            self.breaks(now, Rule::OneEnd, Some(call), format!("{call} ended twice"));
        }
        self.forget_if_over(call);
    }

    /// A listener who came back to the talk was joined again.
    pub(super) fn lost_are_joined_again(&mut self, now: u64) {
        for listener in std::mem::take(&mut self.desks.came_back) {
            let lost = |caller: &super::Caller| {
                !caller.gone && caller.lost.map(|(who, _)| who).or(caller.missed) == Some(listener)
            };
            let waits = self.callers.iter().find(|(_, caller)| lost(caller)).map(|(call, _)| *call);
            if let Some(call) = waits {
                let words = format!("{listener} is back, and {call} still waits for them");
                self.breaks(now, Rule::LostAreAwaited, Some(call), words);
            }
        }
    }
}
