//! The edge: what a datagram must look like before the SIP stack sees it. Pure.
//!
//! The stack parses leniently and repairs silently; here, what is wrong is refused with the right status, and what the
//! stack gets wrong is made right first: a missing Content-Length over UDP means "to the end of the datagram" (RFC 3261
//! section 18.3), bytes that are not UTF-8 would make every later header vanish, and blanks around the parts of an address
//! would hide its tag. What passes is read alike by both: one of each header that there must be one of, every line a
//! header, every number in its range.

pub(super) mod address;
mod head;
mod refusal;
mod rules;
mod uri;

use super::challenge;
use super::limits::Kind;
use head::{Name, Seen};
use refusal::{Status, refuse};
use rules::RequestLine;
use std::borrow::Cow;

/// The longest message taken, in bytes.
pub const LONGEST: usize = 8_000;

/// What the edge makes of a datagram.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict<'a> {
    /// Hand this to the stack.
    Pass(Cow<'a, [u8]>),
    /// Send this answer back.
    Answer(Vec<u8>),
    /// Say nothing: a response, an ACK, a keep-alive or no SIP at all.
    Drop,
}

impl From<Option<Vec<u8>>> for Verdict<'_> {
    fn from(answer: Option<Vec<u8>>) -> Self {
        answer.map_or(Verdict::Drop, Verdict::Answer)
    }
}

/// Judges a datagram from a trunk peer.
#[must_use]
pub fn judge(datagram: &[u8]) -> Verdict<'_> {
    let datagram = begun(datagram);
    if datagram.iter().all(u8::is_ascii_whitespace) {
        return Verdict::Drop;
    }
    if datagram.len() > LONGEST {
        return refuse(&beginning(datagram), Status::TooLarge).into();
    }
    let Some(end) = datagram.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
        return refuse(&beginning(datagram), Status::BadRequest).into();
    };
    let (Some(head), Some(body)) = (datagram.get(..end), datagram.get(end + 4..)) else { return Verdict::Drop };
    let head = head::plain(head);
    let start = head.split("\r\n").next().unwrap_or_default();
    if start.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("SIP/")) {
        return judge_response(datagram, &head, start, body);
    }
    match judge_request(&head, start, body) {
        Ok((line, called, seen)) => {
            let start = match called {
                Some(called) => Cow::Owned(format!("{} {called} SIP/2.0", line.method)),
                // The version may be written in small letters (RFC 3261 section 7.1), which the stack does not read.
                None if line.version != "SIP/2.0" => Cow::Owned(format!("{} {} SIP/2.0", line.method, line.uri)),
                None => Cow::Borrowed(start),
            };
            pass(datagram, &head, &start, &seen, body)
        }
        Err(status) => refuse(&head, status).into(),
    }
}

/// The answer to somebody who is no trunk peer.
#[must_use]
pub fn turn_away(datagram: &[u8]) -> Option<Vec<u8>> {
    refuse(&beginning(begun(datagram)), Status::Forbidden)
}

/// The answer to a call that is too much now.
pub(crate) fn put_off(datagram: &[u8]) -> Option<Vec<u8>> {
    refuse(&beginning(begun(datagram)), Status::Busy)
}

/// What kind of message this is, by its first letters alone.
pub(crate) fn kind(datagram: &[u8]) -> Kind {
    let datagram = begun(datagram);
    let endings: [&[u8]; 5] = [b"ACK ", b"BYE ", b"CANCEL ", b"PRACK ", b"SIP/"];
    if endings.iter().any(|word| datagram.starts_with(word)) { Kind::Ending } else { Kind::Request }
}

/// Whether this is an INVITE, whatever else it is.
pub(crate) fn is_invite(datagram: &[u8]) -> bool {
    begun(datagram).starts_with(b"INVITE ")
}

