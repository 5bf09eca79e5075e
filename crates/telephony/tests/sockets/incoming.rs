//! What comes from outside: questions, floods, calls, and what comes over TCP.

use super::*;

#[test]
fn a_gateway_that_asks_is_told_who_we_are() {
    let mut phone = Phone::new("p");
    let account = Account { user: "vigie-1".into(), password: "s3cret".into(), realm: None };
    let known = TrunkSettings { account: Some(account), from_user: Some("0199000806".into()), ..trunk(&phone) };
    let house = start(known, (21_700, 21_740)).unwrap();
    for (index, algorithm) in ["MD5", "SHA-256"].into_iter().enumerate() {
        let leg = LegId(-10 - i64::try_from(index).unwrap());
        house.dial(leg);
        let invite = phone.expect("INVITE");
        assert!(invite.header("From").starts_with("<sip:0199000806@"));
        assert_eq!(invite.header("Proxy-Authorization"), "");
        let challenge =
            format!("Proxy-Authenticate: Digest realm=\"trunk\", nonce=\"n0nce\", algorithm={algorithm}\r\n");
        phone.answer(&invite, "407 Proxy Authentication Required", &challenge, "");
        phone.expect("ACK");
        let again = phone.expect("INVITE");
        let told = again.header("Proxy-Authorization");
        let wanted = digest(algorithm, ["vigie-1", "trunk", "s3cret", "n0nce"], &again);
        assert!(told.contains(&format!("response=\"{wanted}\"")), "{told}");
        assert!(told.contains(&format!("algorithm={algorithm}")), "{told}");
        assert!(told.contains("username=\"vigie-1\"") && !again.text.contains("s3cret"));
        phone.answer(&again, "200 OK", "", &phone.description());
        phone.expect("ACK");
        assert_eq!(house.event(), TelephonyEvent::Answered(leg));
        phone.hang_up(&again);
        assert_eq!(house.event(), TelephonyEvent::Ended(leg, LegEnd::HungUp));
    }

    let challenge = "WWW-Authenticate: Digest realm=\"trunk\", nonce=\"n0nce\", algorithm=MD5\r\n";
    house.dial(LegId(-2));
    let invite = phone.expect("INVITE");
    phone.answer(&invite, "401 Unauthorized", challenge, "");
    phone.expect("ACK");
    let again = phone.expect("INVITE");
    phone.answer(&again, "401 Unauthorized", challenge, "");
    phone.expect("ACK");
    assert_eq!(
        house.event(),
        TelephonyEvent::Ended(LegId(-2), LegEnd::Failed),
        "a wrong password is not tried for ever"
    );
}

#[test]
fn a_flood_on_one_socket_delays_nobodys_sound() {
    let mut phone = Phone::new("p");
    let house = house(&phone, 22_100);
    house.dial(LEG);
    let invite = phone.expect("INVITE");
    phone.answer(&invite, "200 OK", "", &phone.description());
    phone.expect("ACK");
    assert_eq!(house.event(), TelephonyEvent::Answered(LEG));
    // Each packet of the flood looks like a connectivity check (RFC 8489 section 5), for which every browser that has not
    // come yet must be asked.
    telephony::install_crypto();
    for _ in 0..60 {
        let (_, offer) = Offerer::new("127.0.0.1:9".parse().unwrap(), Instant::now()).unwrap();
        house.runtime.block_on(house.telephony.open_browser(offer)).unwrap();
    }
    let mut check = [0; 300];
    check[1] = 1;
    check[2..4].copy_from_slice(&280u16.to_be_bytes());
    check[4..8].copy_from_slice(&0x2112_A442_u32.to_be_bytes());
    let until = Instant::now() + Duration::from_secs(2);
    let floods: Vec<_> = (0..3)
        .map(|_| {
            std::thread::spawn(move || {
                let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
                let mut sent = 0u32;
                while Instant::now() < until {
                    let _full = socket.send_to(&check, "127.0.0.1:22141");
                    sent += 1;
                }
                sent
            })
        })
        .collect();
    house.telephony.perform(play(LEG));
    phone.heard();
    std::thread::sleep(Duration::from_millis(1500));
    let heard = phone.heard();
    let sent: u32 = floods.into_iter().map(|flood| flood.join().unwrap()).sum();
    assert!(sent > 20_000, "a flood of {sent} packets is none");
    assert!(heard.len() > 50 * 160, "{} of 75 packets came through a flood of {sent}", heard.len() / 160);
    assert!(tone::share(&heard, 800.0) > 0.95);
}

