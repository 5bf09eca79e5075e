//! The fields of a care record: what a form may say, and what is refused.

use crate::{AgeBand, DepartementCode, Grade, Language, Profession, Theme};
use serde::{Deserialize, Serialize};

/// The most characters that notes may have. Notes help the next hour, they are no medical file.
pub const NOTES_LIMIT: usize = 2_000;

/// Every message key that a [`FieldError`] may carry, so that a screen can check that it has words for each.
pub const MESSAGE_KEYS: &[&str] = &[
    GRADE_MISSING,
    GRADE_UNKNOWN,
    ADDICTION_UNKNOWN,
    ADDICTION_WITHOUT_CARE,
    THEME_UNKNOWN,
    PROFESSION_UNKNOWN,
    DEPARTEMENT_UNKNOWN,
    AGE_BAND_UNKNOWN,
    NOTES_TOO_LONG,
    NOTES_UNREADABLE,
];

const GRADE_MISSING: &str = "care.grade_missing";
const GRADE_UNKNOWN: &str = "care.grade_unknown";
const ADDICTION_UNKNOWN: &str = "care.addiction_unknown";
const ADDICTION_WITHOUT_CARE: &str = "care.addiction_without_care";
const THEME_UNKNOWN: &str = "care.theme_unknown";
const PROFESSION_UNKNOWN: &str = "care.profession_unknown";
const DEPARTEMENT_UNKNOWN: &str = "care.departement_unknown";
const AGE_BAND_UNKNOWN: &str = "care.age_band_unknown";
const NOTES_TOO_LONG: &str = "care.notes_too_long";
const NOTES_UNREADABLE: &str = "care.notes_unreadable";

/// What a form sent, before anything is believed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct CareForm {
    /// A grade's number or key.
    pub grade: String,
    /// « on », « true », « 1 » or « yes » when the box is ticked.
    pub addiction: String,
    /// Keys of themes.
    pub themes: Vec<String>,
    /// A profession's key, or nothing.
    pub profession: String,
    /// A département's code, or nothing.
    pub departement: String,
    /// An age band's key, or nothing.
    pub age_band: String,
    /// Free text.
    pub notes: String,
}

impl CareForm {
    /// Gathers the pairs of a posted form; a field sent twice counts once, except the themes. Other names are left
    /// alone: they belong to the rest of the form.
    pub fn from_pairs<K: AsRef<str>, V: Into<String>>(pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        let mut form = Self::default();
        for (name, value) in pairs {
            let value = value.into();
            match name.as_ref() {
                "grade" => form.grade = value,
                "addiction" => form.addiction = value,
                "theme" | "themes" => form.themes.push(value),
                "profession" => form.profession = value,
                "departement" => form.departement = value,
                "age_band" => form.age_band = value,
                "notes" => form.notes = value,
                _ => {}
            }
        }
        form
    }
}

/// What a listener writes about a call: nothing in it tells who called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CareFields {
    /// The class of the call.
    pub grade: Grade,
    /// Whether an addiction was spoken of.
    pub addiction: bool,
    /// The subjects of the talk, each once, in the order of [`Theme::ALL`].
    pub themes: Vec<Theme>,
    /// What the caller does.
    pub profession: Option<Profession>,
    /// Where the caller is.
    pub departement: Option<DepartementCode>,
    /// How old the caller is.
    pub age_band: Option<AgeBand>,
    /// Free text, at most [`NOTES_LIMIT`] characters.
    pub notes: String,
}

/// One field that was refused, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldError {
    /// The name of the field in the form.
    pub field: &'static str,
    /// The key of the message; one of [`MESSAGE_KEYS`].
    pub message: &'static str,
}

impl FieldError {
    /// The message in plain words, for a screen that has no words of its own.
    #[must_use]
    pub fn sentence(&self, language: Language) -> &'static str {
        let (fr, en) = match self.message {
            GRADE_MISSING => ("Choisissez une classe, de 0 à 5.", "Choose a grade, from 0 to 5."),
            GRADE_UNKNOWN => ("Cette classe n’existe pas\u{a0}: de 0 à 5.", "There is no such grade: 0 to 5."),
            ADDICTION_UNKNOWN => ("L’addiction se coche, ou non.", "Addiction is ticked, or not."),
            ADDICTION_WITHOUT_CARE => (
                "Un appel administratif (classe 0) ne porte pas d’addiction.",
                "An administrative call (grade 0) carries no addiction.",
            ),
            THEME_UNKNOWN => ("Un de ces thèmes n’existe pas.", "One of these themes does not exist."),
            PROFESSION_UNKNOWN => ("Cette profession n’est pas dans la liste.", "This profession is not in the list."),
            DEPARTEMENT_UNKNOWN => ("Ce département n’existe pas.", "There is no such département."),
            AGE_BAND_UNKNOWN => ("Cette tranche d’âge n’existe pas.", "There is no such age band."),
            NOTES_TOO_LONG => {
                ("Les notes dépassent 2\u{202f}000 caractères.", "Notes are longer than 2,000 characters.")
            }
            _ => ("Les notes contiennent des caractères illisibles.", "Notes contain unreadable characters."),
        };
        match language {
            Language::Fr => fr,
            Language::En => en,
        }
    }
}

