//! A listener's day: on duty, pauses, care records, a desk that goes away.

use crate::house::{House, everybody, greets};
use switchboard::{CallId, Command, Event, ListenerCare, ListenerId, Person, Plan, Presence, PresenceReason};

fn wrapping_up() -> House {
    let mut house = House::new(vec![greets("sps")]);
    house.talk(7, 1, "sps");
    house.hangs_up(1);
    house
}

#[test]
fn the_care_record_comes_before_the_next_call() {
    let mut house = wrapping_up();
    house.waits(2, "sps");
    house.press(7, Command::Ready);
    assert_eq!((house.presence(7), house.call_of(7)), (Presence::WrappingUp, None));
    house.press(7, Command::CloseRecord(CallId(2), None));
    assert_eq!(house.presence(7), Presence::WrappingUp, "another call's record is not this one's");
    house.press(7, Command::CloseRecord(CallId(1), None));
    assert!(house.noted(&Event::RecordClosed { call: CallId(1), listener: ListenerId(7) }));
    assert_eq!(house.call_of(7), Some(2));
    house.press(7, Command::CloseRecord(CallId(1), None));
    assert!(!house.noted(&Event::RecordClosed { call: CallId(1), listener: ListenerId(7) }));
}

#[test]
fn a_pause_asked_for_in_a_talk_begins_after_the_care_record() {
    let mut house = House::new(vec![greets("sps")]);
    house.talk(7, 1, "sps");
    house.press(7, Command::Pause);
    assert!(house.desk(7).pause_after);
    house.hangs_up(1);
    assert_eq!(house.presence(7), Presence::WrappingUp);
    house.press(7, Command::CloseRecord(CallId(1), None));
    assert_eq!(house.presence(7), Presence::Paused);
    assert!(!house.desk(7).pause_after);
}

#[test]
fn a_pause_asked_for_may_be_taken_back() {
    let mut house = wrapping_up();
    house.press(7, Command::Pause);
    house.press(7, Command::Ready);
    house.press(7, Command::CloseRecord(CallId(1), None));
    assert_eq!(house.presence(7), Presence::Ready);
}

#[test]
fn a_pause_asked_for_does_not_outlive_the_duty() {
    let mut house = wrapping_up();
    house.press(7, Command::Pause);
    house.press(7, Command::SignOff);
    assert_eq!(house.presence(7), Presence::OffDuty);
    house.press(7, Command::Ready);
    house.waits(2, "sps");
    house.accept(7, 2);
    house.hangs_up(2);
    house.press(7, Command::CloseRecord(CallId(2), None));
    assert_eq!(house.presence(7), Presence::Ready);
}

#[test]
fn signing_off_and_on() {
    let mut house = House::new(vec![greets("sps")]);
    assert_eq!(house.presence(7), Presence::OffDuty);
    house.ready(7);
    house.press(7, Command::Ready);
    assert_eq!(house.last.events, [], "ready is ready");
    house.press(7, Command::SignOff);
    house.press(7, Command::SignOff);
    assert_eq!(house.last.events, []);
    house.waits(1, "sps");
    assert_eq!(house.call_of(7), None);
    house.press(7, Command::Ready);
    assert_eq!(house.call_of(7), Some(1));
}

#[test]
fn an_open_desk_takes_no_call_until_it_says_so() {
    let mut house = House::new(vec![greets("sps")]);
    house.desk_up(7, 7);
    house.waits(1, "sps");
    assert_eq!((house.presence(7), house.call_of(7)), (Presence::OffDuty, None));
    house.press(7, Command::Pause);
    assert_eq!((house.presence(7), house.call_of(7)), (Presence::Paused, None));
}

#[test]
fn a_ready_desk_away_for_fifteen_seconds_is_off_duty_and_is_not_rung_meanwhile() {
    let mut house = House::new(vec![greets("sps")]);
    house.ready(7);
    house.desk_down(7);
    house.waits(1, "sps");
    assert_eq!((house.presence(7), house.call_of(7)), (Presence::Ready, None));
    house.wait(14_999);
    assert_eq!(house.presence(7), Presence::Ready);
    house.wait(1);
    let (presence, reason) = (Presence::OffDuty, PresenceReason::Vanished);
    assert!(house.noted(&Event::PresenceChanged { listener: ListenerId(7), presence, reason }));
    house.desk_up(7, 70);
    assert_eq!(house.call_of(7), None, "off duty until they say so");
}

