//! What other sides say of their sound in a call, and change: hold in its spellings, numbers of keys, lengths of packets, and
//! addresses that cannot be reached.

use super::*;
use crate::phone::Message;

/// A call to a phone that has answered.
fn answered(house: &House, phone: &mut Phone, leg: LegId) -> Message {
    house.dial(leg);
    let invite = phone.expect("INVITE");
    phone.answer(&invite, "200 OK", "", &phone.description());
    phone.expect("ACK");
    assert_eq!(house.event(), TelephonyEvent::Answered(leg));
    invite
}

#[test]
fn a_called_phone_can_hold_the_call_in_every_spelling_and_take_it_up_again() {
    let mut phone = Phone::new("p");
    let house = house(&phone, 24_000);
    let invite = answered(&house, &mut phone, LEG);
    house.telephony.perform(play(LEG));
    let mut sequence = 1;
    let mut change = |offer: &dyn Fn(String) -> String| {
        sequence += 1;
        let answer = phone.ask(&invite, "INVITE", sequence, &offer(phone.description()));
        phone.request(&invite, "ACK", sequence, "");
        std::thread::sleep(Duration::from_millis(100));
        phone.heard();
        std::thread::sleep(Duration::from_millis(300));
        (answer.text, phone.heard())
    };
    let old = |text: String| text.replace("c=IN IP4 127.0.0.1", "c=IN IP4 0.0.0.0");
    let spellings: [(&dyn Fn(String) -> String, &str); 5] = [
        (&|text| text + "a=sendonly\r\n", "a=recvonly"),
        (&|text| text + "a=inactive\r\n", "a=inactive"),
        (&|text| text.replace("t=0 0\r\n", "t=0 0\r\na=sendonly\r\n"), "a=recvonly"),
        (&|text| old(text), "a=inactive"),
        (&|text| old(text) + "a=sendonly\r\n", "a=inactive"),
    ];
    for (spelling, word) in spellings {
        let (answer, heard) = change(spelling);
        assert!(answer.starts_with("SIP/2.0 200 ") && answer.contains(word), "{word}: {answer}");
        assert_eq!(heard, [], "on hold: {word}");
        let (answer, heard) = change(&|text| text + "a=sendrecv\r\n");
        assert!(answer.starts_with("SIP/2.0 200 ") && answer.contains("a=sendrecv"), "{answer}");
        assert!(tone::share(&heard, 800.0) > 0.95, "after {word}");
    }
    // A stream that is taken away is no hold (RFC 3264 section 8.2), and a call without sound is no call: it goes on as it was.
    let (answer, heard) = change(&|text| {
        let (before, after) = text.split_once("m=audio ").unwrap();
        format!("{before}m=audio 0 {}", after.split_once(' ').unwrap().1)
    });
    assert!(answer.starts_with("SIP/2.0 488 "), "{answer}");
    assert!(tone::share(&heard, 800.0) > 0.95);
    house.nothing_more();
    assert!(phone.ask(&invite, "BYE", 20, "").text.starts_with("SIP/2.0 200 "));
    assert_eq!(house.event(), TelephonyEvent::Ended(LEG, LegEnd::HungUp));
}

