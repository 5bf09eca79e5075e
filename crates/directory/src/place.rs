//! A place as someone types it: a name, the beginning of one, a postcode, or the number of a département.

use crate::fold::{edits, fold};
use crate::{Commune, Departement, Point, Territory};
use care::DepartementCode;
use std::cmp::Reverse;

/// Where a caller is, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Place {
    /// In this commune.
    Commune(&'static Commune),
    /// Somewhere in this département.
    Departement(&'static Departement),
}

impl Place {
    /// The name of the place.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Commune(commune) => commune.name,
            Self::Departement(departement) => departement.name,
        }
    }

    /// A name that tells the place from its namesakes: « Saint-Étienne (42000) », « Loire (42) ».
    #[must_use]
    pub fn label(self) -> String {
        let code = match self {
            Self::Commune(commune) => commune.postcodes().next().unwrap_or(commune.code),
            Self::Departement(departement) => departement.code.key(),
        };
        format!("{} ({code})", self.name())
    }

    /// A short text that [`Territory::place`] turns back into the place; for links and forms.
    #[must_use]
    pub fn key(self) -> String {
        match self {
            Self::Commune(commune) => format!("c{}", commune.code),
            Self::Departement(departement) => format!("d{}", departement.code),
        }
    }

    /// The département of the place.
    #[must_use]
    pub fn departement(self) -> DepartementCode {
        match self {
            Self::Commune(commune) => commune.departement,
            Self::Departement(departement) => departement.code,
        }
    }

    /// The point from which distances are measured.
    #[must_use]
    pub fn point(self) -> Point {
        match self {
            Self::Commune(commune) => commune.point,
            Self::Departement(departement) => departement.centre,
        }
    }

    fn population(self) -> u64 {
        match self {
            Self::Commune(commune) => u64::from(commune.population),
            Self::Departement(departement) => departement.population,
        }
    }
}

impl Territory {
    /// The place that a [`Place::key`] stands for.
    #[must_use]
    pub fn place(self, key: &str) -> Option<Place> {
        if let Some(code) = key.strip_prefix('c') {
            self.commune(code).map(Place::Commune)
        } else {
            self.departement(key.strip_prefix('d')?).map(Place::Departement)
        }
    }

    /// The places that a typed text may mean, the likeliest first.
    ///
    /// Accents, capitals and hyphens do not matter, « st » is « saint », words may come in any order and be
    /// unfinished. Digits are the beginning of a postcode or the code of a département; « 42000 saint » is both.
    #[must_use]
    pub fn find_places(self, text: &str, limit: usize) -> Vec<Place> {
        let query = Query::read(text);
        let mut ranked = Vec::new();
        if query.words.is_empty() {
            self.rank_by_code(&query.digits, &mut ranked);
        } else {
            self.rank_by_name(&query, &mut ranked);
        }
        ranked
            .sort_by_key(|(rank, place)| (*rank, Reverse(place.population()), matches!(place, Place::Departement(_))));
        ranked.dedup_by_key(|(_, place)| place.key_parts());
        ranked.into_iter().take(limit).map(|(_, place)| place).collect()
    }

    /// The communes whose name is nearly what was typed, where none is: « Riems » is nearly Reims. The nearest come first, of those
    /// that are as near the largest.
    #[must_use]
    pub fn near_places(self, text: &str, limit: usize) -> Vec<Place> {
        let folded = fold(text);
        let allowed = match folded.chars().count() {
            0..=3 => return Vec::new(),
            4..=7 => 1,
            _ => 2,
        };
        let named = self.places().names.iter().zip(self.communes());
        let near = named.filter_map(|(name, commune)| {
            let many = edits(name, &folded);
            (many <= allowed).then_some((many, commune))
        });
        let mut found: Vec<_> = near.collect();
        found.sort_by_key(|(many, commune)| (*many, Reverse(commune.population)));
        found.into_iter().take(limit).map(|(_, commune)| Place::Commune(commune)).collect()
    }

