//! The form: which line, which days, and what the rates are measured against.

use super::asked::{Asked, Named};
use super::table::level_words;
use crate::words::Words;
use maud::{Markup, html};
use store::reports::figures::LevelOf;

/// The times that a service level is usually asked for, in seconds.
const WITHIN: [i64; 7] = [5, 10, 15, 20, 30, 60, 120];
/// The times up to which leaving is usually called short, in seconds.
const SHORT: [i64; 6] = [0, 5, 10, 15, 20, 30];

/// Draws the form, with what is asked for chosen.
pub(super) fn form(words: Words, asked: &Asked, lines: &[(String, String)]) -> Markup {
    let line = asked.line.as_ref().map_or("", |line| line.0.as_str());
    let thresholds = asked.thresholds;
    let day = |day: jiff::civil::Date| if asked.named == Named::Dates { day.to_string() } else { String::new() };
    html! {
        form.asked method="get" action="/figures" {
            @if !asked.lang().is_empty() { input type="hidden" name="lang" value=(asked.lang()); }
            div.field {
                label for="line" { (words.say("kpi.line")) }
                select #line name="line" {
                    option value="" { (words.say("kpi.all_lines")) }
                    @for (id, name) in lines { option value=(id) selected[id == line] { (name) } }
                }
            }
            div.field {
                label for="period" { (words.say("kpi.period")) }
                select #period name="period" {
                    @for (named, key, name) in Named::ALL {
                        option value=(key) selected[named == asked.named] { (words.say(name)) }
                    }
                }
            }
            div.field {
                label for="from" { (words.say("kpi.from")) }
                input #from type="date" name="from" value=(day(asked.days.from)) aria-describedby="dates-hint";
            }
            div.field {
                label for="to" { (words.say("kpi.to")) }
                input #to type="date" name="to" value=(day(asked.days.to)) aria-describedby="dates-hint";
            }
            p.hint.whole #dates-hint { (words.say("kpi.dates_hint")) }
            (seconds(words, "within", "kpi.within", &WITHIN, thresholds.level_ms / 1000))
            div.field.double {
                label for="level" { (words.say("kpi.level")) }
                select #level name="level" {
                    @for level in LevelOf::ALL {
                        option value=(level.key()) selected[level == thresholds.level_of] { (words.say(level_words(level))) }
                    }
                }
            }
            (seconds(words, "short", "kpi.short", &SHORT, thresholds.short_ms / 1000))
            button.primary type="submit" { (words.say("kpi.show")) }
        }
    }
}

/// A choice of seconds; an unusual one that is in the address is among them.
fn seconds(words: Words, name: &str, label: &'static str, usual: &[i64], chosen: i64) -> Markup {
    let mut all = usual.to_vec();
    all.push(chosen);
    all.sort_unstable();
    all.dedup();
    html! {
        div.field {
            label for=(name) { (words.say(label)) }
            select id=(name) name=(name) {
                @for count in all {
                    option value=(count) selected[count == chosen] {
                        (words.fill("kpi.seconds", &[("count", &count.to_string())]))
                    }
                }
            }
        }
    }
}
