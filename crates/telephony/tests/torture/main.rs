//! Messages that are hard to read, each with its right outcome: taken, refused with a status, or met with silence. The
//! cases are ours; their points are those of RFC 4475 (`rfc4475`) and RFC 5118 (`rfc5118`), and of our own rules
//! (`strict`).
//!
//! What is taken must be read alike by the edge and by the SIP stack: the same method, Call-ID, sequence and body.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::too_many_lines,
    reason = "in a test, a panic is the finding; a table is as long as its cases"
)]

mod media;
mod rfc4475;
mod rfc5118;
mod strict;

use rsipstack::sip::prelude::{HeadersExt, ToTypedHeader};
use rsipstack::sip::{Request, Response, SipMessage};
use rsipstack::transaction::key::{TransactionKey, TransactionRole};
use telephony::sip::edge::{Verdict, judge};

/// A description of sound that everybody understands.
const OFFER: &str =
    "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 6000 RTP/AVP 8\r\n";

/// What is right for a message.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Right {
    /// The stack is given it.
    Pass,
    /// It is refused with this status; the answer has these words in it.
    Status(u16, &'static str),
    /// Nothing is said.
    Silence,
}

use Right::{Pass, Silence, Status};

/// One message.
struct Case {
    name: &'static str,
    odd: &'static str,
    bytes: Vec<u8>,
    right: Right,
    /// Method, Call-ID and sequence number as everybody must read them, if it is taken.
    read: (&'static str, &'static str, u32),
    body: Vec<u8>,
}

/// A good request but for some changes: an empty value takes a header out, a plus sign before the name adds one.
fn request(first: &str, changes: &[(&str, &str)], body: &str) -> Vec<u8> {
    let method = first.split(' ').next().unwrap();
    let sequence = format!("7 {method}");
    let length = body.len().to_string();
    let mut lines = vec![
        ("Via", "SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bKf00d"),
        ("Max-Forwards", "70"),
        ("From", "\"A. Caller\" <sip:0199000811@trunk.example.org>;tag=fa11"),
        ("To", "<sip:0199000805@line.example.org>"),
        ("Call-ID", "c4ll@192.0.2.9"),
        ("CSeq", &sequence),
        ("Contact", "<sip:0199000811@192.0.2.9:5060>"),
    ];
    if !body.is_empty() {
        lines.push(("Content-Type", "application/sdp"));
    }
    lines.push(("Content-Length", &length));
    for (name, value) in changes {
        if let Some(name) = name.strip_prefix('+') {
            lines.insert(lines.len() - 1, (name, value));
        } else if value.is_empty() {
            lines.retain(|(own, _)| own != name);
        } else if let Some(line) = lines.iter_mut().find(|(own, _)| own == name) {
            line.1 = value;
        } else {
            lines.insert(lines.len() - 1, (name, value));
        }
    }
    let head: String = lines.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!("{first}\r\n{head}\r\n{body}").into_bytes()
}

const INVITE: &str = "INVITE sip:0199000805@line.example.org SIP/2.0";
const OPTIONS: &str = "OPTIONS sip:line.example.org SIP/2.0";
const REGISTER: &str = "REGISTER sip:line.example.org SIP/2.0";
const BYE: &str = "BYE sip:0199000805@192.0.2.1 SIP/2.0";
const ACK: &str = "ACK sip:0199000805@192.0.2.1 SIP/2.0";

/// A case that is a good request but for some changes.
fn case(name: &'static str, odd: &'static str, first: &'static str, changes: &[(&str, &str)], right: Right) -> Case {
    let body = if first.starts_with("INVITE") { OFFER } else { "" };
    let method = first.split(' ').next().unwrap();
    let bytes = request(first, changes, body);
    Case { name, odd, bytes, right, read: (method, "c4ll@192.0.2.9", 7), body: body.as_bytes().to_vec() }
}

/// A response to a request of ours but for some changes.
fn response(first: &str, changes: &[(&str, &str)]) -> Vec<u8> {
    let mut all = vec![("Max-Forwards", ""), ("Contact", ""), ("CSeq", "7 INVITE"), ("To", "<sip:0199000805@x>;tag=b")];
    all.extend_from_slice(changes);
    request(first, &all, "")
}

