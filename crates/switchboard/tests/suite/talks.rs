//! The talk: hold, losing each other, and how it ends.

use crate::house::{GRACE, House, greets};
use switchboard::{
    CallId, CallerState, Command, Effect, Event, Input, LegEnd, LegId, ListenerId, OfferEnd, Outcome, Output, Party,
    Presence, PromptName,
};

const CALL: CallId = CallId(1);
const SEVEN: ListenerId = ListenerId(7);

fn talking() -> House {
    let mut house = House::new(vec![greets("sps")]);
    house.talk(7, 1, "sps");
    house
}

#[test]
fn whoever_ends_the_talk_it_ends_once_and_the_listener_writes() {
    for (by, end) in [(Party::Caller, Some(LegEnd::HungUp)), (Party::Line, Some(LegEnd::Lost)), (Party::Listener, None)]
    {
        let mut house = talking();
        match end {
            Some(end) => house.put(Input::LegEnded(House::leg(1), end)),
            None => house.press(7, Command::End),
        }
        assert_eq!(house.outcome(1), Some(Outcome::Talked { by }));
        assert_eq!(house.did(&Effect::HangUp(House::leg(1))), by == Party::Listener);
        assert_eq!(house.presence(7), Presence::WrappingUp);
        assert_eq!(house.desk(7).wrapping_up, Some(CALL));
        assert_eq!(house.board.open_calls(), 0);
    }
}

#[test]
fn hold_parts_the_two_and_resume_joins_them_again() {
    let mut house = talking();
    house.press(7, Command::Hold);
    assert!(house.did(&Effect::Hear(LegId(7), Vec::new())));
    assert_eq!(house.heard(1), [PromptName::OneMoment, PromptName::HoldMusic, PromptName::OneMoment]);
    assert!(house.did(&Effect::Tell(House::leg(1), CallerState::Held)));
    assert!(house.desk(7).call.unwrap().held);
    house.press(7, Command::Hold);
    assert!(!house.noted(&Event::Held { call: CALL }), "held once is held");
    house.press(7, Command::Resume);
    assert!(house.joined(1, 7));
    assert!(house.noted(&Event::Resumed { call: CALL }));
    house.press(7, Command::Resume);
    assert!(!house.noted(&Event::Resumed { call: CALL }));
    house.press(7, Command::Hold);
    house.hangs_up(1);
    assert_eq!(house.outcome(1), Some(Outcome::Talked { by: Party::Caller }));
}

#[test]
fn a_listener_lost_in_the_talk_and_back_in_time_talks_on() {
    let mut house = talking();
    house.desk_down(7);
    assert!(house.noted(&Event::ListenerLost { call: CALL, listener: SEVEN }));
    assert_eq!(house.heard(1).first(), Some(&PromptName::OneMoment), "a kind word at once");
    assert!(house.did(&Effect::Tell(House::leg(1), CallerState::Reconnecting)));
    house.wait(GRACE - 1);
    assert_eq!(house.presence(7), Presence::Talking);
    house.desk_up(7, 70);
    assert!(house.noted(&Event::ListenerBack { call: CALL, listener: SEVEN }));
    assert!(house.joined(1, 70));
    house.wait(10 * GRACE);
    assert_eq!(house.presence(7), Presence::Talking);
}

#[test]
fn a_caller_on_hold_stays_on_hold_when_the_listener_comes_back() {
    let mut house = talking();
    house.press(7, Command::Hold);
    house.desk_down(7);
    house.desk_up(7, 70);
    assert!(!house.joined(1, 70));
    assert!(house.did(&Effect::Tell(House::leg(1), CallerState::Held)));
    assert!(house.desk(7).call.unwrap().held);
    house.press(7, Command::Resume);
    assert!(house.joined(1, 70));
}

#[test]
fn a_listener_who_stays_away_costs_the_caller_no_turn() {
    let mut house = talking();
    house.waits(2, "sps");
    house.waits(3, "sps");
    house.desk_down(7);
    house.wait(GRACE);
    assert!(house.queued(1, true));
    assert_eq!(house.heard(1).first(), Some(&PromptName::Reconnecting), "and they are told so");
    assert_eq!(house.presence(7), Presence::WrappingUp);
    house.ready(8);
    assert_eq!(house.call_of(8), Some(1), "before those who waited for longer");
    house.accept(8, 1);
    house.hangs_up(1);
    assert_eq!(house.outcome(1), Some(Outcome::Talked { by: Party::Caller }));
    house.ready(9);
    assert_eq!(house.call_of(9), Some(2));
}

#[test]
fn a_listener_who_is_back_before_somebody_else_has_the_caller_talks_on() {
    let mut house = talking();
    house.desk_down(7);
    house.wait(GRACE);
    assert_eq!(house.presence(7), Presence::WrappingUp);
    house.desk_up(7, 70);
    assert!(house.noted(&Event::Bridged { call: CALL, listener: SEVEN }));
    assert!(house.joined(1, 70));
    assert_eq!(house.presence(7), Presence::Talking);
    house.hangs_up(1);
    assert_eq!(house.presence(7), Presence::WrappingUp, "and writes about the one call once");
}

