//! Services, organisations and places after the Human Services Data Specification 3 (Open Referral).

use super::asked::{Params, written};
use super::{JSON, Refusal, answer};
use crate::App;
use crate::office::unavailable;
use crate::open::Visitor;
use crate::open::files::{AnyWriter, Shared, body};
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use directory::export::hsds::{self, Taxonomy, Term};
use directory::index::Listing;
use directory::{Part, Place, Territory, part_id, public_id, read_part_id};
use node::PublicEntry;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::sync::Arc;

/// The version of the specification.
pub(super) const VERSION: &str = "3.1";

const PAGING: [&str; 3] = ["page", "per_page", "format"];
/// What services and organisations are searched by.
pub(super) const SEARCH: [&str; 12] = [
    "search",
    "page",
    "per_page",
    "format",
    "taxonomy_term_id",
    "taxonomy_id",
    "organization_id",
    "modified_after",
    "minimal",
    "full",
    "postcode",
    "proximity",
];

/// `GET /api/hsds`
pub(crate) async fn hsds_root(visitor: Visitor, headers: HeaderMap) -> Response {
    let mut root = json!({
        "version": VERSION,
        "profile": visitor.whole("/annuaire/donnees"),
        "openapi_url": visitor.whole("/api/openapi.json"),
        "publisher": visitor.open.data.publisher,
        "license": visitor.open.data.licence_url,
    });
    if let Some(told) = root.as_object_mut().filter(|_| visitor.demo) {
        told.insert("demonstration".to_owned(), json!("everything here is fictitious"));
    }
    answer(&headers, JSON, &root)
}

/// What a list is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Services,
    Organizations,
    AtLocations,
}

