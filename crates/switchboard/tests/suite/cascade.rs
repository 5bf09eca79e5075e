//! The cascade: rungs in order, each with its time, people on call by telephone, partner lines, and a last message that
//! never hangs up.

use crate::house::{House, OFFER};
use switchboard::{
    CallerState, Destination, Digit, Duty, Effect, Event, Input, LegEnd, LegId, LineId, ListenerId, OfferEnd, Outcome,
    Party, Person, Presence, PromptName, QueueId, RelayId, RungKind, Tried, Whereabouts,
};

const DAY: i64 = 86_400;

fn on_call(id: i64) -> Person {
    Person { phone: true, ..Person::anybody(ListenerId(id)) }
}

/// The leg that was called in the last step.
fn dialled(house: &House) -> Option<(LegId, Destination)> {
    house.last.effects.iter().find_map(|effect| match effect {
        Effect::Dial(leg, to, _) => Some((*leg, to.clone())),
        _ => None,
    })
}

fn rungs(house: &House) -> Vec<(RungKind, u16)> {
    let reached = house.last.events.iter().filter_map(|event| match event {
        Event::RungReached { kind, present, .. } => Some((*kind, *present)),
        _ => None,
    });
    reached.collect()
}

fn key(house: &mut House, leg: LegId, key: char) {
    house.put(Input::Digit(leg, Digit::new(key).unwrap()));
}

#[test]
fn rungs_with_nobody_there_are_passed_at_once_and_told() {
    let mut house =
        House::with_rungs(&[(Tried::OnShift, 60), (Tried::OnCall, 60), (Tried::Message(PromptName::AllBusy), 30)]);
    house.waits(1, "sps");
    assert_eq!(rungs(&house), [(RungKind::OnShift, 0), (RungKind::OnCall, 0), (RungKind::Message, 0)]);
    assert_eq!(house.heard(1).first(), Some(&PromptName::AllBusy));
    house.wait(30_000);
    assert_eq!(rungs(&house).len(), 3, "round again");
    house.wait(3 * 60 * 60_000);
    assert_eq!(house.outcome(1), None, "nobody hangs up");
    house.ready(7);
    assert_eq!(house.call_of(7), Some(1), "and whoever comes is rung at once");
}

#[test]
fn busy_people_are_waited_for_as_long_as_their_rung_lasts() {
    let mut house = House::with_rungs(&[(Tried::OnShift, 60), (Tried::Message(PromptName::AllBusy), 30)]);
    house.talk(7, 1, "sps");
    house.waits(2, "sps");
    assert_eq!(rungs(&house), [(RungKind::OnShift, 1)]);
    house.wait(59_999);
    assert_eq!(rungs(&house), []);
    house.wait(1);
    assert_eq!(rungs(&house), [(RungKind::Message, 0)]);
    house.hangs_up(1);
    house.press(7, switchboard::Command::CloseRecord(switchboard::CallId(1), None));
    assert_eq!(house.call_of(7), Some(2), "those of earlier rungs stay in reach");
}

#[test]
fn somebody_on_call_is_rung_by_telephone_and_a_key_accepts() {
    let mut house = House::with_rungs(&[(Tried::OnShift, 60), (Tried::OnCall, 60)]);
    house.knows(vec![on_call(7)]);
    house.rota(&[(7, Duty::OnCall, "all", 0, DAY)]);
    assert_eq!(house.presence(7), Presence::Ready, "on call without a desk");
    house.waits(1, "sps");
    let (leg, to) = dialled(&house).unwrap();
    assert_eq!(to, Destination::Listener(ListenerId(7)));
    assert!(house.did(&Effect::Dial(leg, to, LineId::from("sps"))));
    house.put(Input::LegAnswered(leg));
    assert!(
        !house.noted(&Event::Bridged { call: switchboard::CallId(1), listener: ListenerId(7) }),
        "a machine may answer"
    );
    key(&mut house, leg, '5');
    assert_eq!(house.presence(7), Presence::Offered);
    key(&mut house, leg, '1');
    assert_eq!(house.presence(7), Presence::Talking);
    assert_eq!(house.hears.get(&House::leg(1)), Some(&vec![leg]));
    assert_eq!(house.hears.get(&leg), Some(&vec![House::leg(1)]));
    house.put(Input::LegEnded(leg, LegEnd::HungUp));
    assert_eq!(house.outcome(1), Some(Outcome::Talked { by: Party::Listener }));
    assert_eq!(house.presence(7), Presence::Ready, "nobody closes a record by telephone");
}

