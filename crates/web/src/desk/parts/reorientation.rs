//! Where the caller can be sent next.

use crate::desk::sheet::Sheet;
use crate::words::Words;
use care::{Kind, Mode, reorientation_rule};
use directory::{DirectorySearch, Found, Place, Territory};
use maud::{Markup, html};

/// How many entries of each kind are offered: enough to choose from, few enough to read aloud.
const OFFERED: usize = 3;

/// Draws the part.
pub(in crate::desk) fn reorientation(
    words: Words,
    territory: Territory,
    directory: &DirectorySearch,
    sheet: Option<&Sheet>,
) -> Markup {
    let Some(sheet) = sheet else {
        return html! {
            h2 { (words.say("reorientation.title")) }
            p.empty { (words.say("reorientation.none")) }
        };
    };
    html! {
        h2 { (words.say("reorientation.title")) }
        (given(words, sheet))
        (offered(words, territory, directory, sheet))
    }
}

fn given(words: Words, sheet: &Sheet) -> Markup {
    html! {
        @if !sheet.given.is_empty() {
            h3 { (words.say("reorientation.given")) }
            ul.entries {
                @for one in &sheet.given {
                    li.entry.given {
                        div { strong { (one.name) } " " span.hint { (kind_label(words, &one.kind)) } }
                        button type="button" data-do="take_back" data-call=(sheet.call.0.to_string()) data-entry=(one.entry) {
                            (words.say("reorientation.take_back"))
                        }
                    }
                }
            }
        }
    }
}

fn offered(words: Words, territory: Territory, directory: &DirectorySearch, sheet: &Sheet) -> Markup {
    let Some(grade) = sheet.grade() else {
        return html! { p.empty { (words.say("reorientation.no_grade")) } };
    };
    let rule = reorientation_rule(grade);
    let mut kinds = rule.kinds.to_vec();
    if sheet.profession().is_some_and(care::Profession::is_student) && !kinds.is_empty() {
        kinds.push(Kind::UniversityHealthService);
    }
    let others: Vec<Kind> = Kind::ALL.iter().copied().filter(|kind| !kinds.contains(kind)).collect();
    let entries = |kind, place| entries(words, territory, directory, sheet, kind, place);
    html! {
        @match sheet.place(territory) {
            None => p.empty { (words.say("reorientation.no_place")) },
            Some(place) => {
                @if kinds.is_empty() && !rule.emergency { p.empty { (words.say("reorientation.no_rule")) } }
                @if !kinds.is_empty() { p.hint { (words.fill("reorientation.near", &[("place", &place.label())])) } }
                @for kind in kinds { (entries(kind, place)) }
                details #other-kinds {
                    summary { (words.say("reorientation.others")) }
                    @for kind in others { (entries(kind, place)) }
                }
            }
        }
    }
}

fn entries(
    words: Words,
    territory: Territory,
    directory: &DirectorySearch,
    sheet: &Sheet,
    kind: Kind,
    place: Place,
) -> Markup {
    let found = directory.near(&[kind], place, OFFERED);
    html! {
        h3 { (kind.label(words.0)) }
        @if found.is_empty() {
            p.empty { (words.say("reorientation.nobody")) }
        } @else {
            ul.entries { @for one in &found { (entry(words, territory, sheet, one)) } }
        }
    }
}

fn entry(words: Words, territory: Territory, sheet: &Sheet, found: &Found<'_>) -> Markup {
    let entry = found.entry;
    let location = entry.locations.first();
    let commune = location.and_then(|location| territory.commune(&location.commune)).map_or("", |commune| commune.name);
    // Whether it can be given or is given already, it has one name, so that the keyboard's focus stays with it.
    let id = format!("entry-{}", entry.id);
    let given = sheet.given.iter().any(|one| one.entry == entry.id);
    html! {
        li.entry {
            div {
                strong { (entry.name) }
                @if entry.keeping.demo { " " span.badge.demo { (words.say("demo.entry")) } }
                @if entry.has_mode(Mode::Teleconsultation) { " " span.badge { (words.say("reorientation.teleconsultation")) } }
                p.entry-phone { (entry.phone().unwrap_or_default()) }
                @if let Some(location) = location {
                    p.hint { (location.address) ", " (location.postcode) " " (commune) " · " (distance(found.distance_km)) }
                }
            }
            @if given {
                span.badge id=(id) tabindex="-1" { (words.say("reorientation.is_given")) }
            } @else {
                button id=(id) type="button" data-do="give" data-call=(sheet.call.0.to_string()) data-entry=(entry.id) {
                    (words.say("reorientation.give"))
                }
            }
        }
    }
}

fn distance(kilometres: f64) -> String {
    if kilometres < 1.0 { "< 1\u{a0}km".to_owned() } else { format!("{kilometres:.0}\u{a0}km") }
}

fn kind_label(words: Words, key: &str) -> &'static str {
    Kind::from_key(key).map_or("", |kind| kind.label(words.0))
}
