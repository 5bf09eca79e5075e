//! What presses ask of the switchboard.

use crate::desk::colleagues::read_target;
use crate::desk::message::{Id, Up};
use switchboard::{Command, HandOver, ListenerId};

/// What a press asks of the switchboard, for those that ask nothing else.
pub(super) fn command(up: Up) -> Option<Command> {
    let listener = |text: String| text.parse().ok().map(ListenerId);
    Some(match up {
        Up::Ready => Command::Ready,
        Up::Pause => Command::Pause,
        Up::SignOff => Command::SignOff,
        Up::Hold => Command::Hold,
        Up::Resume => Command::Resume,
        Up::End => Command::End,
        Up::Accept { call: Id(call) } => Command::Accept(call),
        Up::Decline { call: Id(call) } => Command::Decline(call),
        Up::HandOver { to, warm, second } => {
            let (warm, second) = (warm == "true", second == "true");
            Command::HandOver(HandOver { to: read_target(&to)?, warm, second })
        }
        Up::HandBack => Command::TakeBack,
        Up::Join => Command::Join,
        Up::Leave => Command::Leave,
        Up::Alert => Command::Alert,
        Up::Mark => Command::MarkNuisance,
        Up::Debrief => Command::AskDebrief,
        Up::Phone { on } => Command::UsePhone(on == "true"),
        Up::Watch { call: Id(call), mode } => Command::Watch(call, mode),
        Up::Unwatch => Command::Unwatch,
        Up::AlertSeen { call: Id(call) } => Command::AlertSeen(call),
        Up::DebriefHeld { listener: who } => Command::DebriefHeld(listener(who)?),
        Up::LiftRest { listener: who } => Command::LiftRest(listener(who)?),
        Up::Decide { call: Id(call), on } => Command::DecideNuisance(call, on == "true"),
        Up::Surge { on } => Command::Surge(on == "true"),
        Up::Snapshot
        | Up::Voice { .. }
        | Up::Restart { .. }
        | Up::Draft { .. }
        | Up::CloseRecord { .. }
        | Up::Places { .. }
        | Up::Search { .. }
        | Up::Give { .. }
        | Up::TakeBack { .. }
        | Up::WrongNumber { .. }
        | Up::Answer { .. }
        | Up::Step { .. }
        | Up::Help { .. }
        | Up::GiveCode { .. }
        | Up::TakeBackCode { .. }
        | Up::Signal { .. }
        | Up::TakeSignal { .. }
        | Up::Triage { .. } => return None,
    })
}
