//! Whatever comes from outside is read without a panic: bytes at random, and good messages with some bytes changed.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "in a test, a panic is the finding")]

use proptest::prelude::*;
use rsipstack::sip::prelude::{HeadersExt, ToTypedHeader};
use rsipstack::sip::{Method, SipMessage};
use rsipstack::transaction::key::{TransactionKey, TransactionRole};
use telephony::audio::rtp::Packet;
use telephony::audio::wav;
use telephony::sip::edge::{Verdict, judge, turn_away};
use telephony::sip::sdp::RemoteAudio;

const INVITE: &str = "INVITE sip:0199000805@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1\r\n\
    From: <sip:a@b.invalid>;tag=1\r\nTo: <sip:c@d.invalid>\r\nCall-ID: e\r\nCSeq: 1 INVITE\r\nContact: <sip:192.0.2.9>\r\n\
    Subject: caf\u{e9}\r\n folded\r\nContent-Type: application/sdp\r\nContent-Length: 0\r\n\r\n";
const OFFER: &str = "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n\
    m=audio 6000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\na=sendonly\r\n";

/// A good message of which a few bytes were changed, and which may be cut.
fn changed(good: &'static str) -> impl Strategy<Value = Vec<u8>> {
    (prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8), any::<prop::sample::Index>()).prop_map(
        move |(changes, cut)| {
            let mut bytes = good.as_bytes().to_vec();
            for (at, byte) in changes {
                let index = at.index(bytes.len());
                bytes[index] = byte;
            }
            let length = bytes.len() - cut.index(bytes.len()) / 4;
            bytes.truncate(length);
            bytes
        },
    )
}

const ODD: &str = "OPTIONS tel:+33199000805;ext=1 sip/2.0\r\nv : SIP / 2.0 / UDP  [2001:db8::9]:5060 ; branch = z9hG4bK1 ; rport\r\n\
    From: \"A \\\"<b>\\\" c\" <sip:%2B33199006677;npdi@b.invalid> ; tag = 1\r\nt: sip:c@d.invalid;tag=9\r\nCall-ID:\r\n e@f\r\n\
    CSeq: 0009\r\n\tOPTIONS\r\nMax-Forwards: 0\r\nPrivacy : id\r\nHistory-Info: <sip:x@y>\r\nl: 0\r\n\r\n";
const RESPONSE: &str = "SIP/2.0 183 Session Progress\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1;received=192.0.2.1\r\n\
    From: <sip:a@b.invalid>;tag=1\r\nTo: \"Name\" <sip:c@d.invalid>;tag=2\r\nCall-ID: e\r\nCSeq: 1 INVITE\r\nRSeq: 1\r\n\
    Contact: <sip:192.0.2.9>\r\nRequire: 100rel\r\nContent-Type: application/sdp\r\nContent-Length: 4\r\n\r\nv=0\n";

/// What passes is read alike by the edge and by the stack, and by the edge again.
fn read_alike(bytes: &[u8]) {
    let Verdict::Pass(passed) = judge(bytes) else { return };
    let text = String::from_utf8_lossy(&passed);
    assert_eq!(judge(&passed), Verdict::Pass((&*passed).into()), "{text}");
    let read = SipMessage::try_from(&*passed).unwrap_or_else(|fault| panic!("{fault}: {text}"));
    let sequence = read.cseq_header().and_then(|own| own.typed()).unwrap_or_else(|fault| panic!("{fault}: {text:?}"));
    let key = match &read {
        SipMessage::Request(request) => {
            assert_eq!((request.method, request.headers.len()), (sequence.method, headers_of(&text)), "{text}");
            TransactionKey::from_request(request, TransactionRole::Server)
        }
        SipMessage::Response(response) => TransactionKey::from_response(response, TransactionRole::Client),
    };
    assert!(key.is_ok() && read.to_header().and_then(|to| to.tag()).is_ok(), "{text}");
    assert!(matches!(&read, SipMessage::Response(_)) || sequence.method != Method::Register, "{text}");
}

fn headers_of(message: &str) -> usize {
    message.split("\r\n\r\n").next().unwrap_or_default().matches("\r\n").count()
}

fn look_at_message(bytes: &[u8]) {
    let _ = turn_away(bytes);
    match judge(bytes) {
        // What passes has a head of plain text with one true length: the stack is given nothing else.
        Verdict::Pass(message) if !message.starts_with(b"SIP/") => {
            let end = message.windows(4).position(|bytes| bytes == b"\r\n\r\n").expect("an end of its headers");
            let (head, body) = (std::str::from_utf8(&message[..end]).expect("UTF-8"), &message[end + 4..]);
            let length = head.lines().rev().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                let name = name.trim().to_ascii_lowercase();
                (name == "content-length" || name == "l").then(|| value.trim().parse::<usize>().ok())?
            });
            assert!(length.is_some_and(|length| length <= body.len()), "{head}");
        }
        Verdict::Answer(answer) => assert!(answer.starts_with(b"SIP/2.0 ") && answer.ends_with(b"\r\n\r\n")),
        Verdict::Pass(_) | Verdict::Drop => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn any_datagram_is_judged(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        look_at_message(&bytes);
    }

    #[test]
    fn a_changed_message_is_judged(bytes in changed(INVITE)) {
        look_at_message(&bytes);
    }

    #[test]
    fn what_passes_is_read_alike(bytes in prop_oneof![changed(INVITE), changed(ODD), changed(RESPONSE)]) {
        look_at_message(&bytes);
        read_alike(&bytes);
    }

    #[test]
    fn any_description_is_read(bytes in prop_oneof![prop::collection::vec(any::<u8>(), 0..300), changed(OFFER)]) {
        let _ = RemoteAudio::read(&bytes, None);
    }

    #[test]
    fn any_packet_and_any_file_is_read(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
        if let Some(packet) = Packet::read(&bytes) {
            prop_assert!(packet.payload.len() <= bytes.len());
        }
        let _ = wav::alaw(&bytes);
    }
}
