//! One view function a part: the same for the first drawing and for every later one.

mod call;
mod consultations;
mod emergency;
mod fields;
mod record;
mod reorientation;
mod signals;
mod status;
mod supervision;
mod together;
mod triage;
mod waiting;

pub(super) use call::call;
pub(super) use emergency::emergency;
pub(crate) use emergency::steps;
pub(crate) use fields::{Filled, fields};
pub(super) use record::record;
pub(super) use reorientation::reorientation;
pub(super) use signals::{Told, signal, told};
pub(super) use status::status;
pub(crate) use status::{presence, presence_class};
pub(super) use supervision::supervision;
pub(super) use together::together;
pub(super) use triage::triage;
pub(super) use waiting::waiting;

use crate::words::Words;
use maud::{Markup, html};
use switchboard::Moment;

/// Turns moments of the monotonic clock into wall time. It is made once for each socket, so that the same moment is always
/// drawn the same and a part changes only when what it tells has changed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Epoch {
    /// The wall time, in milliseconds since 1970, at which the monotonic clock was at zero.
    pub(super) zero_ms: i64,
}

impl Epoch {
    /// The offset between the two clocks.
    pub(super) fn new(wall_ms: i64, moment: Moment) -> Self {
        Self { zero_ms: wall_ms.saturating_sub(i64::try_from(moment.0).unwrap_or(i64::MAX)) }
    }

    fn wall(self, moment: Moment) -> i64 {
        self.zero_ms.saturating_add(i64::try_from(moment.0).unwrap_or(i64::MAX))
    }
}

/// A clock that runs from a moment on; the page moves it.
fn since(epoch: Epoch, moment: Moment) -> Markup {
    html! { time.since data-from=(epoch.wall(moment)) {} }
}

/// A clock that runs down to a moment; the page moves it.
fn until_then(epoch: Epoch, moment: Moment) -> Markup {
    html! { time.since data-until=(epoch.wall(moment)) {} }
}

/// The name of a caller's language.
pub(crate) fn spoken(words: Words, language: switchboard::Language) -> &'static str {
    match language {
        switchboard::Language::Fr => words.say("spoken.fr"),
        switchboard::Language::En => words.say("spoken.en"),
    }
}

/// What a caller chose from the menu. A service may name its choices as it likes: one that we have no words for is shown
/// as it was written.
pub(crate) fn chosen(words: Words, choice: &str) -> String {
    match choice {
        "professional" => words.say("choice.professional").to_owned(),
        "student" => words.say("choice.student").to_owned(),
        "relative" => words.say("choice.relative").to_owned(),
        other => other.replace('_', " "),
    }
}

/// A text that gives way to another on the same button. Both have their place, so that nothing moves when they change.
pub(crate) fn twice(first: &str, second: &str) -> Markup {
    html! { span.twice { span { (first) } span { (second) } } }
}

#[cfg(test)]
mod tests;
