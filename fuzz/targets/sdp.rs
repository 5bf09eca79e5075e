//! A session description from outside: read or refused. What is read gets an answer that can itself be read, with as many
//! streams as were offered (RFC 3264 section 6), on the address that was given and no other, and encrypted if and only if the offer
//! was.
#![no_main]

use libfuzzer_sys::fuzz_target;
use telephony::Protection;
use telephony::audio::srtp::MasterKey;
use telephony::sip::sdp::{Origin, Ours, RemoteAudio};

fuzz_target!(|description: &[u8]| {
    for wanted in [None, Some(Protection::Plain), Some(Protection::Secured)] {
        answered(description, wanted);
    }
});

fn answered(description: &[u8], wanted: Option<Protection>) {
    let Ok(offer) = RemoteAudio::read(description, wanted) else { return };
    let address = "192.0.2.77:20000".parse().expect("an address");
    let answer = offer.answer(&Ours { address, origin: Origin { session: 1, version: 1 }, key: MasterKey::random() });
    let text = String::from_utf8_lossy(description);
    assert!(RemoteAudio::read(answer.as_bytes(), wanted).is_ok(), "{text:?} is answered with {answer:?}");
    let streams = |text: &str| text.split('\n').filter(|line| line.starts_with("m=")).count();
    assert_eq!(streams(&text), streams(&answer), "{text:?} is answered with {answer:?}");
    let taken = |line: &&str| line.starts_with("m=") && line.split(' ').nth(1) != Some("0");
    let taken: Vec<&str> = answer.lines().filter(taken).collect();
    let [stream] = taken.as_slice() else { panic!("one stream is taken: {answer:?}") };
    let keys = answer.lines().filter(|line| line.starts_with("a=crypto:")).count();
    assert_eq!(usize::from(stream.contains("RTP/SAVP ")), keys, "{text:?} is answered with {answer:?}");
    for line in answer.lines().filter(|line| line.starts_with("c=")) {
        assert_eq!(line, "c=IN IP4 192.0.2.77");
    }
    assert!(answer.bytes().all(|byte| byte == b'\r' || byte == b'\n' || byte >= b' '), "{answer:?}");
}
