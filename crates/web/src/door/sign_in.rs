//! Signing in by a link that works once, and signing out.

use super::fault::message;
use super::{Keys, Passed};
use crate::words::Words;
use axum::extract::{Path, State};
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use maud::html;
use std::sync::Arc;
use store::Role;

/// `GET /sign-in/{secret}`: a page with one button. Programs that look at links before people do press no buttons, so
/// they do not use the link up.
pub(crate) async fn sign_in_page(passed: Passed) -> Response {
    let words = passed.words;
    // The form goes to the page's own address, so that the secret is written nowhere into the page.
    message(
        words,
        false,
        words.say("sign_in.title"),
        &html! {
            p { (words.say("sign_in.words")) }
            form method="post" { button.primary type="submit" { (words.say("sign_in.button")) } }
        },
    )
    .into_response()
}

/// `POST /sign-in/{secret}`: uses the link up.
pub(crate) async fn redeem(State(keys): State<Arc<Keys>>, Path(secret): Path<String>, passed: Passed) -> Response {
    let staff = match keys.store().redeem_sign_in_link(&secret, keys.now()).await {
        Ok(Some(staff)) => staff,
        Ok(None) => return used_up(passed.words),
        Err(fault) => return broken(&fault),
    };
    match keys.open(&staff).await {
        Ok(cookie) => {
            keys.audit(&staff, "sign_in", "session").await;
            go(home(staff.role), &cookie)
        }
        Err(fault) => broken(&fault),
    }
}

/// `POST /sign-out`
pub(crate) async fn sign_out(State(keys): State<Arc<Keys>>, headers: HeaderMap) -> Response {
    match keys.close(&headers).await {
        Ok(cookie) => go("/", &cookie),
        Err(fault) => broken(&fault),
    }
}

/// Where somebody's work is.
fn home(role: Role) -> &'static str {
    match role {
        Role::Listener | Role::Regulator => "/desk",
        Role::Facilitator | Role::Supervisor | Role::Coordinator => "/board",
    }
}

fn go(to: &'static str, cookie: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, to), (SET_COOKIE, cookie)]).into_response()
}

fn used_up(words: Words) -> Response {
    let page = message(words, false, words.say("sign_in.used"), &html! { p { (words.say("sign_in.used_words")) } });
    let mut response = (StatusCode::GONE, page).into_response();
    response.extensions_mut().insert(super::fault::Said);
    response
}

fn broken(fault: &store::StoreError) -> Response {
    tracing::error!(%fault, "signing in or out failed");
    StatusCode::SERVICE_UNAVAILABLE.into_response()
}
