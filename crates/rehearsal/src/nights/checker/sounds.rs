//! What legs hear.

use super::{Checker, Rule};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use switchboard::flow::Step;
use switchboard::{CallId, LegId, PromptName};

/// Longer than any prompt lasts: a flow may go on without the end of one that was never told, in milliseconds.
const PROMPT_AT_MOST: u64 = 3 * 60_000;

/// What a leg hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::nights) enum Sound {
    /// Nothing, since then.
    Silence(u64),
    /// Ringing.
    Ringing,
    /// A prompt or music.
    Playing,
    /// Other legs.
    Legs(Vec<LegId>),
}

/// What a caller hears and has heard.
#[derive(Debug)]
pub(super) struct Heard {
    pub(super) sound: Sound,
    /// The answer was asked for.
    asked: bool,
    pub(super) answered: bool,
    /// A message of this call was lost on the way: silence is the network's fault.
    pub(super) excused: bool,
    /// Whether a prompt was heard at all.
    spoken_to: bool,
    /// When the words began that are being said once, to their end.
    words_since: Option<u64>,
}

impl Heard {
    pub(super) fn new(now: u64) -> Self {
        Self {
            sound: Sound::Silence(now),
            asked: false,
            answered: false,
            excused: false,
            spoken_to: false,
            words_since: None,
        }
    }
}

/// Who hears whom.
#[derive(Debug, Default)]
pub(super) struct Ears {
    /// The caller who hears each leg.
    of_callers: HashMap<LegId, CallId>,
    /// The legs that each desk hears.
    of_desks: BTreeMap<LegId, Vec<LegId>>,
    /// Desks whose ears must be looked at.
    pub(super) changed: BTreeSet<LegId>,
}

impl Ears {
    /// A desk's leg is gone.
    pub(super) fn forget(&mut self, leg: LegId) {
        self.of_desks.remove(&leg);
        self.changed.remove(&leg);
    }
}

