//! What every page has around it.

use crate::assets::address;
use crate::words::Words;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use maud::{DOCTYPE, Markup, html};
use switchboard::Plan;

/// The time zone of a French service, where nothing says otherwise.
pub(crate) const USUAL_ZONE: &str = "Europe/Paris";

/// The time zone in which a page is read that is about no line alone: that of the call page's line, or else of the first.
pub(crate) fn zone_name(plan: &Plan) -> &str {
    let main = plan.call_page.as_ref().and_then(|line| plan.lines.get(line));
    main.or_else(|| plan.lines.values().next()).map_or(USUAL_ZONE, |line| &line.zone)
}

/// A page before its content.
pub(crate) struct Page<'a> {
    /// Its language.
    pub(crate) words: Words,
    /// The title of the window.
    pub(crate) title: &'a str,
    /// The class of the body, which the stylesheet goes by.
    pub(crate) class: &'static str,
    /// The script of the page, if it has one.
    pub(crate) script: Option<&'static str>,
    /// Whether this house is a demonstration.
    pub(crate) demo: bool,
}

impl Page<'_> {
    /// The whole document.
    pub(crate) fn around(&self, content: &Markup) -> Markup {
        self.document(&html! { meta name="robots" content="noindex"; }, content)
    }

    /// The whole document, with what is to be said about it in its head.
    pub(crate) fn document(&self, head: &Markup, content: &Markup) -> Markup {
        html! {
            (DOCTYPE)
            html lang=(self.words.code()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    (head)
                    title { (self.title) }
                    link rel="icon" href=(address("icon.svg")) type="image/svg+xml";
                    link rel="stylesheet" href=(address("vigie.css"));
                    @if let Some(script) = self.script {
                        script type="module" src=(address(script)) {}
                    }
                }
                body class=(self.class) {
                    @if self.demo {
                        aside.ribbon aria-label=(self.words.say("demo.label")) { (self.words.say("demo.ribbon")) }
                    }
                    (content)
                }
            }
        }
    }
}

/// The texts that a script of ours needs. A template is no part of the page that is read aloud.
pub(crate) fn script_words(words: Words, prefix: &'static str) -> Markup {
    html! {
        template #words {
            @for (name, text) in words.beginning(prefix) {
                i data-word=(name) { (text) }
            }
        }
    }
}

/// A link to the same page in the other language.
pub(crate) fn other_language(words: Words) -> Markup {
    let other = words.other();
    html! {
        a.other-language href=(format!("?lang={}", other.code())) lang=(other.code()) hreflang=(other.code()) {
            (other.say("language.name"))
        }
    }
}

/// A length of time for a table: « 4 min 05 s ».
pub(crate) fn length(milliseconds: i64) -> String {
    let seconds = milliseconds.max(0) / 1000;
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}\u{a0}h\u{a0}{minutes:02}")
    } else if minutes > 0 {
        format!("{minutes}\u{a0}min\u{a0}{rest:02}\u{a0}s")
    } else {
        format!("{rest}\u{a0}s")
    }
}

/// The time zone in which a page is read that is about no line alone.
pub(crate) fn zone(plan: &Plan) -> TimeZone {
    TimeZone::get(zone_name(plan)).unwrap_or(TimeZone::UTC)
}

/// One line of what somebody typed, with at most so many characters.
pub(crate) fn one_line(typed: &str, most: usize) -> String {
    typed.chars().filter(|sign| !sign.is_control()).take(most).collect::<String>().trim().to_owned()
}

/// Lines of what somebody typed, with at most so many characters.
pub(crate) fn some_lines(typed: &str, most: usize) -> String {
    let readable = typed.chars().filter(|sign| !sign.is_control() || *sign == '\n');
    readable.take(most).collect::<String>().trim().to_owned()
}

/// The day of a moment where the service is, as ISO 8601 writes a date.
pub(crate) fn day_of(at_ms: i64, plan: &Plan) -> String {
    let zoned = Timestamp::from_millisecond(at_ms).unwrap_or_default().to_zoned(zone(plan));
    zoned.strftime("%Y-%m-%d").to_string()
}

/// The day that comes some days after another; the same day, if that is none.
pub(crate) fn day_after(day: &str, days: u32) -> String {
    let later = day.parse::<Date>().ok().and_then(|date| date.checked_add(Span::new().try_days(days).ok()?).ok());
    later.map_or_else(|| day.to_owned(), |date| date.to_string())
}

