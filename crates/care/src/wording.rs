//! A text that people of the service write themselves, in each language that staff read.

use crate::Language;
use serde::{Deserialize, Serialize};

/// A text in each language. It is written with ordinary spaces: whoever shows it places those that never break.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Wording {
    /// In French.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub fr: String,
    /// In English.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub en: String,
}

impl Wording {
    /// A text in both languages.
    #[must_use]
    pub fn new(fr: &str, en: &str) -> Self {
        Self { fr: fr.to_owned(), en: en.to_owned() }
    }

    /// The text for a reader: in the other language where it is missing in theirs, because a word that can be looked up is
    /// better than none.
    #[must_use]
    pub fn of(&self, language: Language) -> &str {
        let (own, other) = match language {
            Language::Fr => (&self.fr, &self.en),
            Language::En => (&self.en, &self.fr),
        };
        if own.trim().is_empty() { other } else { own }
    }

    /// The language in which it comes out for a reader.
    #[must_use]
    pub fn spoken(&self, language: Language) -> Language {
        match language {
            Language::Fr if self.fr.trim().is_empty() && !self.en.trim().is_empty() => Language::En,
            Language::En if self.en.trim().is_empty() && !self.fr.trim().is_empty() => Language::Fr,
            own => own,
        }
    }

    /// Whether it says nothing in any language.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fr.trim().is_empty() && self.en.trim().is_empty()
    }

    /// The length of its longer text, in characters.
    pub(crate) fn longest(&self) -> usize {
        self.fr.chars().count().max(self.en.chars().count())
    }
}
