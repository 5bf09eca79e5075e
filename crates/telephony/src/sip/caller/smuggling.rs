//! Spellings of headers that say who calls, or that would, were they read carelessly. Each goes through the edge and the
//! SIP stack, as a message does: none may say another number than the RFC means by it.

use super::number;
use crate::sip::edge::{Verdict, judge};
use rsipstack::sip::{Request, SipMessage};

/// What is read of who calls.
#[derive(Debug, PartialEq, Eq)]
enum Read {
    /// The number of the phone's own From.
    Phone,
    /// The number that the network asserts.
    Network,
    /// Nothing: it is withheld, or there is none.
    Nobody,
    /// The message is refused.
    Refused,
}

use Read::{Network, Nobody, Phone, Refused};

const FROM: &str = "From: <sip:0199006677@trunk.example.org>;tag=1";
/// A value that asserts the network's number.
const ASSERTED: &str = "<sip:+33199006688@trunk.example.org>";

fn read(headers: &str, body: &str) -> Read {
    let text = format!(
        "INVITE sip:0199000805@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1\r\n{headers}\r\n\
         To: <sip:0199000805@192.0.2.1>\r\nCall-ID: a\r\nCSeq: 1 INVITE\r\nContact: <sip:192.0.2.9>\r\n\
         Content-Type: application/sdp\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let passed = match judge(text.as_bytes()) {
        Verdict::Pass(passed) => passed,
        Verdict::Answer(answer) => {
            // An answer repeats the From (RFC 3261 section 8.2.6.2), and nothing else that was smuggled.
            let answer = String::from_utf8(answer).unwrap();
            let repeated = answer.lines().find(|line| !line.starts_with("From: ") && line.contains("6699"));
            assert_eq!(repeated, None, "{headers:?}");
            return Refused;
        }
        Verdict::Drop => panic!("{headers:?} met silence"),
    };
    let Ok(SipMessage::Request(request)) = SipMessage::try_from(&*passed) else { panic!("{headers:?}") };
    told(&request)
}

fn told(request: &Request) -> Read {
    match number(request).map(|number| String::from_utf8(number.digits().to_vec()).unwrap()).as_deref() {
        None => Nobody,
        Some("33199006677") => Phone,
        Some("33199006688") => Network,
        Some(other) => panic!("{other} was smuggled in"),
    }
}

fn hold(cases: &[(&str, Read)]) {
    for (lines, wanted) in cases {
        let before = format!("{lines}\r\n{FROM}");
        let after = format!("{FROM}\r\n{lines}");
        assert_eq!(read(&before, ""), *wanted, "{lines:?} before From");
        assert_eq!(read(&after, ""), *wanted, "{lines:?} after From");
    }
}

/// The same, with the asserted value put in place of a star.
fn asserted(cases: &[(&str, Read)]) {
    for (lines, wanted) in cases {
        let lines = lines.replace('*', ASSERTED);
        let before = format!("{lines}\r\n{FROM}");
        assert_eq!(read(&before, ""), *wanted, "{lines:?}");
    }
}

#[test]
fn what_the_network_asserts_has_one_name() {
    asserted(&[
        ("P-Asserted-Identity: *", Network),
        ("p-asserted-identity:*", Network),
        ("P-ASSERTED-IDENTITY:  *  ", Network),
        ("P-Asserted-Identity : *", Network),
        ("P-Asserted-Identity\t \t:\t*", Network),
        ("P-Asserted-Identity:\r\n *", Network),
        ("P-Asserted-Identity:\r\n\t \r\n *", Network),
        ("P-Asserted-Identity: \"A\"\r\n *", Network),
        ("P-Asserted -Identity: *", Refused),
        ("P-Asserted-Identity\r\n : *", Refused),
        ("P-Asserted-Identity\0: *", Refused),
        ("P-Asserted-Identity\u{b}: *", Refused),
        ("P-Asserted-Identity\u{7f}: *", Refused),
        ("P-Asserted-Identity\u{a0}: *", Refused),
        ("\u{feff}P-Asserted-Identity: *", Refused),
        ("\u{ff30}-Asserted-Identity: *", Refused),
        ("(P-Asserted-Identity): *", Refused),
        ("P_Asserted_Identity: *", Phone),
        ("X-P-Asserted-Identity: *", Phone),
        ("P-Asserted-Identity-X: *", Phone),
        ("P%2DAsserted-Identity: *", Phone),
        ("PAI: *", Phone),
        ("Subject: x\nP-Asserted-Identity: *", Refused),
        ("Subject: x\rP-Asserted-Identity: *", Refused),
        ("Subject: x\r\r\nP-Asserted-Identity: *", Refused),
        ("Subject: x\r\n P-Asserted-Identity: *", Phone),
        ("Subject: \"x\r\n\tP-Asserted-Identity: *\"", Phone),
        ("P-Asserted-Identity: <sip:bob@x>\r\nP-Asserted-Identity: *", Network),
        ("P-Asserted-Identity: <sip:bob@x>, *", Network),
        ("P-Asserted-Identity: *, <tel:+33199006699>", Network),
        ("P-Asserted-Identity: \"<tel:+33199006699>\" *", Network),
        ("P-Asserted-Identity: \"a, <tel:+33199006699>, b\" *", Network),
        ("P-Asserted-Identity: \"a\\\", <tel:+33199006699>, \\\"b\" *", Network),
        ("P-Asserted-Identity: \"a\\\\\", *", Network),
        ("P-Asserted-Identity:", Phone),
        ("P-Asserted-Identity: \"<tel:+33199006699>", Phone),
        ("P-Preferred-Identity: <tel:+33199006699>", Phone),
        ("Remote-Party-ID: <sip:+33199006699@x>;party=calling;id-type=subscriber;screen=yes", Phone),
        ("P-Asserted-Identity: *\r\nP-Preferred-Identity: <tel:+33199006699>", Network),
    ]);
}

