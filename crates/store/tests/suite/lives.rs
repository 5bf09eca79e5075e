//! Nights that could have been: random but plausible lives of calls and listeners, the same for the same seed.

use store::Fact;
use switchboard::{
    CallId, Channel, Digit, Event, Language, LineId, ListenerId, OfferEnd, Outcome, Party, Presence, PresenceReason,
    Refusal, Whereabouts,
};

/// SplitMix64 (Steele, Lea and Flood 2014): small, and good enough to shuffle a night.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % sides as u64) as usize
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

#[derive(Clone, Copy)]
enum Stage {
    Arrived,
    Menu,
    Waiting,
    Ringing(ListenerId),
    Talking(ListenerId),
    Held(ListenerId),
    Lost(ListenerId),
}

struct Night {
    dice: Dice,
    at: i64,
    facts: Vec<Fact>,
    calls: Vec<(CallId, Stage)>,
    records: Vec<(CallId, ListenerId)>,
    ready: Vec<ListenerId>,
    next: i64,
}

/// A night of about `steps` facts. Some calls are still open at its end.
pub fn night(seed: u64, steps: usize) -> Vec<Fact> {
    let mut night = Night {
        dice: Dice::new(seed),
        at: 1_750_000_000_000,
        facts: Vec::new(),
        calls: Vec::new(),
        records: Vec::new(),
        ready: Vec::new(),
        next: 1,
    };
    for listener in 1..=5 {
        night.presence(ListenerId(listener), Presence::Ready, PresenceReason::Chosen);
        night.ready.push(ListenerId(listener));
    }
    while night.facts.len() < steps {
        night.step();
    }
    night.facts
}

impl Night {
    fn tell(&mut self, event: Event) {
        self.facts.push(Fact { at: self.at, event });
    }

    fn presence(&mut self, listener: ListenerId, presence: Presence, reason: PresenceReason) {
        self.tell(Event::PresenceChanged { listener, presence, reason });
    }

    fn free(&mut self, listener: ListenerId, reason: PresenceReason) {
        self.presence(listener, Presence::Ready, reason);
        self.ready.push(listener);
    }

    fn end(&mut self, call: CallId, outcome: Outcome) {
        self.tell(Event::Ended { call, outcome });
    }

    fn give_up(&mut self, call: CallId, during: Whereabouts) {
        self.end(call, Outcome::GaveUp { during });
    }

    fn wrap_up(&mut self, call: CallId, listener: ListenerId) {
        self.presence(listener, Presence::WrappingUp, PresenceReason::Call);
        self.records.push((call, listener));
    }

    fn step(&mut self) {
        self.at += self.dice.below(20_000) as i64;
        if !self.records.is_empty() && self.dice.below(4) == 0 {
            let chosen = self.dice.below(self.records.len());
            let (call, listener) = self.records.swap_remove(chosen);
            self.tell(Event::RecordClosed { call, listener });
            self.free(listener, PresenceReason::Chosen);
        } else if self.calls.is_empty() || self.dice.below(5) == 0 {
            self.arrive();
        } else {
            let chosen = self.dice.below(self.calls.len());
            let (call, stage) = self.calls.swap_remove(chosen);
            if let Some(next) = self.live_on(call, stage) {
                self.calls.push((call, next));
            }
        }
    }

    fn arrive(&mut self) {
        let call = CallId(self.next * 7_919);
        self.next += 1;
        let line = LineId(self.dice.pick(&["sps", "nuit"]).into());
        let channel = self.dice.pick(&[Channel::Phone, Channel::Browser]);
        let language = self.dice.pick(&[Language::Fr, Language::Fr, Language::En]);
        self.tell(Event::Arrived { call, line, channel, language });
        match self.dice.below(20) {
            0 => self.end(call, Outcome::Refused { reason: Refusal::QueueFull }),
            1 => self.end(call, Outcome::Broken),
            2 => self.end(call, Outcome::LineFault),
            3 => self.end(call, Outcome::Closed),
            _ => self.calls.push((call, Stage::Arrived)),
        }
    }

