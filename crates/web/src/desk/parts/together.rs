//! Who else is in the call, and whom it can be handed to.

use super::{Told, twice};
use crate::desk::colleagues::{Colleagues, key};
use crate::words::Words;
use maud::{Markup, html};
use switchboard::{CallCard, DeskView, HandOverCard, HandOverStep, Partner, Presence, Target, WatchMode};

/// Draws the part: nothing out of a talk.
pub(in crate::desk) fn together(
    words: Words,
    view: &DeskView,
    signal: Option<&Told>,
    colleagues: &Colleagues,
) -> Markup {
    let Some(card) = view.call.as_ref().filter(|_| view.presence == Presence::Talking) else { return html! {} };
    let me = colleagues.me;
    let others: Vec<&Partner> =
        card.partners.iter().filter(|partner| !matches!(partner, Partner::Listener(id) if Some(*id) == me)).collect();
    html! {
        h2 { (words.say("together.title")) }
        @if !others.is_empty() {
            ul.partners { @for partner in &others { li { (named(words, colleagues, partner)) } } }
        }
        @match &card.hand_over {
            Some(under_way) if Some(under_way.by) == me => (own(words, colleagues, under_way)),
            Some(under_way) => p.notice { (words.say("together.asked_by").replace("{name}", &colleagues.name(under_way.by))) },
            None => (choose(words, colleagues, others.iter().any(|one| talks(one)))),
        }
        (help(words, card, signal))
    }
}

fn talks(partner: &Partner) -> bool {
    match partner {
        Partner::Listener(_) | Partner::Relay(_) | Partner::Supervisor(_, WatchMode::Join) => true,
        Partner::Supervisor(_, WatchMode::Listen | WatchMode::Whisper) => false,
    }
}

fn named(words: Words, colleagues: &Colleagues, partner: &Partner) -> Markup {
    let (name, does) = match partner {
        Partner::Listener(id) => (colleagues.name(*id), words.say("together.with_you")),
        Partner::Relay(relay) => (colleagues.relay(relay), words.say("together.relay_with_you")),
        Partner::Supervisor(id, mode) => (colleagues.name(*id), watching(words, *mode)),
    };
    html! { strong { (name) } " " span.doing { (does) } }
}

/// How a supervisor takes part, in words.
pub(in crate::desk) fn watching(words: Words, mode: WatchMode) -> &'static str {
    match mode {
        WatchMode::Listen => words.say("watch.listens"),
        WatchMode::Whisper => words.say("watch.whispers"),
        WatchMode::Join => words.say("watch.joined"),
    }
}

/// A hand-over that this listener asked for.
fn own(words: Words, colleagues: &Colleagues, under_way: &HandOverCard) -> Markup {
    let target = colleagues.target(&under_way.to);
    html! {
        p.notice role="status" {
            @match &under_way.step {
                HandOverStep::Searching => (words.say("together.searching").replace("{name}", &target)),
                HandOverStep::Ringing(id) => (words.say("together.ringing").replace("{name}", &colleagues.name(*id))),
                HandOverStep::Consulting(_) => (words.say("together.consulting")),
            }
        }
        div.buttons {
            @if let HandOverStep::Consulting(_) = under_way.step {
                button.primary type="button" data-do="join" aria-keyshortcuts="j" { (words.say("together.join")) kbd { "J" } }
                button type="button" data-do="leave" aria-keyshortcuts="l" { (words.say("together.leave_now")) kbd { "L" } }
            }
            button type="button" data-do="hand_back" aria-keyshortcuts="b" { (words.say("together.take_back")) kbd { "B" } }
        }
    }
}

/// Whom the call can be handed to.
fn choose(words: Words, colleagues: &Colleagues, with_others: bool) -> Markup {
    let relays = |emergency: bool| colleagues.plan.relays.values().filter(move |relay| relay.emergency == emergency);
    html! {
        @if with_others {
            div.buttons {
                button.primary type="button" data-do="leave" aria-keyshortcuts="l" { (words.say("together.leave")) kbd { "L" } }
            }
            p.hint { (words.say("together.leave_words")) }
        }
        label for="hand-over-to" { (words.say("together.to")) }
        select #hand-over-to {
            optgroup label=(words.say("together.queues")) {
                @for queue in colleagues.plan.queues.values() {
                    option value=(key(&Target::Queue(queue.id.clone()))) { (queue.name) }
                }
            }
            @if !colleagues.there.is_empty() {
                optgroup label=(words.say("together.colleagues")) {
                    @for (id, presence) in &colleagues.there {
                        option value=(key(&Target::Listener(*id))) { (colleagues.name(*id)) " · " (super::presence(words, *presence)) }
                    }
                }
            }
            @for (emergency, label) in [(false, "together.relays"), (true, "together.emergency")] {
                @if relays(emergency).next().is_some() {
                    optgroup label=(words.say(label)) {
                        @for relay in relays(emergency) {
                            option value=(key(&Target::Relay(relay.id.clone()))) { (relay.name) }
                        }
                    }
                }
            }
        }
        div.buttons {
            button type="button" data-do="hand_over" data-warm="true" data-choice="hand-over-to" aria-keyshortcuts="t" { (words.say("together.warm")) kbd { "T" } }
            button type="button" data-do="hand_over" data-second="true" data-warm="true" data-choice="hand-over-to" { (words.say("together.second")) }
            button type="button" data-do="hand_over" data-warm="false" data-choice="hand-over-to" data-confirm=(words.say("together.cold_again")) {
                (twice(words.say("together.cold"), words.say("together.cold_again")))
            }
        }
        p.hint { (words.say("together.words")) }
    }
}

/// The way to call for help; once it was called, what came of it stands where it was pressed.
fn help(words: Words, card: &CallCard, signal: Option<&Told>) -> Markup {
    html! {
        div.buttons.help {
            @if card.alert {
                @if let Some(signal) = signal { (signal.draw()) } @else { p.notice role="status" { (words.say("together.alerted")) } }
            } @else {
                button.danger type="button" data-do="alert" aria-keyshortcuts="s" { (words.say("together.alert")) kbd { "S" } }
            }
            @if card.markable {
                button type="button" data-do="mark" data-confirm=(words.say("together.mark_again")) {
                    (twice(words.say("together.mark"), words.say("together.mark_again")))
                }
            }
        }
    }
}
