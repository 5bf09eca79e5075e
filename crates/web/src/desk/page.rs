//! The page of the desk. It is loaded once a shift; what changes on it comes through the socket.

use super::twice;
use crate::App;
use crate::bar::Bar;
use crate::door::Colleague;
use crate::public::keypad;
use crate::shell::{Page, other_language, script_words};
use crate::words::Words;
use axum::extract::State;
use maud::{Markup, html};

/// `GET /desk`
pub(crate) async fn desk_page(State(app): State<App>, colleague: Colleague) -> Markup {
    draw(colleague.words, &Bar::new(&app, &colleague), app.house.demo())
}

fn draw(words: Words, bar: &Bar, demo: bool) -> Markup {
    let page = Page { words, title: words.say("desk.title"), class: "desk-page", script: Some("desk.js"), demo };
    page.around(&html! {
        (bar.draw_with(words.say("desk.title"), "/desk", true, &other_language(words)))
        noscript { p.notice { (words.say("desk.no_script")) } }
        p.notice.trouble #wire role="status" hidden {}
        main.desk #desk data-lang=(words.code()) {
            h1.unseen { (words.say("desk.title")) }
            div.desk-left {
                section.card #part-status aria-label=(words.say("desk.status")) {}
                section.card.call #part-call aria-label=(words.say("desk.call")) aria-live="polite" {}
                p.notice #unheard role="status" hidden { (words.say("sound.unheard")) }
                section.card #part-together aria-label=(words.say("together.title")) {}
                section.card #part-signal aria-label=(words.say("signal.title")) {}
                (sound(words))
                section.card #part-waiting aria-label=(words.say("desk.waiting")) {}
                (shortcuts(words))
            }
            div.desk-right {
                section.card.emergency-steps #part-emergency aria-label=(words.say("emergency.title")) {}
                section.card #part-signals aria-label=(words.say("signals.title")) {}
                section.card #part-supervision aria-label=(words.say("supervision.title")) {}
                section.card #part-triage aria-label=(words.say("triage.title")) {}
                section.card #part-record aria-label=(words.say("desk.record")) {}
                section.card #part-reorientation aria-label=(words.say("desk.reorientation")) {}
            }
        }
        p.unseen #spoken role="status" aria-live="assertive" {}
        audio #voice autoplay {}
        (script_words(words, "js.desk."))
    })
}

/// The sound's own corner. Nothing of it is ever swapped: its buttons and levels belong to the peer connection.
fn sound(words: Words) -> Markup {
    html! {
        section.card.sound aria-label=(words.say("sound.title")) {
            div.sound-row {
                h2 { (words.say("sound.title")) }
                p.quality #quality data-bars="0" { span.bars aria-hidden="true" { i {} i {} i {} } span #quality-words { (words.say("sound.not_connected")) } }
            }
            p.notice.trouble #sound-trouble role="alert" hidden {}
            div.sound-row.sound-buttons {
                button #mute type="button" disabled aria-keyshortcuts="m" { (twice(words.say("sound.mute"), words.say("sound.unmute"))) kbd { "M" } }
                button #keys type="button" disabled aria-expanded="false" aria-controls="keypad" aria-keyshortcuts="k" { (words.say("sound.keypad")) kbd { "K" } }
            }
            div.keypad #keypad hidden role="group" aria-label=(words.say("sound.keypad")) { (keypad()) }
            div.levels {
                label for="level-mine" { (words.say("sound.mine")) }
                meter #level-mine min="0" max="1" value="0" {}
                label for="level-theirs" { (words.say("sound.theirs")) }
                meter #level-theirs min="0" max="1" value="0" {}
            }
            details #sound-check {
                summary { (words.say("sound.check")) }
                p.hint { (words.say("sound.check_words")) }
                div.sound-row {
                    button #check-microphone type="button" { (words.say("sound.check_microphone")) }
                    button #check-speaker type="button" { (words.say("sound.check_speaker")) }
                }
                label for="microphone" { (words.say("sound.microphone")) }
                select #microphone { option value="" { (words.say("sound.default")) } }
                label for="speaker" { (words.say("sound.speaker")) }
                select #speaker { option value="" { (words.say("sound.default")) } }
                label.tick { input #raw type="checkbox"; span { (words.say("sound.raw")) } }
            }
        }
    }
}

fn shortcuts(words: Words) -> Markup {
    let keys = [
        ("A", "shortcut.accept"),
        ("D", "shortcut.decline"),
        ("M", "shortcut.mute"),
        ("H", "shortcut.hold"),
        ("K", "shortcut.keypad"),
        ("E", "shortcut.end"),
        ("P", "shortcut.pause"),
        ("T", "shortcut.hand_over"),
        ("J", "shortcut.join"),
        ("L", "shortcut.leave"),
        ("B", "shortcut.take_back"),
        ("S", "shortcut.alert"),
        ("R", "shortcut.search"),
        ("1–9", "shortcut.give"),
        ("N", "shortcut.wrong_number"),
        (words.say("record.close_key"), "shortcut.close"),
    ];
    html! {
        details.card.shortcuts #shortcuts {
            summary { (words.say("shortcut.title")) }
            dl { @for (key, words_key) in keys { div { dt { kbd { (key) } } dd { (words.say(words_key)) } } } }
            label.tick { input #shortcuts-on type="checkbox" checked; span { (words.say("shortcut.on")) } }
            p.hint { (words.say("shortcut.typing")) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    #[test]
    fn the_page_has_every_part_and_escapes_the_name() {
        let bar = Bar::of(Words(Language::Fr), "<Léa>", store::Role::Listener);
        let text = draw(Words(Language::Fr), &bar, true).into_string();
        for part in ["status", "call", "emergency", "waiting", "record", "reorientation"] {
            assert!(text.contains(&format!("id=\"part-{part}\"")), "{part}");
        }
        assert!(text.contains("&lt;Léa&gt;") && !text.contains("style="));
        assert!(text.contains("data-word"));
    }
}
