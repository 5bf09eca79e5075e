//! Our own rules, where no RFC has a case: one of each header, numbers in their ranges, and heads that two readers could
//! read in two ways.

use super::*;

/// What there must be one of, and numbers.
fn numbers_and_counts() -> Vec<Case> {
    let mut cases = vec![
        case("Contact", "missing in what begins a call", INVITE, &[("Contact", "")], Status(400, "")),
        case(
            "To",
            "a way to be carried that is none",
            OPTIONS,
            &[("To", "<sip:a@192.0.2.1>;transport=x")],
            Status(400, ""),
        ),
        case(
            "From",
            "a method that is none",
            OPTIONS,
            &[("From", "<sip:a@b.invalid>;method=x;tag=1")],
            Status(400, ""),
        ),
        case("From", "a port that is none", OPTIONS, &[("From", "<sip:a@b.invalid>;rport=x;tag=1")], Status(400, "")),
        case("From", "ways that are known", OPTIONS, &[("From", "<sip:a@b.invalid>;transport=UDP;x=y;tag=1")], Pass),
        case("Contact", "two", INVITE, &[("+Contact", "<sip:b@192.0.2.9>")], Status(400, "")),
        case("Contact", "two in one", INVITE, &[("Contact", "<sip:a@192.0.2.9>, <sip:b@192.0.2.9>")], Status(400, "")),
        case("Contact", "a star", INVITE, &[("Contact", "*")], Status(400, "")),
        case(
            "Contact",
            "a telephone cannot be sent a BYE",
            INVITE,
            &[("Contact", "<tel:+33199000811>")],
            Status(400, ""),
        ),
        case("Contact", "missing in a question", OPTIONS, &[("Contact", "")], Pass),
        case("Contact", "a bracket not closed", INVITE, &[("Contact", "<sip:a@192.0.2.9")], Status(400, "")),
        case("Contact", "a port too large", INVITE, &[("Contact", "<sip:a@192.0.2.9:65536>")], Status(400, "")),
        case("Contact", "with sips", INVITE, &[("Contact", "<sips:a@192.0.2.9>")], Pass),
        case("Contact", "compact", INVITE, &[("Contact", ""), ("+m", "sip:a@192.0.2.9")], Pass),
        case("Max-Forwards", "missing", INVITE, &[("Max-Forwards", "")], Pass),
        case("Max-Forwards", "zero", INVITE, &[("Max-Forwards", "0")], Pass),
        case("Max-Forwards", "the most", INVITE, &[("Max-Forwards", "255")], Pass),
        case("Max-Forwards", "one more", INVITE, &[("Max-Forwards", "256")], Status(400, "")),
        case("Max-Forwards", "words", INVITE, &[("Max-Forwards", "seventy")], Status(400, "")),
        case("Max-Forwards", "a sign", INVITE, &[("Max-Forwards", "+70")], Status(400, "")),
        case("CSeq", "the most", OPTIONS, &[("CSeq", "2147483647 OPTIONS")], Status(400, "never")),
        case("CSeq", "one more", OPTIONS, &[("CSeq", "2147483648 OPTIONS")], Status(400, "")),
        case("CSeq", "a sign", OPTIONS, &[("CSeq", "+7 OPTIONS")], Status(400, "")),
        case("CSeq", "no method", OPTIONS, &[("CSeq", "7")], Status(400, "")),
        case("CSeq", "three words", OPTIONS, &[("CSeq", "7 OPTIONS 8")], Status(400, "")),
        case("CSeq", "the method in small letters", OPTIONS, &[("CSeq", "7 options")], Status(400, "")),
        case("CSeq", "noughts before it", OPTIONS, &[("CSeq", "0000000007   OPTIONS")], Pass),
        case("CSeq", "missing", OPTIONS, &[("CSeq", "")], Status(400, "Call-ID: c4ll@192.0.2.9")),
        case("Call-ID", "a blank in it", OPTIONS, &[("Call-ID", "a b")], Status(400, "")),
        case("Content-Length", "two the same", OPTIONS, &[("+l", "0")], Status(400, "")),
        case(
            "Content-Length",
            "2 to the power of 64",
            OPTIONS,
            &[("Content-Length", "18446744073709551616")],
            Status(400, ""),
        ),
        case("Content-Length", "2 to the power of 32", OPTIONS, &[("Content-Length", "4294967296")], Status(400, "")),
        case("Content-Length", "a list", OPTIONS, &[("Content-Length", "0, 0")], Status(400, "")),
        case("Content-Length", "hexadecimal", OPTIONS, &[("Content-Length", "0x0")], Status(400, "")),
        case("Content-Type", "two", INVITE, &[("+c", "application/sdp")], Status(400, "")),
        case(
            "Content-Type",
            "none, and a body",
            INVITE,
            &[("Content-Type", "")],
            Status(415, "Accept: application/sdp"),
        ),
        case(
            "Content-Type",
            "begins like ours",
            INVITE,
            &[("Content-Type", "application/sdpx")],
            Status(415, "Accept: "),
        ),
        case(
            "Content-Type",
            "in capitals, with a parameter",
            INVITE,
            &[("Content-Type", "Application/SDP;level=1")],
            Pass,
        ),
        case("Content-Encoding", "none at all", INVITE, &[("Content-Encoding", "identity")], Pass),
        case(
            "Content-Encoding",
            "packed",
            INVITE,
            &[("Content-Encoding", "gzip")],
            Status(415, "Accept-Encoding: identity"),
        ),
        case(
            "Content-Encoding",
            "packed, compact",
            INVITE,
            &[("e", "identity, deflate")],
            Status(415, "Accept-Encoding: "),
        ),
        case("Content-Encoding", "packed, in what ends a call", BYE, &[("Content-Encoding", "gzip")], Pass),
        case("Accept", "ours among others", INVITE, &[("Accept", "application/isup, application/sdp;level=1")], Pass),
        case("Accept", "anything", INVITE, &[("Accept", "text/plain"), ("+Accept", "*/*;q=0.1")], Pass),
        case("Expires", "the most", INVITE, &[("Expires", "4294967295")], Pass),
        case("Expires", "words", INVITE, &[("Expires", "soon")], Status(400, "")),
        case("Expires", "two", INVITE, &[("Expires", "5"), ("+Expires", "6")], Status(400, "")),
        case("Session-Expires", "with who refreshes", INVITE, &[("x", "1800;refresher=uac")], Pass),
        case("Session-Expires", "below nothing", INVITE, &[("Session-Expires", "-1")], Status(400, "")),
        case("Min-SE", "too large", INVITE, &[("Min-SE", "99999999999")], Status(400, "")),
        case("RAck", "good", "PRACK sip:a@192.0.2.1 SIP/2.0", &[("RAck", "776656 1 INVITE")], Pass),
        case("RAck", "one number", "PRACK sip:a@192.0.2.1 SIP/2.0", &[("RAck", "776656")], Status(400, "")),
        case(
            "RAck",
            "too large",
            "PRACK sip:a@192.0.2.1 SIP/2.0",
            &[("RAck", "99999999999 1 INVITE")],
            Status(400, ""),
        ),
        case("Require", "what nobody has", INVITE, &[("Require", "x-none")], Status(420, "Unsupported: x-none\r\n")),
        case(
            "Require",
            "on two lines",
            INVITE,
            &[("Require", "a"), ("+require", "b")],
            Status(420, "Unsupported: a, b\r\n"),
        ),
        case(
            "Proxy-Require",
            "what nobody has",
            INVITE,
            &[("Proxy-Require", "privacy, x-none")],
            Status(420, "Unsupported: x-none\r\n"),
        ),
        case("Proxy-Require", "that the number be withheld", INVITE, &[("Proxy-Require", "privacy")], Pass),
        case("Max-Forwards", "too many, in what ends a call", BYE, &[("Max-Forwards", "999")], Pass),
        case("Session-Expires", "words, in what ends a call", BYE, &[("Session-Expires", "x")], Pass),
        case("Require", "nothing", INVITE, &[("Require", " , ")], Pass),
        case("Require", "in what ends a call", BYE, &[("Require", "x-none")], Pass),
        case("Require", "in what is not answered", ACK, &[("Require", "x-none")], Pass),
        case("Require", "which would end the line", INVITE, &[("Require", "a\rb")], Status(400, "")),
        case("Via", "missing", OPTIONS, &[("Via", "")], Silence),
        case("Via", "no host", OPTIONS, &[("Via", "SIP/2.0/UDP ;branch=z9hG4bK1")], Status(400, "")),
        case(
            "Via",
            "a port of words",
            OPTIONS,
            &[("Via", "SIP/2.0/UDP 192.0.2.9:sip;branch=z9hG4bK1")],
            Status(400, ""),
        ),
        case(
            "Via",
            "a source port too large",
            OPTIONS,
            &[("Via", "SIP/2.0/UDP 192.0.2.9;rport=99999;branch=z9hG4bK1")],
            Status(400, ""),
        ),
        case(
            "Via",
            "a transport nobody knows",
            OPTIONS,
            &[("Via", "SIP/2.0/PIGEON 192.0.2.9;branch=z9hG4bK1")],
            Status(400, ""),
        ),
        case("Via", "not SIP", OPTIONS, &[("+Via", "HTTP/1.1 192.0.2.9")], Status(400, "")),
        case("From", "no tag", INVITE, &[("From", "<sip:a@trunk.example.org>")], Status(400, "")),
        case(
            "From",
            "a tag in the address alone",
            INVITE,
            &[("From", "<sip:a@trunk.example.org;tag=1>")],
            Status(400, ""),
        ),
        case("From", "two tags", INVITE, &[("From", "<sip:a@trunk.example.org>;tag=1;tag=2")], Status(400, "")),
        case("From", "an empty tag", INVITE, &[("From", "<sip:a@trunk.example.org>;tag=")], Status(400, "")),
        case("From", "a tag in a name", INVITE, &[("From", "\"<a>;tag=evil\" <sip:a@trunk.example.org>;tag=1")], Pass),
        case("From", "a bracket not closed", INVITE, &[("From", "<sip:a@trunk.example.org;tag=1")], Status(400, "")),
        case("From", "no host", INVITE, &[("From", "<sip:a@>;tag=1")], Status(400, "")),
        case(
            "From",
            "a question mark for a user",
            INVITE,
            &[("From", "<sip:?@trunk.example.org>;tag=1")],
            Status(400, ""),
        ),
        case("From", "no scheme", INVITE, &[("From", "<0199000811>;tag=1")], Status(400, "")),
        case("To", "two brackets", INVITE, &[("To", "<<sip:a@line.example.org>>")], Status(400, "")),
        case("To", "of a telephone", INVITE, &[("To", "<tel:+33199000805>")], Pass),
        case("To", "of help in need", INVITE, &[("To", "<urn:service:sos>")], Pass),
    ];
    // The largest sequence is taken: the table's own number is another.
    cases.iter_mut().filter(|case| case.name == "CSeq" && case.odd == "the most").for_each(|case| {
        (case.right, case.read.2) = (Pass, 2_147_483_647);
    });
    cases
}

