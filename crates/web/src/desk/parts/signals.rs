//! The at-risk signal of the listener's own call: raised with a few words, and who took it.

use crate::desk::colleagues::Colleagues;
use crate::words::Words;
use care::SignalStage;
use maud::{Markup, html};
use node::OpenSignal;
use switchboard::{CallId, ListenerId};

/// What a listener is told of the signal that they raised.
pub(in crate::desk) struct Told {
    text: String,
    /// Whether it is for them to do something.
    is_trouble: bool,
}

impl Told {
    pub(super) fn draw(&self) -> Markup {
        html! { p.notice.trouble[self.is_trouble] role="status" { (self.text) } }
    }
}

/// What the listener is told of their signal. It must be true: that somebody comes is said once somebody has taken it.
/// `watched` says whether somebody else who may take it has a page open.
pub(in crate::desk) fn told(words: Words, own: &OpenSignal, watched: bool, colleagues: &Colleagues) -> Told {
    if let Some((_, who)) = own.row.taken {
        let text = words.fill("signal.is_taken", &[("name", &colleagues.name(ListenerId(who)))]);
        return Told { text, is_trouble: false };
    }
    let key = match own.stage {
        SignalStage::Escalated => "signal.nobody_yet",
        _ if !watched => "signal.nobody_there",
        SignalStage::Reminded => "signal.reminded",
        SignalStage::Raised | SignalStage::Taken | SignalStage::Overdue => "signal.waits",
    };
    Told { text: words.say(key).to_owned(), is_trouble: key != "signal.waits" }
}

/// Draws the signal of the listener's own call, or the way to raise one.
pub(in crate::desk) fn signal(words: Words, call: CallId, own: Option<&Told>) -> Markup {
    let id = call.0.to_string();
    html! {
        h2 { (words.say("signal.title")) }
        @if let Some(own) = own { (own.draw()) }
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