#[test]
fn who_calls_twice_is_known_again_and_who_withholds_their_number_is_not() {
    let mut phone = Phone::new("tag0");
    let house = house(&phone, 22_200);
    let to = house.telephony.sip_addresses()[0];
    let mut call = |headers: &str| {
        phone.tag.push('x');
        phone.call(to, headers);
        match house.event() {
            TelephonyEvent::Incoming(leg, line, tags) => {
                assert!(leg.0 > 0 && line == LineId("fr".to_owned()));
                tags
            }
            other => panic!("{other:?}"),
        }
    };
    let first = call("From: <sip:0199006677@x>;tag=1").expect("a tag");
    assert_eq!(first.before, None, "the keys are new");
    assert_eq!(call("From: <sip:bob@x>;tag=2\r\nP-Asserted-Identity: <sip:+33199006677@x>"), Some(first));
    assert!(call("From: <sip:0199006678@x>;tag=3").is_some_and(|other| other != first));
    assert_eq!(call("From: \"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=4"), None);
    assert_eq!(call("From: <sip:0199006677@x>;tag=5\r\nPrivacy: id"), None);

    let sealed = house.telephony.sealed_tag_keys();
    house.telephony.take_tag_keys(telephony::TagKeys::draw(0));
    assert_ne!(call("From: <sip:0199006677@x>;tag=6"), Some(first), "other keys, other tags");
    house.telephony.take_tag_keys(telephony::TagKeys::from_bytes(&*sealed).unwrap());
    assert_eq!(call("From: <sip:0199006677@x>;tag=7"), Some(first));
}

#[test]
fn what_comes_over_tcp_is_judged_as_a_datagram_is() {
    use std::io::{Read, Write};
    let phone = Phone::new("p");
    let house = house(&phone, 22_700);
    let to = house.telephony.sip_addresses()[0];
    let mut stream = std::net::TcpStream::connect(to).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(6))).unwrap();
    let mut ask = |number: u32, method: &str, extra: &str| -> String {
        let text = format!(
            "{method} sip:0199000805@{to} SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bK{number}\r\n\
             Max-Forwards: 70\r\nFrom: <sip:a@x>;tag=1\r\nTo: <sip:0199000805@{to}>\r\nCall-ID: c{number}\r\n\
             CSeq: {number} {method}\r\nContact: <sip:a@127.0.0.1:9;transport=tcp>\r\n{extra}Content-Length: 0\r\n\r\n"
        );
        stream.write_all(text.as_bytes()).unwrap();
        let mut buffer = [0; 4096];
        loop {
            let length = stream.read(&mut buffer).unwrap();
            let answer = String::from_utf8_lossy(&buffer[..length]).into_owned();
            if !answer.starts_with("SIP/2.0 100") {
                return answer.get(8..11).unwrap_or("none").to_owned();
            }
        }
    };
    assert_eq!(ask(1, "OPTIONS", ""), "200");
    assert_eq!(ask(2, "INVITE", "Call-ID: another\r\n"), "400");
    assert_eq!(ask(3, "REFER", ""), "405");
    assert_eq!(ask(4, "INVITE", "CSeq: 4 BYE\r\n"), "400");
    house.nothing_more();
    assert_eq!(ask(5, "OPTIONS", ""), "200", "the connection goes on");
    let invite = format!(
        "INVITE sip:0199000805@{to} SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bK6\r\nMax-Forwards: 70\r\n\
         From: <sip:a@x>;tag=1\r\nTo: <sip:0199000805@{to}>\r\nCall-ID: c6\r\nCSeq: 6 INVITE\r\n\
         Contact: <sip:a@127.0.0.1:9;transport=tcp>\r\nContent-Length: 0\r\n\r\n"
    );
    stream.write_all(invite.as_bytes()).unwrap();
    assert!(matches!(house.event(), TelephonyEvent::Incoming(leg, ..) if leg.0 > 0));
}
