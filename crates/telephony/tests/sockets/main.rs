//! The real sockets of the service, and a phone made by hand: calls to the outside with their sound measured at both ends,
//! what is known of who calls, and a flood.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "in a test, a panic is the finding, and the clock is the real one"
)]

mod bridge;
mod carriers;
mod descriptions;
mod edge;
mod incoming;
mod phone;
mod quality;
mod timers;
mod trunks;

use phone::{Phone, digest};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use switchboard::{Digit, Language, LegEnd, LegId, LineId, PlayId, PlayItem, Playing, PromptId, PromptName};
use telephony::audio::{Sound, tone};
use telephony::sip::limits::{Bounds, Rate};
use telephony::sip::peers::Peer;
use telephony::{
    Account, Carrier, Gateway, Offerer, Order, OutgoingSettings, OutsideNumber, Prompts, SecureSettings, Settings,
    SipSettings, StartFault, Telephony, TelephonyEvent, TrunkSettings,
};
use tokio::runtime::Runtime;

const LEG: LegId = LegId(-1);
const SHORT: Duration = Duration::from_millis(400);

struct House {
    telephony: Telephony,
    events: Receiver<TelephonyEvent>,
    runtime: Runtime,
}

fn wav(samples: &[u8]) -> Vec<u8> {
    let mut bytes = b"RIFF\0\0\0\0WAVEfmt \x12\0\0\0\x06\0\x01\0\x40\x1F\0\0\x40\x1F\0\0\x01\0\x08\0\0\0data".to_vec();
    bytes.extend_from_slice(&u32::try_from(samples.len()).unwrap().to_le_bytes());
    bytes.extend_from_slice(samples);
    bytes
}

fn start(trunk: TrunkSettings, ports: (u16, u16)) -> Result<House, StartFault> {
    start_with(vec![trunk], OutgoingSettings::default(), ports)
}

fn start_with(trunks: Vec<TrunkSettings>, outgoing: OutgoingSettings, ports: (u16, u16)) -> Result<House, StartFault> {
    start_secured(trunks, outgoing, ports, SecureSettings::default())
}

fn start_secured(
    trunks: Vec<TrunkSettings>,
    outgoing: OutgoingSettings,
    ports: (u16, u16),
    secure: SecureSettings,
) -> Result<House, StartFault> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (sender, events) = channel();
    let sender = Mutex::new(sender);
    let sink = Arc::new(move |event| {
        let _test_over = sender.lock().unwrap().send(event);
    });
    let file = wav(&tone::sine(800.0, 0.4, 0, 80_000));
    let settings = Settings {
        sip: SipSettings {
            listen: vec!["127.0.0.1:0".parse().unwrap()],
            announced: None,
            rtp_ports: ports,
            bounds: bounds(),
            secure,
        },
        trunks,
        outgoing,
        numbers: numbers(),
        browsers: ([127, 0, 0, 1], ports.1 + 1).into(),
        browsers_announced: None,
    };
    let prompts = Prompts::load(|_, _| Some(&file)).unwrap();
    let telephony = runtime.block_on(Telephony::start(settings, prompts, sink))?;
    Ok(House { telephony, events, runtime })
}

/// Measures so small that a test can fill them.
fn bounds() -> Bounds {
    let rate = |per_second, burst| Rate { per_second, burst };
    Bounds {
        requests: rate(300, 600),
        openings: rate(120, 240),
        endings: rate(600, 1_200),
        all: rate(1_000, 2_000),
        live: 4_096,
        ..Bounds::default()
    }
}

/// A trunk whose gateway is that phone, and whose calls come from this machine.
fn trunk(phone: &Phone) -> TrunkSettings {
    TrunkSettings {
        name: "trunk".to_owned(),
        peers: vec![Peer::read("127.0.0.0/8").unwrap()],
        gateway: Some(Gateway::read(&phone.address().to_string()).unwrap()),
        carrier: Carrier::Udp,
        account: None,
        register: false,
        watch: false,
        from_user: None,
    }
}

/// Every test has a range of ports of its own: they run beside each other.
fn house(phone: &Phone, first_port: u16) -> House {
    start(trunk(phone), (first_port, first_port + 40)).unwrap()
}