#[test]
fn who_withholds_their_number_is_heard_in_every_spelling() {
    let network = format!("P-Asserted-Identity: {ASSERTED}");
    let cases: [(&str, Read); 17] = [
        ("Privacy: id", Nobody),
        ("privacy : ID", Nobody),
        ("PRIVACY:\r\n id", Nobody),
        ("Privacy: none\r\nPrivacy: id", Nobody),
        ("Privacy: id\r\nPrivacy: none", Nobody),
        ("Privacy: none;id", Nobody),
        ("Privacy: header;session;critical", Nobody),
        ("Privacy: user", Nobody),
        ("Privacy:", Nobody),
        ("Privacy: None", Network),
        ("Privacy \t: none", Network),
        ("X-Privacy: id", Network),
        ("Subject: x\r\n Privacy: id", Network),
        ("Privacy\0: id", Refused),
        ("Subject: x\nPrivacy: none\r\nPrivacy: id", Refused),
        ("Privacy: id\rPrivacy: none", Refused),
        ("Pri vacy: id", Refused),
    ];
    for (lines, wanted) in cases {
        assert_eq!(read(&format!("{network}\r\n{FROM}\r\n{lines}"), ""), wanted, "{lines:?} at the end");
        assert_eq!(read(&format!("{lines}\r\n{network}\r\n{FROM}"), ""), wanted, "{lines:?} at the beginning");
    }
}

#[test]
fn headers_of_the_way_and_of_proofs_say_nothing_of_who_calls() {
    hold(&[
        ("Route: <sip:+33199006699@192.0.2.7;lr>", Phone),
        ("ROUTE : <sip:+33199006699@192.0.2.7;lr>, <sip:192.0.2.8;lr>", Phone),
        ("Record-Route: <sip:+33199006699@192.0.2.7;lr>", Phone),
        ("record-route:\r\n <sip:+33199006699@192.0.2.7;lr>", Phone),
        ("Via: SIP/2.0/UDP 192.0.2.99;received=192.0.2.98;branch=z9hG4bK99", Phone),
        ("v :SIP/2.0/UDP 192.0.2.99", Phone),
        (
            "Authorization: Digest username=\"+33199006699\", realm=\"x\", nonce=\"n\", uri=\"sip:x\", response=\"r\"",
            Phone,
        ),
        ("authorization : Basic KzMzMTk5MDA2Njk5", Phone),
        ("Proxy-Authorization: Digest username=\"+33199006699\"", Phone),
        ("Identity: eyJhbGciOiJFUzI1NiJ9.eyJvcmlnIjp7InRuIjoiMzMxOTkwMDY2OTkifX0.x;info=<https://x>", Phone),
        ("Diversion: <sip:+33199006699@x>;reason=unconditional", Phone),
        ("History-Info: <sip:+33199006699@x>;index=1", Phone),
        ("Reply-To: <sip:+33199006699@x>", Phone),
        ("Referred-By: <sip:+33199006699@x>", Phone),
        ("b: <sip:+33199006699@x>", Phone),
        ("P-Charge-Info: <tel:+33199006699>", Phone),
        ("P-Called-Party-ID: <tel:+33199006699>", Phone),
        ("User-to-User: 33199006699;encoding=hex", Phone),
    ]);
}

#[test]
fn there_is_one_from_and_it_holds_one_number() {
    for (from, wanted) in [
        ("FROM : <sip:0199006677@x>;tag=1", Phone),
        ("f\t:\r\n <sip:0199006677@x>\r\n ; tag\t= 1", Phone),
        ("From: <sip:0199006677@x>;tag=1\r\nf: <sip:0199006699@x>;tag=2", Refused),
        ("From: <sip:0199006677@x>;tag=1, <sip:0199006699@x>", Refused),
        ("From: \"P-Asserted-Identity: <tel:+33199006699>\" <sip:0199006677@x>;tag=1", Phone),
        ("From: \"\\\" <tel:+33199006699>\" <sip:0199006677@x>;tag=1", Phone),
        ("From: <sip:0199006677@x?P-Asserted-Identity=%3Ctel:+33199006699%3E>;tag=1", Phone),
        ("From: <sip:0199006677;phone-context=+33@x>;tag=1", Phone),
        ("From: <sip:0199006677%00@x>;tag=1", Nobody),
        ("From: <sip:anonymous@anonymous.invalid>;tag=+33199006699", Nobody),
        ("From: sip:0199006677@x;tag=1", Phone),
        ("From: sip:0199006677@x,sip:0199006699@x;tag=1", Refused),
    ] {
        assert_eq!(read(from, ""), wanted, "{from:?}");
    }
}

#[test]
fn a_body_is_no_head() {
    let body = format!("v=0\r\n\r\nP-Asserted-Identity: {ASSERTED}\r\nPrivacy: id\r\n\r\n");
    assert_eq!(read(FROM, &body), Phone);
}
