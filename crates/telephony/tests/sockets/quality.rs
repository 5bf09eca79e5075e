//! What both sides of a leg learn of its sound.

use super::*;

#[test]
fn the_other_side_is_told_how_its_sound_comes_and_tells_how_ours_does() {
    let mut phone = Phone::new("p");
    let house = house(&phone, 23_700);
    house.dial(LEG);
    let invite = phone.expect("INVITE");
    assert!(invite.text.contains("a=rtcp-mux"));
    phone.answer(&invite, "200 OK", "", &format!("{}a=rtcp-mux\r\n", phone.description()));
    phone.expect("ACK");
    assert_eq!(house.event(), TelephonyEvent::Answered(LEG));
    house.telephony.perform(play(LEG));
    let media = invite.media();
    let begun = Instant::now();
    let (mut learnt, mut said) = (None, false);
    for frame in 0..600_u32 {
        // Every fifth packet is lost on the way.
        if frame % 5 == 4 {
            phone.lose(1);
        } else {
            phone.say(media, 440.0);
        }
        let due = begun + Duration::from_millis(20) * (frame + 1);
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        // The first reports come before much was heard.
        if let Some((report, middle)) = phone.told().filter(|_| frame > 100 && !said) {
            assert!((45..=57).contains(&report), "a fifth of 256: {report}");
            // It says that half of ours do not come, and answers at once.
            phone.report(media, 128, middle);
            said = true;
        }
        while let Ok(event) = house.events.try_recv() {
            if let TelephonyEvent::Quality(LEG, quality) = event
                && quality.lost_there.is_some()
            {
                learnt = Some(quality);
            }
        }
        if learnt.is_some() {
            break;
        }
    }
    let quality = learnt.expect("a report");
    assert!((quality.lost - 0.2).abs() < 0.05, "{quality:?}");
    assert!((quality.lost_there.unwrap() - 0.5).abs() < 0.01, "{quality:?}");
    assert!(quality.round_trip_ms.unwrap() < 100.0, "{quality:?}");
    assert!(quality.mos() < 3.1, "{quality:?}");
    phone.hang_up(&invite);
}