impl House {
    fn dial(&self, leg: LegId) {
        let number = OutsideNumber::read("+33 1 99 00 66 77").unwrap();
        self.telephony.perform(Order::Dial(leg, number, LineId("fr".to_owned())));
    }

    fn event(&self) -> TelephonyEvent {
        self.event_within(Duration::from_secs(6)).expect("an event")
    }

    /// The next event that is no report on sound.
    fn event_within(&self, wait: Duration) -> Option<TelephonyEvent> {
        let end = Instant::now() + wait;
        loop {
            let event = self.events.recv_timeout(end.saturating_duration_since(Instant::now())).ok()?;
            if !matches!(event, TelephonyEvent::Quality(..)) {
                return Some(event);
            }
        }
    }

    fn nothing_more(&self) {
        assert_eq!(self.event_within(SHORT), None);
    }
}

fn play(leg: LegId) -> Order {
    let item = PlayItem { prompt: PromptName::Greeting, language: Language::Fr, at_most: None };
    Order::Play(leg, Playing { id: PlayId(1), items: vec![item], again_from: None })
}

/// Lets two phones talk to each other for a while, 20 ms at a time.
fn talk(phones: [(&mut Phone, std::net::SocketAddr, f64); 2], frames: u32) {
    let begun = Instant::now();
    let [one, two] = phones;
    for frame in 0..frames {
        one.0.say(one.1, one.2);
        two.0.say(two.1, two.2);
        std::thread::sleep((begun + Duration::from_millis(20) * (frame + 1)).saturating_duration_since(Instant::now()));
    }
}

#[test]
fn two_called_phones_hear_each_other_press_a_key_and_hang_up() {
    let (mut one, mut two) = (Phone::new("one"), Phone::new("two"));
    two.codec = 0;
    let house = house(&one, 41_000);
    house.dial(LEG);
    let invite = one.expect("INVITE");
    // The second phone is reached through the same gateway, and answers from another place.
    assert_eq!(invite.uri(), format!("sip:+33199006677@{}", one.address()));
    assert!(invite.header("From").starts_with(&format!("<sip:0199000805@{}>;tag=", one.address())), "{}", invite.text);
    assert!(invite.text.contains("m=audio") && invite.text.contains("RTP/AVP 8 0 101"));
    assert!(invite.header("Contact").contains("line@127.0.0.1"));
    assert_eq!(invite.header("User-Agent"), "-");
    assert!(invite.header("Call-ID").chars().all(|letter| letter.is_ascii_hexdigit()), "no product and no host");
    assert_eq!(invite.header("P-Asserted-Identity"), "");
    one.answer(&invite, "200 OK", "", &one.description());
    one.expect("ACK");
    assert_eq!(house.event(), TelephonyEvent::Answered(LEG));

    let other = LegId(-7_000_000_000);
    house.dial(other);
    let second = one.expect("INVITE");
    assert_ne!(second.header("Call-ID"), invite.header("Call-ID"));
    one.answer(&second, "200 OK", "", &two.description());
    one.expect("ACK");
    assert_eq!(house.event(), TelephonyEvent::Answered(other));

    house.telephony.perform(Order::Hear(LEG, vec![other]));
    house.telephony.perform(Order::Hear(other, vec![LEG]));
    let (to_one, to_two) = (invite.media(), second.media());
    talk([(&mut one, to_one, 600.0), (&mut two, to_two, 1000.0)], 50);
    assert!(tone::share(&one.heard(), 1000.0) > 0.95);
    assert!(tone::share(&two.heard(), 600.0) > 0.95);

    one.lose(500);
    talk([(&mut one, to_one, 600.0), (&mut two, to_two, 1000.0)], 25);
    let heard = two.heard();
    assert!(heard.len() >= 24 * 160 && tone::share(&heard, 600.0) > 0.95, "after 500 lost packets the talk goes on");

    one.press(to_one, '5');
    assert_eq!(house.event(), TelephonyEvent::Digit(LEG, Digit::new('5').unwrap()));
    house.telephony.perform(play(other));
    std::thread::sleep(Duration::from_millis(500));
    assert!(tone::share(&two.heard()[1600..], 800.0) > 0.95, "a prompt is heard, in the other codec");

    one.hang_up(&invite);
    assert_eq!(house.event(), TelephonyEvent::Ended(LEG, LegEnd::HungUp));
    house.telephony.perform(Order::HangUp(other));
    let bye = one.expect("BYE");
    assert_eq!(bye.header("Call-ID"), second.header("Call-ID"));
    one.answer(&bye, "200 OK", "", "");
    house.nothing_more();
    assert_eq!(two.heard(), [], "and no sound after that");
}

