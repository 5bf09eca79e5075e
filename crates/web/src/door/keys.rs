//! Recognises who comes, by the session in their cookie.

use crate::Settings;
use axum::http::HeaderMap;
use axum::http::header::{COOKIE, HOST};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use store::{Staff, Store, StoreError};

/// How long a session lasts: one long shift.
pub(crate) const SESSION_MS: i64 = 12 * 60 * 60 * 1000;

/// How long a link to sign in can be used.
const LINK_MS: i64 = 24 * 60 * 60 * 1000;

/// What tells the time, in milliseconds since 1970. Handed in, so that a night can be tried in a second.
pub(crate) type WallClock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// What the door needs to recognise people.
pub(crate) struct Keys {
    store: Store,
    clock: WallClock,
    settings: Settings,
    /// Who was recognised lately. When the database is gone, a listener whose page reloads in the middle of a talk must
    /// still get back to it.
    known: Mutex<HashMap<[u8; 32], Known>>,
}

#[derive(Clone)]
struct Known {
    staff: Staff,
    until: i64,
}

impl Keys {
    /// The keys of a house.
    pub(crate) fn new(store: Store, clock: WallClock, settings: Settings) -> Self {
        Self { store, clock, settings, known: Mutex::default() }
    }

    /// The store.
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// The time.
    pub(crate) fn now(&self) -> i64 {
        (self.clock)()
    }

    /// The origin under which the public reaches this house, where a proxy changes the host.
    pub(crate) fn public_origin(&self) -> Option<&str> {
        self.settings.public_origin.as_deref()
    }

    /// The member of staff whom a request comes from.
    pub(crate) async fn who(&self, headers: &HeaderMap) -> Result<Option<Staff>, StoreError> {
        let Some(secret) = self.secret(headers) else { return Ok(None) };
        let now = self.now();
        let mark: [u8; 32] = Sha256::digest(secret.as_bytes()).into();
        match self.store.session(secret, now).await {
            Ok(staff) => {
                let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
                known.retain(|_, known| known.until > now);
                match &staff {
                    // The end of a session that was found here is not known; it is not longer than a shift.
                    Some(staff) => {
                        let fresh = Known { staff: staff.clone(), until: now.saturating_add(SESSION_MS) };
                        known.entry(mark).or_insert(fresh).staff = staff.clone();
                    }
                    None => drop(known.remove(&mark)),
                }
                Ok(staff)
            }
            Err(fault) => {
                let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
                match known.get(&mark).filter(|known| known.until > now) {
                    Some(known) => Ok(Some(known.staff.clone())),
                    None => Err(fault),
                }
            }
        }
    }

    /// Whether somebody still works here in the role in which they were recognised. Without a database nobody is sent away.
    pub(crate) async fn is_still(&self, staff: &Staff) -> bool {
        let known = self.store.staff_member(staff.id).await.ok().flatten();
        known.is_none_or(|known| known.left_at.is_none() && known.role == staff.role)
    }

    /// Opens a session; answers the cookie that carries it.
    pub(crate) async fn open(&self, staff: &Staff) -> Result<String, StoreError> {
        let secret = random_secret();
        let now = self.now();
        self.store.open_session(staff.id, &secret, now, now.saturating_add(SESSION_MS)).await?;
        Ok(self.cookie(&secret, SESSION_MS / 1000))
    }

    /// Makes a link with which somebody signs in once, for as long as a day: the part after the origin.
    pub(crate) async fn invite(&self, staff: i64) -> Result<String, StoreError> {
        let secret = random_secret();
        let now = self.now();
        self.store.create_sign_in_link(staff, &secret, now, now.saturating_add(LINK_MS)).await?;
        Ok(format!("/sign-in/{secret}"))
    }

    /// The origin under which a visitor sees this house.
    pub(crate) fn origin(&self, headers: &HeaderMap) -> String {
        if let Some(origin) = self.public_origin() {
            return origin.trim_end_matches('/').to_owned();
        }
        let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
        format!("{}://{host}", if self.settings.secure_cookies { "https" } else { "http" })
    }

    /// Closes the session of a request; answers the cookie that forgets it.
    pub(crate) async fn close(&self, headers: &HeaderMap) -> Result<String, StoreError> {
        if let Some(secret) = self.secret(headers) {
            let mark: [u8; 32] = Sha256::digest(secret.as_bytes()).into();
            self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(&mark);
            self.store.close_session(secret).await?;
        }
        Ok(self.cookie("", 0))
    }

    /// Writes down who did what. What cannot be written down is told in the log and does not stop a listener: the
    /// audit must never stand between a caller and a human.
    pub(crate) async fn audit(&self, staff: &Staff, what: &str, subject: &str) {
        if let Err(fault) = self.store.audit(self.now(), staff.id, what, subject).await {
            tracing::error!(%fault, staff = staff.id, what, "the audit could not be written");
        }
    }

    fn cookie_name(&self) -> &'static str {
        // The prefix makes browsers refuse the cookie from anywhere but this very host, over https.
        if self.settings.secure_cookies { "__Host-vigie" } else { "vigie" }
    }

    fn cookie(&self, secret: &str, seconds: i64) -> String {
        let secure = if self.settings.secure_cookies { "; Secure" } else { "" };
        format!("{}={secret}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}", self.cookie_name())
    }

    fn secret<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        cookies.flat_map(|value| value.split(';')).find_map(|pair| {
            let (name, value) = pair.trim().split_once('=')?;
            (name == self.cookie_name() && !value.is_empty()).then_some(value)
        })
    }
}

/// 256 random bits, in hexadecimal.
pub(crate) fn random_secret() -> String {
    let mut bytes = [0_u8; 32];
    // A system without randomness cannot sign anybody in; it would not have started. A retry costs nothing.
    while getrandom::fill(&mut bytes).is_err() {
        std::hint::spin_loop();
    }
    bytes.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a String does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
