//! The cases of RFC 5118: addresses of IPv6 in all places, each with its point in a message of our own.

use super::*;

const BODY: &str =
    "v=0\r\no=- 1 1 IN IP6 2001:db8::20\r\ns=-\r\nc=IN IP6 2001:db8::20\r\nt=0 0\r\nm=audio 6000 RTP/AVP 8\r\n";

fn with_body(name: &'static str, odd: &'static str, changes: &[(&str, &str)], body: String, right: Right) -> Case {
    let bytes = request("INVITE sip:0199000805@[2001:db8::10] SIP/2.0", changes, &body);
    Case { name, odd, bytes, right, read: ("INVITE", "c4ll@192.0.2.9", 7), body: body.into_bytes() }
}

fn cases() -> Vec<Case> {
    let via = "SIP/2.0/UDP [2001:db8::9:1];branch=z9hG4bKas3-111";
    let from = "<sip:0199000811@[2001:db8::9]>;tag=81x2";
    let contact = "\"A. Caller\" <sip:0199000811@[2001:db8::9:1]>";
    let mapped = BODY.replace("2001:db8::20", "::ffff:192.0.2.20");
    let two = format!("{BODY}c=IN IP6 2001:db8::1\r\nm=video 6024 RTP/AVP 107\r\nc=IN IP6 2001:db8::1\r\n");
    vec![
        case(
            "4.1 in brackets everywhere",
            "valid",
            "OPTIONS sip:[2001:db8::10] SIP/2.0",
            &[("Via", via), ("From", from), ("Contact", contact), ("Call-ID", "c4ll@192.0.2.9")],
            Pass,
        ),
        case("4.2 without brackets", "called", "OPTIONS sip:2001:db8::10 SIP/2.0", &[("Via", via)], Status(400, "")),
        case(
            "4.2 without brackets",
            "in a hop",
            OPTIONS,
            &[("Via", "SIP/2.0/UDP 2001:db8::9:1;branch=z9hG4bK1")],
            Status(400, ""),
        ),
        case(
            "4.3 a port that is a part of the address",
            "it is all address",
            "OPTIONS sip:[2001:db8::10:5070] SIP/2.0",
            &[("Via", via)],
            Pass,
        ),
        case("4.4 a port after the address", "plain", "OPTIONS sip:[2001:db8::10]:5070 SIP/2.0", &[("Via", via)], Pass),
        case(
            "4.4 a port after the address",
            "too large",
            "OPTIONS sip:[2001:db8::10]:75070 SIP/2.0",
            &[("Via", via)],
            Status(400, ""),
        ),
        case(
            "4.5 received, in brackets",
            "not of the grammar, and sent by some",
            OPTIONS,
            &[("Via", "SIP/2.0/UDP [2001:db8::9:1];received=[2001:db8::9:255];branch=z9hG4bKas3-111")],
            Pass,
        ),
        case(
            "4.5 received, without brackets",
            "of the grammar",
            OPTIONS,
            &[("Via", "SIP/2.0/UDP [2001:db8::9:1];received=2001:db8::9:255;branch=z9hG4bKas3-111")],
            Pass,
        ),
        answer(
            "4.5 received, in a response",
            "without brackets",
            "SIP/2.0 200 OK",
            &[("Via", "SIP/2.0/UDP [2001:db8::1];received=2001:db8::1;rport=5060;branch=z9hG4bK1")],
            Pass,
        ),
        with_body(
            "4.6 in a description",
            "c=IN IP6",
            &[("Via", via), ("From", from), ("Contact", contact)],
            BODY.to_owned(),
            Pass,
        ),
        case(
            "4.7 both kinds in one message",
            "hops of each",
            BYE,
            &[
                ("Via", via),
                ("+Via", "SIP/2.0/TCP 192.0.2.9;branch=z9hG4bK1"),
                ("+Via", "SIP/2.0/UDP [2001:db8::9:255];branch=z9hG4bK2;received=198.51.100.7"),
                ("From", from),
            ],
            Pass,
        ),
        with_body(
            "4.8 several addresses in a description",
            "each stream its own",
            &[("Via", via), ("Contact", contact)],
            two,
            Pass,
        ),
        with_body(
            "4.9 IPv4 written as IPv6",
            "in hops, contacts and descriptions",
            &[
                ("Via", "SIP/2.0/UDP [::ffff:192.0.2.10]:19823;branch=z9hG4bKbh19"),
                ("Contact", "\"T\" <sip:t@[::ffff:192.0.2.10]:19823>"),
                ("From", "<sip:0199000811@[::ffff:192.0.2.10]>;tag=1"),
            ],
            mapped,
            Pass,
        ),
        case(
            "4.10 one colon too many",
            "a fault of the grammar of RFC 3261",
            "OPTIONS sip:user@[2001:db8:::192.0.2.1] SIP/2.0",
            &[],
            Pass,
        ),
        case("4.10 the same, right", "two colons", "OPTIONS sip:user@[2001:db8::192.0.2.1] SIP/2.0", &[], Pass),
        case("4.10 no address at all", "in brackets", "OPTIONS sip:user@[2001:db8::zz] SIP/2.0", &[], Status(400, "")),
        case(
            "4.1 brackets that are not closed",
            "called",
            "OPTIONS sip:user@[2001:db8::1 SIP/2.0",
            &[],
            Status(400, ""),
        ),
        case(
            "4.1 an address without brackets",
            "in From",
            OPTIONS,
            &[("From", "<sip:a@2001:db8::9>;tag=1")],
            Status(400, ""),
        ),
    ]
}

#[test]
fn addresses_of_ipv6_are_read_in_all_places() {
    hold(&cases());
}

#[test]
fn descriptions_with_addresses_of_ipv6_are_understood() {
    use telephony::sip::sdp::RemoteAudio;
    for case in cases() {
        if !case.body.is_empty() {
            assert!(RemoteAudio::read(&case.body, None).is_ok(), "{}", case.name);
        }
    }
}