    /// The other communes of the same name, the largest first: there are several Saint-Denis.
    #[must_use]
    pub fn namesakes(self, place: Place) -> Vec<Place> {
        let Place::Commune(one) = place else { return Vec::new() };
        let folded = fold(one.name);
        let named = self.places().names.iter().zip(self.communes());
        let same = named.filter(|(name, other)| **name == folded && other.code != one.code);
        let mut found: Vec<_> = same.map(|(_, commune)| commune).collect();
        found.sort_by_key(|commune| Reverse(commune.population));
        found.into_iter().map(Place::Commune).collect()
    }

    /// The départements whose postcodes begin so: two for « 20 », which is all of Corsica, and several for « 97 ».
    /// This is what a caller's first two digits on the telephone keys tell.
    #[must_use]
    pub fn departements_of_postcode_prefix(self, prefix: &str) -> Vec<&'static Departement> {
        let found = self.departements().iter().filter(|departement| {
            let code = departement.code.key();
            match (prefix, code) {
                ("", _) => false,
                (_, "2A" | "2B") if prefix.starts_with("20") => true,
                _ => prefix.starts_with(code) || (prefix.len() == 2 && code.len() == 3 && code.starts_with(prefix)),
            }
        });
        found.collect()
    }

    fn rank_by_code(self, digits: &str, ranked: &mut Vec<(Rank, Place)>) {
        if digits.len() <= 3 {
            let exact = self.departement(digits).into_iter();
            ranked.extend(exact.map(|departement| (Rank::Exact, Place::Departement(departement))));
            let others = self.departements_of_postcode_prefix(digits).into_iter();
            let others = others.filter(|departement| digits.len() == 2 && departement.code.key() != digits);
            ranked.extend(others.map(|departement| (Rank::Start, Place::Departement(departement))));
        }
        if digits.len() >= 2 {
            for (postcode, place) in self.places().with_postcode(digits) {
                let rank = if *postcode == digits { Rank::Exact } else { Rank::Word };
                ranked.extend(self.communes().get(*place).map(|commune| (rank, Place::Commune(commune))));
            }
        }
        // A commune has several postcodes; sorting by population alone would leave its repetitions apart.
        ranked.sort_by_key(|(rank, place)| (place.key_parts(), *rank));
        ranked.dedup_by_key(|(_, place)| place.key_parts());
    }

    fn rank_by_name(self, query: &Query, ranked: &mut Vec<(Rank, Place)>) {
        let mut seen = Vec::new();
        for start in self.places().with_rarest_word(&query.words) {
            seen.push(start.place);
        }
        seen.sort_unstable();
        seen.dedup();
        for index in seen {
            let Some(name) = self.places().names.get(index) else {
                continue;
            };
            let Some(rank) = query.rank(name) else {
                continue;
            };
            let communes = self.communes().len();
            let place = match self.communes().get(index) {
                Some(commune) => Some(Place::Commune(commune)),
                None => self.departements().get(index.wrapping_sub(communes)).map(Place::Departement),
            };
            ranked.extend(place.filter(|place| query.allows(*place)).map(|place| (rank, place)));
        }
    }
}

impl Place {
    fn key_parts(self) -> (bool, &'static str) {
        match self {
            Self::Commune(commune) => (false, commune.code),
            Self::Departement(departement) => (true, departement.code.key()),
        }
    }
}

/// How well a name answers a text; the better, the smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// It is the name.
    Exact,
    /// The name begins so.
    Start,
    /// The text stands in the name, from the beginning of a word.
    Word,
    /// Every word of the text begins a word of the name.
    Scattered,
}

/// A typed text, taken apart.
#[derive(Debug, Default)]
struct Query {
    words: Vec<String>,
    text: String,
    digits: String,
}

impl Query {
    fn read(typed: &str) -> Self {
        let folded = fold(typed);
        let mut query = Self::default();
        for word in folded.split(' ').filter(|word| !word.is_empty() && *word != "cedex") {
            if word.bytes().all(|byte| byte.is_ascii_digit()) {
                query.digits.push_str(word);
            } else if !is_arrondissement(word) {
                query.words.push(word.to_owned());
            }
        }
        // The code of a Corsican département is its number, letter or not.
        if let [code] = query.words.as_slice()
            && query.digits.is_empty()
            && matches!(code.as_str(), "2a" | "2b")
        {
            query.digits = code.to_ascii_uppercase();
            query.words.clear();
        }
        query.text = query.words.join(" ");
        query
    }

