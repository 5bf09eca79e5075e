//! What a caller spoke about.

use crate::closed_list::closed_list;

closed_list! {
    /// A subject of the talk. A call may have several.
    Theme {
        WorkOverload, "work_overload", "Surcharge de travail", "Work overload";
        WorkConditions, "work_conditions", "Conditions et organisation du travail", "Working conditions";
        Conflict, "conflict", "Conflit au travail", "Conflict at work";
        Harassment, "harassment", "Harcèlement", "Harassment";
        Violence, "violence", "Violences", "Violence";
        Trauma, "trauma", "Événement traumatique", "Traumatic event";
        Bereavement, "bereavement", "Deuil", "Bereavement";
        Studies, "studies", "Études et examens", "Studies and exams";
        Family, "family", "Famille", "Family";
        Couple, "couple", "Couple", "Couple";
        Isolation, "isolation", "Isolement, solitude", "Isolation, loneliness";
        Health, "health", "Santé physique ou maladie", "Physical health or illness";
        Addiction, "addiction", "Addiction", "Addiction";
        Money, "money", "Difficultés financières", "Money troubles";
        Sleep, "sleep", "Sommeil", "Sleep";
        Other, "other", "Autre", "Other";
    }
}