#[test]
fn every_refusal_has_its_meaning() {
    let mut phone = Phone::new("p");
    let house = house(&phone, 41_100);
    let cases = [
        ("486 Busy Here", LegEnd::Busy),
        ("600 Busy Everywhere", LegEnd::Busy),
        ("404 Not Found", LegEnd::NoSuchNumber),
        ("410 Gone", LegEnd::NoSuchNumber),
        ("416 Unsupported URI Scheme", LegEnd::NoSuchNumber),
        ("484 Address Incomplete", LegEnd::NoSuchNumber),
        ("604 Does Not Exist Anywhere", LegEnd::NoSuchNumber),
        ("480 Temporarily Unavailable", LegEnd::NotReached),
        ("408 Request Timeout", LegEnd::NotReached),
        ("603 Decline", LegEnd::Declined),
        ("403 Forbidden", LegEnd::Declined),
        ("401 Unauthorized", LegEnd::Failed),
        ("500 Server Internal Error", LegEnd::Failed),
        ("503 Service Unavailable", LegEnd::Failed),
        ("302 Moved Temporarily", LegEnd::Failed),
    ];
    for (index, (status, end)) in cases.into_iter().enumerate() {
        let leg = LegId(-1 - i64::try_from(index).unwrap());
        house.dial(leg);
        let invite = phone.expect("INVITE");
        phone.answer(&invite, "100 Trying", "", "");
        phone.answer(&invite, status, "", "");
        assert_eq!(house.event(), TelephonyEvent::Ended(leg, end), "{status}");
        phone.expect("ACK");
    }
    house.nothing_more();
}

#[test]
fn a_call_hung_up_while_it_rings_is_taken_back() {
    let mut phone = Phone::new("p");
    let house = house(&phone, 41_200);
    house.dial(LEG);
    let invite = phone.expect("INVITE");
    phone.answer(&invite, "180 Ringing", "", "");
    std::thread::sleep(Duration::from_millis(100));
    house.telephony.perform(Order::HangUp(LEG));
    let cancel = phone.expect("CANCEL");
    assert_eq!(cancel.header("Via"), invite.header("Via"), "RFC 3261 section 9.1");
    phone.answer(&cancel, "200 OK", "", "");
    phone.answer(&invite, "487 Request Terminated", "", "");
    phone.expect("ACK");
    phone.never("BYE", SHORT);
    house.nothing_more();
}

#[test]
fn a_call_hung_up_at_once_waits_with_its_cancel_for_a_sign_of_life() {
    let mut phone = Phone::new("p");
    let house = house(&phone, 41_300);
    house.dial(LEG);
    let invite = phone.expect("INVITE");
    house.telephony.perform(Order::HangUp(LEG));
    std::thread::sleep(Duration::from_millis(100));
    phone.answer(&invite, "100 Trying", "", "");
    let cancel = phone.expect("CANCEL");
    phone.answer(&cancel, "200 OK", "", "");
    phone.answer(&invite, "487 Request Terminated", "", "");
    phone.expect("ACK");
    house.nothing_more();
}

