//! Sections 3.2 to 3.4: the transaction, what a user agent does, and the SIP of before 2002.

use crate::*;

pub(crate) fn others() -> Vec<Case> {
    let mut before_2002 = request(
        INVITE,
        &[
            ("Via", "SIP/2.0/UDP 192.0.2.9"),
            ("From", "<sip:0199000811@trunk.example.org>"),
            ("Max-Forwards", ""),
            ("Content-Length", ""),
        ],
        OFFER,
    );
    let no_tag = before_2002.clone();
    before_2002 =
        String::from_utf8(before_2002).unwrap().replace("trunk.example.org>", "trunk.example.org>;tag=4").into_bytes();
    vec![
        case(
            "3.2.1 a branch of the prefix alone",
            "as if there were none",
            OPTIONS,
            &[("Via", "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK")],
            Pass,
        ),
        case(
            "3.3.1 what is needed is missing",
            "From, To and Call-ID",
            INVITE,
            &[("From", ""), ("To", ""), ("Call-ID", "")],
            Status(400, "CSeq: 7 INVITE"),
        ),
        case(
            "3.3.2 a scheme nobody knows",
            "called",
            "OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0",
            &[],
            Status(416, ""),
        ),
        case(
            "3.3.3 a scheme that is no SIP",
            "called",
            "INVITE soap.beep://192.0.2.103:3002 SIP/2.0",
            &[],
            Status(416, ""),
        ),
        case(
            "3.3.4 schemes nobody knows",
            "in From and To of a REGISTER",
            REGISTER,
            &[("To", "<isbn:2983792873>"), ("From", "<http://www.example.org>;tag=3")],
            Status(405, "Allow: "),
        ),
        case(
            "3.3.4 schemes nobody knows",
            "in From and To of an INVITE",
            INVITE,
            &[("To", "<isbn:2983792873>"), ("From", "<http://www.example.org>;tag=3")],
            Pass,
        ),
        case(
            "3.3.5 extensions nobody knows",
            "required",
            OPTIONS,
            &[("Require", "nothingSupportsThis, nothingSupportsThisEither"), ("Proxy-Require", "noProxiesSupportThis")],
            Status(420, "Unsupported: nothingSupportsThis, nothingSupportsThisEither, noProxiesSupportThis\r\n"),
        ),
        case(
            "3.3.6 a body nobody knows",
            "its type",
            INVITE,
            &[("Content-Type", "application/unknownformat")],
            Status(415, "Accept: application/sdp"),
        ),
        case(
            "3.3.7 a proof of a kind nobody knows",
            "in a REGISTER",
            REGISTER,
            &[("Authorization", "NoOneKnowsThisScheme opaque-data=here")],
            Status(405, "Allow: "),
        ),
        case(
            "3.3.7 a proof of a kind nobody knows",
            "in an INVITE, where none was asked for",
            INVITE,
            &[("Authorization", "NoOneKnowsThisScheme opaque-data=here")],
            Pass,
        ),
        case("3.3.8 two of what there is one of", "CSeq", INVITE, &[("+CSeq", "59 INVITE")], Status(400, "")),
        case("3.3.8 two of what there is one of", "Call-ID", INVITE, &[("+Call-ID", "another")], Status(400, "")),
        case("3.3.8 two of what there is one of", "To", INVITE, &[("+t", "<sip:b@example.org>")], Status(400, "")),
        case(
            "3.3.8 two of what there is one of",
            "From",
            INVITE,
            &[("+F", "<sip:c@example.org>;tag=9")],
            Status(400, ""),
        ),
        case("3.3.8 two of what there is one of", "Max-Forwards", INVITE, &[("+Max-Forwards", "5")], Status(400, "")),
        case(
            "3.3.8 two of what there is one of",
            "addresses in one From",
            INVITE,
            &[("From", "<sip:a@example.org>;tag=1, <sip:b@example.org>;tag=2")],
            Status(400, ""),
        ),
        case("3.3.9 two lengths", "which are not the same", OPTIONS, &[("+Content-Length", "100")], Status(400, "")),
        answer(
            "3.3.10 a response to everybody",
            "another hop than ours",
            "SIP/2.0 200 OK",
            &[("+Via", "SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23")],
            Silence,
        ),
        case("3.3.11 no hops left", "it is here", OPTIONS, &[("Max-Forwards", "0")], Pass),
        case(
            "3.3.12 a contact with parameters",
            "REGISTER",
            REGISTER,
            &[("Contact", "sip:user@example.org;unknownparam")],
            Status(405, "Allow: "),
        ),
        case(
            "3.3.13 a contact with parameters in brackets",
            "REGISTER",
            REGISTER,
            &[("Contact", "<sip:user@example.org;unknownparam>")],
            Status(405, "Allow: "),
        ),
        case(
            "3.3.13 a contact with parameters in brackets",
            "INVITE",
            INVITE,
            &[("Contact", "<sip:user@192.0.2.9;unknownparam;lr>")],
            Pass,
        ),
        case(
            "3.3.14 a contact with headers",
            "REGISTER",
            REGISTER,
            &[("Contact", "<sip:user@example.org?Route=%3Csip:sip.example.org%3E>")],
            Status(405, "Allow: "),
        ),
        case(
            "3.3.15 no description is accepted",
            "Accept",
            INVITE,
            &[("Accept", "text/nobodyKnowsThis")],
            Status(406, ""),
        ),
        Case {
            name: "3.4 a request of before 2002",
            odd: "no branch, no hops, no length",
            bytes: before_2002,
            right: Pass,
            read: ("INVITE", "c4ll@192.0.2.9", 7),
            body: OFFER.as_bytes().to_vec(),
        },
        Case {
            name: "3.4 a request of before 2002",
            odd: "and no tag: it may be taken, but the stack cannot, and says so",
            bytes: no_tag,
            right: Status(400, ""),
            read: ("", "", 0),
            body: Vec::new(),
        },
    ]
}
