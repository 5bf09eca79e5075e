//! The edge: what a datagram must look like before the SIP stack sees it. Pure.
//!
//! The stack parses leniently and repairs silently; here, what is wrong is refused with the right status, and what the
//! stack gets wrong is made right first: a missing Content-Length over UDP means "to the end of the datagram"
//! (RFC 3261 section 18.3), and bytes that are not UTF-8 would make every later header vanish.

use super::challenge;
use std::borrow::Cow;

/// The longest datagram taken, in bytes.
pub const LONGEST: usize = 8_000;
const LONGEST_LINE: usize = 2_048;
const MOST_HEADERS: usize = 100;

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

/// A refusal's status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    BadRequest,
    Forbidden,
    MethodNotAllowed,
    TooLarge,
    VersionNotSupported,
}

impl Status {
    fn line(self) -> &'static str {
        match self {
            Status::BadRequest => "400 Bad Request",
            Status::Forbidden => "403 Forbidden",
            Status::MethodNotAllowed => "405 Method Not Allowed",
            Status::TooLarge => "513 Message Too Large",
            Status::VersionNotSupported => "505 Version Not Supported",
        }
    }
}

const METHODS: [&str; 7] = ["INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "PRACK", "UPDATE"];
/// Headers of which a request has exactly one (RFC 3261 section 8.1.1), with their compact forms (section 7.3.3).
const SINGLE: [(&str, &str); 4] = [("from", "f"), ("to", "t"), ("call-id", "i"), ("cseq", "cseq")];

/// Judges a datagram from a trunk peer.
#[must_use]
pub fn judge(datagram: &[u8]) -> Verdict<'_> {
    if datagram.iter().all(u8::is_ascii_whitespace) {
        return Verdict::Drop;
    }
    let text = String::from_utf8_lossy(datagram);
    let repaired = matches!(text, Cow::Owned(_));
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return refuse(&text, Status::BadRequest);
    };
    if datagram.len() > LONGEST {
        return refuse(head, Status::TooLarge);
    }
    let Some((start, _)) = head.split_once("\r\n") else { return Verdict::Drop };
    if start.starts_with("SIP/") {
        return judge_response(datagram, &text, start);
    }
    if let Err(status) = judge_request(head, start, body) {
        return refuse(head, status);
    }
    if header(head, "content-length", "l").next().is_some() {
        return if repaired {
            Verdict::Pass(Cow::Owned(with_length(head, body)))
        } else {
            Verdict::Pass(Cow::Borrowed(datagram))
        };
    }
    Verdict::Pass(Cow::Owned(with_length(head, body)))
}

/// The answer to somebody who is no trunk peer.
#[must_use]
pub fn turn_away(datagram: &[u8]) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(datagram.get(..datagram.len().min(LONGEST))?);
    let head = text.split_once("\r\n\r\n").map_or(text.as_ref(), |(head, _)| head);
    match refuse(head, Status::Forbidden) {
        Verdict::Answer(answer) => Some(answer),
        Verdict::Pass(_) | Verdict::Drop => None,
    }
}

fn judge_response<'a>(datagram: &'a [u8], text: &str, start: &str) -> Verdict<'a> {
    // Responses come only to requests of ours; a wrong one has nobody to be told.
    if !start.starts_with("SIP/2.0 ") {
        return Verdict::Drop;
    }
    match challenge::understood(text) {
        Cow::Owned(understood) => Verdict::Pass(Cow::Owned(understood.into_bytes())),
        Cow::Borrowed(_) => Verdict::Pass(Cow::Borrowed(datagram)),
    }
}

