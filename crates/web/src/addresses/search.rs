//! What people look for in the directory, at a desk and on the directory's own page, and the lists to choose from.

use crate::words::Words;
use care::{Fee, Kind, Mode};
use directory::index::{Facet, FacetCount, Trait};
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

    /// The text, as far as it is looked for.
    pub(crate) fn text(&self) -> String {
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
