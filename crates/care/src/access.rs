//! How, for whom and at what price somebody can be consulted.

use crate::closed_list::closed_list;

closed_list! {
    /// A way of meeting a professional.
    Mode {
        InPerson, "in_person", "Sur place", "In person";
        Teleconsultation, "teleconsultation", "Téléconsultation", "Teleconsultation";
        AtHome, "at_home", "À domicile", "At home";
        ByTelephone, "by_telephone", "Par téléphone", "By telephone";
    }
}

closed_list! {
    /// What a consultation costs. The sectors are those of the French health insurance's convention.
    Fee {
        Free, "free", "Gratuit", "Free of charge";
        Funded, "funded", "Pris en charge par le service", "Paid for by the service";
        Sector1, "sector_1", "Conventionné secteur 1", "Health insurance, sector 1";
        Sector2, "sector_2", "Conventionné secteur 2", "Health insurance, sector 2";
        Sector2Capped, "sector_2_capped", "Secteur 2 à dépassements maîtrisés", "Sector 2 with capped fees";
        NotCovered, "not_covered", "Non conventionné", "Not covered by the health insurance";
        Reimbursed, "reimbursed", "Séances remboursées sur prescription", "Reimbursed when prescribed";
    }
}

closed_list! {
    /// Whom a professional, a structure or a relay is for. One that names none is for everybody.
    Audience {
        HealthWorkers, "health_workers", "Professionnel·les du soin", "Health workers";
        Students, "students", "Étudiant·es", "Students";
        Children, "children", "Enfants", "Children";
        Teenagers, "teenagers", "Adolescent·es", "Teenagers";
        Adults, "adults", "Adultes", "Adults";
        OlderPeople, "older_people", "Personnes âgées", "Older people";
        Couples, "couples", "Couples", "Couples";
        Families, "families", "Familles et proches", "Families";
        Women, "women", "Femmes", "Women";
        Victims, "victims", "Victimes", "Victims";
        Migrants, "migrants", "Personnes migrantes", "Migrants";
        Homeless, "homeless", "Personnes sans domicile", "Homeless people";
        DisabledPeople, "disabled_people", "Personnes handicapées", "Disabled people";
    }
}

closed_list! {
    /// What makes a place usable for somebody with a disability.
    Accessibility {
        Wheelchair, "wheelchair", "Accessible en fauteuil roulant", "Wheelchair access";
        SignLanguage, "sign_language", "Langue des signes", "Sign language";
        HearingLoop, "hearing_loop", "Boucle magnétique", "Hearing loop";
        EasyToRead, "easy_to_read", "Facile à lire et à comprendre", "Easy to read";
        Parking, "parking", "Stationnement réservé", "Reserved parking";
    }
}
