//! The closed lists by which services are told apart, as taxonomies of HSDS.

use super::TAXONOMY;
use super::maker::term_id;
use crate::export::uuid::uuid;
use crate::index::{Facet, Trait};
use care::{Accessibility, Audience, Fee, Kind, Language, Mode};
use serde::Serialize;

/// A closed list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Taxonomy {
    /// Its UUID.
    pub id: String,
    /// Its name, as terms of services give it.
    pub name: String,
    /// What it is about.
    pub description: &'static str,
    /// The facet of searches that it is.
    #[serde(skip)]
    pub facet: Facet,
}

/// A value of such a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Term {
    /// Its UUID.
    pub id: String,
    /// Its key.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The same.
    pub description: String,
    /// The name of its taxonomy.
    pub taxonomy: String,
    /// Its taxonomy.
    pub taxonomy_detail: Taxonomy,
    /// The language of its name.
    pub language: &'static str,
}

impl Term {
    /// What a search asks for by this term.
    #[must_use]
    pub fn wanted(&self) -> Trait {
        Trait::new(self.taxonomy_detail.facet, &self.code)
    }
}

const LISTS: [(&str, Facet, &str); 5] = [
    ("kind", Facet::Kind, "Types de professionnel·les et de structures"),
    ("audience", Facet::Audience, "Publics ; sans aucun, un service est pour tout le monde"),
    ("mode", Facet::Mode, "Modalités de rencontre"),
    ("fee", Facet::Fee, "Tarifs"),
    ("accessibility", Facet::Accessibility, "Accessibilité"),
];

/// Every taxonomy.
#[must_use]
pub fn taxonomies() -> Vec<Taxonomy> {
    let taxonomy = |(name, facet, description): (&str, Facet, &'static str)| Taxonomy {
        id: uuid("taxonomy", name),
        name: format!("{TAXONOMY} {name}"),
        description,
        facet,
    };
    LISTS.into_iter().map(taxonomy).collect()
}

/// Every term of every taxonomy.
#[must_use]
pub fn terms() -> Vec<Term> {
    let term = |taxonomy: &Taxonomy, key: &str, label: &str| Term {
        id: term_id(taxonomy.name.trim_start_matches(TAXONOMY).trim(), key),
        code: key.to_owned(),
        name: label.to_owned(),
        description: label.to_owned(),
        taxonomy: taxonomy.name.clone(),
        taxonomy_detail: taxonomy.clone(),
        language: "fr",
    };
    let fr = Language::Fr;
    let of = |taxonomy: &Taxonomy| -> Vec<Term> {
        let values: Vec<(&str, &str)> = match taxonomy.facet {
            Facet::Kind => Kind::ALL.iter().map(|one| (one.key(), one.label(fr))).collect(),
            Facet::Audience => Audience::ALL.iter().map(|one| (one.key(), one.label(fr))).collect(),
            Facet::Mode => Mode::ALL.iter().map(|one| (one.key(), one.label(fr))).collect(),
            Facet::Fee => Fee::ALL.iter().map(|one| (one.key(), one.label(fr))).collect(),
            Facet::Accessibility => Accessibility::ALL.iter().map(|one| (one.key(), one.label(fr))).collect(),
            Facet::Language | Facet::AcceptsNew | Facet::Reader | Facet::Nature => Vec::new(),
        };
        values.into_iter().map(|(key, label)| term(taxonomy, key, label)).collect()
    };
    taxonomies().iter().flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::hsds::service;
    use crate::{Territory, demo};

    #[test]
    fn the_terms_of_services_are_those_of_the_taxonomies() {
        let known = terms();
        for entry in demo::entries(Territory::load(), 7).iter().take(50) {
            let service = serde_json::to_value(service(&entry.published().unwrap())).unwrap();
            for attribute in service["attributes"].as_array().unwrap() {
                let term = &attribute["taxonomy_term"];
                let name = term["taxonomy"].as_str().unwrap();
                if taxonomies().iter().any(|taxonomy| taxonomy.name == name) {
                    let found = known.iter().find(|one| one.id == term["id"].as_str().unwrap()).unwrap();
                    assert_eq!((found.code.as_str(), found.taxonomy.as_str()), (term["code"].as_str().unwrap(), name));
                }
            }
        }
    }
}
