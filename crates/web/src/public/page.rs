//! What a caller sees.

use crate::App;
use crate::desk::twice;
use crate::door::Passed;
use crate::shell::{Page, dialled, other_language, read_aloud, script_words};
use crate::words::Words;
use axum::extract::State;
use maud::{Markup, html};
use node::PublicLine;
use switchboard::write_clock;

/// Where the quick exit leads: a site that says nothing about who looked at it.
pub(crate) const QUICK_EXIT: &str = "https://www.meteofrance.com";

/// Numbers that answer at any hour, with the words that say for what.
const EMERGENCY: [(&str, &str); 4] = [
    ("3114", "call.emergency.3114"),
    ("15", "call.emergency.15"),
    ("112", "call.emergency.112"),
    ("114", "call.emergency.114"),
];

/// `GET /`
pub(crate) async fn call_page(State(app): State<App>, passed: Passed) -> Markup {
    draw(passed.words, &app.house.lines(), app.house.demo())
}

fn draw(words: Words, lines: &[PublicLine], demo: bool) -> Markup {
    let line = lines.first();
    // The title stays in the history of a browser that others may read: it says nothing.
    let page =
        Page { words, title: words.say("call.title"), class: "call-page", script: line.map(|_| "call.js"), demo };
    page.around(&html! {
        (quick_exit(words, true))
        header.call-header {
            p.service { @if let Some(line) = line { (line.name) } }
            (other_language(words))
        }
        main.call-main {
            div.call-first {
                h1 { (words.say("call.heading")) }
                p.lead { (words.say("call.lead")) }
                @if let Some(line) = line { (panel(words, line)) } @else { p.notice { (words.say("call.no_line")) } }
            }
            aside.call-numbers { (numbers(words, line)) }
            div.call-promise { (promise(words)) }
        }
        (script_words(words, "js.call."))
    })
}

fn panel(words: Words, line: &PublicLine) -> Markup {
    html! {
        section.call-panel #panel aria-label=(words.say("call.panel")) data-line=(line.id)
            data-lang=(words.code()) {
            noscript { p.notice { (words.say("call.no_script")) } }
            @if let Some(hours) = &line.hours { p.open { (opening(words, hours)) } }
            button.call-button #call type="button" disabled { (words.say("call.button")) }
            p.call-state #state role="status" aria-live="polite" {}
            p.call-timer #timer hidden {}
            div.call-controls #controls hidden {
                button #mute type="button" { (twice(words.say("call.mute"), words.say("call.unmute"))) }
                button #keys type="button" aria-expanded="false" aria-controls="keypad" { (words.say("call.keypad")) }
                button.danger #hang-up type="button" { (words.say("call.hang_up")) }
            }
            div.keypad #keypad hidden role="group" aria-label=(words.say("call.keypad")) { (keypad()) }
            div.notice.trouble #trouble role="alert" hidden {}
            audio #voice autoplay {}
        }
    }
}

/// When a line is open, days with the same hours together: « lundi – vendredi 8:00 – 22:00 ».
fn opening(words: Words, spans: &[(u16, u16)]) -> String {
    let of_day = |day: u16| -> String {
        let (from, until) = (day * 1440, (day + 1) * 1440);
        let own = spans.iter().filter(|(start, end)| *start < until && *end > from);
        let told = own.map(|(start, end)| {
            format!("{} – {}", write_clock(from.max(*start) - from), write_clock(until.min(*end) - from))
        });
        told.collect::<Vec<_>>().join(", ")
    };
    let mut told: Vec<(usize, usize, String)> = Vec::new();
    for (day, hours) in (0..7).map(of_day).enumerate() {
        match told.last_mut() {
            Some((_, last, known)) if *known == hours && *last + 1 == day => *last = day,
            Some(_) | None => told.push((day, day, hours)),
        }
    }
    let name = |day: usize| words.weekday(day);
    let one = |(first, last, hours): &(usize, usize, String)| {
        if first == last {
            format!("{} {hours}", name(*first))
        } else {
            format!("{} – {} {hours}", name(*first), name(*last))
        }
    };
    let open: Vec<String> = told.iter().filter(|(_, _, hours)| !hours.is_empty()).map(one).collect();
    if open.is_empty() { words.say("call.closed_now").to_owned() } else { open.join(" ; ") }
}

