//! The description of the interface (OpenAPI 3.1). A test holds it against the doors that are open.

use super::{JSON, answer, fhir, hsds};
use crate::open::Visitor;
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Map, Value, json};

/// Where the schemas of HSDS are published.
const SCHEMAS: &str = "https://raw.githubusercontent.com/openreferral/specification/3.1/schema";

/// An address: its path, what it gives, the names of its parameters, and whether it has a twin that takes them in a body.
struct Listed {
    path: &'static str,
    summary: &'static str,
    params: Vec<&'static str>,
    twin: Option<&'static str>,
    schema: Value,
}

/// `GET /api/openapi.json`
pub(crate) async fn openapi(visitor: Visitor, headers: HeaderMap) -> Response {
    answer(&headers, JSON, &document(&visitor.whole(""), &visitor.open.data.licence, &visitor.open.data.licence_url))
}

fn listed() -> Vec<Listed> {
    let page = |schema: &str| {
        let contents = json!({"type": "array", "items": {"$ref": format!("{SCHEMAS}/{schema}.json")}});
        json!({"allOf": [{"$ref": "#/components/schemas/Page"}, {"type": "object", "properties": {"contents": contents}}]})
    };
    let whole = |schema: &str| json!({"$ref": format!("{SCHEMAS}/{schema}.json")});
    let mut all = vec![
        Listed {
            path: "/api/openapi.json",
            summary: "This document",
            params: Vec::new(),
            twin: None,
            schema: json!({"type": "object"}),
        },
        Listed {
            path: "/api/hsds",
            summary: "HSDS: which version and profile this interface follows",
            params: Vec::new(),
            twin: None,
            schema: json!({"type": "object", "required": ["version", "profile", "openapi_url"]}),
        },
    ];
    let search = hsds::SEARCH.to_vec();
    let short = vec!["search", "page", "per_page", "format"];
    let terms = [short.as_slice(), &["taxonomy_id", "top_only", "parent_id"]].concat();
    let lists = [
        ("/api/hsds/services", "/api/hsds/services/{id}", "service", &search),
        ("/api/hsds/organizations", "/api/hsds/organizations/{id}", "organization", &search),
        ("/api/hsds/service_at_locations", "/api/hsds/service_at_locations/{id}", "service_at_location", &search),
        ("/api/hsds/taxonomies", "/api/hsds/taxonomies/{id}", "taxonomy", &short),
        ("/api/hsds/taxonomy_terms", "/api/hsds/taxonomy_terms/{id}", "taxonomy_term", &terms),
    ];
    for (path, one, schema, params) in lists {
        all.push(Listed {
            path,
            summary: "HSDS: a page of a list",
            params: params.clone(),
            twin: Some(path),
            schema: page(schema),
        });
        all.push(Listed {
            path: one,
            summary: "HSDS: one of them, whole",
            params: vec!["id"],
            twin: None,
            schema: whole(schema),
        });
    }
    let resource = json!({"type": "object", "required": ["resourceType"]});
    let with_type = [vec!["type"], fhir::parameters().into_iter().filter(|name| *name != "type").collect()].concat();
    all.push(Listed {
        path: "/api/fhir/metadata",
        summary: "FHIR R4: what can be asked (CapabilityStatement)",
        params: Vec::new(),
        twin: None,
        schema: resource.clone(),
    });
    all.push(Listed {
        path: "/api/fhir/{type}",
        summary: "FHIR R4: a search (Bundle)",
        params: with_type,
        twin: Some("/api/fhir/{type}/_search"),
        schema: resource.clone(),
    });
    all.push(Listed {
        path: "/api/fhir/{type}/{id}",
        summary: "FHIR R4: a resource",
        params: vec!["type", "id"],
        twin: None,
        schema: resource,
    });
    all
}

fn parameter(path: &str, name: &str) -> Value {
    if path.contains(&format!("{{{name}}}")) {
        let types: Vec<&str> = fhir::TYPES.iter().map(|(kind, _)| *kind).collect();
        let schema = if name == "type" { json!({"type": "string", "enum": types}) } else { json!({"type": "string"}) };
        return json!({"name": name, "in": "path", "required": true, "schema": schema});
    }
    json!({"name": name, "in": "query", "required": false, "schema": schema_of(name)})
}

