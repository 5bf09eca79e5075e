//! Callers and listeners on the board.

use super::Board;
use crate::desk::{chosen, presence as presence_words, presence_class, spoken};
use crate::shell::length;
use maud::{Markup, html};
use store::{BoardCall, BoardStage};
use switchboard::{Channel, Presence, PresenceReason};

/// Who waits, the one who waits longest first.
pub(super) fn waiting(board: &Board) -> Markup {
    let words = board.words;
    let mut calls = of_stages(board, &[BoardStage::Arrived, BoardStage::Waiting, BoardStage::Ringing]);
    calls.sort_by_key(|call| call.queued_at.unwrap_or(call.arrived_at));
    html! {
        h2 { (words.say("board.waiting")) " " span.count { (calls.len()) } }
        @if calls.is_empty() {
            p.empty { (words.say("board.nobody_waits")) }
        } @else {
            ul.calls {
                @for call in calls {
                    li data-stage=(stage_class(call.stage)) {
                        (facts(board, call))
                        span.badge { (stage(board, call.stage)) }
                        @if let Some(listener) = call.listener { span.with { (board.name(listener)) } }
                        (since(board, call.queued_at.unwrap_or(call.arrived_at)))
                    }
                }
            }
        }
    }
}

/// Who talks.
pub(super) fn talking(board: &Board) -> Markup {
    let words = board.words;
    let calls = of_stages(board, &[BoardStage::Talking, BoardStage::Held, BoardStage::Reconnecting]);
    html! {
        h2 { (words.say("board.talking")) " " span.count { (calls.len()) } }
        @if calls.is_empty() {
            p.empty { (words.say("board.nobody_talks")) }
        } @else {
            ul.calls {
                @for call in calls {
                    li data-stage=(stage_class(call.stage)) {
                        span.with { @if let Some(listener) = call.listener { (board.name(listener)) } }
                        (facts(board, call))
                        // How long a caller has been on hold, or without their listener, is worth knowing too.
                        @if call.stage != BoardStage::Talking {
                            span.badge { (stage(board, call.stage)) " " (since(board, call.since)) }
                        }
                        (since(board, call.talking_since.unwrap_or(call.since)))
                    }
                }
            }
        }
    }
}

/// Everyone who is on duty, and how many are not.
pub(super) fn presence(board: &Board) -> Markup {
    let words = board.words;
    let on_duty: Vec<_> =
        board.live.listeners.iter().filter(|(_, listener)| listener.presence != Presence::OffDuty).collect();
    html! {
        h2 { (words.say("board.presence")) " " span.count { (on_duty.len()) } }
        @if on_duty.is_empty() {
            p.empty { (words.say("board.nobody_there")) }
        } @else {
            ul.people {
                @for (id, listener) in on_duty {
                    li data-presence=(presence_class(listener.presence)) {
                        span.dot aria-hidden="true" {}
                        strong { (board.name(*id)) }
                        span.doing {
                            (presence_words(words, listener.presence))
                            @if listener.presence == Presence::Paused && listener.reason == PresenceReason::NoAnswer {
                                " · " (words.say("presence.no_answer"))
                            }
                        }
                        (since(board, listener.since))
                    }
                }
            }
        }
    }
}

fn of_stages<'a>(board: &'a Board, stages: &[BoardStage]) -> Vec<&'a BoardCall> {
    board.live.calls.values().filter(|call| stages.contains(&call.stage)).collect()
}

fn facts(board: &Board, call: &BoardCall) -> Markup {
    let channel = match call.channel {
        Channel::Phone => board.words.say("channel.phone"),
        Channel::Browser => board.words.say("channel.browser"),
    };
    html! {
        span.call-facts {
            (board.line(&call.line.0)) " · " (spoken(board.words, call.language)) " · " (channel)
            @if let Some(choice) = &call.choice { " · " (chosen(board.words, choice)) }
        }
    }
}

/// How long ago: in words for a page that stays as it is, and running where the script runs.
pub(super) fn since(board: &Board, at: i64) -> Markup {
    html! { time.since data-from=(at) { (length(board.now.saturating_sub(at))) } }
}

fn stage(board: &Board, stage: BoardStage) -> &'static str {
    match stage {
        BoardStage::Arrived => board.words.say("stage.arrived"),
        BoardStage::Waiting => board.words.say("stage.waiting"),
        BoardStage::Ringing => board.words.say("stage.ringing"),
        BoardStage::Talking => board.words.say("stage.talking"),
        BoardStage::Held => board.words.say("stage.held"),
        BoardStage::Reconnecting => board.words.say("stage.reconnecting"),
    }
}

fn stage_class(stage: BoardStage) -> &'static str {
    match stage {
        BoardStage::Arrived => "arrived",
        BoardStage::Waiting => "waiting",
        BoardStage::Ringing => "ringing",
        BoardStage::Talking => "talking",
        BoardStage::Held => "held",
        BoardStage::Reconnecting => "reconnecting",
    }
}
