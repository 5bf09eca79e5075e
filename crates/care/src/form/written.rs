//! How fields are written in JSON and TOML: flat, and strict, so that a word that was mistyped is told and not left out.

use super::{Choice, Condition, Field, FieldKind, Required, Test};
use crate::Wording;
use serde::{Deserialize, Serialize};

/// A field as it is written.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenField {
    key: String,
    kind: String,
    #[serde(default, skip_serializing_if = "is_never")]
    required: Required,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    longest: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lines: Option<u32>,
    label: Wording,
    #[serde(default, skip_serializing_if = "Wording::is_empty")]
    help: Wording,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shown_when: Option<Condition>,
    #[serde(rename = "option", default, skip_serializing_if = "Vec::is_empty")]
    options: Vec<Choice>,
    #[serde(rename = "step", default, skip_serializing_if = "Vec::is_empty")]
    steps: Vec<Wording>,
}

fn is_never(required: &Required) -> bool {
    *required == Required::Never
}

/// Why something that is written is no field. The words name what is wrong and nothing of what was written around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NotWritten(String);

impl std::fmt::Display for NotWritten {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<WrittenField> for Field {
    type Error = NotWritten;

    fn try_from(written: WrittenField) -> Result<Self, NotWritten> {
        let WrittenField { key, kind, required, from, to, longest, lines, label, help, shown_when, options, steps } =
            written;
        let stray = [
            ("from", from.is_some() && kind != "scale"),
            ("to", to.is_some() && kind != "scale"),
            ("step", !steps.is_empty() && kind != "scale"),
            ("longest", longest.is_some() && kind != "text"),
            ("lines", lines.is_some() && kind != "text"),
            ("option", !options.is_empty() && kind != "choice" && kind != "choices"),
        ];
        if let Some((name, _)) = stray.iter().find(|(_, stray)| *stray) {
            return Err(NotWritten(format!("field `{key}` of kind `{kind}` has no `{name}`")));
        }
        let missing = |name: &str| NotWritten(format!("field `{key}` of kind `{kind}` needs `{name}`"));
        let kind = match kind.as_str() {
            "choice" => FieldKind::Choice { options },
            "choices" => FieldKind::Choices { options },
            "scale" => FieldKind::Scale {
                from: from.ok_or_else(|| missing("from"))?,
                to: to.ok_or_else(|| missing("to"))?,
                steps,
            },
            "text" => {
                FieldKind::Text { longest: longest.ok_or_else(|| missing("longest"))?, lines: lines.unwrap_or(1) }
            }
            other => FieldKind::usual(other)
                .ok_or_else(|| NotWritten(format!("no kind of field; there are: {}", FieldKind::WORDS.join(", "))))?,
        };
        Ok(Self { key, label, help, kind, shown_when, required })
    }
}

impl From<Field> for WrittenField {
    fn from(field: Field) -> Self {
        let Field { key, label, help, kind, shown_when, required } = field;
        let word = kind.word().to_owned();
        let mut written = Self {
            key,
            kind: word,
            required,
            from: None,
            to: None,
            longest: None,
            lines: None,
            label,
            help,
            shown_when,
            options: Vec::new(),
            steps: Vec::new(),
        };
        match kind {
            FieldKind::Choice { options } | FieldKind::Choices { options } => written.options = options,
            FieldKind::Scale { from, to, steps } => {
                (written.from, written.to, written.steps) = (Some(from), Some(to), steps);
            }
            FieldKind::Text { longest, lines } => (written.longest, written.lines) = (Some(longest), Some(lines)),
            FieldKind::Date | FieldKind::Place | FieldKind::Profession | FieldKind::Tick => {}
        }
        written
    }
}

/// A condition as it is written.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenCondition {
    field: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at_least: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    one_of: Option<Vec<String>>,
}

impl TryFrom<WrittenCondition> for Condition {
    type Error = NotWritten;

    fn try_from(written: WrittenCondition) -> Result<Self, NotWritten> {
        let test = match (written.at_least, written.one_of) {
            (Some(least), None) => Test::AtLeast(least),
            (None, Some(keys)) => Test::OneOf(keys),
            _ => return Err(NotWritten("a condition has either `at_least` or `one_of`".to_owned())),
        };
        Ok(Self { field: written.field, test })
    }
}

impl From<Condition> for WrittenCondition {
    fn from(condition: Condition) -> Self {
        let (at_least, one_of) = match condition.test {
            Test::AtLeast(least) => (Some(least), None),
            Test::OneOf(keys) => (None, Some(keys)),
        };
        Self { field: condition.field, at_least, one_of }
    }
}

/// When a field must be answered, as it is written: a word, or grades.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum WrittenRequired {
    Word(String),
    Grades(Vec<u8>),
}

impl TryFrom<WrittenRequired> for Required {
    type Error = NotWritten;

    fn try_from(written: WrittenRequired) -> Result<Self, NotWritten> {
        match written {
            WrittenRequired::Word(word) if word == "never" => Ok(Self::Never),
            WrittenRequired::Word(word) if word == "always" => Ok(Self::Always),
            WrittenRequired::Word(_) => Err(NotWritten("`required` is never, always, or a list of grades".to_owned())),
            WrittenRequired::Grades(grades) => Ok(Self::Grades(grades)),
        }
    }
}

impl From<Required> for WrittenRequired {
    fn from(required: Required) -> Self {
        match required {
            Required::Never => Self::Word("never".to_owned()),
            Required::Always => Self::Word("always".to_owned()),
            Required::Grades(grades) => Self::Grades(grades),
        }
    }
}
