//! The words of closed lists, as tables and registers write them.

use crate::fold::{edits, fold};
use care::{Accessibility, Audience, Fee, Kind, Language, Mode};

/// Beginnings of words by which a kind is known; the first line that fits wins, so what is particular comes first.
const KIND_WORDS: &[(Kind, &[&str])] = &[
    (
        Kind::AddictionCentre,
        &[
            "csapa",
            "caarud",
            "centre d addictologie",
            "addictovigilance",
            "soins accompagnement prevention",
            "reduc risq",
            "reduction des risques",
        ],
    ),
    (
        Kind::MentalHealthCentre,
        &[
            "cmp",
            "c m p",
            "medico psycholog",
            "medico psycho",
            "cattp",
            "c a t t p",
            "accueil therapeutique",
            "centre de crise",
        ],
    ),
    (
        Kind::ChildPsychiatrist,
        &[
            "pedopsych",
            "psychiatrie option enfant",
            "psychiatrie de l enfant",
            "psychiatre de l enfant",
            "psychiatre enfant",
            "child psychiat",
        ],
    ),
    (Kind::Psychiatrist, &["psychiatr", "neuro psychiatr", "neuropsychiatr"]),
    (Kind::Psychotherapist, &["psychotherapeut", "psychotherapist"]),
    (Kind::Psychologist, &["psycholog"]),
    (Kind::Addictologist, &["addictolog"]),
    (Kind::OccupationalHealthService, &["service de sante au travail", "sante au travail", "spsti", "aist"]),
    (Kind::OccupationalPhysician, &["medecin du travail", "medecine du travail", "occupational physician"]),
    (
        Kind::GeneralPractitioner,
        &["medecin generaliste", "medecine generale", "generaliste", "general practi", "omnipraticien"],
    ),
    (Kind::Nurse, &["infirmi", "nurse", "ide"]),
    (
        Kind::SocialWorker,
        &[
            "assistant de service social",
            "assistante sociale",
            "assistant social",
            "assistante de service social",
            "social worker",
        ],
    ),
    (
        Kind::UniversityHealthService,
        &[
            "sante etudiant",
            "sante universitaire",
            "sumpps",
            "universite sante",
            "bapu",
            "aide psychologique universitaire",
        ],
    ),
    (Kind::EmergencyService, &["urgence", "samu", "smur", "emergency"]),
    (
        Kind::HealthCentre,
        &[
            "centre de sante",
            "maison de sante pluri",
            "maison de sante l",
            "maison medicale",
            "pole de sante",
            "msp",
            "health centre",
            "dispensaire",
        ],
    ),
    (
        Kind::Hospital,
        &[
            "hopital",
            "hopitaux",
            "hospitalier",
            "clinique",
            "chu",
            "chru",
            "chr",
            "ch",
            "hospital",
            "maison de sante pour maladies mentales",
            "etablissement de soins",
        ],
    ),
    (Kind::VictimSupport, &["aide aux victimes", "france victimes", "victim support", "cidff"]),
    (Kind::Shelter, &["hebergement", "chrs", "foyer", "accueil de nuit", "shelter"]),
    (Kind::SocialService, &["service social", "ccas", "action sociale", "social service", "crous"]),
    (Kind::Relay, &["ligne d ecoute", "ecoute telephonique", "numero vert", "helpline"]),
    (Kind::Association, &["association", "asso"]),
    (
        Kind::OtherProfessional,
        &[
            "medecin",
            "sage femme",
            "kinesi",
            "masseur",
            "orthophonist",
            "psychomotric",
            "ergotherap",
            "dietetic",
            "pharmacien",
            "dentiste",
            "osteopath",
            "physician",
        ],
    ),
];

/// The kind that somebody looks for by name: « psychologue », « medecin generaliste », « psycologue ». Several words are a kind
/// only where they are all of its name, so that « Maison des psychologues » stays the name of a house.
#[must_use]
pub fn kind_named(text: &str) -> Option<Kind> {
    let folded = fold(text);
    let labels = |kind: &Kind| [Language::Fr, Language::En].map(|language| fold(kind.label(language)));
    if let Some(kind) = Kind::ALL.iter().find(|kind| labels(kind).contains(&folded)) {
        return Some(*kind);
    }
    let one_word = folded.len() >= 6 && !folded.contains(' ');
    let near = |kind: &&Kind| labels(kind).iter().any(|label| folded.len() >= 8 && edits(label, &folded) <= 2);
    one_word.then(|| kind_of(text).or_else(|| Kind::ALL.iter().find(near).copied())).flatten()
}

