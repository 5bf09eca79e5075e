//! Packets encrypted and opened; nothing changes before one is known to be genuine.

use super::*;
use crate::audio::rtp::Packet;

const SUITES: [Suite; 2] = [Suite::Aes128Sha80, Suite::Aes128Sha32];

fn packet(ssrc: u32, sequence: u16) -> Vec<u8> {
    let timestamp = u32::from(sequence) * 160;
    Packet { payload_type: 8, marker: false, sequence, timestamp, ssrc, payload: &[0x2A; 160] }.write()
}

/// A receiver report of no source (RFC 3550 section 6.4.2).
fn report(ssrc: u32) -> Vec<u8> {
    [&[0x80, 201, 0, 1][..], &ssrc.to_be_bytes()].concat()
}

/// Both ends of a leg.
fn ends(suite: Suite) -> (Secure, Secure) {
    let (one, two) = (MasterKey([1; 30]), MasterKey([2; 30]));
    let here = Secure::new(Keys { suite, ours: one, theirs: two }).unwrap();
    let there = Secure::new(Keys { suite, ours: two, theirs: one }).unwrap();
    (here, there)
}

/// Key, salt and packets of the example that libsrtp, another implementation, is tested with (test/srtp_driver.c).
#[test]
fn another_implementation_encrypts_alike() {
    let bytes = |text: &str| -> Vec<u8> {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
    };
    let key = bytes("e1f97a0d3e018be0d64fa32c06de41390ec675ad498afeebb6960b3aabe6");
    let key = MasterKey(key.try_into().unwrap());
    let keys = Keys { suite: Suite::Aes128Sha80, ours: key, theirs: key };
    let plain = bytes("800f1234decafbadcafebabeabababababababababababababababab");
    let encrypted = bytes("800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb");
    assert_eq!(Secure::new(keys).unwrap().protect(&plain).unwrap(), encrypted);
    assert_eq!(Secure::new(keys).unwrap().open(&encrypted).unwrap(), plain);
}

#[test]
fn what_one_side_encrypts_the_other_opens_once() {
    for suite in SUITES {
        let (mut here, mut there) = ends(suite);
        for sequence in [65_530, 65_531, 65_533, 65_532, 65_535, 0, 1, 65_534, 2] {
            let plain = packet(7, sequence);
            let encrypted = here.protect(&plain).unwrap();
            assert_ne!(encrypted.get(12..172), plain.get(12..172), "the sound cannot be read on the way");
            assert_eq!(there.open(&encrypted), Some(plain), "{suite:?} {sequence}");
            assert_eq!(there.open(&encrypted), None, "it came before");
        }
        let encrypted = here.protect_control(&report(7)).unwrap();
        assert_eq!(there.open_control(&encrypted), Some(report(7)));
        assert_eq!(there.open_control(&encrypted), None);
    }
}

#[test]
fn nothing_changes_before_a_packet_is_known_to_be_genuine() {
    for suite in SUITES {
        let (mut here, mut there) = ends(suite);
        let genuine = here.protect(&packet(7, 100)).unwrap();
        for ssrc in 0..100_000_u32 {
            let mut forged = genuine.clone();
            forged[8..12].copy_from_slice(&ssrc.wrapping_mul(2_654_435_761).to_be_bytes());
            assert_eq!(there.open(&forged), None);
        }
        assert!(there.incoming.is_empty(), "a forged packet leaves no stream behind");
        for at in 0..genuine.len() {
            let mut forged = genuine.clone();
            forged[at] ^= 0x10;
            assert_eq!(there.open(&forged), None, "byte {at}");
        }
        // A forged packet far ahead must not make the genuine one late.
        let mut ahead = genuine.clone();
        ahead[2..4].copy_from_slice(&30_000_u16.to_be_bytes());
        assert_eq!(there.open(&ahead), None);
        assert_eq!(there.open(&genuine), Some(packet(7, 100)));
        for length in 0..genuine.len() {
            assert_eq!(there.open(&genuine[..length]), None);
        }
    }
}

#[test]
fn plain_packets_are_nobodys() {
    let (mut here, _) = ends(Suite::Aes128Sha80);
    assert_eq!(here.open(&packet(7, 1)), None);
    assert_eq!(here.open_control(&report(7)), None);
    for length in 0..64 {
        assert_eq!(here.open(&vec![0x80; length]), None);
        assert_eq!(here.open_control(&vec![0x80; length]), None);
    }
}

#[test]
fn streams_come_and_go_within_bounds() {
    let (mut here, mut there) = ends(Suite::Aes128Sha80);
    for ssrc in 0..200 {
        let encrypted = here.protect(&packet(ssrc, 1)).unwrap();
        assert_eq!(there.open(&encrypted), Some(packet(ssrc, 1)));
        // The first is heard again and again, and stays.
        let again = here.protect(&packet(0, 2 + ssrc as u16)).unwrap();
        assert!(there.open(&again).is_some());
        assert_eq!(there.open(&again), None);
    }
    assert_eq!(there.incoming.len(), STREAMS);
}

#[test]
fn a_new_key_of_theirs_leaves_ours_as_it_is() {
    let suite = Suite::Aes128Sha80;
    let (mut here, mut there) = ends(suite);
    for sequence in 0..=u16::MAX {
        let encrypted = here.protect(&packet(7, sequence)).unwrap();
        assert!(there.open(&encrypted).is_some());
    }
    let (ours, old, new) = (MasterKey([1; 30]), MasterKey([2; 30]), MasterKey([3; 30]));
    let mut here = here.with_keys(Keys { suite, ours, theirs: new }).unwrap();
    for sequence in 0..3 {
        let encrypted = here.protect(&packet(7, sequence)).unwrap();
        assert_eq!(
            there.open(&encrypted),
            Some(packet(7, sequence)),
            "packets are counted on over their numbers' turn"
        );
    }
    let from = |key| Secure::new(Keys { suite, ours: key, theirs: ours }).unwrap();
    assert_eq!(here.open(&from(old).protect(&packet(9, 1)).unwrap()), None, "the old key holds no longer");
    assert_eq!(here.open(&from(new).protect(&packet(9, 1)).unwrap()), Some(packet(9, 1)));
}

#[test]
fn a_key_is_new_every_time_and_never_shown() {
    let (one, two) = (MasterKey::random().unwrap(), MasterKey::random().unwrap());
    assert_ne!(one, two);
    let keys = Keys { suite: Suite::Aes128Sha80, ours: one, theirs: two };
    assert!(format!("{keys:?}").contains("ours: MasterKey(…)"));
}
