//! Opening hours in a calendar (iCalendar, RFC 5545): events that come back every week.
//!
//! Hours of a directory are in the local time of the place, so an event's zone is passed over; one in UTC, whose local time
//! changes with the season, is kept in words. So is whatever does not come back every week.

use super::encoding::decode;
use super::hours::{code_of_day, day_of_code, push_opening, write_minute};
use super::{Field, Finding, What};
use crate::{Hours, Opening};

/// The longest calendar that is read, in bytes; what comes after is passed over, and said.
const CALENDAR_LIMIT: usize = 4 << 20;
/// The most events that are read.
const EVENTS_LIMIT: usize = 1_000;

/// The hours that a calendar tells of, and what was found; no hours when it is no calendar. `today` is counted in days since
/// 1970-01-01: what ended before it is passed over.
#[must_use]
pub fn read(bytes: &[u8], today: i32) -> (Option<Hours>, Vec<Finding>) {
    let mut findings = Vec::new();
    let cut = bytes.get(..CALENDAR_LIMIT).unwrap_or(bytes);
    if cut.len() < bytes.len() {
        findings.push(Finding::new(What::FileCutShort, None, ""));
    }
    let (text, guessed) = decode(cut);
    if guessed {
        findings.push(Finding::new(What::EncodingGuessed, None, ""));
    }
    let (mut weekly, mut words) = (Vec::new(), Vec::new());
    let (mut event, mut calendar, mut events): (Option<Event>, bool, usize) = (None, false, 0);
    for line in unfolded(&text) {
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        // Parameters, the zone among them, say nothing that is used.
        let name = name.split(';').next().unwrap_or(name);
        match (name.to_ascii_uppercase().as_str(), value.trim()) {
            ("BEGIN", "VCALENDAR") => calendar = true,
            ("BEGIN", "VEVENT") => event = Some(Event::default()),
            ("END", "VEVENT") => {
                events += 1;
                if let Some(event) = event.take().filter(|_| events <= EVENTS_LIMIT) {
                    match event.openings(today) {
                        Openings::Weekly(openings) => weekly.extend(openings),
                        Openings::Words(told) => words.push(told),
                        Openings::Past => {}
                    }
                }
            }
            (name, value) => {
                if let Some(event) = &mut event {
                    event.take(name, value);
                }
            }
        }
    }
    if !calendar {
        findings.push(Finding::new(What::FileUnreadable, None, ""));
        return (None, findings);
    }
    words.dedup();
    for told in &words {
        findings.push(Finding::new(What::HoursInWords, Some(Field::Hours), told));
    }
    let words = super::text::block(&words.join("\n"), Field::HoursWords, &mut Vec::new());
    (Some(Hours { weekly, words }.tidy()), findings)
}

/// The lines of a calendar, those that were folded made one again (section 3.1).
fn unfolded(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(more), Some(last)) => last.push_str(more),
            _ => lines.push(line.trim_start_matches('\u{feff}').to_owned()),
        }
    }
    lines
}

/// A time of an event: its day, the minute of the day, and whether it is in UTC.
#[derive(Debug, Clone, Copy)]
struct Moment {
    day: i32,
    minute: Option<u16>,
    utc: bool,
}

#[derive(Debug, Default)]
struct Event {
    start: Option<Moment>,
    end: Option<Moment>,
    /// In minutes.
    duration: Option<u32>,
    rule: Option<String>,
    summary: String,
    cancelled: bool,
}

enum Openings {
    Weekly(Vec<Opening>),
    Words(String),
    Past,
}

impl Event {
    fn take(&mut self, name: &str, value: &str) {
        match name {
            "DTSTART" => self.start = moment(value),
            "DTEND" => self.end = moment(value),
            "DURATION" => self.duration = duration(value),
            "RRULE" => self.rule = Some(value.to_ascii_uppercase()),
            "SUMMARY" => self.summary = value.replace("\\,", ",").replace("\\;", ";").replace("\\n", " "),
            "STATUS" => self.cancelled = value.eq_ignore_ascii_case("CANCELLED"),
            _ => {}
        }
    }

    fn openings(&self, today: i32) -> Openings {
        let Some(start) = self.start.filter(|_| !self.cancelled) else {
            return Openings::Past;
        };
        let part = |key: &str| {
            let parts = self.rule.as_deref().unwrap_or_default().split(';').filter_map(|part| part.split_once('='));
            parts.filter(|(name, _)| *name == key).map(|(_, value)| value.to_owned()).next()
        };
        let until = part("UNTIL").and_then(|until| moment(&until)).map(|until| until.day);
        let ended = match self.rule {
            Some(_) => until,
            None => Some(self.end.map_or(start.day, |end| end.day)),
        };
        if ended.is_some_and(|ended| ended < today) {
            return Openings::Past;
        }
        // Minutes from the beginning to the end; a day without times is a whole one.
        let length = match (start.minute, self.end, self.duration) {
            (Some(from), Some(Moment { day, minute: Some(until), .. }), _) => {
                i64::from(day - start.day) * i64::from(crate::DAY) + i64::from(until) - i64::from(from)
            }
            (Some(_), _, Some(duration)) => i64::from(duration),
            (None, ..) => i64::from(crate::DAY),
            _ => 0,
        };
        let days: Option<Vec<u8>> = match (part("FREQ").as_deref(), part("BYDAY")) {
            (Some("WEEKLY"), Some(days)) => days.split(',').map(day_of_code).collect(),
            // 1970-01-01 was a Thursday.
            (Some("WEEKLY"), None) => u8::try_from((start.day + 3).rem_euclid(7)).ok().map(|day| vec![day]),
            (Some("DAILY"), None) => Some((0..7).collect()),
            _ => None,
        };
        let every = part("INTERVAL").is_none_or(|interval| interval == "1") && part("COUNT").is_none();
        let times = u16::try_from(length).ok().filter(|length| (1..=crate::DAY).contains(length));
        match (days, times) {
            (Some(days), Some(length)) if every && !start.utc => {
                let from = start.minute.unwrap_or(0);
                let mut openings = Vec::new();
                for day in days {
                    push_opening(day, from, (from + length - 1) % crate::DAY + 1, &mut openings);
                }
                Openings::Weekly(openings)
            }
            _ => Openings::Words(self.told(start, length)),
        }
    }