#[test]
fn a_telephone_that_does_not_accept_is_passed_over_and_tried_again_later() {
    for (end, expected) in [
        (LegEnd::Busy, OfferEnd::Busy),
        (LegEnd::NotReached, OfferEnd::NotReached),
        (LegEnd::Declined, OfferEnd::Declined),
        (LegEnd::NoSuchNumber, OfferEnd::LineFault),
        (LegEnd::HungUp, OfferEnd::NotReached),
    ] {
        let mut house = House::with_rungs(&[(Tried::OnCall, 60)]);
        house.knows(vec![on_call(7), on_call(8)]);
        house.rota(&[(7, Duty::OnCall, "all", 0, DAY), (8, Duty::OnCall, "all", 0, DAY)]);
        house.waits(1, "sps");
        let (leg, _) = dialled(&house).unwrap();
        house.put(Input::LegEnded(leg, end));
        let ended = |event: &Event| matches!(event, Event::OfferEnded { end, .. } if *end == expected);
        assert!(house.last.events.iter().any(ended), "{end:?}");
        let (other, to) = dialled(&house).unwrap();
        assert_eq!(to, Destination::Listener(ListenerId(8)));
        assert!(!house.did(&Effect::HangUp(leg)), "it is gone already");
        house.wait(OFFER + 15_000);
        assert!(house.did(&Effect::HangUp(other)), "rung for long enough");
        house.wait(120_000);
        assert!(dialled(&house).is_some(), "tried again after a while");
    }
}

#[test]
fn a_caller_who_leaves_stops_the_telephone() {
    let mut house = House::with_rungs(&[(Tried::OnCall, 60)]);
    house.knows(vec![on_call(7)]);
    house.rota(&[(7, Duty::OnCall, "all", 0, DAY)]);
    house.waits(1, "sps");
    let (leg, _) = dialled(&house).unwrap();
    house.hangs_up(1);
    assert!(house.did(&Effect::HangUp(leg)));
    assert_eq!(house.presence(7), Presence::Ready);
    key(&mut house, leg, '1');
    assert_eq!(house.last.events, [], "a key that comes too late means nothing");
}

#[test]
fn a_partner_line_is_called_and_joined() {
    let mut house = House::with_rungs(&[(Tried::OnShift, 60), (Tried::Partner(RelayId::from("partner")), 40)]);
    house.waits(1, "sps");
    let (leg, to) = dialled(&house).unwrap();
    assert_eq!(to, Destination::Relay(RelayId::from("partner")));
    house.put(Input::LegAnswered(leg));
    assert!(house.did(&Effect::Tell(House::leg(1), CallerState::Talking)));
    assert_eq!(house.hears.get(&House::leg(1)), Some(&vec![leg]));
    house.put(Input::LegEnded(leg, LegEnd::HungUp));
    assert_eq!(house.outcome(1), Some(Outcome::Talked { by: Party::Relay }));
}

#[test]
fn a_partner_line_that_fails_leads_to_the_next_rung_at_once() {
    let mut house =
        House::with_rungs(&[(Tried::Partner(RelayId::from("partner")), 40), (Tried::Message(PromptName::AllBusy), 30)]);
    house.waits(1, "sps");
    let (leg, _) = dialled(&house).unwrap();
    house.put(Input::LegEnded(leg, LegEnd::Busy));
    assert_eq!(rungs(&house), [(RungKind::Message, 0)]);
    house.wait(30_000);
    let (again, _) = dialled(&house).unwrap();
    house.wait(30_000);
    assert!(house.did(&Effect::HangUp(again)), "a relay rings for thirty seconds");
    assert_eq!(rungs(&house), [(RungKind::Message, 0)], "and nobody waits for the rest of its rung");
}

#[test]
fn a_partner_line_that_cannot_be_called_is_not_called_again_and_again() {
    let mut house = House::with_rungs(&[(Tried::OnShift, 60), (Tried::Partner(RelayId::from("partner")), 40)]);
    house.waits(1, "sps");
    for _ in 0..3 {
        let (leg, _) = dialled(&house).unwrap();
        house.put(Input::LegEnded(leg, LegEnd::NoSuchNumber));
        assert_eq!((rungs(&house), dialled(&house)), (Vec::new(), None), "the last rung takes its time");
        house.wait(40_000);
    }
    house.ready(7);
    assert_eq!(house.call_of(7), Some(1));
}

