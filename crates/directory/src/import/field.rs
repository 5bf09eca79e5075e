//! The fields that a column of a table can be, with the names by which tables call them.

use crate::fold;
use care::Language;
use serde::{Deserialize, Serialize};

macro_rules! fields {
    ($($variant:ident, $key:literal, $fr:literal, $en:literal, [$($synonym:literal),*];)+) => {
        /// What a column of a table, or a part of another format, is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Field {
            $(#[doc = $en] #[serde(rename = $key)] $variant,)+
        }

        impl Field {
            /// Every field, in the order of the columns of an export.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The heading of its column in an export, which never changes.
            #[must_use]
            pub fn key(self) -> &'static str {
                match self {
                    $(Self::$variant => $key,)+
                }
            }

            /// What people read.
            #[must_use]
            pub fn label(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Self::$variant, Language::Fr) => $fr,
                      (Self::$variant, Language::En) => $en,)+
                }
            }

            /// Other headings of such columns, folded.
            fn synonyms(self) -> &'static [&'static str] {
                match self {
                    $(Self::$variant => &[$($synonym),*],)+
                }
            }
        }
    };
}

// The long ones are headings of the open extracts of the French health directory and of FINESS.
fields! {
    Id, "identifiant", "Identifiant", "Id", ["id", "identifier", "code interne", "numero"];
    Name, "nom", "Nom", "Name", ["raison sociale", "rs", "rslongue", "rs longue", "raison sociale site", "denomination", "libelle", "intitule", "name", "nom de la structure", "nom structure", "structure", "etablissement", "nom d exercice", "nom et prenom", "nom complet", "last name", "lastname", "surname", "organisation", "organization", "nom usuel", "titre"];
    FirstName, "prenom", "Prénom", "First name", ["prenom d exercice", "first name", "firstname", "given name"];
    OtherNames, "autres_noms", "Autres noms", "Other names", ["sigle", "alias", "nom court", "acronyme", "enseigne commerciale site", "alternate name", "other names"];
    Kind, "type", "Type", "Kind", ["types", "specialite", "profession", "libelle profession", "libelle savoir faire", "categorie", "libcategetab", "kind", "category", "metier", "specialty", "type de structure", "fonction", "discipline"];
    CommuneCode, "code_commune", "Code de la commune", "Commune code", ["code insee", "insee", "code commune insee", "commune code", "cog", "cogcommune", "citycode", "code officiel geographique", "code commune coord structure", "insee code", "commune insee"];
    Commune, "commune", "Commune", "Commune", ["ville", "city", "town", "localite", "nom commune", "libelle commune", "libelle commune coord structure", "ligneacheminement", "ligne acheminement", "acheminement", "bureau cedex coord structure"];
    Postcode, "code_postal", "Code postal", "Postcode", ["cp", "postal code", "postcode", "zip", "zipcode", "codepostal", "code postal coord structure"];
    Departement, "departement", "Département", "Département", ["dep", "dept", "code departement", "departement code", "numero departement", "code departement structure"];
    Address, "adresse", "Adresse", "Address", ["address", "rue", "voie", "adresse 1", "adresse1", "adresse postale", "street", "adresse complete", "adresse ligne 1", "libelle voie coord structure", "address 1"];
    AddressMore, "complement_adresse", "Complément d’adresse", "Address, second line", ["adresse 2", "adresse2", "complement", "complement d adresse", "address 2", "complement destinataire coord structure"];
    Latitude, "latitude", "Latitude", "Latitude", ["lat", "y wgs84", "coord y", "latitude wgs84"];
    Longitude, "longitude", "Longitude", "Longitude", ["lon", "lng", "long", "x wgs84", "coord x", "longitude wgs84"];
    Point, "coordonnees", "Coordonnées", "Coordinates", ["geo point", "geopoint", "geo point 2d", "latlon", "lat lon", "gps", "coordinates", "geolocalisation"];
    Secret, "adresse_secrete", "Adresse secrète", "Secret address", ["secret", "confidentiel", "adresse confidentielle"];
    Phone, "telephone", "Téléphone", "Telephone", ["tel", "phone", "telephone 1", "telephone1", "tel 1", "numero de telephone", "phone number", "mobile", "portable", "telephone 2", "tel 2", "telephone coord structure", "telephone 2 coord structure", "telephone fixe", "standard"];
    Fax, "fax", "Télécopie", "Fax", ["telecopie", "telecopie coord structure"];
    Email, "email", "Adresse électronique", "Mail address", ["mail", "e mail", "courriel", "adresse mail", "adresse email", "adresse electronique", "adresse e mail coord structure", "email address"];
    Website, "site", "Site web", "Web site", ["site web", "site internet", "url", "web", "website", "lien", "site url", "www"];
    Booking, "rendez_vous", "Prise de rendez-vous", "Appointments", ["doctolib", "lien de rendez vous", "booking", "prise de rendez vous", "rdv"];
    Room, "salle_teleconsultation", "Salle de téléconsultation", "Room of a teleconsultation", ["teleconsultation", "lien de teleconsultation", "visio"];
    ContactOrder, "ordre_contacts", "Ordre des contacts", "Order of the contacts", [];
    Languages, "langues", "Langues", "Languages", ["langue", "languages", "language", "langues parlees"];
    Audiences, "publics", "Publics", "Audiences", ["public", "public accueilli", "publics accueillis", "audience", "audiences", "patientele"];
    Modes, "modes", "Modes de consultation", "Ways of meeting", ["mode", "modalites", "mode de consultation", "modes de consultation"];
    Fees, "tarifs", "Tarifs", "Fees", ["tarif", "conventionnement", "secteur", "prix", "fees", "convention"];
    Accessibility, "accessibilite", "Accessibilité", "Accessibility", ["accessibility", "acces handicap", "pmr"];
    Hours, "horaires", "Horaires", "Hours", ["horaire", "heures d ouverture", "horaires d ouverture", "hours", "opening hours", "ouverture"];
    HoursWords, "horaires_precisions", "Précisions sur les horaires", "Hours in words", ["remarques horaires"];
    AcceptsNew, "nouvelles_personnes", "Accepte de nouvelles personnes", "Accepts new people", ["nouveaux patients", "accepte de nouveaux patients", "accepts new", "disponible", "disponibilite"];
    About, "presentation", "Présentation", "About", ["description", "a propos", "about", "resume", "missions"];
    Rpps, "rpps", "RPPS", "RPPS", ["numero rpps", "n rpps", "identifiant rpps", "no rpps"];
    Adeli, "adeli", "ADELI", "ADELI", ["numero adeli", "n adeli"];
    Finess, "finess", "FINESS", "FINESS", ["numero finess", "n finess", "nofinesset", "finess geographique", "numero finess site", "finess et", "num finess", "numfinessege", "numero finess et", "no finess"];
    Siret, "siret", "SIRET", "SIRET", ["numero siret", "numero siret site", "n siret"];
    Practitioner, "identifiant_pp", "Identifiant du professionnel (RPPS ou ADELI)", "Id of the practitioner (RPPS or ADELI)", [];
    Identifiers, "autres_identifiants", "Autres identifiants", "Other identifiers", [];
    Notes, "notes_internes", "Notes internes", "Notes of the house", ["notes", "remarques", "commentaire", "commentaires", "observations"];
    Keeper, "suivi_par", "Suivi par", "Kept by", ["referent", "keeper"];
    Source, "source", "Source", "Source", ["origine"];
    Confirmed, "confirme_le", "Confirmé le", "Confirmed on", ["date de verification", "verifie le", "last checked", "confirmed"];
    Hidden, "interne", "Réservé à la maison", "For the house alone", ["hidden"];
    Demo, "demonstration", "Fiche de démonstration", "Made for a demonstration", ["demo"];
    Contact, "contacts_internes", "Contact", "Contact", [];
}

