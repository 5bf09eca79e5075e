//! Choosing a listener, and what becomes of the ring.

use crate::house::{House, OFFER, greets, rings};
use switchboard::{
    CallId, CallerState, Command, Effect, Event, Input, LegEnd, ListenerId, OfferEnd, Outcome, Presence,
    PresenceReason, PromptName, Whereabouts,
};

fn offer_ended(call: i64, listener: i64, end: OfferEnd) -> Event {
    Event::OfferEnded { call: CallId(call), listener: ListenerId(listener), end }
}

#[test]
fn an_accepted_offer_joins_the_two() {
    let mut house = House::new(vec![greets("sps")]);
    house.ready(7);
    house.waits(1, "sps");
    assert!(house.offered(1, 7));
    assert!(house.did(&Effect::Tell(House::leg(1), CallerState::Ringing)));
    house.accept(7, 1);
    assert!(house.noted(&offer_ended(1, 7, OfferEnd::Accepted)));
    assert!(house.joined(1, 7));
    assert!(house.noted(&Event::Bridged { call: CallId(1), listener: ListenerId(7) }));
}

#[test]
fn first_come_first_served_by_the_longest_ready() {
    let mut house = House::new(vec![greets("sps"), greets("other")]);
    house.ready(8);
    house.wait(1_000);
    house.ready(7);
    house.wait(1_000);
    house.ready(9);
    house.waits(1, "other");
    house.waits(2, "sps");
    assert_eq!((house.call_of(8), house.call_of(7), house.call_of(9)), (Some(1), Some(2), None));
    house.waits(3, "sps");
    house.waits(4, "sps");
    house.waits(5, "sps");
    assert_eq!(house.call_of(9), Some(3));
    house.ready(3);
    assert_eq!(house.call_of(3), Some(4));
}

#[test]
fn the_queue_counts_from_entering_it_not_from_arriving() {
    let mut house = House::new(vec![greets("sps")]);
    house.arrive(1, "sps");
    house.waits(2, "sps");
    house.answered(1);
    house.prompt_ends(1);
    house.ready(7);
    assert_eq!(house.call_of(7), Some(2));
}

#[test]
fn a_declined_offer_goes_to_the_next_and_the_first_takes_a_pause() {
    let mut house = House::new(vec![greets("sps")]);
    house.ready(7);
    house.wait(1);
    house.ready(8);
    house.waits(1, "sps");
    house.press(7, Command::Decline(CallId(1)));
    assert!(house.noted(&offer_ended(1, 7, OfferEnd::Declined)));
    assert_eq!((house.presence(7), house.call_of(8)), (Presence::Paused, Some(1)));
    house.press(8, Command::Pause);
    assert!(house.noted(&offer_ended(1, 8, OfferEnd::Declined)), "a pause pressed while it rings is a no");
    assert_eq!(house.presence(8), Presence::Paused);
    house.press(8, Command::Ready);
    assert_eq!(house.call_of(8), Some(1));
    house.press(8, Command::SignOff);
    assert_eq!(house.presence(8), Presence::OffDuty);
    assert_eq!(house.board.waiting().len(), 1);
}

#[test]
fn an_offer_nobody_answers_goes_to_the_next_after_twenty_seconds() {
    let mut house = House::new(vec![greets("sps")]);
    house.ready(7);
    house.wait(1);
    house.ready(8);
    house.waits(1, "sps");
    house.wait(OFFER - 1);
    assert_eq!(house.call_of(7), Some(1));
    house.wait(1);
    assert!(house.noted(&offer_ended(1, 7, OfferEnd::NoAnswer)));
    let (presence, reason) = (Presence::Paused, PresenceReason::NoAnswer);
    assert!(house.noted(&Event::PresenceChanged { listener: ListenerId(7), presence, reason }));
    assert_eq!(house.call_of(8), Some(1));
    house.wait(OFFER);
    assert_eq!(house.presence(8), Presence::Paused);
    assert_eq!(house.board.waiting().len(), 1, "with nobody left, the caller waits on");
    house.wait(60 * 60_000);
    assert_eq!(house.last.effects, [], "and is never hung up on");
}

#[test]
fn a_caller_keeps_their_place_through_a_failed_offer() {
    let mut house = House::new(vec![greets("sps")]);
    house.ready(7);
    house.waits(1, "sps");
    house.waits(2, "sps");
    house.press(7, Command::Decline(CallId(1)));
    house.ready(8);
    assert_eq!(house.call_of(8), Some(1));
}

#[test]
fn a_listener_who_vanishes_while_it_rings_is_passed_over() {
    let mut house = House::new(vec![greets("sps")]);
    house.ready(7);
    house.wait(1);
    house.ready(8);
    house.waits(1, "sps");
    house.desk_down(7);
    assert!(house.noted(&offer_ended(1, 7, OfferEnd::ListenerGone)));
    assert_eq!((house.presence(7), house.call_of(8)), (Presence::Paused, Some(1)));
}

