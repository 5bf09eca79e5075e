//! Consultations that a service pays for: the schemes, and the codes by which somebody whom nobody knows may have one.

use crate::{Audience, Caller, Kind, RULE_AUDIENCES, Wording};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The most consultations that a scheme may pay for one person.
pub const MOST_PER_PERSON: u32 = 20;
/// The longest that a code may be good for, in days.
pub const LONGEST_GOOD: u32 = 730;

/// A scheme that pays for consultations.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scheme {
    /// What it is called.
    pub name: Wording,
    /// Whom it is for; everybody, if nobody is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<Audience>,
    /// By whom a consultation may be given; anybody, if none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Kind>,
    /// The first day on which codes are given, as ISO 8601 writes a date.
    pub from: String,
    /// The last day.
    pub until: String,
    /// How many consultations one person may have. Nobody knows who a caller is: it is how many codes a call may give.
    pub per_person: u32,
    /// What a consultation is paid, in cents.
    pub price_cents: i64,
    /// What may be spent in all, in cents; without it there is no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget_cents: Option<i64>,
    /// For how many days a code is good from the day on which it is given.
    pub good_for_days: u32,
    /// The address of a room for a consultation from afar, with `{room}` where the name of the room goes; empty if there is
    /// none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub room: String,
    /// What the professional is told: how they are paid, whom to ask.
    #[serde(default, skip_serializing_if = "Wording::is_empty")]
    pub terms: Wording,
}

/// What may be wrong with a scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemeWrong {
    /// It has no name in French.
    NoName,
    /// It is for an audience that a record does not tell.
    UnknownAudience,
    /// Its days are none, or the last comes before the first.
    BadPeriod,
    /// The number of consultations for one person is none that may be.
    BadPerPerson,
    /// The price is none that may be.
    BadPrice,
    /// The budget does not pay for one consultation.
    BadBudget,
    /// The days for which a code is good are none that may be.
    BadGoodFor,
    /// The address of the room does not begin with `https://`, or has no `{room}`.
    BadRoom,
}

impl Scheme {
    /// Everything that is wrong with it.
    #[must_use]
    pub fn check(&self) -> Vec<SchemeWrong> {
        use SchemeWrong::{BadBudget, BadGoodFor, BadPerPerson, BadPeriod, BadPrice, BadRoom, NoName, UnknownAudience};
        let room_is_good = self.room.is_empty() || (self.room.starts_with("https://") && self.room.contains("{room}"));
        let found = [
            (self.name.fr.trim().is_empty(), NoName),
            (self.audience.is_some_and(|audience| !RULE_AUDIENCES.contains(&audience)), UnknownAudience),
            (
                !(crate::form::is_day(&self.from) && crate::form::is_day(&self.until)) || self.until < self.from,
                BadPeriod,
            ),
            (!(1..=MOST_PER_PERSON).contains(&self.per_person), BadPerPerson),
            (!(1..=1_000_000).contains(&self.price_cents), BadPrice),
            (self.budget_cents.is_some_and(|budget| budget < self.price_cents), BadBudget),
            (!(1..=LONGEST_GOOD).contains(&self.good_for_days), BadGoodFor),
            (!room_is_good, BadRoom),
        ];
        found.into_iter().filter(|(wrong, _)| *wrong).map(|(_, wrong)| wrong).collect()
    }

    /// Whether codes are given on a day, as ISO 8601 writes a date.
    #[must_use]
    pub fn is_open(&self, today: &str) -> bool {
        self.from.as_str() <= today && today <= self.until.as_str()
    }

    /// Whether it is for a caller. One who said nothing of themselves may be anybody, and the listener has asked.
    #[must_use]
    pub fn is_for(&self, caller: Caller) -> bool {
        self.audience.is_none_or(|audience| caller.is_of(audience))
    }

    /// The address of a room, if the scheme has rooms.
    #[must_use]
    pub fn room_address(&self, room: &str) -> Option<String> {
        (!self.room.is_empty()).then(|| self.room.replace("{room}", room))
    }
}

/// What is said over the telephone and heard right: no letter that sounds or looks like a digit. There are 31, a prime, so
/// that the check letter finds every single wrong letter and every two that changed places.
const LETTERS: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
/// How many letters of a code are drawn; 31 to the power of 11 is more than 2 to the power of 54.
const DRAWN: usize = 11;

/// The code of one consultation: eleven letters of chance and one that checks them. It is a secret: it cannot be printed but on
/// purpose.
#[derive(Clone, PartialEq, Eq)]
pub struct ConsultationCode([u8; DRAWN + 1]);

impl ConsultationCode {
    /// A code from chance.
    #[must_use]
    pub fn draw(chance: u128) -> Self {
        let (mut rest, mut numbers) = (chance, [0_u8; DRAWN]);
        for number in &mut numbers {
            // The bias of the remainder is below 2 to the power of -70.
            *number = u8::try_from(rest % 31).unwrap_or(0);
            rest /= 31;
        }
        Self::of(numbers)
    }

    fn of(numbers: [u8; DRAWN]) -> Self {
        let letter = |number: u8| LETTERS.get(usize::from(number)).copied().unwrap_or(b'2');
        let mut code = [letter(check(&numbers)); DRAWN + 1];
        for (place, number) in code.iter_mut().zip(numbers) {
            *place = letter(number);
        }
        Self(code)
    }

