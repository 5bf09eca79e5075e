//! Where the caller can be sent next.

use super::consultations::consultations;
use crate::addresses::SearchForm;
use crate::desk::offers::{Offers, OffersState};
use crate::desk::sheet::Sheet;
use crate::words::Words;
use care::{Advice, Kind, KindAnswer, Mode};
use directory::index::NameMatch;
use directory::{ContactKind, Territory};
use maud::{Markup, html};
use node::Found;

/// Draws the part.
pub(in crate::desk) fn reorientation(
    words: Words,
    territory: Territory,
    offers: &Offers,
    sheet: Option<&Sheet>,
) -> Markup {
    let Some(sheet) = sheet else {
        return html! {
            h2 { (words.say("reorientation.title")) }
            p.empty { (words.say("reorientation.none")) }
        };
    };
    let mut list = List { words, territory, sheet, shown: 0 };
    html! {
        h2 { (words.say("reorientation.title")) }
        (given(words, sheet))
        (wrong_number(words, sheet))
        @match offers.state {
            OffersState::Reading => p.empty role="status" { (words.say("reorientation.reading")) },
            OffersState::Failed => p.notice.trouble role="alert" { (words.say("reorientation.failed")) },
            OffersState::Answered => {
                (offered(&mut list, offers))
                (consultations(words, sheet))
                (search(&mut list, offers))
            }
        }
    }
}

