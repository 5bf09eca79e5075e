//! Telephones that are called: what they hear and say, every way in which they answer or do not, and what is never dialled.

use super::*;

#[test]
fn two_called_phones_hear_each_other_press_a_key_and_hang_up() {
    let (mut one, mut two) = (Phone::new("one"), Phone::new("two"));
    two.codec = 0;
    let house = house(&one, 21_000);
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
    let house = house(&phone, 21_100);
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
    let house = house(&phone, 21_200);
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
    let house = house(&phone, 21_300);
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
    let house = house(&phone, 21_400);
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
    let house = start_with(vec![trunk(&phone)], patient, (21_500, 21_540)).unwrap();
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
    let house = house(&phone, 21_600);
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
    let house = house(&phone, 21_800);
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
    let none = start(TrunkSettings { gateway: None, ..trunk(&phone) }, (21_900, 21_940)).unwrap();
    none.dial(LEG);
    assert_eq!(none.event(), TelephonyEvent::Ended(LEG, LegEnd::Failed));
    none.dial(LEG);
    assert_eq!(none.event(), TelephonyEvent::Ended(LEG, LegEnd::Failed), "its id is free again");

    let gateway = Some(Gateway::read("no-such-host.invalid").unwrap());
    let house = start(TrunkSettings { gateway, ..trunk(&phone) }, (21_950, 21_990)).unwrap();
    house.dial(LEG);
    assert_eq!(house.event(), TelephonyEvent::Ended(LEG, LegEnd::Failed));

    let stranger = TrunkSettings { peers: vec![Peer::read("192.0.2.1").unwrap()], ..trunk(&phone) };
    let Err(fault) = start(stranger, (22_000, 22_040)) else { panic!("it started") };
    assert!(fault.to_string().contains("not among its peers"), "{fault}");
}

#[test]
fn a_recording_of_the_house_is_heard_until_it_is_taken_away() {
    let mut phone = Phone::new("p");
    let house = house(&phone, 22_300);
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
    let gateway = Some(Gateway::read("127.0.0.1:22590").unwrap());
    let house = start(TrunkSettings { gateway, ..trunk(&phone) }, (22_500, 22_540)).unwrap();
    let sipp = std::process::Command::new("sipp")
        .args(["-sn", "uas", "-i", "127.0.0.1", "-p", "22590", "-mp", "22600", "-m", "1", "-nostdin", "-timeout", "20"])
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
