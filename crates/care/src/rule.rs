//! Where a grade sends a caller next.

use crate::closed_list::closed_list;
use crate::{AgeBand, Audience, Grade, Profession, Wording};
use serde::{Deserialize, Serialize};

closed_list! {
    /// A kind of professional or structure that callers are sent to.
    Kind {
        Psychologist, "psychologist", "Psychologue", "Psychologist";
        GeneralPractitioner, "general_practitioner", "Médecin généraliste", "General practitioner";
        Psychiatrist, "psychiatrist", "Psychiatre", "Psychiatrist";
        DedicatedUnit, "dedicated_unit", "Unité de soins dédiée", "Dedicated care unit";
        UniversityHealthService, "university_health_service", "Service de santé étudiante", "University health service";
        Psychotherapist, "psychotherapist", "Psychothérapeute", "Psychotherapist";
        ChildPsychiatrist, "child_psychiatrist", "Pédopsychiatre", "Child psychiatrist";
        Addictologist, "addictologist", "Addictologue", "Addiction specialist";
        OccupationalPhysician, "occupational_physician", "Médecin du travail", "Occupational physician";
        Nurse, "nurse", "Infirmier·ère", "Nurse";
        SocialWorker, "social_worker", "Assistant·e de service social", "Social worker";
        OtherProfessional, "other_professional", "Autre professionnel·le", "Other professional";
        MentalHealthCentre, "mental_health_centre", "Centre médico-psychologique", "Community mental health centre";
        AddictionCentre, "addiction_centre", "Centre d’addictologie", "Addiction centre";
        Hospital, "hospital", "Hôpital ou clinique", "Hospital or clinic";
        HealthCentre, "health_centre", "Centre ou maison de santé", "Health centre";
        OccupationalHealthService, "occupational_health_service", "Service de santé au travail", "Occupational health service";
        SocialService, "social_service", "Service social", "Social service";
        VictimSupport, "victim_support", "Aide aux victimes", "Victim support";
        Shelter, "shelter", "Hébergement", "Shelter";
        Association, "association", "Association", "Association";
        Relay, "relay", "Ligne d’écoute", "Helpline";
        EmergencyService, "emergency_service", "Service d’urgence", "Emergency service";
        OtherStructure, "other_structure", "Autre structure", "Other structure";
    }
}

impl Kind {
    /// Whether an entry of this kind is one person, and not a structure.
    #[must_use]
    pub fn is_person(self) -> bool {
        use Kind::{
            Addictologist, ChildPsychiatrist, GeneralPractitioner, Nurse, OccupationalPhysician, OtherProfessional,
            Psychiatrist, Psychologist, Psychotherapist, SocialWorker,
        };
        matches!(
            self,
            Psychologist
                | GeneralPractitioner
                | Psychiatrist
                | Psychotherapist
                | ChildPsychiatrist
                | Addictologist
                | OccupationalPhysician
                | Nurse
                | SocialWorker
                | OtherProfessional
        )
    }
}

closed_list! {
    /// What a caller said to a kind that was offered, where they were given no address of it.
    KindAnswer {
        Offered, "offered", "Proposé", "Offered";
        Refused, "refused", "Refusé", "Refused";
        Followed, "followed", "Déjà suivi·e", "Has one already";
    }
}

/// The audiences that a rule can be for: those that can be told from what a record says of the caller.
pub const RULE_AUDIENCES: [Audience; 7] = [
    Audience::HealthWorkers,
    Audience::Students,
    Audience::Families,
    Audience::Children,
    Audience::Teenagers,
    Audience::Adults,
    Audience::OlderPeople,
];

/// What rules know of a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Caller {
    /// What they do, if they said so.
    pub profession: Option<Profession>,
    /// How old they are, if they said so.
    pub age_band: Option<AgeBand>,
}