#[test]
fn whoever_rings_for_a_caller_whose_listener_is_back_is_let_go() {
    let mut house = talking();
    house.desk_down(7);
    house.wait(GRACE);
    house.ready(8);
    assert_eq!(house.call_of(8), Some(1));
    house.desk_up(7, 70);
    let withdrawn = OfferEnd::Withdrawn;
    assert!(house.noted(&Event::OfferEnded { call: CALL, listener: ListenerId(8), end: withdrawn }));
    assert!(house.joined(1, 70));
    assert_eq!((house.presence(7), house.presence(8)), (Presence::Talking, Presence::Ready));
    house.accept(8, 1);
    assert_eq!(house.presence(8), Presence::Ready, "a press that crossed it means nothing");
}

#[test]
fn a_listener_who_is_back_too_late_has_the_record_to_write() {
    let mut house = talking();
    house.desk_down(7);
    house.wait(GRACE);
    house.ready(8);
    house.accept(8, 1);
    house.desk_up(7, 70);
    assert_eq!(house.presence(8), Presence::Talking);
    assert_eq!(house.presence(7), Presence::WrappingUp);
    assert!(!house.noted(&Event::Bridged { call: CALL, listener: SEVEN }));
}

#[test]
fn a_listener_who_wrote_the_record_meanwhile_is_asked_like_anybody() {
    let mut house = talking();
    house.desk_down(7);
    house.wait(GRACE);
    house.press(7, Command::CloseRecord(CALL, None));
    house.desk_up(7, 70);
    assert!(!house.noted(&Event::Bridged { call: CALL, listener: SEVEN }));
}

#[test]
fn a_caller_who_leaves_after_a_lost_talk_did_not_give_up() {
    let mut house = talking();
    house.desk_down(7);
    house.hangs_up(1);
    assert_eq!(house.outcome(1), Some(Outcome::Talked { by: Party::Caller }));
    assert_eq!(house.presence(7), Presence::WrappingUp);

    let mut house = talking();
    house.desk_down(7);
    house.wait(GRACE);
    house.hangs_up(1);
    assert_eq!(house.outcome(1), Some(Outcome::Talked { by: Party::Line }));
}

#[test]
fn a_listener_whose_voice_is_gone_may_still_end_the_call() {
    let mut house = talking();
    house.desk_down(7);
    house.press(7, Command::End);
    assert_eq!(house.outcome(1), Some(Outcome::Talked { by: Party::Listener }));
    assert!(house.did(&Effect::HangUp(House::leg(1))));
}

#[test]
fn a_desk_opened_anew_before_the_old_one_is_missed_takes_the_talk_over() {
    let mut house = talking();
    house.desk_up(7, 70);
    assert!(house.joined(1, 70));
    assert!(!house.noted(&Event::ListenerLost { call: CALL, listener: SEVEN }));
    house.press(7, Command::Hold);
    assert!(house.did(&Effect::Hear(LegId(70), Vec::new())), "the new leg is the one that counts");
    house.desk_up(7, 71);
    assert!(!house.joined(1, 71), "a caller on hold stays on hold");
    house.press(7, Command::Resume);
    assert!(house.joined(1, 71));
}

#[test]
fn nobody_signs_off_in_a_talk() {
    let mut house = talking();
    house.press(7, Command::SignOff);
    assert_eq!(house.presence(7), Presence::Talking);
}

#[test]
fn a_call_ended_by_force_ends_alone() {
    let mut house = House::new(vec![greets("sps")]);
    house.talk(7, 1, "sps");
    house.waits(2, "sps");
    house.ready(8);
    house.waits(3, "sps");
    let mut out = Output::default();
    house.board.break_leg(House::leg(1), house.now, &mut out);
    assert!(out.events.contains(&Event::Ended { call: CALL, outcome: Outcome::Broken }));
    assert!(out.effects.contains(&Effect::HangUp(House::leg(1))));
    assert!(out.effects.contains(&Effect::Hear(LegId(7), Vec::new())), "the listener hears nobody any more");
    assert_eq!(house.presence(7), Presence::WrappingUp);
    let mut out = Output::default();
    house.board.break_leg(House::leg(2), house.now, &mut out);
    assert!(!out.effects.contains(&Effect::HangUp(House::leg(1))), "once is enough");
    assert_eq!(house.presence(8), Presence::Paused, "nobody talked, so there is nothing to write");
    assert_eq!(switchboard::invariants::broken(&house.board, house.now), None);
    house.board.break_leg(House::leg(9), house.now, &mut out);
    assert_eq!(house.board.open_calls(), 1);
}
