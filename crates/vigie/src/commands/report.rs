//! `vigie report`

use super::Record;
use crate::terminal::say;
use clap::{Args, ValueEnum};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::json;
use std::process::ExitCode;
use store::reports::Activity;

/// The figures of a period, by the calls that arrived in it.
#[derive(Debug, Args)]
pub(crate) struct Report {
    #[command(flatten)]
    record: Record,
    /// The first day, such as 2026-11-01.
    #[arg(long, value_name = "DATE")]
    from: Date,
    /// The last day, included.
    #[arg(long, value_name = "DATE")]
    to: Date,
    /// The time zone in which days begin.
    #[arg(long, default_value = "Europe/Paris")]
    zone: String,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
    Csv,
}

impl Report {
    pub(super) async fn run(self) -> Result<ExitCode, String> {
        if self.to < self.from {
            return Err("--to is before --from: swap them".into());
        }
        let zone = TimeZone::get(&self.zone).map_err(|_| format!("the time zone '{}' is not known", self.zone))?;
        let start = |date: Date| zone.to_zoned(date.at(0, 0, 0, 0)).map(|zoned| zoned.timestamp().as_millisecond());
        let after = self.to.tomorrow().map_err(|fault| fault.to_string())?;
        let (from, to) =
            (start(self.from).map_err(|fault| fault.to_string())?, start(after).map_err(|fault| fault.to_string())?);
        let store = self.record.store().await?;
        let activity = store.activity(from, to, to - from).await.map_err(|fault| fault.to_string())?;
        let figures = figures(&activity);
        match self.format {
            Format::Text => {
                say(&format!("{} to {} ({})", self.from, self.to, self.zone));
                for (_, name, value) in &figures {
                    say(&format!("  {name:<58} {}", value.text()));
                }
            }
            Format::Json => {
                let mut object = json!({"from": self.from.to_string(), "to": self.to.to_string(), "zone": self.zone});
                if let Some(map) = object.as_object_mut() {
                    map.extend(figures.iter().map(|(key, _, value)| ((*key).to_owned(), value.json())));
                }
                say(&object.to_string());
            }
            Format::Csv => {
                say("figure,value");
                for (key, _, value) in &figures {
                    say(&format!("{key},{}", value.csv()));
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// One figure's value.
#[derive(Debug, Clone, Copy)]
enum Value {
    Count(u64),
    /// Milliseconds, shown in seconds; none if there was nothing to measure.
    Time(Option<f64>),
}

impl Value {
    fn text(self) -> String {
        match self {
            Value::Count(count) => format!("{count:>8}"),
            Value::Time(Some(time)) => format!("{:>8.1} s", time / 1000.0),
            Value::Time(None) => format!("{:>8}", "–"),
        }
    }

    fn csv(self) -> String {
        match self {
            Value::Count(count) => count.to_string(),
            Value::Time(Some(time)) => format!("{:.3}", time / 1000.0),
            Value::Time(None) => String::new(),
        }
    }

    fn json(self) -> serde_json::Value {
        match self {
            Value::Count(count) => json!(count),
            Value::Time(time) => json!(time.map(|time| time / 1000.0)),
        }
    }
}

/// Every figure: its key, its name with its definition, its value. Times are in seconds in JSON and CSV.
fn figures(activity: &Activity) -> Vec<(&'static str, &'static str, Value)> {
    let (ends, up, waits) = (&activity.ends, &activity.ends.given_up, &activity.waits);
    #[allow(clippy::cast_precision_loss, reason = "milliseconds of a wait are far below 2^52")]
    let time = |time: Option<i64>| Value::Time(time.map(|time| time as f64));
    let mut figures = vec![
        ("arrived", "arrived", Value::Count(activity.arrived)),
        ("answered", "answered by the platform (a voice was heard)", Value::Count(activity.answered)),
        ("connected", "connected to a human", Value::Count(activity.connected)),
        ("given_up", "given up (the caller left before a human answered)", Value::Count(up.total())),
        ("given_up_arriving", "  before the answer", Value::Count(up.arriving)),
        ("given_up_greeting", "  in the greeting", Value::Count(up.greeting)),
        ("given_up_menu", "  in the menu", Value::Count(up.menu)),
        ("given_up_waiting", "  in the queue", Value::Count(up.waiting)),
        ("given_up_ringing", "  while a desk rang", Value::Count(up.ringing)),
        ("closed", "line closed", Value::Count(ends.closed)),
        ("refused", "refused (queue full)", Value::Count(ends.refused)),
        ("line_fault", "line fault", Value::Count(ends.faults)),
        ("interrupted", "interrupted (the service stopped)", Value::Count(ends.interrupted)),
        ("broken", "broken (a fault in the service)", Value::Count(ends.broken)),
        ("still_open", "still open", Value::Count(ends.still_open)),
        ("wait_p50_seconds", "wait of the connected, from the queue, p50", time(waits.p50_ms)),
        ("wait_p90_seconds", "wait of the connected, from the queue, p90", time(waits.p90_ms)),
        ("wait_p99_seconds", "wait of the connected, from the queue, p99", time(waits.p99_ms)),
        ("longest_wait_seconds", "longest wait of all, connected or not", time(waits.longest_of_all_ms)),
        ("mean_talk_seconds", "mean length of a talk", Value::Time(activity.mean_talk_ms)),
        ("records", "care records closed", Value::Count(activity.care.records)),
        ("reoriented", "reoriented", Value::Count(activity.care.reoriented)),
    ];
    let grades = [
        ("grade_0", "grade 0, administrative"),
        ("grade_1", "grade 1, anxiety"),
        ("grade_2", "grade 2, depression"),
        ("grade_3", "grade 3, exhaustion"),
        ("grade_4", "grade 4, suicidal ideation"),
        ("grade_5", "grade 5, imminent risk"),
    ];
    for ((key, name), count) in grades.into_iter().zip(&activity.care.grades) {
        figures.push((key, name, Value::Count(count.calls)));
    }
    figures
}
