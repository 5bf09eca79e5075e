//! The menu plays, or waits for a key.

use super::{CallInput, Room, Stage};
use crate::{Digit, Event, Moment, PlayId, PromptName, Whereabouts};

/// The caller may press a key. Pressing nothing leads on to the queue as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InMenu {
    pub(crate) play: PlayId,
    /// Until when a key is waited for once the prompt has ended; while it plays, longer than any menu.
    pub(crate) until: Moment,
}

impl InMenu {
    /// Longer than any menu, in milliseconds: a playing whose end is never told must not keep the caller.
    pub(crate) const AT_MOST: u64 = 3 * 60_000;

    /// Says the menu.
    pub(crate) fn begin(room: &mut Room<'_>) -> Stage {
        Self::say(&[], room)
    }

    fn say(before: &[PromptName], room: &mut Room<'_>) -> Stage {
        let Some(prompt) = room.facts.line.menu.as_ref().map(|menu| menu.prompt) else {
            return room.enter_queue();
        };
        let items = before.iter().chain([&prompt]).map(|prompt| room.whole(*prompt)).collect();
        let play = room.play(items, None);
        Stage::Menu(Self { play, until: room.now.plus(Self::AT_MOST) })
    }

    /// A key was pressed: a choice leads to the queue, anything else to the menu once more.
    pub(crate) fn pressed(digit: Digit, room: &mut Room<'_>) -> Stage {
        let chosen =
            room.facts.line.menu.as_ref().and_then(|menu| menu.choice(digit)).map(|choice| choice.choice.clone());
        match chosen {
            Some(choice) => {
                room.facts.choice = Some(choice.clone());
                room.event(Event::Chosen { call: room.facts.call, digit, choice });
                room.enter_queue()
            }
            None => Self::say(&[PromptName::NotUnderstood], room),
        }
    }

    pub(crate) fn handle(self, input: CallInput, room: &mut Room<'_>) -> Stage {
        match input {
            CallInput::PromptEnded(play) if play == self.play => {
                let wait = room.facts.line.menu.as_ref().map_or(0, |menu| u64::from(menu.wait));
                Stage::Menu(Self { until: room.now.plus(wait), ..self })
            }
            CallInput::Digit(digit) => Self::pressed(digit, room),
            CallInput::Deadline => room.enter_queue(),
            CallInput::LegEnded(end) => room.caller_gone(end, Whereabouts::Menu),
            CallInput::Answered
            | CallInput::PromptEnded(_)
            | CallInput::Chosen(_)
            | CallInput::Accepted
            | CallInput::Declined
            | CallInput::ListenerGone
            | CallInput::ListenerBack(_)
            | CallInput::Hold
            | CallInput::Resume
            | CallInput::ListenerEnds => room.ignore(input, Stage::Menu(self)),
        }
    }
}
