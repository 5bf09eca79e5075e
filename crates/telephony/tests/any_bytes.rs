//! Whatever comes from outside is read without a panic: bytes at random, and good messages with some bytes changed.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "in a test, a panic is the finding")]

use proptest::prelude::*;
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
    fn any_description_is_read(bytes in prop_oneof![prop::collection::vec(any::<u8>(), 0..300), changed(OFFER)]) {
        let _ = RemoteAudio::read(&bytes);
    }

    #[test]
    fn any_packet_and_any_file_is_read(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
        if let Some(packet) = Packet::read(&bytes) {
            prop_assert!(packet.payload.len() <= bytes.len());
        }
        let _ = wav::alaw(&bytes);
    }
}
