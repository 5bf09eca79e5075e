//! From the first ring to the queue.

use crate::house::{House, KEY, asks, closed, greets, rings};
use switchboard::{
    Arrival, CallId, CallerState, Channel, Effect, Event, Input, Language, LegEnd, LineId, Outcome, PlayId, Presence,
    PromptName, Refusal, Whereabouts,
};

#[test]
fn a_line_that_greets_answers_first_then_greets_then_queues() {
    let mut house = House::new(vec![greets("sps")]);
    house.arrive(1, "sps");
    assert_eq!(house.last.effects, [Effect::Answer(House::leg(1))]);
    house.answered(1);
    assert_eq!(house.heard(1), [PromptName::Greeting]);
    assert!(house.did(&Effect::Tell(House::leg(1), CallerState::Welcoming)));
    house.prompt_ends(1);
    assert!(house.queued(1, false));
    assert_eq!(house.heard(1).first(), Some(&PromptName::WaitingFirst));
    assert_eq!(house.board.waiting().len(), 1);
}

#[test]
fn a_caller_is_spoken_to_in_the_language_they_asked_for() {
    let mut house = House::new(vec![greets("sps")]);
    let arrival = Arrival {
        call: CallId(1),
        leg: House::leg(1),
        line: LineId("sps".to_owned()),
        channel: Channel::Browser,
        language: Some(Language::En),
        tags: None,
    };
    house.put(Input::Arrived(arrival));
    house.answered(1);
    let english = house.last.effects.iter().any(|effect| match effect {
        Effect::Play(_, playing) => playing.items.iter().all(|item| item.language == Language::En),
        _ => false,
    });
    assert!(english);
}

#[test]
fn a_line_that_rings_lets_nobody_speak_before_a_human() {
    let mut house = House::new(vec![rings("night")]);
    house.arrive(1, "night");
    assert!(house.did(&Effect::Ring(House::leg(1))));
    assert!(house.queued(1, false));
    house.wait(10 * 60_000);
    assert_eq!(house.last.effects, [], "nothing plays, nobody hangs up");
    house.ready(7);
    assert!(!house.did(&Effect::Answer(House::leg(1))), "a ringing desk answers nothing");
    house.accept(7, 1);
    assert!(house.did(&Effect::Answer(House::leg(1))));
    house.answered(1);
    assert!(house.noted(&Event::Answered { call: CallId(1) }));
    assert!(house.joined(1, 7));
    assert_eq!(house.heard(1), []);
}

#[test]
fn a_key_of_the_menu_is_a_choice_and_leads_to_the_queue() {
    let mut house = House::new(vec![asks("sps")]);
    house.arrive(1, "sps");
    house.answered(1);
    house.prompt_ends(1);
    assert_eq!(house.heard(1), [PromptName::MenuAudience, PromptName::HoldMusic], "music while a key is waited for");
    house.presses(1, '2');
    let chosen = |event: &Event| matches!(event, Event::Chosen { choice, .. } if choice == "student");
    assert!(house.last.events.iter().any(chosen));
    assert!(house.queued(1, false));
    assert_eq!(house.board.call_card(CallId(1), None).unwrap().caller.choice.as_deref(), Some("student"));
}

#[test]
fn a_wrong_key_says_the_menu_again_and_no_key_leads_to_the_queue() {
    let mut house = House::new(vec![asks("sps")]);
    house.arrive(1, "sps");
    house.answered(1);
    house.prompt_ends(1);
    house.presses(1, '9');
    assert_eq!(house.heard(1), [PromptName::NotUnderstood, PromptName::MenuAudience, PromptName::HoldMusic]);
    assert_eq!(house.board.waiting().len(), 0);
    house.prompt_ends(1);
    assert_eq!(house.board.waiting().len(), 1, "nobody is lost for want of a key");
}

#[test]
fn a_key_pressed_in_the_greeting_counts() {
    let mut house = House::new(vec![asks("sps")]);
    house.arrive(1, "sps");
    house.answered(1);
    house.presses(1, '1');
    assert_eq!(house.board.waiting().len(), 1);
    house.arrive(2, "sps");
    house.answered(2);
    house.presses(2, '#');
    assert_eq!(house.heard(2), [PromptName::NotUnderstood, PromptName::MenuAudience, PromptName::HoldMusic]);
}

#[test]
fn a_key_on_a_line_without_a_menu_changes_nothing() {
    let mut house = House::new(vec![greets("sps")]);
    house.arrive(1, "sps");
    house.answered(1);
    house.presses(1, '1');
    assert_eq!((house.last.effects.len(), house.last.events.len()), (0, 0));
    house.prompt_ends(1);
    assert_eq!(house.board.waiting().len(), 1);
}

