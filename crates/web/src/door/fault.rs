//! The outermost layer: every answer leaves with its headers, and every fault as a page that says what to do.

use super::{Reach, headers};
use crate::App;
use crate::shell::Page;
use crate::words::Words;
use axum::extract::{Request, State};
use axum::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

/// Around everything.
pub(crate) async fn finish(State(demo): State<bool>, request: Request, next: Next) -> Response {
    let words = Words::asked(request.uri().query(), request.headers());
    if request.method() == Method::OPTIONS && request.uri().path().starts_with("/api/") {
        return preflight();
    }
    let mut response = next.run(request).await;
    let reach = response.extensions().get::<Reach>().copied().unwrap_or(Reach::House);
    let status = response.status();
    let failed = status.is_client_error() || status.is_server_error();
    if failed && response.extensions().get::<Said>().is_none() {
        let headers = std::mem::take(response.headers_mut());
        let why = response.extensions().get::<Refused>().copied();
        response = if reach == Reach::Programs {
            (status, axum::Json(serde_json::json!({"status": status.as_u16(), "error": status.canonical_reason()})))
                .into_response()
        } else {
            (status, page(words, demo, status, why)).into_response()
        };
        // The methods that a path knows, and the like, are still worth telling.
        for (name, value) in headers.iter().filter(|(name, _)| *name == ALLOW) {
            response.headers_mut().insert(name.clone(), value.clone());
        }
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
    }
    headers::set(response.headers_mut(), reach);
    response
}

/// What a browser is told that asks whether a page of somebody else may ask us: it may, without saying who it is.
fn preflight() -> Response {
    let allowed = [
        ("access-control-allow-methods", "GET, POST, OPTIONS"),
        ("access-control-allow-headers", "content-type, if-none-match"),
        ("access-control-max-age", "86400"),
    ];
    let mut response = (StatusCode::NO_CONTENT, allowed).into_response();
    headers::set(response.headers_mut(), Reach::Programs);
    response
}

/// Marks an answer that is a fault and has its own words.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Said;

/// Why a visitor may not: each reason has its own way out.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Refused {
    /// Nobody is signed in.
    SignedOut,
    /// Somebody is, in a role that has no business here.
    Role,
    /// Another site made the browser ask, or ours was opened under an address that is not its own.
    CrossSite,
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = StatusCode::FORBIDDEN.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// A fault in plain text, for programs.
pub(crate) fn plain(status: StatusCode, text: String) -> Response {
    let mut response = (status, [(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response();
    response.extensions_mut().insert(Said);
    response
}

fn page(words: Words, demo: bool, status: StatusCode, why: Option<Refused>) -> Markup {
    if matches!(why, Some(Refused::SignedOut)) {
        let content = html! {
            p { (words.say("fault.signed_out_words")) }
            p { (words.say("fault.signed_out_server")) " " code { "vigie staff invite" } }
        };
        return message(words, demo, words.say("fault.signed_out"), &content);
    }
    let (title, text) = match status.as_u16() {
        403 if matches!(why, Some(Refused::CrossSite)) => {
            (words.say("fault.forbidden"), words.say("fault.cross_site_words"))
        }
        401 | 403 => (words.say("fault.forbidden"), words.say("fault.forbidden_words")),
        404 | 410 => (words.say("fault.not_found"), words.say("fault.not_found_words")),
        413 => (words.say("fault.too_large"), words.say("fault.too_large_words")),
        400..=499 => (words.say("fault.not_understood"), words.say("fault.not_understood_words")),
        503 => (words.say("fault.unavailable"), words.say("fault.unavailable_words")),
        _ => (words.say("fault.broken"), words.say("fault.broken_words")),
    };
    message(words, demo, title, &html! { p { (text) } })
}

/// A page that says one thing.
pub(crate) fn message(words: Words, demo: bool, title: &str, content: &Markup) -> Markup {
    let page = Page { words, title, class: "message-page", script: None, demo };
    page.around(&html! {
        main.message {
            h1 { (title) }
            (content)
            p.message-help { (words.say("fault.need_to_talk")) " " a href="tel:3114" { "3114" } " · " a href="tel:15" { "15" } " · " a href="tel:112" { "112" } }
        }
    })
}

/// `GET /health`, for those who watch over the house.
pub(crate) async fn health(State(app): State<App>) -> Response {
    let health = app.house.health();
    let status = if health.ok { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    plain(status, health.words + "\n")
}

/// `GET /metrics`, in Prometheus' text format.
pub(crate) async fn metrics(State(app): State<App>) -> Response {
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], app.house.metrics()).into_response()
}
