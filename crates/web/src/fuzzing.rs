//! A door for the fuzz targets under `fuzz/`: the readers of what people and pages send. Built with the feature `fuzzing`
//! alone, which no part of the product asks for.

use crate::words::{Language, Words};
use crate::{desk, guides, office, open, public};
use serde_json::Value;
use switchboard::{Field, Plan};

const WORDS: Words = Words(Language::Fr);

/// A plan as the office takes it in from TOML, or why not.
///
/// # Errors
/// Words.
pub fn plan(text: &str) -> Result<Plan, String> {
    office::plan_of(WORDS, text)
}

/// A plan as the office gives it out.
#[must_use]
pub fn plan_written(plan: &Plan) -> Option<String> {
    office::plan_text(plan)
}

/// A protocol as the office takes it in from TOML, drawn, and as it gives it out again; or why not.
///
/// # Errors
/// Words.
pub fn protocol(text: &str) -> Result<String, String> {
    office::protocol_again(WORDS, text)
}

/// The settings that a form says, and how much is wrong with it.
#[must_use]
pub fn form(fields: &[Field], pairs: &[(String, String)]) -> (Value, usize) {
    office::form_of(fields, pairs, WORDS)
}

/// Whether a desk's message is understood.
#[must_use]
pub fn desk_message(text: &str) -> bool {
    desk::understood(text)
}

/// Whether a caller's page is understood.
#[must_use]
pub fn caller_message(text: &str) -> bool {
    public::understood(text)
}

/// A guide as its page shows it.
#[must_use]
pub fn guide(text: &str) -> String {
    guides::drawn(text)
}

/// What a program asks of a list, read in every way a value can be; how much of it is refused.
#[must_use]
pub fn asked(pairs: Vec<(String, String)>) -> usize {
    open::refused(pairs)
}