/// What is called, and by which method.
fn first_lines() -> Vec<Case> {
    vec![
        case("called", "sips", "INVITE sips:0199000805@line.example.org SIP/2.0", &[], Pass),
        case("called", "SIP in capitals", "INVITE SIP:0199000805@line.example.org SIP/2.0", &[], Pass),
        case("called", "a telephone", "INVITE tel:+33-1-99-00-08-05;ext=1 SIP/2.0", &[], Pass),
        case("called", "a telephone of no number", "INVITE tel:;ext=1 SIP/2.0", &[], Status(400, "")),
        case("called", "a letter", "INVITE mailto:a@line.example.org SIP/2.0", &[], Status(416, "")),
        case("called", "nothing", "INVITE sip: SIP/2.0", &[], Status(400, "")),
        case("called", "no host", "INVITE sip:0199000805@ SIP/2.0", &[], Status(400, "")),
        case("called", "no user before the sign", "INVITE sip:@line.example.org SIP/2.0", &[], Status(400, "")),
        case("called", "a password alone", "INVITE sip::secret@line.example.org SIP/2.0", &[], Status(400, "")),
        case("called", "two signs", "INVITE sip:a@b@line.example.org SIP/2.0", &[], Status(400, "")),
        case("called", "half an escape", "INVITE sip:0199%3@line.example.org SIP/2.0", &[], Status(400, "")),
        case("called", "other letters, not escaped", "INVITE sip:é@line.example.org SIP/2.0", &[], Status(400, "")),
        case(
            "called",
            "a transport nobody knows",
            "INVITE sip:a@line.example.org;transport=pigeon SIP/2.0",
            &[],
            Status(400, ""),
        ),
        case("called", "a port too large", "INVITE sip:a@line.example.org:70000 SIP/2.0", &[], Status(400, "")),
        case("version", "in small letters", "INVITE sip:a@line.example.org sip/2.0", &[], Pass),
        case("version", "none", "INVITE sip:a@line.example.org", &[], Status(400, "")),
        case("version", "of another protocol", "OPTIONS sip:a@line.example.org HTTP/1.1", &[], Status(400, "")),
        case("version", "2.1", "OPTIONS sip:a@line.example.org SIP/2.1", &[], Status(505, "")),
        case("version", "three numbers", "OPTIONS sip:a@line.example.org SIP/2.0.1", &[], Status(400, "")),
        case(
            "method",
            "in small letters",
            "invite sip:a@line.example.org SIP/2.0",
            &[],
            Status(405, "Allow: INVITE, "),
        ),
        case("method", "not a word", "INV(ITE sip:a@line.example.org SIP/2.0", &[], Status(400, "")),
        case(
            "method",
            "nobody knows it, nor the scheme",
            "FROB mailto:a@line.example.org SIP/2.0",
            &[],
            Status(405, "Allow: "),
        ),
    ]
}

