//! What the listener is doing, and the buttons that change it.

use super::{Epoch, since, until_then};
use crate::words::Words;
use maud::{Markup, html};
use switchboard::{DeskView, Presence, PresenceReason};

/// Draws the part.
pub(in crate::desk) fn status(
    words: Words,
    epoch: Epoch,
    (view, reason): (&DeskView, Option<PresenceReason>),
    unsaved: usize,
) -> Markup {
    let talks = matches!(view.presence, Presence::Talking | Presence::WrappingUp);
    html! {
        div.status data-presence=(presence_class(view.presence)) {
            p.presence {
                span.dot aria-hidden="true" {}
                strong { (presence(words, view.presence)) }
                @if view.presence != Presence::OffDuty { (since(epoch, view.since)) }
            }
            div.buttons {
                @if view.presence == Presence::OffDuty || (view.presence == Presence::Paused && view.rest.is_none()) {
                    button.primary type="button" data-do="ready" { (words.say("status.ready")) }
                }
                @if view.presence == Presence::Ready {
                    button type="button" data-do="pause" aria-keyshortcuts="p" { (words.say("status.pause")) kbd { "P" } }
                }
                @if talks && !view.pause_after {
                    button #pause-after type="button" data-do="pause" aria-keyshortcuts="p" { (pause_after(words, view.presence)) kbd { "P" } }
                }
                @if talks && view.pause_after {
                    button #pause-after type="button" data-do="ready" { (words.say("status.pause_after_set")) }
                }
                @if matches!(view.presence, Presence::Ready | Presence::Paused) {
                    button type="button" data-do="sign_off" { (words.say("status.sign_off")) }
                }
            }
            @if let Some(until) = view.rest { p.notice role="status" { (words.say("status.rest")) " " (until_then(epoch, until)) } }
            @if let Some(missed) = reason.and_then(|reason| missed(words, reason)).filter(|_| view.presence == Presence::Paused) {
                p.notice role="status" { (missed) }
            }
            @if view.off_after { p.notice { (words.say("status.off_after")) } }
            div.buttons {
                @if view.has_phone && matches!(view.presence, Presence::OffDuty | Presence::Ready | Presence::Paused) {
                    button type="button" data-do="phone" data-on=(!view.by_phone) aria-pressed=(view.by_phone) { (words.say("status.phone")) }
                }
                @if view.presence != Presence::OffDuty && !view.wants_debrief {
                    button type="button" data-do="debrief" { (words.say("status.debrief")) }
                }
            }
            @if view.wants_debrief { p.hint { (words.say("status.debrief_asked")) } }
            @if !view.connected && !view.by_phone && view.presence != Presence::OffDuty {
                p.notice.trouble { (words.say("status.no_voice")) }
            }
            @if unsaved > 0 { p.notice { (words.say("status.unsaved")) } }
        }
    }
}

/// Why somebody is in a pause that they did not ask for, where a call led to it.
fn missed(words: Words, reason: PresenceReason) -> Option<&'static str> {
    match reason {
        PresenceReason::NoAnswer => Some(words.say("status.missed")),
        PresenceReason::Vanished => Some(words.say("status.vanished")),
        PresenceReason::Chosen
        | PresenceReason::Call
        | PresenceReason::Interrupted
        | PresenceReason::Rest
        | PresenceReason::ShiftBegan
        | PresenceReason::ShiftEnded => None,
    }
}

/// What a pause that is asked for now waits for: once the call is over, only its record is left.
fn pause_after(words: Words, presence: Presence) -> &'static str {
    match presence {
        Presence::WrappingUp => words.say("status.pause_after_record"),
        _ => words.say("status.pause_after"),
    }
}

/// What somebody is doing, in words.
pub(crate) fn presence(words: Words, presence: Presence) -> &'static str {
    match presence {
        Presence::OffDuty => words.say("presence.off_duty"),
        Presence::Ready => words.say("presence.ready"),
        Presence::Offered => words.say("presence.offered"),
        Presence::Talking => words.say("presence.talking"),
        Presence::WrappingUp => words.say("presence.wrapping_up"),
        Presence::Paused => words.say("presence.paused"),
        Presence::Supervising => words.say("presence.supervising"),
    }
}

/// The same for the stylesheet.
pub(crate) fn presence_class(presence: Presence) -> &'static str {
    match presence {
        Presence::OffDuty => "off",
        Presence::Ready => "ready",
        Presence::Offered => "offered",
        Presence::Talking => "talking",
        Presence::WrappingUp => "wrapping-up",
        Presence::Paused => "paused",
        Presence::Supervising => "supervising",
    }
}
