//! SIP over TCP and TLS: a trunk's gateway is asked, called and heard, and calls come from it.

use super::bridge::{Bridge, Certificate};
use super::*;
use tokio::sync::watch;

fn over(carrier: Carrier, phone: &Phone, bridge: &Bridge, host: &str) -> TrunkSettings {
    let gateway = Some(Gateway::read(&format!("{host}:{}", bridge.address.port())).unwrap());
    TrunkSettings { gateway, carrier, watch: true, ..trunk(phone) }
}

fn secured(trunk: TrunkSettings, secure: SecureSettings, first_port: u16) -> House {
    start_secured(vec![trunk], OutgoingSettings::default(), (first_port, first_port + 40), secure).unwrap()
}

/// Waits until the gateway answered the question whether it serves us.
fn is_asked(house: &House, phone: &mut Phone) {
    let options = phone.expect("OPTIONS");
    phone.answer(&options, "200 OK", "", "");
    let event = house.event();
    assert!(matches!(event, TelephonyEvent::TrunkChanged(..)), "{event:?}");
}

fn is_called_and_heard(house: &House, phone: &mut Phone, transport: &str) {
    house.dial(LEG);
    let invite = phone.expect("INVITE");
    assert!(invite.header("Via").starts_with(&format!("SIP/2.0/{transport} ")), "{}", invite.text);
    phone.answer(&invite, "200 OK", "", &phone.description());
    phone.expect("ACK");
    assert_eq!(house.event(), TelephonyEvent::Answered(LEG));
    house.telephony.perform(play(LEG));
    std::thread::sleep(Duration::from_millis(600));
    assert!(tone::share(&phone.heard()[1600..], 800.0) > 0.95, "a prompt is heard");
    is_ended_over_it(house, phone, &invite, transport);
}

/// Hangs up, and sees that it is told over the same carrier.
fn is_ended_over_it(house: &House, phone: &mut Phone, invite: &phone::Message, transport: &str) {
    house.telephony.perform(Order::HangUp(LEG));
    let bye = phone.expect("BYE");
    assert_eq!(bye.header("Call-ID"), invite.header("Call-ID"));
    assert!(bye.header("Via").starts_with(&format!("SIP/2.0/{transport} ")), "{}", bye.text);
    phone.answer(&bye, "200 OK", "", "");
    house.nothing_more();
}

#[test]
fn a_gateway_over_tcp_is_asked_called_and_heard_and_told_who_we_are() {
    let mut phone = Phone::new("p");
    let bridge = Bridge::before(phone.address(), None);
    phone.contact = format!("sip:gateway@{};transport=tcp", bridge.address);
    let account = Account { user: "vigie-1".into(), password: "s3cret".into(), realm: None };
    let known = TrunkSettings { account: Some(account), ..over(Carrier::Tcp, &phone, &bridge, "127.0.0.1") };
    let house = secured(known, SecureSettings::default(), 24_600);
    is_asked(&house, &mut phone);
    is_called_and_heard(&house, &mut phone, "TCP");
    let other = LegId(-2);
    house.dial(other);
    let invite = phone.expect("INVITE");
    let challenge = "Proxy-Authenticate: Digest realm=\"trunk\", nonce=\"n0nce\", algorithm=SHA-256, qop=\"auth\"\r\n";
    phone.answer(&invite, "407 Proxy Authentication Required", challenge, "");
    phone.expect("ACK");
    let told = phone.expect("INVITE").header("Proxy-Authorization").to_owned();
    // As over UDP: RFC 3261 section 25.1 has no quotes there, and gateways that look closely refuse them.
    assert!(
        told.contains("qop=auth") && told.contains("algorithm=SHA-256") && !told.contains("qop=\"auth\""),
        "{told}"
    );
}

#[test]
fn a_gateway_over_tls_is_held_to_its_name_then_asked_called_and_heard() {
    let mut phone = Phone::new("p");
    let certificate = Certificate::of("localhost");
    let bridge = Bridge::before(phone.address(), Some(&certificate));
    phone.contact = format!("sip:gateway@{};transport=tls", bridge.address);
    let secure = SecureSettings { trusted: certificate.pem.clone().into_bytes(), ..SecureSettings::default() };
    let house = secured(over(Carrier::Tls, &phone, &bridge, "localhost"), secure, 24_700);
    is_asked(&house, &mut phone);
    is_called_and_heard(&house, &mut phone, "TLS");
    assert_eq!(bridge.taken(), 1, "one connection is enough");
}

