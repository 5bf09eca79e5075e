//! The answers that the edge gives by itself. Pure.

use super::address;
use super::head::{self, Name};
use super::rules;

/// A refusal's status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    BadRequest,
    Forbidden,
    MethodNotAllowed,
    NotAcceptable,
    MediaType,
    Encoding,
    UriScheme,
    BadExtension,
    Busy,
    VersionNotSupported,
    TooLarge,
}

impl Status {
    fn line(self) -> &'static str {
        match self {
            Status::BadRequest => "400 Bad Request",
            Status::Forbidden => "403 Forbidden",
            Status::MethodNotAllowed => "405 Method Not Allowed",
            Status::NotAcceptable => "406 Not Acceptable",
            Status::MediaType | Status::Encoding => "415 Unsupported Media Type",
            Status::UriScheme => "416 Unsupported URI Scheme",
            Status::BadExtension => "420 Bad Extension",
            Status::Busy => "503 Service Unavailable",
            Status::VersionNotSupported => "505 Version Not Supported",
            Status::TooLarge => "513 Message Too Large",
        }
    }

    /// What the other side needs to do better (RFC 3261 section 21).
    fn advice(self, head: &str) -> String {
        match self {
            Status::MethodNotAllowed => "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE\r\n".to_owned(),
            Status::MediaType => "Accept: application/sdp\r\n".to_owned(),
            Status::Encoding => "Accept-Encoding: identity\r\n".to_owned(),
            Status::Busy => format!("Retry-After: {RETRY_AFTER}\r\n"),
            Status::BadExtension => {
                let options: Vec<&str> =
                    rules::unknown_extensions(head).filter(|option| head::is_token(option)).collect();
                format!("Unsupported: {}\r\n", options.join(", "))
            }
            Status::BadRequest
            | Status::Forbidden
            | Status::NotAcceptable
            | Status::UriScheme
            | Status::VersionNotSupported
            | Status::TooLarge => String::new(),
        }
    }
}

/// After how many seconds to try again what was too much.
const RETRY_AFTER: u32 = 5;

/// What a response repeats of its request (RFC 3261 section 8.2.6.2).
const REPEATED: [(Name, &str); 5] =
    [(Name::Via, "Via"), (Name::From, "From"), (Name::To, "To"), (Name::CallId, "Call-ID"), (Name::CSeq, "CSeq")];

/// An answer to a request, sent back where it came from and nowhere else. It repeats what it must repeat and is there to be
/// repeated; without a Via it would lead nowhere. Nothing is answered to an ACK, nor to a response.
pub(super) fn refuse(head: &str, status: Status) -> Option<Vec<u8>> {
    if head.starts_with("ACK ") || head.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("SIP/")) {
        return None;
    }
    let mut answer = format!("SIP/2.0 {}\r\n", status.line());
    for (name, label) in REPEATED {
        // What could end a line before its time is not repeated.
        let mut values = head::values(head, name).filter(|value| !value.is_empty() && head::is_clean(value)).peekable();
        if name == Name::Via && values.peek().is_none() {
            return None;
        }
        let most = if name == Name::Via { usize::MAX } else { 1 };
        for value in values.take(most) {
            answer.push_str(&format!("{label}: {value}"));
            if name == Name::To && address::read(value).is_some_and(|to| to.tag.is_none()) {
                answer.push_str(";tag=refused");
            }
            answer.push_str("\r\n");
        }
    }
    answer.push_str(&status.advice(head));
    answer.push_str("Content-Length: 0\r\n\r\n");
    Some(answer.into_bytes())
}
