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

/// The system and the code of what is no real data.
pub(crate) const TEST_DATA: (&str, &str) = ("http://terminology.hl7.org/CodeSystem/v3-ActReason", "HTEST");

/// Days as FHIR writes them, Monday first.
pub(crate) const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The kinds that a code of the French lists stands for; a code may come with its system, as « system|code ».
#[must_use]
pub fn kinds_of_code(token: &str) -> Vec<Kind> {
    let (system, code) = token.rsplit_once('|').unwrap_or(("", token));
    let lists = [(PROFESSIONS, PROFESSION_CODES), (SPECIALITIES, SPECIALITY_CODES)];
    let lists = lists.into_iter().filter(|(name, _)| system.is_empty() || *name == system);
    let coded = lists.flat_map(|(_, codes)| codes.iter()).filter(|(known, _)| *known == code).map(|(_, kind)| *kind);
    let mut kinds: Vec<Kind> = coded.collect();
    kinds.extend(Kind::from_key(code).filter(|_| system.is_empty()));
    kinds.dedup();
    kinds
}

/// The name by which the directory knows an identifier that is given as « system|value »; without a system it is each register's.
#[must_use]
pub fn keys_of_identifier(token: &str) -> Vec<String> {
    match token.rsplit_once('|') {
        Some((OWN_SYSTEM, value)) => vec![value.to_owned()],
        Some((system, value)) => {
            let known = SYSTEMS.iter().filter(|(_, name)| *name == system).map(|(scheme, _)| *scheme);
            let own = system.strip_prefix("urn:vigie:");
            known.chain(own).map(|scheme| format!("{scheme}:{value}")).collect()
        }
        None => {
            let schemes = SYSTEMS.iter().map(|(scheme, _)| format!("{scheme}:{token}"));
            schemes.chain([token.to_owned()]).collect()
        }
    }
}
