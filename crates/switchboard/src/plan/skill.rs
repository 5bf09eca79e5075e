//! What a listener can do, and what a caller wants of one.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// A skill: a kind and a value, such as `language:en`, `audience:student`, `theme:grief` or `role:regulator`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Skill(String);

impl Skill {
    /// Longest kind or value, in characters.
    const LONGEST: usize = 40;

    /// The skill written so.
    ///
    /// # Errors
    /// Words that say what a skill looks like.
    pub fn read(text: &str) -> Result<Self, String> {
        let part = |part: &str| {
            !part.is_empty()
                && part.len() <= Self::LONGEST
                && part.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-')
        };
        match text.split_once(':') {
            Some((kind, value)) if part(kind) && part(value) => Ok(Self(text.to_owned())),
            Some(_) | None => Err(format!(
                "'{text}' is no skill: write a kind and a value in lower-case letters, such as \"language:en\""
            )),
        }
    }

    /// A role among the people who answer.
    #[must_use]
    pub fn role(value: &str) -> Self {
        Self(format!("role:{value}"))
    }

    /// A language.
    #[must_use]
    pub fn language(value: &str) -> Self {
        Self(format!("language:{value}"))
    }

    /// The part before the colon.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.0.split_once(':').map_or("", |(kind, _)| kind)
    }

    /// The part after the colon.
    #[must_use]
    pub fn value(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, value)| value)
    }
}

impl fmt::Display for Skill {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl TryFrom<String> for Skill {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::read(&text)
    }
}

impl From<Skill> for String {
    fn from(skill: Skill) -> Self {
        skill.0
    }
}

/// The skills of one listener, each with a level from 1 (beginning) to 3 (experienced).
pub type Skills = BTreeMap<Skill, u8>;

/// A skill at a level, or a higher one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AtLeast {
    /// The skill.
    pub skill: Skill,
    /// 1 to 3.
    pub level: u8,
}

impl AtLeast {
    /// Whether these skills have it.
    #[must_use]
    pub fn met_by(&self, skills: &Skills) -> bool {
        skills.get(&self.skill).is_some_and(|level| *level >= self.level)
    }
}

impl fmt::Display for AtLeast {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.level > 1 { write!(out, "{}>={}", self.skill, self.level) } else { write!(out, "{}", self.skill) }
    }
}

/// What a listener must have: every clause, each by at least one of its alternatives. Written such as
/// `role:regulator & (language:en>=2 | language:es)`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Requirement {
    clauses: Vec<Vec<AtLeast>>,
}

impl Requirement {
    /// Most alternatives in all.
    const MOST: usize = 50;

    /// Nothing: anybody will do.
    #[must_use]
    pub fn nothing() -> Self {
        Self::default()
    }

    /// One skill.
    #[must_use]
    pub fn one(skill: Skill) -> Self {
        Self { clauses: vec![vec![AtLeast { skill, level: 1 }]] }
    }

    /// Whether nothing is required.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.clauses.is_empty()
    }

    /// Whether these skills are enough.
    #[must_use]
    pub fn met_by(&self, skills: &Skills) -> bool {
        self.clauses.iter().all(|clause| clause.iter().any(|one| one.met_by(skills)))
    }

    /// Reads what [`Display`](fmt::Display) writes.
    ///
    /// # Errors
    /// Words that say what cannot be read.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut clauses = Vec::new();
        for clause in text.split('&').map(str::trim).filter(|clause| !clause.is_empty()) {
            let inner = clause.strip_prefix('(').and_then(|clause| clause.strip_suffix(')')).unwrap_or(clause);
            let one = |text: &str| {
                let text = text.trim();
                let (skill, level) = text.split_once(">=").unwrap_or((text, "1"));
                let level = level.trim().parse::<u8>().ok().filter(|level| (1..=3).contains(level));
                let level = level.ok_or_else(|| format!("'{text}': a level is 1, 2 or 3"))?;
                Ok(AtLeast { skill: Skill::read(skill.trim())?, level })
            };
            clauses.push(inner.split('|').map(one).collect::<Result<Vec<_>, String>>()?);
        }
        if clauses.iter().map(Vec::len).sum::<usize>() > Self::MOST {
            return Err(format!("more than {} skills in one requirement", Self::MOST));
        }
        Ok(Self { clauses })
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, clause) in self.clauses.iter().enumerate() {
            let alternatives: Vec<String> = clause.iter().map(AtLeast::to_string).collect();
            let and = if index == 0 { "" } else { " & " };
            if alternatives.len() > 1 {
                write!(out, "{and}({})", alternatives.join(" | "))?;
            } else {
                write!(out, "{and}{}", alternatives.join(""))?;
            }
        }
        Ok(())
    }
}

impl TryFrom<String> for Requirement {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::read(&text)
    }
}

impl From<Requirement> for String {
    fn from(requirement: Requirement) -> Self {
        requirement.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skills(list: &[(&str, u8)]) -> Skills {
        list.iter().map(|(skill, level)| (Skill::read(skill).unwrap(), *level)).collect()
    }

    #[test]
    fn every_clause_must_be_met_by_one_of_its_alternatives() {
        let requirement = Requirement::read("role:regulator & (language:en>=2 | language:es)").unwrap();
        assert!(requirement.met_by(&skills(&[("role:regulator", 1), ("language:en", 2)])));
        assert!(requirement.met_by(&skills(&[("role:regulator", 3), ("language:es", 1)])));
        assert!(!requirement.met_by(&skills(&[("role:regulator", 1), ("language:en", 1)])));
        assert!(!requirement.met_by(&skills(&[("language:es", 3)])));
        assert!(Requirement::nothing().met_by(&Skills::new()));
    }

    #[test]
    fn a_requirement_is_read_as_it_is_written() {
        for text in ["", "role:regulator", "role:regulator & (language:en>=2 | language:es)", "(a:b | c:d) & e:f>=3"] {
            assert_eq!(Requirement::read(text).unwrap().to_string(), text);
        }
        for wrong in ["regulator", "role:", ":x", "role:R", "role:x>=4", "role:x>=0", "role:x | ", "role:x & ( | )"] {
            assert!(Requirement::read(wrong).is_err(), "{wrong}");
        }
        assert!(Requirement::read(&vec!["a:b"; 51].join(" & ")).is_err());
    }
}
