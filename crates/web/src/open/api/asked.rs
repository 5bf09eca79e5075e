//! What a program asks, from an address or from a body.

use super::{LARGEST_PAGE, Refusal, USUAL_PAGE};
use crate::App;
use axum::Json;
use axum::extract::{Form, FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use serde_json::{Map, Value};

/// Names and values, in the order in which they were sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Params(pub(super) Vec<(String, String)>);

/// The longest value that is read, in bytes.
const LONGEST: usize = 1_000;

impl FromRequest<App> for Params {
    type Rejection = Refusal;

    /// The query of an address; of a body, a form or a JSON object of texts, numbers and truths.
    async fn from_request(request: Request, app: &App) -> Result<Self, Refusal> {
        let media = request.headers().get(CONTENT_TYPE).and_then(|media| media.to_str().ok()).unwrap_or_default();
        let is_json = media.contains("json");
        let empty = request.method() == axum::http::Method::POST && media.is_empty();
        let params = if empty {
            Vec::new()
        } else if is_json {
            let Json(object) = Json::<Map<String, Value>>::from_request(request, app)
                .await
                .map_err(|fault| Refusal::bad(format!("the body is no JSON object that can be read: {fault}")))?;
            object.into_iter().filter_map(|(name, value)| Some((name, text(value)?))).collect()
        } else {
            let Form(pairs) = Form::<Vec<(String, String)>>::from_request(request, app)
                .await
                .map_err(|fault| Refusal::bad(format!("the question is neither a form nor a JSON object: {fault}")))?;
            pairs
        };
        if let Some((name, _)) = params.iter().find(|(_, value)| value.len() > LONGEST) {
            return Err(Refusal::bad(format!("{name} is longer than {LONGEST} bytes")));
        }
        Ok(Self(params))
    }
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}

impl Params {
    /// The value of a name, if it says anything.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// Refuses a name that is none of these: a question with a typing error would be answered with everything.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), Refusal> {
        match self.0.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            Some((name, _)) => Err(Refusal::bad(format!("{name} is not known here; known are: {}", known.join(", ")))),
            None => Ok(()),
        }
    }

    /// Whether something is asked.
    pub(super) fn truth(&self, name: &str) -> Result<bool, Refusal> {
        match self.get(name) {
            None | Some("false" | "0") => Ok(false),
            Some("true" | "1") => Ok(true),
            Some(other) => Err(Refusal::bad(format!("{name} is true or false, not \"{other}\""))),
        }
    }

    /// A whole number within bounds.
    pub(super) fn number(&self, name: &str, usual: usize, least: usize, most: usize) -> Result<usize, Refusal> {
        let Some(text) = self.get(name) else { return Ok(usual) };
        let number = text.parse().ok().filter(|number| (least..=most).contains(number));
        number.ok_or_else(|| Refusal::bad(format!("{name} is a number from {least} to {most}, not \"{text}\"")))
    }

    /// Which page, and how many items it has.
    pub(super) fn page(&self) -> Result<(usize, usize), Refusal> {
        Ok((self.number("page", 1, 1, 1_000_000_000)?, self.number("per_page", USUAL_PAGE, 1, LARGEST_PAGE)?))
    }

    /// A time in milliseconds since 1970; a date or a time without a zone is read as UTC.
    pub(super) fn time(&self, name: &str) -> Result<Option<i64>, Refusal> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let utc = |time: DateTime| time.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
        let read = text.parse::<Timestamp>().ok();
        let read = read.or_else(|| text.parse::<DateTime>().ok().and_then(utc));
        let read = read.or_else(|| {
            text.parse::<Date>().ok().and_then(|date| utc(date.to_datetime(jiff::civil::Time::midnight())))
        });
        read.map(|time| Some(time.as_millisecond())).ok_or_else(|| {
            Refusal::bad(format!("{name} is a date or a time such as 2026-11-23T08:00:00Z, not \"{text}\""))
        })
    }
}

/// A time in milliseconds since 1970 as programs write it.
pub(super) fn written(milliseconds: i64) -> String {
    Timestamp::from_millisecond(milliseconds).unwrap_or_default().to_string()
}

/// What is asked, read in every way in which a value can be read; answers how many of those are refused. For the fuzz targets.
#[cfg(feature = "fuzzing")]
pub(crate) fn refused(pairs: Vec<(String, String)>) -> usize {
    let params = Params(pairs);
    let read = params.0.iter().map(|(name, _)| {
        let time = params.time(name).map(|time| time.map(written).unwrap_or_default());
        let number = params.number(name, USUAL_PAGE, 1, LARGEST_PAGE);
        usize::from(time.is_err()) + usize::from(number.is_err()) + usize::from(params.truth(name).is_err())
    });
    read.sum::<usize>() + usize::from(params.page().is_err()) + usize::from(params.only(&["page"]).is_err())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(pairs: &[(&str, &str)]) -> Params {
        Params(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn times_are_read_as_they_are_written() {
        for text in ["2026-11-23T08:00:00Z", "2026-11-23T08:00:00", "2026-11-23T09:00:00+01:00"] {
            assert_eq!(params(&[("at", text)]).time("at").unwrap(), Some(1_795_420_800_000), "{text}");
        }
        assert_eq!(params(&[("at", "2026-11-23")]).time("at").unwrap(), Some(1_795_392_000_000));
        assert_eq!(params(&[]).time("at").unwrap(), None);
        assert!(params(&[("at", "hier")]).time("at").unwrap_err().words.contains("hier"));
        assert_eq!(written(1_795_420_800_000), "2026-11-23T08:00:00Z");
    }

    #[test]
    fn what_is_wrong_is_said_with_its_name() {
        assert_eq!(params(&[("page", "2"), ("per_page", "100")]).page().unwrap(), (2, 100));
        for (name, value) in [("page", "0"), ("page", "-1"), ("per_page", "101"), ("per_page", "many")] {
            assert!(params(&[(name, value)]).page().unwrap_err().words.starts_with(name), "{name} {value}");
        }
        assert!(params(&[("full", "maybe")]).truth("full").is_err());
        assert!(params(&[("serach", "x")]).only(&["search"]).unwrap_err().words.contains("search"));
    }
}