#[test]
fn a_desk_reopened_while_it_rings_goes_on_ringing_and_talks_on_the_new_leg() {
    let mut house = House::new(vec![greets("sps")]);
    house.ready(7);
    house.waits(1, "sps");
    house.desk_up(7, 70);
    assert_eq!(house.call_of(7), Some(1));
    house.accept(7, 1);
    assert!(house.joined(1, 70));
}

#[test]
fn a_caller_who_leaves_while_it_rings_costs_the_listener_no_turn() {
    let mut house = House::new(vec![greets("sps")]);
    house.ready(7);
    house.wait(1_000);
    house.ready(8);
    house.wait(1_000);
    house.waits(1, "sps");
    assert_eq!(house.call_of(7), Some(1));
    house.hangs_up(1);
    assert_eq!(house.outcome(1), Some(Outcome::GaveUp { during: Whereabouts::Ringing }));
    assert_eq!(house.presence(7), Presence::Ready);
    house.wait(1_000);
    house.waits(2, "sps");
    assert_eq!(house.call_of(7), Some(2), "7 has been ready for longer than 8");
}

#[test]
fn an_accept_that_crosses_the_hang_up_takes_no_other_call() {
    let mut house = House::new(vec![greets("sps")]);
    house.ready(7);
    house.waits(1, "sps");
    house.waits(2, "sps");
    house.hangs_up(1);
    assert_eq!(house.call_of(7), Some(2), "the next caller rings at once");
    house.accept(7, 1);
    assert_eq!(house.presence(7), Presence::Offered, "the press was meant for the caller who left");
    house.press(7, Command::Decline(CallId(1)));
    assert_eq!(house.presence(7), Presence::Offered);
    house.accept(7, 2);
    assert_eq!(house.presence(7), Presence::Talking);
}

#[test]
fn an_accept_of_an_offer_that_moved_on_takes_nothing() {
    let mut house = House::new(vec![greets("sps")]);
    house.ready(7);
    house.wait(1);
    house.ready(8);
    house.waits(1, "sps");
    house.wait(OFFER);
    house.accept(7, 1);
    assert_eq!((house.presence(7), house.call_of(8)), (Presence::Paused, Some(1)));
}

#[test]
fn on_a_ringing_line_a_listener_lost_before_the_answer_is_complete_leaves_the_caller_first() {
    let mut house = House::new(vec![rings("night"), greets("sps")]);
    house.ready(7);
    house.arrive(1, "night");
    house.waits(2, "sps");
    house.accept(7, 1);
    house.desk_down(7);
    assert!(house.queued(1, true));
    house.answered(1);
    assert_eq!(house.heard(1).first(), Some(&PromptName::WaitingFirst), "answered, so no more silence");
    house.ready(8);
    assert_eq!(house.call_of(8), Some(1));
    house.accept(8, 1);
    assert!(house.joined(1, 8), "the leg is answered once, and joined at once");
}

#[test]
fn on_a_ringing_line_the_next_listener_waits_for_the_answer_that_is_on_its_way() {
    let mut house = House::new(vec![rings("night")]);
    house.ready(7);
    house.arrive(1, "night");
    house.accept(7, 1);
    house.press(7, Command::End);
    assert_eq!(house.presence(7), Presence::Paused, "the same desk does not ring again for the same caller");
    house.ready(8);
    house.accept(8, 1);
    assert!(!house.did(&Effect::Answer(House::leg(1))), "it was asked to answer before");
    house.answered(1);
    assert!(house.joined(1, 8));
}

#[test]
fn on_a_ringing_line_an_answer_complete_while_the_next_desk_rings_is_heard() {
    let mut house = House::new(vec![rings("night")]);
    house.ready(7);
    house.arrive(1, "night");
    house.accept(7, 1);
    house.desk_down(7);
    house.ready(8);
    house.answered(1);
    assert!(house.noted(&Event::Answered { call: CallId(1) }));
    assert_eq!(house.call_of(8), Some(1));
    house.accept(8, 1);
    assert!(house.joined(1, 8));
}

#[test]
fn on_a_ringing_line_a_caller_who_leaves_before_the_answer_is_complete_leaves_nothing_to_write() {
    let mut house = House::new(vec![rings("night")]);
    house.ready(7);
    house.wait(1);
    house.ready(8);
    house.arrive(1, "night");
    house.accept(7, 1);
    house.hangs_up(1);
    assert_eq!(house.outcome(1), Some(Outcome::GaveUp { during: Whereabouts::Ringing }));
    assert_eq!(house.presence(7), Presence::Ready);
    house.arrive(2, "night");
    assert_eq!(house.call_of(7), Some(2), "and costs no turn");
    house.accept(7, 2);
    house.put(Input::LegEnded(House::leg(2), LegEnd::Failed));
    assert_eq!(house.outcome(2), Some(Outcome::LineFault));
    house.arrive(3, "night");
    house.accept(7, 3);
    house.wait(10_000);
    assert_eq!(house.outcome(3), Some(Outcome::LineFault), "an answer that is never complete");
    assert_eq!(house.presence(7), Presence::Ready);
}