/// What names the call that a message opens, if it opens one: its hop and its Call-ID. For messages that have passed.
pub(crate) fn opened(message: &[u8]) -> Option<(&str, &str)> {
    if !is_invite(message) {
        return None;
    }
    let end = message.windows(4).position(|bytes| bytes == b"\r\n\r\n")?;
    let head = std::str::from_utf8(message.get(..end)?).ok()?;
    let first = |name| head::values(head, name).next();
    let goes_on = address::read(first(Name::To)?)?.tag.is_some();
    if goes_on { None } else { Some((first(Name::Via)?, first(Name::CallId)?)) }
}

/// Without the empty lines that some send first (RFC 3261 section 7.5).
fn begun(datagram: &[u8]) -> &[u8] {
    let mut rest = datagram;
    while let Some(after) = rest.strip_prefix(b"\r\n") {
        rest = after;
    }
    rest
}

/// The head of what cannot be read to its end.
fn beginning(datagram: &[u8]) -> Cow<'_, str> {
    let datagram = datagram.get(..datagram.len().min(LONGEST)).unwrap_or_default();
    let end = datagram.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap_or(datagram.len());
    head::plain(datagram.get(..end).unwrap_or_default())
}

type Request<'a> = (RequestLine<'a>, Option<String>, Seen<'a>);

fn judge_request<'a>(head: &'a str, start: &'a str, body: &[u8]) -> Result<Request<'a>, Status> {
    let line = RequestLine::read(start)?;
    let seen = head::scan(head)?;
    let called = rules::request(line, head, &seen, body)?;
    Ok((line, called, seen))
}

fn judge_response<'a>(datagram: &'a [u8], head: &str, start: &str, body: &[u8]) -> Verdict<'a> {
    let Ok(seen) = head::scan(head) else { return Verdict::Drop };
    let ours = start.get(..8).is_some_and(|word| word.eq_ignore_ascii_case("SIP/2.0 "));
    // A line that ends within the reason would be a header to the stack.
    if !ours || !head::is_clean(start) || rules::response(start, &seen, body).is_err() {
        return Verdict::Drop;
    }
    let start = format!("SIP/2.0 {}", start.get(8..).unwrap_or_default());
    match challenge::understood(head) {
        Cow::Owned(understood) => Verdict::Pass(Cow::Owned(written(&understood, &start, &seen, body))),
        Cow::Borrowed(_) => pass(datagram, head, &start, &seen, body),
    }
}

/// The message as it came, or written anew if anything of it was not as the stack reads it.
fn pass<'a>(datagram: &'a [u8], head: &str, start: &str, seen: &Seen<'_>, body: &[u8]) -> Verdict<'a> {
    let as_it_came = seen.count(Name::ContentLength) == 1
        && !rules::is_odd(seen)
        && head.starts_with(start)
        && datagram.starts_with(head.as_bytes());
    if as_it_came {
        Verdict::Pass(Cow::Borrowed(datagram))
    } else {
        Verdict::Pass(Cow::Owned(written(head, start, seen, body)))
    }
}

/// A message with its true length, and without any other.
fn written(head: &str, start: &str, seen: &Seen<'_>, body: &[u8]) -> Vec<u8> {
    // What comes after the length is none of the message (RFC 3261 section 18.3).
    let length = seen.first(Name::ContentLength).and_then(|length| length.parse().ok()).unwrap_or(body.len());
    let body = body.get(..length).unwrap_or(body);
    let mut message = String::with_capacity(head.len() + start.len() + body.len() + 32);
    message.push_str(start);
    message.push_str("\r\n");
    for (name, value) in head::headers(head).filter(|(name, _)| !rules::is_left_out(name)) {
        message.push_str(name);
        message.push_str(": ");
        if rules::is_address(name) && address::is_odd(value) {
            message.push_str(&address::tidied(value));
        } else {
            message.push_str(value);
        }
        message.push_str("\r\n");
    }
    message.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
    let mut message = message.into_bytes();
    message.extend_from_slice(body);
    message
}

#[cfg(test)]
mod tests;
