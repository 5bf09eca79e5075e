//! The table: each figure with its definition in one sentence, and the same figure of the period before.

use super::asked::Asked;
use crate::shell::length;
use crate::words::Words;
use maud::{Markup, html};
use node::CallersSeen;
use store::reports::figures::{Figure, LevelOf, Value};

/// The groups of the table: the key of a heading, and for each figure its key, the key of its name and that of its definition.
type Group = (&'static str, &'static [(&'static str, &'static str, &'static str)]);

const GROUPS: &[Group] = &[
    (
        "kpi.group_calls",
        &[
            ("offered", "kpi.offered", "kpi.offered_means"),
            ("before_queue", "kpi.before_queue", "kpi.before_queue_means"),
            ("queued", "kpi.queued", "kpi.queued_means"),
            ("answered_by_human", "kpi.answered", "kpi.answered_means"),
            ("abandoned", "kpi.abandoned", "kpi.abandoned_means"),
            ("abandoned_short", "kpi.abandoned_short", "kpi.abandoned_short_means"),
            ("flowed_out", "kpi.flowed_out", "kpi.flowed_out_means"),
            ("blocked", "kpi.blocked", "kpi.blocked_means"),
            ("open", "kpi.open", "kpi.open_means"),
        ],
    ),
    (
        "kpi.group_rates",
        &[
            ("answer_rate", "kpi.answer_rate", "kpi.answer_rate_means"),
            ("answer_rate_without_short", "kpi.answer_rate_without_short", "kpi.answer_rate_without_short_means"),
            ("network_answer_rate", "kpi.network_answer_rate", "kpi.network_answer_rate_means"),
            ("abandonment", "kpi.abandonment", "kpi.abandonment_means"),
            ("abandonment_without_short", "kpi.abandonment_without_short", "kpi.abandonment_without_short_means"),
            ("flow_out", "kpi.flow_out", "kpi.flow_out_means"),
            ("blockage", "kpi.blockage", "kpi.blockage_means"),
            ("service_level", "kpi.service_level", "kpi.service_level_means"),
        ],
    ),
    (
        "kpi.group_waits",
        &[
            ("answer_mean", "kpi.answer_mean", "kpi.answer_mean_means"),
            ("answer_p50", "kpi.answer_p50", "kpi.answer_p50_means"),
            ("answer_p90", "kpi.answer_p90", "kpi.answer_p90_means"),
            ("answer_p99", "kpi.answer_p99", "kpi.answer_p99_means"),
            ("ring_p50", "kpi.ring_p50", "kpi.ring_p50_means"),
            ("ring_p90", "kpi.ring_p90", "kpi.ring_p90_means"),
            ("ring_p99", "kpi.ring_p99", "kpi.ring_p99_means"),
            ("longest_delay", "kpi.longest", "kpi.longest_means"),
        ],
    ),
    (
        "kpi.group_lengths",
        &[
            ("handling", "kpi.handling", "kpi.handling_means"),
            ("talk", "kpi.talk", "kpi.talk_means"),
            ("hold", "kpi.hold", "kpi.hold_means"),
            ("after_call", "kpi.after_call", "kpi.after_call_means"),
            ("occupancy", "kpi.occupancy", "kpi.occupancy_means"),
        ],
    ),
    (
        "kpi.care",
        &[
            ("reoriented", "kpi.reoriented", "kpi.reoriented_means"),
            ("reorientation", "kpi.reorientation", "kpi.reorientation_means"),
            ("consultation_codes", "kpi.codes", "kpi.codes_means"),
            ("emergency_with_consent", "kpi.help_with", "kpi.help_with_means"),
            ("emergency_without_consent", "kpi.help_without", "kpi.help_without_means"),
            ("signals", "kpi.signals", "kpi.signals_means"),
            ("records_elsewhere", "kpi.elsewhere", "kpi.elsewhere_means"),
        ],
    ),
];

/// The key of the words for what the service level is a share of.
pub(super) fn level_words(level: LevelOf) -> &'static str {
    match level {
        LevelOf::Queued => "kpi.level_strict",
        LevelOf::AnsweredOrAbandoned => "kpi.level_common",
        LevelOf::Patient => "kpi.level_lenient",
    }
}

/// The name of a figure, for a file; its key when it has none.
pub(super) fn name(words: Words, key: &'static str) -> &'static str {
    let rows = GROUPS.iter().flat_map(|(_, rows)| rows.iter());
    rows.into_iter().find(|(known, ..)| *known == key).map_or(key, |(_, name, _)| words.say(name))
}

/// Draws the table.
pub(super) fn table(words: Words, asked: &Asked, caption: &str, now: &[Figure], before: &[Figure]) -> Markup {
    let value = |figures: &[Figure], key: &str| {
        let found = figures.iter().find(|figure| figure.key == key);
        found.map_or_else(String::new, |figure| text(words, figure.value))
    };
    html! {
        table.kpi {
            caption { (caption) }
            thead { tr {
                th scope="col" { (words.say("kpi.figure")) }
                th scope="col" { (words.say("kpi.chosen")) }
                th scope="col" { (words.say("kpi.before")) }
            } }
            @for (heading, rows) in GROUPS {
                tbody {
                    tr.group { th scope="rowgroup" colspan="3" { (words.say(heading)) } }
                    @for (key, name, means) in *rows {
                        (row(key, words.say(name), &definition(words, asked, means), &[value(now, key), value(before, key)]))
                    }
                }
            }
        }
    }
}

/// A figure in two rows: its name with its values, and below its definition over the whole width, which a narrow screen needs.
fn row(key: &str, name: &str, definition: &str, values: &[String]) -> Markup {
    html! {
        tr data-figure=(key) {
            th scope="row" id=(format!("figure-{key}")) { (name) }
            @for (place, value) in values.iter().enumerate() {
                td { @if place == 0 { strong { (value) } } @else { (value) } }
            }
        }
        tr.definition { td colspan=(values.len() + 1) headers=(format!("figure-{key}")) { (definition) } }
    }
}

/// A definition with what the reader chose filled in.
fn definition(words: Words, asked: &Asked, key: &'static str) -> String {
    let seconds = |milliseconds: i64| (milliseconds / 1000).to_string();
    let thresholds = asked.thresholds;
    let of = words.say(level_words(thresholds.level_of));
    let values = [("short", &*seconds(thresholds.short_ms)), ("within", &*seconds(thresholds.level_ms)), ("of", of)];
    words.fill(key, &values)
}

/// A value for the eye.
pub(super) fn text(words: Words, value: Value) -> String {
    match value {
        Value::Count(count) => count.to_string(),
        Value::Share(Some(share)) => percent(words, share),
        // A length in milliseconds is far below the largest whole number that fits.
        #[allow(clippy::cast_possible_truncation)]
        // A narrow screen may break it between its parts; a wide one is told not to.
        Value::Time(Some(time)) => length((time + 500.0) as i64).replace('\u{a0}', " "),
        Value::Share(None) | Value::Time(None) => "–".to_owned(),
    }
}

/// A share in hundredths, with one digit after the mark, as the language writes it.
pub(crate) fn percent(words: Words, share: f64) -> String {
    decimal(words, share * 100.0, 1) + if words.code() == "fr" { "\u{a0}%" } else { "%" }
}

/// A number with digits after the mark, as the language writes it.
pub(crate) fn decimal(words: Words, number: f64, digits: usize) -> String {
    let written = format!("{number:.digits$}");
    if words.code() == "fr" { written.replace('.', ",") } else { written }
}

/// Draws the callers known apart by tag: since the start, for nothing of them is ever kept.
pub(super) fn callers(words: Words, seen: &CallersSeen, since: &str) -> Markup {
    // Counts of calls are far below 2^53, so nothing is lost.
    let ratio = |part: u64, of: u64| (of > 0).then(|| part as f64 / of as f64);
    let rate = ratio(seen.reached, seen.callers).map_or_else(|| "–".to_owned(), |rate| percent(words, rate));
    let redial = ratio(seen.calls, seen.callers).map_or_else(|| "–".to_owned(), |factor| decimal(words, factor, 2));
    let rows = [
        ("kpi.callers", "kpi.callers_means", seen.callers.to_string()),
        ("kpi.reached", "kpi.reached_means", seen.reached.to_string()),
        ("kpi.unique_rate", "kpi.unique_rate_means", rate),
        ("kpi.redial", "kpi.redial_means", redial),
        ("kpi.unknown", "kpi.unknown_means", seen.unknown.to_string()),
    ];
    html! {
        h2 { (words.say("kpi.people")) }
        p.notice { (words.fill("kpi.people_words", &[("since", since)])) }
        table.kpi {
            caption { (words.fill("kpi.people_caption", &[("since", since)])) }
            thead { tr {
                th scope="col" { (words.say("kpi.figure")) }
                th scope="col" { (words.say("kpi.since_start")) }
            } }
            tbody {
                @for (name, means, value) in rows { (row(name, words.say(name), words.say(means), &[value])) }
            }
        }
    }
}
