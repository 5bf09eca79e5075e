//! The class that a listener gives to a call at its end.

use crate::closed_list::closed_list;

closed_list! {
    /// How heavy a call was, from 0 to 5. Addiction is noted beside it, for the grades 1 to 5.
    Grade {
        Administrative, "administrative", "Administratif", "Administrative";
        Anxiety, "anxiety", "Anxiété", "Anxiety";
        Depression, "depression", "Dépression", "Depression";
        Exhaustion, "exhaustion", "Épuisement professionnel", "Professional exhaustion";
        SuicidalIdeation, "suicidal_ideation", "Idéations suicidaires", "Suicidal ideation";
        ImminentRisk, "imminent_risk", "Risque de passage à l’acte imminent", "Risk of imminent acting out";
    }
}

/// A number that is no grade: grades go from 0 to 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoSuchGrade(pub u8);

impl std::fmt::Display for NoSuchGrade {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} is no grade: grades go from 0 to 5", self.0)
    }
}

impl std::error::Error for NoSuchGrade {}

impl TryFrom<u8> for Grade {
    type Error = NoSuchGrade;
    fn try_from(number: u8) -> Result<Self, Self::Error> {
        Self::ALL.get(usize::from(number)).copied().ok_or(NoSuchGrade(number))
    }
}

impl From<Grade> for u8 {
    fn from(grade: Grade) -> Self {
        grade.number()
    }
}

impl Grade {
    /// The number that listeners know the grade by, 0 to 5.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::Administrative => 0,
            Self::Anxiety => 1,
            Self::Depression => 2,
            Self::Exhaustion => 3,
            Self::SuicidalIdeation => 4,
            Self::ImminentRisk => 5,
        }
    }

    /// Whether an addiction can be noted with this grade. An administrative call says nothing of the caller's health.
    #[must_use]
    pub fn allows_addiction(self) -> bool {
        self != Self::Administrative
    }

    /// Whether the call speaks of suicide, so that a supervisor should hear of it and the listener deserves a pause.
    #[must_use]
    pub fn is_at_risk(self) -> bool {
        matches!(self, Self::SuicidalIdeation | Self::ImminentRisk)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_from_zero_to_five_and_back() {
        for number in 0..=5 {
            assert_eq!(u8::from(Grade::try_from(number).unwrap()), number);
        }
        assert_eq!(Grade::try_from(6), Err(NoSuchGrade(6)));
        assert_eq!(Grade::try_from(255).unwrap_err().to_string(), "255 is no grade: grades go from 0 to 5");
    }

    #[test]
    fn risk_begins_at_four_and_addiction_at_one() {
        let at_risk: Vec<u8> =
            Grade::ALL.iter().filter(|grade| grade.is_at_risk()).map(|grade| grade.number()).collect();
        assert_eq!(at_risk, [4, 5]);
        let with: Vec<u8> =
            Grade::ALL.iter().filter(|grade| grade.allows_addiction()).map(|grade| grade.number()).collect();
        assert_eq!(with, [1, 2, 3, 4, 5]);
    }
}