/// A case of one of those.
fn answer(name: &'static str, odd: &'static str, first: &str, changes: &[(&str, &str)], right: Right) -> Case {
    let bytes = response(first, changes);
    Case { name, odd, bytes, right, read: ("INVITE", "c4ll@192.0.2.9", 7), body: Vec::new() }
}

/// Holds every case of a table.
fn hold(cases: &[Case]) {
    let mut wrong = Vec::new();
    for case in cases {
        if let Err(why) = held(case) {
            wrong.push(format!("{} ({}): {why}", case.name, case.odd));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

fn held(case: &Case) -> Result<(), String> {
    match (judge(&case.bytes), &case.right) {
        (Verdict::Pass(passed), Pass) => read_alike(case, &passed),
        (Verdict::Drop, Silence) => Ok(()),
        (Verdict::Answer(answer), Status(status, words)) => answered(case, &answer, *status, words),
        (Verdict::Pass(passed), _) => Err(format!("was taken as {}", String::from_utf8_lossy(&passed))),
        (Verdict::Drop, _) => Err("was dropped".to_owned()),
        (Verdict::Answer(answer), _) => Err(format!("was answered {}", String::from_utf8_lossy(&answer))),
    }
}

fn answered(case: &Case, answer: &[u8], status: u16, words: &str) -> Result<(), String> {
    let text = std::str::from_utf8(answer).map_err(|_| "an answer that is no text".to_owned())?;
    if !text.starts_with(&format!("SIP/2.0 {status} ")) || !text.contains(words) {
        return Err(format!("the answer is {text}"));
    }
    // The head of an answer ends at its end: nothing in a request can end it before.
    if text.find("\r\n\r\n") != Some(text.len() - 4) || text.replace("\r\n", "").contains(['\r', '\n']) {
        return Err(format!("the answer {text:?} is not one"));
    }
    // It says nothing but what must be repeated, and what was found.
    let allowed = [
        "Via",
        "From",
        "To",
        "Call-ID",
        "CSeq",
        "Content-Length",
        "Allow",
        "Accept",
        "Accept-Encoding",
        "Unsupported",
        "Retry-After",
    ];
    let strange = text.lines().skip(1).filter(|line| !line.is_empty());
    let mut strange = strange.filter(|line| !allowed.contains(&line.split(':').next().unwrap()));
    match strange.next() {
        Some(line) => Err(format!("the answer to {} says {line}", case.name)),
        None => Ok(()),
    }
}

fn read_alike(case: &Case, passed: &[u8]) -> Result<(), String> {
    let text = String::from_utf8_lossy(passed);
    let read = SipMessage::try_from(passed).map_err(|fault| format!("the stack says {fault} to {text}"))?;
    let key = match &read {
        SipMessage::Request(request) => TransactionKey::from_request(request, TransactionRole::Server),
        SipMessage::Response(response) => TransactionKey::from_response(response, TransactionRole::Client),
    };
    key.map_err(|fault| format!("the stack says {fault} to {text}"))?;
    let (method, call, body) = match &read {
        SipMessage::Request(Request { method, body, .. }) => (method.to_string(), read.call_id_header(), body),
        SipMessage::Response(Response { body, .. }) => {
            let method = read.cseq_header().and_then(|sequence| sequence.method());
            (method.map_err(|fault| fault.to_string())?.to_string(), read.call_id_header(), body)
        }
    };
    let call = call.map_err(|fault| fault.to_string())?.value().to_owned();
    let sequence = read.cseq_header().and_then(|own| own.typed()).map_err(|fault| fault.to_string())?;
    if (method.as_str(), call.as_str(), sequence.seq) != case.read || sequence.method.to_string() != case.read.0 {
        return Err(format!("the stack reads {method} {call} {} of {text}", sequence.seq));
    }
    if *body != case.body {
        return Err(format!("the stack reads {:?} of {text}", String::from_utf8_lossy(body)));
    }
    let tagged = read.to_header().and_then(|to| to.tag()).map_err(|fault| format!("{fault} in {text}"))?;
    let _tag_of_the_call = tagged;
    // Whoever reads it again finds nothing to change: one reading is the last.
    match judge(passed) {
        Verdict::Pass(again) if *again == *passed => Ok(()),
        other => Err(format!("a second look at {text} gives {other:?}")),
    }
}
