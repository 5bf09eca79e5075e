//! Descriptions of sound, packets of sound and pressed keys, each with what is right to make of it.

use switchboard::Digit;
use telephony::audio::rtp::Packet;
use telephony::audio::srtp::MasterKey;
use telephony::audio::telephone_event::{KeyReader, payload};
use telephony::sip::sdp::{Origin, Ours, RemoteAudio, SdpFault};

/// What is right for a description.
enum Sdp {
    /// It is taken, and the answer has these words in it.
    Taken(&'static [&'static str]),
    /// It is answered 400.
    Malformed,
    /// It is answered 488.
    NoAudio,
}

use Sdp::{Malformed, NoAudio, Taken};

const GOOD: &str = "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 6000 RTP/AVP 8 0 101\r\n\
    a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n";

fn changed(from: &str, to: &str) -> Vec<u8> {
    assert!(GOOD.contains(from), "{from} is not there to be changed");
    GOOD.replace(from, to).into_bytes()
}

fn descriptions() -> Vec<(&'static str, Vec<u8>, Sdp)> {
    let many = "m=video 1 RTP/AVP 31\r\n".repeat(16);
    let formats = (0..200).map(|number| number.to_string()).collect::<Vec<_>>().join(" ");
    vec![
        ("good", GOOD.into(), Taken(&["m=audio 9 RTP/AVP 8 101\r\n", "a=sendrecv\r\n"])),
        ("lines that end with a line feed alone", GOOD.replace("\r\n", "\n").into_bytes(), Taken(&["RTP/AVP 8 101"])),
        ("no end of the last line", GOOD.trim_end().into(), Taken(&["RTP/AVP 8 101"])),
        ("blanks at the ends of lines", GOOD.replace("\r\n", "  \r\n").into_bytes(), Taken(&["RTP/AVP 8 101"])),
        ("a nought at the end", [GOOD.as_bytes(), b"\0"].concat(), Taken(&["RTP/AVP 8 101"])),
        (
            "letters that are no UTF-8 in the session's name",
            [b"v=0\r\ns=caf\xE9\r\n", &GOOD.as_bytes()[5..]].concat(),
            Taken(&["RTP/AVP 8"]),
        ),
        ("nothing", Vec::new(), Malformed),
        ("another version", changed("v=0", "v=1"), Malformed),
        ("no version", changed("v=0\r\n", ""), Malformed),
        ("a letter before the version", changed("v=0", "\u{feff}v=0"), Malformed),
        ("no streams", b"v=0\r\n".to_vec(), NoAudio),
        ("no address", changed("c=IN IP4 192.0.2.9\r\n", ""), Malformed),
        ("an address that is none", changed("c=IN IP4 192.0.2.9", "c=IN IP4 192.0.2"), Malformed),
        ("an address with a letter after", changed("c=IN IP4 192.0.2.9", "c=IN IP4 192.0.2.9x"), Malformed),
        ("an address of another network", changed("c=IN IP4 192.0.2.9", "c=ATM NSAP 192.0.2.9"), Malformed),
        ("a name for an address", changed("c=IN IP4 192.0.2.9", "c=IN IP4 media.example.org"), Malformed),
        ("an address with too many words", changed("c=IN IP4 192.0.2.9", "c=IN IP4 192.0.2.9 192.0.2.8"), Malformed),
        ("an address of everybody", changed("c=IN IP4 192.0.2.9", "c=IN IP4 255.255.255.255"), NoAudio),
        ("an address of a group", changed("c=IN IP4 192.0.2.9", "c=IN IP4 233.252.0.1/127"), NoAudio),
        ("an address of a group, in IPv6", changed("c=IN IP4 192.0.2.9", "c=IN IP6 ff02::1"), NoAudio),
        ("an address of a group, mapped", changed("c=IN IP4 192.0.2.9", "c=IN IP6 ::ffff:233.252.0.1"), NoAudio),
        ("IPv6", changed("c=IN IP4 192.0.2.9", "c=IN IP6 2001:db8::9"), Taken(&["RTP/AVP 8"])),
        ("on hold the old way", changed("c=IN IP4 192.0.2.9", "c=IN IP4 0.0.0.0"), Taken(&["a=inactive\r\n"])),
        ("on hold the old way, in IPv6", changed("c=IN IP4 192.0.2.9", "c=IN IP6 ::"), Taken(&["a=inactive\r\n"])),
        (
            "an address of the stream alone",
            changed(
                "c=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 6000 RTP/AVP 8 0 101\r\n",
                "t=0 0\r\nm=audio 6000 RTP/AVP 8 0 101\r\nc=IN IP4 192.0.2.8\r\n",
            ),
            Taken(&["RTP/AVP 8"]),
        ),
        ("a port below nothing", changed("audio 6000", "audio -6000"), Malformed),
        ("a port with a sign", changed("audio 6000", "audio +6000"), Malformed),
        ("a port too large", changed("audio 6000", "audio 65536"), Malformed),
        ("a port of 2 to the power of 32", changed("audio 6000", "audio 4294967296"), Malformed),
        ("a port of words", changed("audio 6000", "audio rtp"), Malformed),
        ("no port at all", changed("audio 6000", "audio 0"), NoAudio),
        ("several ports", changed("audio 6000", "audio 6000/2"), Taken(&["RTP/AVP 8"])),
        ("no formats", changed(" 8 0 101", ""), NoAudio),
        ("formats too large", changed(" 8 0 101", " 4294967296 -8 1000 8"), Taken(&["RTP/AVP 8\r\n"])),
        ("a format of 128", changed(" 8 0 101\r\n", " 128\r\na=rtpmap:128 PCMA/8000\r\n"), NoAudio),
        ("more formats than there are", changed(" 8 0 101", &format!(" {formats}")), Taken(&["RTP/AVP 8"])),
        ("µ-law alone", changed(" 8 0 101", " 0 101"), Taken(&["RTP/AVP 0 101\r\n", "a=rtpmap:0 PCMU/8000"])),
        (
            "A-law under a number of its own",
            changed(" 8 0 101\r\n", " 97\r\na=rtpmap:97 pcma/8000/1\r\n"),
            Taken(&["RTP/AVP 97\r\n"]),
        ),
        ("eight is something else", changed(" 8 0 101\r\n", " 8\r\na=rtpmap:8 opus/48000/2\r\n"), NoAudio),
        ("A-law at another rate", changed(" 8 0 101\r\n", " 97\r\na=rtpmap:97 PCMA/16000\r\n"), NoAudio),
        ("A-law for two ears", changed(" 8 0 101\r\n", " 97\r\na=rtpmap:97 PCMA/8000/2\r\n"), NoAudio),
        ("keys at another rate", changed("telephone-event/8000", "telephone-event/48000"), Taken(&["RTP/AVP 8\r\n"])),
        ("a name without a number", changed("a=rtpmap:101 ", "a=rtpmap: "), Taken(&["RTP/AVP 8\r\n"])),
        ("a name of a number too large", changed("a=rtpmap:101 ", "a=rtpmap:4294967397 "), Taken(&["RTP/AVP 8\r\n"])),
        ("encrypted", changed("RTP/AVP", "RTP/SAVP"), NoAudio),
        ("over TCP", changed("RTP/AVP", "TCP/RTP/AVP"), NoAudio),
        ("a picture", changed("m=audio", "m=image"), NoAudio),
        (
            "a picture first",
            changed("m=audio", "m=video 7000 RTP/AVP 31\r\nm=audio"),
            Taken(&["m=video 0 RTP/AVP 31\r\nm=audio 9"]),
        ),
        (
            "sound of another codec first",
            changed("m=audio", "m=audio 7000 RTP/AVP 18\r\nm=audio"),
            Taken(&["m=audio 0 RTP/AVP 18\r\nm=audio 9 RTP/AVP 8"]),
        ),
        (
            "encrypted sound first",
            changed("m=audio", "m=audio 7000 RTP/SAVP 8\r\nm=audio"),
            Taken(&["m=audio 0 RTP/SAVP 8\r\nm=audio 9 RTP/AVP 8"]),
        ),
        ("too many streams", changed("m=audio", &format!("{many}m=audio")), Malformed),
        (
            "a stream of a kind with a nought in it",
            changed("m=audio", "m=\u{0}vi\u{7}eo 1 RTP/AVP 0\r\nm=audio"),
            Malformed,
        ),
        ("a stream of a kind with an accent", changed("m=audio", "m=vid\u{e9}o 1 RTP/AVP 0\r\nm=audio"), Malformed),
        ("a stream with tabs", changed("m=audio ", "m=audio\t"), Taken(&["m=audio 9 RTP/AVP 8 101"])),
        ("a stream of one word", changed("m=audio 6000", "m=video\r\nm=audio 6000"), Malformed),
        ("only spoken", changed("t=0 0", "t=0 0\r\na=sendonly"), Taken(&["a=recvonly\r\n"])),
        (
            "a direction of the stream before one of the session",
            changed("a=fmtp", "a=recvonly\r\na=fmtp"),
            Taken(&["a=sendonly\r\n"]),
        ),
        ("a direction nobody knows", changed("a=fmtp", "a=sideways\r\na=fmtp"), Taken(&["a=sendrecv\r\n"])),
        ("lines nobody knows", changed("t=0 0", "t=0 0\r\nz=\r\n=x\r\nhello\r\nq=1=2"), Taken(&["RTP/AVP 8"])),
        (
            "encrypted sound",
            changed("RTP/AVP", "RTP/SAVP")
                .into_iter()
                .chain(*b"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj\r\n")
                .collect(),
            Taken(&["RTP/SAVP 8", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:"]),
        ),
        ("encrypted sound without a key", changed("RTP/AVP", "RTP/SAVP"), NoAudio),
        ("encrypted sound, keys by DTLS alone", changed("RTP/AVP", "UDP/TLS/RTP/SAVP"), NoAudio),
        (
            "a key for the session, not the stream",
            changed(
                "t=0 0",
                "t=0 0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj",
            ),
            Taken(&["RTP/AVP 8"]),
        ),
        ("a line of thousands of letters", changed("s=-", &format!("s={}", "x".repeat(7_000))), Taken(&["RTP/AVP 8"])),
    ]
}

#[test]
fn every_description_is_taken_or_refused_for_its_reason() {
    let address = "198.51.100.1:9".parse().unwrap();
    let ours = Ours { address, origin: Origin { session: 1, version: 1 }, key: MasterKey::random() };
    let cases = descriptions();
    assert!(cases.len() >= 50);
    for (name, bytes, right) in cases {
        match (RemoteAudio::read(&bytes, None), right) {
            (Ok(remote), Taken(words)) => {
                let answer = remote.answer(&ours);
                assert!(words.iter().all(|word| answer.contains(word)), "{name}: {answer}");
                assert!(!answer.contains("192.0.2.") && !answer.contains("xxx"), "{name}: {answer}");
                let lines = answer.matches('\r').count() == answer.matches('\n').count() && answer.ends_with("\r\n");
                assert!(lines, "{name}: {answer:?}");
            }
            (Err(SdpFault::Malformed), Malformed) | (Err(SdpFault::NoAudio), NoAudio) => {}
            (read, _) => panic!("{name}: {read:?}"),
        }
    }
}

/// A packet's first bytes, then 20 bytes of sound.
fn packet(first: u8, second: u8, rest: &[u8]) -> Vec<u8> {
    [&[first, second, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3], rest, &[0x2A; 20]].concat()
}

#[test]
fn every_packet_is_read_or_refused() {
    let cases: [(&str, Vec<u8>, Option<usize>); 19] = [
        ("good", packet(0x80, 8, &[]), Some(20)),
        ("marked", packet(0x80, 0x88, &[]), Some(20)),
        ("no sound in it", packet(0x80, 8, &[])[..12].to_vec(), Some(0)),
        ("nothing", Vec::new(), None),
        ("half a head", packet(0x80, 8, &[])[..11].to_vec(), None),
        ("version 0", packet(0x00, 8, &[]), None),
        ("version 1", packet(0x40, 8, &[]), None),
        ("version 3", packet(0xC0, 8, &[]), None),
        ("one contributor", packet(0x81, 8, &[9; 4]), Some(20)),
        ("fifteen contributors", packet(0x8F, 8, &[9; 60]), Some(20)),
        ("fifteen contributors, and no room", packet(0x8F, 8, &[]), None),
        ("an extension", packet(0x90, 8, &[0xBE, 0xDE, 0, 1, 1, 2, 3, 4]), Some(20)),
        ("an empty extension", packet(0x90, 8, &[0xBE, 0xDE, 0, 0]), Some(20)),
        ("an extension longer than the packet", packet(0x90, 8, &[0xBE, 0xDE, 0xFF, 0xFF]), None),
        ("half an extension's head", [&packet(0x90, 8, &[])[..12], &[0xBE, 0xDE]].concat(), None),
        ("padding", [packet(0xA0, 8, &[]), vec![0, 0, 0, 4]].concat(), Some(20)),
        ("padding of everything", [packet(0xA0, 8, &[])[..12].to_vec(), vec![1]].concat(), Some(0)),
        ("padding of more than everything", [packet(0xA0, 8, &[]), vec![22]].concat(), None),
        ("padding of nothing", [packet(0xA0, 8, &[]), vec![0]].concat(), None),
    ];
    for (name, bytes, wanted) in cases {
        assert_eq!(Packet::read(&bytes).map(|packet| packet.payload.len()), wanted, "{name}");
    }
    for (second, control) in
        [(191, false), (192, true), (200, true), (203, true), (223, true), (224, false), (8, false)]
    {
        assert_eq!(Packet::is_control(&packet(0x80, second, &[])), control, "{second}");
    }
    assert!(!Packet::is_control(&[0x80]) && !Packet::is_control(&[0x40, 200]));
}

/// Its name, packets with their times, and the keys that are told.
type Pressed<'a> = (&'a str, &'a [(u32, &'a [u8])], &'a str);