#[test]
fn a_call_whose_connection_was_cut_is_still_ended_at_the_gateway() {
    let mut phone = Phone::new("p");
    let certificate = Certificate::of("localhost");
    let bridge = Bridge::before(phone.address(), Some(&certificate));
    phone.contact = format!("sip:gateway@{};transport=tls", bridge.address);
    let secure = SecureSettings { trusted: certificate.pem.clone().into_bytes(), ..SecureSettings::default() };
    let unwatched = TrunkSettings { watch: false, ..over(Carrier::Tls, &phone, &bridge, "localhost") };
    let house = secured(unwatched, secure, 25_000);
    house.dial(LEG);
    let invite = phone.expect("INVITE");
    phone.answer(&invite, "200 OK", "", &phone.description());
    phone.expect("ACK");
    assert_eq!(house.event(), TelephonyEvent::Answered(LEG));
    bridge.cut();
    std::thread::sleep(SHORT);
    is_ended_over_it(&house, &mut phone, &invite, "TLS");
    assert_eq!(bridge.taken(), 2, "over a new connection");
}

#[test]
fn a_gateway_whose_certificate_is_anothers_or_vouched_for_by_nobody_is_told_nothing() {
    let phone = Phone::new("p");
    for (name, trusted, first_port) in [("elsewhere.invalid", true, 24_800), ("localhost", false, 24_850)] {
        let certificate = Certificate::of(name);
        let bridge = Bridge::before(phone.address(), Some(&certificate));
        let trusted = if trusted { certificate.pem.clone().into_bytes() } else { Vec::new() };
        let secure = SecureSettings { trusted, ..SecureSettings::default() };
        let house = secured(over(Carrier::Tls, &phone, &bridge, "localhost"), secure, first_port);
        house.dial(LEG);
        assert_eq!(house.event(), TelephonyEvent::Ended(LEG, LegEnd::Failed), "{name}");
        phone.never("INVITE", SHORT);
        phone.never("OPTIONS", SHORT);
    }
}

#[test]
fn a_call_that_comes_over_tls_is_answered_heard_and_ended_over_it() {
    let mut phone = Phone::new("p");
    let certificate = Certificate::of("vigie.example");
    let (_renewed, newest) = watch::channel(certificate.server());
    let at: std::net::SocketAddr = "127.0.0.1:24960".parse().unwrap();
    let secure = SecureSettings { listen: vec![at], certificate: Some(newest), ..SecureSettings::default() };
    let house = secured(trunk(&phone), secure, 24_900);
    let bridge = Bridge::towards(at, phone.address(), "vigie.example", &certificate);
    let headers = "From: <sip:+33199000123@trunk.example>;tag=c\r\nContent-Type: application/sdp";
    phone.call_with(bridge.address, headers, &phone.description());
    let TelephonyEvent::Incoming(leg, ..) = house.event() else { panic!("a call") };
    house.telephony.perform(Order::Answer(leg));
    let answer = loop {
        let message = phone.next(Duration::from_secs(6)).unwrap();
        if message.text.starts_with("SIP/2.0 200") {
            break message;
        }
    };
    assert!(answer.header("Contact").to_lowercase().contains("@127.0.0.1:24960;transport=tls"), "{}", answer.text);
    phone.acknowledge(bridge.address, &answer);
    assert_eq!(house.event(), TelephonyEvent::Answered(leg));
    house.telephony.perform(play(leg));
    std::thread::sleep(Duration::from_millis(600));
    assert!(tone::share(&phone.heard()[1600..], 800.0) > 0.95, "a prompt is heard");
    house.telephony.perform(Order::HangUp(leg));
    let bye = phone.expect("BYE");
    assert_eq!(bye.header("Call-ID"), answer.header("Call-ID"));
    assert!(bye.header("Via").starts_with("SIP/2.0/TLS "), "{}", bye.text);
}
