//! The form of a care record, as data: sections of fields that a service words, orders and changes itself.
//!
//! Some keys are known to the program, because figures count by them and the desk acts on them ([`WELL_KNOWN`]). All the
//! others belong to the service.

mod answers;
mod check;
mod standard;
mod written;

pub(crate) use answers::is_day;
pub use answers::{AnswerFault, Answers, FieldError, grade_of};
pub use check::{FormFault, FormWrong, Severity};

use crate::Wording;
use serde::{Deserialize, Serialize};

/// The most sections that a form may have.
pub const MOST_SECTIONS: usize = 20;
/// The most fields that a form may have: what a listener can look through beside a caller.
pub const MOST_FIELDS: usize = 60;
/// The most options that a field may have.
pub const MOST_OPTIONS: usize = 100;
/// The most steps that a scale may have.
pub const MOST_STEPS: i32 = 21;
/// The most characters that one text may have.
pub const LONGEST_TEXT: u32 = 4_000;
/// The most characters that all texts of a record may have: what a desk sends in one message.
pub const MOST_TEXT: u32 = 10_000;
/// The most lines that a text may show at once.
pub const MOST_LINES: u32 = 20;
/// The most characters of a label, a help or an option.
pub const LONGEST_WORDING: usize = 400;
/// The most characters of a key.
pub const LONGEST_KEY: usize = 40;

/// The keys that the program knows, and the kind that each must be. They are kept in columns of their own.
pub const WELL_KNOWN: &[(&str, &str)] = &[
    ("grade", "scale"),
    ("addiction", "tick"),
    ("themes", "choices"),
    ("profession", "profession"),
    ("place", "place"),
    ("age_band", "choice"),
    ("notes", "text"),
];

/// The form of a care record.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Its sections, in the order in which they are shown.
    #[serde(rename = "section", default)]
    pub sections: Vec<Section>,
}

/// Fields that stand together.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its stable name.
    pub key: String,
    /// What it is called.
    pub label: Wording,
    /// Its fields, in the order in which they are shown.
    #[serde(rename = "field", default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
}

/// One question of the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "written::WrittenField", into = "written::WrittenField")]
pub struct Field {
    /// Its stable name: small letters, digits and low lines. A key that has been answered never means something else.
    pub key: String,
    /// What it is called.
    pub label: Wording,
    /// A sentence for whoever fills it in; may be empty.
    pub help: Wording,
    /// What may be answered.
    pub kind: FieldKind,
    /// When it is shown; always, if nothing is said.
    pub shown_when: Option<Condition>,
    /// When it must be answered.
    pub required: Required,
}

/// What may be answered to a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    /// One of some options, or none.
    Choice {
        /// The options.
        options: Vec<Choice>,
    },
    /// Any number of some options.
    Choices {
        /// The options.
        options: Vec<Choice>,
    },
    /// A whole number.
    Scale {
        /// The least.
        from: i32,
        /// The most.
        to: i32,
        /// What each number means, from the least on; empty if the numbers speak for themselves.
        steps: Vec<Wording>,
    },
    /// Free text.
    Text {
        /// The most characters it may have.
        longest: u32,
        /// How many lines are shown at once; one is a single line.
        lines: u32,
    },
    /// A day.
    Date,
    /// A commune or a département.
    Place,
    /// One of the [professions](crate::Profession).
    Profession,
    /// Yes, or nothing said.
    Tick,
}

impl FieldKind {
    /// The words by which kinds are written, in the order in which they are offered.
    pub const WORDS: [&str; 8] = ["choice", "choices", "scale", "text", "date", "place", "profession", "tick"];

