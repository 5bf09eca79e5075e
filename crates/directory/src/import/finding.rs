//! What an import has to say about a row or a file, in words that people read.

use super::Field;
use care::Language;
use serde::{Deserialize, Serialize};

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The row is taken; somebody should look at it.
    Warning,
    /// The row is left out on purpose, as a structure that has closed.
    Skipped,
    /// The row, or the file, cannot be taken.
    Refused,
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Finding {
    /// What it is about; none for the whole row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<Field>,
    /// What was found.
    pub what: What,
    /// What was read there, shortened to eighty characters, without anything that does not print.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub value: String,
}

/// The most characters of a value that a report repeats.
const VALUE_LIMIT: usize = 80;

impl Finding {
    /// A finding about what was read in a field.
    #[must_use]
    pub fn new(what: What, field: Option<Field>, value: &str) -> Self {
        let value = value.chars().map(|letter| if super::text::is_hidden(letter) { ' ' } else { letter });
        Self { field, what, value: value.take(VALUE_LIMIT).collect::<String>().trim().to_owned() }
    }

    /// How grave it is.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.what.severity()
    }

    /// The finding in a sentence: the field, what is the matter, and what was read.
    #[must_use]
    pub fn sentence(&self, language: Language) -> String {
        let what = self.what.sentence(language);
        let (colon, open, close) = match language {
            Language::Fr => ("\u{a0}: ", "«\u{a0}", "\u{a0}»"),
            Language::En => (": ", "“", "”"),
        };
        let field = self.field.map_or(String::new(), |field| format!("{}{colon}", field.label(language)));
        let value = if self.value.is_empty() { String::new() } else { format!(" ({open}{}{close})", self.value) };
        format!("{field}{what}{value}")
    }
}

macro_rules! what {
    ($($(#[$meta:meta])* $variant:ident, $key:literal, $severity:ident, $fr:literal, $en:literal;)+) => {
        /// Everything that an import may find.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum What {
            $(#[doc = $en] #[serde(rename = $key)] $variant,)+
        }

        impl What {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// How grave it is.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self {
                    $(Self::$variant => Severity::$severity,)+
                }
            }

            /// What people read.
            #[must_use]
            pub fn sentence(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Self::$variant, Language::Fr) => $fr,
                      (Self::$variant, Language::En) => $en,)+
                }
            }
        }
    };
}

