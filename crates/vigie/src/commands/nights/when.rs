//! Which time of the real service is rehearsed.

use clap::Args;
use switchboard::{Date, Utc, Zone};

/// An hour, in milliseconds.
pub(super) const HOUR: i64 = 3_600_000;
/// When a night begins and ends on the line's clocks, in minutes of the day.
const NIGHT: (u16, u16) = (20 * 60, 8 * 60);
/// How many days are rehearsed, unless told otherwise.
const DAYS: u16 = 7;

/// The time of the real service that is rehearsed: the coming week without any of these.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(super) struct When {
    /// The coming night of this weekday, from 20:00 to 08:00 on the clocks of the first line, such as sunday.
    #[arg(long, value_name = "WEEKDAY", requires = "real", conflicts_with_all = ["from", "days"], value_parser = weekday)]
    night: Option<u8>,
    /// The first day, such as 2026-11-01; now without it.
    #[arg(long, value_name = "DATE", requires = "real", value_parser = date)]
    from: Option<Date>,
    /// How many days, 1 to 28; 7 without it.
    #[arg(long, value_name = "N", requires = "real", value_parser = clap::value_parser!(u16).range(1..=28))]
    days: Option<u16>,
}

/// Reads a weekday in English or French; Monday is 0.
fn weekday(text: &str) -> Result<u8, String> {
    let english = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let french = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];
    let text = text.to_lowercase();
    let found = english.iter().zip(french).position(|(english, french)| [*english, french].contains(&text.as_str()));
    let found = found.and_then(|found| u8::try_from(found).ok());
    found.ok_or_else(|| format!("'{text}' is no weekday: write one such as sunday"))
}

fn date(text: &str) -> Result<Date, String> {
    Date::try_from(text.to_owned())
}

impl When {
    /// From when until when, in whole hours.
    ///
    /// # Errors
    /// Words, when the rota is not written for that time yet.
    pub(super) fn span(self, zone: &Zone, now: Utc) -> Result<(Utc, Utc), String> {
        let today = zone.local(now).date;
        let days = i64::from(self.days.unwrap_or(DAYS));
        let (from, until) = match (self.night, self.from) {
            (Some(weekday), _) => {
                let ahead = (i64::from(weekday) + 7 - i64::from(today.weekday())) % 7;
                let evening = today.plus_days(ahead);
                (zone.told(evening, NIGHT.0).utc(), zone.told(evening.plus_days(1), NIGHT.1).utc())
            }
            (None, Some(from)) => (zone.told(from, 0).utc(), zone.told(from.plus_days(days), 0).utc()),
            (None, None) => {
                let from = Utc(now.0.div_euclid(HOUR) * HOUR);
                (from, Utc(from.0 + days * 24 * HOUR))
            }
        };
        let known = zone.told(today.plus_days(node::WRITTEN_AHEAD), 0).utc();
        if until > known {
            let most = zone.local(known).date;
            return Err(format!(
                "the rota is written for {} days ahead: name a time before {most}",
                node::WRITTEN_AHEAD
            ));
        }
        Ok((from, until))
    }
}

/// A moment on the clocks of a zone.
pub(super) fn told(zone: &Zone, at: Utc) -> String {
    let local = zone.local(at);
    format!("{} {:02}:{:02}", local.date, local.minute / 60, local.minute % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(when: When, now: &str) -> Result<(String, String), String> {
        let zone = node::zone("Europe/Paris").unwrap();
        let now: jiff::Timestamp = now.parse().unwrap();
        let (from, until) = when.span(&zone, Utc(now.as_millisecond()))?;
        Ok((told(&zone, from), told(&zone, until)))
    }

    #[test]
    fn the_coming_week_the_coming_night_and_days_by_their_date() {
        let pair = |from: &str, until: &str| Ok((from.to_owned(), until.to_owned()));
        // A Friday in winter, at half past three in the afternoon in Paris.
        let now = "2026-11-20T14:30:00Z";
        assert_eq!(span(When::default(), now), pair("2026-11-20 15:00", "2026-11-27 15:00"));
        let night = |name| When { night: Some(weekday(name).unwrap()), ..When::default() };
        assert_eq!(span(night("sunday"), now), pair("2026-11-22 20:00", "2026-11-23 08:00"));
        assert_eq!(span(night("Dimanche"), now), span(night("sunday"), now));
        assert_eq!(span(night("friday"), now), pair("2026-11-20 20:00", "2026-11-21 08:00"));
        let days = When { from: Some(date("2026-12-01").unwrap()), days: Some(2), ..When::default() };
        assert_eq!(span(days, now), pair("2026-12-01 00:00", "2026-12-03 00:00"));
        let late = When { from: Some(date("2027-01-01").unwrap()), ..When::default() };
        assert!(span(late, now).unwrap_err().contains("before 2027-01-01"));
    }

    #[test]
    fn a_night_in_which_the_clocks_change_has_its_own_length() {
        let zone = node::zone("Europe/Paris").unwrap();
        let now: jiff::Timestamp = "2026-10-23T12:00:00Z".parse().unwrap();
        let night = When { night: Some(5), ..When::default() };
        let (from, until) = night.span(&zone, Utc(now.as_millisecond())).unwrap();
        assert_eq!(until.0 - from.0, 13 * HOUR);
    }

    #[test]
    fn words_that_are_no_time_are_refused() {
        assert!(weekday("someday").unwrap_err().contains("such as sunday"));
        assert!(date("2026-13-01").is_err() && date("tomorrow").is_err());
    }
}
