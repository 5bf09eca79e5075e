//! As many professionals as one likes, spread as the population is: for trying out how fast a large directory is.

use super::{Chance, Crowd, Maker};
use crate::{Entry, Territory};
use care::Kind;

/// Kinds and how many of a hundred are of each, about as they are among those whom a helpline sends callers to.
const SHARES: [(Kind, u64); 9] = [
    (Kind::GeneralPractitioner, 34),
    (Kind::Psychologist, 28),
    (Kind::Nurse, 16),
    (Kind::Psychiatrist, 6),
    (Kind::Psychotherapist, 5),
    (Kind::SocialWorker, 4),
    (Kind::ChildPsychiatrist, 2),
    (Kind::Addictologist, 2),
    (Kind::OtherProfessional, 3),
];

/// Syllables of which names are made: two to four give some hundred thousand different ones, as families have.
const SYLLABLES: [&str; 28] = [
    "ba", "ber", "bo", "char", "dan", "de", "du", "fa", "fer", "gar", "ger", "lam", "le", "li", "mar", "mi", "mon",
    "nau", "pel", "per", "ri", "rou", "sau", "ser", "tin", "val", "ven", "vi",
];

/// Professionals without end: nobody in them exists. The same seed gives the same ones.
pub fn professionals(territory: Territory, seed: u64) -> impl Iterator<Item = Entry> {
    let crowd = Crowd::new(territory.communes());
    let mut maker = Maker { territory, chance: Chance(seed), made: Vec::new() };
    (0_u64..).filter_map(move |number| {
        let commune = crowd.draw(&mut maker.chance)?;
        let mut draw = maker.chance.below(100);
        let kind = SHARES.iter().find(|(_, share)| {
            let found = draw < *share;
            draw = draw.saturating_sub(*share);
            found
        });
        maker.add(kind.map_or(Kind::OtherProfessional, |(kind, _)| *kind), commune);
        let mut entry = maker.made.pop()?;
        entry.id = format!("rpps:8{number:010}");
        entry.name = format!("{} {}", maker.first_name(), surname(&mut maker.chance));
        Some(entry)
    })
}

fn surname(chance: &mut Chance) -> String {
    let count = 2 + chance.below(3);
    let mut name: String =
        (0..count).filter_map(|_| SYLLABLES.get(usize::try_from(chance.below(28)).unwrap_or(0)).copied()).collect();
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    name
}
