//! The callers of a night: they come, wait, talk, lose their patience, and call again when their line was cut.

use super::{Caller, Plan, World};
use crate::nights::service::{MINUTE, SECOND};
use switchboard::{Arrival, CallId, CallerTag, CallerTags, Channel, Input, LegEnd, LegId, LineId};

impl World<'_> {
    /// Arrivals of a rate that changes through the day, by thinning the highest one (Lewis and Shedler, 1979).
    pub(super) fn arrives(&mut self) {
        let demand = &self.service.demand;
        let highest = demand.highest();
        if self.now >= self.service.lasts || highest <= 0.0 {
            return;
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a mean time between calls")]
        let mean = (1.0 / highest).min(1e12) as u64;
        let after = self.dice.exponential(mean).max(1);
        // The first of January 1970 was a Thursday.
        let since_monday = u64::try_from(self.service.from.0.rem_euclid(7 * 86_400_000)).unwrap_or(0) + 3 * 86_400_000;
        let rate = demand.rate(since_monday + self.now, self.now, self.service.lasts);
        if self.now > 1_000 && self.dice.unit() * highest < rate {
            let lines = self.service.plan.lines.keys();
            if let Some(line) = self.service.demand.line(self.now, lines, &mut self.dice) {
                let tag = self.dice.thousandths(800).then(|| CallerTag::new(self.dice.roll()));
                self.call(line.clone(), tag);
            }
        }
        self.plan(after, Plan::Arrives);
    }

    pub(super) fn call(&mut self, line: LineId, tag: Option<CallerTag>) {
        self.crowd.came += 1;
        let (call, leg) = (CallId(self.crowd.came), LegId(self.crowd.came));
        self.figures.came += 1;
        let caller =
            Caller { leg, tag, line: line.clone(), queued: None, talked: false, gone: false, talk_planned: false };
        self.crowd.callers.insert(call, caller);
        self.crowd.by_leg.insert(leg, call);
        let now = self.now;
        if let Some(checker) = &mut self.checker {
            checker.arrives(call, leg, &line, tag, now);
        }
        let patience = self.dice.exponential(self.service.demand.patience) + 5 * SECOND;
        self.plan(patience, Plan::LosesPatience(call));
        if self.dice.thousandths(self.service.habits.cut) {
            let after = self.dice.within(SECOND, 10 * MINUTE);
            self.plan(after, Plan::LineCut(call));
        }
        let tags = tag.map(|tag| CallerTags { now: tag, before: None });
        let channel = if tag.is_some() { Channel::Phone } else { Channel::Browser };
        self.give(Input::Arrived(Arrival { call, leg, line, channel, language: None, tags }));
    }

    pub(super) fn answered(&mut self, leg: LegId) {
        if !self.crowd.by_leg.contains_key(&leg) {
            return;
        }
        let now = self.now;
        if let Some(checker) = &mut self.checker {
            checker.answered(leg, now);
        }
        self.give(Input::LegAnswered(leg));
    }

    pub(super) fn prompt_ends(&mut self, leg: LegId, play: i64) {
        if self.crowd.playing.get(&leg) != Some(&play) {
            // The end of a playing that another has replaced meanwhile: such messages cross.
            if self.crowd.by_leg.contains_key(&leg) {
                self.give(Input::PromptEnded(leg, switchboard::PlayId(play)));
            }
            return;
        }
        self.crowd.playing.remove(&leg);
        let now = self.now;
        if let Some(checker) = &mut self.checker {
            checker.prompt_ended(leg, now);
        }
        if self.dice.thousandths(self.service.habits.lost_messages) {
            if let Some(checker) = &mut self.checker {
                checker.excuse(leg);
            }
            return;
        }
        self.give(Input::PromptEnded(leg, switchboard::PlayId(play)));
    }

    pub(super) fn caller_leaves(&mut self, call: CallId, end: LegEnd) {
        let Some(caller) = self.crowd.callers.get_mut(&call).filter(|caller| !caller.gone) else { return };
        caller.gone = true;
        let leg = caller.leg;
        let now = self.now;
        if let Some(checker) = &mut self.checker {
            checker.caller_gone(leg, now);
        }
        self.crowd.by_leg.remove(&leg);
        self.crowd.playing.remove(&leg);
        self.give(Input::LegEnded(leg, end));
    }

    pub(super) fn keep_place(&mut self, call: CallId, tag: CallerTag) {
        let now = self.now;
        if let Some(checker) = &mut self.checker {
            checker.cut(call, tag, now);
        }
    }
}
