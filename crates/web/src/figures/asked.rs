//! What the reader asks for: a line, a period, and what the rates are measured against. It all stands in the address, so that
//! a page can be sent to somebody and shows the same.

use crate::shell::USUAL_ZONE;
use crate::words::Words;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::Deserialize;
use store::reports::figures::{LevelOf, Thresholds};
use switchboard::{LineId, Plan};

/// The most days of one page.
const MOST_DAYS: i64 = 366;
/// The longest threshold, in seconds.
const LONGEST: u32 = 3_600;

/// The address as it came.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Fields {
    line: String,
    period: String,
    from: String,
    to: String,
    within: String,
    level: String,
    short: String,
    pub(super) lang: String,
}

/// A period that can be chosen by name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Named {
    Today,
    Yesterday,
    #[default]
    Week,
    Month,
    ThisMonth,
    Dates,
}

impl Named {
    /// All of them, with their key word in the address and the key of their name.
    pub(super) const ALL: [(Self, &'static str, &'static str); 6] = [
        (Self::Today, "today", "kpi.today"),
        (Self::Yesterday, "yesterday", "kpi.yesterday"),
        (Self::Week, "7-days", "kpi.week"),
        (Self::Month, "30-days", "kpi.month"),
        (Self::ThisMonth, "this-month", "kpi.this_month"),
        (Self::Dates, "dates", "kpi.dates"),
    ];

    pub(super) fn key(self) -> &'static str {
        Self::ALL.iter().find(|(named, ..)| *named == self).map_or("", |(_, key, _)| key)
    }
}

/// Days of a zone, the last one included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Days {
    pub(super) from: Date,
    pub(super) to: Date,
}

impl Days {
    pub(super) fn count(self) -> i64 {
        self.to.duration_since(self.from).as_hours() / 24 + 1
    }

    /// As many days, right before.
    fn before(self) -> Option<Self> {
        Some(Self { from: self.from.checked_sub(self.count().days()).ok()?, to: self.from.yesterday().ok()? })
    }

    /// From their first moment up to but without the first moment after them, in milliseconds.
    pub(super) fn moments(self, zone: &TimeZone) -> Option<(i64, i64)> {
        let start = |date: Date| Some(date.to_zoned(zone.clone()).ok()?.timestamp().as_millisecond());
        Some((start(self.from)?, start(self.to.tomorrow().ok()?)?))
    }

    /// The days in words.
    pub(super) fn words(self, words: Words) -> String {
        let (from, to) = (date(words, self.from), date(words, self.to));
        if self.from == self.to { from } else { words.fill("kpi.days", &[("from", &from), ("to", &to)]) }
    }
}

/// A day as the reader writes it.
pub(super) fn date(words: Words, date: Date) -> String {
    let french = words.code() == "fr";
    date.strftime(if french { "%d/%m/%Y" } else { "%-d %b %Y" }).to_string()
}

/// What is asked for, understood.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) line: Option<LineId>,
    pub(super) named: Named,
    pub(super) days: Days,
    pub(super) before: Days,
    pub(super) today: Date,
    pub(super) zone: TimeZone,
    pub(super) zone_name: String,
    pub(super) thresholds: Thresholds,
    /// What was not understood and is not as asked, by the key of its words.
    pub(super) complaint: Option<&'static str>,
    /// The language of the address, if it names one.
    lang: String,
}

