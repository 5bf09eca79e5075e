//! The call that rings or is talked with.

use super::triage::card as triage_card;
use super::{Epoch, chosen, since, spoken, twice};
use crate::words::Words;
use maud::{Markup, html};
use node::LineGrade;
use switchboard::{CallCard, Channel, DeskView, Presence};

/// Draws the call. Whoever has the card before them as a form does not see it a second time.
pub(in crate::desk) fn call(
    words: Words,
    epoch: Epoch,
    view: &DeskView,
    line: Option<LineGrade>,
    triages: bool,
) -> Markup {
    match (&view.call, view.presence) {
        (Some(card), Presence::Offered) => offered(words, epoch, card),
        (Some(card), Presence::Supervising) => html! {
            h2 { (words.say("call_part.watching")) }
            (facts(words, card))
        },
        (Some(card), _) => talking(words, epoch, view, card, line, triages),
        (None, Presence::WrappingUp) => html! {
            h2 { (words.say("call_part.over")) }
            p { (words.say("call_part.over_words")) }
        },
        (None, Presence::Ready) => html! {
            h2 { (words.say("call_part.none")) }
            p { (words.say("call_part.ready_words")) }
        },
        (None, _) => html! {
            h2 { (words.say("call_part.none")) }
            p { (words.say("call_part.idle_words")) }
        },
    }
}

fn offered(words: Words, epoch: Epoch, card: &CallCard) -> Markup {
    let id = card.call.0.to_string();
    html! {
        div.ringing {
            h2 { (words.say("call_part.arrives")) }
            (facts(words, card))
            @if let Some(triaged) = &card.card { (triage_card(words, triaged)) }
            p { (words.say("call_part.waits_since")) " " (since(epoch, card.caller.waiting_since)) }
            div.buttons {
                button.primary.accept #accept type="button" data-do="accept" data-call=(id) aria-keyshortcuts="a" {
                    (words.say("call_part.accept")) kbd { "A" }
                }
                button type="button" data-do="decline" data-call=(id) aria-keyshortcuts="d" {
                    (words.say("call_part.decline")) kbd { "D" }
                }
            }
            p.hint { (words.say("call_part.decline_words")) }
        }
    }
}

fn talking(
    words: Words,
    epoch: Epoch,
    view: &DeskView,
    card: &CallCard,
    line: Option<LineGrade>,
    triages: bool,
) -> Markup {
    let again = words.say("call_part.end_again");
    html! {
        div.talking data-held=(card.held) {
            h2 {
                @if card.held { (words.say("call_part.held")) } @else { (words.say("call_part.talking")) }
                " " span.timer { (since(epoch, view.since)) }
            }
            // The page shows it while the microphone is muted; its place is kept all the time.
            p.muted { (words.say("call_part.muted")) }
            (facts(words, card))
            (quality(words, line.filter(|_| !card.held)))
            @if let Some(triaged) = card.card.as_ref().filter(|_| !triages) { (triage_card(words, triaged)) }
            div.buttons {
                @if card.held {
                    button.primary #hold type="button" data-do="resume" aria-keyshortcuts="h" { (words.say("call_part.resume")) kbd { "H" } }
                } @else {
                    button #hold type="button" data-do="hold" aria-keyshortcuts="h" { (words.say("call_part.hold")) kbd { "H" } }
                }
                button.danger type="button" data-do="end" data-confirm=(again) aria-keyshortcuts="e" {
                    (twice(words.say("call_part.end"), again)) kbd { "E" }
                }
            }
        }
    }
}

/// How the line of the other side sounds. Its place is kept before that is known, so that nothing moves.
fn quality(words: Words, line: Option<LineGrade>) -> Markup {
    let (bars, told) = match line {
        None => ("0", words.say("their_line.unknown")),
        Some(LineGrade::Good) => ("3", words.say("their_line.good")),
        Some(LineGrade::Fair) => ("2", words.say("their_line.fair")),
        Some(LineGrade::Poor) => ("1", words.say("their_line.poor")),
    };
    html! {
        p.quality.their-line data-bars=(bars) { span.bars aria-hidden="true" { i {} i {} i {} } span { (told) } }
    }
}

fn facts(words: Words, card: &CallCard) -> Markup {
    let channel = match card.caller.channel {
        Channel::Phone => words.say("channel.phone"),
        Channel::Browser => words.say("channel.browser"),
    };
    html! {
        dl.facts {
            div { dt { (words.say("call_part.line")) } dd { (card.line_name) } }
            div { dt { (words.say("call_part.language")) } dd { (spoken(words, card.caller.language)) } }
            @if let Some(choice) = &card.caller.choice {
                div { dt { (words.say("call_part.choice")) } dd { (chosen(words, choice)) } }
            }
            @if let Some(departement) = &card.caller.departement {
                div { dt { (words.say("call_part.departement")) } dd { (departement) } }
            }
            div { dt { (words.say("call_part.channel")) } dd { (channel) } }
        }
    }
}
