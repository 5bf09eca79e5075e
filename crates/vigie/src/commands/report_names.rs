//! The figures at the terminal: each with its key, its name, and what it means where the name alone does not say.

use store::reports::figures::{Figures, LevelOf, Value};
use store::reports::{Activity, CareFigures};

/// One line of the report.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// Its key in JSON and CSV; times end in `_seconds`.
    pub(super) key: String,
    /// Its name with its definition.
    pub(super) name: String,
    /// Its value.
    pub(super) value: Value,
}

fn row(key: &str, name: &str, value: Value) -> Row {
    let key = if value.unit() == "seconds" { format!("{key}_seconds") } else { key.to_owned() };
    Row { key, name: name.to_owned(), value }
}

/// How the calls ended, and what was written of them.
pub(super) fn activity_rows(activity: &Activity) -> Vec<Row> {
    let (ends, up) = (&activity.ends, &activity.ends.given_up);
    let counts = [
        ("arrived", "arrived", activity.arrived),
        ("answered", "answered by the platform (a voice was heard)", activity.answered),
        ("connected", "connected to a human", activity.connected),
        ("given_up", "given up (the caller left before a human answered)", up.total()),
        ("given_up_arriving", "  before the answer", up.arriving),
        ("given_up_greeting", "  in the greeting", up.greeting),
        ("given_up_menu", "  in the menu", up.menu),
        ("given_up_waiting", "  in the queue", up.waiting),
        ("given_up_ringing", "  while a desk rang", up.ringing),
        ("given_up_relaying", "  while another service was called", up.relaying),
        ("closed", "line closed", ends.closed),
        ("refused", "refused (queue full)", ends.refused),
        ("line_fault", "line fault", ends.faults),
        ("interrupted", "interrupted (the service stopped)", ends.interrupted),
        ("broken", "broken (a fault in the service)", ends.broken),
        ("still_open", "still open", ends.still_open),
        ("records", "care records closed", activity.care.records),
    ];
    let grades = [
        ("grade_0", "grade 0, administrative"),
        ("grade_1", "grade 1, anxiety"),
        ("grade_2", "grade 2, depression"),
        ("grade_3", "grade 3, exhaustion"),
        ("grade_4", "grade 4, suicidal ideation"),
        ("grade_5", "grade 5, imminent risk"),
    ];
    let graded = grades.into_iter().zip(&activity.care.grades).map(|((key, name), count)| (key, name, count.calls));
    counts.into_iter().chain(graded).map(|(key, name, count)| row(key, name, Value::Count(count))).collect()
}

/// What came of the calls.
pub(super) fn care_rows(figures: &CareFigures) -> Vec<Row> {
    let name = |key: &str| match key {
        "reoriented" => "reoriented (given an entry of the directory)",
        "reorientation" => "  of those connected to a human",
        "consultation_codes" => "codes of funded consultations given",
        "emergency_with_consent" => "emergency services called with consent",
        "emergency_without_consent" => "emergency services called without consent",
        "signals" => "at-risk signals raised",
        "records_elsewhere" => "records of calls taken elsewhere",
        _ => "",
    };
    figures.list().into_iter().map(|figure| row(figure.key, name(figure.key), figure.value)).collect()
}

/// The figures of the field, each by its formula.
pub(super) fn field_rows(figures: &Figures) -> Vec<Row> {
    let short = figures.thresholds.short_ms / 1000;
    let within = figures.thresholds.level_ms / 1000;
    let of = match figures.thresholds.level_of {
        LevelOf::Queued => "of the queued",
        LevelOf::AnsweredOrAbandoned => "of the answered and the abandoned",
        LevelOf::Patient => "of the queued who did not leave sooner",
    };
    let name = |key: &str| match key {
        "offered" => "offered (O)".to_owned(),
        "before_queue" => "over before anybody was looked for (G)".to_owned(),
        "queued" => "queued: Q = A + Ab + F + K".to_owned(),
        "answered_by_human" => "answered by a listener (A)".to_owned(),
        "abandoned" => "abandoned while somebody was looked for (Ab)".to_owned(),
        "abandoned_short" => format!("  of these, within {short} s"),
        "flowed_out" => "taken by another service alone (F)".to_owned(),
        "blocked" => "queue full, fault, or last word after the search (K)".to_owned(),
        "open" => "not over, and nobody heard yet".to_owned(),
        "answer_rate" => "answer rate, A / Q".to_owned(),
        "answer_rate_without_short" => format!("  without those who left within {short} s"),
        "network_answer_rate" => "network answer rate, (A + F) / Q".to_owned(),
        "abandonment" => "abandonment, Ab / Q".to_owned(),
        "abandonment_without_short" => format!("  without those who left within {short} s"),
        "flow_out" => "flow-out, F / Q".to_owned(),
        "blockage" => "blockage, K / Q".to_owned(),
        "service_level" => format!("service level: answered within {within} s {of}"),
        "answer_mean" => "speed of answer from the queue, mean".to_owned(),
        "answer_p50" => "  p50".to_owned(),
        "answer_p90" => "  p90".to_owned(),
        "answer_p99" => "  p99".to_owned(),
        "ring_p50" => "speed of answer from the first ring, p50".to_owned(),
        "ring_p90" => "  p90".to_owned(),
        "ring_p99" => "  p99".to_owned(),
        "longest_delay" => "longest delay from the queue, answered or abandoned".to_owned(),
        "handling" => "handling time, mean: talk and after-call work".to_owned(),
        "talk" => "  talk, holds included".to_owned(),
        "hold" => "  holds".to_owned(),
        "after_call" => "  after-call work".to_owned(),
        "occupancy" => "occupancy, all lines: handling / (handling + available)".to_owned(),
        other => other.to_owned(),
    };
    figures.list().into_iter().map(|figure| row(figure.key, &name(figure.key), figure.value)).collect()
}

/// A value for the eye.
pub(super) fn text(value: Value) -> String {
    match value {
        Value::Count(count) => count.to_string(),
        Value::Share(Some(share)) => format!("{:.1} %", share * 100.0),
        Value::Time(Some(time)) => format!("{:.1} s", time / 1000.0),
        Value::Share(None) | Value::Time(None) => "–".to_owned(),
    }
}

/// A value for a program; null when there is none.
pub(super) fn json(value: Value) -> serde_json::Value {
    match value {
        Value::Count(count) => count.into(),
        Value::Share(_) | Value::Time(_) => value.number().into(),
    }
}