impl Caller {
    /// Whether a caller is known to belong to an audience.
    #[must_use]
    pub fn is_of(self, audience: Audience) -> bool {
        let does = |test: fn(Profession) -> bool| self.profession.is_some_and(test);
        let is_aged = |test: fn(AgeBand) -> bool| self.age_band.is_some_and(test);
        match audience {
            Audience::Students => does(Profession::is_student),
            Audience::Families => does(|one| one == Profession::Family),
            Audience::HealthWorkers => does(|one| {
                let elsewhere = matches!(one, Profession::Family | Profession::Retired | Profession::Other);
                one == Profession::Intern || !(elsewhere || one.is_student())
            }),
            Audience::Children | Audience::Teenagers => is_aged(|band| band == AgeBand::Under18),
            Audience::Adults => is_aged(|band| band != AgeBand::Under18),
            Audience::OlderPeople => is_aged(|band| band >= AgeBand::From65To74),
            // A record does not ask this.
            Audience::Couples
            | Audience::Women
            | Audience::Victims
            | Audience::Migrants
            | Audience::Homeless
            | Audience::DisabledPeople => false,
        }
    }
}

/// A row of the rule table: what is offered to callers of some grades.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The grades it is for.
    pub grades: Vec<Grade>,
    /// The callers it is for; one that names none is for everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<Audience>,
    /// The kinds of professionals and structures that are always offered, the first one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub always: Vec<Kind>,
    /// The kinds that come after those.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suggested: Vec<Kind>,
    /// Whether the steps of an emergency come before anything else.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub emergency: bool,
    /// What to say to the caller; may be empty.
    #[serde(default, skip_serializing_if = "Wording::is_empty")]
    pub say: Wording,
}

/// What the rules advise for one caller.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Advice<'a> {
    /// The kinds that are always offered, the first one first, each once.
    pub always: Vec<Kind>,
    /// The kinds that come after those, each once.
    pub suggested: Vec<Kind>,
    /// What to say.
    pub say: Vec<&'a Wording>,
    /// Whether the steps of an emergency come before anything else.
    pub emergency: bool,
}

impl Rule {
    /// The table that a new service begins with.
    ///
    /// An imminent risk has no list of addresses to read through; it has steps to take. Students are told of their own health
    /// service as well.
    #[must_use]
    pub fn standard() -> Vec<Self> {
        use Grade::{Anxiety, Depression, Exhaustion, ImminentRisk, SuicidalIdeation};
        use Kind::{GeneralPractitioner, Psychiatrist, Psychologist, UniversityHealthService};
        let rule = |grades: &[Grade], audience, always: &[Kind]| Self {
            grades: grades.to_vec(),
            audience,
            always: always.to_vec(),
            suggested: Vec::new(),
            emergency: false,
            say: Wording::default(),
        };
        let students = [Anxiety, Depression, Exhaustion, SuicidalIdeation];
        vec![
            rule(&[Anxiety, Depression], None, &[Psychologist, GeneralPractitioner]),
            rule(&[Exhaustion, SuicidalIdeation], None, &[GeneralPractitioner, Psychiatrist]),
            rule(&students, Some(Audience::Students), &[UniversityHealthService]),
            Self { emergency: true, ..rule(&[ImminentRisk], None, &[]) },
        ]
    }

    /// What some rules advise for a caller: all that are for their grade and for them, put together.
    #[must_use]
    pub fn advice(rules: &[Self], grade: Grade, caller: Caller) -> Advice<'_> {
        let mut advice = Advice::default();
        let meant =
            |rule: &&Self| rule.grades.contains(&grade) && rule.audience.is_none_or(|audience| caller.is_of(audience));
        for rule in rules.iter().filter(meant) {
            for kind in &rule.always {
                if !advice.always.contains(kind) {
                    advice.always.push(*kind);
                }
            }
            advice.suggested.extend(&rule.suggested);
            if !rule.say.is_empty() {
                advice.say.push(&rule.say);
            }
            advice.emergency |= rule.emergency;
        }
        let mut seen = Vec::new();
        advice.suggested.retain(|kind| {
            let new = !advice.always.contains(kind) && !seen.contains(kind);
            seen.push(*kind);
            new
        });
        advice
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who(profession: Profession) -> Caller {
        Caller { profession: Some(profession), age_band: None }
    }