    /// The code that somebody typed, however they grouped it; `None` if there is a mistake in it.
    #[must_use]
    pub fn read(typed: &str) -> Option<Self> {
        let mut letters = typed.chars().filter(|sign| !sign.is_whitespace() && !matches!(sign, '-' | '.' | '\u{2011}'));
        let mut numbers = [0_u8; DRAWN + 1];
        for number in &mut numbers {
            let letter = u8::try_from(letters.next()?.to_ascii_uppercase()).ok()?;
            *number = u8::try_from(LETTERS.iter().position(|known| *known == letter)?).ok()?;
        }
        let (drawn, last) = numbers.split_first_chunk::<DRAWN>()?;
        (letters.next().is_none() && [check(drawn)] == *last).then(|| Self::of(*drawn))
    }

    /// The letters, as they are kept as a secret's fingerprint.
    #[must_use]
    pub fn secret(&self) -> String {
        self.0.iter().map(|letter| char::from(*letter)).collect()
    }

    /// The code in groups of four, as it is read aloud.
    #[must_use]
    pub fn in_groups(&self) -> String {
        let groups: Vec<String> =
            self.0.chunks(4).map(|group| group.iter().map(|letter| char::from(*letter)).collect()).collect();
        groups.join("-")
    }
}

impl fmt::Debug for ConsultationCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ConsultationCode")
    }
}

/// Each number weighs as its place, counted from two: all weights and their differences are prime to 31.
fn check(numbers: &[u8; DRAWN]) -> u8 {
    let sum: u32 = (2..).zip(numbers).map(|(weight, number)| weight * u32::from(*number)).sum();
    u8::try_from(sum % 31).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Profession;

    fn scheme() -> Scheme {
        Scheme {
            name: Wording::new("Deux consultations pour chaque étudiant·e", ""),
            audience: Some(Audience::Students),
            from: "2026-11-01".to_owned(),
            until: "2027-06-30".to_owned(),
            per_person: 2,
            price_cents: 6_000,
            budget_cents: Some(60_000),
            good_for_days: 90,
            room: "https://salle.example/{room}".to_owned(),
            ..Scheme::default()
        }
    }

    #[test]
    fn a_code_is_read_as_it_is_said_and_a_mistake_in_it_is_found() {
        for chance in [0, 1, u128::MAX, 0x1234_5678_9abc_def0_1122_3344_5566_7788] {
            let code = ConsultationCode::draw(chance);
            let said = code.in_groups();
            assert_eq!(said.len(), 14);
            for typed in [said.clone(), said.to_lowercase(), said.replace('-', " "), format!(" {} ", code.secret())] {
                assert_eq!(ConsultationCode::read(&typed), Some(code.clone()), "{typed}");
            }
            let letters: Vec<char> = code.secret().chars().collect();
            for place in 0..letters.len() {
                for other in LETTERS.iter().map(|letter| char::from(*letter)).filter(|other| *other != letters[place]) {
                    let mut wrong = letters.clone();
                    wrong[place] = other;
                    assert_eq!(ConsultationCode::read(&wrong.iter().collect::<String>()), None);
                }
                if place + 1 < letters.len() && letters[place] != letters[place + 1] {
                    let mut swapped = letters.clone();
                    swapped.swap(place, place + 1);
                    assert_eq!(ConsultationCode::read(&swapped.iter().collect::<String>()), None, "{swapped:?}");
                }
            }
        }
        for none in ["", "0", "KX7M-P3QT-9WR", "KX7M-P3QT-9WRDD", "ééééééééèèèè", "222222222223"] {
            assert_eq!(ConsultationCode::read(none), None, "{none}");
        }
        assert_eq!(format!("{:?}", ConsultationCode::draw(7)), "ConsultationCode", "a secret is not printed");
    }

    #[test]
    fn a_scheme_is_checked_and_says_for_whom_and_when_it_is() {
        assert_eq!(scheme().check(), []);
        type Breaks = fn(&mut Scheme);
        let table: [(Breaks, SchemeWrong); 11] = [
            (|one| one.name.fr.clear(), SchemeWrong::NoName),
            (|one| one.audience = Some(Audience::Couples), SchemeWrong::UnknownAudience),
            (|one| one.from = "demain".to_owned(), SchemeWrong::BadPeriod),
            (|one| one.until = "2026-10-31".to_owned(), SchemeWrong::BadPeriod),
            (|one| one.per_person = 0, SchemeWrong::BadPerPerson),
            (|one| one.per_person = 21, SchemeWrong::BadPerPerson),
            (|one| one.price_cents = 0, SchemeWrong::BadPrice),
            (|one| one.budget_cents = Some(5_999), SchemeWrong::BadBudget),
            (|one| one.good_for_days = 0, SchemeWrong::BadGoodFor),
            (|one| one.room = "http://salle.example/{room}".to_owned(), SchemeWrong::BadRoom),
            (|one| one.room = "https://salle.example/".to_owned(), SchemeWrong::BadRoom),
        ];
        for (breaks, wrong) in table {
            let mut one = scheme();
            breaks(&mut one);
            assert_eq!(one.check(), [wrong]);
        }
        let student = Caller { profession: Some(Profession::Student), age_band: None };
        assert!(scheme().is_for(student) && !scheme().is_for(Caller::default()));
        assert!(Scheme { audience: None, ..scheme() }.is_for(Caller::default()));
        let open = ["2026-10-31", "2026-11-01", "2027-06-30", "2027-07-01"].map(|day| scheme().is_open(day));
        assert_eq!(open, [false, true, true, false]);
        assert_eq!(scheme().room_address("abc").as_deref(), Some("https://salle.example/abc"));
    }
}
