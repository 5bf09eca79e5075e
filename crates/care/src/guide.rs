//! Guides: what listeners, and the public where that is said, should know about rights, procedures, what to do if…

use crate::{Audience, Language};
use serde::{Deserialize, Serialize};

/// The longest title of a guide, in characters.
pub const LONGEST_GUIDE_TITLE: usize = 160;
/// The longest text of a guide, in characters.
pub const LONGEST_GUIDE: usize = 60_000;

/// A guide, as somebody wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Guide {
    /// Its title.
    pub title: String,
    /// Its text, in Markdown.
    pub text: String,
    /// The language that it is written in.
    pub language: Language,
    /// Whom it is about; empty for everybody.
    pub audiences: Vec<Audience>,
    /// Whether everybody may read it, and not listeners alone.
    pub public: bool,
    /// Who keeps it right: a name or a mail address of the house.
    pub owner: String,
    /// The day by which it is to be looked through again, as days since 1970-01-01.
    pub review_by: Option<i32>,
}

/// What is wrong with a guide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GuideFault {
    /// It has no title.
    NoTitle,
    /// Its title is longer than [`LONGEST_GUIDE_TITLE`].
    LongTitle,
    /// It says nothing.
    NoText,
    /// Its text is longer than [`LONGEST_GUIDE`].
    LongText,
    /// Nobody keeps it, or nobody is to look through it again: it is published and would grow old unseen.
    NobodyKeepsIt,
}

impl Guide {
    /// What is wrong with it; more is asked of one that is published than of a draft.
    #[must_use]
    pub fn check(&self, published: bool) -> Vec<GuideFault> {
        let (title, text) = (self.title.trim(), self.text.trim());
        let faults = [
            (title.is_empty(), GuideFault::NoTitle),
            (title.chars().count() > LONGEST_GUIDE_TITLE, GuideFault::LongTitle),
            (published && text.is_empty(), GuideFault::NoText),
            (text.chars().count() > LONGEST_GUIDE, GuideFault::LongText),
            (published && (self.owner.trim().is_empty() || self.review_by.is_none()), GuideFault::NobodyKeepsIt),
        ];
        faults.into_iter().filter(|(wrong, _)| *wrong).map(|(_, fault)| fault).collect()
    }

    /// Whether it was to be looked through before today.
    #[must_use]
    pub fn is_stale(&self, today: i32) -> bool {
        self.review_by.is_some_and(|day| day < today)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_may_be_unfinished_and_what_is_published_may_not() {
        let guide = Guide { title: "Arrêt de travail".to_owned(), ..Guide::default() };
        assert_eq!(guide.check(false), []);
        assert_eq!(guide.check(true), [GuideFault::NoText, GuideFault::NobodyKeepsIt]);
        assert_eq!(Guide::default().check(false), [GuideFault::NoTitle]);
        let long = Guide { title: "é".repeat(161), text: "x".repeat(60_001), ..guide.clone() };
        assert_eq!(long.check(false), [GuideFault::LongTitle, GuideFault::LongText]);
        let whole = Guide { text: "…".to_owned(), owner: "Camille".to_owned(), review_by: Some(20_800), ..guide };
        assert_eq!(whole.check(true), []);
        assert!(whole.is_stale(20_801) && !whole.is_stale(20_800));
    }
}