/// `GET` and `POST` of `/api/hsds/services`
pub(crate) async fn hsds_services(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, Refusal> {
    list(&app, visitor, &headers, &params, Of::Services).await
}

/// `GET` and `POST` of `/api/hsds/organizations`
pub(crate) async fn hsds_organizations(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, Refusal> {
    list(&app, visitor, &headers, &params, Of::Organizations).await
}

/// `GET` and `POST` of `/api/hsds/service_at_locations`
pub(crate) async fn hsds_locations(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, Refusal> {
    list(&app, visitor, &headers, &params, Of::AtLocations).await
}

async fn list(app: &App, visitor: Visitor, headers: &HeaderMap, params: &Params, of: Of) -> Result<Response, Refusal> {
    params.only(&SEARCH)?;
    let (page, size) = params.page()?;
    let (minimal, full) = (params.truth("minimal")?, params.truth("full")?);
    if let Some(all) = whole(app, &visitor, params, of)? {
        return Ok(all);
    }
    let turn = visitor.open.gate.turn().await?;
    let mut listing = listing(app, params).await?;
    listing.by_location = of == Of::AtLocations;
    (listing.skip, listing.limit) = (page.saturating_sub(1).saturating_mul(size), size);
    let (found, total) = app.house.directory().list_published(listing).await.map_err(unavailable)?;
    drop(turn);
    let draw = |one: &PublicEntry| if minimal { brief(one, of) } else { item(one, of, full) };
    let contents: Vec<Value> = found.iter().map(draw).collect();
    Ok(answer(headers, JSON, &paged(contents, total, page, size)))
}

/// Every service, one a line, where that is asked.
fn whole(app: &App, visitor: &Visitor, params: &Params, of: Of) -> Result<Option<Response>, Refusal> {
    match params.get("format") {
        None | Some("json") => return Ok(None),
        Some("ndjson") => {}
        Some(other) => return Err(Refusal::bad(format!("format is json or ndjson, not \"{other}\""))),
    }
    if of != Of::Services || params.0.iter().any(|(name, _)| !["format", "full"].contains(&name.as_str())) {
        return Err(Refusal::bad(
            "format=ndjson gives every service, whole: ask /services for it, with nothing beside it",
        ));
    }
    let shared = Shared::default();
    let writer = AnyWriter::new("hsds.jsonl", shared.clone()).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let body = body(visitor.clone(), app.house.directory().clone(), shared, writer)?;
    Ok(Some(([(CONTENT_TYPE, "application/x-ndjson")], body).into_response()))
}

/// What the index is asked.
async fn listing(app: &App, params: &Params) -> Result<Listing, Refusal> {
    let mut listing = Listing { text: params.get("search").unwrap_or_default().to_owned(), ..Listing::default() };
    // An id that is nobody's is a group of no traits, which nothing has.
    if let Some(id) = params.get("taxonomy_term_id") {
        listing.having.push(hsds::terms().iter().filter(|term| term.id == id).map(Term::wanted).collect());
    }
    if let Some(id) = params.get("taxonomy_id") {
        let terms = hsds::terms();
        listing.having.push(terms.iter().filter(|term| term.taxonomy_detail.id == id).map(Term::wanted).collect());
    }
    near(params, &mut listing)?;
    let mut rows: Option<HashSet<i64>> = None;
    if let Some(since) = params.time("modified_after")? {
        rows = Some(app.house.directory().modified_since(since).await.map_err(unavailable)?);
    }
    if let Some(id) = params.get("organization_id") {
        let own = match read_part_id(id) {
            Some((id, Part::Organization)) => app.house.directory().index().rows_of(&id),
            _ => Vec::new(),
        };
        rows = Some(own.into_iter().filter(|row| rows.as_ref().is_none_or(|rows| rows.contains(row))).collect());
    }
    listing.rows = rows.map(Arc::new);
    Ok(listing)
}

/// A postcode: what has it, or what is so many metres from its middle.
fn near(params: &Params, listing: &mut Listing) -> Result<(), Refusal> {
    let metres = params.number("proximity", 0, 1, 500_000)?;
    match (params.get("postcode"), metres) {
        (None, 0) => {}
        (None, _) => return Err(Refusal::bad("proximity needs a postcode to be measured from")),
        (Some(postcode), 0) => listing.postcode = Some(postcode.to_owned()),
        (Some(postcode), metres) => {
            let fits = |place: &Place| match place {
                Place::Commune(commune) => commune.postcodes().any(|own| own == postcode),
                Place::Departement(_) => false,
            };
            let found = Territory::load().find_places(postcode, 1).into_iter().find(fits);
            let place = found.ok_or_else(|| Refusal::bad(format!("no commune has the postcode \"{postcode}\"")))?;
            let kilometres = u32::try_from(metres).map_or(500.0, f64::from) / 1_000.0;
            listing.within = Some((place.point(), kilometres));
        }
    }
    Ok(())
}

/// A page as the specification asks.
fn paged(contents: Vec<Value>, total: usize, page: usize, size: usize) -> Value {
    let last = total.div_ceil(size.max(1)).max(1);
    json!({
        "total_items": total,
        "total_pages": last,
        "page_number": page,
        "size": contents.len(),
        "first_page": page == 1,
        "last_page": page >= last,
        "empty": contents.is_empty(),
        "contents": contents,
    })
}

fn item(one: &PublicEntry, of: Of, full: bool) -> Value {
    let modified = written(one.modified_at);
    match of {
        Of::Services => hsds::service_view(&one.published, &modified, full),
        Of::Organizations => hsds::organization_view(&one.published, full),
        Of::AtLocations => {
            let place = one.location.unwrap_or(0);
            hsds::at_location_view(&one.published, place, &modified, full).unwrap_or_default()
        }
    }
}

/// The id alone, and when it changed.
fn brief(one: &PublicEntry, of: Of) -> Value {
    let id = public_id(&one.published.id);
    let which = match of {
        Of::Services => Part::Whole,
        Of::Organizations => Part::Organization,
        Of::AtLocations => Part::AtLocation(one.location.unwrap_or(0)),
    };
    json!({"id": part_id(&id, which), "last_modified": written(one.modified_at)})
}

/// `GET /api/hsds/services/{id}`
pub(crate) async fn hsds_service(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let (found, part) = one(&app, &visitor, &id, "service").await?;
    if part != Part::Whole {
        return Err(Refusal::missing("service"));
    }
    Ok(answer(&headers, JSON, &item(&found, Of::Services, true)))
}

/// `GET /api/hsds/organizations/{id}`
pub(crate) async fn hsds_organization(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let (found, part) = one(&app, &visitor, &id, "organization").await?;
    if part != Part::Organization {
        return Err(Refusal::missing("organization"));
    }
    Ok(answer(&headers, JSON, &item(&found, Of::Organizations, true)))
}

/// `GET /api/hsds/service_at_locations/{id}`
pub(crate) async fn hsds_location(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let missing = || Refusal::missing("service_at_location");
    let (found, part) = one(&app, &visitor, &id, "service_at_location").await?;
    let Part::AtLocation(place) = part else { return Err(missing()) };
    let told =
        hsds::at_location_view(&found.published, place, &written(found.modified_at), true).ok_or_else(missing)?;
    Ok(answer(&headers, JSON, &told))
}

async fn one(app: &App, visitor: &Visitor, id: &str, what: &str) -> Result<(PublicEntry, Part), Refusal> {
    let (entry, part) = read_part_id(id).ok_or_else(|| Refusal::missing(what))?;
    let _turn = visitor.open.gate.turn().await?;
    let found = app.house.directory().published(&entry).await.map_err(unavailable)?;
    Ok((found.ok_or_else(|| Refusal::missing(what))?, part))
}

/// A page of a short list that is all in memory.
fn short<T: serde::Serialize>(headers: &HeaderMap, params: &Params, all: &[T]) -> Result<Response, Refusal> {
    let (page, size) = params.page()?;
    if let Some(other) = params.get("format").filter(|format| *format != "json") {
        return Err(Refusal::bad(format!("format is json here, not \"{other}\"")));
    }
    let part = all.iter().skip(page.saturating_sub(1).saturating_mul(size)).take(size);
    let contents: Vec<Value> = part.filter_map(|one| serde_json::to_value(one).ok()).collect();
    Ok(answer(headers, JSON, &paged(contents, all.len(), page, size)))
}

/// Whether a name has what is searched for.
fn has(params: &Params, name: &str) -> bool {
    let search = directory::fold(params.get("search").unwrap_or_default());
    directory::fold(name).contains(&search)
}

/// `GET` and `POST` of `/api/hsds/taxonomies`
pub(crate) async fn hsds_taxonomies(
    _visitor: Visitor,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, Refusal> {
    params.only(&[PAGING.as_slice(), &["search"]].concat())?;
    let found: Vec<Taxonomy> = hsds::taxonomies()
        .into_iter()
        .filter(|one| has(&params, &format!("{} {}", one.name, one.description)))
        .collect();
    short(&headers, &params, &found)
}

/// `GET /api/hsds/taxonomies/{id}`
pub(crate) async fn hsds_taxonomy(
    _visitor: Visitor,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let found = hsds::taxonomies().into_iter().find(|one| one.id == id).ok_or_else(|| Refusal::missing("taxonomy"))?;
    Ok(answer(&headers, JSON, &serde_json::to_value(found).unwrap_or_default()))
}

/// `GET` and `POST` of `/api/hsds/taxonomy_terms`
pub(crate) async fn hsds_terms(_visitor: Visitor, headers: HeaderMap, params: Params) -> Result<Response, Refusal> {
    params.only(&[PAGING.as_slice(), &["search", "taxonomy_id", "top_only", "parent_id"]].concat())?;
    params.truth("top_only")?;
    // No term has a parent: a list below one is empty.
    let below = params.get("parent_id").is_some();
    let of = |term: &Term| params.get("taxonomy_id").is_none_or(|id| term.taxonomy_detail.id == id);
    let found: Vec<Term> =
        hsds::terms().into_iter().filter(|term| !below && of(term) && has(&params, &term.name)).collect();
    short(&headers, &params, &found)
}

/// `GET /api/hsds/taxonomy_terms/{id}`
pub(crate) async fn hsds_term(
    _visitor: Visitor,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let found = hsds::terms().into_iter().find(|one| one.id == id).ok_or_else(|| Refusal::missing("taxonomy term"))?;
    Ok(answer(&headers, JSON, &serde_json::to_value(found).unwrap_or_default()))
}