#[test]
fn an_answer_that_crosses_the_cancel_is_acknowledged_and_ended() {
    let mut phone = Phone::new("p");
    let house = house(&phone, 41_400);
    house.dial(LEG);
    let invite = phone.expect("INVITE");
    phone.answer(&invite, "180 Ringing", "", "");
    std::thread::sleep(Duration::from_millis(100));
    house.telephony.perform(Order::HangUp(LEG));
    let cancel = phone.expect("CANCEL");
    phone.answer(&invite, "200 OK", "", &phone.description());
    phone.answer(&cancel, "200 OK", "", "");
    phone.expect("ACK");
    let bye = phone.expect("BYE");
    phone.answer(&bye, "200 OK", "", "");
    phone.never("BYE", SHORT);
    house.nothing_more();
}

#[test]
fn a_phone_that_nobody_answers_is_given_up() {
    let mut phone = Phone::new("p");
    let ring_for = Duration::from_millis(800);
    let patient = OutgoingSettings { ring_for, ..OutgoingSettings::default() };
    let house = start_with(vec![trunk(&phone)], patient, (41_500, 41_540)).unwrap();
    house.dial(LEG);
    let begun = Instant::now();
    let invite = phone.expect("INVITE");
    phone.answer(&invite, "180 Ringing", "", "");
    assert_eq!(house.event(), TelephonyEvent::Ended(LEG, LegEnd::NotReached));
    assert!(begun.elapsed() > Duration::from_millis(700), "{:?}", begun.elapsed());
    let cancel = phone.expect("CANCEL");
    phone.answer(&cancel, "200 OK", "", "");
    phone.answer(&invite, "487 Request Terminated", "", "");
    phone.expect("ACK");
    house.nothing_more();
}

#[test]
fn repeated_and_forked_answers_are_acknowledged_and_only_one_stands() {
    let mut phone = Phone::new("p");
    let house = house(&phone, 41_600);
    house.dial(LEG);
    // The first INVITE is lost on the way.
    let lost = phone.next(Duration::from_secs(6)).unwrap();
    let invite = phone.expect("INVITE");
    assert_eq!(lost.text, invite.text);
    phone.answer(&invite, "200 OK", "", &phone.description());
    phone.expect("ACK");
    phone.answer(&invite, "200 OK", "", &phone.description());
    assert_eq!(phone.next(Duration::from_secs(6)).unwrap().method(), "ACK");
    // The gateway had called two phones, and the other one answers too.
    phone.tag = "twin".to_owned();
    phone.answer(&invite, "200 OK", "", &phone.description());
    phone.expect("ACK");
    let bye = phone.expect("BYE");
    assert!(bye.header("To").contains(";tag=twin"), "{}", bye.text);
    phone.answer(&bye, "200 OK", "", "");
    phone.tag = "p".to_owned();
    assert_eq!(house.event(), TelephonyEvent::Answered(LEG));
    house.nothing_more();
    phone.hang_up(&invite);
    assert_eq!(house.event(), TelephonyEvent::Ended(LEG, LegEnd::HungUp));
}

#[test]
fn an_answer_without_sound_is_ended_and_sound_before_the_answer_is_not_heard() {
    let mut phone = Phone::new("p");
    let house = house(&phone, 41_800);
    house.dial(LEG);
    house.dial(LegId(-2));
    let (one, two) = (phone.expect("INVITE"), phone.expect("INVITE"));
    phone.answer(&one, "200 OK", "", "");
    phone.expect("ACK");
    let bye = phone.expect("BYE");
    phone.answer(&bye, "200 OK", "", "");
    let first = house.event();
    let TelephonyEvent::Ended(ended, LegEnd::Failed) = first else { panic!("{first:?}") };
    let ringing = if ended == LEG { LegId(-2) } else { LEG };

    phone.answer(&two, "183 Session Progress", "", &phone.description());
    house.telephony.perform(play(ringing));
    phone.press(two.media(), '1');
    for _ in 0..10 {
        phone.say(two.media(), 600.0);
    }
    house.nothing_more();
    assert_eq!(phone.heard(), [], "nothing is sent before the answer either");
    phone.answer(&two, "200 OK", "", &phone.description());
    phone.expect("ACK");
    assert_eq!(house.event(), TelephonyEvent::Answered(ringing));
    phone.press(two.media(), '1');
    assert_eq!(house.event(), TelephonyEvent::Digit(ringing, Digit::new('1').unwrap()));
}

