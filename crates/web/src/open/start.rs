//! Where one begins: a search, the kinds, the map. What is typed travels in a body, so that no address and no history keeps it.

use super::Visitor;
use super::map::{france, table};
use super::page::{Shown, page};
use super::parts::{count, departement_path, row};
use crate::App;
use crate::addresses::{CHOSEN, SearchForm, place_typed};
use crate::office::unavailable;
use axum::extract::{Form, Query as FromQuery, State};
use axum::http::StatusCode;
use care::{DepartementCode, Kind};
use directory::index::{Facet, FacetCount, Query, Trait};
use directory::{Departement, Place, Territory};
use maud::{Markup, html};
use node::House;
use serde::Deserialize;

/// How many entries a search shows.
const SHOWN: usize = 40;

/// A kind that is looked through.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Browsed {
    pub(super) kind: String,
    pub(super) page: String,
}

impl Browsed {
    /// The kind, if it is one.
    pub(super) fn kind(&self) -> Option<Kind> {
        Kind::from_key(&self.kind)
    }

    /// The traits that are looked for.
    pub(super) fn having(&self) -> Vec<Vec<Trait>> {
        self.kind().map(|kind| vec![Trait::new(Facet::Kind, kind.key())]).into_iter().collect()
    }

    /// The same as a part of an address.
    pub(super) fn query(&self) -> String {
        self.kind().map_or_else(String::new, |kind| format!("?kind={}", kind.key()))
    }
}

/// What is typed into the search.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    place: String,
    #[serde(flatten)]
    form: SearchForm,
}

/// `GET /annuaire`
pub(crate) async fn start_page(
    State(app): State<App>,
    visitor: Visitor,
    FromQuery(browsed): FromQuery<Browsed>,
) -> Result<Markup, StatusCode> {
    let _turn = visitor.open.gate.turn().await?;
    let words = visitor.words;
    let (facets, counts) = counted(&app.house, browsed.having()).await;
    let asked = Asked::default();
    let total: usize = kinds(&facets).iter().map(|(_, number)| number).sum();
    let shown = browsed.kind();
    let content = html! {
        section.card {
            h1 { (words.say("open.heading")) }
            p.lead { (words.say("open.lead")) }
            @if !app.house.directory().is_ready() { p.notice role="status" { (words.say("reorientation.reading")) } }
            (form(&visitor, &asked, None, &facets))
        }
        section.card {
            h2 { (words.say("open.kinds")) }
            @if total == 0 { p.empty { (words.say("open.empty")) } }
            ul.kinds {
                @for (kind, number) in kinds(&facets) {
                    li { a href=(visitor.to(&format!("/annuaire?kind={}", kind.key()))) aria-current=[(shown == Some(kind)).then_some("page")] { (kind.label(words.0)) } " " span.soft { (number) } }
                }
            }
        }
        section.card {
            h2 { @match shown { Some(kind) => { (words.fill("open.map_of", &[("kind", kind.label(words.0))])) }, None => { (words.say("open.map")) } } }
            div.mapped {
                figure { (france(&visitor, &counts, &browsed.query())) figcaption.hint { (words.say("open.map_help")) } }
                (departements(&visitor, &counts, &browsed.query()))
            }
        }
    };
    let title = shown.map_or(words.say("open.title"), |kind| kind.label(words.0));
    let path = format!("/annuaire{}", browsed.query());
    Ok(page(&visitor, &Shown { title, path: &path, head: html! {} }, &content))
}

/// Counts of what everybody may read, by facet and by département, beside whatever else is done.
async fn counted(house: &House, having: Vec<Vec<Trait>>) -> (Vec<FacetCount>, Vec<(DepartementCode, usize)>) {
    let index = house.directory().index();
    let count = move || {
        let all = Query { wanted: vec![Trait::public()], ..Query::default() };
        (index.facets(&all, &CHOSEN), index.by_departement(&having))
    };
    // Whoever is not counted for is shown nothing, which the next page mends.
    tokio::task::spawn_blocking(count).await.unwrap_or_default()
}

