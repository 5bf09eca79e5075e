//! What the call page and the house say to each other.

use node::CallRefused;
use serde::Deserialize;
use serde_json::{Value, json};
use switchboard::CallerState;

/// The largest message that is read. An offer of sound alone has a few kilobytes.
pub(crate) const LARGEST_MESSAGE: usize = 64 * 1024;

/// What a socket carries at most. A message between the two is not read but does no harm: were the socket's own limit
/// as low, a large message would end the call that it arrives in.
pub(crate) const LARGEST_FRAME: usize = 4 * LARGEST_MESSAGE;

/// What a page may say.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// « I call. »
    Offer(String),
    /// « I hang up. »
    HangUp,
    /// « My socket broke: this is the token of my call. »
    Resume(String),
    /// « My network has changed: find a new way for my sound. »
    Restart(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Message {
    offer: Option<String>,
    hang_up: Option<bool>,
    resume: Option<String>,
    restart: Option<String>,
}

/// Reads a message; `None` when it says nothing that is known.
pub(crate) fn read(text: &str) -> Option<Said> {
    if text.len() > LARGEST_MESSAGE {
        return None;
    }
    match serde_json::from_str(text).ok()? {
        Message { offer: Some(offer), hang_up: None, resume: None, restart: None } => Some(Said::Offer(offer)),
        Message { offer: None, hang_up: Some(true), resume: None, restart: None } => Some(Said::HangUp),
        Message { offer: None, hang_up: None, resume: Some(token), restart: None } => Some(Said::Resume(token)),
        Message { offer: None, hang_up: None, resume: None, restart: Some(offer) } => Some(Said::Restart(offer)),
        Message { .. } => None,
    }
}

/// « Here is my side of the connection. »
pub(crate) fn answer(sdp: &str) -> Value {
    json!({ "answer": sdp })
}

/// « Should your socket break, come back with this. »
pub(crate) fn token(token: &str) -> Value {
    json!({ "token": token })
}

/// « There is no new way: your call goes on as it is, if it goes on. »
pub(crate) fn not_restarted() -> Value {
    json!({ "restarted": false })
}

/// « This is where your call is. »
pub(crate) fn state(state: CallerState) -> Value {
    json!({ "state": state })
}

/// « Your call was not taken, because… »
pub(crate) fn refused(why: &CallRefused) -> Value {
    let word = match why {
        CallRefused::Malformed => "malformed",
        CallRefused::NoAudio => "no_audio",
        CallRefused::UnknownLine => "unknown_line",
        CallRefused::QueueFull => "queue_full",
        CallRefused::Unavailable => "unavailable",
    };
    json!({ "refused": word })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_these_four_are_understood() {
        assert_eq!(read(r#"{"resume":"ab"}"#), Some(Said::Resume("ab".to_owned())));
        assert_eq!(read(r#"{"restart":"v=0"}"#), Some(Said::Restart("v=0".to_owned())));
        assert_eq!(read(r#"{"offer":"v=0"}"#), Some(Said::Offer("v=0".to_owned())));
        assert_eq!(read(r#"{"hang_up":true}"#), Some(Said::HangUp));
        let bad = [
            "",
            "[]",
            "{}",
            "null",
            "\u{0}",
            r#"{"offer":1}"#,
            r#"{"hang_up":false}"#,
            r#"{"hang_up":"true"}"#,
            r#"{"offer":"v=0","hang_up":true}"#,
            r#"{"offer":"v=0","resume":"ab"}"#,
            r#"{"resume":"ab","restart":"v=0"}"#,
            r#"{"offer":"v=0","number":"06"}"#,
            r#"{"offer":"v=0"}{"#,
        ];
        for text in bad {
            assert_eq!(read(text), None, "{text}");
        }
        let large = format!(r#"{{"offer":"{}"}}"#, "a".repeat(LARGEST_MESSAGE));
        assert_eq!(read(&large), None);
        assert_eq!(read(&"[".repeat(60_000)), None, "deep nesting is refused, not followed");
    }

    #[test]
    fn every_word_is_the_one_that_the_page_knows() {
        assert_eq!(state(CallerState::LineClosed), json!({ "state": "line_closed" }));
        assert_eq!(refused(&CallRefused::QueueFull), json!({ "refused": "queue_full" }));
        assert_eq!(answer("v=0"), json!({ "answer": "v=0" }));
    }
}