/// Heads that two readers could read in two ways.
fn heads() -> Vec<Case> {
    let raw = |name, odd, from: &str, to: &str, right| {
        let text = String::from_utf8(request(INVITE, &[], OFFER)).unwrap();
        let read = ("INVITE", "c4ll@192.0.2.9", 7);
        Case { name, odd, bytes: text.replacen(from, to, 1).into_bytes(), right, read, body: OFFER.as_bytes().to_vec() }
    };
    let many = "X-A: b\r\n".repeat(100);
    let most = "X-A: b\r\n".repeat(91);
    let long = format!("X-A: {}\r\nCall-ID", "b".repeat(4_100));
    let long_folded = format!("X-A: {}\r\nCall-ID", "b\r\n ".repeat(2_100));
    let huge = format!("{}Call-ID", format!("X-A: {}\r\n", "b".repeat(4_000)).repeat(2));
    let mut latin = request(INVITE, &[("From", "\"Ren~\" <sip:0199000811@trunk.example.org>;tag=1")], OFFER);
    let at = latin.iter().position(|byte| *byte == b'~').unwrap();
    latin[at] = 0xE9;
    let latin = Case {
        name: "other letters",
        odd: "of before UTF-8",
        bytes: latin,
        right: Pass,
        read: ("INVITE", "c4ll@192.0.2.9", 7),
        body: OFFER.as_bytes().to_vec(),
    };
    vec![
        latin,
        raw("folding", "of a length", "Content-Length: ", "Content-Length:\r\n ", Pass),
        raw("folding", "with a tab", "Call-ID: ", "Call-ID:\r\n\t", Pass),
        raw("folding", "right after the first line", "\r\nVia: ", "\r\n x\r\nVia: ", Status(400, "")),
        raw("folding", "of the only hop", "\r\nVia: ", "\r\n Via: ", Silence),
        raw("folding", "of an empty line", "Max-Forwards: 70", "Max-Forwards: 70\r\n \r\n ", Pass),
        raw("blank before the colon", "is none of the name", "Call-ID:", "Call-ID \t:", Pass),
        raw("blank within a name", "is no name", "Call-ID:", "Call ID: x\r\nCall-ID:", Status(400, "")),
        raw("no name", "before the colon", "Call-ID:", ": x\r\nCall-ID:", Status(400, "")),
        raw("no colon", "in a line", "Call-ID:", "Hello\r\nCall-ID:", Status(400, "")),
        raw(
            "a line feed alone",
            "begins no header",
            "Max-Forwards: 70",
            "Max-Forwards: 70\nPrivacy: none",
            Status(400, ""),
        ),
        raw(
            "a carriage return alone",
            "begins no header",
            "Max-Forwards: 70",
            "Max-Forwards: 70\rPrivacy: none",
            Status(400, ""),
        ),
        raw("a line feed alone", "ends no head", "Max-Forwards: 70", "Max-Forwards: 70\n\n", Status(400, "")),
        raw("a nought byte", "in a value", "<sip:0199000805", "<sip:\u{0}0199", Status(400, "")),
        raw("a nought byte", "in a name", "Max-Forwards:", "Max\u{0}Forwards:", Status(400, "")),
        raw("a bell", "outside quotes", "Max-Forwards: 70", "Subject: \u{7}", Status(400, "")),
        raw("a blank of another kind", "in a name", "Max-Forwards:", "\u{a0}Max-Forwards:", Status(400, "")),
        raw("empty lines first", "are skipped", "INVITE sip", "\r\n\r\nINVITE sip", Pass),
        raw("many headers", "more than a hundred", "Call-ID:", &format!("{many}Call-ID:"), Status(400, "")),
        raw("many headers", "a hundred", "Call-ID:", &format!("{most}Call-ID:"), Pass),
        raw("a long line", "in one piece", "Call-ID", &long, Status(400, "")),
        raw("a long line", "in pieces", "Call-ID", &long_folded, Status(513, "")),
        raw("a long message", "in short lines", "Call-ID", &huge, Status(513, "")),
        raw("no end of the head", "the datagram ends before", "\r\n\r\nv=0", "\r\nv=0", Status(400, "")),
        raw("nothing after the head", "and no length", "Content-Length: ", "X-Length: ", Pass),
    ]
}

