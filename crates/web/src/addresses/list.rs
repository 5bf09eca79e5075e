//! The directory searched from a page of its own.

use super::search::place_typed;
use super::{CHOSEN, SearchForm, address, page};
use crate::App;
use crate::door::{Colleague, Rule};
use crate::office::unavailable;
use crate::words::Words;
use axum::extract::{Query as FromQuery, State};
use axum::http::StatusCode;
use directory::index::{FacetCount, Query};
use directory::{Place, Territory};
use maud::{Markup, html};
use node::Found;
use serde::Deserialize;

/// How many entries a page shows.
const SHOWN: usize = 30;

/// What is looked for, and where.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    place: String,
    #[serde(flatten)]
    form: SearchForm,
}

/// `GET /directory`
pub(crate) async fn list_page(
    State(app): State<App>,
    colleague: Colleague,
    FromQuery(asked): FromQuery<Asked>,
) -> Result<Markup, StatusCode> {
    let words = colleague.words;
    let directory = app.house.directory();
    let (place, said) = place_typed(words, app.house.territory(), &asked.place);
    let open_at = asked.form.open_now().then(|| app.house.local_times());
    // The same order for a page that is loaded again within the hour; another one in the next.
    let seed = app.house.wall_ms().unsigned_abs() / 3_600_000;
    let query = Query { text: asked.form.text(), place, wanted: asked.form.traits(), open_at, seed, limit: SHOWN };
    let facets = directory.facets(&query, &CHOSEN);
    let (found, total) = directory.search(&query).await.map_err(unavailable)?;
    let keeps = Rule::Runs.allows(Some(colleague.staff.role));
    let content = html! {
        section.card {
            h1 { (words.say("directory.title")) }
            @if !directory.is_ready() { p.notice role="status" { (words.say("reorientation.reading")) } }
            (search(words, &asked, place, &facets))
            @if let Some(said) = &said { p.notice.trouble[place.is_none()] role="alert" { (said) } }
        }
        section.card {
            div.record-head {
                h2 { (heading(words, found.len(), total)) }
                @if keeps {
                    div.buttons {
                        a.button href="/directory/new" { (words.say("directory.new")) }
                        a.button href="/directory/import" { (words.say("imports.title")) }
                        a.button href="/directory/duplicates" { (words.say("duplicates.title")) }
                        a.button href="/directory/freshness" { (words.say("freshness.title")) }
                    }
                }
            }
            @if found.is_empty() { p.empty { (words.say("search.nothing")) } }
            ul.things { @for one in &found { (row(words, app.house.territory(), one)) } }
        }
    };
    Ok(page(&app, &colleague, "/directory", words.say("directory.title"), &content))
}

fn heading(words: Words, shown: usize, total: Option<usize>) -> String {
    match total {
        Some(total) if total > shown => {
            words.fill("directory.some", &[("shown", &shown.to_string()), ("total", &total.to_string())])
        }
        _ => words.fill("directory.all", &[("count", &shown.to_string())]),
    }
}

fn search(words: Words, asked: &Asked, place: Option<Place>, facets: &[FacetCount]) -> Markup {
    let place_text = place.map_or_else(|| asked.place.clone(), Place::label);
    html! {
        form.fields method="get" action="/directory" role="search" {
            div.input { label for="text" { (words.say("directory.text")) }
                input #text type="text" name="text" value=(asked.form.text) maxlength="80" autocomplete="off"; }
            div.input { label for="place" { (words.say("record.place")) }
                input #place type="text" name="place" value=(place_text) maxlength="80" autocomplete="off"; }
            (asked.form.choices(words, facets, "input"))
            div.buttons {
                button.primary type="submit" { (words.say("directory.search")) }
                a.button href="/directory" { (words.say("directory.clear")) }
            }
        }
    }
}

/// Whether nobody has ever checked a number that must be right.
fn is_unverified(entry: &directory::Entry) -> bool {
    let vital = [care::Kind::Relay, care::Kind::EmergencyService];
    entry.kind().is_some_and(|kind| vital.contains(&kind)) && entry.keeping.confirmed.is_none()
}

fn row(words: Words, territory: Territory, found: &Found) -> Markup {
    let entry = &found.entry;
    let commune = entry.locations.get(found.hit.location).and_then(|location| territory.commune(&location.commune));
    let parts = [
        entry.kind().map(|kind| kind.label(words.0).to_owned()),
        commune.map(|commune| commune.name.to_owned()),
        entry.phone().map(str::to_owned),
        found.hit.distance_km.map(|kilometres| format!("{kilometres:.0}\u{a0}km")),
    ];
    html! {
        li {
            a href=(address(&entry.id)) { (entry.name) }
            span.soft { (parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")) }
            @if is_unverified(entry) { span.badge { (words.say("freshness.unverified")) } }
            @if entry.keeping.hidden { span.badge { (words.say("directory.hidden")) } }
            @if entry.keeping.demo { span.badge.demo { (words.say("demo.entry")) } }
        }
    }
}
