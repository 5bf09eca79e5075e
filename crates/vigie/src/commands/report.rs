//! `vigie report`

use super::report_names::{self, Row, activity_rows, care_rows, field_rows, json};
use super::{Record, wall_ms};
use crate::terminal::say;
use clap::{Args, ValueEnum};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::{Map, json};
use std::process::ExitCode;
use store::Store;
use store::reports::figures::{Figures, LevelOf, Thresholds};

/// How many days are told of when no first day is named.
const DAYS: i64 = 30;
/// The most days of one report.
const MOST_DAYS: i64 = 3_660;

/// The figures of a period, by the calls that arrived in it, beside those of the period before. Callers are counted nowhere: the
/// share of unique callers who were answered is on the page of figures alone, while the service runs.
#[derive(Debug, Args)]
pub(crate) struct Report {
    #[command(flatten)]
    record: Record,
    /// The line that was called, by its short name; all lines without it.
    #[arg(long, value_name = "ID")]
    line: Option<String>,
    /// The first day, such as 2026-11-01; without it, 30 days are told of.
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// The last day, included; today without it.
    #[arg(long, value_name = "DATE")]
    to: Option<Date>,
    /// The time zone in which days begin; the line's without it, or Europe/Paris.
    #[arg(long)]
    zone: Option<String>,
    /// Within how many seconds the service level wants an answer, counted from the queue.
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..))]
    within: u16,
    /// Of what the service level is a share: strict, of all queued; common, of the answered and the abandoned; lenient, of the
    /// queued who did not leave sooner.
    #[arg(long, value_enum, default_value_t = Level::Strict)]
    level: Level,
    /// Up to how many seconds leaving the queue is a short abandonment.
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    short: u16,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Print one line of JSON: the same as --format json.
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
    Csv,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Level {
    Strict,
    Common,
    Lenient,
}

/// Days of a zone, the last one included.
#[derive(Debug, Clone)]
struct Days {
    from: Date,
    to: Date,
    zone: TimeZone,
}

impl Days {
    /// The days asked for, which end today and are thirty where nothing else was said.
    fn asked(from: Option<Date>, to: Option<Date>, zone: TimeZone, now_ms: i64) -> Result<Self, String> {
        let today = Timestamp::from_millisecond(now_ms).map_err(words)?.to_zoned(zone.clone()).date();
        let to = to.unwrap_or(today);
        let from = match from {
            Some(from) => from,
            None => to.checked_sub((DAYS - 1).days()).map_err(words)?,
        };
        let days = Self { from, to, zone };
        match days.count() {
            ..=0 => Err(format!("--to ({to}) is before --from ({from}): swap them")),
            count if count > MOST_DAYS => Err(format!("{count} days are too many: ask for {MOST_DAYS} at most")),
            _ => Ok(days),
        }
    }

    fn count(&self) -> i64 {
        self.to.duration_since(self.from).as_hours() / 24 + 1
    }

    /// As many days, right before.
    fn before(&self) -> Result<Self, String> {
        let to = self.from.yesterday().map_err(words)?;
        let from = self.from.checked_sub(self.count().days()).map_err(words)?;
        Ok(Self { from, to, zone: self.zone.clone() })
    }

    /// From their first moment up to but without the first moment after them, in milliseconds.
    fn moments(&self) -> Result<(i64, i64), String> {
        let start = |date: Date| date.to_zoned(self.zone.clone()).map(|zoned| zoned.timestamp().as_millisecond());
        let after = self.to.tomorrow().map_err(words)?;
        Ok((start(self.from).map_err(words)?, start(after).map_err(words)?))
    }
}

fn words(fault: impl std::fmt::Display) -> String {
    fault.to_string()
}

impl Report {
    pub(super) async fn run(self) -> Result<ExitCode, String> {
        let store = self.record.store().await?;
        say(&self.told(&store, wall_ms()).await?);
        Ok(ExitCode::SUCCESS)
    }

