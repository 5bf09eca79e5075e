//! An honest caller beside an attack: calls, listens, perhaps waits for a human, and hangs up.

use crate::clock::now;
use crate::measure::{Ear, Times};
use crate::robot::VOICE;
use crate::sip::{Identity, Phone, Signal, sound};
use std::time::Duration;
use telephony::audio::{FRAME, tone};

/// What one of them met.
#[derive(Debug, Clone, Default)]
pub(super) struct Fate {
    /// Its place among the honest callers.
    pub(super) place: u64,
    answered: Option<Duration>,
    sound: Option<Duration>,
    human: Option<Duration>,
    /// When it was helped, since the run began.
    helped: Option<Duration>,
    refused: Option<u16>,
    /// It was cut off, or its own end was not answered.
    broken: bool,
}

/// What became of all of them.
#[derive(Debug, Clone, Default)]
pub struct Honest {
    /// Calls placed.
    pub placed: u64,
    /// Answered.
    pub answered: u64,
    /// Refused, with the last status.
    pub refused: (u64, u16),
    /// Heard a sound: the greeting.
    pub greeted: u64,
    /// Reached a human.
    pub helped: u64,
    /// Cut off, or never told that their end was heard.
    pub broken: u64,
    /// From calling to the answer.
    pub to_answer: Times,
    /// From calling to the greeting.
    pub to_greeting: Times,
    /// From calling to a human's voice.
    pub to_human: Times,
    /// Who was helped after somebody who had called later.
    pub overtaken: u64,
    served: Vec<(u64, Duration)>,
}

impl Honest {
    pub(super) fn add(&mut self, fate: &Fate) {
        self.placed += 1;
        let take = |time: Option<Duration>, count: &mut u64, times: &mut Times| {
            if let Some(time) = time {
                *count += 1;
                times.add(time);
            }
        };
        take(fate.answered, &mut self.answered, &mut self.to_answer);
        take(fate.sound, &mut self.greeted, &mut self.to_greeting);
        take(fate.human, &mut self.helped, &mut self.to_human);
        self.broken += u64::from(fate.broken);
        if let Some(status) = fate.refused {
            self.refused = (self.refused.0 + 1, status);
        }
        if let Some(helped) = fate.helped {
            self.served.push((fate.place, helped));
            self.overtaken = overtaken(&self.served);
        }
    }
}

/// Who are helped within this time are helped together: listeners become free at once, and each takes a moment to accept.
const TOGETHER: Duration = Duration::from_secs(2);

/// How many were helped after somebody who had called later.
fn overtaken(served: &[(u64, Duration)]) -> u64 {
    let passed = |place: u64, at: Duration| served.iter().any(|(other, then)| *other > place && *then + TOGETHER < at);
    served.iter().filter(|(place, at)| passed(*place, *at)).count() as u64
}

/// What an honest caller waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    /// To hear the service for a while.
    Greeting(Duration),
    /// To be helped by a human, for as long as this at most.
    Human(Duration),
}

/// One call.
pub(super) async fn call(
    phone: &Phone,
    number: &str,
    from: &Identity,
    wish: Wish,
    (place, run): (u64, std::time::Instant),
) -> Fate {
    let begun = now();
    let mut fate = Fate { place, ..Fate::default() };
    let Ok(mut call) = phone.invite(number, from).await else { return Fate { broken: true, ..fate } };
    match call.ring(std::future::pending(), |_| {}).await {
        Ok(Signal::Answered) => fate.answered = Some(now() - begun),
        Ok(Signal::Refused(status) | Signal::Provisional(status)) => return Fate { refused: Some(status), ..fate },
        Err(_) => return Fate { broken: true, ..fate },
    }
    let mut clock = tokio::time::interval(Duration::from_millis(20));
    clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    let (socket, mut ear, mut sent) = (call.ear(), Ear::default(), 0);
    let longest = match wish {
        Wish::Greeting(longest) | Wish::Human(longest) => longest,
    };
    let mut until = begun + longest;
    loop {
        tokio::select! {
            () = tokio::time::sleep_until(until.into()) => break,
            _ = clock.tick() => {
                call.send_sound(&tone::sine(440.0, 0.3, sent, FRAME)).await;
                sent += FRAME as u64;
            }
            message = call.messages.recv() => if call.take(message).await {
                return Fate { broken: true, ..fate };
            },
            (sequence, samples) = sound(&socket) => {
                let Some(heard) = ear.hear(sequence, &samples) else { continue };
                if heard.audible() {
                    fate.sound = fate.sound.or(Some(now() - begun));
                }
                if matches!(wish, Wish::Human(_)) && fate.human.is_none() && heard.is_tone(VOICE) {
                    fate.human = Some(now() - begun);
                    fate.helped = Some(now() - run);
                    until = now() + Duration::from_secs(1);
                }
            }
        }
    }
    fate.broken = call.hang_up().await.is_none();
    fate
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_helped_after_a_later_caller_was_overtaken() {
        let ten = |tens: u64| Duration::from_secs(10 * tens);
        assert_eq!(overtaken(&[(1, ten(1)), (2, ten(2)), (3, ten(3))]), 0);
        assert_eq!(overtaken(&[(2, ten(1)), (3, ten(2)), (1, ten(3)), (4, ten(4))]), 1);
        assert_eq!(overtaken(&[(2, ten(1)), (1, ten(1) + TOGETHER)]), 0, "two at once");
    }
}
