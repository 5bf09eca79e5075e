//! The protocol of a service: what its listeners write, and what they do next. It is data, with a number, and a service
//! changes it itself.

use crate::Form;
use serde::{Deserialize, Serialize};

/// A protocol.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Protocol {
    /// Its number; records keep it, so that they are read by the form that they were written with.
    #[serde(default)]
    pub version: i64,
    /// The form of a care record.
    pub form: Form,
}

impl Protocol {
    /// The protocol that a new service begins with.
    #[must_use]
    pub fn standard() -> Self {
        Self { version: 0, form: Form::standard() }
    }
}

impl Default for Protocol {
    fn default() -> Self {
        Self::standard()
    }
}