/// Reads a form. Every field that cannot be is told, not only the first one, so that a listener corrects once.
///
/// # Errors
/// The fields that were refused, in the order of the form.
pub fn validate(form: &CareForm) -> Result<CareFields, Vec<FieldError>> {
    let mut errors = Vec::new();
    let grade = note(read_grade(&form.grade), "grade", &mut errors).flatten();
    let addiction = note(read_tick(&form.addiction), "addiction", &mut errors).unwrap_or(false);
    if addiction && grade.is_some_and(|grade| !grade.allows_addiction()) {
        errors.push(FieldError { field: "addiction", message: ADDICTION_WITHOUT_CARE });
    }
    let themes = note(read_themes(&form.themes), "themes", &mut errors).unwrap_or_default();
    let profession =
        note(read_choice(&form.profession, Profession::from_key, PROFESSION_UNKNOWN), "profession", &mut errors)
            .flatten();
    let departement = note(
        read_choice(&form.departement, DepartementCode::from_key, DEPARTEMENT_UNKNOWN),
        "departement",
        &mut errors,
    )
    .flatten();
    let age_band =
        note(read_choice(&form.age_band, AgeBand::from_key, AGE_BAND_UNKNOWN), "age_band", &mut errors).flatten();
    let notes = note(read_notes(&form.notes), "notes", &mut errors).unwrap_or_default();
    match grade {
        Some(grade) if errors.is_empty() => {
            Ok(CareFields { grade, addiction, themes, profession, departement, age_band, notes })
        }
        _ => Err(errors),
    }
}

/// Keeps a value, or notes why its field was refused.
fn note<T>(read: Result<T, &'static str>, field: &'static str, errors: &mut Vec<FieldError>) -> Option<T> {
    read.map_err(|message| errors.push(FieldError { field, message })).ok()
}

/// A record without a grade is not a record: unlike the other choices, this one must be made.
fn read_grade(text: &str) -> Result<Option<Grade>, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        return Err(GRADE_MISSING);
    }
    let by_number = text.parse::<u8>().ok().and_then(|number| Grade::try_from(number).ok());
    by_number.or_else(|| Grade::from_key(text)).map(Some).ok_or(GRADE_UNKNOWN)
}

/// A browser sends « on » for a ticked box and nothing otherwise; scripts send the other words.
fn read_tick(text: &str) -> Result<bool, &'static str> {
    match text.trim() {
        "on" | "true" | "1" | "yes" => Ok(true),
        "" | "off" | "false" | "0" | "no" => Ok(false),
        _ => Err(ADDICTION_UNKNOWN),
    }
}

fn read_themes(keys: &[String]) -> Result<Vec<Theme>, &'static str> {
    let filled = keys.iter().map(|key| key.trim()).filter(|key| !key.is_empty());
    let mut themes = filled.map(|key| Theme::from_key(key).ok_or(THEME_UNKNOWN)).collect::<Result<Vec<_>, _>>()?;
    themes.sort_unstable();
    themes.dedup();
    Ok(themes)
}

/// Nothing chosen is an answer: the listener does not ask what the caller does not say.
fn read_choice<T>(text: &str, read: fn(&str) -> Option<T>, unknown: &'static str) -> Result<Option<T>, &'static str> {
    let text = text.trim();
    if text.is_empty() { Ok(None) } else { read(text).map(Some).ok_or(unknown) }
}

/// Browsers send line ends as CR LF; one kind is kept. Other control characters come from no keyboard, and a database
/// may refuse them later, when the listener is gone.
fn read_notes(text: &str) -> Result<String, &'static str> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text = text.trim();
    if text.chars().any(|character| character.is_control() && !matches!(character, '\n' | '\t')) {
        return Err(NOTES_UNREADABLE);
    }
    if text.chars().count() > NOTES_LIMIT { Err(NOTES_TOO_LONG) } else { Ok(text.to_owned()) }
}