#[test]
fn a_partner_line_that_rings_on_beside_the_next_rung_does_not_cut_that_short() {
    for fails in [true, false] {
        let partner = Tried::Partner(RelayId::from("partner"));
        let rest = [(Tried::Message(PromptName::AllBusy), 60), (Tried::OnShift, 60)];
        let mut house = House::with_rungs(&[&[(partner, 10)][..], &rest].concat());
        house.waits(1, "sps");
        let (leg, _) = dialled(&house).unwrap();
        house.wait(10_000);
        assert_eq!(rungs(&house), [(RungKind::Message, 0)]);
        if fails {
            house.wait(5_000);
            house.put(Input::LegEnded(leg, LegEnd::Busy));
        } else {
            house.wait(20_000);
            assert!(house.did(&Effect::HangUp(leg)));
        }
        assert_eq!(rungs(&house), [], "the message is not cut short");
    }
}

#[test]
fn somebody_of_our_own_who_is_free_comes_before_a_partner_that_rings() {
    let mut house = House::with_rungs(&[(Tried::OnShift, 60), (Tried::Partner(RelayId::from("partner")), 40)]);
    house.waits(1, "sps");
    let (leg, _) = dialled(&house).unwrap();
    house.ready(7);
    assert!(house.did(&Effect::HangUp(leg)));
    assert_eq!(house.call_of(7), Some(1));
}

#[test]
fn a_caller_who_only_hears_ringing_is_answered_before_the_last_message_or_a_partner() {
    let mut house = House::with_rungs(&[(Tried::Partner(RelayId::from("partner")), 40)]);
    house.arrive(1, "night");
    let (leg, _) = dialled(&house).unwrap();
    house.put(Input::LegAnswered(leg));
    assert!(house.did(&Effect::Answer(House::leg(1))));
    house.answered(1);
    assert_eq!(house.hears.get(&House::leg(1)), Some(&vec![leg]));

    let mut house = House::with_rungs(&[(Tried::Message(PromptName::AllBusy), 30)]);
    house.arrive(1, "night");
    house.wait(59_999);
    assert!(!house.did(&Effect::Answer(House::leg(1))), "no machine speaks for a minute");
    house.wait(1);
    assert!(house.did(&Effect::Answer(House::leg(1))), "and nobody hears ringing for ever");
    house.answered(1);
    assert!(!house.heard(1).is_empty(), "no silence");
}

#[test]
fn those_of_another_queue_and_the_facilitator_come_after_their_turn() {
    let mut house = House::with_rungs(&[
        (Tried::OnShift, 30),
        (Tried::OtherQueue(QueueId::from("other")), 30),
        (Tried::Facilitator, 30),
    ]);
    house.rota(&[
        (7, Duty::OnShift, "all", 0, DAY),
        (8, Duty::OnShift, "other", 0, DAY),
        (9, Duty::Facilitator, "all", 0, DAY),
    ]);
    for listener in [7, 8, 9] {
        house.ready(listener);
    }
    for call in [1, 2, 3] {
        house.waits(call, "sps");
    }
    let on = |house: &House| [7, 8, 9].map(|listener| house.call_of(listener));
    assert_eq!(on(&house), [Some(1), None, None]);
    house.accept(7, 1);
    house.wait(30_000);
    assert_eq!(on(&house), [Some(1), Some(2), None], "everybody who waits reaches the second rung");
    house.accept(8, 2);
    house.wait(30_000);
    assert_eq!(on(&house), [Some(1), Some(2), Some(3)]);
}

#[test]
fn a_caller_who_leaves_while_a_partner_rings_gave_up_waiting() {
    let mut house = House::with_rungs(&[(Tried::Partner(RelayId::from("partner")), 40)]);
    house.waits(1, "sps");
    let (leg, _) = dialled(&house).unwrap();
    house.hangs_up(1);
    assert!(house.did(&Effect::HangUp(leg)));
    assert_eq!(house.outcome(1), Some(Outcome::GaveUp { during: Whereabouts::Waiting }));
}
