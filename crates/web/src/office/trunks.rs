//! The trunks: how each stands, what changed, and what may be called through them.

use super::page;
use crate::App;
use crate::door::Colleague;
use crate::shell::USUAL_ZONE;
use crate::words::Words;
use axum::extract::State;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use node::{GatewayHealth, Registered, TrunkChange, TrunkState};

/// `GET /office/trunks`
pub(crate) async fn trunks_page(State(app): State<App>, colleague: Colleague) -> Markup {
    let words = colleague.words;
    let trunks = app.house.trunks();
    let content = html! {
        section.card {
            h1 { (words.say("trunks.title")) }
            p.hint { (words.say("trunks.help")) }
            (states(words, &trunks))
        }
        @for trunk in &trunks { section.card { (history(words, trunk)) } }
        section.card {
            h2 { (words.say("trunks.outgoing")) }
            p { (words.say("trunks.outgoing_help")) }
        }
    };
    page(&app, &colleague, "/office/trunks", words.say("trunks.title"), &content)
}

/// How the trunks stand, the preferred one first.
pub(super) fn states(words: Words, trunks: &[TrunkState]) -> Markup {
    html! {
        @if trunks.is_empty() {
            p.empty { (words.say("trunks.none")) }
        } @else {
            ul.faults {
                @for trunk in trunks {
                    li data-tone=(worst(trunk)) {
                        strong { (trunk.name) } " : " (reach(words, trunk))
                        @if trunk.registered != Registered::NotAsked { ", " (registered(words, trunk.registered)) }
                        @if let Some(time) = trunk.round_trip {
                            " " span.hint { (words.fill("trunks.round_trip", &[("number", &time.as_millis().to_string())])) }
                        }
                    }
                }
            }
        }
    }
}

fn history(words: Words, trunk: &TrunkState) -> Markup {
    let zone = TimeZone::get(USUAL_ZONE).unwrap_or(TimeZone::UTC);
    let time = |seconds: u64| {
        let at = Timestamp::from_second(i64::try_from(seconds).unwrap_or_default()).unwrap_or_default();
        at.to_zoned(zone.clone()).strftime("%d/%m/%Y %H:%M:%S").to_string()
    };
    html! {
        h2 { (words.fill("trunks.history", &[("name", &trunk.name)])) }
        @if trunk.changes.is_empty() {
            p.empty { (words.say("trunks.no_history")) }
        } @else {
            ol.faults {
                @for (at, change) in &trunk.changes {
                    li data-tone=(tone(*change)) {
                        (time(*at)) " : "
                        @match change {
                            TrunkChange::Gateway(GatewayHealth::Up) => (words.say("trunks.up")),
                            TrunkChange::Gateway(GatewayHealth::Down) => (words.say("trunks.down")),
                            TrunkChange::Gateway(GatewayHealth::Unknown) => (words.say("trunks.unknown")),
                            TrunkChange::Registered(state) => (registered(words, *state)),
                        }
                    }
                }
            }
        }
    }
}

fn reach(words: Words, trunk: &TrunkState) -> &'static str {
    match (trunk.has_gateway, trunk.gateway) {
        (false, _) => words.say("trunks.brings_only"),
        (true, GatewayHealth::Unknown) => words.say("trunks.unknown"),
        (true, GatewayHealth::Up) => words.say("trunks.up"),
        (true, GatewayHealth::Down) => words.say("trunks.down"),
    }
}

fn registered(words: Words, registered: Registered) -> &'static str {
    match registered {
        Registered::NotAsked | Registered::Asking => words.say("trunks.registering"),
        Registered::Yes => words.say("trunks.is_registered"),
        Registered::Refused => words.say("trunks.refused"),
        Registered::Unanswered => words.say("trunks.unanswered"),
    }
}

/// How a trunk stands at a glance.
fn worst(trunk: &TrunkState) -> &'static str {
    let [reach, registered] =
        [TrunkChange::Gateway(trunk.gateway), TrunkChange::Registered(trunk.registered)].map(tone);
    match (reach, registered) {
        ("bad", _) | (_, "bad") => "bad",
        ("good", _) | (_, "good") => "good",
        _ => "plain",
    }
}

fn tone(change: TrunkChange) -> &'static str {
    match change {
        TrunkChange::Gateway(GatewayHealth::Up) | TrunkChange::Registered(Registered::Yes) => "good",
        TrunkChange::Gateway(GatewayHealth::Down)
        | TrunkChange::Registered(Registered::Refused | Registered::Unanswered) => "bad",
        TrunkChange::Gateway(GatewayHealth::Unknown)
        | TrunkChange::Registered(Registered::NotAsked | Registered::Asking) => "plain",
    }
}
