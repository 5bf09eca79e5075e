//! What entries are told apart by: kinds, languages, ways of meeting, prices. Entries that agree in all of it share one set, so
//! that a filter is decided once a set and not once an entry, and counting by facet is counting sets.

use crate::Entry;
use std::collections::HashMap;

/// What a filter or a count is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Facet {
    /// Kinds, as [`care::Kind`] keys.
    Kind,
    /// Languages, as codes of ISO 639.
    Language,
    /// Ways of meeting, as [`care::Mode`] keys.
    Mode,
    /// Prices, as [`care::Fee`] keys.
    Fee,
    /// For whom, as [`care::Audience`] keys. What names nobody is for everybody.
    Audience,
    /// Use with a disability, as [`care::Accessibility`] keys.
    Accessibility,
    /// Whether new people are accepted: « yes » or « no ».
    AcceptsNew,
    /// Who may read it: « public » or « house ».
    Reader,
    /// What it is foremost: a « person » or a « structure ».
    Nature,
}

impl Facet {
    /// Every facet, in the order in which screens show them.
    pub const ALL: [Self; 9] = [
        Self::Kind,
        Self::Language,
        Self::Mode,
        Self::Fee,
        Self::Audience,
        Self::Accessibility,
        Self::AcceptsNew,
        Self::Reader,
        Self::Nature,
    ];

    fn letter(self) -> char {
        match self {
            Self::Kind => 'k',
            Self::Language => 'l',
            Self::Mode => 'm',
            Self::Fee => 'f',
            Self::Audience => 'a',
            Self::Accessibility => 'x',
            Self::AcceptsNew => 'n',
            Self::Reader => 'r',
            Self::Nature => 'p',
        }
    }
}

/// One value of a facet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Trait {
    /// Which facet.
    pub facet: Facet,
    /// The value's key.
    pub value: String,
}

impl Trait {
    /// A value of a facet.
    #[must_use]
    pub fn new(facet: Facet, value: &str) -> Self {
        Self { facet, value: value.to_owned() }
    }

    /// Of what everybody may read. Who looks for it is somebody outside the house.
    #[must_use]
    pub fn public() -> Self {
        Self::new(Facet::Reader, "public")
    }

    /// The trait as the index file has it: a letter and the value.
    pub(super) fn written(&self) -> String {
        format!("{}{}", self.facet.letter(), self.value)
    }

    pub(super) fn read(text: &str) -> Option<Self> {
        let mut letters = text.chars();
        let letter = letters.next()?;
        let facet = Facet::ALL.into_iter().find(|facet| facet.letter() == letter)?;
        Some(Self::new(facet, letters.as_str()))
    }

    /// Everything that an entry is told apart by.
    #[must_use]
    pub fn of(entry: &Entry) -> Vec<Self> {
        let offer = &entry.offer;
        let mut traits: Vec<_> = entry.kinds.iter().map(|kind| Self::new(Facet::Kind, kind.key())).collect();
        traits.extend(offer.languages.iter().map(|code| Self::new(Facet::Language, code)));
        traits.extend(offer.modes.iter().map(|mode| Self::new(Facet::Mode, mode.key())));
        traits.extend(offer.fees.iter().map(|fee| Self::new(Facet::Fee, fee.key())));
        traits.extend(offer.audiences.iter().map(|audience| Self::new(Facet::Audience, audience.key())));
        traits.extend(offer.accessibility.iter().map(|access| Self::new(Facet::Accessibility, access.key())));
        let yes_or_no = offer.accepts_new.map(|accepts| if accepts { "yes" } else { "no" });
        traits.extend(yes_or_no.map(|word| Self::new(Facet::AcceptsNew, word)));
        traits.push(Self::new(Facet::Reader, if entry.keeping.hidden { "house" } else { "public" }));
        let person = entry.kind().is_some_and(care::Kind::is_person);
        traits.push(Self::new(Facet::Nature, if person { "person" } else { "structure" }));
        traits
    }
}

/// All the sets of traits that entries have.
#[derive(Debug, Clone, Default)]
pub(super) struct TraitSets {
    /// Every trait, by its number.
    pub(super) traits: Vec<Trait>,
    numbers: HashMap<Trait, u16>,
    /// The numbers of each set's traits, in order, one set after the other.
    pub(super) members: Vec<u16>,
    /// Where each set ends in `members`.
    pub(super) ends: Vec<u32>,
    known: HashMap<Vec<u16>, u32>,
}

impl TraitSets {
    /// The number of the set that an entry has.
    pub(super) fn set_of(&mut self, entry: &Entry) -> u32 {
        let mut set: Vec<u16> = Trait::of(entry).into_iter().filter_map(|one| self.number(one)).collect();
        set.sort_unstable();
        set.dedup();
        if let Some(known) = self.known.get(&set) {
            return *known;
        }
        let number = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        self.members.extend_from_slice(&set);
        self.ends.push(u32::try_from(self.members.len()).unwrap_or(u32::MAX));
        self.known.insert(set, number);
        number
    }

