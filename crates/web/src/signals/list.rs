//! The signals that are open, as the desk and the board list them.

use crate::words::Words;
use care::{SignalCause, SignalStage};
use maud::{Markup, html};
use node::OpenSignal;
use switchboard::ListenerId;

/// What the pages that list signals draw each in their own way.
pub(crate) struct List<'a> {
    /// The reader's words.
    pub(crate) words: Words,
    /// What a colleague is called.
    pub(crate) name: &'a dyn Fn(ListenerId) -> String,
    /// How long ago a moment was, in milliseconds since 1970.
    pub(crate) since: &'a dyn Fn(i64) -> Markup,
    /// The way to take the signal of this number.
    pub(crate) take: &'a dyn Fn(i64) -> Markup,
    /// Whether other pages open beside this one, which must not be left.
    pub(crate) beside: bool,
}

impl List<'_> {
    /// Draws the signals that are open.
    pub(crate) fn draw(&self, open: &[OpenSignal]) -> Markup {
        let words = self.words;
        html! {
            h2 { (words.say("signals.title")) " " span.count { (open.len()) } }
            @if open.is_empty() { p.hint { (words.say("signals.none")) } } @else {
                div role="status" { ul.calls { @for one in open { (self.one(one)) } } }
            }
            p { (self.link("/signals", None, words.say("signals.all"))) }
        }
    }

    fn one(&self, one: &OpenSignal) -> Markup {
        let (words, row) = (self.words, &one.row);
        html! {
            li data-alert=(row.taken.is_none()) data-signal=(row.id) {
                strong.alert[row.taken.is_none()] { (stage(words, one.stage)) }
                span.with { ((self.name)(ListenerId(row.raised_by))) }
                span.doing { (cause(words, &row.cause)) @if !row.words.is_empty() { " · " (row.words) } }
                ((self.since)(row.raised_at))
                div.buttons {
                    @if let Some((_, who)) = row.taken {
                        span { (words.fill("signals.taken_by", &[("name", &(self.name)(ListenerId(who)))])) }
                    } @else { ((self.take)(row.id)) }
                    (self.link(&format!("/signals/{}", row.id), Some("button"), words.say("signals.open")))
                }
            }
        }
    }

    fn link(&self, address: &str, class: Option<&str>, text: &str) -> Markup {
        let (target, relation) = if self.beside { (Some("_blank"), Some("noopener")) } else { (None, None) };
        html! { a class=[class] href=(address) target=[target] rel=[relation] { (text) } }
    }
}

/// How a signal was raised, in words.
pub(crate) fn cause(words: Words, key: &str) -> &'static str {
    SignalCause::from_key(key).map_or("", |cause| cause.label(words.0))
}

/// Where a signal stands, in words.
pub(crate) fn stage(words: Words, stage: SignalStage) -> &'static str {
    words.say(match stage {
        SignalStage::Raised => "signal_stage.raised",
        SignalStage::Reminded => "signal_stage.reminded",
        SignalStage::Escalated => "signal_stage.escalated",
        SignalStage::Taken => "signal_stage.taken",
        SignalStage::Overdue => "signal_stage.overdue",
    })
}
