//! The directory as FHIR R4, for reading: resources by their ids, and the searches that are usual for directories.

use super::asked::Params;
use super::{Refusal, answer, said};
use crate::App;
use crate::office::unavailable;
use crate::open::Visitor;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use care::{DepartementCode, Kind};
use directory::export::fhir::{self, Resource};
use directory::index::{Facet, Listing, Trait};
use directory::{Part, Territory, read_part_id};
use node::PublicEntry;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::sync::Arc;

/// The type of FHIR in JSON.
const FHIR: &str = "application/fhir+json";
/// The types of resources that can be asked for, each with the parameters of its searches.
pub(super) const TYPES: [(&str, &[&str]); 5] = [
    ("Organization", &["_id", "name", "identifier", "type", "address-city", "address-postalcode", "address-state"]),
    ("Location", &["_id", "name", "address-city", "address-postalcode", "address-state", "near"]),
    ("HealthcareService", &["_id", "name", "service-type", "organization", "location"]),
    ("Practitioner", &["_id", "name", "identifier"]),
    ("PractitionerRole", &["_id", "role", "specialty", "practitioner", "location"]),
];
/// Parameters of every search.
const COMMON: [&str; 3] = ["_count", "_offset", "_format"];
/// How many resources a page has, unless it is asked otherwise.
const USUAL: usize = 20;
/// How many it has at most.
const MOST: usize = 100;

/// A fault as FHIR tells it.
#[derive(Debug)]
pub(crate) struct Outcome(Refusal);

impl<T: Into<Refusal>> From<T> for Outcome {
    fn from(refusal: T) -> Self {
        Self(refusal.into())
    }
}

impl IntoResponse for Outcome {
    fn into_response(self) -> Response {
        let code = match self.0.status {
            StatusCode::NOT_FOUND => "not-found",
            StatusCode::SERVICE_UNAVAILABLE => "throttled",
            status if status.is_client_error() => "invalid",
            _ => "exception",
        };
        let outcome = json!({
            "resourceType": "OperationOutcome",
            "issue": [{"severity": "error", "code": code, "diagnostics": self.0.words}],
        });
        said(self.0.status, FHIR, &outcome)
    }
}

fn known(kind: &str) -> Result<&'static (&'static str, &'static [&'static str]), Refusal> {
    let refusal =
        || Refusal { status: StatusCode::NOT_FOUND, words: format!("there are no resources of the type {kind} here") };
    TYPES.iter().find(|(name, _)| *name == kind).ok_or_else(refusal)
}

/// `GET /api/fhir/{type}/{id}`
pub(crate) async fn fhir_read(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    Path((kind, id)): Path<(String, String)>,
) -> Result<Response, Outcome> {
    known(&kind)?;
    let (entry, _) = read_part_id(&id).ok_or_else(|| Refusal::missing(&kind))?;
    let _turn = visitor.open.gate.turn().await?;
    let found = app.house.directory().published(&entry).await.map_err(unavailable)?;
    let resources = found.iter().flat_map(|one| fhir::resources(&one.published));
    let resource = resources.into_iter().find(|one| one.type_name() == kind && one.id() == id);
    let resource = resource.ok_or_else(|| Refusal::missing(&kind))?;
    Ok(answer(&headers, FHIR, &serde_json::to_value(resource).unwrap_or_default()))
}

/// `GET /api/fhir/{type}` and `POST /api/fhir/{type}/_search`
pub(crate) async fn fhir_search(
    State(app): State<App>,
    visitor: Visitor,
    method: Method,
    headers: HeaderMap,
    Path(kind): Path<String>,
    params: Params,
) -> Result<Response, Outcome> {
    searched(&app, &visitor, &headers, &kind, &params, method == Method::GET).await
}