#[test]
fn every_key_is_told_once() {
    let digit = |key: char| Digit::new(key).unwrap();
    let one = payload(digit('1'), false, 160);
    let cases: [Pressed<'_>; 14] = [
        ("nothing pressed", &[], ""),
        ("one packet", &[(100, &one)], "1"),
        ("the end alone", &[(100, &payload(digit('1'), true, 800))], "1"),
        ("more bytes than there should be", &[(100, &[1, 10, 0, 160, 7, 7])], "1"),
        ("three bytes", &[(100, &[1, 10, 0])], ""),
        ("no bytes", &[(100, &[])], ""),
        ("a flash", &[(100, &[16, 10, 0, 160])], ""),
        ("a tone of a modem", &[(100, &[32, 10, 0, 160])], ""),
        ("the last event there is", &[(100, &[255, 0xFF, 0xFF, 0xFF])], ""),
        ("a flash, then a key at the same time", &[(100, &[16, 10, 0, 160]), (100, &one)], "1"),
        ("pressed twice", &[(100, &one), (2_000, &one)], "11"),
        (
            "a late packet of an earlier key",
            &[(100, &one), (2_000, &payload(digit('2'), false, 160)), (100, &one)],
            "12",
        ),
        ("over the end of the count", &[(u32::MAX - 10, &one), (1_500, &one), (u32::MAX - 10, &one)], "11"),
        ("a source that counts anew", &[(4_000_000, &one), (100, &one)], "11"),
    ];
    for (name, packets, wanted) in cases {
        let mut reader = KeyReader::default();
        let keys: Vec<Digit> = packets.iter().filter_map(|(time, bytes)| reader.read(*time, bytes)).collect();
        assert_eq!(keys, wanted.chars().map(digit).collect::<Vec<_>>(), "{name}");
    }
}
