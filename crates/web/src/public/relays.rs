//! Relays (TURN, RFC 8656) for browsers whose network lets no UDP through.

use crate::App;
use crate::door::random_secret;
use axum::Json;
use axum::extract::State;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha1::Sha1;

/// How long a page may ask a relay for a way, in seconds. A way that was given lasts as long as its call.
const VALID: i64 = 3600;

/// The relays, and the secret that is shared with them.
#[derive(Clone)]
pub struct Relays {
    /// Where they are, such as `turn:turn.example.org:3478?transport=tcp` (RFC 7065).
    pub addresses: Vec<String>,
    /// The relays' own `static-auth-secret`.
    pub secret: String,
}

impl std::fmt::Debug for Relays {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Relays").field("addresses", &self.addresses).finish_non_exhaustive()
    }
}

impl Relays {
    /// What a browser is given: the addresses, and a name and password that hold for an hour. The name is the time of their end
    /// and chance, and says nothing of who asks (draft-uberti-behave-turn-rest, section 2.2).
    fn told(&self, now_ms: i64, chance: &str) -> Value {
        let name = format!("{}:{chance}", now_ms / 1000 + VALID);
        json!({ "urls": self.addresses, "username": name, "credential": password(&self.secret, &name) })
    }
}

fn password(secret: &str, name: &str) -> String {
    // A key of any length is taken.
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(name.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

/// `GET /call/relays`: what a page puts into its peer connection.
pub(crate) async fn relays(State(app): State<App>) -> Json<Value> {
    let chance: String = random_secret().chars().take(16).collect();
    let relays = app.relays.as_ref().map(|relays| relays.told(app.house.wall_ms(), &chance));
    Json(json!({ "relays": relays.as_slice(), "seconds": VALID }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_made_as_relays_make_it() {
        // By `echo -n 1735689600:0123456789abcdef | openssl dgst -sha1 -hmac north -binary | base64`.
        let relays = Relays { addresses: vec!["turn:turn.example.org".to_owned()], secret: "north".to_owned() };
        let told = relays.told(1_735_686_000_999, "0123456789abcdef");
        assert_eq!(told["username"], "1735689600:0123456789abcdef");
        assert_eq!(told["credential"], "LJAWO3pxIJ5DsBgS7VURilvuLI0=");
        assert!(!format!("{relays:?}").contains("north"));
    }
}