    /// The whole report as it is printed.
    async fn told(&self, store: &Store, now_ms: i64) -> Result<String, String> {
        let name = self.zone(store).await?;
        let zone = TimeZone::get(&name).map_err(|_| {
            format!("the time zone '{name}' is not known: write one such as Europe/Paris or Indian/Reunion")
        })?;
        let days = Days::asked(self.from, self.to, zone, now_ms)?;
        let before = days.before()?;
        let now = self.rows(store, &days, now_ms).await?;
        let earlier = self.rows(store, &before, now_ms).await?;
        let rows: Vec<(&Row, &Row)> = now.iter().zip(&earlier).collect();
        Ok(match if self.json { Format::Json } else { self.format } {
            Format::Text => self.in_text(&days, &before, &name, &rows),
            Format::Json => self.in_json(&days, &before, &name, &rows),
            Format::Csv => {
                let line = |(row, earlier): &(&Row, &Row)| {
                    format!("{},{},{}", row.key, row.value.written(), earlier.value.written())
                };
                let lines: Vec<String> = rows.iter().map(line).collect();
                format!("figure,value,before\n{}", lines.join("\n"))
            }
        })
    }

    /// The zone asked for, or the line's. A line that nobody knows is refused: an empty report would look like a quiet one.
    async fn zone(&self, store: &Store) -> Result<String, String> {
        let lines = self.record.lines()?;
        let mut zone = lines.first().map(|line| line.zone.clone());
        if let Some(asked) = &self.line {
            let known = lines.iter().find(|line| line.id.0 == *asked);
            let called = store.lines_called().await.map_err(words)?;
            if known.is_none() && !called.contains(asked) {
                let mut all: Vec<String> = lines.iter().map(|line| line.id.0.clone()).chain(called).collect();
                all.sort_unstable();
                all.dedup();
                let all = if all.is_empty() { "none, no call has come yet".to_owned() } else { all.join(", ") };
                return Err(format!("there is no line '{asked}' (--line); known: {all}"));
            }
            zone = known.map(|line| line.zone.clone()).or(zone);
        }
        Ok(self.zone.clone().or(zone).unwrap_or_else(|| "Europe/Paris".to_owned()))
    }

    async fn rows(&self, store: &Store, days: &Days, now_ms: i64) -> Result<Vec<Row>, String> {
        let (from, to) = days.moments()?;
        let line = self.line.as_deref();
        let activity = store.activity_of(line, (from, to), to - from).await.map_err(words)?;
        let period = store.period(line, (from, to), now_ms).await.map_err(words)?;
        let care = store.care_figures(line, (from, to)).await.map_err(words)?;
        let mut rows = activity_rows(&activity);
        rows.extend(care_rows(&care));
        rows.extend(field_rows(&Figures::of(&period, self.thresholds())));
        Ok(rows)
    }

    fn thresholds(&self) -> Thresholds {
        let level_of = match self.level {
            Level::Strict => LevelOf::Queued,
            Level::Common => LevelOf::AnsweredOrAbandoned,
            Level::Lenient => LevelOf::Patient,
        };
        Thresholds { short_ms: i64::from(self.short) * 1000, level_ms: i64::from(self.within) * 1000, level_of }
    }

    fn in_text(&self, days: &Days, before: &Days, zone: &str, rows: &[(&Row, &Row)]) -> String {
        let line = self.line.as_deref().unwrap_or("all lines");
        let mut text =
            format!("{line}, {} to {} ({zone}); beside it {} to {}\n", days.from, days.to, before.from, before.to);
        for (row, earlier) in rows {
            let values = [row.value, earlier.value].map(report_names::text);
            text.push_str(&format!("  {:<66} {:>10} {:>10}\n", row.name, values[0], values[1]));
        }
        text.push_str("Not known here: callers turned away by the carrier, or who dialled a number that no line has.");
        text
    }

    fn in_json(&self, days: &Days, before: &Days, zone: &str, rows: &[(&Row, &Row)]) -> String {
        let mut object = Map::new();
        let asked = json!({
            "line": self.line, "from": days.from.to_string(), "to": days.to.to_string(), "zone": zone,
            "within_seconds": self.within, "short_seconds": self.short,
            "level": self.thresholds().level_of.key(),
        });
        object.extend(asked.as_object().cloned().unwrap_or_default());
        object.extend(rows.iter().map(|(row, _)| (row.key.clone(), json(row.value))));
        let mut earlier = Map::new();
        earlier.insert("from".to_owned(), before.from.to_string().into());
        earlier.insert("to".to_owned(), before.to.to_string().into());
        earlier.extend(rows.iter().map(|(_, row)| (row.key.clone(), json(row.value))));
        object.insert("before".to_owned(), earlier.into());
        serde_json::Value::from(object).to_string()
    }
}

#[cfg(test)]
mod tests;
