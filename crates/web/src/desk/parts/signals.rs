//! At-risk signals: the listener raises one and sees that somebody took it; those who supervise see all that are open.

use crate::desk::colleagues::Colleagues;
use crate::words::Words;
use care::{SignalCause, SignalStage};
use maud::{Markup, html};
use node::OpenSignal;
use switchboard::{CallId, ListenerId};

/// Draws the signal of the listener's own call, or the way to raise one.
pub(in crate::desk) fn signal(words: Words, call: CallId, own: Option<&OpenSignal>, colleagues: &Colleagues) -> Markup {
    let id = call.0.to_string();
    html! {
        h2 { (words.say("signal.title")) }
        @if let Some(own) = own {
            p.notice.trouble[own.stage > SignalStage::Raised] role="status" { (told(words, own, colleagues)) }
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

/// What the listener is told of their signal.
fn told(words: Words, own: &OpenSignal, colleagues: &Colleagues) -> String {
    match (own.row.taken, own.stage) {
        (Some((_, who)), _) => words.fill("signal.is_taken", &[("name", &colleagues.name(ListenerId(who)))]),
        (None, SignalStage::Escalated) => words.say("signal.nobody_yet").to_owned(),
        (None, _) => words.say("signal.waits").to_owned(),
    }
}

/// Draws the signals that are open.
pub(in crate::desk) fn signals(words: Words, open: &[OpenSignal], colleagues: &Colleagues) -> Markup {
    html! {
        h2 { (words.say("signals.title")) }
        @if open.is_empty() { p.hint { (words.say("signals.none")) } } @else {
            div role="status" { ul.calls {
                @for one in open {
                    li data-alert=(one.row.taken.is_none()) {
                        strong.alert[one.row.taken.is_none()] { (stage(words, one.stage)) }
                        span.with { (colleagues.name(ListenerId(one.row.raised_by))) }
                        span.doing { (cause(words, &one.row.cause)) @if !one.row.words.is_empty() { " · " (one.row.words) } }
                        time.since data-from=(one.row.raised_at) {}
                        div.buttons {
                            @if let Some((_, who)) = one.row.taken {
                                span { (words.fill("signals.taken_by", &[("name", &colleagues.name(ListenerId(who)))])) }
                            } @else {
                                button.primary id=(format!("take-{}", one.row.id)) type="button" data-do="take_signal" data-signal=(one.row.id) {
                                    (words.say("signals.take"))
                                }
                            }
                            a.button href=(format!("/signals/{}", one.row.id)) target="_blank" rel="noopener" { (words.say("signals.open")) }
                        }
                    }
                }
            } }
        }
        p { a href="/signals" target="_blank" rel="noopener" { (words.say("signals.all")) } }
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
