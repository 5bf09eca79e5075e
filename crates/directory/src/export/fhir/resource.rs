//! The resources, as far as an entry fills them: what is left out is not written.

use super::codes::TEST_DATA;
use serde::Serialize;

/// A resource.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "resourceType")]
pub enum Resource {
    /// A structure.
    Organization(Organization),
    /// A place.
    Location(Location),
    /// What a structure offers.
    HealthcareService(HealthcareService),
    /// A person.
    Practitioner(Practitioner),
    /// What a person does at a place.
    PractitionerRole(PractitionerRole),
}

impl Resource {
    /// The name of its type.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Organization(_) => "Organization",
            Self::Location(_) => "Location",
            Self::HealthcareService(_) => "HealthcareService",
            Self::Practitioner(_) => "Practitioner",
            Self::PractitionerRole(_) => "PractitionerRole",
        }
    }

    /// Its id, which no other resource of its type has.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Organization(one) => &one.id,
            Self::Location(one) => &one.id,
            Self::HealthcareService(one) => &one.id,
            Self::Practitioner(one) => &one.id,
            Self::PractitionerRole(one) => &one.id,
        }
    }
}

/// What is said about a resource itself.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Meta {
    pub(super) tag: Vec<Coding>,
}

impl Meta {
    /// Of what is fictitious (« HTEST » of HL7's reasons).
    pub(super) fn demonstration() -> Self {
        Self { tag: vec![Coding { system: TEST_DATA.0, code: TEST_DATA.1.to_owned() }] }
    }
}

/// A structure.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Organization {
    pub(super) id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) meta: Option<Meta>,
    pub(super) language: &'static str,
    pub(super) identifier: Vec<FhirIdentifier>,
    pub(super) active: bool,
    #[serde(rename = "type", skip_serializing_if = "Vec::is_empty")]
    pub(super) kinds: Vec<CodeableConcept>,
    pub(super) name: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) alias: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) telecom: Vec<Telecom>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) address: Vec<Address>,
}

/// A place.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Location {
    pub(super) id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) meta: Option<Meta>,
    pub(super) status: &'static str,
    pub(super) name: String,
    pub(super) address: Address,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) position: Option<Position>,
}

/// What a structure offers.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HealthcareService {
    pub(super) id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) meta: Option<Meta>,
    pub(super) active: bool,
    pub(super) provided_by: Reference,
    #[serde(rename = "type", skip_serializing_if = "Vec::is_empty")]
    pub(super) kinds: Vec<CodeableConcept>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) location: Vec<Reference>,
    pub(super) name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) comment: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) communication: Vec<CodeableConcept>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) available_time: Vec<AvailableTime>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) availability_exceptions: String,
}

/// A person.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Practitioner {
    pub(super) id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) meta: Option<Meta>,
    pub(super) language: &'static str,
    pub(super) identifier: Vec<FhirIdentifier>,
    pub(super) active: bool,
    pub(super) name: Vec<HumanName>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) telecom: Vec<Telecom>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) qualification: Vec<Qualification>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) communication: Vec<CodeableConcept>,
}

/// What a person does at a place.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PractitionerRole {
    pub(super) id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) meta: Option<Meta>,
    pub(super) active: bool,
    pub(super) practitioner: Reference,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) code: Vec<CodeableConcept>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) location: Vec<Reference>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) available_time: Vec<AvailableTime>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) availability_exceptions: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct FhirIdentifier {
    pub(super) system: String,
    pub(super) value: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct HumanName {
    pub(super) text: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Qualification {
    pub(super) code: CodeableConcept,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Reference {
    pub(super) reference: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct CodeableConcept {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) coding: Vec<Coding>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) text: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Coding {
    pub(super) system: &'static str,
    pub(super) code: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Telecom {
    pub(super) system: &'static str,
    pub(super) value: String,
    pub(super) rank: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Address {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) extension: Vec<CommuneExtension>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) line: Vec<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) city: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) district: String,
    #[serde(rename = "postalCode", skip_serializing_if = "String::is_empty")]
    pub(super) postal_code: String,
    pub(super) country: &'static str,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CommuneExtension {
    pub(super) url: &'static str,
    pub(super) value_coding: Coding,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Position {
    pub(super) longitude: f64,
    pub(super) latitude: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AvailableTime {
    pub(super) days_of_week: Vec<&'static str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) all_day: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) available_start_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) available_end_time: Option<String>,
}
