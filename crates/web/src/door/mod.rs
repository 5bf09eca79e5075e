//! Who may: every request passes here first. Who is it, may they, is it written down, and only then is it done.
//!
//! The rules are one table. A handler is opened by its row in the table; without a row it answers 403, and a handler
//! that somehow ran without passing the door finds no [`Passed`] and answers 403 too.

mod fault;
mod headers;
mod keys;
mod origin;
mod rules;
mod sign_in;

pub(crate) use fault::{Said, finish, health, message, metrics, plain};
pub(crate) use keys::{Keys, random_secret};
pub(crate) use rules::{ROUTES, Reach, Route, Rule};
pub(crate) use sign_in::{redeem, sign_in_page, sign_out};

use crate::words::Words;
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Request, State};
use axum::handler::Handler;
use axum::http::header::CONTENT_LENGTH;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use fault::Refused;
use std::sync::Arc;
use store::Staff;

/// Who passed the door, and in which language they read.
#[derive(Debug, Clone)]
pub(crate) struct Passed {
    /// The visitor's words.
    pub(crate) words: Words,
    /// The member of staff; nobody on public pages.
    pub(crate) staff: Option<Staff>,
}

impl<S: Sync> FromRequestParts<S> for Passed {
    type Rejection = StatusCode;
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, StatusCode> {
        parts.extensions.get::<Self>().cloned().ok_or(StatusCode::FORBIDDEN)
    }
}

/// A member of staff who passed the door.
#[derive(Debug, Clone)]
pub(crate) struct Colleague {
    /// Their words.
    pub(crate) words: Words,
    /// Who they are.
    pub(crate) staff: Staff,
}

impl<S: Sync> FromRequestParts<S> for Colleague {
    type Rejection = StatusCode;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, StatusCode> {
        let passed = Passed::from_request_parts(parts, state).await?;
        let staff = passed.staff.ok_or(StatusCode::FORBIDDEN)?;
        Ok(Self { words: passed.words, staff })
    }
}

/// The doors that are opened, one after the other.
pub(crate) struct Doors<S> {
    router: Router<S>,
    keys: Arc<Keys>,
}

impl<S: Clone + Send + Sync + 'static> Doors<S> {
    /// A house whose doors are all closed.
    pub(crate) fn new(keys: Arc<Keys>) -> Self {
        Self { router: Router::new(), keys }
    }

    /// Opens a handler to those whom its row in the table allows.
    pub(crate) fn open<T: 'static>(self, method: Method, path: &'static str, handler: impl Handler<T, S>) -> Self {
        let route = ROUTES.iter().find(|route| route.method == method && route.path == path);
        let filter = if method == Method::POST { MethodFilter::POST } else { MethodFilter::GET };
        let keys = Arc::clone(&self.keys);
        let largest = DefaultBodyLimit::max(route.map_or(0, |route| route.largest));
        let guarded = on(filter, handler).layer(largest).layer(from_fn_with_state((keys, route), guard));
        Self { router: self.router.route(path, guarded), keys: self.keys }
    }

    /// The house.
    pub(crate) fn router(self) -> Router<S> {
        self.router
    }
}

/// The one wrapper around every handler.
async fn guard(
    State((keys, route)): State<(Arc<Keys>, Option<&'static Route>)>,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(route) = route else { return StatusCode::FORBIDDEN.into_response() };
    if let Err(refusal) = acceptable(&keys, route, &request) {
        return *refusal;
    }
    let recognised = if route.reach == Reach::House { keys.who(request.headers()).await } else { Ok(None) };
    let staff = match recognised {
        Ok(staff) => staff,
        Err(fault) => {
            tracing::error!(%fault, "nobody can be recognised");
            // Who may not be told apart from others may still see what all may see.
            if route.rule != Rule::Public {
                return StatusCode::SERVICE_UNAVAILABLE.into_response();
            }
            None
        }
    };
    if !route.rule.allows(staff.as_ref().map(|staff| staff.role)) {
        let why = if staff.is_some() { Refused::Role } else { Refused::SignedOut };
        return why.into_response();
    }
    if let (Some(what), Some(staff)) = (route.audit, &staff) {
        // The path says whose page it was; that of a sign-in would say a secret.
        let subject = if route.path.starts_with("/sign-in") { route.path } else { request.uri().path() };
        keys.audit(staff, what, subject).await;
    }
    let words = Words::asked(request.uri().query(), request.headers());
    request.extensions_mut().insert(Passed { words, staff });
    let mut response =
        if route.method == Method::POST { to_the_end(next.run(request)).await } else { next.run(request).await };
    response.extensions_mut().insert(route.reach);
    response
}

/// Goes on with a change even when whoever asked for it has gone: what is in the store must be told to the switchboard too.
async fn to_the_end(change: impl Future<Output = Response> + Send + 'static) -> Response {
    #[allow(clippy::disallowed_methods, reason = "whoever asked waits for it, unless they have gone")]
    match tokio::spawn(change).await {
        Ok(response) => response,
        Err(fault) => {
            tracing::error!(%fault, "a change broke");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Refuses what another site made a browser send, and what is too large.
fn acceptable(keys: &Keys, route: &Route, request: &Request) -> Result<(), Box<Response>> {
    // What programs ask changes nothing: a question travels in a body only to stay out of addresses.
    let changes = (route.method == Method::POST || route.socket) && route.reach != Reach::Programs;
    if changes && !origin::is_ours(request.headers(), keys.public_origin()) {
        return Err(Box::new(Refused::CrossSite.into_response()));
    }
    let length = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > route.largest) {
        return Err(Box::new(StatusCode::PAYLOAD_TOO_LARGE.into_response()));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