#[test]
fn a_ready_desk_back_in_time_keeps_its_turn() {
    let mut house = House::new(vec![greets("sps")]);
    house.ready(7);
    house.wait(1_000);
    house.ready(8);
    house.desk_down(7);
    house.wait(10_000);
    house.desk_up(7, 70);
    house.wait(60_000);
    house.waits(1, "sps");
    assert_eq!(house.call_of(7), Some(1));
}

#[test]
fn a_paused_or_writing_listener_may_be_away_for_half_an_hour() {
    let mut house = wrapping_up();
    house.desk_down(7);
    house.ready(8);
    house.press(8, Command::Pause);
    house.desk_down(8);
    house.wait(30 * 60_000 - 1);
    assert_eq!((house.presence(7), house.presence(8)), (Presence::WrappingUp, Presence::Paused));
    house.wait(1);
    assert_eq!((house.presence(7), house.presence(8)), (Presence::OffDuty, Presence::OffDuty));
    assert_eq!(house.board.next_deadline(), None);
}

#[test]
fn ready_pressed_before_the_voice_is_connected_waits_for_it_and_not_for_ever() {
    let mut house = House::new(vec![greets("sps")]);
    house.waits(1, "sps");
    house.press(7, Command::Ready);
    assert_eq!((house.presence(7), house.call_of(7)), (Presence::Ready, None));
    house.wait(1_000);
    house.desk_up(7, 7);
    assert_eq!(house.call_of(7), Some(1));
    house.press(8, Command::Ready);
    house.wait(15_000);
    assert_eq!(house.presence(8), Presence::OffDuty);
    // A desk that was closed long ago has the same time, not none.
    house.desk_up(9, 9);
    house.desk_down(9);
    house.wait(60 * 60_000);
    house.press(9, Command::Ready);
    assert_eq!(house.presence(9), Presence::Ready);
}

#[test]
fn a_desk_gone_twice_is_gone_once() {
    let mut house = House::new(vec![greets("sps")]);
    house.desk_down(7);
    assert_eq!((house.last.effects.len(), house.last.events.len()), (0, 0));
    house.ready(7);
    house.desk_down(7);
    house.wait(10_000);
    house.desk_down(7);
    house.wait(5_000);
    assert_eq!(house.presence(7), Presence::OffDuty);
}

#[test]
fn presses_that_mean_nothing_show_the_desk_as_it_stands() {
    let mut house = House::new(vec![greets("sps")]);
    house.ready(7);
    for command in [
        Command::Accept(CallId(1)),
        Command::Decline(CallId(1)),
        Command::Hold,
        Command::Resume,
        Command::End,
        Command::CloseRecord(CallId(1), None),
    ] {
        house.press(7, command);
        assert_eq!(house.last.events, []);
        assert_eq!(house.last.effects, [switchboard::Effect::DeskChanged(ListenerId(7))]);
    }
}

#[test]
fn a_rest_outlives_signing_off_and_on() {
    let mut house = House::of(Plan::new([greets("sps")], [everybody()], [], ListenerCare::default()));
    house.talk(7, 1, "sps");
    house.press(7, Command::End);
    house.press(7, Command::CloseRecord(CallId(1), Some(5)));
    assert_eq!(house.presence(7), Presence::Paused);
    house.press(7, Command::SignOff);
    house.wait(60_000);
    house.press(7, Command::Ready);
    house.waits(2, "sps");
    assert_eq!((house.presence(7), house.call_of(7)), (Presence::Paused, None), "nine minutes are left");
    house.wait(9 * 60_000 - 5_000);
    assert_eq!(house.presence(7), Presence::Paused);
    house.wait(5_000);
    assert_eq!(house.call_of(7), Some(2));
}

#[test]
fn a_rest_that_a_supervisor_lifted_does_not_come_back() {
    let mut house = House::of(Plan::new([greets("sps")], [everybody()], [], ListenerCare::default()));
    house.knows(vec![Person { supervises: true, ..Person::anybody(ListenerId(9)) }]);
    house.talk(7, 1, "sps");
    house.press(7, Command::End);
    house.press(7, Command::CloseRecord(CallId(1), Some(5)));
    house.press(9, Command::LiftRest(ListenerId(7)));
    assert_eq!(house.presence(7), Presence::Ready);
    house.press(7, Command::SignOff);
    house.press(7, Command::Ready);
    assert_eq!(house.presence(7), Presence::Ready);
}