/// Twelve keys of a telephone.
pub(crate) fn keypad() -> Markup {
    html! {
        @for key in ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"] {
            button type="button" data-key=(key) { (key) }
        }
    }
}

/// The number of the line that the button calls, and those that answer at any hour.
fn numbers(words: Words, line: Option<&PublicLine>) -> Markup {
    html! {
        @if let Some(number) = line.and_then(|line| line.numbers.first()) {
            h2 { (words.say("call.by_phone")) }
            p.phone-line { a.phone href=(format!("tel:{}", dialled(number))) { (read_aloud(number)) } }
        }
        h2 { (words.say("call.emergency")) }
        (emergency_numbers(words))
    }
}

/// The numbers that answer at any hour.
pub(crate) fn emergency_numbers(words: Words) -> Markup {
    html! {
        ul.emergency {
            @for (number, key) in EMERGENCY {
                li { a href=(format!("tel:{number}")) { (number) } " " span { (words.say(key)) } }
            }
        }
    }
}

/// The link that leads away at once; `keyed` where a script of the page knows the key for it.
pub(crate) fn quick_exit(words: Words, keyed: bool) -> Markup {
    html! {
        nav aria-label=(words.say("call.quick_exit")) {
            a.quick-exit #quick-exit href=(QUICK_EXIT) rel="noreferrer noopener" {
                (words.say("call.quick_exit"))
                @if keyed { span.quick-exit-key { (words.say("call.quick_exit_key")) } }
            }
        }
    }
}

fn promise(words: Words) -> Markup {
    html! {
        section {
            h2 { (words.say("call.what_happens")) }
            ol {
                li { (words.say("call.happens_microphone")) }
                li { (words.say("call.happens_wait")) }
                li { (words.say("call.happens_talk")) }
                li { (words.say("call.happens_end")) }
            }
        }
        section {
            h2 { (words.say("call.never_kept")) }
            ul {
                li { (words.say("call.never_recorded")) }
                li { (words.say("call.never_number")) }
                li { (words.say("call.never_cookie")) }
                li { (words.say("call.never_named")) }
            }
            p { (words.say("call.kept")) }
        }
        section {
            h2 { (words.say("call.discreet")) }
            p { (words.say("call.discreet_words")) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;
    use switchboard::LineId;

    fn line() -> PublicLine {
        PublicLine {
            id: LineId("sps".to_owned()),
            name: "Ligne <d’essai>".to_owned(),
            numbers: vec!["0 800 00 00 00".to_owned()],
            languages: vec![switchboard::Language::Fr],
            hours: None,
        }
    }

    #[test]
    fn the_page_has_the_number_the_exit_and_nothing_of_a_third_party() {
        for language in [Language::Fr, Language::En] {
            let text = draw(Words(language), &[line()], false).into_string();
            assert!(text.contains("tel:0800000000") && text.contains("tel:3114") && text.contains("tel:114"));
            assert!(text.contains("Ligne &lt;d’essai&gt;"));
            assert_eq!(text.matches("://").count(), 1, "only the quick exit leads away");
            assert!(text.contains(QUICK_EXIT) && text.contains("noreferrer"));
            let exit = text.find("quick-exit").unwrap();
            assert!(exit < text.find("<button").unwrap(), "the exit is first in tab order");
        }
    }

    #[test]
    fn without_any_line_the_emergency_numbers_stay() {
        let text = draw(Words(Language::Fr), &[], false).into_string();
        assert!(text.contains("tel:112") && !text.contains("data-line"));
    }
}
