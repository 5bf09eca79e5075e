//! Who hears whom. A leg that hears one other gets its packets as they come, undecoded; a leg that hears several gets a
//! packet of their sum every 20 ms. Each voice is decoded once, however many hear it.

use super::Engine;
use crate::leg::{Numbers, Source};
use crate::mix::{self, Sum};
use crate::order::TelephonyEvent;
use std::time::Instant;
use switchboard::LegId;

impl Engine {
    /// From now on a leg hears exactly these.
    pub(super) fn hear(&mut self, id: LegId, mut heard: Vec<LegId>) {
        heard.retain(|other| *other != id && self.legs.contains_key(other));
        heard.sort_unstable();
        heard.dedup();
        let unchanged = self.legs.get(&id).is_some_and(|leg| !heard.is_empty() && leg.source.legs() == heard);
        if !unchanged {
            self.listen_to(id, if heard.is_empty() { Source::Nothing } else { Source::Legs(heard) });
        }
    }

    /// Gives a leg something to hear, in place of what it heard.
    pub(super) fn listen_to(&mut self, id: LegId, source: Source) {
        let tail = self.legs.get(&id).filter(|leg| leg.source.is_mix()).map(|leg| {
            let mut sum = Sum::new();
            leg.source.legs().iter().filter_map(|heard| self.legs.get(heard)).for_each(|heard| {
                sum.add(&heard.voice.next_frame());
            });
            Box::new(sum.frame())
        });
        let Some(leg) = self.legs.get_mut(&id) else { return };
        leg.numbering.new_source();
        leg.tail = tail.filter(|_| !matches!(source, Source::Nothing));
        let new = source.legs().to_vec();
        let old = std::mem::replace(&mut leg.source, source).legs().to_vec();
        for heard in &old {
            if let Some(ears) = self.ears.get_mut(heard) {
                ears.retain(|ear| *ear != id);
            }
        }
        for heard in &new {
            self.ears.entry(*heard).or_default().push(id);
        }
        self.ears.retain(|_, ears| !ears.is_empty());
        for heard in old.iter().chain(&new) {
            self.keep_voice(*heard, old.contains(heard));
        }
    }

    /// Keeps a leg's sound for mixing if somebody hears it mixed. `heard` says whether it was heard until now.
    fn keep_voice(&mut self, id: LegId, heard: bool) {
        let mixed = self.ears_of(id).iter().any(|ear| self.legs.get(ear).is_some_and(|leg| leg.source.is_mix()));
        let Some(leg) = self.legs.get_mut(&id) else { return };
        if mixed {
            leg.voice.keep(heard);
        } else {
            leg.voice.let_go();
        }
    }

    /// A leg is going: it hears nothing, and those who heard it hear the others on.
    pub(super) fn forget_voice(&mut self, id: LegId) {
        self.listen_to(id, Source::Nothing);
        for ear in self.ears_of(id) {
            let heard = self.legs.get(&ear).map(|leg| leg.source.legs().to_vec()).unwrap_or_default();
            self.hear(ear, heard.into_iter().filter(|heard| *heard != id).collect());
        }
    }

    /// Who hears a leg.
    pub(super) fn ears_of(&self, id: LegId) -> Vec<LegId> {
        self.ears.get(&id).cloned().unwrap_or_default()
    }

    /// Sound came from a leg.
    pub(super) fn spoken(&mut self, id: LegId, sequence: u16, timestamp: u32, payload: &[u8], now: Instant) {
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.voice.say(timestamp, payload);
            if leg.sounds_its_keys() {
                let pressed = leg.tones.hear(payload);
                self.events.extend(pressed.into_iter().map(|digit| TelephonyEvent::Digit(id, digit)));
            }
        }
        for ear in self.ears_of(id) {
            if let Some(numbers) = self.numbers_for(ear, sequence, timestamp, now) {
                self.send_sound(ear, numbers, payload, now);
            }
        }
    }

    /// The numbers for a packet passed on to a leg, unless that leg is sent a mix or the packet is too late.
    pub(super) fn numbers_for(&mut self, ear: LegId, sequence: u16, timestamp: u32, now: Instant) -> Option<Numbers> {
        let leg = self.legs.get_mut(&ear)?;
        if leg.source.is_mix() { None } else { leg.numbering.relayed(sequence, timestamp, now) }
    }

    /// A leg's next 20 ms, if it hears several others.
    pub(super) fn mix_frame(&mut self, id: LegId, now: Instant) {
        let Some(leg) = self.legs.get(&id).filter(|leg| leg.source.is_mix()) else { return };
        let mut sum = Sum::new();
        for heard in leg.source.legs() {
            if let Some(heard) = self.legs.get(heard) {
                sum.add(heard.voice.frame());
            }
        }
        let payload = mix::alaw(&sum.frame());
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let numbers = leg.numbering.made(now);
        self.send_sound(id, numbers, &payload, now);
    }
}
