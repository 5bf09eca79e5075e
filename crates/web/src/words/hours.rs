//! Opening hours as people read them.

use super::Words;
use directory::{DAY, Hours, Opening};
use switchboard::DAYS;

impl Words {
    /// A week in one line, days that are alike together: « lun.-ven. 9 h-12 h, 14 h-18 h 30 · sur rendez-vous ». Empty when
    /// nothing is known.
    pub(crate) fn hours(self, hours: &Hours) -> String {
        let mut parts = Vec::new();
        if hours.weekly == Hours::always().weekly {
            parts.push(self.say("hours.always").to_owned());
        } else if !hours.weekly.is_empty() {
            parts.push(self.week(&hours.weekly));
        }
        if !hours.words.is_empty() {
            parts.push(hours.words.clone());
        }
        parts.join(" · ")
    }

    fn week(self, weekly: &[Opening]) -> String {
        let mut groups: Vec<(u8, u8, String)> = Vec::new();
        for day in 0..7 {
            let spans = weekly.iter().filter(|opening| opening.day == day);
            let spans = spans.map(|one| format!("{}\u{2011}{}", self.clock(one.from), self.clock(one.until)));
            let spans = spans.collect::<Vec<_>>().join(", ");
            match groups.last_mut() {
                Some((_, last, same)) if *last + 1 == day && *same == spans => *last = day,
                _ => groups.push((day, day, spans)),
            }
        }
        let name = |day: u8| self.named("day_short", DAYS.get(usize::from(day)).copied().unwrap_or("mon"));
        let groups = groups.iter().filter(|(_, _, spans)| !spans.is_empty()).map(|(first, last, spans)| {
            if first == last {
                format!("{} {spans}", name(*first))
            } else {
                format!("{}\u{2011}{} {spans}", name(*first), name(*last))
            }
        });
        groups.collect::<Vec<_>>().join(" ; ")
    }

    fn clock(self, minute: u16) -> String {
        let (hour, minute) = (minute.min(DAY) / 60, minute % 60);
        let key = if minute == 0 { "hours.clock_full" } else { "hours.clock" };
        self.fill(key, &[("hour", &hour.to_string()), ("minute", &format!("{minute:02}"))])
    }
}

#[cfg(test)]
mod tests {
    use super::super::Language;
    use super::*;

    #[test]
    fn a_week_reads_as_people_say_it() {
        let weekly = directory::read_week("Mo-Fr 09:00-12:00,14:00-18:30; Sa 10:00-12:00").unwrap();
        let hours = Hours { weekly, words: "sur rendez-vous".to_owned() };
        let read =
            |language| Words(language).hours(&hours).replace(['\u{a0}', '\u{202f}'], " ").replace('\u{2011}', "-");
        let french = "lun.-ven. 9 h-12 h, 14 h-18 h 30 ; sam. 10 h-12 h · sur rendez-vous";
        assert_eq!(read(Language::Fr), french);
        assert_eq!(read(Language::En), "Mon-Fri 9:00-12:00, 14:00-18:30 ; Sat 10:00-12:00 · sur rendez-vous");
        assert_eq!(Words(Language::Fr).hours(&Hours::always()), "Jour et nuit");
        assert_eq!(Words(Language::Fr).hours(&Hours::default()), "");
    }
}