#[test]
fn what_cannot_be_dialled_ends_at_once() {
    let phone = Phone::new("p");
    let none = start(TrunkSettings { gateway: None, ..trunk(&phone) }, (41_900, 41_940)).unwrap();
    none.dial(LEG);
    assert_eq!(none.event(), TelephonyEvent::Ended(LEG, LegEnd::Failed));
    none.dial(LEG);
    assert_eq!(none.event(), TelephonyEvent::Ended(LEG, LegEnd::Failed), "its id is free again");

    let gateway = Some(Gateway::read("no-such-host.invalid").unwrap());
    let house = start(TrunkSettings { gateway, ..trunk(&phone) }, (41_950, 41_990)).unwrap();
    house.dial(LEG);
    assert_eq!(house.event(), TelephonyEvent::Ended(LEG, LegEnd::Failed));

    let stranger = TrunkSettings { peers: vec![Peer::read("192.0.2.1").unwrap()], ..trunk(&phone) };
    let Err(fault) = start(stranger, (42_000, 42_040)) else { panic!("it started") };
    assert!(fault.to_string().contains("not among its peers"), "{fault}");
}

#[test]
fn a_recording_of_the_house_is_heard_until_it_is_taken_away() {
    let mut phone = Phone::new("p");
    let house = house(&phone, 42_300);
    house.dial(LEG);
    let invite = phone.expect("INVITE");
    phone.answer(&invite, "200 OK", "", &phone.description());
    phone.expect("ACK");
    assert_eq!(house.event(), TelephonyEvent::Answered(LEG));
    let own = PromptName::Own(PromptId(12));
    let item = PlayItem { prompt: own, language: Language::Fr, at_most: Some(60_000) };
    let play = || Order::Play(LEG, Playing { id: PlayId(2), items: vec![item], again_from: None });
    let sound = |hertz| Sound::from_alaw(&tone::sine(hertz, 0.4, 0, 8000)).unwrap();
    let listen = || {
        std::thread::sleep(Duration::from_millis(60));
        phone.heard();
        std::thread::sleep(Duration::from_millis(400));
        phone.heard()
    };
    house.telephony.put_prompt(own, Language::Fr, sound(500.0));
    house.telephony.perform(play());
    assert!(tone::share(&listen(), 500.0) > 0.95);
    house.telephony.put_prompt(own, Language::Fr, sound(900.0));
    assert!(tone::share(&listen(), 500.0) > 0.95, "a playing is not changed under somebody's ear");
    house.telephony.perform(play());
    assert!(tone::share(&listen(), 900.0) > 0.95);
    house.telephony.remove_prompt(own, Language::Fr);
    house.telephony.perform(play());
    assert_eq!(house.event(), TelephonyEvent::PromptEnded(LEG, PlayId(2)));
    assert_eq!(listen(), []);
}

#[test]
fn a_telephone_that_others_made_is_called_and_content() {
    let phone = Phone::new("unused");
    let gateway = Some(Gateway::read("127.0.0.1:42590").unwrap());
    let house = start(TrunkSettings { gateway, ..trunk(&phone) }, (42_500, 42_540)).unwrap();
    let sipp = std::process::Command::new("sipp")
        .args(["-sn", "uas", "-i", "127.0.0.1", "-p", "42590", "-mp", "42600", "-m", "1", "-nostdin", "-timeout", "20"])
        .current_dir(env!("CARGO_TARGET_TMPDIR"))
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn();
    let mut sipp = sipp.expect("sipp is installed (sip-tester)");
    std::thread::sleep(Duration::from_millis(500));
    house.dial(LEG);
    assert_eq!(house.event(), TelephonyEvent::Answered(LEG));
    std::thread::sleep(Duration::from_millis(300));
    house.telephony.perform(Order::HangUp(LEG));
    assert!(sipp.wait().unwrap().success(), "every message was the one it waited for");
    house.nothing_more();
}

/// The one number of these tests.
fn numbers() -> telephony::LineNumbers {
    let numbers = telephony::LineNumbers::default();
    numbers.put(vec![("0199000805".to_owned(), LineId("fr".to_owned()))]);
    numbers
}
