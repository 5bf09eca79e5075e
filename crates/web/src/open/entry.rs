//! The page of one entry, for reading, for calling and for printing.

use super::page::{Shown, page};
use super::parts::{address, departement_path, entry_path};
use super::{Visitor, json_ld};
use crate::App;
use crate::office::unavailable;
use crate::shell::dialled;
use crate::words::Words;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use directory::{Contact, ContactKind, Published, Territory, read_part_id};
use maud::{Markup, PreEscaped, html};

/// `GET /annuaire/fiches/{id}`
pub(crate) async fn entry_page(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Markup, StatusCode> {
    let Some((id, _)) = read_part_id(&id) else { return Err(StatusCode::NOT_FOUND) };
    let _turn = visitor.open.gate.turn().await?;
    let found = app.house.directory().published(&id).await.map_err(unavailable)?.ok_or(StatusCode::NOT_FOUND)?;
    Ok(draw(&visitor, &found.published))
}

/// The page.
pub(super) fn draw(visitor: &Visitor, published: &Published) -> Markup {
    let words = visitor.words;
    let path = entry_path(published);
    let data = json_ld::text(published, &visitor.whole(&path));
    let head = html! { script type="application/ld+json" { (PreEscaped(data)) } };
    let kinds: Vec<_> = published.kinds.iter().map(|kind| kind.label(words.0)).collect();
    let departement = published.locations.iter().find_map(|location| location.departement);
    let departement = departement.and_then(|code| Territory::load().departement(code.key()));
    let content = html! {
        section.card.sheet {
            p.path {
                a href=(visitor.to("/annuaire")) { (words.say("open.title")) }
                @if let Some(one) = departement {
                    " › " a href=(visitor.to(&departement_path(one.code.key()))) { (one.name) }
                }
            }
            h1 { (published.name) }
            @if !kinds.is_empty() { p.lead { (kinds.join(", ")) } }
            @if published.demo { p { span.badge.demo { (words.say("demo.entry")) } } }
            @if published.offer.accepts_new == Some(false) { p.notice { (words.say("reorientation.full")) } }
            @for contact in &published.contacts { (reach(words, contact)) }
            @for location in &published.locations { p.address { (address(location)) } }
            (facts(words, published))
            p.hint { (confirmed(words, published)) }
            @if !published.source.is_empty() { p.hint { (words.fill("open.source", &[("source", &published.source)])) } }
        }
    };
    page(visitor, &Shown { title: &published.name, path: &path, head }, &content)
}

/// When somebody last confirmed what is said.
pub(super) fn confirmed(words: Words, published: &Published) -> String {
    match published.confirmed {
        Some(day) => words.fill("directory.confirmed_on", &[("day", &crate::addresses::day(day))]),
        None => words.say("directory.never_confirmed").to_owned(),
    }
}

fn reach(words: Words, contact: &Contact) -> Markup {
    let value = contact.value.as_str();
    let link = match contact.kind {
        ContactKind::Phone => Some(format!("tel:{}", dialled(value))),
        ContactKind::Fax => None,
        ContactKind::Email => Some(format!("mailto:{value}")),
        ContactKind::Website | ContactKind::Booking | ContactKind::Room => {
            Some(value.to_owned()).filter(|link| link.starts_with("https://") || link.starts_with("http://"))
        }
    };
    let large = if contact.kind == ContactKind::Phone { "phone" } else { "contact" };
    html! {
        p.reach {
            @match link {
                Some(link) => a class=(large) href=(link) rel="noreferrer noopener" { (value) },
                None => strong { (value) },
            }
            " " span.soft { (crate::addresses::contact_label(words, contact.kind)) @if !contact.note.is_empty() { " · " (contact.note) } }
        }
    }
}

fn facts(words: Words, published: &Published) -> Markup {
    let (offer, language) = (&published.offer, words.0);
    let join = |labels: Vec<&str>| labels.join(", ");
    let accepts = match offer.accepts_new {
        Some(true) => words.say("directory.yes"),
        Some(false) => words.say("directory.no"),
        None => "",
    };
    let facts = [
        ("directory.about", published.about.clone()),
        ("directory.hours", words.hours(&offer.hours)),
        ("directory.modes", join(offer.modes.iter().map(|mode| mode.label(language)).collect())),
        ("directory.fees", join(offer.fees.iter().map(|fee| fee.label(language)).collect())),
        ("directory.audiences", join(offer.audiences.iter().map(|one| one.label(language)).collect())),
        ("directory.languages", offer.languages.iter().map(|code| words.tongue(code)).collect::<Vec<_>>().join(", ")),
        ("directory.accessibility", join(offer.accessibility.iter().map(|one| one.label(language)).collect())),
        ("directory.accepts", accepts.to_owned()),
        ("directory.other_names", published.other_names.join(", ")),
    ];
    html! {
        dl.facts { @for (key, value) in facts.iter().filter(|(_, value)| !value.is_empty()) { div { dt { (words.say(key)) } dd { (value) } } } }
    }
}