/// Responses, which are taken or met with silence.
fn responses() -> Vec<Case> {
    vec![
        answer("status", "the least", "SIP/2.0 100 Trying", &[], Pass),
        answer("status", "the most", "SIP/2.0 699 Never", &[], Pass),
        answer("status", "below", "SIP/2.0 099 Early", &[], Silence),
        answer("status", "above", "SIP/2.0 700 Late", &[], Silence),
        answer("status", "two digits", "SIP/2.0 20 OK", &[], Silence),
        answer("status", "four digits", "SIP/2.0 2000 OK", &[], Silence),
        answer("status", "a sign", "SIP/2.0 +20 OK", &[], Silence),
        answer("status", "no reason and no blank", "SIP/2.0 200", &[], Pass),
        answer("reason", "a line feed in it", "SIP/2.0 200 OK\n", &[], Silence),
        answer("reason", "a header in it", "SIP/2.0 200 OK\nCSeq: 8 BYE", &[], Silence),
        answer("reason", "a quoted line feed in it", "SIP/2.0 200 \"\\\n\"", &[], Silence),
        answer(
            "Via",
            "a quote without end",
            "SIP/2.0 200 OK",
            &[("Via", "SIP/2.0/UDP 192.0.2.1;branch=z9\"hG4bK1")],
            Silence,
        ),
        answer(
            "Via",
            "a comma in quotes",
            "SIP/2.0 200 OK",
            &[("Via", "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1;x=\"a,b\"")],
            Pass,
        ),
        answer("version", "in small letters", "sip/2.0 200 OK", &[], Pass),
        answer("version", "another", "SIP/3.0 200 OK", &[], Silence),
        answer("Via", "none", "SIP/2.0 200 OK", &[("Via", "")], Silence),
        answer(
            "Via",
            "two in one",
            "SIP/2.0 200 OK",
            &[("Via", "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1, SIP/2.0/UDP 192.0.2.2")],
            Silence,
        ),
        answer("CSeq", "missing", "SIP/2.0 200 OK", &[("CSeq", "")], Silence),
        answer("CSeq", "a method nobody knows", "SIP/2.0 200 OK", &[("CSeq", "7 FROB")], Silence),
        answer("Call-ID", "missing", "SIP/2.0 200 OK", &[("Call-ID", "")], Silence),
        answer("From", "two", "SIP/2.0 200 OK", &[("+f", "<sip:b@x>;tag=2")], Silence),
        answer("From", "no tag", "SIP/2.0 200 OK", &[("From", "<sip:b@x>")], Silence),
        answer("To", "no tag yet", "SIP/2.0 180 Ringing", &[("To", "<sip:b@x>")], Pass),
        answer("Session-Expires", "is for the leg to see", "SIP/2.0 200 OK", &[("Session-Expires", "x")], Pass),
        answer("RSeq", "too large", "SIP/2.0 183 Progress", &[("RSeq", "4294967296")], Silence),
        answer("Content-Length", "too long", "SIP/2.0 200 OK", &[("Content-Length", "5")], Silence),
        answer("Content-Length", "missing", "SIP/2.0 200 OK", &[("Content-Length", "")], Pass),
        answer(
            "Require",
            "is for the leg to see",
            "SIP/2.0 183 Progress",
            &[("Require", "100rel"), ("RSeq", "1")],
            Pass,
        ),
    ]
}

