//! The steps to take when a caller is about to act, ticked off one by one, and whom to call. They have a part of their own
//! beside the call, because nobody looks for them at such a moment.

use crate::desk::offers::Offers;
use crate::desk::sheet::Sheet;
use crate::shell::dialled;
use crate::words::Words;
use care::{EmergencyNumber, EmergencyStep, Kind};
use maud::{Markup, html};
use node::Found;

/// Draws the part: nothing at all unless the grade asks for it.
pub(in crate::desk) fn emergency(words: Words, offers: &Offers, sheet: Option<&Sheet>) -> Markup {
    let sheet = sheet.filter(|sheet| sheet.advice().is_some_and(|advice| advice.emergency));
    html! {
        @if let Some(sheet) = sheet {
            h2 { (words.say("emergency.title")) }
            (ticked(words, sheet))
            (numbers(words, offers, sheet))
            a.narrow #to-record href="#part-record" { (words.say("emergency.to_record")) }
        }
    }
}

/// The steps, each to be ticked off.
fn ticked(words: Words, sheet: &Sheet) -> Markup {
    let steps = &sheet.protocol.emergency;
    let done = |step: &EmergencyStep| sheet.follow_up.steps.contains(&step.key);
    let many = steps.iter().filter(|step| done(step)).count();
    // The first that is left stands out: under pressure one looks for the next thing to do, not for a list.
    let next = steps.iter().position(|step| !done(step));
    html! {
        p.hint role="status" {
            (words.fill("emergency.done", &[("done", &many.to_string()), ("all", &steps.len().to_string())]))
        }
        ol.ticked {
            @for (place, step) in steps.iter().enumerate() {
                @let done = done(step);
                li data-next[next == Some(place)] {
                    label.tick {
                        input id=(format!("step-{}", step.key)) type="checkbox" checked[done] data-do="step"
                            data-call=(sheet.call.0.to_string()) data-step=(step.key) data-on=(!done);
                        span { (wording(words, step)) }
                    }
                }
            }
        }
    }
}

/// The numbers to call, and for each whether it was called, with the caller's consent or without.
fn numbers(words: Words, offers: &Offers, sheet: &Sheet) -> Markup {
    let call = sheet.call.0.to_string();
    let services = offers.lists.iter().filter(|(kind, _)| *kind == Kind::EmergencyService);
    let services: Vec<&Found> = services.flat_map(|(_, found)| found).collect();
    html! {
        h3 { (words.say("emergency.numbers")) }
        p.hint { (words.say("emergency.numbers_help")) }
        ul.help-calls {
            @for number in EmergencyNumber::ALL {
                @let called = sheet.follow_up.help.iter().find(|one| one.number == number.key());
                li {
                    div {
                        strong { (number.label(words.0)) }
                        @if *number == EmergencyNumber::LocalSamu { (local(words, &services, sheet)) }
                    }
                    div.answers role="group" aria-label=(number.label(words.0)) {
                        @for (consent, key, word) in [(true, "yes", "emergency.with_consent"), (false, "no", "emergency.without_consent")] {
                            @let pressed = called.is_some_and(|one| one.consent == consent);
                            button.small id=(format!("help-{}-{key}", number.key())) type="button" data-do="help"
                                data-call=(call) data-number=(number.key()) data-consent=(if pressed { "" } else { key })
                                aria-pressed=(pressed) { (words.say(word)) span.unseen { " · " (number.label(words.0)) } }
                        }
                    }
                }
            }
        }
    }
}

/// The emergency services that the directory has near the caller, with the numbers that reach them from anywhere: 15 leads
/// whoever dials it to the service of where they are themselves.
fn local(words: Words, services: &[&Found], sheet: &Sheet) -> Markup {
    let place_is_known = sheet.answers.get("place").is_some_and(|place| place.iter().any(|one| !one.is_empty()));
    html! {
        @if services.is_empty() {
            p.hint { (words.say(if place_is_known { "emergency.no_service" } else { "emergency.no_place" })) }
        } @else {
            ul.services {
                @for one in services {
                    li {
                        (one.entry.name) " "
                        @if let Some(phone) = one.entry.phone() { a.entry-phone href=(format!("tel:{}", dialled(phone))) { (phone) } }
                        @if one.entry.keeping.demo { " " span.badge.demo { (words.say("demo.entry")) } }
                    }
                }
            }
        }
    }
}

fn wording(words: Words, step: &EmergencyStep) -> Markup {
    html! {
        (words.wording(&step.label))
        @if let Some(number) = step.call { " " strong.call { (words.say("emergency.call")) " " (number.label(words.0)) } }
    }
}

/// The steps as the office shows them, with nothing to tick.
pub(crate) fn steps(words: Words, steps: &[EmergencyStep]) -> Markup {
    html! { ol { @for step in steps { li { (wording(words, step)) } } } }
}
