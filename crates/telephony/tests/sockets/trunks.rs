//! Several trunks: which one a call takes, when one is down, how a gateway learns where we are, and what is never called.

use super::*;
use telephony::{GatewayHealth, Registered, TrunkChange};

fn named(name: &str, phone: &Phone) -> TrunkSettings {
    TrunkSettings { name: name.to_owned(), ..trunk(phone) }
}

impl House {
    /// The next change at a trunk, within a time.
    fn change(&self, wait: Duration) -> Option<(String, TrunkChange)> {
        match self.event_within(wait)? {
            TelephonyEvent::TrunkChanged(name, change) => Some((name, change)),
            other => panic!("{other:?}"),
        }
    }

    fn dial_number(&self, leg: LegId, number: &str) {
        let number = OutsideNumber::read(number).unwrap();
        self.telephony.perform(Order::Dial(leg, number, LineId("fr".to_owned())));
    }
}

#[test]
fn a_call_goes_on_to_the_next_trunk_when_one_cannot_place_it() {
    let (mut first, mut second) = (Phone::new("first"), Phone::new("second"));
    let trunks = vec![named("first", &first), named("second", &second)];
    let house = start_with(trunks, OutgoingSettings::default(), (23_000, 23_040)).unwrap();

    // One that says it cannot.
    house.dial(LEG);
    let invite = first.expect("INVITE");
    first.answer(&invite, "503 Service Unavailable", "", "");
    first.expect("ACK");
    let invite = second.expect("INVITE");
    second.answer(&invite, "200 OK", "", &second.description());
    second.expect("ACK");
    assert_eq!(house.event(), TelephonyEvent::Answered(LEG));
    second.hang_up(&invite);
    assert_eq!(house.event(), TelephonyEvent::Ended(LEG, LegEnd::HungUp));

    // One that says nothing at all; its late answer is hung up.
    let begun = Instant::now();
    house.dial(LegId(-2));
    let late = first.expect("INVITE");
    let invite = second.expect_within("INVITE", Duration::from_secs(12));
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    second.answer(&invite, "200 OK", "", &second.description());
    second.expect("ACK");
    assert_eq!(house.event(), TelephonyEvent::Answered(LegId(-2)));
    // Its sound is carried both ways, over the sockets of the trunk that took it.
    house.telephony.perform(play(LegId(-2)));
    let media = invite.media();
    for _ in 0..50 {
        second.say(media, 440.0);
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(tone::share(&second.heard(), 800.0) > 0.95, "the prompt is heard");
    let received = house.telephony.figures().received.load(std::sync::atomic::Ordering::Relaxed);
    assert!(received >= 45, "{received} of 50 packets were taken");
    assert_eq!(first.heard(), [], "and nothing of it goes to the other");
    first.answer(&late, "200 OK", "", &first.description());
    first.expect("ACK");
    let bye = first.expect("BYE");
    first.answer(&bye, "200 OK", "", "");
    house.nothing_more();
    second.hang_up(&invite);
    assert_eq!(house.event(), TelephonyEvent::Ended(LegId(-2), LegEnd::HungUp));

    // What the called phone itself says holds: nobody else is asked.
    house.dial(LegId(-3));
    let invite = first.expect("INVITE");
    first.answer(&invite, "486 Busy Here", "", "");
    first.expect("ACK");
    assert_eq!(house.event(), TelephonyEvent::Ended(LegId(-3), LegEnd::Busy));
    second.never("INVITE", SHORT);
}

#[test]
fn a_gateway_that_falls_silent_is_down_within_half_a_minute_and_comes_back_by_itself() {
    let (mut first, mut second) = (Phone::new("first"), Phone::new("second"));
    let watched = TrunkSettings { watch: true, ..named("first", &first) };
    let trunks = vec![watched, named("second", &second)];
    let house = start_with(trunks, OutgoingSettings::default(), (23_100, 23_140)).unwrap();
    let asked = first.expect("OPTIONS");
    assert!(!asked.text.to_lowercase().contains("vigie/") && !asked.text.contains("rsipstack"), "{}", asked.text);
    first.answer(&asked, "404 Not Found", "", "");
    let (name, change) = house.change(SHORT * 5).unwrap();
    assert_eq!((name.as_str(), change), ("first", TrunkChange::Gateway(GatewayHealth::Up)), "any answer will do");

    let silent = Instant::now();
    let change = house.change(Duration::from_secs(35)).unwrap().1;
    assert_eq!(change, TrunkChange::Gateway(GatewayHealth::Down));
    assert!(silent.elapsed() < Duration::from_secs(30), "{:?}", silent.elapsed());
    let states = house.telephony.trunks();
    assert_eq!((states[0].gateway, states[1].gateway), (GatewayHealth::Down, GatewayHealth::Unknown));

    // The other one is asked first now.
    house.dial(LEG);
    let invite = second.expect("INVITE");
    second.answer(&invite, "486 Busy Here", "", "");
    second.expect("ACK");
    assert_eq!(house.event(), TelephonyEvent::Ended(LEG, LegEnd::Busy));

    let deadline = Instant::now() + Duration::from_secs(15);
    while house.telephony.trunks()[0].gateway != GatewayHealth::Up {
        assert!(Instant::now() < deadline, "it does not come back");
        if let Some(asked) = first.next(SHORT) {
            first.answer(&asked, "200 OK", "", "");
        }
    }
    let state = &house.telephony.trunks()[0];
    assert!(state.round_trip.is_some());
    let reached: Vec<_> = state.changes.iter().map(|(_, change)| *change).collect();
    let [up, down] = [GatewayHealth::Up, GatewayHealth::Down].map(TrunkChange::Gateway);
    assert_eq!(reached, [up, down, up]);
}

#[test]
fn a_gateway_that_wants_it_is_told_where_we_are_again_and_again() {
    let mut registrar = Phone::new("r");
    let account = Account { user: "vigie-1".into(), password: "s3cret".into(), realm: Some("trunk".into()) };
    let registering = TrunkSettings { account: Some(account), register: true, ..named("first", &registrar) };
    let house = start_with(vec![registering], OutgoingSettings::default(), (23_200, 23_240)).unwrap();
    let known = |registrar: &mut Phone, algorithm: &str| {
        let first = registrar.expect("REGISTER");
        assert_eq!(first.header("Authorization"), "");
        let challenge = format!("WWW-Authenticate: Digest realm=\"trunk\", nonce=\"n0nce\", algorithm={algorithm}\r\n");
        registrar.answer(&first, "401 Unauthorized", &challenge, "");
        let again = registrar.expect("REGISTER");
        let wanted = digest(algorithm, ["vigie-1", "trunk", "s3cret", "n0nce"], &again);
        assert!(again.header("Authorization").contains(&format!("response=\"{wanted}\"")), "{}", again.text);
        let contact = again.header("Contact").to_owned();
        assert!(contact.contains("sip:vigie-1@127.0.0.1"), "{contact}");
        // What is granted counts, and no longer what was asked for.
        registrar.answer(&again, "200 OK", "Expires: 6\r\n", "");
    };
    known(&mut registrar, "SHA-256");
    assert_eq!(house.change(SHORT * 5).unwrap().1, TrunkChange::Registered(Registered::Yes));
    let refreshed = Instant::now();
    known(&mut registrar, "MD5");
    assert!(refreshed.elapsed() < Duration::from_secs(6), "before it is forgotten");

    // Whoever asks in another realm's name learns nothing.
    let first = registrar.expect("REGISTER");
    let rogue = "WWW-Authenticate: Digest realm=\"rogue\", nonce=\"n\", algorithm=MD5\r\n";
    registrar.answer(&first, "401 Unauthorized", rogue, "");
    let again = registrar.expect("REGISTER");
    assert_eq!(again.header("Authorization"), "", "{}", again.text);
    registrar.answer(&again, "403 Forbidden", "", "");
    assert_eq!(house.change(SHORT * 5).unwrap().1, TrunkChange::Registered(Registered::Refused));
    assert_eq!(house.telephony.trunks()[0].registered, Registered::Refused);
}

#[test]
fn what_is_not_let_through_is_never_sent() {
    let mut phone = Phone::new("p");
    let few = OutgoingSettings { calls_an_hour: 3, calls_an_hour_to_one: 2, ..OutgoingSettings::default() };
    let house = start_with(vec![trunk(&phone)], few, (23_300, 23_340)).unwrap();
    let mut leg = LEG;
    for number in ["+41227000000", "0041227000000", "0899000000", "+33 899 00 00 00", "118218", "3646", "99"] {
        leg = LegId(leg.0 - 1);
        house.dial_number(leg, number);
        assert_eq!(house.event(), TelephonyEvent::Ended(leg, LegEnd::Failed), "{number}");
    }
    phone.never("INVITE", SHORT);
    for (number, placed) in [
        ("0199000801", true),
        ("0199000801", true),
        ("0199000801", false),
        ("0199000802", true),
        ("0199000803", false),
        ("112", true),
    ] {
        leg = LegId(leg.0 - 1);
        house.dial_number(leg, number);
        if placed {
            let invite = phone.expect("INVITE");
            assert!(invite.uri().starts_with(&format!("sip:{number}@")), "{}", invite.uri());
            phone.answer(&invite, "486 Busy Here", "", "");
            phone.expect("ACK");
            assert_eq!(house.event(), TelephonyEvent::Ended(leg, LegEnd::Busy), "{number}");
        } else {
            assert_eq!(house.event(), TelephonyEvent::Ended(leg, LegEnd::Failed), "{number}");
        }
    }
    phone.never("INVITE", SHORT);
}

#[test]
fn a_trunk_over_tcp_is_asked_and_called() {
    use std::io::{Read as _, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let unused = Phone::new("unused");
    let gateway = Some(Gateway::read(&address.to_string()).unwrap());
    let over_tcp = TrunkSettings { gateway, carrier: Carrier::Tcp, watch: true, ..named("tcp", &unused) };
    let house = start_with(vec![over_tcp], OutgoingSettings::default(), (23_400, 23_440)).unwrap();
    let (mut stream, _) = listener.accept().unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(6))).unwrap();
    let mut buffer = [0; 8192];
    let mut read = |stream: &mut std::net::TcpStream| {
        let length = stream.read(&mut buffer).unwrap();
        String::from_utf8(buffer[..length].to_vec()).unwrap()
    };
    let answer = |stream: &mut std::net::TcpStream, request: &str, status: &str| {
        let headers: Vec<&str> = request
            .lines()
            .filter(|line| ["Via:", "From:", "To:", "Call-ID:", "CSeq:"].iter().any(|name| line.starts_with(name)))
            .collect();
        let text = format!("SIP/2.0 {status}\r\n{}\r\nContent-Length: 0\r\n\r\n", headers.join("\r\n"));
        stream.write_all(text.as_bytes()).unwrap();
    };
    let asked = read(&mut stream);
    assert!(asked.starts_with("OPTIONS ") && asked.contains("Via: SIP/2.0/TCP "), "{asked}");
    answer(&mut stream, &asked, "200 OK");
    assert_eq!(house.change(SHORT * 5).unwrap().1, TrunkChange::Gateway(GatewayHealth::Up));
    house.dial(LEG);
    let invite = read(&mut stream);
    assert!(
        invite.starts_with("INVITE ") && invite.contains("transport=tcp") || invite.contains("transport=TCP"),
        "{invite}"
    );
    answer(&mut stream, &invite, "486 Busy Here");
    assert_eq!(house.event(), TelephonyEvent::Ended(LEG, LegEnd::Busy));
}
