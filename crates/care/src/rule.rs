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
    }
}

impl Kind {
    /// Whether an entry of this kind is one person, and not a structure.
    #[must_use]
    pub fn is_person(self) -> bool {
        matches!(self, Self::Psychologist | Self::GeneralPractitioner | Self::Psychiatrist)
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