    /// The number of a trait, a new one if it was not seen before. More than 65,535 different ones are not told apart: that
    /// many languages and kinds are no directory, and whoever made them is told by the import.
    fn number(&mut self, one: Trait) -> Option<u16> {
        if let Some(number) = self.numbers.get(&one) {
            return Some(*number);
        }
        let number = u16::try_from(self.traits.len()).ok()?;
        self.numbers.insert(one.clone(), number);
        self.traits.push(one);
        Some(number)
    }

    /// The sets as a file has them.
    pub(super) fn from_parts(traits: Vec<Trait>, members: Vec<u16>, ends: Vec<u32>) -> Self {
        let numbered = traits.iter().cloned().zip(0_u16..);
        Self { numbers: numbered.collect(), traits, members, ends, known: HashMap::new() }
    }

    /// Lets go of what only building needs.
    pub(super) fn settle(&mut self) {
        self.known = HashMap::new();
        self.members.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    /// For each set, whether it has one of each of these groups of traits, and nothing is said of those without.
    pub(super) fn having(&self, groups: &[Vec<Trait>]) -> Vec<bool> {
        let numbers = |group: &Vec<Trait>| group.iter().filter_map(|one| self.numbers.get(one).copied()).collect();
        let groups: Vec<Vec<u16>> = groups.iter().map(numbers).collect();
        let has = |set: usize| {
            let members = self.members(set);
            groups.iter().all(|group| members.iter().any(|number| group.contains(number)))
        };
        (0..self.ends.len()).map(has).collect()
    }

    /// The traits of a set.
    pub(super) fn members(&self, set: usize) -> &[u16] {
        let end = self.ends.get(set).copied().unwrap_or(0) as usize;
        let start = set.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0) as usize;
        self.members.get(start..end).unwrap_or_default()
    }

    /// The mark of a set in the boxes of the tree: of 64 bits, those of its traits.
    pub(super) fn mask(&self, set: u32) -> u64 {
        self.members(set as usize).iter().fold(0, |mask, number| mask | bit(*number))
    }

    /// What a search asks of traits, decided for each set.
    pub(super) fn filter(&self, wanted: &[Trait]) -> Filter {
        let mut groups: Vec<Group> = Vec::new();
        for one in wanted {
            let group = match groups.iter_mut().find(|group| group.facet == one.facet) {
                Some(group) => group,
                None => {
                    groups.push(Group { facet: one.facet, numbers: Vec::new() });
                    let Some(last) = groups.last_mut() else { continue };
                    last
                }
            };
            group.numbers.extend(self.numbers.get(one));
        }
        let facet = |number: &u16| self.traits.get(usize::from(*number)).map(|one| one.facet);
        let answers = |group: &Group, members: &[u16]| {
            let meets = members.iter().any(|number| group.numbers.contains(number));
            // What names no audience is for everybody.
            meets || (group.facet == Facet::Audience && !members.iter().any(|one| facet(one) == Some(Facet::Audience)))
        };
        // For each set, which groups it fails: none to be found, and only its own facet's to be counted there.
        let fails = (0..self.ends.len()).map(|set| {
            let members = self.members(set);
            groups.iter().filter(|group| !answers(group, members)).map(|group| 1 << group.facet as u8).sum()
        });
        let fails: Vec<u16> = fails.collect();
        let masks = groups.iter().filter(|group| group.facet != Facet::Audience);
        let masks = masks.map(|group| group.numbers.iter().fold(0, |mask, number| mask | bit(*number))).collect();
        Filter { fails, masks }
    }
}

#[derive(Debug)]
struct Group {
    facet: Facet,
    numbers: Vec<u16>,
}

fn bit(number: u16) -> u64 {
    1 << (number % 64)
}

/// What a search asks of traits.
#[derive(Debug)]
pub(super) struct Filter {
    /// For each set, a bit for each facet that it fails.
    fails: Vec<u16>,
    /// Of each facet that is asked about, the marks of which a box must have one.
    masks: Vec<u64>,
}

impl Filter {
    /// Whether a set is looked for.
    pub(super) fn takes(&self, set: u32) -> bool {
        self.fails.get(set as usize) == Some(&0)
    }

    /// Whether a set is counted for a facet: it may fail that facet's own question, so that one sees what else there is.
    pub(super) fn counts(&self, set: u32, facet: Facet) -> bool {
        self.fails.get(set as usize).is_some_and(|fails| fails & !(1 << facet as u8) == 0)
    }

    /// Whether a box with these marks may hold anything that is looked for.
    pub(super) fn may_be_in(&self, mask: u64) -> bool {
        self.masks.iter().all(|wanted| wanted & mask != 0)
    }
}
