//! What the world hears and sees of the switchboard: sounds, rings, pages and desks.

use super::*;

impl World<'_> {
    pub(super) fn perceive(&mut self, effect: Effect, desks: &mut Vec<ListenerId>) {
        let now = self.now;
        match effect {
            Effect::Ring(leg) => self.hears(leg, Sound::Ringing),
            Effect::Answer(leg) => {
                if let Some(checker) = &mut self.checker {
                    checker.asked(leg, self.now);
                }
                let after = self.dice.within(20, 400);
                self.plan(after, Plan::Answered(leg));
            }
            Effect::Refuse(leg, _) => {
                if let Some(checker) = &mut self.checker {
                    checker.caller_gone(leg, now);
                }
                self.forget(leg);
            }
            Effect::HangUp(leg) => {
                if let Some(checker) = &mut self.checker {
                    checker.hung_up(leg, now);
                }
                if let Some(called) = self.called.get_mut(&leg) {
                    called.gone = true;
                }
                self.forget(leg);
            }
            Effect::Play(leg, playing) => self.plays(leg, &playing),
            Effect::Hear(leg, legs) => {
                self.crowd.playing.remove(&leg);
                let joined = !legs.is_empty();
                self.hears(leg, Sound::Legs(legs));
                if joined {
                    self.talks(leg);
                }
            }
            Effect::Dial(leg, to, _) => self.dialled(leg, &to),
            Effect::Tell(leg, CallerState::Finding) => {
                if let Some(checker) = &mut self.checker {
                    checker.waits(leg, self.now);
                }
            }
            Effect::Tell(..) | Effect::SupervisionChanged => {}
            Effect::DeskChanged(listener) => desks.push(listener),
        }
    }

    pub(super) fn hears(&mut self, leg: LegId, sound: Sound) {
        let now = self.now;
        if let Some(checker) = &mut self.checker {
            checker.hears(leg, sound, now);
        }
    }

    pub(super) fn plays(&mut self, leg: LegId, playing: &Playing) {
        self.hears(leg, Sound::Playing);
        let now = self.now;
        if let Some(checker) = &mut self.checker {
            let first = playing.items.first().map(|item| item.prompt);
            checker.is_told(leg, first, playing.again_from.is_none(), now);
        }
        self.crowd.playing.insert(leg, playing.id.0);
        if playing.again_from.is_none() {
            let length = playing.items.len() as u64 * self.dice.within(2 * SECOND, 9 * SECOND);
            self.plan(length, Plan::PromptEnds(leg, playing.id.0));
            if playing.items.iter().any(|item| self.service.asks_for_key(item.prompt)) && self.dice.thousandths(600) {
                let after = self.dice.within(SECOND, 8 * SECOND);
                let key = [b'1', b'2', b'3', b'9'].get(usize::try_from(self.dice.within(0, 4)).unwrap_or(0)).copied();
                self.plan(after, Plan::Key(leg, char::from(key.unwrap_or(b'1'))));
            }
        }
    }

    /// A caller talks with somebody for the first time.
    pub(super) fn talks(&mut self, leg: LegId) {
        let Some(call) = self.crowd.by_leg.get(&leg).copied() else { return };
        let Some(caller) = self.crowd.callers.get_mut(&call) else { return };
        if !caller.talked {
            caller.talked = true;
            self.figures.connected += 1;
            let waited = caller.queued.map_or(0, |since| self.now - since);
            self.figures.waits.push(waited);
            self.figures.longest = self.figures.longest.max(waited);
        }
        if !caller.talk_planned {
            caller.talk_planned = true;
            let (times, over) = Demand::CALLERS_TALK;
            let length = self.dice.log_normal(self.service.demand.talk * times / over, 0.7);
            self.plan(length, Plan::CallerLeaves(call));
        }
    }
}