fn judge_request(head: &str, start: &str, body: &str) -> Result<(), Status> {
    let mut words = start.split(' ');
    let (Some(method), Some(uri), Some(version), None) = (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(Status::BadRequest);
    };
    if version != "SIP/2.0" {
        return Err(if version.starts_with("SIP/") { Status::VersionNotSupported } else { Status::BadRequest });
    }
    if !(uri.starts_with("sip:") || uri.starts_with("sips:") || uri.starts_with("tel:")) {
        return Err(Status::BadRequest);
    }
    let lines = head.split("\r\n");
    if lines.clone().count() > MOST_HEADERS || lines.clone().any(|line| line.len() > LONGEST_LINE) {
        return Err(Status::BadRequest);
    }
    // Every line after the first is a header or goes on with one (RFC 3261 section 7.3.1).
    if lines.skip(1).any(|line| !line.starts_with([' ', '\t']) && !line.contains(':')) {
        return Err(Status::BadRequest);
    }
    if SINGLE.iter().any(|(name, compact)| header(head, name, compact).count() != 1) {
        return Err(Status::BadRequest);
    }
    if header(head, "via", "v").next().is_none() {
        return Err(Status::BadRequest);
    }
    judge_sequence(head, method)?;
    judge_length(head, body)?;
    if METHODS.contains(&method) { Ok(()) } else { Err(Status::MethodNotAllowed) }
}

fn judge_sequence(head: &str, method: &str) -> Result<(), Status> {
    let sequence = header(head, "cseq", "cseq").next().unwrap_or_default();
    let mut words = sequence.split_whitespace();
    let number = words.next().and_then(|number| number.parse::<u32>().ok());
    // RFC 3261 section 8.1.1.5: below 2 to the power of 31, with the request's own method.
    match (number, words.next()) {
        (Some(number), Some(named)) if number < 1 << 31 && named == method => Ok(()),
        _ => Err(Status::BadRequest),
    }
}

fn judge_length(head: &str, body: &str) -> Result<(), Status> {
    let mut lengths = header(head, "content-length", "l");
    match (lengths.next(), lengths.next()) {
        (None, _) => Ok(()),
        (Some(length), None) => match length.parse::<usize>() {
            Ok(length) if length <= body.len() => Ok(()),
            Ok(_) | Err(_) => Err(Status::BadRequest),
        },
        (Some(_), Some(_)) => Err(Status::BadRequest),
    }
}

/// The values of a header, by its name or compact form.
fn header<'a>(head: &'a str, name: &'a str, compact: &'a str) -> impl Iterator<Item = &'a str> {
    head.split("\r\n").skip(1).filter_map(move |line| {
        let (own, value) = line.split_once(':')?;
        let own = own.trim_end();
        (own.eq_ignore_ascii_case(name) || own.eq_ignore_ascii_case(compact)).then_some(value.trim())
    })
}

/// The same message with its true length, and without any other.
fn with_length(head: &str, body: &str) -> Vec<u8> {
    let mut message = String::with_capacity(head.len() + body.len() + 32);
    let mut skipping = false;
    for line in head.split("\r\n") {
        let name = line.split(':').next().unwrap_or_default().trim_end();
        let folded = line.starts_with([' ', '\t']);
        skipping = (skipping && folded)
            || (!folded && (name.eq_ignore_ascii_case("content-length") || name.eq_ignore_ascii_case("l")));
        if !skipping {
            message.push_str(line);
            message.push_str("\r\n");
        }
    }
    message.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
    message.into_bytes()
}