what! {
    FileUnreadable, "file_unreadable", Refused, "le fichier n’a pas le format annoncé", "the file is not of the format that was named";
    FileCutShort, "file_cut_short", Refused, "la lecture s’arrête ici, le reste du fichier est illisible", "reading stops here, the rest of the file is unreadable";
    FileTooLarge, "file_too_large", Refused, "déplié, le contenu du fichier est trop grand : envoyez-le en plusieurs fois, ou en CSV", "unpacked, the file is too large: send it in several parts, or as CSV";
    RowUnreadable, "row_unreadable", Refused, "la ligne est illisible", "the row is unreadable";
    NameMissing, "name_missing", Refused, "il manque un nom", "there is no name";
    Inactive, "inactive", Skipped, "fermé ou inactif, la fiche n’est pas reprise", "closed or inactive, the entry is left out";
    EncodingGuessed, "encoding_guessed", Warning, "le texte n’est pas en UTF-8, il a été lu en Windows-1252", "the text is not UTF-8 and was read as Windows-1252";
    Mojibake, "mojibake", Warning, "des accents abîmés ont été rétablis", "broken accents were put right";
    HiddenCharacters, "hidden_characters", Warning, "des caractères invisibles ont été retirés", "invisible characters were taken out";
    LooksLikeCode, "looks_like_code", Warning, "le texte ressemble à un programme ou à une formule, il reste un simple texte", "the text looks like a program or a formula; it stays plain text";
    TooLong, "too_long", Warning, "le texte est trop long, la fin est coupée", "the text is too long, its end is cut off";
    CellsMissing, "cells_missing", Warning, "la ligne a moins de cases que l’en-tête", "the row has fewer cells than the header";
    CellsTooMany, "cells_too_many", Warning, "la ligne a plus de cases que l’en-tête", "the row has more cells than the header";
    Repeated, "repeated", Warning, "le même identifiant est déjà plus haut dans le fichier", "the same identifier stands further up in the file";
    IdentifierMissing, "identifier_missing", Warning, "sans identifiant, la fiche est reconnue à son nom et à son adresse", "without an identifier, the entry is known by its name and address";
    IdentifierWrong, "identifier_wrong", Warning, "ce n’est pas un identifiant de cette sorte", "this is no identifier of that kind";
    KindMissing, "kind_missing", Warning, "le type manque, la fiche ne sera pas proposée par type", "the kind is missing, the entry will not be found by kind";
    KindUnknown, "kind_unknown", Warning, "type inconnu, classé parmi les autres", "unknown kind, put among the others";
    PlaceMissing, "place_missing", Warning, "sans lieu, la fiche ne sera pas trouvée par distance", "without a place, the entry will not be found by distance";
    PostcodeUnknown, "postcode_unknown", Warning, "code postal inconnu", "unknown postcode";
    CommuneUnknown, "commune_unknown", Warning, "commune inconnue, elle est gardée dans les notes internes", "unknown commune, kept in the notes of the house";
    CommuneForgiven, "commune_forgiven", Warning, "nom de commune corrigé", "the name of the commune was corrected";
    CommuneFromPostcode, "commune_from_postcode", Warning, "commune inconnue ou fusionnée, la plus grande du code postal est prise", "unknown or merged commune, the largest of the postcode is taken";
    CommuneAmbiguous, "commune_ambiguous", Warning, "plusieurs communes portent ce nom, la plus grande est prise", "several communes have this name, the largest is taken";
    PostcodeElsewhere, "postcode_elsewhere", Warning, "le code postal et la commune ne sont pas du même département", "the postcode and the commune are not of one département";
    PointSwapped, "point_swapped", Warning, "latitude et longitude étaient inversées, elles sont remises en ordre", "latitude and longitude were swapped and are put right";
    PointUnreadable, "point_unreadable", Warning, "coordonnées illisibles, le centre de la commune est pris", "unreadable coordinates, the middle of the commune is taken";
    PointOutside, "point_outside", Warning, "coordonnées hors de France, le centre de la commune est pris", "coordinates outside France, the middle of the commune is taken";
    PointFar, "point_far", Warning, "coordonnées loin de la commune, le centre de la commune est pris", "coordinates far from the commune, the middle of the commune is taken";
    PhoneUnreadable, "phone_unreadable", Warning, "ce n’est pas un numéro de téléphone ; s’il est trop court, il est gardé dans les notes internes", "this is no telephone number; if it is too short, it is kept in the notes of the house";
    EmailUnreadable, "email_unreadable", Warning, "ce n’est pas une adresse électronique, elle est gardée dans les notes internes", "this is no mail address and is kept in the notes of the house";
    LinkUnsafe, "link_unsafe", Warning, "ce lien n’est pas une adresse web, il est gardé dans les notes internes", "this link is no web address and is kept in the notes of the house";
    LanguageUnknown, "language_unknown", Warning, "langue inconnue, gardée dans les notes internes", "unknown language, kept in the notes of the house";
    WordUnknown, "word_unknown", Warning, "mot inconnu, gardé dans les notes internes", "unknown word, kept in the notes of the house";
    HoursInWords, "hours_in_words", Warning, "horaires gardés tels quels, ils ne serviront pas au tri", "hours are kept as they are written and cannot be sorted by";
    DateUnreadable, "date_unreadable", Warning, "date illisible", "unreadable date";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_said_in_both_languages() {
        let finding = Finding::new(What::PostcodeUnknown, Some(Field::Postcode), "0000\u{202e}0");
        assert_eq!(finding.sentence(Language::Fr), "Code postal\u{a0}: code postal inconnu («\u{a0}0000 0\u{a0}»)");
        assert_eq!(finding.sentence(Language::En), "Postcode: unknown postcode (“0000 0”)");
        let json = serde_json::to_string(&finding).unwrap();
        assert_eq!(serde_json::from_str::<Finding>(&json).unwrap(), finding);
    }

    #[test]
    fn each_sentence_is_of_its_own() {
        for language in [Language::Fr, Language::En] {
            let mut sentences: Vec<_> = What::ALL.iter().map(|what| what.sentence(language)).collect();
            sentences.sort_unstable();
            sentences.dedup();
            assert_eq!(sentences.len(), What::ALL.len());
        }
    }
}