#[test]
fn keys_are_understood_under_every_number_and_after_it_has_changed() {
    let mut phone = Phone::new("p");
    let house = house(&phone, 24_200);
    let invite = answered(&house, &mut phone, LEG);
    let media = invite.media();
    phone.press(media, '0');
    assert_eq!(house.event(), TelephonyEvent::Digit(LEG, Digit::new('0').unwrap()));
    for (sequence, (number, key)) in (2..).zip([(96, '1'), (100, '2'), (127, '3'), (101, '4')]) {
        let offer = phone.description().replace("101", &number.to_string());
        let answer = phone.ask(&invite, "INVITE", sequence, &offer);
        phone.request(&invite, "ACK", sequence, "");
        assert!(answer.text.contains(&format!("a=rtpmap:{number} telephone-event/8000\r\n")), "{}", answer.text);
        phone.press_as(media, key, number, 4_000_000 + sequence * 10_000);
        assert_eq!(house.event(), TelephonyEvent::Digit(LEG, Digit::new(key).unwrap()), "under {number}");
    }
    // A phone that has keys for several rates, as those of wide band: the ones of telephone quality count.
    let several = phone.description().replace("8 101", "8 99 100 101")
        + "a=rtpmap:99 telephone-event/48000\r\na=rtpmap:100 telephone-event/16000\r\n";
    let answer = phone.ask(&invite, "INVITE", 6, &several);
    phone.request(&invite, "ACK", 6, "");
    assert!(answer.text.contains("RTP/AVP 8 101\r\n"), "{}", answer.text);
    phone.press_as(media, '5', 101, 4_100_000);
    assert_eq!(house.event(), TelephonyEvent::Digit(LEG, Digit::new('5').unwrap()));
}

#[test]
fn packets_of_every_usual_length_are_heard_alone_and_among_others() {
    let mut phones = [Phone::new("one"), Phone::new("two"), Phone::new("three")];
    let house = house(&phones[0], 23_800);
    let legs = [LEG, LegId(-2), LegId(-3)];
    let invites: Vec<Message> = (0..3)
        .map(|index| {
            house.dial(legs[index]);
            let invite = phones[0].expect("INVITE");
            // Each through the one gateway, with its sound elsewhere.
            let body = phones[index].description() + "a=ptime:30\r\n";
            phones[0].answer(&invite, "200 OK", "", &body);
            phones[0].expect("ACK");
            assert_eq!(house.event(), TelephonyEvent::Answered(legs[index]));
            invite
        })
        .collect();
    house.telephony.perform(Order::Hear(legs[1], vec![legs[0]]));
    house.telephony.perform(Order::Hear(legs[2], vec![legs[0], legs[1]]));
    for milliseconds in [20_u16, 10, 30, 40, 60] {
        let begun = Instant::now();
        for packet in 1..=1_200 / u32::from(milliseconds) {
            phones[0].say_long(invites[0].media(), 600.0, usize::from(milliseconds) * 8);
            let due = begun + Duration::from_millis(u64::from(milliseconds)) * packet;
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
        }
        std::thread::sleep(Duration::from_millis(150));
        for (index, phone) in phones.iter().enumerate().skip(1) {
            let heard = phone.heard();
            let loud = heard.iter().filter(|sample| sample.unsigned_abs() > 100).count();
            assert!((8_000..10_000).contains(&loud), "{milliseconds} ms, phone {index}: {loud} of 9600 samples");
            assert!(tone::share(&heard, 600.0) > 0.8, "{milliseconds} ms, phone {index}");
        }
        phones[0].pause(1_200);
    }
}

#[test]
fn sound_that_could_go_nowhere_is_refused_and_not_answered_into_silence() {
    let mut phone = Phone::new("p");
    let house = house(&phone, 23_900);
    let to = house.telephony.sip_addresses()[0];
    let six = |text: String| text.replace("IN IP4 127.0.0.1", "IN IP6 ::1");
    phone.call_with(to, "From: <sip:0199006677@x>;tag=1\r\nContent-Type: application/sdp", &six(phone.description()));
    let answer = phone.expect("SIP/2.0");
    assert!(answer.text.starts_with("SIP/2.0 488 "), "{}", answer.text);
    house.nothing_more();

    let invite = answered(&house, &mut phone, LEG);
    house.telephony.perform(play(LEG));
    let answer = phone.ask(&invite, "INVITE", 2, &six(phone.description()));
    phone.request(&invite, "ACK", 2, "");
    assert!(answer.text.starts_with("SIP/2.0 488 "), "{}", answer.text);
    phone.heard();
    std::thread::sleep(Duration::from_millis(300));
    assert!(tone::share(&phone.heard(), 800.0) > 0.95, "the talk goes on as it was");
}
