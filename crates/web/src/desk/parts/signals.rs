//! The at-risk signal of the listener's own call: raised with a few words, and who took it.

use crate::desk::colleagues::Colleagues;
use crate::words::Words;
use care::SignalStage;
use maud::{Markup, html};
use node::OpenSignal;
use switchboard::{CallId, ListenerId};

/// Draws the signal of the listener's own call, or the way to raise one.
pub(in crate::desk) fn signal(
    words: Words,
    call: CallId,
    (own, watched): (Option<&OpenSignal>, bool),
    colleagues: &Colleagues,
) -> Markup {
    let id = call.0.to_string();
    html! {
        h2 { (words.say("signal.title")) }
        @if let Some(own) = own {
            p.notice.trouble[own.row.taken.is_none() && (own.stage > SignalStage::Raised || !watched)] role="status" { (told(words, own, watched, colleagues)) }
        }
        details #signal-more {
            summary { (words.say(if own.is_some() { "signal.more" } else { "signal.raise" })) }
            form #signal-form data-call=(id) data-draft=(format!("signal-{id}")) autocomplete="off" {
                label for="signal-words" { (words.say("signal.words")) }
                textarea #signal-words name="words" rows="3" maxlength="500" aria-describedby="signal-help" {}
                p.hint #signal-help { (words.say("signal.help")) }
                button.danger type="submit" { (words.say(if own.is_some() { "signal.add" } else { "signal.send" })) }
            }
        }
    }
}

/// What the listener is told of their signal. It must be true: that somebody comes is said once somebody has taken it.
pub(in crate::desk) fn told(words: Words, own: &OpenSignal, watched: bool, colleagues: &Colleagues) -> String {
    match (own.row.taken, own.stage) {
        (Some((_, who)), _) => words.fill("signal.is_taken", &[("name", &colleagues.name(ListenerId(who)))]),
        (None, SignalStage::Escalated) => words.say("signal.nobody_yet").to_owned(),
        (None, _) if !watched => words.say("signal.nobody_there").to_owned(),
        (None, SignalStage::Reminded) => words.say("signal.reminded").to_owned(),
        (None, _) => words.say("signal.waits").to_owned(),
    }
}