    #[test]
    fn each_grade_has_its_rule() {
        use Kind::{GeneralPractitioner, Psychiatrist, Psychologist, UniversityHealthService};
        let table: [(u8, &[Kind], bool); 6] = [
            (0, &[], false),
            (1, &[Psychologist, GeneralPractitioner], false),
            (2, &[Psychologist, GeneralPractitioner], false),
            (3, &[GeneralPractitioner, Psychiatrist], false),
            (4, &[GeneralPractitioner, Psychiatrist], false),
            (5, &[], true),
        ];
        let rules = Rule::standard();
        for (number, kinds, emergency) in table {
            let grade = Grade::try_from(number).unwrap();
            for profession in [None, Some(Profession::Nurse), Some(Profession::Family)] {
                let advice = Rule::advice(&rules, grade, Caller { profession, age_band: None });
                assert_eq!((advice.always.as_slice(), advice.emergency), (kinds, emergency), "grade {number}");
                assert_eq!((advice.suggested.len(), advice.say.len()), (0, 0));
            }
            let mut of_student = kinds.to_vec();
            if !kinds.is_empty() {
                of_student.push(UniversityHealthService);
            }
            let advice = Rule::advice(&rules, grade, who(Profession::NursingStudent));
            assert_eq!(advice.always, of_student, "grade {number}");
        }
    }

    #[test]
    fn rules_add_up_and_say_each_kind_once() {
        use Kind::{DedicatedUnit, GeneralPractitioner, Psychiatrist, Psychologist};
        let rule = |audience, always: &[Kind], suggested: &[Kind], say: &str| Rule {
            grades: vec![Grade::Anxiety],
            audience,
            always: always.to_vec(),
            suggested: suggested.to_vec(),
            emergency: false,
            say: Wording::new(say, ""),
        };
        let rules = [
            rule(None, &[Psychologist], &[Psychiatrist, GeneralPractitioner, Psychiatrist], "un"),
            rule(Some(Audience::Students), &[GeneralPractitioner, Psychologist], &[DedicatedUnit], ""),
            rule(Some(Audience::Families), &[DedicatedUnit], &[], "deux"),
        ];
        let student = Rule::advice(&rules, Grade::Anxiety, who(Profession::Student));
        assert_eq!(student.always, [Psychologist, GeneralPractitioner]);
        assert_eq!(student.suggested, [Psychiatrist, DedicatedUnit]);
        assert_eq!(student.say, [&Wording::new("un", "")]);
        assert_eq!(Rule::advice(&rules, Grade::Depression, Caller::default()), Advice::default());
    }

    #[test]
    fn audiences_are_told_apart_by_profession_and_age() {
        use Audience::{Adults, Children, Families, HealthWorkers, OlderPeople, Students, Teenagers};
        let of = |caller: Caller| {
            Audience::ALL.iter().copied().filter(|audience| caller.is_of(*audience)).collect::<Vec<_>>()
        };
        assert_eq!(of(Caller::default()), []);
        assert_eq!(of(who(Profession::Nurse)), [HealthWorkers]);
        assert_eq!(of(who(Profession::Intern)), [HealthWorkers, Students]);
        assert_eq!(of(who(Profession::Student)), [Students]);
        assert_eq!(of(who(Profession::Family)), [Families]);
        assert_eq!(of(who(Profession::Retired)), []);
        let aged = |band| of(Caller { profession: None, age_band: Some(band) });
        assert_eq!(aged(AgeBand::Under18), [Children, Teenagers]);
        assert_eq!(aged(AgeBand::From18To24), [Adults]);
        assert_eq!(aged(AgeBand::From75), [Adults, OlderPeople]);
        let everybody =
            Profession::ALL.iter().map(|one| of(who(*one))).chain(AgeBand::ALL.iter().map(|band| aged(*band)));
        assert!(everybody.flatten().all(|audience| RULE_AUDIENCES.contains(&audience)));
    }
}
