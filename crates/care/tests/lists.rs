//! The closed lists keep their promises: keys are stable, told apart, and every value has words in both languages.

use care::{Accessibility, AgeBand, Audience, Fee, Grade, Kind, Language, Mode, Profession, Theme};
use std::collections::BTreeSet;

macro_rules! check_list {
    ($list:ident, $count:expr) => {{
        let keys: BTreeSet<_> = $list::ALL.iter().map(|value| value.key()).collect();
        assert_eq!(keys.len(), $list::ALL.len(), "a key is used twice");
        assert_eq!(keys.len(), $count);
        for value in $list::ALL {
            assert!(value.key().chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'), "{value:?}");
            assert_eq!($list::from_key(value.key()), Some(*value));
            for language in [Language::Fr, Language::En] {
                assert!(!value.label(language).is_empty());
            }
            let written = serde_json::to_string(value).unwrap();
            assert_eq!(written, format!("\"{}\"", value.key()));
            assert_eq!(serde_json::from_str::<$list>(&written).unwrap(), *value);
        }
        for language in [Language::Fr, Language::En] {
            let labels: BTreeSet<_> = $list::ALL.iter().map(|value| value.label(language)).collect();
            assert_eq!(labels.len(), $list::ALL.len(), "two values look alike");
        }
        assert_eq!($list::from_key("nothing like this"), None);
        assert!(serde_json::from_str::<$list>("\"nothing like this\"").is_err());
    }};
}

#[test]
fn every_list_is_sound() {
    check_list!(Grade, 6);
    check_list!(Theme, 16);
    check_list!(Profession, 63);
    check_list!(AgeBand, 8);
    check_list!(Kind, 24);
    check_list!(Mode, 4);
    check_list!(Fee, 7);
    check_list!(Audience, 13);
    check_list!(Accessibility, 5);
}

#[test]
fn students_are_known() {
    assert!(Profession::Student.is_student());
    assert!(Profession::Intern.is_student());
    assert!(!Profession::Nurse.is_student());
}

#[test]
fn the_grades_read_as_the_service_says_them() {
    let french: Vec<_> = Grade::ALL.iter().map(|grade| grade.label(Language::Fr)).collect();
    assert_eq!(
        french,
        [
            "Administratif",
            "Anxiété",
            "Dépression",
            "Épuisement professionnel",
            "Idéations suicidaires",
            "Risque de passage à l’acte imminent"
        ]
    );
}
