//! Who waits.

use super::{Epoch, since, spoken};
use crate::words::Words;
use maud::{Markup, html};
use switchboard::WaitingCard;

/// Draws the part.
pub(in crate::desk) fn waiting(words: Words, epoch: Epoch, waiting: &[WaitingCard]) -> Markup {
    html! {
        h2 { (words.say("waiting.title")) @if !waiting.is_empty() { " " span.count { (waiting.len()) } } }
        @if waiting.is_empty() {
            p.empty { (words.say("waiting.nobody")) }
        } @else {
            ol.waiting {
                @for card in waiting {
                    li {
                        span.waiting-line { (card.line_name) " · " (spoken(words, card.language)) }
                        @if card.ringing { span.badge { (words.say("waiting.ringing")) } }
                        (since(epoch, card.since))
                    }
                }
            }
        }
    }
}
