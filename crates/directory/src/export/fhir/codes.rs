//! The code systems of the French health directory, and what their codes mean here; see `NOTICE`.

use care::Kind;

/// The systems of identifiers, by the register.
pub(crate) const SYSTEMS: &[(&str, &str)] = &[
    ("rpps", "https://rpps.esante.gouv.fr"),
    ("adeli", "https://adeli.esante.gouv.fr"),
    ("finess", "https://finess.esante.gouv.fr"),
    ("siret", "https://sirene.fr"),
];
/// The system of our own ids.
pub(crate) const OWN_SYSTEM: &str = "urn:vigie:entry";
/// Professions of health (« TRE_G15 »).
pub(crate) const PROFESSIONS: &str =
    "https://mos.esante.gouv.fr/NOS/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante";
/// Specialities of physicians (« TRE_R38 »).
pub(crate) const SPECIALITIES: &str =
    "https://mos.esante.gouv.fr/NOS/TRE_R38-SpecialiteOrdinale/FHIR/TRE-R38-SpecialiteOrdinale";
/// Communes (« TRE_R13 »).
pub(crate) const COMMUNES: &str = "https://mos.esante.gouv.fr/NOS/TRE_R13-Commune/FHIR/TRE-R13-Commune";
/// The extension of an address that holds the code of its commune.
pub(crate) const INSEE_CODE: &str = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address-insee-code";

/// Codes of the French lists by what they mean here.
pub(crate) const PROFESSION_CODES: &[(&str, Kind)] = &[
    ("93", Kind::Psychologist),
    ("72", Kind::Psychotherapist),
    ("60", Kind::Nurse),
    ("41", Kind::SocialWorker),
    ("10", Kind::OtherProfessional),
];

/// Codes of physicians' specialities by what they mean here; the first of a kind is the one that is written.
pub(crate) const SPECIALITY_CODES: &[(&str, Kind)] = &[
    ("SM42", Kind::Psychiatrist),
    ("SM33", Kind::Psychiatrist),
    ("SM93", Kind::Psychiatrist),
    ("SM43", Kind::ChildPsychiatrist),
    ("SM92", Kind::ChildPsychiatrist),
    ("SM54", Kind::GeneralPractitioner),
    ("SM53", Kind::GeneralPractitioner),
    ("SM26", Kind::GeneralPractitioner),
    ("SM25", Kind::OccupationalPhysician),
];

/// Days as FHIR writes them, Monday first.
pub(crate) const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
