//! The form that a new service begins with.

use super::{Choice, Condition, Field, FieldKind, Form, Required, Section, Test};
use crate::{AgeBand, Grade, Language, Theme, Wording};

impl Form {
    /// The form of a line for people who work in health: how grave the call was, what was spoken of, who called, and what
    /// was given. It asks nothing that says who somebody is.
    #[must_use]
    pub fn standard() -> Self {
        Self { sections: vec![class(), risk(), talk(), caller(), outcome()] }
    }
}

fn field(key: &str, fr: &str, en: &str, kind: FieldKind) -> Field {
    Field {
        key: key.to_owned(),
        label: Wording::new(fr, en),
        help: Wording::default(),
        kind,
        shown_when: None,
        required: Required::Never,
    }
}

fn section(key: &str, fr: &str, en: &str, fields: Vec<Field>) -> Section {
    Section { key: key.to_owned(), label: Wording::new(fr, en), fields }
}

fn options(rows: &[(&str, &str, &str)]) -> Vec<Choice> {
    rows.iter().map(|(key, fr, en)| Choice { key: (*key).to_owned(), label: Wording::new(fr, en) }).collect()
}

fn both(label: impl Fn(Language) -> &'static str) -> Wording {
    Wording::new(label(Language::Fr), label(Language::En))
}

fn from_grade(least: i32) -> Option<Condition> {
    Some(Condition { field: "grade".to_owned(), test: Test::AtLeast(least) })
}

fn class() -> Section {
    let steps = Grade::ALL.iter().map(|grade| both(|language| grade.label(language))).collect();
    let grade = Field {
        required: Required::Always,
        ..field("grade", "Classe", "Grade", FieldKind::Scale { from: 0, to: 5, steps })
    };
    // An administrative call says nothing of the caller's health.
    let addiction =
        Field { shown_when: from_grade(1), ..field("addiction", "Avec addiction", "With addiction", FieldKind::Tick) };
    section("class", "Classe de l’appel", "Grade of the call", vec![grade, addiction])
}

/// Risk, urgency and danger, as those who are trained in suicidal crises weigh them.
fn risk() -> Section {
    let scale = |key: &str, fr: &str, en: &str, steps: [(&str, &str); 4]| Field {
        shown_when: from_grade(4),
        ..field(
            key,
            fr,
            en,
            FieldKind::Scale { from: 0, to: 3, steps: steps.iter().map(|(fr, en)| Wording::new(fr, en)).collect() },
        )
    };
    let levels = [("Faible", "Low"), ("Modéré", "Moderate"), ("Élevé", "High"), ("Extrême", "Extreme")];
    let near = [
        ("Pas de scénario", "No plan"),
        ("Scénario sans date", "A plan, no date"),
        ("Scénario daté", "A plan and a date"),
        ("Passage à l’acte en cours", "Acting now"),
    ];
    let means = [
        ("Pas de moyen", "No means"),
        ("Moyen à se procurer", "Means to be found"),
        ("Moyen à portée", "Means at hand"),
        ("Moyen létal en main", "Lethal means in hand"),
    ];
    section(
        "risk_grid",
        "Grille de risque",
        "Risk grid",
        vec![
            scale("risk", "Risque : vulnérabilité, antécédents, soutiens", "Risk: frailty, history, support", levels),
            scale("urgency", "Urgence : le scénario", "Urgency: the plan", near),
            scale("danger", "Dangerosité : les moyens", "Danger: the means", means),
        ],
    )
}

fn talk() -> Section {
    let themes = Theme::ALL
        .iter()
        .map(|theme| Choice { key: theme.key().to_owned(), label: both(|language| theme.label(language)) })
        .collect();
    section(
        "talk",
        "Thèmes",
        "Themes",
        vec![field("themes", "Thèmes abordés", "Themes of the call", FieldKind::Choices { options: themes })],
    )
}

fn caller() -> Section {
    let settings = [
        ("public_hospital", "Hôpital public", "Public hospital"),
        ("clinic", "Clinique ou hôpital privé", "Clinic or private hospital"),
        ("private_practice", "Exercice libéral, cabinet", "Private practice"),
        ("health_centre", "Maison ou centre de santé", "Health centre"),
        ("care_home", "EHPAD ou établissement pour personnes âgées", "Care home for older people"),
        ("disability", "Établissement pour personnes handicapées", "Disability services"),
        ("home_care", "Domicile, aide ou soins à domicile", "Home care"),
        ("pharmacy", "Pharmacie ou laboratoire", "Pharmacy or laboratory"),
        ("emergency_services", "SAMU, pompiers, ambulances", "Emergency and ambulance services"),
        ("school", "Université, école ou institut de formation", "University or training school"),
        ("administration", "Administration ou agence", "Administration or agency"),
        ("not_working", "Sans activité ou en arrêt", "Not working or on leave"),
        ("other", "Autre", "Other"),
    ];
    let on_behalf = [
        ("self", "Pour soi", "For themselves"),
        ("colleague", "Pour un ou une collègue", "For a colleague"),
        ("relative", "Pour un proche", "For a relative"),
        ("team", "Pour une équipe", "For a team"),
        ("student", "Pour un étudiant ou une étudiante", "For a student"),
        ("patient", "Pour une patiente ou un patient", "For a patient"),
        ("other", "Autre", "Other"),
    ];
    let languages = [("fr", "Français", "French"), ("en", "Anglais", "English"), ("other", "Autre", "Another")];
    let bands = AgeBand::ALL
        .iter()
        .map(|band| Choice { key: band.key().to_owned(), label: both(|language| band.label(language)) })
        .collect();
    let place = field("place", "Commune ou département", "Town or département", FieldKind::Place);
    section(
        "caller",
        "La personne",
        "The caller",
        vec![
            field("profession", "Profession", "Profession", FieldKind::Profession),
            field("setting", "Lieu d’exercice", "Place of work", FieldKind::Choice { options: options(&settings) }),
            field("on_behalf", "Appelle pour", "Calls for", FieldKind::Choice { options: options(&on_behalf) }),
            field("age_band", "Âge", "Age", FieldKind::Choice { options: bands }),
            place,
            field(
                "language",
                "Langue de l’appel",
                "Language of the call",
                FieldKind::Choice { options: options(&languages) },
            ),
        ],
    )
}

fn outcome() -> Section {
    let given = [
        ("listening", "Écoute et soutien", "Listening and support"),
        ("information", "Renseignement", "Information"),
        ("contact", "Coordonnées d’un professionnel", "Contact details of a professional"),
        ("emergency", "Appel aux secours", "A call to the emergency services"),
        ("call_back", "Invitation à rappeler", "An invitation to call again"),
        ("document", "Fiche ou ressource en ligne", "A fact sheet or an online resource"),
    ];
    let notes = Field {
        help: Wording::new(
            "Rien qui dise qui appelle : ni nom, ni adresse, ni établissement, ni numéro.",
            "Nothing that tells who calls: no name, address, workplace or number.",
        ),
        ..field("notes", "Notes", "Notes", FieldKind::Text { longest: 2_000, lines: 5 })
    };
    section(
        "outcome",
        "Suite de l’appel",
        "Outcome",
        vec![
            field(
                "given",
                "Donné pendant l’appel",
                "Given during the call",
                FieldKind::Choices { options: options(&given) },
            ),
            notes,
        ],
    )
}
