//! Where a grade sends a caller next.

use crate::Grade;
use crate::closed_list::closed_list;

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

/// What a grade asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The kinds of professionals that are always offered, the first one first.
    pub kinds: &'static [Kind],
    /// Whether the [emergency procedure](crate::emergency_steps) comes before anything else.
    pub emergency: bool,
}

/// The rule of a grade.
///
/// Dedicated units and university health services belong to no grade: a listener offers them when the caller's
/// profession or studies call for it. An imminent risk has no list of addresses to read through; it has steps to take.
#[must_use]
pub fn reorientation_rule(grade: Grade) -> Rule {
    match grade {
        Grade::Administrative => Rule { kinds: &[], emergency: false },
        Grade::Anxiety | Grade::Depression => {
            Rule { kinds: &[Kind::Psychologist, Kind::GeneralPractitioner], emergency: false }
        }
        Grade::Exhaustion | Grade::SuicidalIdeation => {
            Rule { kinds: &[Kind::GeneralPractitioner, Kind::Psychiatrist], emergency: false }
        }
        Grade::ImminentRisk => Rule { kinds: &[], emergency: true },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_grade_has_its_rule() {
        use Kind::{GeneralPractitioner, Psychiatrist, Psychologist};
        let table: [(u8, &[Kind], bool); 6] = [
            (0, &[], false),
            (1, &[Psychologist, GeneralPractitioner], false),
            (2, &[Psychologist, GeneralPractitioner], false),
            (3, &[GeneralPractitioner, Psychiatrist], false),
            (4, &[GeneralPractitioner, Psychiatrist], false),
            (5, &[], true),
        ];
        for (number, kinds, emergency) in table {
            let rule = reorientation_rule(Grade::try_from(number).unwrap());
            assert_eq!(rule, Rule { kinds, emergency }, "grade {number}");
        }
    }
}