/// The kind that a word or a phrase means.
#[must_use]
pub(super) fn kind_of(text: &str) -> Option<Kind> {
    let key = text.trim();
    if let Some(kind) = Kind::from_key(key) {
        return Some(kind);
    }
    let folded = fold(text);
    if folded.is_empty() {
        return None;
    }
    let labelled =
        |kind: &&Kind| [Language::Fr, Language::En].iter().any(|language| fold(kind.label(*language)) == folded);
    if let Some(kind) = Kind::ALL.iter().find(labelled) {
        return Some(*kind);
    }
    let begins = |start: &str| {
        // Two or three letters are a whole word; longer ones may go on: « psycholog » is « psychologue ».
        folded.match_indices(start).any(|(at, _)| {
            let before = at == 0 || folded.as_bytes().get(at - 1) == Some(&b' ');
            let after = start.len() > 4 || matches!(folded.as_bytes().get(at + start.len()), None | Some(b' '));
            before && after
        })
    };
    KIND_WORDS.iter().find(|(_, starts)| starts.iter().any(|start| begins(start))).map(|(kind, _)| *kind)
}

/// A closed list whose words can be read from their keys, their labels, and what else people write.
pub(super) trait Words: Copy + PartialEq + 'static {
    fn all() -> &'static [Self];
    fn key(self) -> &'static str;
    fn label(self, language: Language) -> &'static str;
    /// Other folded words, each with the value it means.
    fn others() -> &'static [(&'static str, Self)];

    /// The value that a word means.
    fn of_word(word: &str) -> Option<Self> {
        let folded = fold(word);
        let fits = |value: &&Self| {
            value.key() == word.trim()
                || [Language::Fr, Language::En].iter().any(|language| fold(value.label(*language)) == folded)
        };
        let other = || Self::others().iter().find(|(known, _)| *known == folded).map(|(_, value)| *value);
        Self::all().iter().find(fits).copied().or_else(other)
    }
}

macro_rules! words {
    ($($list:ident: [$($word:literal => $variant:ident),*];)+) => {
        $(impl Words for $list {
            fn all() -> &'static [Self] {
                Self::ALL
            }
            fn key(self) -> &'static str {
                Self::key(self)
            }
            fn label(self, language: Language) -> &'static str {
                Self::label(self, language)
            }
            fn others() -> &'static [(&'static str, Self)] {
                &[$(($word, Self::$variant)),*]
            }
        })+
    };
}

words! {
    Audience: ["etudiant" => Students, "etudiants" => Students, "soignants" => HealthWorkers, "professionnels de sante" => HealthWorkers, "enfant" => Children, "adolescents" => Teenagers, "ados" => Teenagers, "adulte" => Adults, "personnes agees" => OlderPeople, "seniors" => OlderPeople, "couple" => Couples, "famille" => Families, "familles" => Families, "proches" => Families, "femme" => Women, "victime" => Victims, "migrants" => Migrants, "sans abri" => Homeless, "sdf" => Homeless, "handicap" => DisabledPeople];
    Mode: ["presentiel" => InPerson, "en presentiel" => InPerson, "cabinet" => InPerson, "visio" => Teleconsultation, "visioconference" => Teleconsultation, "video" => Teleconsultation, "a distance" => Teleconsultation, "domicile" => AtHome, "visite a domicile" => AtHome, "telephone" => ByTelephone];
    Fee: ["secteur 1" => Sector1, "1" => Sector1, "secteur 2" => Sector2, "2" => Sector2, "optam" => Sector2Capped, "optam co" => Sector2Capped, "non conventionne" => NotCovered, "secteur 3" => NotCovered, "mon soutien psy" => Reimbursed, "monsoutienpsy" => Reimbursed, "free" => Free];
    Accessibility: ["oui" => Wheelchair, "pmr" => Wheelchair, "fauteuil roulant" => Wheelchair, "lsf" => SignLanguage, "falc" => EasyToRead, "parking" => Parking];
}

