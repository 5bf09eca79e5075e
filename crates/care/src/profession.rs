//! The professions of callers: those of health in France, students, families, and the rest.

use crate::closed_list::closed_list;

closed_list! {
    /// What a caller does, or is to someone who does.
    Profession {
        GeneralPractitioner, "general_practitioner", "Médecin généraliste", "General practitioner";
        Specialist, "specialist", "Médecin spécialiste", "Specialist physician";
        HospitalDoctor, "hospital_doctor", "Praticien·ne hospitalier·ère", "Hospital physician";
        Surgeon, "surgeon", "Chirurgien·ne", "Surgeon";
        Anaesthetist, "anaesthetist", "Anesthésiste-réanimateur·rice", "Anaesthetist";
        EmergencyPhysician, "emergency_physician", "Médecin urgentiste", "Emergency physician";
        Psychiatrist, "psychiatrist", "Psychiatre", "Psychiatrist";
        OccupationalPhysician, "occupational_physician", "Médecin du travail", "Occupational physician";
        Intern, "intern", "Interne", "Resident physician";
        Nurse, "nurse", "Infirmier·ère", "Nurse";
        IndependentNurse, "independent_nurse", "Infirmier·ère libéral·e", "Self-employed nurse";
        PsychiatricNurse, "psychiatric_nurse", "Infirmier·ère en psychiatrie", "Psychiatric nurse";
        AdvancedPracticeNurse, "advanced_practice_nurse", "Infirmier·ère en pratique avancée", "Advanced practice nurse";
        AnaestheticNurse, "anaesthetic_nurse", "Infirmier·ère anesthésiste", "Anaesthetic nurse";
        TheatreNurse, "theatre_nurse", "Infirmier·ère de bloc opératoire", "Operating theatre nurse";
        PaediatricNurse, "paediatric_nurse", "Puériculteur·rice", "Paediatric nurse";
        HealthManager, "health_manager", "Cadre de santé", "Ward manager";
        NursingAssistant, "nursing_assistant", "Aide-soignant·e", "Nursing assistant";
        ChildcareAssistant, "childcare_assistant", "Auxiliaire de puériculture", "Childcare assistant";
        HospitalServiceAgent, "hospital_service_agent", "Agent·e de service hospitalier", "Hospital service worker";
        Porter, "porter", "Brancardier·ère", "Porter";
        AmbulanceDriver, "ambulance_driver", "Ambulancier·ère", "Ambulance worker";
        DispatchAssistant, "dispatch_assistant", "Assistant·e de régulation médicale", "Medical dispatch assistant";
        Midwife, "midwife", "Sage-femme ou maïeuticien", "Midwife";
        Dentist, "dentist", "Chirurgien·ne-dentiste", "Dentist";
        DentalAssistant, "dental_assistant", "Assistant·e dentaire", "Dental assistant";
        DentalTechnician, "dental_technician", "Prothésiste dentaire", "Dental technician";
        Pharmacist, "pharmacist", "Pharmacien·ne", "Pharmacist";
        PharmacyTechnician, "pharmacy_technician", "Préparateur·rice en pharmacie", "Pharmacy technician";
        Biologist, "biologist", "Biologiste médical·e", "Medical biologist";
        LaboratoryTechnician, "laboratory_technician", "Technicien·ne de laboratoire médical", "Laboratory technician";
        Physiotherapist, "physiotherapist", "Masseur·euse-kinésithérapeute", "Physiotherapist";
        Osteopath, "osteopath", "Ostéopathe", "Osteopath";
        Chiropractor, "chiropractor", "Chiropracteur·rice", "Chiropractor";
        Podiatrist, "podiatrist", "Pédicure-podologue", "Podiatrist";
        OccupationalTherapist, "occupational_therapist", "Ergothérapeute", "Occupational therapist";
        PsychomotorTherapist, "psychomotor_therapist", "Psychomotricien·ne", "Psychomotor therapist";
        SpeechTherapist, "speech_therapist", "Orthophoniste", "Speech therapist";
        Orthoptist, "orthoptist", "Orthoptiste", "Orthoptist";
        Optician, "optician", "Opticien·ne-lunetier·ère", "Optician";
        HearingAidSpecialist, "hearing_aid_specialist", "Audioprothésiste", "Hearing aid specialist";
        OrthopaedicTechnician, "orthopaedic_technician", "Orthoprothésiste ou podo-orthésiste", "Orthopaedic technician";
        Dietitian, "dietitian", "Diététicien·ne", "Dietitian";
        Radiographer, "radiographer", "Manipulateur·rice en électroradiologie médicale", "Radiographer";
        MedicalPhysicist, "medical_physicist", "Physicien·ne médical·e", "Medical physicist";
        Psychologist, "psychologist", "Psychologue", "Psychologist";
        Psychotherapist, "psychotherapist", "Psychothérapeute", "Psychotherapist";
        SocialWorker, "social_worker", "Assistant·e de service social", "Social worker";
        SpecialEducator, "special_educator", "Éducateur·rice spécialisé·e", "Special needs educator";
        CareAssistant, "care_assistant", "Accompagnant·e éducatif·ve et social·e", "Care and social support assistant";
        HomeHelp, "home_help", "Aide à domicile", "Home help";
        MedicalSecretary, "medical_secretary", "Secrétaire médical·e", "Medical secretary";
        FacilityDirector, "facility_director", "Directeur·rice d’établissement", "Facility director";
        Administration, "administration", "Personnel administratif", "Administrative staff";
        TechnicalStaff, "technical_staff", "Personnel technique ou logistique", "Technical staff";
        Veterinarian, "veterinarian", "Vétérinaire", "Veterinarian";
        MedicalStudent, "medical_student", "Étudiant·e en médecine", "Medical student";
        NursingStudent, "nursing_student", "Étudiant·e en soins infirmiers", "Nursing student";
        HealthStudent, "health_student", "Autre étudiant·e en santé", "Other health student";
        Student, "student", "Étudiant·e hors santé", "Student, not in health";
        Family, "family", "Proche d’une personne du soin", "Relative of someone who works in health";
        Retired, "retired", "Retraité·e", "Retired";
        Other, "other", "Autre", "Other";
    }
}

impl Profession {
    /// Whether the caller studies, so that a university health service can be offered.
    #[must_use]
    pub fn is_student(self) -> bool {
        matches!(self, Self::MedicalStudent | Self::NursingStudent | Self::HealthStudent | Self::Student | Self::Intern)
    }
}