/// An answer made of the request's own Via, From, To, Call-ID and CSeq (RFC 3261 section 8.2.6), sent back where the
/// request came from and nowhere else. Nothing is answered to an ACK, nor to what lacks these headers.
fn refuse(head: &str, status: Status) -> Verdict<'static> {
    if head.starts_with("ACK ") || head.starts_with("SIP/") {
        return Verdict::Drop;
    }
    let mut answer = format!("SIP/2.0 {}\r\n", status.line());
    let mut add = |label: &str, name: &str, compact: &str| {
        let mut found = false;
        for value in header(head, name, compact).filter(|value| value.len() <= LONGEST_LINE) {
            found = true;
            answer.push_str(&format!("{label}: {value}"));
            if label == "To" && !value.contains(";tag=") {
                answer.push_str(";tag=refused");
            }
            answer.push_str("\r\n");
            if label != "Via" {
                break;
            }
        }
        found
    };
    let complete = add("Via", "via", "v") && add("From", "from", "f") && add("To", "to", "t");
    let complete = complete && add("Call-ID", "call-id", "i") && add("CSeq", "cseq", "cseq");
    if !complete {
        return Verdict::Drop;
    }
    if status == Status::MethodNotAllowed {
        answer.push_str("Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE\r\n");
    }
    answer.push_str("Content-Length: 0\r\n\r\n");
    Verdict::Answer(answer.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invite(change: impl Fn(String) -> String) -> Vec<u8> {
        let message = "INVITE sip:0199000805@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1\r\n\
            From: <sip:anonymous@anonymous.invalid>;tag=1\r\nTo: <sip:0199000805@192.0.2.1>\r\nCall-ID: a@b\r\n\
            CSeq: 1 INVITE\r\nContact: <sip:192.0.2.9>\r\nMax-Forwards: 70\r\nContent-Length: 4\r\n\r\nv=0\n";
        change(message.to_owned()).into_bytes()
    }

    fn status(datagram: &[u8]) -> String {
        match judge(datagram) {
            Verdict::Answer(answer) => String::from_utf8(answer).unwrap()[8..11].to_owned(),
            Verdict::Pass(_) => "pass".to_owned(),
            Verdict::Drop => "drop".to_owned(),
        }
    }

    #[test]
    fn a_good_invite_passes_untouched() {
        let datagram = invite(|message| message);
        assert_eq!(judge(&datagram), Verdict::Pass(Cow::Borrowed(&datagram)));
    }

    #[test]
    fn a_missing_length_means_to_the_end() {
        let datagram = invite(|message| message.replace("Content-Length: 4\r\n", ""));
        let Verdict::Pass(passed) = judge(&datagram) else { panic!() };
        assert!(String::from_utf8(passed.to_vec()).unwrap().ends_with("Content-Length: 4\r\n\r\nv=0\n"));
    }

    #[test]
    fn latin_1_bytes_are_repaired_and_the_length_stays_true() {
        let mut datagram = invite(|message| message.replace("v=0\n", "v=0é"));
        let at = datagram.windows(4).position(|bytes| bytes == b"a@b\r").unwrap();
        datagram[at] = 0xE9;
        let Verdict::Pass(passed) = judge(&datagram) else { panic!() };
        let text = String::from_utf8(passed.to_vec()).unwrap();
        let body = text.split_once("\r\n\r\n").unwrap().1;
        assert!(text.contains(&format!("Content-Length: {}\r\n", body.len())));
    }

    #[test]
    fn what_is_wrong_gets_its_status() {
        let cases: [(&str, &str, &str); 9] = [
            ("CSeq: 1 INVITE", "CSeq: 1 BYE", "400"),
            ("CSeq: 1 INVITE", "CSeq: 4294967297 INVITE", "400"),
            ("Call-ID: a@b", "Call-ID: a@b\r\nCall-ID: c@d", "400"),
            ("Content-Length: 4", "Content-Length: 900", "400"),
            ("Content-Length: 4", "Content-Length: -1", "400"),
            ("Content-Length: 4", "Content-Length: 18446744073709551616", "400"),
            ("192.0.2.1 SIP/2.0", "192.0.2.1 SIP/7.0", "505"),
            ("Contact: <sip:192.0.2.9>", "Contact <sip>", "400"),
            ("INVITE sip:", "INVITE  sip:", "400"),
        ];
        for (from, to, expected) in cases {
            assert_eq!(status(&invite(|message| message.replacen(from, to, 1))), expected, "{to}");
        }
        let message = invite(|message| message.replace("INVITE", "REFER"));
        assert_eq!(status(&message), "405");
        assert_eq!(status(&invite(|message| message.replace("v=0", &"x".repeat(9_000)))), "513");
        assert_eq!(status(b"\r\n\r\n"), "drop");
        assert_eq!(status(b"GET / HTTP/1.1\r\n\r\n"), "drop");
        assert_eq!(
            status(&invite(|message| message.replace("INVITE", "ACK").replace("CSeq: 1 ACK", "CSeq: x"))),
            "drop"
        );
    }

    #[test]
    fn strangers_are_turned_away_without_a_product_name() {
        let answer = String::from_utf8(turn_away(&invite(|message| message)).unwrap()).unwrap();
        assert!(answer.starts_with("SIP/2.0 403 "));
        assert!(!answer.to_lowercase().contains("vigie") && !answer.contains("Server"));
        assert_eq!(turn_away(b"hello"), None);
    }
}