    /// The word of this kind.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Choice { .. } => "choice",
            Self::Choices { .. } => "choices",
            Self::Scale { .. } => "scale",
            Self::Text { .. } => "text",
            Self::Date => "date",
            Self::Place => "place",
            Self::Profession => "profession",
            Self::Tick => "tick",
        }
    }

    /// A kind as a new field has it, to be filled in; `None` if there is no such kind.
    #[must_use]
    pub fn usual(word: &str) -> Option<Self> {
        Some(match word {
            "choice" => Self::Choice { options: Vec::new() },
            "choices" => Self::Choices { options: Vec::new() },
            "scale" => Self::Scale { from: 0, to: 3, steps: Vec::new() },
            "text" => Self::Text { longest: 200, lines: 1 },
            "date" => Self::Date,
            "place" => Self::Place,
            "profession" => Self::Profession,
            "tick" => Self::Tick,
            _ => return None,
        })
    }

    /// The options, where there are some.
    #[must_use]
    pub fn options(&self) -> &[Choice] {
        match self {
            Self::Choice { options } | Self::Choices { options } => options,
            Self::Scale { .. } | Self::Text { .. } | Self::Date | Self::Place | Self::Profession | Self::Tick => &[],
        }
    }
}

/// One option of a field.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Its stable name, as records keep it.
    pub key: String,
    /// What it is called.
    pub label: Wording,
}

/// When a field is shown. It speaks of a field that comes before; one that is not shown itself answers nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "written::WrittenCondition", into = "written::WrittenCondition")]
pub struct Condition {
    /// The key of the field it depends on.
    pub field: String,
    /// What must be answered there.
    pub test: Test,
}

/// What must be answered for a condition to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// A number, this one or more.
    AtLeast(i32),
    /// One of these; « on » is a tick.
    OneOf(Vec<String>),
}

/// When a field must be answered.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "written::WrittenRequired", into = "written::WrittenRequired")]
pub enum Required {
    /// It may be left out: a listener does not ask what a caller does not say.
    #[default]
    Never,
    /// Before the record can be closed.
    Always,
    /// Before a record of one of these grades can be closed.
    Grades(Vec<u8>),
}

impl Form {
    /// Every field, in the order of the form.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.sections.iter().flat_map(|section| &section.fields)
    }

    /// The field with a key.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields().find(|field| field.key == key)
    }

    /// The same, to be changed.
    pub fn field_mut(&mut self, key: &str) -> Option<&mut Field> {
        self.sections.iter_mut().flat_map(|section| &mut section.fields).find(|field| field.key == key)
    }

    /// The section with a key.
    #[must_use]
    pub fn section(&self, key: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.key == key)
    }

    /// The keys of the fields before one: what its condition may speak of.
    #[must_use]
    pub fn before(&self, key: &str) -> Vec<&Field> {
        self.fields().take_while(|field| field.key != key).collect()
    }

    /// Moves a field one place up or down, over the border of its section where it stands at one. Answers whether there was
    /// room.
    pub fn move_field(&mut self, key: &str, up: bool) -> bool {
        let Some((section, place)) = self.sections.iter().enumerate().find_map(|(index, section)| {
            section.fields.iter().position(|field| field.key == key).map(|place| (index, place))
        }) else {
            return false;
        };
        let Some(own) = self.sections.get_mut(section) else { return false };
        let inside = if up { place.checked_sub(1) } else { Some(place + 1).filter(|next| *next < own.fields.len()) };
        if let Some(next) = inside {
            own.fields.swap(place, next);
            return true;
        }
        let neighbour = if up { section.checked_sub(1) } else { Some(section + 1) };
        let Some(neighbour) = neighbour.filter(|index| *index < self.sections.len()) else { return false };
        let Some(own) = self.sections.get_mut(section) else { return false };
        let field = own.fields.remove(place);
        if let Some(other) = self.sections.get_mut(neighbour) {
            let at = if up { other.fields.len() } else { 0 };
            other.fields.insert(at, field);
        }
        true
    }

    /// Moves a section one place up or down. Answers whether there was room.
    pub fn move_section(&mut self, key: &str, up: bool) -> bool {
        let Some(place) = self.sections.iter().position(|section| section.key == key) else { return false };
        let next = if up { place.checked_sub(1) } else { Some(place + 1) };
        let Some(next) = next.filter(|next| *next < self.sections.len()) else { return false };
        self.sections.swap(place, next);
        true
    }
}

/// Whether a key may be one: small letters, digits and low lines, a letter first.
#[must_use]
pub fn is_key(text: &str) -> bool {
    text.len() <= LONGEST_KEY
        && text.starts_with(|sign: char| sign.is_ascii_lowercase())
        && text.bytes().all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == b'_')
}
