//! Other helplines and emergency numbers, as facts to be confirmed.

use crate::territory::rows;

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
        for number in ["15", "112", "3114"] {
            assert!(helplines.iter().any(|line| line.number == number), "{number}");
        }
    }
}