/// A day as its reader writes it: « 23/11/2026 », « 23 November 2026 ».
pub(crate) fn written_day(words: Words, day: &str) -> String {
    let format = if words.code() == "fr" { "%d/%m/%Y" } else { "%-d %B %Y" };
    day.parse::<Date>().map_or_else(|_| day.to_owned(), |date| date.strftime(format).to_string())
}

/// A whole number, with a sign between its thousands.
fn in_thousands(number: i64, between: char) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut told = String::from(if number < 0 { "-" } else { "" });
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            told.push(between);
        }
        told.push(digit);
    }
    told
}

/// An amount of money: « 1 060,50 € », « €1,060.50 ».
pub(crate) fn euros(words: Words, cents: i64) -> String {
    let rest = (cents % 100).abs();
    let whole = in_thousands(cents / 100, if words.code() == "fr" { '\u{202f}' } else { ',' });
    match words.code() {
        "fr" if rest == 0 => format!("{whole}\u{a0}€"),
        "fr" => format!("{whole},{rest:02}\u{a0}€"),
        _ if rest == 0 => format!("€{whole}"),
        _ => format!("€{whole}.{rest:02}"),
    }
}

/// A number to be dialled, without what only the eye needs.
pub(crate) fn dialled(number: &str) -> String {
    number.chars().filter(|sign| sign.is_ascii_digit() || *sign == '+').collect()
}

/// A number as it is read aloud in France: « 0 800 23 24 25 », « 01 23 45 67 89 ». Any other is shown as it was written.
pub(crate) fn read_aloud(number: &str) -> String {
    let digits = dialled(number);
    let plain = digits.len() == 10 && digits.starts_with('0') && number.chars().all(|sign| sign.is_ascii_digit());
    if !plain {
        return number.to_owned();
    }
    let after: &[usize] = if digits.starts_with("08") { &[1, 4, 6, 8] } else { &[2, 4, 6, 8] };
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if after.contains(&place) {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    #[test]
    fn lengths_are_told_in_words_that_do_not_break() {
        let lengths = [(-5, "0 s"), (9_400, "9 s"), (65_000, "1 min 05 s"), (3_780_000, "1 h 03")];
        for (milliseconds, text) in lengths {
            assert_eq!(length(milliseconds), text.replace(' ', "\u{a0}"));
        }
    }

    #[test]
    fn days_and_amounts_are_written_as_their_reader_writes_them() {
        let (french, english) = (Words(Language::Fr), Words(Language::En));
        assert_eq!(day_of(1_795_478_399_000, &Plan::default()), "2026-11-24", "half past midnight in Paris");
        assert_eq!(day_after("2026-11-23", 90), "2027-02-21");
        assert_eq!(day_after("hier", 90), "hier");
        assert_eq!(
            (written_day(french, "2026-11-03"), written_day(english, "2026-11-03")),
            ("03/11/2026".into(), "3 November 2026".into())
        );
        assert_eq!((euros(french, 6_050), euros(english, 6_050)), ("60,50\u{a0}€".into(), "€60.50".into()));
        assert_eq!(
            (euros(french, 123_456_700), euros(english, 100_050)),
            ("1\u{202f}234\u{202f}567\u{a0}€".into(), "€1,000.50".into())
        );
        assert_eq!((euros(french, 6_000), euros(english, -100)), ("60\u{a0}€".into(), "€-1".into()));
    }

    #[test]
    fn numbers_are_grouped_as_they_are_read_aloud() {
        let numbers = [("0800232425", "0 800 23 24 25"), ("0123456789", "01 23 45 67 89")];
        for (number, text) in numbers {
            assert_eq!(read_aloud(number), text.replace(' ', "\u{a0}"));
        }
        for kept in ["3114", "+33123456789", "0 800 23 24 25"] {
            assert_eq!(read_aloud(kept), kept);
        }
    }

    #[test]
    fn a_page_names_its_language_and_has_nothing_inline() {
        let page = Page { words: Words(Language::En), title: "<T>", class: "x", script: Some("call.js"), demo: true };
        let text = page.around(&html! { p { "hello" } }).into_string();
        assert!(text.contains("<html lang=\"en\">"));
        assert!(text.contains("&lt;T&gt;"));
        assert!(text.find("ribbon").unwrap() < text.find("hello").unwrap(), "it covers nothing");
        assert!(!text.contains("style=") && !text.contains("onclick") && !text.contains("http"));
        assert_eq!(dialled("0 800 00-00.00"), "0800000000");
    }
}