#[test]
fn there_is_one_of_each_and_every_number_is_in_its_range() {
    hold(&numbers_and_counts());
}

#[test]
fn what_is_called_and_how_is_understood_or_refused() {
    hold(&first_lines());
}

#[test]
fn no_head_is_read_in_two_ways() {
    hold(&heads());
}

#[test]
fn responses_are_taken_or_met_with_silence() {
    hold(&responses());
}

#[test]
fn a_broken_acknowledgement_is_never_answered() {
    for change in [("CSeq", "x"), ("Call-ID", ""), ("CSeq", "8 BYE"), ("From", "<"), ("Content-Length", "-1")] {
        assert_eq!(judge(&request(ACK, &[change], "")), Verdict::Drop, "{change:?}");
    }
}

/// The number that is called, as the stack reads it from what passed.
#[test]
fn every_spelling_of_a_called_number_is_one_number() {
    for (called, number) in [
        ("sip:0199000805@line.example.org", "0199000805"),
        ("sip:%30199000805@line.example.org", "0199000805"),
        ("sip:+33199000805;npdi;rn=+33199000899@line.example.org:5060;user=phone", "+33199000805"),
        ("sip:%2B33199000805;phone-context=%2B33@line.example.org", "+33199000805"),
        ("sip:0199000805:secret@line.example.org", "0199000805"),
        ("tel:+33199000805", "+33199000805"),
        ("tel:+33-1-99.00.08.05;ext=1", "+33-1-99.00.08.05"),
        ("SIPS:0199000805@[2001:db8::1]:5061", "0199000805"),
    ] {
        let bytes = request(&format!("INVITE {called} SIP/2.0"), &[], OFFER);
        let Verdict::Pass(passed) = judge(&bytes) else { panic!("{called}") };
        let SipMessage::Request(read) = SipMessage::try_from(&*passed).unwrap() else { panic!() };
        assert_eq!(read.uri.user(), Some(number), "{called}");
    }
}
