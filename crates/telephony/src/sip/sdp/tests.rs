//! Descriptions read, answered and offered.

use super::*;

fn ours(address: &str) -> Ours {
    Ours { address: address.parse().unwrap(), origin: Origin { session: 7, version: 1 }, key: None }
}

const OFFER: &str = "v=0\r\no=x 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n\
    m=audio 6000 RTP/AVP 0 8 96\r\na=rtpmap:96 telephone-event/8000\r\na=fmtp:96 0-15\r\n";

#[test]
fn alaw_is_preferred_and_keys_keep_their_number() {
    let remote = RemoteAudio::read(OFFER.as_bytes(), None).unwrap();
    assert_eq!((remote.codec, remote.payload_type, remote.telephone_event), (Codec::Pcma, 8, Some(96)));
    let answer = remote.answer(&ours("198.51.100.1:20000"));
    assert!(answer.contains("m=audio 20000 RTP/AVP 8 96\r\n"));
    assert!(answer.contains("c=IN IP4 198.51.100.1\r\n"));
    assert!(answer.contains("a=sendrecv\r\n"));
    assert!(!answer.contains("192.0.2.9"), "nothing of the offer's addresses is repeated");
}

#[test]
fn every_spelling_of_hold_is_understood() {
    for (line, answered, sending) in
        [("a=sendonly", "recvonly", false), ("a=inactive", "inactive", false), ("a=recvonly", "sendonly", true)]
    {
        let remote = RemoteAudio::read(format!("{OFFER}{line}\r\n").as_bytes(), None).unwrap();
        assert!(remote.answer(&ours("198.51.100.1:2")).contains(&format!("a={answered}\r\n")));
        assert_eq!(remote.target(None).unwrap().sending, sending, "{line}");
    }
    let old = OFFER.replace("c=IN IP4 192.0.2.9", "c=IN IP4 0.0.0.0");
    assert!(!RemoteAudio::read(old.as_bytes(), None).unwrap().target(None).unwrap().sending);
}

#[test]
fn control_goes_where_the_other_side_wants_it() {
    let control = |lines: &str| {
        RemoteAudio::read(format!("{OFFER}{lines}").as_bytes(), None).unwrap().target(None).unwrap().control.to_string()
    };
    assert_eq!(control(""), "192.0.2.9:6001");
    assert_eq!(control("a=rtcp:7001\r\n"), "192.0.2.9:7001");
    assert_eq!(control("a=rtcp:7001 IN IP4 192.0.2.8\r\n"), "192.0.2.8:7001");
    assert_eq!(control("a=rtcp:nowhere\r\n"), "192.0.2.9:6001");
    assert_eq!(control("a=rtcp-mux\r\n"), "192.0.2.9:6000");
    let answer = |lines: &str| {
        let remote = RemoteAudio::read(format!("{OFFER}{lines}").as_bytes(), None).unwrap();
        remote.answer(&ours("198.51.100.1:2")).contains("a=rtcp-mux")
    };
    assert!(answer("a=rtcp-mux\r\n") && !answer(""));
    assert!(offer(&ours("198.51.100.1:2"), None).ends_with("a=rtcp-mux\r\n"));
}

#[test]
fn other_streams_are_refused_in_place() {
    let offer = OFFER.replace("m=audio", "m=video 5000 RTP/AVP 34\r\nm=audio");
    let answer = RemoteAudio::read(offer.as_bytes(), None).unwrap().answer(&ours("[2001:db8::1]:9"));
    let (video, audio) = (answer.find("m=video 0 RTP/AVP 34").unwrap(), answer.find("m=audio 9").unwrap());
    assert!(video < audio);
    assert!(answer.contains("c=IN IP6 2001:db8::1\r\n"));
}

