//! The cases of RFC 4475, section by section, each with its point in a message of our own.

mod invalid;
mod others;

use super::*;
use invalid::invalid;
use others::others;

/// Section 3.1.1: valid, and hard to read.
fn valid() -> Vec<Case> {
    let wide = "INVITE sip:0199000805@line.example.org;unknownparam SIP/2.0\r\n\
        TO :\r\n sip:0199000805@line.example.org ;   tag    = 1918a\r\n\
        from   : \"A \\\\\\\" Caller\"       <sip:0199000811@trunk.example.org>\r\n  ;\r\n  tag = 98asjd8\r\n\
        MaX-fOrWaRdS: 0068\r\nCall-ID: wide.0ha0isndaksdj@192.0.2.9\r\nContent-Length   : 0\r\n\
        cseq: 0009\r\n  INVITE\r\nVia  : SIP  /   2.0\r\n /UDP\r\n    192.0.2.9;branch=390skdjuw\r\ns :\r\n\
        NewFangled:   a new header\r\n that goes on\r\nUnknownEmpty: \r\n\
        v:  SIP  / 2.0  / TCP     spindle.example.org   ;\r\n  branch  =   z9hG4bK9ikj8  ,\r\n SIP  /    2.0   / \
        UDP  198.51.100.111   ; branch=\r\n z9hG4bK30239\r\n\
        m:\"Quoted string \\\"\\\"\" <sip:0199000811@192.0.2.9> ; newparam =\r\n      newvalue ;\r\n  secondparam ; q = 0.33\r\n\r\n";
    let long = "averylongword".repeat(60);
    let long_from = format!("\"{long}\" <sip:{long}@trunk.example.org>;tag=1{long};other={long}");
    let long_via = format!("SIP/2.0/TCP {}.example.org;branch=z9hG4bK{long}", "host".repeat(12));
    let two = [request(OPTIONS, &[], ""), request(INVITE, &[("Call-ID", "another")], OFFER)].concat();
    let strange_call = "intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{";
    let parts = "multipart/mixed;boundary=\"7f\"";
    vec![
        Case {
            name: "3.1.1.1 short and tortuous",
            odd: "folding, blanks everywhere, compact and odd-cased names, escapes in quotes",
            bytes: wide.as_bytes().to_vec(),
            right: Pass,
            read: ("INVITE", "wide.0ha0isndaksdj@192.0.2.9", 9),
            body: Vec::new(),
        },
        Case {
            name: "3.1.1.2 wide range of letters",
            odd: "every letter a token may have, escaped control letters in quotes, a method nobody knows",
            bytes: request(
                "!odd_Meth0d.*%`'~+- sip:1_odd.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1@line.example.org SIP/2.0",
                &[
                    ("To", "\"BEL:\\\u{7} NUL:\\\u{0} DEL:\\\u{7f}\" <sip:1_odd.URI~(to-be!sure)@line.example.org>"),
                    (
                        "From",
                        "token1~` token2'+_ token3*%!.- <sip:mundane@trunk.example.org>;fromParam''~+*_!.-%=\"r\";tag=_t~1",
                    ),
                    ("Call-ID", strange_call),
                ],
                "",
            ),
            right: Status(405, "NUL:\\\u{0}"),
            read: ("", "", 0),
            body: Vec::new(),
        },
        Case {
            name: "3.1.1.2 the same in an INVITE",
            odd: "what is escaped in quotes may be anything but the end of a line",
            bytes: request(
                INVITE,
                &[("From", "\"BEL:\\\u{7} NUL:\\\u{0} <\" <sip:x@trunk.example.org>;tag=1"), ("Call-ID", strange_call)],
                "",
            ),
            right: Pass,
            read: ("INVITE", "intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{", 7),
            body: Vec::new(),
        },
        case(
            "3.1.1.3 escapes that mean something",
            "a user that looks like an address, once escaped",
            "INVITE sip:sips%3Auser%40example.com@line.example.org SIP/2.0",
            &[("To", "<sip:%75se%72@line.example.org>"), ("From", "<sip:I%20have%20spaces@example.org>;tag=93")],
            Pass,
        ),
        case(
            "3.1.1.4 escaped nulls",
            "a user with %00",
            REGISTER,
            &[("To", "<sip:null-%00-null@example.org>")],
            Status(405, "Allow: "),
        ),
        case(
            "3.1.1.4 escaped nulls",
            "in an INVITE",
            INVITE,
            &[("From", "<sip:null-%00-null@example.org>;tag=8")],
            Pass,
        ),
        case(
            "3.1.1.5 percent sign that escapes nothing",
            "a method is not unescaped",
            "RE%47IST%45R sip:line.example.org SIP/2.0",
            &[],
            Status(405, "Allow: "),
        ),
        case(
            "3.1.1.6 no blank after a name",
            "name<address>",
            INVITE,
            &[("From", "caller<sip:0199000811@trunk.example.org>;tag=3")],
            Pass,
        ),
        case(
            "3.1.1.7 long values",
            "names, hosts, tags, branches and unknown headers of hundreds of letters",
            INVITE,
            &[
                ("From", &long_from),
                ("+Via", &long_via),
                ("+Unknown-Header-Name-That-Is-Long", &long),
                ("+Call-Info", &long),
            ],
            Pass,
        ),
        Case {
            name: "3.1.1.8 more in the datagram than the message",
            odd: "what comes after the length is nothing",
            bytes: two,
            right: Pass,
            read: ("OPTIONS", "c4ll@192.0.2.9", 7),
            body: Vec::new(),
        },
        case(
            "3.1.1.9 a semicolon in the user",
            "it ends no address",
            "OPTIONS sip:user;par=u%40example.net@line.example.org SIP/2.0",
            &[],
            Pass,
        ),
        case(
            "3.1.1.10 transports of every kind",
            "hops that spoke what we do not",
            OPTIONS,
            &[
                ("+Via", "SIP/2.0/SCTP s.example.org;branch=z9hG4bK2"),
                ("+Via", "SIP/2.0/TLS t.example.org;branch=z9hG4bK3"),
                ("+Via", "SIP/2.0/UNKNOWN u.example.org;branch=z9hG4bK4"),
            ],
            Pass,
        ),
        case(
            "3.1.1.11 many bodies in one",
            "MESSAGE",
            "MESSAGE sip:line.example.org SIP/2.0",
            &[("Content-Type", parts)],
            Status(405, "Allow: "),
        ),
        case(
            "3.1.1.11 many bodies in one",
            "an INVITE",
            INVITE,
            &[("Content-Type", parts)],
            Status(415, "Accept: application/sdp"),
        ),
        answer(
            "3.1.1.12 a reason in other letters",
            "UTF-8",
            "SIP/2.0 200 = 2**3 * 5**2 но сто девяносто девять",
            &[],
            Pass,
        ),
        answer("3.1.1.13 no reason", "only the blank before it", "SIP/2.0 100 ", &[], Pass),
    ]
}

#[test]
fn what_is_valid_is_taken() {
    hold(&valid());
}

#[test]
fn what_is_invalid_is_refused() {
    hold(&invalid());
}

#[test]
fn the_other_sections_hold() {
    hold(&others());
}

#[test]
fn every_section_is_there() {
    let cases: Vec<&str> = [valid(), invalid(), others()].into_iter().flatten().map(|case| case.name).collect();
    let sections = (1..=13).map(|number| format!("3.1.1.{number} "));
    let sections = sections.chain((1..=19).map(|number| format!("3.1.2.{number} ")));
    let sections = sections.chain((1..=15).map(|number| format!("3.3.{number} ")));
    for section in sections.chain(["3.2.1 ".to_owned(), "3.4 ".to_owned()]) {
        assert!(cases.iter().any(|name| name.starts_with(&section)), "{section}is missing");
    }
}