fn kinds(facets: &[FacetCount]) -> Vec<(Kind, usize)> {
    let counts = facets.iter().filter(|counts| counts.facet == Facet::Kind).flat_map(|counts| &counts.values);
    counts.filter_map(|(key, number)| Some((Kind::from_key(key)?, *number))).collect()
}

fn departements(visitor: &Visitor, counts: &[(DepartementCode, usize)], query: &str) -> Markup {
    let territory = Territory::load();
    let name = |one: &Departement| {
        let address = visitor.to(&format!("{}{query}", departement_path(one.code.key())));
        html! { a href=(address) { (one.code) " " (one.name) } }
    };
    let rows = territory.departements().iter().map(|one| {
        let number = counts.iter().find(|(code, _)| *code == one.code).map_or(0, |(_, number)| *number);
        (name(one), number)
    });
    table(visitor.words.say("open.departement"), visitor.words.say("open.entries"), &rows.collect::<Vec<_>>())
}

fn form(visitor: &Visitor, asked: &Asked, place: Option<Place>, facets: &[FacetCount]) -> Markup {
    let words = visitor.words;
    let place_text = place.map_or_else(|| asked.place.clone(), Place::label);
    html! {
        form.fields method="post" action=(visitor.to("/annuaire")) role="search" autocomplete="off" {
            div.input { label for="place" { (words.say("open.place")) }
                input #place type="text" name="place" value=(place_text) maxlength="80" autocomplete="off"; }
            div.input { label for="text" { (words.say("open.name")) }
                input #text type="text" name="text" value=(asked.form.text) maxlength="80" autocomplete="off"; }
            (asked.form.choices(words, facets, "input"))
            div.buttons {
                button.primary type="submit" { (words.say("directory.search")) }
                a.button href=(visitor.to("/annuaire")) { (words.say("directory.clear")) }
            }
        }
    }
}

/// `POST /annuaire`
pub(crate) async fn search(
    State(app): State<App>,
    visitor: Visitor,
    Form(asked): Form<Asked>,
) -> Result<Markup, StatusCode> {
    let _turn = visitor.open.gate.turn().await?;
    let (words, directory) = (visitor.words, app.house.directory());
    let (place, said) = place_typed(words, app.house.territory(), &asked.place);
    let open_at = asked.form.open_now().then(|| app.house.local_times());
    let seed = app.house.wall_ms().unsigned_abs() / 3_600_000;
    let wanted = asked.form.traits();
    let query = Query { text: asked.form.text(), place, wanted, open_at, seed, limit: SHOWN };
    let mut narrowed = query.clone();
    narrowed.wanted.push(Trait::public());
    let index = directory.index();
    let facets = tokio::task::spawn_blocking(move || index.facets(&narrowed, &CHOSEN)).await.unwrap_or_default();
    let (found, total) = directory.search_published(query).await.map_err(unavailable)?;
    let content = html! {
        section.card {
            h1 { (words.say("open.heading")) }
            (form(&visitor, &asked, place, &facets))
            @if let Some(said) = &said { p.notice.trouble[place.is_none()] role="alert" { (said) } }
        }
        section.card {
            h2 #results { (match total {
                Some(total) if total > found.len() => words.fill("directory.some", &[("shown", &found.len().to_string()), ("total", &total.to_string())]),
                _ => count(words, found.len()),
            }) }
            @if found.is_empty() { p.empty { (words.say("search.nothing")) } }
            @if place.is_some() && !found.is_empty() { p.hint { (words.say("open.nearest_first")) } }
            ul.things { @for one in &found { (row(&visitor, one, false)) } }
        }
    };
    Ok(page(&visitor, &Shown { title: words.say("open.title"), path: "/annuaire", head: html! {} }, &content))
}
