//! A menu: "if you are a student, press two".

use crate::{Digit, PromptName};

/// A menu of a line. A caller who presses nothing goes on all the same: nobody is lost for want of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Menu {
    /// The prompt that says the choices.
    pub prompt: PromptName,
    /// The choices.
    pub choices: Vec<Choice>,
    /// How long to wait for a key after the prompt, in milliseconds.
    pub wait: u32,
}

/// One choice of a menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The key.
    pub digit: Digit,
    /// The key word kept in the record and shown at the desk, such as `student`.
    pub choice: String,
}

impl Menu {
    /// What a key means here, if anything.
    #[must_use]
    pub fn choice(&self, digit: Digit) -> Option<&Choice> {
        self.choices.iter().find(|choice| choice.digit == digit)
    }
}
