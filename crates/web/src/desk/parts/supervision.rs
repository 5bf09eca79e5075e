//! What a supervisor sees and can do: calls for help first, then every call, who is missing, who needs a word, and surge
//! mode.

use super::{Epoch, presence, since};
use crate::desk::colleagues::Colleagues;
use crate::words::Words;
use maud::{Markup, html};
use switchboard::WatchMode;
use switchboard::{CallId, DeskView, LiveCall, LiveListener, LiveStage, Moment, Partner, Presence, SupervisionView};

/// Draws the part for somebody who supervises.
pub(in crate::desk) fn supervision(
    words: Words,
    epoch: Epoch,
    view: &DeskView,
    seen: &SupervisionView,
    (colleagues, now): (&Colleagues, Moment),
) -> Markup {
    let long_wait = seen.longest_wait_since.filter(|since| now.since(*since) > seen.surge_after);
    let watched = view.call.as_ref().filter(|_| view.presence == Presence::Supervising).map(|card| card.call);
    html! {
        h2 { (words.say("supervision.title")) }
        div.buttons {
            @if seen.surge {
                button.danger type="button" data-do="surge" data-on="false" { (words.say("supervision.surge_off")) }
            } @else {
                button type="button" data-do="surge" data-on="true" { (words.say("supervision.surge_on")) }
            }
        }
        @if seen.surge { p.notice role="status" { (words.say("supervision.surge_words")) } }
        @else if let Some(since_when) = long_wait {
            p.notice.trouble role="status" { (words.say("supervision.surge_suggested")) " " (since(epoch, since_when)) }
        }
        @if seen.calls.is_empty() { p.hint { (words.say("supervision.no_calls")) } }
        ul.calls {
            @for call in &seen.calls { li data-alert=(call.alert.is_some()) { (live(words, epoch, call, watched, colleagues)) } }
        }
        (missing(words, seen, colleagues))
        (people(words, epoch, &seen.listeners, colleagues))
        (marks(words, seen, colleagues))
    }
}

fn live(words: Words, epoch: Epoch, call: &LiveCall, watched: Option<CallId>, colleagues: &Colleagues) -> Markup {
    let id = call.card.call.0.to_string();
    let stage = match call.at {
        LiveStage::InFlow => "live.in_flow",
        LiveStage::Waiting => "live.waiting",
        LiveStage::Ringing => "live.ringing",
        LiveStage::Talking => "live.talking",
        LiveStage::Recovering => "live.recovering",
        LiveStage::Relaying => "live.relaying",
        LiveStage::LastWord => "live.last_word",
    };
    let with: Vec<String> = call
        .card
        .partners
        .iter()
        .map(|partner| match partner {
            Partner::Listener(who) | Partner::Supervisor(who, _) => colleagues.name(*who),
            Partner::Relay(relay) => colleagues.relay(relay),
        })
        .collect();
    html! {
        @if call.alert.is_some() { strong.alert { (words.say("supervision.alert")) } }
        span.with { (call.card.line_name) }
        span.doing { (words.say(stage)) @if !with.is_empty() { " · " (with.join(", ")) } }
        (since(epoch, call.arrived))
        @if call.at == LiveStage::Talking {
            div.buttons {
                @for (mode, key, word) in [(WatchMode::Listen, "listen", "watch.listen"), (WatchMode::Whisper, "whisper", "watch.whisper"), (WatchMode::Join, "join", "watch.join")] {
                    @let now = watched == Some(call.card.call) && call.card.partners.iter().any(|one| matches!(one, Partner::Supervisor(who, how) if Some(*who) == colleagues.me && *how == mode));
                    button type="button" data-do="watch" data-call=(id) data-mode=(key) aria-pressed=(now) { (words.say(word)) }
                }
                @if watched == Some(call.card.call) { button type="button" data-do="unwatch" { (words.say("watch.stop")) } }
                @if call.alert.is_some() { button type="button" data-do="alert_seen" data-call=(id) { (words.say("supervision.alert_seen")) } }
            }
        }
    }
}

fn missing(words: Words, seen: &SupervisionView, colleagues: &Colleagues) -> Markup {
    html! {
        @if !seen.missing.is_empty() {
            h3 { (words.say("supervision.missing")) }
            ul.people { @for shift in &seen.missing { li { span.with { (colleagues.name(shift.listener)) } } } }
        }
    }
}

fn people(words: Words, epoch: Epoch, listeners: &[LiveListener], colleagues: &Colleagues) -> Markup {
    let shown = |one: &&LiveListener| one.wants_debrief || one.rest.is_some();
    html! {
        @if listeners.iter().any(|one| shown(&one)) {
            h3 { (words.say("supervision.care")) }
            ul.people {
                @for one in listeners.iter().filter(shown) {
                    li {
                        span.with { (colleagues.name(one.id)) }
                        span.doing { (presence(words, one.presence)) }
                        (since(epoch, one.since))
                        div.buttons {
                            @if one.wants_debrief { button type="button" data-do="debrief_held" data-listener=(one.id.0) { (words.say("supervision.debrief_held")) } }
                            @if one.rest.is_some() { button type="button" data-do="lift_rest" data-listener=(one.id.0) { (words.say("supervision.lift_rest")) } }
                        }
                    }
                }
            }
        }
    }
}

fn marks(words: Words, seen: &SupervisionView, colleagues: &Colleagues) -> Markup {
    html! {
        @if !seen.marks.is_empty() {
            h3 { (words.say("supervision.marks")) }
            ul.people {
                @for mark in &seen.marks {
                    li {
                        span.with { (words.say("supervision.marked_by").replace("{name}", &colleagues.name(mark.by))) }
                        div.buttons {
                            button type="button" data-do="decide" data-call=(mark.call.0) data-on="true" { (words.say("supervision.mark_yes")) }
                            button type="button" data-do="decide" data-call=(mark.call.0) data-on="false" { (words.say("supervision.mark_no")) }
                        }
                    }
                }
            }
            p.hint { (words.say("supervision.mark_words")) }
        }
    }
}
