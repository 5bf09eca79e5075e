//! A département: what there is, where, and what is next to it.

use super::Visitor;
use super::map;
use super::page::{Shown, page};
use super::parts::{count, departement_path, row};
use super::start::Browsed;
use crate::App;
use crate::office::unavailable;
use axum::extract::{Path, Query as FromQuery, State};
use axum::http::StatusCode;
use care::{DepartementCode, Kind};
use directory::index::{Facet, FacetCount, Listing, Query, Trait};
use directory::{Commune, Departement, Place, neighbours};
use maud::{Markup, html};
use node::{House, PublicEntry};

/// How many entries a page shows.
const SHOWN: usize = 30;
/// How many towns the table names.
const TOWNS: usize = 25;

/// `GET /annuaire/departements/{code}`
pub(crate) async fn departement_page(
    State(app): State<App>,
    visitor: Visitor,
    Path(code): Path<String>,
    FromQuery(browsed): FromQuery<Browsed>,
) -> Result<Markup, StatusCode> {
    let one = app.house.territory().departement(&code).ok_or(StatusCode::NOT_FOUND)?;
    let number: usize = browsed.page.parse().unwrap_or(1).clamp(1, 1_000_000);
    let _turn = visitor.open.gate.turn().await?;
    let asked = Listing {
        having: browsed.having(),
        departement: Some(one.code),
        skip: (number - 1) * SHOWN,
        limit: SHOWN,
        ..Listing::default()
    };
    let (found, total) = app.house.directory().list_published(asked).await.map_err(unavailable)?;
    let (facets, towns) = counted(&app.house, one, browsed.having()).await;
    let words = visitor.words;
    let title =
        browsed.kind().map_or_else(|| one.name.to_owned(), |kind| format!("{}, {}", kind.label(words.0), one.name));
    let content = html! {
        section.card {
            p.path { a href=(visitor.to("/annuaire")) { (words.say("open.title")) } }
            h1 { (one.name) " (" (one.code) ")" }
            (kinds(&visitor, one, &browsed, &facets))
        }
        section.card {
            h2 { @if let Some(kind) = browsed.kind() { (kind.label(words.0)) " · " } (count(words, total)) }
            @if found.is_empty() { p.empty { (words.say("open.empty_here")) } }
            ul.things { @for one in &found { (row(&visitor, one, false)) } }
            (pages(&visitor, one.code, &browsed, number, total))
        }
        (place(&visitor, one, &towns, total, &browsed))
    };
    let path = format!("{}{}", departement_path(one.code.key()), browsed.query());
    let head = html! { @if number > 1 { meta name="robots" content="noindex"; } };
    Ok(page(&visitor, &Shown { title: &title, path: &path, head }, &content))
}

type Towns = Vec<(&'static Commune, usize)>;

async fn counted(house: &House, one: &'static Departement, having: Vec<Vec<Trait>>) -> (Vec<FacetCount>, Towns) {
    let index = house.directory().index();
    let count = move || {
        let place = Some(Place::Departement(one));
        let all = Query { place, wanted: vec![Trait::public()], ..Query::default() };
        let mut towns = index.by_commune(one.code, &having);
        towns.sort_by_key(|(commune, number)| (std::cmp::Reverse(*number), commune.name));
        (index.facets(&all, &[Facet::Kind]), towns)
    };
    tokio::task::spawn_blocking(count).await.unwrap_or_default()
}

fn kinds(visitor: &Visitor, one: &Departement, browsed: &Browsed, facets: &[FacetCount]) -> Markup {
    let (words, path) = (visitor.words, departement_path(one.code.key()));
    let values = facets.iter().flat_map(|counts| &counts.values);
    let kinds: Vec<(Kind, usize)> = values.filter_map(|(key, number)| Some((Kind::from_key(key)?, *number))).collect();
    html! {
        nav aria-label=(words.say("open.kinds")) {
            ul.kinds {
                li { a href=(visitor.to(&path)) aria-current=[browsed.kind().is_none().then_some("page")] { (words.say("open.all_kinds")) } }
                @for (kind, number) in kinds {
                    li { a href=(visitor.to(&format!("{path}?kind={}", kind.key()))) aria-current=[(browsed.kind() == Some(kind)).then_some("page")] { (kind.label(words.0)) } " " span.soft { (number) } }
                }
            }
        }
    }
}

fn pages(visitor: &Visitor, code: DepartementCode, browsed: &Browsed, number: usize, total: usize) -> Markup {
    let (words, last) = (visitor.words, total.div_ceil(SHOWN).max(1));
    let address = |page: usize| {
        let query = browsed.query();
        let sign = if query.is_empty() { '?' } else { '&' };
        visitor.to(&format!("{}{query}{sign}page={page}", departement_path(code.key())))
    };
    html! {
        @if last > 1 {
            nav.buttons aria-label=(words.say("open.pages")) {
                @if number > 1 { a.button href=(address(number - 1)) rel="prev" { (words.say("open.before")) } }
                span.narrow { (words.fill("open.page_of", &[("page", &number.to_string()), ("last", &last.to_string())])) }
                @if number < last { a.button href=(address(number + 1)) rel="next" { (words.say("open.after")) } }
            }
        }
    }
}

fn place(visitor: &Visitor, one: &Departement, towns: &Towns, total: usize, browsed: &Browsed) -> Markup {
    let words = visitor.words;
    let near: Vec<&Departement> = {
        let territory = directory::Territory::load();
        neighbours(one.code).iter().filter_map(|code| territory.departement(code.key())).collect()
    };
    let mut rows: Vec<(Markup, usize)> =
        towns.iter().take(TOWNS).map(|(commune, number)| (html! { (commune.name) }, *number)).collect();
    let others: usize = towns.iter().skip(TOWNS).map(|(_, number)| number).sum();
    if others > 0 {
        rows.push((html! { (words.say("open.other_towns")) }, others));
    }
    html! {
        section.card {
            h2 { (words.say("open.where")) }
            div.mapped {
                figure { (map::departement(one, towns)) figcaption.hint { (words.say("open.towns_help")) } }
                div {
                    @if rows.is_empty() { p.empty { (words.say("open.no_town")) } }
                    @else { (map::table(words.say("open.town"), words.say("open.entries"), &rows)) }
                    @let named: usize = towns.iter().map(|(_, number)| number).sum();
                    @if named < total { p.hint { (words.fill("open.without_town", &[("count", &(total - named).to_string())])) } }
                }
            }
        }
        @if !near.is_empty() {
            nav.card aria-labelledby="near" {
                h2 #near { (words.say("open.neighbours")) }
                ul.kinds { @for other in near { li { a href=(visitor.to(&format!("{}{}", departement_path(other.code.key()), browsed.query()))) { (other.name) " (" (other.code) ")" } } } }
            }
        }
    }
}

/// Only for what an embedded list shows.
pub(super) fn shown(found: &[PublicEntry], visitor: &Visitor) -> Markup {
    html! { ul.things { @for one in found { (row(visitor, one, true)) } } }
}