    fn rank(&self, name: &str) -> Option<Rank> {
        if name == self.text {
            return Some(Rank::Exact);
        }
        if name.starts_with(&self.text) {
            return Some(Rank::Start);
        }
        let follows_a_space = |place: usize| name.get(..place).is_some_and(|before| before.ends_with(' '));
        if name.match_indices(&self.text).any(|(place, _)| follows_a_space(place)) {
            return Some(Rank::Word);
        }
        let begins_a_word = |word: &String| name.split(' ').any(|other| other.starts_with(word.as_str()));
        self.words.iter().all(begins_a_word).then_some(Rank::Scattered)
    }

    /// Digits beside a name narrow it; one or two of them beside a town are its arrondissement, and say nothing more.
    fn allows(&self, place: Place) -> bool {
        match place {
            _ if self.digits.len() < 3 => true,
            Place::Commune(commune) => commune.postcodes().any(|postcode| postcode.starts_with(&self.digits)),
            Place::Departement(_) => false,
        }
    }
}

/// « 3e », « 1er », « 12ème »: part of a town that is one commune.
fn is_arrondissement(word: &str) -> bool {
    let number = word.trim_end_matches(|letter: char| !letter.is_ascii_digit());
    let ending = word.get(number.len()..).unwrap_or_default();
    (1..=2).contains(&number.len()) && matches!(ending, "e" | "er" | "eme")
}

/// Where a word begins in a folded name.
#[derive(Debug, Clone, Copy)]
struct WordStart {
    place: usize,
    offset: usize,
}

/// Names sorted by each of their words, so that a search reads only what begins as it was typed.
#[derive(Debug)]
pub(crate) struct PlaceIndex {
    /// Folded names: those of the communes, then those of the départements.
    names: Vec<String>,
    starts: Vec<WordStart>,
    postcodes: Vec<(&'static str, usize)>,
}

impl PlaceIndex {
    pub(crate) fn new(communes: &[Commune], departements: &[Departement]) -> Self {
        let communes_names = communes.iter().map(|commune| fold(commune.name));
        let names: Vec<_> =
            communes_names.chain(departements.iter().map(|departement| fold(departement.name))).collect();
        let mut starts = Vec::with_capacity(names.len() * 3);
        for (place, name) in names.iter().enumerate() {
            starts.push(WordStart { place, offset: 0 });
            starts.extend(name.match_indices(' ').map(|(space, _)| WordStart { place, offset: space + 1 }));
        }
        starts.sort_by(|left, right| rest_of(&names, *left).cmp(rest_of(&names, *right)));
        let mut postcodes: Vec<_> = communes
            .iter()
            .enumerate()
            .flat_map(|(place, commune)| commune.postcodes().map(move |postcode| (postcode, place)))
            .collect();
        postcodes.sort_unstable();
        Self { names, starts, postcodes }
    }

    /// The beginnings of the word that the fewest names have: every name that is looked for is among them.
    fn with_rarest_word(&self, words: &[String]) -> &[WordStart] {
        let ranges = words.iter().map(|word| {
            let rest = |start: &WordStart| rest_of(&self.names, *start);
            span(&self.starts, |start| rest(start) < word.as_str(), |start| rest(start).starts_with(word.as_str()))
        });
        ranges.min_by_key(|range| range.len()).unwrap_or_default()
    }

    fn with_postcode(&self, prefix: &str) -> &[(&'static str, usize)] {
        span(&self.postcodes, |(postcode, _)| *postcode < prefix, |(postcode, _)| postcode.starts_with(prefix))
    }
}

fn rest_of(names: &[String], start: WordStart) -> &str {
    names.get(start.place).and_then(|name| name.get(start.offset..)).unwrap_or_default()
}

/// The part of a sorted list that comes after what is `before` and is `within`.
fn span<T>(sorted: &[T], before: impl Fn(&T) -> bool, within: impl Fn(&T) -> bool) -> &[T] {
    let tail = sorted.get(sorted.partition_point(before)..).unwrap_or_default();
    tail.get(..tail.partition_point(within)).unwrap_or_default()
}
