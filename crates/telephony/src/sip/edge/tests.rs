//! The edge, one change of a good message at a time.

use super::*;

fn invite(change: impl Fn(String) -> String) -> Vec<u8> {
    let message = "INVITE sip:0199000805@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1\r\n\
        From: <sip:anonymous@anonymous.invalid>;tag=1\r\nTo: <sip:0199000805@192.0.2.1>\r\nCall-ID: a@b\r\n\
        CSeq: 1 INVITE\r\nContact: <sip:192.0.2.9>\r\nMax-Forwards: 70\r\n\
        Content-Type: application/sdp\r\nContent-Length: 4\r\n\r\nv=0\n";
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
fn a_byte_that_is_no_utf_8_costs_no_header_and_the_body_stays_as_it_is() {
    let mut datagram =
        invite(|message| message.replace("Contact:", "Subject: ab\r\nContact:").replace("v=0\n", "v=0\u{e9}"));
    let at = datagram.windows(4).position(|bytes| bytes == b"ab\r\n").unwrap();
    datagram[at] = 0xE9;
    let Verdict::Pass(passed) = judge(&datagram) else { panic!() };
    assert!(passed.windows(13).any(|bytes| bytes == b"Subject: _b\r\n"));
    assert!(passed.ends_with(b"Content-Length: 4\r\n\r\nv=0\xC3"), "cut where the length says, not at a letter");
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
    assert_eq!(status(&invite(|message| message.replace("INVITE", "ACK").replace("CSeq: 1 ACK", "CSeq: x"))), "drop");
}

#[test]
fn strangers_are_turned_away_without_a_product_name() {
    let answer = String::from_utf8(turn_away(&invite(|message| message)).unwrap()).unwrap();
    assert!(answer.starts_with("SIP/2.0 403 "));
    assert!(!answer.to_lowercase().contains("vigie") && !answer.contains("Server"));
    assert_eq!(turn_away(b"hello"), None);
}
