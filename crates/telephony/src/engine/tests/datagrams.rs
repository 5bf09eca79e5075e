//! Datagrams that somebody sends to the browsers' socket: from an address of their own, and from the browser's, as if they
//! could write it on theirs. Each is dropped, or answered as RFC 8489 says, and the call never notices.

use super::*;

const STRANGER: &str = "192.0.2.66:40001";
const COOKIE: [u8; 4] = [0x21, 0x12, 0xA4, 0x42];

/// A STUN message (RFC 8489 section 5): type, length as told, and what follows the head.
fn stun(kind: u16, length: usize, cookie: [u8; 4], attributes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(length).unwrap();
    [&kind.to_be_bytes()[..], &length.to_be_bytes(), &cookie, &[7; 12], attributes].concat()
}

fn attribute(kind: u16, length: usize, value: &[u8]) -> Vec<u8> {
    [&kind.to_be_bytes()[..], &u16::try_from(length).unwrap().to_be_bytes(), value].concat()
}

/// A DTLS record (RFC 6347 section 4.1): type, version, epoch, length as told, and the fragment.
fn dtls(kind: u8, version: [u8; 2], epoch: u16, length: usize, fragment: &[u8]) -> Vec<u8> {
    let length = u16::try_from(length).unwrap();
    [&[kind][..], &version, &epoch.to_be_bytes(), &[0; 6], &length.to_be_bytes(), fragment].concat()
}

/// A ClientHello that offers nothing but no encryption at all.
fn hello() -> Vec<u8> {
    let body = [&[0xFE, 0xFD][..], &[9; 32], &[0, 0], &[0, 2, 0, 0], &[1, 0]].concat();
    let length = u8::try_from(body.len()).unwrap();
    let head = [1, 0, 0, length, 0, 0, 0, 0, 0, 0, 0, length];
    [&head[..], &body].concat()
}

fn checks() -> Vec<(&'static str, Vec<u8>)> {
    let name = attribute(0x0006, 8, b"some:one");
    let integrity = attribute(0x0008, 20, &[1; 20]);
    let fingerprint = attribute(0x8028, 4, &[0; 4]);
    let whole = [&name[..], &integrity, &fingerprint].concat();
    vec![
        ("a check without anything", stun(0x0001, 0, COOKIE, &[])),
        ("a check of nobody's name", stun(0x0001, name.len(), COOKIE, &name)),
        ("a check with a wrong proof", stun(0x0001, whole.len(), COOKIE, &whole)),
        ("a check without the cookie", stun(0x0001, whole.len(), [0; 4], &whole)),
        ("a check longer than it is", stun(0x0001, 400, COOKIE, &whole)),
        ("a check shorter than it is", stun(0x0001, 4, COOKIE, &whole)),
        ("a check of a length that is no multiple of four", stun(0x0001, 3, COOKIE, &[1, 2, 3])),
        ("an attribute longer than the check", stun(0x0001, 8, COOKIE, &attribute(0x0006, 60_000, &[1; 4]))),
        ("an attribute of no length", stun(0x0001, 4, COOKIE, &attribute(0x0006, 0, &[]))),
        ("half an attribute", stun(0x0001, 2, COOKIE, &[0, 6])),
        ("an attribute that must be understood", stun(0x0001, 8, COOKIE, &attribute(0x7FFF, 4, &[1; 4]))),
        ("an answer that nobody asked for", stun(0x0101, whole.len(), COOKIE, &whole)),
        ("an error that nobody asked for", stun(0x0111, 8, COOKIE, &attribute(0x0009, 4, &[0, 0, 4, 1]))),
        ("an indication", stun(0x0011, 0, COOKIE, &[])),
        ("a wish for a relay", stun(0x0003, 0, COOKIE, &[])),
        ("a wish for permissions", stun(0x0008, 0, COOKIE, &[])),
        ("half a head", stun(0x0001, 0, COOKIE, &[])[..12].to_vec()),
        ("hundreds of attributes", stun(0x0001, 1_200, COOKIE, &attribute(0x8022, 0, &[]).repeat(300))),
    ]
}

fn handshakes() -> Vec<(&'static str, Vec<u8>)> {
    let (v12, hello) = ([0xFE, 0xFD], hello());
    vec![
        ("a hello without encryption", dtls(22, v12, 0, hello.len(), &hello)),
        ("half a hello", dtls(22, v12, 0, hello.len(), &hello[..20])),
        ("a hello longer than it is", dtls(22, v12, 0, 60_000, &hello)),
        ("a hello of TLS", dtls(22, [3, 3], 0, hello.len(), &hello)),
        ("a hello of a version nobody knows", dtls(22, [0, 0], 0, hello.len(), &hello)),
        ("a hello of no length", dtls(22, v12, 0, 0, &[])),
        ("a hello in another epoch", dtls(22, v12, 9, hello.len(), &hello)),
        ("an end that was not encrypted", dtls(21, v12, 0, 2, &[1, 0])),
        ("a fatal fault that was not encrypted", dtls(21, v12, 0, 2, &[2, 40])),
        ("an end with a wrong proof", dtls(21, v12, 1, 40, &[5; 40])),
        ("a change of the cipher", dtls(20, v12, 0, 1, &[1])),
        ("words that were not encrypted", dtls(23, v12, 0, 5, b"hello")),
        ("words with a wrong proof", dtls(23, v12, 1, 40, &[5; 40])),
        ("a record of a kind nobody knows", dtls(63, v12, 0, 4, &[1; 4])),
        ("records one after the other", dtls(22, v12, 0, 1, &[1]).repeat(60)),
        ("half a record's head", dtls(22, v12, 0, 0, &[])[..7].to_vec()),
    ]
}

