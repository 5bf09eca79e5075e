//! Hours of a week, as people write them in French and English, and as [`crate::week_text`] does.

use crate::{DAY, Hours, Opening};

const NAMES: [&[&str]; 7] = [
    &["lu", "lun", "lundi", "lundis", "mo", "mon", "monday"],
    &["ma", "mar", "mardi", "mardis", "tu", "tue", "tuesday"],
    &["me", "mer", "mercredi", "mercredis", "we", "wed", "wednesday"],
    &["je", "jeu", "jeudi", "jeudis", "th", "thu", "thursday"],
    &["ve", "ven", "vendredi", "vendredis", "fr", "fri", "friday"],
    &["sa", "sam", "samedi", "samedis", "sat", "saturday"],
    &["di", "dim", "dimanche", "dimanches", "su", "sun", "sunday"],
];

/// The day that a code of two letters in English means, as calendars and HSDS write it: « MO ».
pub(crate) fn day_of_code(code: &str) -> Option<u8> {
    let codes = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
    let place = codes.iter().position(|known| known.eq_ignore_ascii_case(code.trim()))?;
    u8::try_from(place).ok()
}

/// The code of a day.
pub(crate) fn code_of_day(day: u8) -> &'static str {
    ["MO", "TU", "WE", "TH", "FR", "SA", "SU"].get(usize::from(day)).copied().unwrap_or("MO")
}

/// An opening that may go past midnight, as one or two that do not. Midnight closes a day; equal times are a whole day.
pub(crate) fn push_opening(day: u8, from: u16, until: u16, weekly: &mut Vec<Opening>) {
    if until > from {
        weekly.extend(Opening::new(day, from, until));
    } else {
        weekly.extend(Opening::new(day, from, DAY));
        weekly.extend(Opening::new((day + 1) % 7, 0, until));
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Day(u8),
    Time(u16),
    Range,
    And,
}

/// The openings that a text tells of; none if any of it is not understood.
#[must_use]
pub(crate) fn read(text: &str) -> Option<Vec<Opening>> {
    let folded = crate::fold(text);
    if ["24h 24 7j 7", "24 24 7 7", "24h 24 et 7j 7", "24 7", "7j 7 24h 24", "7 jours 7 24h 24", "h24 7j 7"]
        .contains(&folded.as_str())
    {
        return Some(Hours::always().weekly);
    }
    let tokens = tokens(text)?;
    let (mut days, mut weekly, mut at) = (Vec::new(), Vec::new(), 0);
    let mut timed = true;
    let token = |at: usize| tokens.get(at).copied();
    while let Some(next) = token(at) {
        match (next, token(at + 1), token(at + 2)) {
            (Token::Day(first), Some(Token::Range), Some(Token::Day(last))) => {
                begin(&mut days, &mut timed);
                let mut day = first;
                while day != last {
                    days.push(day);
                    day = (day + 1) % 7;
                }
                days.push(last);
                at += 3;
            }
            (Token::Day(day), ..) => {
                begin(&mut days, &mut timed);
                days.push(day);
                at += 1;
            }
            (Token::Time(from), Some(Token::Range), Some(Token::Time(until))) if !days.is_empty() && from < DAY => {
                for day in &days {
                    push_opening(*day, from, until, &mut weekly);
                }
                timed = true;
                at += 3;
            }
            (Token::And, ..) => at += 1,
            _ => return None,
        }
    }
    (timed && !weekly.is_empty()).then(|| Hours { weekly, words: String::new() }.tidy().weekly)
}

/// Days after times begin a new group.
fn begin(days: &mut Vec<u8>, timed: &mut bool) {
    if std::mem::take(timed) {
        days.clear();
    }
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if tokens.len() > 500 {
            return None;
        }
        if first.is_ascii_digit() {
            let (time, after) = read_time(rest)?;
            tokens.push(Token::Time(time));
            rest = after;
        } else if first.is_alphabetic() {
            let end = rest.find(|letter: char| !letter.is_alphabetic()).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            let word = crate::fold(word);
            match word.as_str() {
                "a" | "au" | "to" | "until" | "jusqu" => tokens.push(Token::Range),
                "et" | "and" | "puis" => tokens.push(Token::And),
                "du" | "de" | "le" | "les" | "from" | "ouvert" | "open" | "des" => {}
                _ => {
                    let day = NAMES.iter().position(|names| names.contains(&word.as_str()))?;
                    tokens.push(Token::Day(u8::try_from(day).ok()?));
                }
            }
            rest = after;
        } else {
            match first {
                '-' | '–' | '—' | '→' => tokens.push(Token::Range),
                ',' | ';' | '/' | '&' | '|' | '+' | '\n' => tokens.push(Token::And),
                ':' | '.' | '(' | ')' | '\'' | '’' => {}
                blank if blank.is_whitespace() => {}
                _ => return None,
            }
            rest = rest.get(first.len_utf8()..)?;
        }
    }
    Some(tokens)
}