/// Languages by their names in French and English, as codes of ISO 639.
const LANGUAGES: &[(&str, &[&str])] = &[
    ("fr", &["francais", "french", "fra", "fre"]),
    ("en", &["anglais", "english", "eng"]),
    ("es", &["espagnol", "spanish", "spa", "castillan"]),
    ("de", &["allemand", "german", "deu", "ger"]),
    ("it", &["italien", "italian", "ita"]),
    ("pt", &["portugais", "portuguese", "por"]),
    ("ar", &["arabe", "arabic", "ara"]),
    ("ru", &["russe", "russian", "rus"]),
    ("uk", &["ukrainien", "ukrainian", "ukr"]),
    ("pl", &["polonais", "polish", "pol"]),
    ("ro", &["roumain", "romanian", "ron"]),
    ("tr", &["turc", "turkish", "tur"]),
    ("zh", &["chinois", "mandarin", "chinese", "zho"]),
    ("vi", &["vietnamien", "vietnamese", "vie"]),
    ("ja", &["japonais", "japanese", "jpn"]),
    ("fa", &["persan", "farsi", "persian", "fas"]),
    ("ps", &["pachto", "pashto"]),
    ("ta", &["tamoul", "tamil"]),
    ("hi", &["hindi"]),
    ("ur", &["ourdou", "urdu"]),
    ("nl", &["neerlandais", "dutch", "nld"]),
    ("sq", &["albanais", "albanian"]),
    ("sr", &["serbe", "serbian"]),
    ("hr", &["croate", "croatian"]),
    ("el", &["grec", "greek"]),
    ("he", &["hebreu", "hebrew"]),
    ("ku", &["kurde", "kurdish"]),
    ("wo", &["wolof"]),
    ("br", &["breton"]),
    ("oc", &["occitan"]),
    ("co", &["corse", "corsican"]),
    ("eu", &["basque"]),
    ("gcf", &["creole", "creole guadeloupeen"]),
    ("rcf", &["creole reunionnais"]),
    ("fsl", &["langue des signes", "langue des signes francaise", "lsf", "french sign language", "sign language"]),
];

/// The code of a language, from its code or its name.
#[must_use]
pub(super) fn language_of(word: &str) -> Option<String> {
    let folded = fold(word);
    let known = LANGUAGES.iter().find(|(code, names)| *code == folded || names.contains(&folded.as_str()));
    // A code that is not in the list is a language nonetheless.
    let code = || {
        let short = word.trim().split(['-', '_']).next().unwrap_or_default();
        ((2..=3).contains(&short.len()) && short.bytes().all(|byte| byte.is_ascii_lowercase()))
            .then(|| short.to_owned())
    };
    known.map(|(code, _)| (*code).to_owned()).or_else(code)
}

/// The French name of a language, or its code where the name is not known.
#[must_use]
pub(crate) fn language_name(code: &str) -> &str {
    LANGUAGES.iter().find(|(known, _)| *known == code).and_then(|(_, names)| names.first()).copied().unwrap_or(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_known_by_the_words_of_registers() {
        for (text, kind) in [
            ("Psychologue", Kind::Psychologist),
            ("psychologist", Kind::Psychologist),
            ("Centre Médico-Psychologique (C.M.P.)", Kind::MentalHealthCentre),
            ("Centre soins accompagnement prévention addictologie (CSAPA)", Kind::AddictionCentre),
            ("Qualifié en Médecine Générale", Kind::GeneralPractitioner),
            ("Psychiatrie option enfant & adolescent", Kind::ChildPsychiatrist),
            ("Pédopsychiatre", Kind::ChildPsychiatrist),
            ("Infirmier·ère", Kind::Nurse),
            ("Infirmière libérale", Kind::Nurse),
            ("CHU de Nantes", Kind::Hospital),
            ("Médecin", Kind::OtherProfessional),
            ("Assistante sociale", Kind::SocialWorker),
            ("SERVICE DE SANTÉ AU TRAVAIL", Kind::OccupationalHealthService),
        ] {
            assert_eq!(kind_of(text), Some(kind), "{text}");
        }
        for text in ["", "boulangerie", "champ", "vidéaste"] {
            assert_eq!(kind_of(text), None, "{text}");
        }
    }

    #[test]
    fn every_key_and_label_of_a_list_is_read_as_its_value() {
        fn hold<L: Words + std::fmt::Debug>() {
            for value in L::all() {
                for word in [value.key(), value.label(Language::Fr), value.label(Language::En)] {
                    assert_eq!(L::of_word(word), Some(*value), "{word}");
                }
            }
        }
        hold::<Audience>();
        hold::<Mode>();
        hold::<Fee>();
        hold::<Accessibility>();
        for kind in Kind::ALL {
            for word in [kind.key(), kind.label(Language::Fr), kind.label(Language::En)] {
                assert_eq!(kind_of(word), Some(*kind), "{word}");
            }
        }
    }

    #[test]
    fn languages_are_known_by_code_and_name() {
        assert_eq!(language_of("Anglais").as_deref(), Some("en"));
        assert_eq!(language_of("fr-FR").as_deref(), Some("fr"));
        assert_eq!(language_of("LSF").as_deref(), Some("fsl"));
        assert_eq!(language_of("sw").as_deref(), Some("sw"));
        assert_eq!(language_of("klingon"), None);
    }
}