impl Asked {
    /// Understands an address; what cannot be is told of and replaced by what is usual. None for a line that is not there, and
    /// for a clock or a zone that cannot be.
    pub(super) fn read(fields: &Fields, plan: &Plan, now_ms: i64) -> Option<Self> {
        let line = Some(LineId(fields.line.clone())).filter(|line| !line.0.is_empty());
        let first = || plan.call_page.as_ref().and_then(|line| plan.lines.get(line)).or(plan.lines.values().next());
        let of_line = match &line {
            Some(line) => Some(plan.lines.get(line)?),
            None => first(),
        };
        let zone_name = of_line.map_or_else(|| USUAL_ZONE.to_owned(), |line| line.zone.clone());
        let zone = TimeZone::get(&zone_name).ok()?;
        let today = Timestamp::from_millisecond(now_ms).ok()?.to_zoned(zone.clone()).date();
        let mut complaint = None;
        let named = match Named::ALL.iter().find(|(_, key, _)| *key == fields.period) {
            Some((named, ..)) => *named,
            None => {
                if !fields.period.is_empty() {
                    complaint = Some("kpi.wrong_period");
                }
                Named::default()
            }
        };
        let (named, days) = match days(named, fields, today) {
            Ok(days) => (named, days),
            Err(words) => {
                complaint = Some(words);
                (Named::default(), days(Named::default(), fields, today).ok()?)
            }
        };
        let mut seconds = |text: &str, usual_ms: i64, least: u32| match text.parse::<u32>() {
            Ok(count) if (least..=LONGEST).contains(&count) => i64::from(count) * 1000,
            _ => {
                if !text.is_empty() {
                    complaint = Some("kpi.wrong_seconds");
                }
                usual_ms
            }
        };
        let usual = Thresholds::default();
        let (level_ms, short_ms) =
            (seconds(&fields.within, usual.level_ms, 1), seconds(&fields.short, usual.short_ms, 0));
        let level_of = LevelOf::ALL.into_iter().find(|level| level.key() == fields.level).unwrap_or_default();
        let thresholds = Thresholds { short_ms, level_ms, level_of };
        let before = days.before()?;
        let lang = if matches!(fields.lang.as_str(), "fr" | "en") { fields.lang.clone() } else { String::new() };
        Some(Self { line, named, days, before, today, zone, zone_name, thresholds, complaint, lang })
    }

    /// The same as an address, in a language: every part is a word, a number or a date, so that nothing needs escaping.
    pub(super) fn query(&self, lang: &str) -> String {
        let mut parts = vec![format!("period={}", self.named.key())];
        if let Some(line) = &self.line {
            let plain: String =
                line.0.chars().filter(|sign| sign.is_ascii_alphanumeric() || "-_.".contains(*sign)).collect();
            parts.push(format!("line={plain}"));
        }
        if self.named == Named::Dates {
            parts.push(format!("from={}&to={}", self.days.from, self.days.to));
        }
        let Thresholds { short_ms, level_ms, level_of } = self.thresholds;
        parts.push(format!("within={}&level={}&short={}", level_ms / 1000, level_of.key(), short_ms / 1000));
        if !lang.is_empty() {
            parts.push(format!("lang={lang}"));
        }
        parts.join("&")
    }

    /// The language that the address names; empty when the browser was asked.
    pub(super) fn lang(&self) -> &str {
        &self.lang
    }

    /// How many days of the period have begun.
    pub(super) fn days_begun(&self) -> i64 {
        Days { from: self.days.from, to: self.days.to.min(self.today) }.count().max(0)
    }
}

