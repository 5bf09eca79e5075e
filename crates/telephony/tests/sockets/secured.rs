//! Encrypted sound in calls that change: what is sent is opened with the key that was told last, by another way than the house's
//! own, and with no other.

use super::*;
use crate::phone::Message;
use rtc_srtp::context::Context;
use rtc_srtp::protection_profile::ProtectionProfile;
use std::net::UdpSocket;

const CALLER: &str = "From: <sip:0199006677@x>;tag=s\r\nContent-Type: application/sdp";
/// Thirty bytes, as they are written in a description.
const KEY: &str = "d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj";

/// Encrypted sound is wanted at this socket.
fn description(socket: &UdpSocket, suite: &str) -> String {
    let port = socket.local_addr().unwrap().port();
    format!(
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {port} RTP/SAVP 8 101\r\n\
         a=crypto:5 AES_CM_128_HMAC_SHA1_{suite} inline:{KEY}\r\na=rtpmap:101 telephone-event/8000\r\n"
    )
}

/// The key of what the house sends, and its suite.
fn told(message: &Message) -> (String, String) {
    let line =
        message.text.lines().find(|line| line.starts_with("a=crypto:")).unwrap_or_else(|| panic!("{}", message.text));
    let (_, rest) = line.split_once("AES_CM_128_HMAC_SHA1_").unwrap();
    let (suite, key) = rest.split_once(" inline:").unwrap();
    (suite.to_owned(), key.trim().to_owned())
}

fn bytes(key: &str) -> Vec<u8> {
    let value = |letter: u8| match letter {
        b'A'..=b'Z' => u32::from(letter - b'A'),
        b'a'..=b'z' => u32::from(letter - b'a') + 26,
        b'0'..=b'9' => u32::from(letter - b'0') + 52,
        b'+' => 62,
        _ => 63,
    };
    let groups = key.as_bytes().chunks(4);
    groups
        .flat_map(|four| four.iter().fold(0, |sum, letter| sum << 6 | value(*letter)).to_be_bytes()[1..].to_vec())
        .collect()
}

/// Whether sound comes now, and all that comes is opened with this key.
fn heard(socket: &UdpSocket, (suite, key): &(String, String)) -> bool {
    let profile = match suite.as_str() {
        "80" => ProtectionProfile::Aes128CmHmacSha1_80,
        _ => ProtectionProfile::Aes128CmHmacSha1_32,
    };
    let key = bytes(key);
    let provider = rtc_crypto::default_provider().unwrap();
    let mut context = Context::new(&key[..16], &key[16..30], profile, None, None, provider.crypto()).unwrap();
    socket.set_nonblocking(true).unwrap();
    let mut buffer = [0; 2048];
    // What was on its way before the change.
    std::thread::sleep(Duration::from_millis(60));
    while socket.recv_from(&mut buffer).is_ok() {}
    std::thread::sleep(Duration::from_millis(200));
    let mut opened = 0;
    while let Ok((length, _)) = socket.recv_from(&mut buffer) {
        if telephony::audio::rtp::Packet::is_control(&buffer[..length]) {
            continue;
        }
        let Ok(packet) = context.decrypt_rtp(&buffer[..length]) else { return false };
        assert_eq!(packet.len(), 172);
        opened += 1;
    }
    opened >= 5
}

fn sound() -> UdpSocket {
    UdpSocket::bind("127.0.0.1:0").unwrap()
}

fn ok(answer: &Message) -> (String, String) {
    assert!(answer.text.starts_with("SIP/2.0 200 "), "{}", answer.text);
    told(answer)
}

#[test]
fn a_change_without_an_offer_keeps_the_way_and_the_key() {
    let mut phone = Phone::new("s");
    let house = house(&phone, 24_400);
    let (to, socket) = (house.telephony.sip_addresses()[0], sound());
    phone.call_with(to, CALLER, &description(&socket, "32"));
    let TelephonyEvent::Incoming(leg, ..) = house.event() else { panic!("no call came") };
    house.telephony.perform(Order::Answer(leg));
    let answer = phone.answered_call();
    let first = ok(&answer);
    assert_eq!(first.0, "32");
    phone.acknowledge(to, &answer);
    house.telephony.perform(play(leg));
    assert!(heard(&socket, &first));
    // A change without an offer: ours keeps the way and the key, and the ACK brings the answer.
    let offer = phone.change(to, &answer, 2, "INVITE", "");
    assert_eq!(ok(&offer), first);
    phone.within(to, &answer, 2, "ACK", &description(&socket, "32"));
    assert!(heard(&socket, &first));
    // A change of place: whoever takes the sound there is told a new key.
    let other = sound();
    let moved = ok(&phone.change(to, &answer, 3, "UPDATE", &description(&other, "32")));
    assert_ne!(moved.1, first.1);
    assert!(heard(&other, &moved), "and the ACK of before is not read again");
    // The same description again: nothing changes.
    assert_eq!(ok(&phone.change(to, &answer, 4, "UPDATE", &description(&other, "32"))), moved);
    // Another way: another key.
    let stronger = ok(&phone.change(to, &answer, 5, "INVITE", &description(&other, "80")));
    phone.within(to, &answer, 5, "ACK", "");
    assert!(stronger.0 == "80" && stronger.1 != moved.1);
    assert!(heard(&other, &stronger));
    // Plain sound is no change of this call: it goes on as it was.
    let plain = phone.change(to, &answer, 6, "UPDATE", &phone.description());
    assert!(plain.text.starts_with("SIP/2.0 488 "), "{}", plain.text);
    assert!(heard(&other, &stronger));
}

#[test]
fn an_offer_of_ours_that_comes_to_no_sound_ends_the_call_at_once() {
    let mut phone = Phone::new("s");
    let trunk = TrunkSettings { sound: Protection::Secured, ..trunk(&phone) };
    let house = start(trunk, (24_650, 24_690)).unwrap();
    let to = house.telephony.sip_addresses()[0];
    // A call with plain sound is refused by a trunk of encrypted sound.
    let plain = Phone::new("plain");
    plain.call_with(to, CALLER, &plain.description());
    let refused = loop {
        let answer = plain.next(Duration::from_secs(6)).unwrap();
        if !answer.text.starts_with("SIP/2.0 1") {
            break answer;
        }
    };
    assert!(refused.text.starts_with("SIP/2.0 488 "), "{}", refused.text);
    phone.call(to, "From: <sip:0199006677@x>;tag=s");
    let TelephonyEvent::Incoming(leg, ..) = house.event() else { panic!("no call came") };
    house.telephony.perform(Order::Answer(leg));
    let answer = phone.answered_call();
    assert_eq!(ok(&answer).0, "80");
    phone.within(to, &answer, 1, "ACK", &phone.description());
    assert_eq!(house.event_within(Duration::from_secs(3)), Some(TelephonyEvent::Ended(leg, LegEnd::Failed)));
    assert_eq!(phone.expect("BYE").method(), "BYE");
}