#[test]
fn the_end_of_an_earlier_prompt_that_comes_late_changes_nothing() {
    let mut house = House::new(vec![asks("sps")]);
    house.arrive(1, "sps");
    house.answered(1);
    house.put(Input::PromptEnded(House::leg(1), PlayId(99)));
    assert_eq!(house.last.effects, [], "the greeting goes on");
    house.presses(1, '9');
    // The greeting's own end (the first playing) arrives after the menu was begun.
    house.put(Input::PromptEnded(House::leg(1), PlayId(1)));
    house.wait(KEY);
    assert_eq!(house.board.waiting().len(), 0, "the menu ends with its own playing only");
    house.prompt_ends(1);
    assert_eq!(house.board.waiting().len(), 1);
}

#[test]
fn a_prompt_whose_end_is_never_told_keeps_nobody() {
    let mut house = House::new(vec![asks("sps")]);
    house.arrive(1, "sps");
    house.answered(1);
    house.wait(10 * 60_000);
    assert_eq!(house.board.waiting().len(), 1);
}

#[test]
fn a_closed_line_says_so_as_long_as_the_caller_stays() {
    let shut = closed("sps");
    let ringing = closed("night");
    let mut house = House::new(vec![shut, ringing]);
    house.ready(7);
    for (call, line) in [(1, "sps"), (2, "night")] {
        house.arrive(call, line);
        assert!(house.did(&Effect::Answer(House::leg(call))));
        house.answered(call);
        assert!(house.heard(call).contains(&PromptName::Closed));
        assert!(house.did(&Effect::Tell(House::leg(call), CallerState::LineClosed)));
    }
    assert_eq!(house.presence(7), Presence::Ready);
    house.hangs_up(1);
    assert_eq!(house.outcome(1), Some(Outcome::Closed));
    house.wait(10 * 60 * 60_000);
    assert!(!house.did(&Effect::HangUp(House::leg(2))), "a last word never hangs up on a caller who stays");
    house.hangs_up(2);
    assert_eq!(house.outcome(2), Some(Outcome::Closed));
}

#[test]
fn a_full_queue_refuses_one_more_and_takes_the_next_once_somebody_left() {
    let small = switchboard::Line { queue_limit: 2, ..greets("sps") };
    let mut house = House::new(vec![small, greets("other")]);
    house.waits(1, "sps");
    house.arrive(2, "sps");
    house.arrive(3, "sps");
    let reason = Refusal::QueueFull;
    assert!(house.did(&Effect::Refuse(House::leg(3), reason)));
    assert_eq!(house.outcome(3), Some(Outcome::Refused { reason }));
    house.arrive(4, "other");
    assert_eq!(house.outcome(4), None, "another line has its own queue");
    house.hangs_up(1);
    house.arrive(5, "sps");
    assert_eq!(house.outcome(5), None);
}

#[test]
fn an_unknown_line_is_refused_without_a_call() {
    let mut house = House::new(vec![greets("sps")]);
    house.arrive(1, "nowhere");
    assert_eq!(house.last.effects, [Effect::Refuse(House::leg(1), Refusal::UnknownLine)]);
    assert_eq!(house.last.events, []);
    assert_eq!(house.board.open_calls(), 0);
}

#[test]
fn an_answer_that_is_never_complete_ends_as_a_fault_of_the_line() {
    let mut house = House::new(vec![greets("sps")]);
    house.arrive(1, "sps");
    house.wait(31_999);
    assert_eq!(house.outcome(1), None);
    house.wait(1);
    assert_eq!(house.outcome(1), Some(Outcome::LineFault));
    assert!(house.did(&Effect::HangUp(House::leg(1))));
}

#[test]
fn a_caller_who_leaves_before_the_queue_gave_up_where_they_were() {
    let mut house = House::new(vec![asks("sps"), rings("night")]);
    let gave_up = |during| Some(Outcome::GaveUp { during });
    house.arrive(1, "sps");
    house.hangs_up(1);
    assert_eq!(house.outcome(1), gave_up(Whereabouts::Arriving));
    house.arrive(2, "sps");
    house.answered(2);
    house.hangs_up(2);
    assert_eq!(house.outcome(2), gave_up(Whereabouts::Greeting));
    house.waits(3, "sps");
    house.hangs_up(3);
    assert_eq!(house.outcome(3), gave_up(Whereabouts::Menu));
    house.arrive(4, "night");
    house.hangs_up(4);
    assert_eq!(house.outcome(4), gave_up(Whereabouts::Waiting));
    house.arrive(5, "night");
    house.put(Input::LegEnded(House::leg(5), LegEnd::Lost));
    assert_eq!(house.outcome(5), Some(Outcome::LineFault));
}

#[test]
fn what_comes_for_a_leg_that_has_ended_means_nothing() {
    let mut house = House::new(vec![greets("sps")]);
    house.arrive(1, "sps");
    house.hangs_up(1);
    house.answered(1);
    house.presses(1, '1');
    house.hangs_up(1);
    assert_eq!((house.last.effects.len(), house.last.events.len()), (0, 0));
    assert_eq!(house.board.open_calls(), 0);
    assert_eq!(house.board.next_deadline(), None);
}