fn others() -> Vec<(&'static str, Vec<u8>)> {
    let control = |kind: u8| [&[0x81, kind, 0, 1][..], &[0, 0, 0, 7]].concat();
    vec![
        ("nothing", Vec::new()),
        ("one byte", vec![0]),
        ("one byte of sound", vec![0x80]),
        ("noughts", vec![0; 200]),
        ("sound that was not encrypted", sound(8, 9_000, &[0x55; 160])),
        ("sound with a wrong proof", [sound(8, 9_001, &[0x55; 160]), vec![3; 10]].concat()),
        ("sound of a source nobody knows", [sound(111, 1, &[0x55; 160]), vec![3; 10]].concat()),
        ("sound of contributors that are not there", vec![0x8F; 14]),
        ("a goodbye that was not encrypted", control(203)),
        ("a report with a wrong proof", [control(201), vec![9; 14]].concat()),
        ("a report longer than it is", vec![0x81, 200, 0xFF, 0xFF, 0, 0, 0, 7]),
        ("a relayed packet", [&[0x40, 0, 0, 4][..], &[1; 4]].concat()),
        ("of ZRTP", [&[0x10, 0, 0, 1][..], b"ZRTP", &[0; 20]].concat()),
        ("of QUIC", vec![0xC3; 1_200]),
        ("of SIP", b"BYE sip:x SIP/2.0\r\n\r\n".to_vec()),
        ("as large as a datagram can be", vec![0x80; 65_507]),
    ]
}

/// Lets the two talk for a while and counts what of the browser's voice reaches the trunk.
fn heard_of_the_browser(wire: &mut Wire) -> usize {
    let before = wire.engine.figures.received.load(Ordering::Relaxed);
    for _ in 0..10 {
        wire.step(true);
    }
    usize::try_from(wire.engine.figures.received.load(Ordering::Relaxed) - before).unwrap()
}

#[test]
fn no_datagram_of_anybody_ends_or_disturbs_a_call() {
    let cases = [checks(), handshakes(), others()].concat();
    assert!(cases.len() >= 50);
    let mut wire = Wire::new(0);
    wire.engine.order(Order::Answer(TWO), wire.now);
    wire.until("heard", true, |wire| told(wire, &TelephonyEvent::Heard(TWO)));
    join(&mut wire.engine, wire.now);
    heard_of_the_browser(&mut wire);
    wire.engine.events.clear();
    for (name, bytes) in &cases {
        for from in [STRANGER, BROWSER] {
            let foreign = wire.engine.figures.foreign.load(Ordering::Relaxed);
            wire.engine.out.clear();
            wire.engine.browser_datagram(address(from), bytes, wire.now);
            let to_stranger = wire.engine.out.iter().any(|out| match out {
                Outgoing::Browser(to, _) | Outgoing::Trunk(_, to, _) | Outgoing::Control { to, .. } => {
                    *to == address(STRANGER)
                }
            });
            assert!(!to_stranger, "{name} from {from} is answered");
            if from == STRANGER {
                let counted = wire.engine.figures.foreign.load(Ordering::Relaxed) - foreign;
                assert_eq!((counted, wire.engine.out.len()), (1, 0), "{name}: a stranger changes nothing");
            } else {
                let said = wire.engine.out.iter().any(|out| matches!(out, Outgoing::Trunk(..)));
                assert!(!said, "{name} was taken for the browser's voice");
            }
        }
        let heard = heard_of_the_browser(&mut wire);
        assert!(heard >= 9, "after {name} only {heard} of 10 packets came through");
        let others = wire.engine.events.drain(..).filter(|event| !matches!(event, TelephonyEvent::Quality(..)));
        assert_eq!(others.collect::<Vec<_>>(), [], "{name}");
    }
    assert!(wire.engine.browsers.len() <= 1, "nobody else is taken for the browser");
    assert!(wire.engine.knows(TWO) && !wire.gone);
}

#[test]
fn none_of_them_keeps_a_browser_from_connecting() {
    for round in [checks(), handshakes(), others()] {
        let mut wire = Wire::new(0);
        wire.engine.order(Order::Answer(TWO), wire.now);
        for (_, bytes) in &round {
            for from in [STRANGER, BROWSER] {
                wire.engine.browser_datagram(address(from), bytes, wire.now);
            }
            wire.engine.out.clear();
            if !told(&wire, &TelephonyEvent::Heard(TWO)) {
                wire.step(true);
            }
        }
        wire.until("heard", true, |wire| told(wire, &TelephonyEvent::Heard(TWO)));
    }
}