    /// The next thing in a call's life; none when it ended.
    fn live_on(&mut self, call: CallId, stage: Stage) -> Option<Stage> {
        let fate = self.dice.below(10);
        match stage {
            Stage::Arrived if fate == 0 => self.give_up(call, Whereabouts::Arriving),
            Stage::Arrived => {
                self.tell(Event::Answered { call });
                return Some(Stage::Menu);
            }
            Stage::Menu if fate == 0 => self.give_up(call, Whereabouts::Menu),
            Stage::Menu if fate == 1 => self.give_up(call, Whereabouts::Greeting),
            Stage::Menu => {
                if let (true, Some(digit)) = (fate > 4, Digit::new('1')) {
                    self.tell(Event::Chosen { call, digit, choice: "student".into() });
                }
                self.tell(Event::Queued { call, again: false, queue: None });
                return Some(Stage::Waiting);
            }
            Stage::Waiting if fate == 0 => self.give_up(call, Whereabouts::Waiting),
            Stage::Waiting => {
                let Some(listener) = self.ready.pop() else { return Some(Stage::Waiting) };
                self.tell(Event::Offered { call, listener, why: None });
                self.presence(listener, Presence::Offered, PresenceReason::Call);
                return Some(Stage::Ringing(listener));
            }
            Stage::Ringing(listener) => return self.ring(call, listener, fate),
            Stage::Talking(listener) => return self.talk(call, listener, fate),
            Stage::Held(listener) => {
                self.tell(Event::Resumed { call });
                return Some(Stage::Talking(listener));
            }
            Stage::Lost(listener) if fate < 5 => {
                self.tell(Event::ListenerBack { call, listener });
                return Some(Stage::Talking(listener));
            }
            Stage::Lost(listener) => {
                self.wrap_up(call, listener);
                self.tell(Event::Queued { call, again: true, queue: None });
                return Some(Stage::Waiting);
            }
        }
        None
    }

    fn ring(&mut self, call: CallId, listener: ListenerId, fate: usize) -> Option<Stage> {
        let end = match fate {
            0 => OfferEnd::CallerGone,
            1 => OfferEnd::Declined,
            2 => OfferEnd::NoAnswer,
            _ => OfferEnd::Accepted,
        };
        self.tell(Event::OfferEnded { call, listener, end });
        match end {
            OfferEnd::Accepted => {
                self.tell(Event::Bridged { call, listener });
                self.presence(listener, Presence::Talking, PresenceReason::Call);
                Some(Stage::Talking(listener))
            }
            OfferEnd::CallerGone => {
                self.give_up(call, Whereabouts::Ringing);
                self.free(listener, PresenceReason::Call);
                None
            }
            OfferEnd::Declined
            | OfferEnd::NoAnswer
            | OfferEnd::ListenerGone
            | OfferEnd::Busy
            | OfferEnd::NotReached
            | OfferEnd::LineFault
            | OfferEnd::Withdrawn => {
                self.presence(listener, Presence::Paused, PresenceReason::NoAnswer);
                self.free(listener, PresenceReason::Chosen);
                Some(Stage::Waiting)
            }
        }
    }

    fn talk(&mut self, call: CallId, listener: ListenerId, fate: usize) -> Option<Stage> {
        match fate {
            0 => {
                self.tell(Event::Held { call });
                Some(Stage::Held(listener))
            }
            1 => {
                self.tell(Event::ListenerLost { call, listener });
                Some(Stage::Lost(listener))
            }
            2..6 => Some(Stage::Talking(listener)),
            _ => {
                let by = self.dice.pick(&[Party::Caller, Party::Listener, Party::Line]);
                self.end(call, Outcome::Talked { by });
                self.wrap_up(call, listener);
                None
            }
        }
    }
}