impl Checker<'_> {
    /// A caller who heard ringing is being answered: somebody is there, or a message is to be said.
    pub(in crate::nights) fn asked(&mut self, leg: LegId, now: u64) {
        let Some(call) = self.legs.get(&leg).copied() else { return };
        let waited = self.callers.get(&call).is_some_and(|caller| caller.stands.waits.is_some());
        self.leaves_line(call);
        let Some(caller) = self.callers.get_mut(&call) else { return };
        caller.stands.asked_in_line = waited;
        if std::mem::replace(&mut caller.heard.asked, true) {
            self.breaks(now, Rule::NothingForTheGone, Some(call), format!("{call} is answered twice"));
        }
    }

    pub(in crate::nights) fn answered(&mut self, leg: LegId, now: u64) {
        let Some(caller) = self.of_leg(leg) else { return };
        caller.heard.answered = true;
        caller.heard.sound = Sound::Silence(now);
        if std::mem::take(&mut caller.stands.asked_in_line) {
            self.waits(leg, now);
        }
    }

    /// What a leg hears from now on.
    pub(in crate::nights) fn hears(&mut self, leg: LegId, sound: Sound, now: u64) {
        if self.desks.phones.contains_key(&leg) {
            return self.telephone_hears(leg, &sound, now);
        }
        let Some(call) = self.legs.get(&leg).copied() else {
            if let Sound::Legs(legs) = sound {
                self.ears.of_desks.insert(leg, legs);
                self.ears.changed.insert(leg);
            }
            return;
        };
        self.silence(call, now);
        if let Some((rule, words)) = self.wrong_ears(call, &sound) {
            self.breaks(now, rule, Some(call), words);
        }
        self.forget_ears(call);
        let Some(caller) = self.callers.get_mut(&call) else { return };
        caller.heard.words_since = None;
        caller.heard.sound = match sound {
            Sound::Legs(legs) if legs.is_empty() => Sound::Silence(now),
            sound => sound,
        };
        if let Sound::Legs(legs) = &caller.heard.sound {
            for leg in legs {
                self.ears.of_callers.insert(*leg, call);
            }
            caller.talked = true;
            self.leaves_line(call);
        }
    }

    fn telephone_hears(&mut self, leg: LegId, sound: &Sound, now: u64) {
        let Some(phone) = self.desks.phones.get(&leg) else { return };
        let (gone, keyless) = (phone.gone, phone.needs_key && !phone.pressed);
        if gone {
            self.breaks(now, Rule::NothingForTheGone, None, format!("{leg} is gone, and hears {sound:?}"));
        }
        if matches!(sound, Sound::Legs(legs) if !legs.is_empty()) && keyless {
            self.breaks(now, Rule::KeyBeforeCaller, None, format!("{leg} was joined, and nobody pressed the key"));
        }
    }

    pub(super) fn forget_ears(&mut self, call: CallId) {
        if let Some(Sound::Legs(legs)) = self.callers.get(&call).map(|caller| &caller.heard.sound) {
            for leg in legs {
                if self.ears.of_callers.get(leg) == Some(&call) {
                    self.ears.of_callers.remove(leg);
                }
            }
        }
    }

    /// Whether a caller hears whom they must not.
    fn wrong_ears(&self, call: CallId, sound: &Sound) -> Option<(Rule, String)> {
        let Some(caller) = self.callers.get(&call).filter(|caller| !caller.gone) else {
            return Some((Rule::NothingForTheGone, format!("{call} is gone, and hears {sound:?}")));
        };
        if !caller.heard.answered {
            return match sound {
                Sound::Ringing | Sound::Silence(_) => None,
                Sound::Playing | Sound::Legs(_) => {
                    Some((Rule::NothingForTheGone, format!("{call} is not answered, and hears {sound:?}")))
                }
            };
        }
        let Sound::Legs(legs) = sound else { return None };
        if caller.held && !legs.is_empty() {
            return Some((Rule::OneCallerOneTalk, format!("{call} is on hold, and hears {sound:?}")));
        }
        for leg in legs {
            if self.legs.contains_key(leg) {
                return Some((Rule::OneCallerOneTalk, format!("{call} hears another caller")));
            }
            if let Some(other) = self.ears.of_callers.get(leg).filter(|other| **other != call) {
                return Some((Rule::OneCallerOneTalk, format!("{call} and {other} hear the same {leg}")));
            }
            if self.desks.phones.get(leg).is_some_and(|phone| phone.gone) {
                return Some((Rule::NothingForTheGone, format!("{call} hears {leg}, which is gone")));
            }
        }
        None
    }

    /// A desk hears the caller of the call that it shows, and no other.
    pub(super) fn desks_hear_their_own(&mut self, now: u64) {
        for leg in std::mem::take(&mut self.ears.changed) {
            let Some(heard) = self.ears.of_desks.get(&leg) else { continue };
            let Some((listener, own)) = self.desks.at(leg) else { continue };
            let calls = heard.iter().filter_map(|heard| self.legs.get(heard));
            let wrong = calls.copied().find(|call| {
                let caller = self.callers.get(call).filter(|caller| !caller.gone);
                Some(*call) != own || caller.is_none_or(|caller| caller.held)
            });
            if heard.is_empty() {
                self.ears.of_desks.remove(&leg);
            }
            if let Some(call) = wrong {
                let words = format!("{listener} hears {call}, and must not");
                self.breaks(now, Rule::OneCallerOneTalk, Some(call), words);
            }
        }
    }

    /// Whoever heard a telephone that has hung up hears something else by now.
    pub(super) fn nobody_hears_a_dead_line(&mut self, now: u64) {
        for leg in std::mem::take(&mut self.desks.hung_up) {
            if let Some(call) = self.ears.of_callers.get(&leg).copied() {
                self.breaks(
                    now,
                    Rule::NothingForTheGone,
                    Some(call),
                    format!("{call} goes on hearing {leg}, which is gone"),
                );
            }
        }
    }

    /// Judges the silence of a caller up to now.
    pub(super) fn silence(&mut self, call: CallId, now: u64) {
        let Some(caller) = self.callers.get(&call) else { return };
        if let Sound::Silence(since) = caller.heard.sound
            && caller.heard.answered
            && !caller.gone
            && !caller.heard.excused
            && now.saturating_sub(since) > 2_000
        {
            let words = format!("{call} heard nothing for {} ms", now - since);
            self.breaks(now, Rule::NoSilence, Some(call), words);
        }
    }

    /// A prompt begins: `once` if it is said once, to its end.
    pub(in crate::nights) fn is_told(&mut self, leg: LegId, first: Option<PromptName>, once: bool, now: u64) {
        let surge = self.surge;
        let Some(call) = self.legs.get(&leg).copied() else { return };
        let Some(caller) = self.callers.get_mut(&call) else { return };
        caller.heard.words_since = once.then_some(now);
        if std::mem::replace(&mut caller.heard.spoken_to, true) {
            return;
        }
        let line = self.service.plan.lines.get(&caller.stands.line);
        let start = line.and_then(|line| line.flow.steps.get(&line.flow.start));
        let Some(Step::Say(say)) = start.filter(|step| matches!(step, Step::Say(say) if say.skip_in_surge)) else {
            return;
        };
        let greeted = first == Some(say.prompt);
        if greeted == surge {
            let words = format!("{call} was greeted: {greeted}, though surge mode is on: {surge}");
            self.breaks(now, Rule::WordsHeard, Some(call), words);
        }
    }

    /// The caller pressed a key: what is being said may be cut short.
    pub(in crate::nights) fn caller_pressed(&mut self, leg: LegId) {
        if let Some(caller) = self.of_leg(leg) {
            caller.heard.words_since = None;
        }
    }

    /// A prompt ended and nothing has followed yet.
    pub(in crate::nights) fn prompt_ended(&mut self, leg: LegId, now: u64) {
        if let Some(caller) = self.of_leg(leg)
            && caller.heard.sound == Sound::Playing
        {
            caller.heard.sound = Sound::Silence(now);
            caller.heard.words_since = None;
        }
    }

    /// The flow led on to a queue: nobody was in the middle of what they were told.
    pub(super) fn words_were_heard(&mut self, call: CallId, now: u64) {
        let since = self.callers.get(&call).and_then(|caller| caller.heard.words_since);
        if let Some(since) = since.filter(|since| now.saturating_sub(*since) < PROMPT_AT_MOST) {
            let words = format!("{call} was led on in the middle of what was said since {since}");
            self.breaks(now, Rule::WordsHeard, Some(call), words);
        }
    }
}
