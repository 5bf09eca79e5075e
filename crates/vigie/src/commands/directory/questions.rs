//! What a large directory is asked, and how long each answer takes.

use super::told;
use crate::commands::Stopwatch;
use crate::terminal::say;
use directory::index::{Facet, Listing, Query, Trait};
use directory::{Departement, Place, Territory};
use node::Directory;
use std::time::Duration;
use store::Store;

/// Kinds that are asked for, the frequent ones and a rare one.
const KINDS: [&str; 4] = ["psychologist", "general_practitioner", "psychiatrist", "addictologist"];
/// The ten largest communes are asked for in a question of their own.
const LARGEST: usize = 10;
/// How many pages of lists are asked for, and how many boards: each is a walk over everything.
const WALKS: u32 = 100;
const BOARDS: i64 = 10;
/// How many are wanted of each.
const WANTED: usize = 20;

/// Asks, and says for each kind of question how long the answers took: found, read from the store, ready to be shown.
pub(super) async fn ask(directory: &Directory, territory: Territory, count: u32) -> Result<(), String> {
    let mut communes: Vec<_> = territory.communes().iter().collect();
    communes.sort_by_key(|commune| std::cmp::Reverse(commune.population));
    let mut chance = Chance(7);
    let largest = communes.get(..LARGEST).unwrap_or_default();
    let kind = |chance: &mut Chance| vec![Trait::new(Facet::Kind, chance.pick(&KINDS).unwrap_or("psychologist"))];
    let names = names(directory, count, &mut chance).await?;
    for (what, make) in [
        ("20 nearest of a kind, anywhere", 0),
        ("20 nearest of a kind, ten largest towns", 1),
        ("20 nearest of a kind and a language", 2),
        ("beginning of a name", 3),
        ("name with a typing error", 4),
        ("beginning of a name, place and kind", 5),
    ] {
        let mut times = Vec::new();
        for seed in 0..u64::from(count) {
            let commune = if make == 1 { chance.pick(largest) } else { chance.pick(&communes) };
            let place = commune.map(Place::Commune);
            let name = chance.pick(&names).unwrap_or_default();
            let beginning: String = name.chars().take(3 + usize::try_from(seed % 3).unwrap_or(0)).collect();
            let query = match make {
                0 | 1 => Query { place, wanted: kind(&mut chance), ..Query::default() },
                2 => {
                    let mut wanted = kind(&mut chance);
                    wanted.push(Trait::new(Facet::Language, "uk"));
                    Query { place, wanted, ..Query::default() }
                }
                3 => Query { text: beginning, ..Query::default() },
                4 => Query { text: mistyped(&name), ..Query::default() },
                _ => Query { text: beginning, place, wanted: kind(&mut chance), ..Query::default() },
            };
            let query = Query { seed, limit: WANTED, ..query };
            let begun = Stopwatch::begin();
            let (found, _) = directory.search(&query).await.map_err(told)?;
            times.push(begun.read());
            drop(found);
        }
        tell(what, times);
    }
    let departements: Vec<_> = territory.departements().iter().collect();
    let mut times = Vec::new();
    for _ in 0..count {
        let place = chance.pick(&departements).map(Place::Departement);
        let begun = Stopwatch::begin();
        let facets =
            directory.facets(&Query { place, ..Query::default() }, &[Facet::Kind, Facet::Language, Facet::Fee]);
        times.push(begun.read());
        drop(facets);
    }
    tell("facets of a département", times);
    walks(directory, &departements, count, &mut chance).await
}

/// What programs that take a page after the other ask: far in a list of everything, and of a département.
async fn walks(
    directory: &Directory,
    departements: &[&Departement],
    count: u32,
    chance: &mut Chance,
) -> Result<(), String> {
    for (what, whole) in [("a page of the list of everything", true), ("a page of the list of a département", false)] {
        let mut times = Vec::new();
        for _ in 0..count.min(WALKS) {
            let departement = chance.pick(departements).filter(|_| !whole).map(|departement| departement.code);
            let skip =
                if whole { usize::try_from(chance.next()).unwrap_or(0) % directory.index().len().max(1) } else { 0 };
            let asked = Listing { departement, skip, limit: WANTED, ..Listing::default() };
            let begun = Stopwatch::begin();
            let (found, _) = directory.list_published(asked).await.map_err(told)?;
            times.push(begun.read());
            drop(found);
        }
        tell(what, times);
    }
    Ok(())
}

/// How long the store takes to count what is stale in each département, as the board of the keepers asks it.
pub(super) async fn stale(store: &Store) -> Result<(), String> {
    let mut times = Vec::new();
    for day in 0..BOARDS {
        let begun = Stopwatch::begin();
        store.stale_entries(day).await.map_err(told)?;
        times.push(begun.read());
    }
    tell("the board of what is stale", times);
    Ok(())
}

/// Says the median, the 99th of a hundred, and the longest of some times.
pub(super) fn tell(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: usize| times.get((times.len() * share / 100).min(times.len().saturating_sub(1)));
    let milliseconds = |time: Option<&Duration>| time.map_or(0.0, |time| time.as_secs_f64() * 1_000.0);
    say(&format!(
        "{what:<42} p50 {:7.2} ms  p99 {:7.2} ms  worst {:7.2} ms",
        milliseconds(at(50)),
        milliseconds(at(99)),
        milliseconds(times.last())
    ));
}

/// Family names that are in the directory.
async fn names(directory: &Directory, count: u32, chance: &mut Chance) -> Result<Vec<String>, String> {
    let seed = chance.next();
    let query = Query { limit: usize::try_from(count.min(500)).unwrap_or(500), seed, ..Query::default() };
    let (found, _) = directory.search(&query).await.map_err(told)?;
    let last = |name: &str| name.split(' ').next_back().unwrap_or_default().to_owned();
    Ok(found.iter().map(|found| last(&found.entry.name)).collect())
}

/// A name with two letters changed over.
fn mistyped(name: &str) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    if letters.len() > 4 {
        letters.swap(2, 3);
    }
    letters.into_iter().collect()
}

/// Chance that is the same in each run (SplitMix64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        let place = self.next().checked_rem(u64::try_from(from.len()).ok()?)?;
        from.get(usize::try_from(place).ok()?).cloned()
    }
}
