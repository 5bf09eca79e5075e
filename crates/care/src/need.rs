//! What a caller needs, as the first human finds out.

use crate::closed_list::closed_list;

closed_list! {
    /// What is needed, in one word, to find the right next human.
    Need {
        Listening, "listening", "Être écouté·e", "To be heard";
        Distress, "distress", "Détresse psychologique", "Psychological distress";
        SuicidalThoughts, "suicidal_thoughts", "Idées suicidaires", "Suicidal thoughts";
        Isolation, "isolation", "Isolement", "Isolation";
        Grief, "grief", "Deuil", "Grief";
        Violence, "violence", "Violences", "Violence";
        ChildInDanger, "child_in_danger", "Enfant en danger", "Child in danger";
        Addiction, "addiction", "Addiction", "Addiction";
        WorkSuffering, "work_suffering", "Souffrance au travail", "Suffering at work";
        MedicalQuestion, "medical_question", "Question médicale", "Medical question";
        SocialHelp, "social_help", "Aide sociale ou matérielle", "Social or material help";
        Information, "information", "Renseignement", "Information";
        Other, "other", "Autre", "Something else";
    }
}
