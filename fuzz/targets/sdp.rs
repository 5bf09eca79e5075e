//! A session description from outside: read or refused. What is read gets an answer that can itself be read, with as many
//! streams as were offered (RFC 3264 section 6), on the address that was given and no other.
#![no_main]

use libfuzzer_sys::fuzz_target;
use telephony::sip::sdp::{Origin, RemoteAudio};

fuzz_target!(|description: &[u8]| {
    let Ok(offer) = RemoteAudio::read(description) else { return };
    let local = "192.0.2.77:20000".parse().expect("an address");
    let answer = offer.answer(local, Origin { session: 1, version: 1 });
    let text = String::from_utf8_lossy(description);
    assert!(RemoteAudio::read(answer.as_bytes()).is_ok(), "{text:?} is answered with {answer:?}");
    let streams = |text: &str| text.split('\n').filter(|line| line.starts_with("m=")).count();
    assert_eq!(streams(&text), streams(&answer), "{text:?} is answered with {answer:?}");
    let taken = |line: &&str| line.starts_with("m=") && line.split(' ').nth(1) != Some("0");
    assert_eq!(answer.lines().filter(taken).count(), 1, "one stream is taken: {answer:?}");
    for line in answer.lines().filter(|line| line.starts_with("c=")) {
        assert_eq!(line, "c=IN IP4 192.0.2.77");
    }
    assert!(answer.bytes().all(|byte| byte == b'\r' || byte == b'\n' || byte >= b' '), "{answer:?}");
});