fn days(named: Named, fields: &Fields, today: Date) -> Result<Days, &'static str> {
    const NEVER: &str = "kpi.wrong_dates";
    let back = |many: i64| today.checked_sub(many.days()).map_err(|_| NEVER);
    let days = match named {
        Named::Today => Days { from: today, to: today },
        Named::Yesterday => Days { from: back(1)?, to: back(1)? },
        Named::Week => Days { from: back(6)?, to: today },
        Named::Month => Days { from: back(29)?, to: today },
        Named::ThisMonth => Days { from: today.first_of_month(), to: today },
        Named::Dates => {
            let day = |text: &str| text.parse::<Date>().map_err(|_| NEVER);
            Days { from: day(&fields.from)?, to: day(&fields.to)? }
        }
    };
    match days.count() {
        ..=0 => Err("kpi.wrong_order"),
        count if count > MOST_DAYS => Err("kpi.too_long"),
        _ => Ok(days),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;
    use switchboard::{Line, ListenerCare};

    /// 2026-11-20, one minute after midnight in Paris.
    const NIGHT: i64 = 1_795_129_260_000;

    fn plan() -> Plan {
        let line = |id: &str, zone: &str| {
            let mut line = Line::usual(id, id, switchboard::flow::Flow::default());
            line.zone = zone.to_owned();
            line
        };
        Plan::new([line("a", "Europe/Paris"), line("b", "Indian/Reunion")], [], [], ListenerCare::none())
    }

    fn asked(query: &[(&str, &str)]) -> Asked {
        let of = |name: &str| query.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        let field = |name| of(name).unwrap_or_default();
        let fields = Fields {
            line: field("line"),
            period: field("period"),
            from: field("from"),
            to: field("to"),
            within: field("within"),
            level: field("level"),
            short: field("short"),
            lang: field("lang"),
        };
        Asked::read(&fields, &plan(), NIGHT).unwrap()
    }

    fn told(query: &[(&str, &str)]) -> String {
        let asked = asked(query);
        format!("{}..{} {}..{}", asked.days.from, asked.days.to, asked.before.from, asked.before.to)
    }

    #[test]
    fn periods_are_days_of_the_lines_zone_and_the_one_before_is_as_long() {
        assert_eq!(told(&[("period", "today")]), "2026-11-20..2026-11-20 2026-11-19..2026-11-19");
        assert_eq!(told(&[("period", "yesterday")]), "2026-11-19..2026-11-19 2026-11-18..2026-11-18");
        assert_eq!(told(&[]), "2026-11-14..2026-11-20 2026-11-07..2026-11-13");
        assert_eq!(told(&[("period", "30-days")]), "2026-10-22..2026-11-20 2026-09-22..2026-10-21");
        assert_eq!(told(&[("period", "this-month")]), "2026-11-01..2026-11-20 2026-10-12..2026-10-31");
        let dates = [("period", "dates"), ("from", "2026-03-29"), ("to", "2026-03-29")];
        assert_eq!(told(&dates), "2026-03-29..2026-03-29 2026-03-28..2026-03-28");
        let spring = asked(&dates);
        let (from, to) = spring.days.moments(&spring.zone).unwrap();
        assert_eq!((to - from) / 3_600_000, 23, "the clocks go forward");
        let (from, _) =
            asked(&[("line", "b"), ("period", "today")]).days.moments(&asked(&[("line", "b")]).zone).unwrap();
        assert_eq!(from % 86_400_000, 20 * 3_600_000, "the day begins earlier on the island");
    }

    #[test]
    fn what_cannot_be_is_told_of_and_replaced() {
        let cases = [
            (&[("period", "dates"), ("from", "soon"), ("to", "2026-11-01")][..], "kpi.wrong_dates"),
            (&[("period", "dates"), ("from", "2026-11-02"), ("to", "2026-11-01")], "kpi.wrong_order"),
            (&[("period", "dates"), ("from", "2024-11-02"), ("to", "2026-11-01")], "kpi.too_long"),
            (&[("period", "next-week")], "kpi.wrong_period"),
            (&[("within", "0")], "kpi.wrong_seconds"),
            (&[("short", "-3")], "kpi.wrong_seconds"),
        ];
        for (query, complaint) in cases {
            let asked = asked(query);
            assert_eq!(asked.complaint, Some(complaint), "{query:?}");
            assert_eq!(asked.days.count(), 7);
            assert_eq!(asked.thresholds, Thresholds::default());
        }
        let fields = Fields { line: "nobody".to_owned(), ..Fields::default() };
        assert!(Asked::read(&fields, &plan(), NIGHT).is_none());
    }

    #[test]
    fn the_address_keeps_what_was_asked() {
        let query = asked(&[("line", "b"), ("within", "45"), ("level", "lenient"), ("short", "5")]).query("en");
        assert_eq!(query, "period=7-days&line=b&within=45&level=lenient&short=5&lang=en");
        let dates = asked(&[("period", "dates"), ("from", "2026-11-01"), ("to", "2026-11-02")]);
        assert!(dates.query("").contains("from=2026-11-01&to=2026-11-02"));
        let both = dates.days;
        assert_eq!(both.words(Words(Language::Fr)), "du 01/11/2026 au 02/11/2026");
        assert_eq!(both.words(Words(Language::En)), "1 Nov 2026 to 2 Nov 2026");
    }
}
