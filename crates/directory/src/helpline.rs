//! Other helplines and emergency numbers, as facts to be confirmed.

use crate::import::tidy_contact;
use crate::territory::rows;
use crate::{Contact, ContactKind, Entry, Hours, Keeping, Offer, fold};
use care::{Fee, Kind, Mode};

const HELPLINES: &str = include_str!("../data/helplines.csv");

/// Another line that a caller may be told of.
///
/// The list is a start for an operator, who confirms each row before it is shown as true: a wrong number given to
/// someone in distress is worse than none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Helpline {
    /// The number, without spaces; empty when it changes from town to town.
    pub number: &'static str,
    /// The name of the line.
    pub name: &'static str,
    /// What it is about.
    pub topic: &'static str,
    /// Whom it is for.
    pub audience: &'static str,
    /// When it answers.
    pub hours: &'static str,
    /// What a call costs.
    pub cost: &'static str,
    /// Anything else.
    pub notes: &'static str,
    /// Where the facts come from.
    pub source: &'static str,
    /// The day of the last look at them, as year-month-day.
    pub last_checked: &'static str,
    /// Whether a person has confirmed them with the line itself.
    pub verified: bool,
}

/// Every helpline of the embedded list, in its order.
#[must_use]
pub fn helplines() -> Vec<Helpline> {
    rows(HELPLINES).filter_map(read).collect()
}

impl Helpline {
    /// The helpline as an entry that nobody has confirmed.
    #[must_use]
    pub fn entry(&self) -> Entry {
        let key = if self.number.is_empty() { fold(self.name).replace(' ', "-") } else { self.number.to_owned() };
        let about = [self.topic, self.audience, self.notes].into_iter().filter(|part| !part.is_empty());
        let phone = Contact {
            kind: ContactKind::Phone,
            value: tidy_contact(ContactKind::Phone, self.number),
            note: self.cost.to_owned(),
            private: false,
        };
        let hours = match self.hours {
            "24/7" => Hours::always(),
            words => Hours { weekly: Vec::new(), words: words.to_owned() },
        };
        Entry {
            id: format!("helpline:{key}"),
            name: self.name.to_owned(),
            kinds: vec![Kind::Relay],
            contacts: if self.number.is_empty() { Vec::new() } else { vec![phone] },
            about: about.collect::<Vec<_>>().join(" · "),
            offer: Offer {
                languages: vec!["fr".to_owned()],
                modes: vec![Mode::ByTelephone],
                fees: if self.cost == "gratuit" { vec![Fee::Free] } else { Vec::new() },
                hours,
                ..Offer::default()
            },
            keeping: Keeping { source: self.source.to_owned(), ..Keeping::default() },
            ..Entry::default()
        }
    }
}

fn read(row: &'static str) -> Option<Helpline> {
    let mut cells = row.split(';');
    Some(Helpline {
        number: cells.next()?,
        name: cells.next()?,
        topic: cells.next()?,
        audience: cells.next()?,
        hours: cells.next()?,
        cost: cells.next()?,
        notes: cells.next()?,
        source: cells.next()?,
        last_checked: cells.next()?,
        verified: cells.next()? == "yes",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read_and_none_is_passed_off_as_confirmed() {
        let helplines = helplines();
        assert_eq!(helplines.len(), rows(HELPLINES).count());
        assert!(helplines.iter().all(|line| !line.verified && !line.name.is_empty() && !line.source.is_empty()));
        assert!(helplines.iter().all(|line| line.number.bytes().all(|byte| byte.is_ascii_digit())));
        assert!(helplines.iter().all(|line| line.last_checked.len() == 10));
        let ids: std::collections::BTreeSet<_> = helplines.iter().map(|line| line.entry().id).collect();
        assert_eq!(ids.len(), helplines.len(), "each is an entry of its own");
        assert!(helplines.iter().all(|line| line.entry().keeping.confirmed.is_none()));
        let phone = |number: &str| {
            let line = helplines.iter().find(|line| line.number == number).unwrap();
            line.entry().phone().unwrap().to_owned()
        };
        assert_eq!((phone("3114"), phone("0145394000")), ("3114".to_owned(), "01 45 39 40 00".to_owned()));
        for number in ["15", "112", "3114"] {
            assert!(helplines.iter().any(|line| line.number == number), "{number}");
        }
    }
}
