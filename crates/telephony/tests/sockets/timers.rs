//! Dialogs that nobody ends: session timers, and other sides that are gone without a word.

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
    let house = house(&phone, 43_500);
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
    // Nothing refreshes it: after a minute it is over.
    let begun = Instant::now();
    let ended = house.event_within(Duration::from_secs(75)).expect("an end");
    assert_eq!(ended, TelephonyEvent::Ended(leg, LegEnd::Lost));
    assert!(begun.elapsed() > Duration::from_secs(50), "{:?}", begun.elapsed());
}

#[test]
fn a_phone_that_is_gone_without_a_word_is_noticed() {
    let mut phone = Phone::new("c");
    let house = house(&phone, 43_600);
    let (_, leg) = answered(&house, &mut phone, "");
    // It sends no sound. Asked, it says that it is there; asked again, that it knows of no such call.
    let asked = phone.expect_within("OPTIONS", Duration::from_secs(25));
    phone.answer(&asked, "200 OK", "", "");
    assert_eq!(house.event_within(SHORT), None, "it is there");
    let asked = phone.expect_within("OPTIONS", Duration::from_secs(25));
    phone.answer(&asked, "481 Call/Transaction Does Not Exist", "", "");
    assert_eq!(house.event(), TelephonyEvent::Ended(leg, LegEnd::Lost));
}