fn schema_of(name: &str) -> Value {
    match name {
        "page" => json!({"type": "integer", "minimum": 1, "default": 1}),
        "per_page" => {
            json!({"type": "integer", "minimum": 1, "maximum": super::LARGEST_PAGE, "default": super::USUAL_PAGE})
        }
        "proximity" => {
            json!({"type": "integer", "minimum": 1, "description": "Metres from the middle of the postcode"})
        }
        "_count" | "_offset" => json!({"type": "integer", "minimum": 0}),
        "minimal" | "full" | "top_only" => json!({"type": "boolean", "default": false}),
        "modified_after" => json!({"type": "string", "format": "date-time"}),
        "format" => json!({"type": "string", "enum": ["json", "ndjson"], "default": "json"}),
        _ => json!({"type": "string"}),
    }
}

/// Puts an operation to its path.
fn put(paths: &mut Map<String, Value>, path: &str, method: &str, operation: Value) {
    let operations = paths.entry(path.to_owned()).or_insert_with(|| json!({}));
    if let Some(operations) = operations.as_object_mut() {
        operations.insert(method.to_owned(), operation);
    }
}

fn document(server: &str, licence: &str, licence_url: &str) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for one in listed() {
        let media = if one.path.starts_with("/api/fhir") { "application/fhir+json" } else { JSON };
        let given = json!({"description": one.summary, "content": {media: {"schema": one.schema}}});
        let responses = json!({
            "200": given,
            "4XX": {"description": "What is wrong with the question, in words"},
            "503": {"description": "Too much is asked at once: Retry-After says when to ask again"},
        });
        let params: Vec<Value> = one.params.iter().map(|name| parameter(one.path, name)).collect();
        let get = json!({"summary": one.summary, "parameters": params, "responses": responses});
        put(&mut paths, one.path, "get", get);
        if let Some(twin) = one.twin {
            let (of_path, of_body): (Vec<_>, Vec<_>) = params.into_iter().partition(|one| one["in"] == "path");
            let properties: Map<String, Value> = of_body
                .iter()
                .filter_map(|one| Some((one["name"].as_str()?.to_owned(), one["schema"].clone())))
                .collect();
            let schema = json!({"type": "object", "properties": properties});
            let content = json!({"application/x-www-form-urlencoded": {"schema": schema}, JSON: {"schema": schema}});
            let summary = format!("{}, with the question in a body", one.summary);
            let post = json!({"summary": summary, "parameters": of_path, "requestBody": {"content": content}, "responses": responses});
            put(&mut paths, twin, "post", post);
        }
    }
    let number = json!({"type": "integer"});
    let truth = json!({"type": "boolean"});
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Vigie: annuaire ouvert",
            "version": hsds::VERSION,
            "summary": "Services (HSDS 3.1) and resources (FHIR R4) of the public directory, without a key, for reading",
            "license": {"name": licence, "url": licence_url},
        },
        "servers": [{"url": server}],
        "paths": paths,
        "components": {"schemas": {"Page": {"type": "object", "properties": {
            "total_items": number, "total_pages": number, "page_number": number, "size": number,
            "first_page": truth, "last_page": truth, "empty": truth,
        }}}},
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::door::ROUTES;
    use std::collections::BTreeSet;

    #[test]
    fn every_address_that_is_described_is_open_and_every_open_one_is_described() {
        let document = document("https://vigie.test", "Licence", "https://licence.test");
        let described: BTreeSet<(String, String)> = document["paths"]
            .as_object()
            .unwrap()
            .iter()
            .flat_map(|(path, methods)| {
                methods.as_object().unwrap().keys().map(move |method| (method.to_uppercase(), path.clone()))
            })
            .collect();
        let routes = ROUTES.iter().filter(|route| route.path.starts_with("/api/"));
        let open: BTreeSet<(String, String)> =
            routes.map(|route| (route.method.to_string(), route.path.to_owned())).collect();
        assert_eq!(described, open);
    }

    #[test]
    fn each_part_of_a_path_is_a_parameter() {
        let document = document("https://vigie.test", "Licence", "https://licence.test");
        for (path, methods) in document["paths"].as_object().unwrap() {
            for operation in methods.as_object().unwrap().values() {
                let names: Vec<_> =
                    operation["parameters"].as_array().unwrap().iter().filter(|one| one["in"] == "path").collect();
                assert_eq!(names.len(), path.matches('{').count(), "{path}");
            }
        }
    }
}
