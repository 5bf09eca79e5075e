//! The parts of a service as the lists and pages of an HSDS interface give them.

use super::service;
use crate::Published;
use serde_json::{Map, Value, json};

/// A service with all that is in it, or with what it has one of; `modified` is when it came to be so, as ISO 8601 writes it.
#[must_use]
pub fn service_view(published: &Published, modified: &str, full: bool) -> Value {
    let mut told = serde_json::to_value(service(published)).unwrap_or_default();
    if let Some(object) = told.as_object_mut() {
        object.insert("last_modified".to_owned(), json!(modified));
    }
    if full { told } else { flat(&told) }
}

/// The organisation that an entry is; whole, it comes with its places and telephones.
#[must_use]
pub fn organization_view(published: &Published, full: bool) -> Value {
    let mut service = object(service_view(published, "", true));
    let mut told = object(service.remove("organization").unwrap_or_default());
    for (from, to) in [("email", "email"), ("url", "website"), ("alternate_name", "alternate_name")] {
        told.extend(service.remove(from).map(|value| (to.to_owned(), value)));
    }
    if full {
        let places = service.remove("service_at_locations");
        let places = places.as_ref().and_then(Value::as_array).into_iter().flatten();
        let locations: Vec<Value> = places.filter_map(|place| place.get("location").cloned()).collect();
        told.insert("locations".to_owned(), Value::Array(locations));
        told.extend(service.remove("phones").map(|phones| ("phones".to_owned(), phones)));
    }
    let told = Value::Object(told);
    if full { told } else { flat(&told) }
}

/// A service at one of its places; none if there is no such place.
#[must_use]
pub fn at_location_view(published: &Published, place: usize, modified: &str, full: bool) -> Option<Value> {
    let mut whole = object(service_view(published, modified, true));
    // The places are told once.
    let places = whole.remove("service_at_locations")?;
    let mut told = object(places.get(place)?.clone());
    let id_of = |value: Option<&Value>| value.and_then(|value| value.get("id")).cloned().unwrap_or_default();
    told.insert("location_id".to_owned(), id_of(told.get("location")));
    let whole = Value::Object(whole);
    told.insert("service_id".to_owned(), id_of(Some(&whole)));
    let mut told = if full { told } else { object(flat(&Value::Object(told))) };
    told.insert("service".to_owned(), if full { whole } else { flat(&whole) });
    Some(Value::Object(told))
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Map::new(),
    }
}

/// What something has one of: lists are left out.
fn flat(value: &Value) -> Value {
    let Some(object) = value.as_object() else { return value.clone() };
    let single = object.iter().filter(|(_, value)| !value.is_array());
    Value::Object(single.map(|(name, value)| (name.clone(), flat(value))).collect())
}