/// Answers a search. Links to other pages repeat the question in an address, and are given only where it came in one.
async fn searched(
    app: &App,
    visitor: &Visitor,
    headers: &HeaderMap,
    kind: &str,
    params: &Params,
    in_address: bool,
) -> Result<Response, Outcome> {
    let (kind, names) = known(kind)?;
    let count = params.number("_count", USUAL, 0, 1_000_000)?.min(MOST);
    let offset = params.number("_offset", 0, 0, 1_000_000_000)?;
    let used: Vec<(String, String)> = params
        .0
        .iter()
        .filter(|(name, value)| names.contains(&base(name)) && !value.trim().is_empty())
        .cloned()
        .collect();
    let turn = visitor.open.gate.turn().await?;
    let (found, total) = found(app, kind, &Params(used.clone()), offset, count).await?;
    drop(turn);
    let address = |resource: &Resource| visitor.whole(&format!("/api/fhir/{}/{}", resource.type_name(), resource.id()));
    let entry =
        |resource: Resource| json!({"fullUrl": address(&resource), "resource": resource, "search": {"mode": "match"}});
    let entries: Vec<Value> = found.into_iter().map(entry).collect();
    let page = |offset: usize| {
        let asked = used.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value)));
        let paging = [format!("_count={count}"), format!("_offset={offset}")];
        visitor.whole(&format!("/api/fhir/{kind}?{}", asked.chain(paging).collect::<Vec<_>>().join("&")))
    };
    let mut links = vec![
        json!({"relation": "self", "url": if in_address { page(offset) } else { visitor.whole(&format!("/api/fhir/{kind}/_search")) }}),
    ];
    if in_address && offset > 0 {
        links.push(json!({"relation": "previous", "url": page(offset.saturating_sub(count.max(1)))}));
    }
    if in_address && count > 0 && offset.saturating_add(count) < total {
        links.push(json!({"relation": "next", "url": page(offset + count)}));
    }
    let mut bundle = json!({"resourceType": "Bundle", "type": "searchset", "total": total, "link": links});
    // FHIR has no empty lists.
    if let Some(told) = bundle.as_object_mut().filter(|_| !entries.is_empty()) {
        told.insert("entry".to_owned(), Value::Array(entries));
    }
    Ok(answer(headers, FHIR, &bundle))
}

/// A parameter's name without what says how it is compared: all are compared in one way.
fn base(name: &str) -> &str {
    name.split(':').next().unwrap_or(name)
}

fn escaped(text: &str) -> String {
    let sign = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(sign).collect()
}

/// A page of the resources of a type, and how many there are.
async fn found(
    app: &App,
    kind: &str,
    params: &Params,
    skip: usize,
    limit: usize,
) -> Result<(Vec<Resource>, usize), Refusal> {
    let directory = app.house.directory();
    let mut listing = Listing { by_location: kind == "Location", skip, limit, ..Listing::default() };
    match kind {
        "Organization" | "HealthcareService" => listing.having.push(vec![Trait::new(Facet::Nature, "structure")]),
        "Practitioner" | "PractitionerRole" => listing.having.push(vec![Trait::new(Facet::Nature, "person")]),
        _ => {}
    }
    listing.text = params.get("name").unwrap_or_default().to_owned();
    for name in ["service-type", "specialty", "role", "type"] {
        if let Some(codes) = params.get(name) {
            let kinds =
                codes.split(',').flat_map(fhir::kinds_of_code).map(|kind: Kind| Trait::new(Facet::Kind, kind.key()));
            listing.having.push(kinds.collect());
        }
    }
    placed(params, &mut listing)?;
    let mut narrowed: Option<HashSet<i64>> = None;
    let index = directory.index();
    let mut location = None;
    for name in ["_id", "organization", "practitioner", "location"] {
        if let Some(references) = params.get(name) {
            let ids: Vec<_> = references.split(',').filter_map(|one| read_part_id(one.rsplit('/').next()?)).collect();
            let rows: HashSet<i64> = ids.iter().flat_map(|(id, _)| index.rows_of(id)).collect();
            narrowed = Some(narrowed.map_or(rows.clone(), |known| known.intersection(&rows).copied().collect()));
            // Ids of locations say which of the entry's it is.
            location = location
                .or_else(|| ids.first().map(|(_, part)| *part).filter(|_| kind == "Location" && ids.len() == 1));
        }
    }
    if let Some(identifiers) = params.get("identifier") {
        let names: Vec<String> = identifiers.split(',').flat_map(fhir::keys_of_identifier).collect();
        let known = directory.published_by_names(&names).await.map_err(unavailable)?;
        let rows: HashSet<i64> =
            known.iter().flat_map(|one| index.rows_of(&directory::public_id(&one.published.id))).collect();
        narrowed = Some(narrowed.map_or(rows.clone(), |known| known.intersection(&rows).copied().collect()));
    }
    listing.rows = narrowed.map(Arc::new);
    if let Some(Part::Location(place)) = location {
        (listing.skip, listing.limit) = (0, usize::from(u8::MAX));
        let (entries, _) = directory.list_published(listing).await.map_err(unavailable)?;
        let one: Vec<Resource> =
            entries.iter().filter(|one| one.location == Some(place)).filter_map(|one| resource(one, kind)).collect();
        let total = one.len();
        return Ok((one.into_iter().skip(skip).take(limit).collect(), total));
    }
    let (entries, total) = directory.list_published(listing).await.map_err(unavailable)?;
    Ok((entries.iter().filter_map(|one| resource(one, kind)).collect(), total))
}