    fn told(&self, start: Moment, length: i64) -> String {
        let weekday = u8::try_from((start.day + 3).rem_euclid(7)).map_or("", code_of_day);
        let time = start.minute.map_or(String::new(), |minute| format!(" {}", write_minute(minute)));
        let zone = if start.utc { " UTC" } else { "" };
        let rule = self.rule.as_deref().map_or(String::new(), |rule| format!(" {rule}"));
        let day = crate::date::write_day(start.day);
        format!("{} {weekday} {day}{time}{zone}, {length} min{rule}", self.summary).trim().to_owned()
    }
}

/// « 20261123T090000Z », « 20261123 ».
fn moment(value: &str) -> Option<Moment> {
    let (date, time) = value.split_once('T').map_or((value, None), |(date, time)| (date, Some(time)));
    let utc = value.ends_with('Z');
    let day = crate::date::read_day(date)?;
    let minute = match time {
        Some(time) => {
            let number = |range: std::ops::Range<usize>| time.get(range).and_then(|digits| digits.parse::<u16>().ok());
            let (hours, minutes) = (number(0..2)?, number(2..4)?);
            Some((hours < 24 && minutes < 60).then_some(hours * 60 + minutes)?)
        }
        None => None,
    };
    Some(Moment { day, minute, utc })
}

/// « PT3H30M », in minutes.
fn duration(value: &str) -> Option<u32> {
    let (mut minutes, mut number) = (0_u32, 0_u32);
    for letter in value.strip_prefix('P')?.chars() {
        let unit = match letter {
            'T' => continue,
            'W' => 7 * 24 * 60,
            'D' => 24 * 60,
            'H' => 60,
            'M' => 1,
            'S' => 0,
            digit => {
                number = number.checked_mul(10)?.checked_add(digit.to_digit(10)?)?;
                continue;
            }
        };
        minutes = minutes.checked_add(std::mem::take(&mut number).checked_mul(unit)?)?;
    }
    Some(minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(events: &str) -> String {
        format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n")
    }

    fn event(lines: &str) -> String {
        format!("BEGIN:VEVENT\r\nUID:1\r\n{lines}\r\nEND:VEVENT\r\n")
    }

    fn hours(events: &[&str]) -> (Hours, Vec<What>) {
        let events: String = events.iter().map(|lines| event(lines)).collect();
        let (hours, findings) = read(calendar(&events).as_bytes(), 20_780);
        (hours.unwrap(), findings.into_iter().map(|finding| finding.what).collect())
    }

    #[test]
    fn events_that_come_back_every_week_are_hours() {
        let opening = |day, from, until| Opening { day, from, until };
        let (read, findings) = hours(&[
            "DTSTART;TZID=Europe/Paris:20260105T090000\r\nDTEND;TZID=Europe/Paris:20260105T120000\r\nRRULE:FREQ=WEEKLY;BYDAY=MO,TU\r\n ,FR",
            "DTSTART:20260103T220000\r\nDURATION:PT4H\r\nRRULE:FREQ=WEEKLY",
            "DTSTART;VALUE=DATE:20260104\r\nRRULE:FREQ=WEEKLY;BYDAY=TH",
            "DTSTART:20260105T140000\r\nDTEND:20260105T150000\r\nRRULE:FREQ=WEEKLY;UNTIL=20260601T000000Z",
            "DTSTART:20260105T140000\r\nDTEND:20260105T150000\r\nRRULE:FREQ=WEEKLY\r\nSTATUS:CANCELLED",
        ]);
        let expected = [
            opening(0, 540, 720),
            opening(1, 540, 720),
            opening(3, 0, 1_440),
            opening(4, 540, 720),
            opening(5, 1_320, 1_440),
            opening(6, 0, 120),
        ];
        assert_eq!((read.weekly.as_slice(), read.words.as_str(), findings), (expected.as_slice(), "", vec![]));
    }

    #[test]
    fn what_no_week_can_say_is_kept_in_words() {
        let (read, findings) = hours(&[
            "SUMMARY:Groupe de parole\r\nDTSTART:20261207T180000\r\nDTEND:20261207T200000\r\nRRULE:FREQ=MONTHLY;BYDAY=1MO",
            "SUMMARY:Nuit\r\nDTSTART:20261207T180000Z\r\nDTEND:20261207T200000Z\r\nRRULE:FREQ=WEEKLY",
        ]);
        assert_eq!(read.weekly, []);
        assert!(read.words.contains("Groupe de parole MO 2026-12-07 18:00, 120 min"), "{}", read.words);
        assert!(read.words.contains("Nuit MO 2026-12-07 18:00 UTC"), "{}", read.words);
        assert_eq!(findings, [What::HoursInWords, What::HoursInWords]);
    }

    #[test]
    fn what_is_no_calendar_is_said() {
        assert_eq!(read(b"nom;cp", 0).1[0].what, What::FileUnreadable);
        for lines in ["DTSTART:x", "DTSTART:20260105T990000", "DURATION:P99999999999W", "RRULE:FREQ=WEEKLY", ":", ""] {
            assert_eq!(hours(&[lines]).0, Hours::default(), "{lines}");
        }
    }
}