fn given(words: Words, sheet: &Sheet) -> Markup {
    html! {
        @if !sheet.follow_up.given.is_empty() {
            h3 { (words.say("reorientation.given")) }
            ul.entries {
                @for one in &sheet.follow_up.given {
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

/// The last address that was given can be told to have a wrong number, by one key.
fn wrong_number(words: Words, sheet: &Sheet) -> Markup {
    html! {
        @if let Some(last) = sheet.follow_up.given.last() {
            @if sheet.wrong.contains(&last.entry) { p.hint role="status" { (words.fill("reorientation.wrong_told", &[("name", &last.name)])) } }
            @else {
                button type="button" data-do="wrong_number" data-call=(sheet.call.0.to_string()) data-entry=(last.entry) aria-keyshortcuts="n" {
                    (words.fill("reorientation.wrong", &[("name", &last.name)])) " " kbd { "N" }
                }
            }
        }
    }
}

fn offered(list: &mut List<'_>, offers: &Offers) -> Markup {
    let words = list.words;
    let Some(advice) = list.sheet.advice() else {
        return html! { p.empty { (words.say("reorientation.no_grade")) } };
    };
    let lists: Vec<_> = offers.lists.iter().filter(|(kind, _)| !in_emergency(&advice, *kind)).collect();
    html! {
        @for say in &advice.say { p.say { (words.wording(say)) } }
        @match offers.asked.place {
            None => p.empty { (words.say("reorientation.no_place")) },
            Some(place) => {
                @if advice.emergency && lists.is_empty() {
                    p.hint { a href="#part-emergency" { (words.say("reorientation.emergency")) } }
                }
                @if list.sheet.kinds().is_empty() { p.empty { (words.say("reorientation.no_rule")) } }
                @if !lists.is_empty() { p.hint { (words.fill("reorientation.near", &[("place", &place.label())])) } }
                @for (kind, found) in lists {
                    div.kind-head {
                        h3 { (kind.label(words.0)) }
                        (answers(words, list.sheet, *kind))
                    }
                    @if found.is_empty() {
                        p.empty { (words.say("reorientation.nobody")) }
                    } @else {
                        ul.entries { @for one in found { (list.entry("entry", one)) } }
                    }
                }
            }
        }
    }
}

/// The emergency services stand with the steps of an emergency, unless the rules ask for them here.
fn in_emergency(advice: &Advice<'_>, kind: Kind) -> bool {
    kind == Kind::EmergencyService && !advice.always.contains(&kind) && !advice.suggested.contains(&kind)
}

/// What the caller says to a kind, where no address of it is given. Pressing again takes it back.
fn answers(words: Words, sheet: &Sheet, kind: Kind) -> Markup {
    let said = sheet.follow_up.answers.get(kind.key()).map(String::as_str);
    html! {
        div.answers role="group" aria-label=(words.fill("reorientation.answers", &[("kind", kind.label(words.0))])) {
            @for answer in KindAnswer::ALL {
                @let pressed = said == Some(answer.key());
                button.small id=(format!("answer-{}-{}", kind.key(), answer.key())) type="button" data-do="answer"
                    data-call=(sheet.call.0.to_string()) data-kind=(kind.key())
                    data-answer=(if pressed { "" } else { answer.key() }) aria-pressed=(pressed) {
                        (answer.label(words.0)) span.unseen { " · " (kind.label(words.0)) }
                    }
            }
        }
    }
}

/// The search: a text and what narrows it, and what was found under it.
fn search(list: &mut List<'_>, offers: &Offers) -> Markup {
    let words = list.words;
    let form = &offers.asked.search;
    let call = list.sheet.call.0.to_string();
    html! {
        form.search #directory-search role="search" data-draft=(format!("search-{call}")) autocomplete="off" {
            h3 { label for="search-text" { (words.say("search.title")) } }
            input #search-text type="text" name="text" value=(form.text) placeholder=(words.say("search.hint"))
                aria-keyshortcuts="r" aria-describedby="search-keys";
            div.fields { (form.choices(words, &offers.facets, "field")) }
            p.hint #search-keys { (words.say("search.keys")) }
        }
        (results(list, offers, form))
    }
}

fn results(list: &mut List<'_>, offers: &Offers, form: &SearchForm) -> Markup {
    let words = list.words;
    let total = offers.total.filter(|total| *total > offers.searched.len());
    html! {
        div #search-results role="status" {
            @if !form.is_empty() && offers.searched.is_empty() && offers.guides.is_empty() { p.empty { (words.say("search.nothing")) } }
            @if let Some(total) = total {
                p.hint { (words.fill("search.total", &[("shown", &offers.searched.len().to_string()), ("total", &total.to_string())])) }
            }
        }
        @if !offers.searched.is_empty() {
            ul.entries #search-found { @for one in &offers.searched { (list.entry("found", one)) } }
        }
        @if !offers.guides.is_empty() {
            h3 { (words.say("guide.title")) }
            // They open beside the desk: a call must not be left.
            ul.things #guides-found { @for (id, title) in &offers.guides { li { a href=(format!("/guides/{id}")) target="_blank" rel="noopener" { (title) } } } }
        }
    }
}

/// Entries as they are drawn, one after the other: the first nine have a key each.
struct List<'a> {
    words: Words,
    territory: Territory,
    sheet: &'a Sheet,
    shown: usize,
}

impl List<'_> {
    fn entry(&mut self, from: &str, found: &Found) -> Markup {
        let (words, entry) = (self.words, &found.entry);
        let location = entry.locations.get(found.hit.location);
        let commune = location.and_then(|location| self.territory.commune(&location.commune));
        let commune = commune.map_or("", |commune| commune.name);
        // Whether it can be given or is given already, it has one name, so that the keyboard's focus stays with it.
        let id = format!("{from}-{}", entry.id);
        let given = self.sheet.follow_up.given.iter().any(|one| one.entry == entry.id);
        self.shown += 1;
        let key = (self.shown <= 9).then(|| self.shown.to_string());
        html! {
            li.entry {
                div {
                    strong { (entry.name) }
                    @if from == "found" { @if let Some(kind) = entry.kind() { " " span.hint { (kind.label(words.0)) } } }
                    @if entry.keeping.demo { " " span.badge.demo { (words.say("demo.entry")) } }
                    @if entry.has_mode(Mode::Teleconsultation) { " " span.badge { (words.say("reorientation.teleconsultation")) } }
                    @if entry.offer.accepts_new == Some(false) { " " span.badge { (words.say("reorientation.full")) } }
                    p.entry-phone { (entry.phone().unwrap_or_default()) }
                    p.hint { (self.whereabouts(location, commune, found)) }
                    @if let Some(room) = entry.contact(ContactKind::Room) { p.hint { (words.say("consultation.room")) " " (room) } }
                    @if !entry.offer.hours.is_unknown() { p.hint { (words.hours(&entry.offer.hours)) } }
                }
                @if given {
                    span.badge id=(id) tabindex="-1" { (words.say("reorientation.is_given")) }
                } @else {
                    button id=(id) type="button" data-do="give" data-call=(self.sheet.call.0.to_string()) data-entry=(entry.id)
                        data-nth=[key.as_deref()] aria-keyshortcuts=[key.as_deref()] {
                        (words.say("reorientation.give")) @if let Some(key) = &key { kbd { (key) } }
                    }
                }
            }
        }
    }

    /// Where it is, and why it stands where it stands.
    fn whereabouts(&self, location: Option<&directory::Location>, commune: &str, found: &Found) -> String {
        let mut parts = Vec::new();
        if let Some(location) = location {
            let town = format!("{} {commune}", location.postcode);
            parts.push(
                [location.address.as_str(), town.trim()]
                    .into_iter()
                    .filter(|part| !part.is_empty())
                    .collect::<Vec<_>>()
                    .join(", "),
            );
        }
        parts.extend(found.hit.distance_km.map(distance));
        if found.hit.why.name == NameMatch::Near {
            parts.push(self.words.say("search.near_name").to_owned());
        }
        parts.retain(|part| !part.is_empty());
        parts.join(" · ")
    }
}

fn distance(kilometres: f64) -> String {
    if kilometres < 1.0 { "< 1\u{a0}km".to_owned() } else { format!("{kilometres:.0}\u{a0}km") }
}

fn kind_label(words: Words, key: &str) -> &'static str {
    Kind::from_key(key).map_or("", |kind| kind.label(words.0))
}