#[test]
fn what_cannot_be_used_is_told_apart() {
    assert_eq!(RemoteAudio::read(b"", None), Err(SdpFault::Malformed));
    assert_eq!(RemoteAudio::read(b"v=0\r\nm=audio\r\n", None), Err(SdpFault::Malformed));
    assert_eq!(RemoteAudio::read(OFFER.replace("audio", "video").as_bytes(), None), Err(SdpFault::NoAudio));
    let unknown = OFFER.replace("0 8 96", "18 97");
    assert_eq!(RemoteAudio::read(unknown.as_bytes(), None), Err(SdpFault::NoAudio));
    let wrong = OFFER.replace("m=audio 6000", "m=audio 99999");
    assert_eq!(RemoteAudio::read(wrong.as_bytes(), None), Err(SdpFault::Malformed));
    let huge = OFFER.replace("0 8 96", "4294967295 8");
    assert_eq!(RemoteAudio::read(huge.as_bytes(), None).unwrap().payload_type, 8);
}

const KEY: &str = "d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj";

fn secured(offer: &str, crypto: &str) -> String {
    offer.replace("RTP/AVP", "RTP/SAVP") + crypto
}

#[test]
fn encrypted_sound_is_answered_in_the_way_that_was_offered() {
    let lines = format!(
        "a=crypto:1 AEAD_AES_256_GCM inline:{KEY}{KEY}\r\na=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:{KEY}\r\n\
         a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline:{KEY}\r\n"
    );
    let remote = RemoteAudio::read(secured(OFFER, &lines).as_bytes(), None).unwrap();
    let key = MasterKey([7; MasterKey::LENGTH]);
    let answer = remote.answer(&Ours { key: Some(key), ..ours("198.51.100.1:20000") });
    assert!(answer.contains("m=audio 20000 RTP/SAVP 8 96\r\n"), "{answer}");
    assert_eq!(
        answer
            .matches("a=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH\r\n")
            .count(),
        1
    );
    assert_eq!(answer.matches("crypto").count(), 1, "one way is taken: {answer}");
    assert!(!answer.contains(KEY), "nobody's key is told back");
    let keys = remote.target(Some(key)).unwrap().keys.unwrap();
    assert_eq!((keys.suite, keys.ours), (Suite::Aes128Sha32, key));
    assert_ne!(keys.theirs, key);
    assert_eq!(remote.target(None), None, "nothing is sent in the clear by mistake");
}

#[test]
fn encrypted_sound_is_never_taken_for_plain_sound_nor_plain_for_encrypted() {
    let line = format!("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{KEY}\r\n");
    let read = |text: &str, wanted| RemoteAudio::read(text.as_bytes(), wanted).map(|remote| remote.suite());
    let suite = Some(Suite::Aes128Sha80);
    assert_eq!(read(&secured(OFFER, &line), None), Ok(suite));
    assert_eq!(read(&secured(OFFER, &line), Some(Protection::Secured)), Ok(suite));
    assert_eq!(read(&secured(OFFER, &line), Some(Protection::Plain)), Err(SdpFault::NoAudio));
    assert_eq!(read(OFFER, Some(Protection::Secured)), Err(SdpFault::NoAudio));
    // Without a key that we can work with there is no sound, and with a key in plain sound there is plain sound.
    assert_eq!(read(&secured(OFFER, ""), None), Err(SdpFault::NoAudio));
    assert_eq!(
        read(&secured(OFFER, "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:short\r\n"), None),
        Err(SdpFault::NoAudio)
    );
    assert_eq!(read(&format!("{OFFER}{line}"), None), Ok(None));
    // Offered both ways, the encrypted one is taken wherever it stands.
    let both = format!("{OFFER}m=audio 6002 RTP/SAVP 8\r\n{line}");
    assert_eq!(read(&both, None), Ok(suite));
    assert_eq!(read(&both, Some(Protection::Plain)), Ok(None));
    let answer = RemoteAudio::read(both.as_bytes(), None)
        .unwrap()
        .answer(&Ours { key: Some(MasterKey([7; MasterKey::LENGTH])), ..ours("198.51.100.1:2") });
    assert!(answer.contains("m=audio 0 RTP/AVP 0\r\n") && answer.contains("m=audio 2 RTP/SAVP 8\r\n"), "{answer}");
}

#[test]
fn our_own_offer_is_encrypted_where_there_is_a_key() {
    let offer = offer(&Ours { key: MasterKey::random(), ..ours("198.51.100.1:2") }, None);
    assert!(offer.contains("m=audio 2 RTP/SAVP 8 0 101\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:"), "{offer}");
    assert!(RemoteAudio::read(offer.as_bytes(), Some(Protection::Secured)).is_ok());
}
