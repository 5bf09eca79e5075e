//! What people look for in the directory, at a desk and on the directory's own page, and the lists to choose from.

use crate::words::Words;
use care::{Fee, Kind, Mode};
use directory::index::{Facet, FacetCount, Trait};
use directory::{Place, Territory, kind_named};
use maud::{Markup, html};
use serde::Deserialize;

/// The facets that people choose from.
pub(crate) const CHOSEN: [Facet; 4] = [Facet::Kind, Facet::Language, Facet::Mode, Facet::Fee];

/// What is looked for, as a page sends it: keys of traits, and « on » for what is ticked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct SearchForm {
    pub(crate) text: String,
    pub(crate) kind: String,
    pub(crate) language: String,
    pub(crate) mode: String,
    pub(crate) fee: String,
    pub(crate) open: String,
    pub(crate) accepts: String,
}

impl SearchForm {
    /// The longest text that is looked for, in characters.
    const LONGEST: usize = 80;

    /// Whether nothing is asked.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The name that is looked for. The name of a kind is none: it is the kind that is meant.
    pub(crate) fn text(&self) -> String {
        if kind_named(&self.text).is_some() {
            return String::new();
        }
        self.text.chars().take(Self::LONGEST).collect()
    }

    /// Whether only what is open now is looked for.
    pub(crate) fn open_now(&self) -> bool {
        self.open == "on"
    }

    /// The traits that are looked for.
    pub(crate) fn traits(&self) -> Vec<Trait> {
        let accepts = if self.accepts == "on" { "yes" } else { "" };
        let chosen = CHOSEN.map(|facet| (facet, self.chosen(facet)));
        let asked = chosen.into_iter().chain([(Facet::AcceptsNew, accepts)]);
        asked.filter(|(_, value)| !value.is_empty()).map(|(facet, value)| Trait::new(facet, value)).collect()
    }

    fn chosen(&self, facet: Facet) -> &str {
        match facet {
            Facet::Kind if self.kind.is_empty() => kind_named(&self.text).map_or("", Kind::key),
            Facet::Kind => &self.kind,
            Facet::Language => &self.language,
            Facet::Mode => &self.mode,
            Facet::Fee => &self.fee,
            Facet::Audience | Facet::Accessibility | Facet::AcceptsNew | Facet::Reader | Facet::Nature => "",
        }
    }

    /// The lists to choose from, with how many there are of each where one looks, and the boxes to tick. `class` is that of the
    /// page's fields.
    pub(crate) fn choices(&self, words: Words, facets: &[FacetCount], class: &str) -> Markup {
        let named = |facet, key: &str| {
            let label = match facet {
                Facet::Kind => Kind::from_key(key).map(|kind| kind.label(words.0)),
                Facet::Mode => Mode::from_key(key).map(|mode| mode.label(words.0)),
                Facet::Fee => Fee::from_key(key).map(|fee| fee.label(words.0)),
                _ => None,
            };
            label.map_or_else(|| words.tongue(key), str::to_owned)
        };
        let lists = [
            (Facet::Kind, "kind", words.say("search.kind")),
            (Facet::Language, "language", words.say("search.language")),
            (Facet::Mode, "mode", words.say("search.mode")),
            (Facet::Fee, "fee", words.say("search.fee")),
        ];
        html! {
            @for (facet, name, label) in lists {
                @let chosen = self.chosen(facet);
                @let values = facets.iter().find(|counts| counts.facet == facet).map(|counts| counts.values.as_slice()).unwrap_or_default();
                div class=(class) {
                    label for=(format!("search-{name}")) { (label) }
                    select id=(format!("search-{name}")) name=(name) {
                        option value="" { (words.say("search.any")) }
                        @if !chosen.is_empty() && !values.iter().any(|(value, _)| value == chosen) {
                            option value=(chosen) selected { (named(facet, chosen)) " (0)" }
                        }
                        @for (value, count) in values {
                            option value=(value) selected[value == chosen] { (named(facet, value)) " (" (count) ")" }
                        }
                    }
                }
            }
            div class=(class) {
                label.tick { input type="checkbox" name="open" value="on" checked[self.open_now()]; span { (words.say("search.open")) } }
                label.tick { input type="checkbox" name="accepts" value="on" checked[self.accepts == "on"]; span { (words.say("search.accepts")) } }
            }
        }
    }
}

/// How many other places of the same name are told.
const NAMESAKES: usize = 4;

/// The place that somebody typed, and what is to be said of it: that none is known, that another was understood, or that there
/// are others of its name.
pub(crate) fn place_typed(words: Words, territory: Territory, text: &str) -> (Option<Place>, Option<String>) {
    if text.trim().is_empty() {
        return (None, None);
    }
    if let Some(place) = territory.find_places(text, 1).first().copied() {
        let others = territory.namesakes(place);
        // Whoever gave a postcode or a département has said which.
        let said = text.chars().any(|sign| sign.is_ascii_digit()) || others.is_empty();
        let listed = others.iter().take(NAMESAKES).map(|other| other.label()).collect::<Vec<_>>().join(" ; ");
        let told = words.fill("directory.namesakes", &[("place", &place.label()), ("others", &listed)]);
        return (Some(place), (!said).then_some(told));
    }
    match territory.near_places(text, 1).first().copied() {
        Some(place) => {
            let told = words.fill("directory.near_place", &[("text", text), ("place", &place.label())]);
            (Some(place), Some(told))
        }
        None => (None, Some(words.fill("directory.no_place", &[("text", text)]))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    #[test]
    fn a_kind_is_understood_where_a_name_is_asked_and_a_name_stays_one() {
        let of = |text: &str| {
            let form = SearchForm { text: text.to_owned(), ..SearchForm::default() };
            (form.text(), form.traits())
        };
        let psychologist = vec![Trait::new(Facet::Kind, "psychologist")];
        for typed in ["psychologue", "Psychologues", "psycologue", "psychologie"] {
            assert_eq!(of(typed), (String::new(), psychologist.clone()), "{typed}");
        }
        assert_eq!(of("médecin generaliste").1, [Trait::new(Facet::Kind, "general_practitioner")]);
        for name in ["Maison des psychologues", "Martin", "psy", ""] {
            assert_eq!(of(name), (name.to_owned(), Vec::new()), "{name}");
        }
        let chosen = SearchForm { text: "psychologue".into(), kind: "psychiatrist".into(), ..SearchForm::default() };
        assert_eq!((chosen.text(), chosen.traits()), (String::new(), vec![Trait::new(Facet::Kind, "psychiatrist")]));
    }

    #[test]
    fn a_place_is_understood_or_told_to_be_none_and_its_namesakes_are_told() {
        let typed = |text: &str| {
            let (place, said) = place_typed(Words(Language::Fr), Territory::load(), text);
            (place.map(Place::label).unwrap_or_default(), said.unwrap_or_default())
        };
        assert_eq!(typed("").1, "");
        assert!(typed("Metz").0.starts_with("Metz"));
        let (place, said) = typed("Riems");
        assert!(place.starts_with("Reims") && said.contains("Riems") && said.contains("Reims"), "{place}: {said}");
        let (place, said) = typed("Saint-Denis");
        assert!(place.starts_with("Saint-Denis") && said.contains("93"), "{place}: {said}");
        assert_eq!(typed("93200 Saint-Denis").1, "");
        let (place, said) = typed("Xyzqwville");
        assert!(place.is_empty() && said.contains("Lieu inconnu"), "{said}");
    }
}