impl Field {
    /// The field that a column with this heading is, as far as its words tell.
    #[must_use]
    pub fn guess(heading: &str) -> Option<Self> {
        if let Some(field) = Self::ALL.iter().find(|field| field.key() == heading) {
            return Some(*field);
        }
        let folded = fold(heading);
        let known = |field: &&Self| {
            fold(field.key()) == folded
                || field.synonyms().contains(&folded.as_str())
                || [Language::Fr, Language::En].iter().any(|language| fold(field.label(*language)) == folded)
        };
        Self::ALL.iter().find(known).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_recognised_however_they_are_written() {
        for (heading, field) in [
            ("Raison sociale", Field::Name),
            ("Téléphone (coord. structure)", Field::Phone),
            ("Code postal", Field::Postcode),
            ("VILLE", Field::Commune),
            ("e-mail", Field::Email),
            ("Identifiant PP", Field::Practitioner),
            ("code_insee", Field::CommuneCode),
            ("lon", Field::Longitude),
            ("N° FINESS", Field::Finess),
        ] {
            assert_eq!(Field::guess(heading), Some(field), "{heading}");
        }
        assert_eq!(Field::guess("Température"), None);
        assert_eq!(Field::guess(""), None);
    }

    #[test]
    fn synonyms_are_folded_and_belong_to_one_field() {
        let mut seen: Vec<(String, Field)> = Vec::new();
        for field in Field::ALL {
            for word in field.synonyms().iter().copied().chain([fold(field.key()).as_str()]) {
                assert_eq!(fold(word), word);
                let other = seen.iter().find(|(known, _)| known == word).map(|(_, field)| field);
                assert_eq!(other, None, "{word} of {field:?}");
                seen.push((word.to_owned(), *field));
            }
        }
    }
}
