//! Dialogs that nobody ends: session timers, and other sides that are gone without a word.

use super::names::{Dns, Says, found_by, named};
use super::*;

const CALLER: &str = "From: <sip:0199006677@x>;tag=c\r\n";

fn answered(house: &House, phone: &mut Phone, headers: &str) -> (phone::Message, LegId) {
    let to = house.telephony.sip_addresses()[0];
    phone.call_with(to, &format!("{CALLER}{headers}Content-Type: application/sdp"), &phone.description());
    let TelephonyEvent::Incoming(leg, ..) = house.event() else { panic!("no call came") };
    house.telephony.perform(Order::Answer(leg));
    assert_eq!(house.event(), TelephonyEvent::Answered(leg));
    let answer = loop {
        let answer = phone.expect("SIP/2.0");
        if answer.text.starts_with("SIP/2.0 200") {
            break answer;
        }
    };
    phone.acknowledge(to, &answer);
    (answer, leg)
}

#[test]
fn a_session_that_is_not_refreshed_ends_and_one_that_is_goes_on() {
    let mut phone = Phone::new("c");
    let house = house(&phone, 23_500);
    let (answer, leg) = answered(&house, &mut phone, "Supported: timer\r\nSession-Expires: 90;refresher=uac\r\n");
    assert_eq!(answer.header("Session-Expires"), "90;refresher=uac");
    assert_eq!(answer.header("Require"), "timer");
    // One that is shorter than a minute and a half is none.
    let brief = Phone::new("brief");
    let to = house.telephony.sip_addresses()[0];
    brief.call(to, &format!("{}\r\nSession-Expires: 20", CALLER.trim_end()));
    let refused = loop {
        let answer = brief.next(Duration::from_secs(6)).unwrap();
        if !answer.text.starts_with("SIP/2.0 1") {
            break answer;
        }
    };
    assert!(refused.text.starts_with("SIP/2.0 422 ") && refused.header("Min-SE") == "90", "{}", refused.text);
    // Another one is refreshed by its caller, and a third wants us to do it.
    let (mut keen, mut lazy) = (Phone::new("keen"), Phone::new("lazy"));
    let (keen_answer, _) = answered(&house, &mut keen, "Supported: timer\r\nSession-Expires: 90;refresher=uac\r\n");
    let (lazy_answer, _) = answered(&house, &mut lazy, "Supported: timer\r\nSession-Expires: 90;refresher=uas\r\n");
    assert_eq!(lazy_answer.header("Session-Expires"), "90;refresher=uas");
    let media = [answer.media(), keen_answer.media(), lazy_answer.media()];
    let begun = Instant::now();
    let (mut asked, mut told, mut ended) = (None, false, Vec::new());
    while begun.elapsed() < Duration::from_secs(75) {
        // All of them talk: none is asked whether it is there.
        [&mut phone, &mut keen, &mut lazy].into_iter().zip(media).for_each(|(one, to)| one.say(to, 440.0));
        if let Some(refresh) = lazy.next(SHORT) {
            assert_eq!(refresh.method(), "UPDATE");
            assert_eq!(refresh.header("Session-Expires"), "90;refresher=uac");
            lazy.answer(&refresh, "200 OK", "", "");
            asked.get_or_insert(begun.elapsed().as_secs());
        }
        if begun.elapsed() > Duration::from_secs(30) && !std::mem::replace(&mut told, true) {
            keen.refresh(to, &keen_answer, "Session-Expires: 90;refresher=uac\r\nSupported: timer\r\n");
            let answer = keen.expect("SIP/2.0");
            assert!(answer.text.starts_with("SIP/2.0 200"), "{}", answer.text);
            assert_eq!(answer.header("Session-Expires"), "90;refresher=uac");
        }
        ended.extend(house.event_within(Duration::from_millis(1)).map(|event| (event, begun.elapsed().as_secs())));
    }
    assert!(asked.is_some_and(|at| (40..=50).contains(&at)), "half the time: {asked:?}");
    let [(end, at)] = &ended[..] else { panic!("only the first ends: {ended:?}") };
    assert_eq!(*end, TelephonyEvent::Ended(leg, LegEnd::Lost));
    assert!((55..=65).contains(at), "half a minute before all of it: {at} s");
}

#[test]
fn a_phone_that_is_gone_without_a_word_is_noticed() {
    let mut phone = Phone::new("c");
    let house = house(&phone, 23_600);
    let (_, leg) = answered(&house, &mut phone, "");
    // It sends no sound. Asked, it says that it is there; asked again, that it knows of no such call.
    let asked = phone.expect_within("OPTIONS", Duration::from_secs(25));
    phone.answer(&asked, "200 OK", "", "");
    assert_eq!(house.event_within(SHORT), None, "it is there");
    let asked = phone.expect_within("OPTIONS", Duration::from_secs(25));
    phone.answer(&asked, "481 Call/Transaction Does Not Exist", "", "");
    assert_eq!(house.event(), TelephonyEvent::Ended(leg, LegEnd::Lost));
}

#[test]
fn a_caller_whose_trunk_is_down_as_well_is_given_up_sooner() {
    let mut phone = Phone::new("d");
    // The telephone is its own gateway, and answers no question from now on.
    let house = start(TrunkSettings { watch: true, ..trunk(&phone) }, (23_650, 23_690)).unwrap();
    let (_, leg) = answered(&house, &mut phone, "");
    is_given_up_soon(&house, leg);
}

#[test]
fn so_is_one_who_came_before_it_was_known_where_the_gateway_is() {
    let mut phone = Phone::new("d");
    // At the start of the service the names are not known yet: their server answers later.
    let dns = Dns::new(Says::Nothing);
    let watched = TrunkSettings { watch: true, ..named(&phone) };
    let house = found_by(&dns, watched, SecureSettings::default(), 25_400);
    let (_, leg) = answered(&house, &mut phone, "");
    dns.say(Says::Servers(vec![(10, phone.address().port(), "localhost.")]));
    is_given_up_soon(&house, leg);
}

fn is_given_up_soon(house: &House, leg: LegId) {
    let begun = Instant::now();
    let end = loop {
        match house.event_within(Duration::from_secs(60)) {
            Some(TelephonyEvent::TrunkChanged(..)) => {}
            other => break other,
        }
    };
    assert_eq!(end, Some(TelephonyEvent::Ended(leg, LegEnd::Lost)));
    // Twenty seconds of silence, and five for the question; without knowing of the trunk it would be fifty-two.
    assert!(begun.elapsed() < Duration::from_secs(42), "{:?}", begun.elapsed());
}
