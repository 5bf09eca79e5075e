//! What a care record's form may say, and what is refused.

use care::{AgeBand, CareForm, FieldError, Grade, Language, MESSAGE_KEYS, NOTES_LIMIT, Profession, Theme, validate};
use proptest::prelude::*;

fn form(pairs: &[(&str, &str)]) -> CareForm {
    CareForm::from_pairs(pairs.iter().copied())
}

#[test]
fn a_full_form_is_read() {
    let fields = validate(&form(&[
        ("grade", "3"),
        ("addiction", "on"),
        ("themes", "sleep"),
        ("themes", "work_overload"),
        ("themes", "sleep"),
        ("profession", "nurse"),
        ("departement", "2a"),
        ("age_band", "from_35_to_44"),
        ("notes", "  Première ligne.\r\nSeconde ligne. "),
        ("csrf", "left alone"),
    ]))
    .unwrap();
    assert_eq!(fields.grade, Grade::Exhaustion);
    assert!(fields.addiction);
    assert_eq!(fields.themes, [Theme::WorkOverload, Theme::Sleep]);
    assert_eq!(fields.profession, Some(Profession::Nurse));
    assert_eq!(fields.departement.map(|code| code.key()), Some("2A"));
    assert_eq!(fields.age_band, Some(AgeBand::From35To44));
    assert_eq!(fields.notes, "Première ligne.\nSeconde ligne.");
}

#[test]
fn only_the_grade_must_be_given() {
    let fields = validate(&form(&[("grade", "anxiety"), ("profession", ""), ("departement", " ")])).unwrap();
    assert_eq!(fields.grade, Grade::Anxiety);
    assert!(!fields.addiction && fields.themes.is_empty() && fields.notes.is_empty());
    assert_eq!((fields.profession, fields.departement, fields.age_band), (None, None, None));
}

/// What a form says, the field that is refused, and the reason.
type Refusal<'a> = (&'a [(&'a str, &'a str)], &'static str, &'static str);

#[test]
fn each_impossible_value_is_refused_with_its_reason() {
    let long = "é".repeat(NOTES_LIMIT + 1);
    let table: [Refusal<'_>; 12] = [
        (&[], "grade", "care.grade_missing"),
        (&[("grade", "6")], "grade", "care.grade_unknown"),
        (&[("grade", "-1")], "grade", "care.grade_unknown"),
        (&[("grade", "256")], "grade", "care.grade_unknown"),
        (&[("grade", "1"), ("addiction", "maybe")], "addiction", "care.addiction_unknown"),
        (&[("grade", "0"), ("addiction", "on")], "addiction", "care.addiction_without_care"),
        (&[("grade", "1"), ("themes", "weather")], "themes", "care.theme_unknown"),
        (&[("grade", "1"), ("profession", "wizard")], "profession", "care.profession_unknown"),
        (&[("grade", "1"), ("departement", "20")], "departement", "care.departement_unknown"),
        (&[("grade", "1"), ("age_band", "30")], "age_band", "care.age_band_unknown"),
        (&[("grade", "1"), ("notes", &long)], "notes", "care.notes_too_long"),
        (&[("grade", "1"), ("notes", "a\0b")], "notes", "care.notes_unreadable"),
    ];
    for (pairs, field, message) in table {
        assert_eq!(validate(&form(pairs)), Err(vec![FieldError { field, message }]), "{field} {message}");
    }
    let named: Vec<_> = table.iter().map(|row| row.2).collect();
    assert!(MESSAGE_KEYS.iter().all(|key| named.contains(key)), "a message has no test");
}

#[test]
fn every_fault_is_told_at_once_and_has_its_own_words() {
    let errors = validate(&form(&[("departement", "99"), ("age_band", "old"), ("profession", "?")])).unwrap_err();
    let fields: Vec<_> = errors.iter().map(|error| error.field).collect();
    assert_eq!(fields, ["grade", "profession", "departement", "age_band"]);
    for language in [Language::Fr, Language::En] {
        let sentences: std::collections::BTreeSet<_> =
            MESSAGE_KEYS.iter().map(|message| FieldError { field: "x", message }.sentence(language)).collect();
        assert_eq!(sentences.len(), MESSAGE_KEYS.len());
    }
}

#[test]
fn notes_are_counted_in_characters_and_not_in_bytes() {
    let notes = "é".repeat(NOTES_LIMIT);
    assert_eq!(validate(&form(&[("grade", "2"), ("notes", &notes)])).unwrap().notes, notes);
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(grade in "\\PC{0,4}|[0-5]", notes in any::<String>(), place in any::<String>()) {
        let read = validate(&form(&[("grade", &grade), ("notes", &notes), ("departement", &place)]));
        if let Err(errors) = read {
            prop_assert!(!errors.is_empty());
            prop_assert!(errors.iter().all(|error| MESSAGE_KEYS.contains(&error.message)));
        }
    }
}
