//! What a psychologist knows: grades, themes, professions, the form of a care record, and where each grade sends a caller
//! next.
//!
//! Everything here is a closed list, a pure rule, or data that a service writes itself ([`Protocol`]) with what is held of it. A value is written in databases, forms and exports by its
//! [`key`](Grade::key), which never changes; its label is for the eyes, in the [`Language`] of the reader.
//!
//! ```
//! use care::{Caller, Grade, Kind, Language, Protocol};
//!
//! let grade = Grade::try_from(3).unwrap();
//! assert_eq!(grade.label(Language::Fr), "Épuisement professionnel");
//! let protocol = Protocol::standard();
//! assert_eq!(protocol.advice(grade, Caller::default()).always, [Kind::GeneralPractitioner, Kind::Psychiatrist]);
//! ```

mod access;
mod closed_list;
mod departement;
mod emergency;
mod form;
mod grade;
mod guide;
mod need;
mod person;
mod profession;
mod protocol;
mod rule;
mod scheme;
mod signal;
mod theme;
mod wording;

pub use access::{Accessibility, Audience, Fee, Mode};
pub use departement::DepartementCode;
pub use emergency::{EmergencyNumber, EmergencyStep};
pub use form::{
    AnswerFault, Answers, Choice, Condition, Field, FieldError, FieldKind, Form, FormFault, FormWrong, LONGEST_KEY,
    LONGEST_TEXT, LONGEST_WORDING, MOST_FIELDS, MOST_LINES, MOST_OPTIONS, MOST_SECTIONS, MOST_STEPS, MOST_TEXT,
    Required, Section, Severity, Test, WELL_KNOWN, grade_of, is_key,
};
pub use grade::{Grade, NoSuchGrade};
pub use guide::{Guide, GuideFault, LONGEST_GUIDE, LONGEST_GUIDE_TITLE};
pub use need::Need;
pub use person::AgeBand;
pub use profession::Profession;
pub use protocol::{EmergencyWrong, MOST_EMERGENCY_STEPS, MOST_RULES, Protocol, ProtocolFault, RuleWrong};
pub use rule::{Advice, Caller, Kind, KindAnswer, RULE_AUDIENCES, Rule};
pub use scheme::{ConsultationCode, LONGEST_GOOD, MOST_PER_PERSON, Scheme, SchemeWrong};
pub use signal::{SignalCause, SignalOutcome, SignalStage, SignalTimes};
pub use theme::Theme;
pub use wording::Wording;

use serde::{Deserialize, Serialize};

/// The language of a label. Staff read French or English.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// French, the first language of the service.
    #[default]
    Fr,
    /// English.
    En,
}

/// A key that stands for no value of a closed list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownKey {
    /// The list that was asked.
    pub list: &'static str,
}

impl std::fmt::Display for UnknownKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The key itself is not shown: it comes from outside, and messages end up in logs.
        write!(formatter, "this key stands for no {}", self.list)
    }
}

impl std::error::Error for UnknownKey {}