/// Where a resource has to be.
fn placed(params: &Params, listing: &mut Listing) -> Result<(), Refusal> {
    listing.postcode = params.get("address-postalcode").map(str::to_owned);
    if let Some(city) = params.get("address-city") {
        // Texts are compared by how they begin, without accents and capitals.
        let wanted = directory::fold(city);
        let communes = Territory::load().communes().iter();
        let named = communes.filter(|commune| directory::fold(commune.name).starts_with(&wanted));
        listing.communes = Some(named.map(|commune| commune.code.to_owned()).collect());
    }
    if let Some(state) = params.get("address-state") {
        let code = DepartementCode::from_key(state);
        listing.departement =
            Some(code.ok_or_else(|| Refusal::bad("address-state is the code of a département, such as 42"))?);
    }
    if let Some(near) = params.get("near") {
        let wrong = || Refusal::bad("near is latitude|longitude|distance|km, such as 45.43|4.39|10|km");
        let parts: Vec<&str> = near.split('|').collect();
        let number = |place: usize| {
            parts.get(place).and_then(|part| part.parse::<f64>().ok()).filter(|number| number.is_finite())
        };
        let (latitude, longitude) = (number(0).ok_or_else(wrong)?, number(1).ok_or_else(wrong)?);
        let unit = match parts.get(3).copied().unwrap_or("km") {
            "km" => 1.0,
            "m" => 0.001,
            _ => return Err(wrong()),
        };
        let distance = if parts.len() > 2 { number(2).ok_or_else(wrong)? } else { 25.0 };
        if latitude.abs() > 90.0 || longitude.abs() > 180.0 || distance < 0.0 {
            return Err(wrong());
        }
        listing.within = Some((directory::Point { latitude, longitude }, distance * unit));
    }
    Ok(())
}

/// The resource of a type that an entry is.
fn resource(one: &PublicEntry, kind: &str) -> Option<Resource> {
    let mut all = fhir::resources(&one.published).into_iter().filter(|resource| resource.type_name() == kind);
    if kind == "Location" { all.nth(one.location?) } else { all.next() }
}

/// `GET /api/fhir/metadata`
pub(crate) async fn fhir_metadata(visitor: Visitor, headers: HeaderMap) -> Response {
    answer(&headers, FHIR, &capabilities(&visitor.whole("/api/fhir"), &visitor.open.data.publisher, visitor.demo))
}

/// What can be asked, as FHIR tells it.
fn capabilities(url: &str, publisher: &str, demo: bool) -> Value {
    let param = |name: &&str| {
        let kind = match *name {
            "_id" | "identifier" | "type" | "service-type" | "role" | "specialty" => "token",
            "organization" | "practitioner" | "location" => "reference",
            "near" => "special",
            _ => "string",
        };
        json!({"name": name, "type": kind})
    };
    let resource = |(kind, names): &(&str, &[&str])| {
        json!({
            "type": kind,
            "interaction": [{"code": "read"}, {"code": "search-type"}],
            "searchParam": names.iter().map(param).collect::<Vec<_>>(),
        })
    };
    json!({
        "resourceType": "CapabilityStatement",
        "status": "active",
        "experimental": demo,
        "date": "2026-11-23",
        "publisher": publisher,
        "kind": "instance",
        "software": {"name": "Vigie", "version": env!("CARGO_PKG_VERSION")},
        "implementation": {"description": "Annuaire public", "url": url},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [{"mode": "server", "resource": TYPES.iter().map(resource).collect::<Vec<_>>()}],
    })
}

/// The parameters of a search, its paging among them; for the description of the interface.
pub(super) fn parameters() -> Vec<&'static str> {
    let mut names: Vec<&str> = TYPES.iter().flat_map(|(_, names)| names.iter().copied()).chain(COMMON).collect();
    names.sort_unstable();
    names.dedup();
    names
}