/// A time of the day in minutes at the beginning of a text, and what comes after: « 9h », « 09:30 », « 9 h 30 », « 24:00 ».
fn read_time(text: &str) -> Option<(u16, &str)> {
    let (hours, rest) = digits(text)?;
    let after = rest.trim_start_matches([' ', '\u{a0}', '\u{202f}']);
    let parted = after.strip_prefix("heures").or_else(|| after.strip_prefix(['h', 'H', ':', '.']));
    let (minutes, rest) = match parted {
        Some(parted) => {
            let near = parted.trim_start_matches([' ', '\u{a0}', '\u{202f}']);
            // « 9h 12h » are two times: minutes that stand apart have no mark of hours behind them.
            let minutes = digits(near).filter(|(_, rest)| {
                let next = rest.trim_start();
                near.len() == parted.len() || !next.starts_with(['h', 'H', ':'])
            });
            minutes.unwrap_or((0, parted))
        }
        None => (0, rest),
    };
    // Seconds say nothing more: « 09:00:00 ».
    let rest = rest.strip_prefix(':').and_then(|more| digits(more)).map_or(rest, |(_, rest)| rest);
    let minute = hours * 60 + minutes;
    (minutes < 60 && minute <= DAY).then_some((minute, rest))
}

fn digits(text: &str) -> Option<(u16, &str)> {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    ((1..=2).contains(&digits.len())).then_some((digits.parse().ok()?, rest))
}

/// A time in minutes, alone in a text.
pub(crate) fn read_minute(text: &str) -> Option<u16> {
    let text = text.trim();
    // A zone or a fraction of a second may stand behind.
    let text = text.split(['+', 'Z', 'z']).next()?;
    let text = text.split_once('.').map_or(text, |(time, _)| time);
    let (minute, rest) = read_time(text)?;
    rest.trim().is_empty().then_some(minute)
}

/// A time as « 09:30 ».
pub(crate) fn write_minute(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn openings(days: impl IntoIterator<Item = u8>, times: &[(u16, u16)]) -> Vec<Opening> {
        let all = days
            .into_iter()
            .flat_map(|day| times.iter().map(move |(from, until)| Opening { day, from: *from, until: *until }));
        all.collect()
    }

    #[test]
    fn hours_are_read_as_people_write_them() {
        let week = openings(0..5, &[(540, 720), (840, 1_080)]);
        for text in [
            "lu-ve 09:00-12:00 14:00-18:00",
            "Du lundi au vendredi de 9h à 12h et de 14h à 18h",
            "Lundi - Vendredi : 9h00 – 12h00 / 14h00 – 18h00",
            "lundi, mardi, mercredi, jeudi, vendredi 9 h-12 h, 14 h-18 h",
            "Mo-Fr 09:00-12:00,14:00-18:00",
        ] {
            assert_eq!(read(text).as_ref(), Some(&week), "{text}");
        }
        assert_eq!(read("sa 9h30-12h30"), Some(openings([5], &[(570, 750)])));
        assert_eq!(
            read("ve 22:00-02:00"),
            Some(vec![Opening { day: 4, from: 1_320, until: 1_440 }, Opening { day: 5, from: 0, until: 120 },])
        );
        assert_eq!(read("24h/24, 7j/7"), Some(Hours::always().weekly));
        assert_eq!(read("sa-lu 10h-11h"), Some(openings([0, 5, 6], &[(600, 660)])));
    }

    #[test]
    fn what_is_not_understood_is_not_guessed() {
        for text in
            ["", "sur rendez-vous", "9h-12h", "lundi", "lundi 9h", "lundi 25h-26h", "lundi fermé", "lu 9h-12h mardi"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn times_alone_are_read() {
        for (text, minute) in [
            ("09:00", 540),
            ("18:00:00", 1_080),
            ("9h", 540),
            ("24:00", 1_440),
            ("10:00Z", 600),
            ("10:00:00.5+01:00", 600),
        ] {
            assert_eq!(read_minute(text), Some(minute), "{text}");
        }
        assert_eq!(read_minute("25:00"), None);
        assert_eq!(read_minute("midi"), None);
    }

    proptest! {
        #[test]
        fn any_week_is_read_as_it_was_written(raw in prop::collection::vec((0u8..7, 0u16..1_440, 1u16..=1_440), 0..12)) {
            let weekly = raw.into_iter().filter_map(|(day, from, until)| Opening::new(day, from, until)).collect();
            let hours = Hours { weekly, words: String::new() }.tidy();
            let written = crate::week_text(&hours.weekly);
            prop_assert_eq!(read(&written).unwrap_or_default(), hours.weekly);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,60}") {
            if let Some(weekly) = read(&text) {
                let tidied = Hours { weekly: weekly.clone(), words: String::new() }.tidy();
                prop_assert_eq!(tidied.weekly, weekly);
            }
        }
    }
}
