//! A call is a conference: warm and cold hand-over, a second person, supervisors, and who may leave.

use crate::house::{House, OFFER, everybody, greets};
use switchboard::{
    CallId, CallerState, Card, Command, Destination, Digit, Effect, Event, HandOver, HandOverEnd, HandOverStep, Input,
    Language, LegEnd, LegId, ListenerCare, ListenerId, Outcome, Partner, Party, Person, Plan, Presence, PromptName,
    QueueId, QueueRules, Relay, RelayId, Requirement, Skill, Target, Triage,
};

pub const CALL: CallId = CallId(1);

/// A regulator 7 in the queue `all`, listeners 8 and 9 in the queue `listen`, a supervisor 5, and a relay.
pub fn regulated() -> House {
    let regulators = QueueRules { requires: Requirement::read("role:regulator").unwrap(), ..everybody() };
    let listen = QueueRules {
        id: QueueId::from("listen"),
        requires: Requirement::read("role:listener").unwrap(),
        ..everybody()
    };
    let partner = Relay::usual("partner", "Partner", "0199000899");
    let plan = Plan::new([greets("sps")], [regulators, listen], [partner], ListenerCare::none());
    let mut house = House::of(plan);
    let person = |id: i64, role: &str| Person {
        skills: [(Skill::role(role), 2)].into(),
        supervises: role == "supervisor",
        ..Person::anybody(ListenerId(id))
    };
    house.knows(vec![person(7, "regulator"), person(8, "listener"), person(9, "listener"), person(5, "supervisor")]);
    house.talk(7, 1, "sps");
    house
}

fn hand_over(house: &mut House, to: Target, warm: bool) {
    house.press(7, Command::HandOver(HandOver { to, warm, second: false }));
}

fn listeners() -> Target {
    Target::Queue(QueueId::from("listen"))
}

pub fn hears(house: &House, leg: LegId) -> Vec<i64> {
    let mut legs: Vec<i64> = house.hears.get(&leg).into_iter().flatten().map(|leg| leg.0).collect();
    legs.sort_unstable();
    legs
}

fn ended(house: &House, how: HandOverEnd) -> bool {
    house.noted(&Event::HandOverEnded { call: CALL, end: how })
}

fn dialled(house: &House) -> LegId {
    let leg = house.last.effects.iter().find_map(|effect| match effect {
        Effect::Dial(leg, Destination::Relay(_) | Destination::Listener(_), _) => Some(*leg),
        _ => None,
    });
    leg.expect("nobody was called")
}

#[test]
fn a_warm_hand_over_talks_first_then_joins_then_leaves() {
    let mut house = regulated();
    hand_over(&mut house, listeners(), true);
    assert_eq!(hears(&house, House::leg(1)), [7], "the caller stays with the regulator meanwhile");
    house.ready(8);
    assert_eq!(house.call_of(8), Some(1));
    house.accept(8, 1);
    assert_eq!(house.heard(1).first(), Some(&PromptName::OneMoment), "the caller hears a kind word and music");
    assert_eq!((hears(&house, LegId(7)), hears(&house, LegId(8))), (vec![8], vec![7]));
    let card = house.desk(7).call.unwrap().hand_over.unwrap();
    assert_eq!(card.step, HandOverStep::Consulting(Partner::Listener(ListenerId(8))));
    house.press(7, Command::Join);
    assert!(ended(&house, HandOverEnd::Done));
    assert!(house.noted(&Event::Bridged { call: CALL, listener: ListenerId(8) }));
    assert_eq!(hears(&house, House::leg(1)), [7, 8]);
    house.press(7, Command::Leave);
    assert!(house.noted(&Event::Left { call: CALL, listener: ListenerId(7) }));
    assert_eq!((hears(&house, House::leg(1)), hears(&house, LegId(7))), (vec![8], vec![]));
    assert_eq!((house.presence(7), house.presence(8)), (Presence::WrappingUp, Presence::Talking));
    house.press(8, Command::End);
    assert_eq!(house.outcome(1), Some(Outcome::Talked { by: Party::Listener }));
}

#[test]
fn leaving_out_of_the_consultation_brings_the_two_together() {
    let mut house = regulated();
    house.ready(8);
    hand_over(&mut house, listeners(), true);
    house.accept(8, 1);
    house.press(7, Command::Leave);
    assert_eq!(hears(&house, House::leg(1)), [8]);
    assert_eq!((house.presence(7), house.presence(8)), (Presence::WrappingUp, Presence::Talking));
}

#[test]
fn a_hand_over_taken_back_leaves_everybody_where_they_stood() {
    let mut house = regulated();
    house.ready(8);
    hand_over(&mut house, listeners(), true);
    house.press(7, Command::TakeBack);
    assert!(ended(&house, HandOverEnd::TakenBack));
    assert_eq!(house.presence(8), Presence::Ready);
    hand_over(&mut house, listeners(), true);
    house.accept(8, 1);
    house.press(7, Command::TakeBack);
    assert_eq!((house.presence(8), hears(&house, House::leg(1))), (Presence::Ready, vec![7]));
    assert_eq!(house.press_and_open(7, Command::TakeBack), 1, "nothing left to take back");
}

#[test]
fn nobody_found_in_time_brings_the_caller_no_silence_and_the_regulator_a_word() {
    let mut house = regulated();
    hand_over(&mut house, listeners(), true);
    house.wait(90_000);
    assert!(ended(&house, HandOverEnd::NobodyFound));
    assert_eq!(hears(&house, House::leg(1)), [7]);
    hand_over(&mut house, Target::Listener(ListenerId(9)), true);
    assert!(ended(&house, HandOverEnd::NobodyFound), "somebody who is not there is not waited for");
    house.ready(9);
    hand_over(&mut house, Target::Listener(ListenerId(9)), true);
    house.press(9, Command::Decline(CALL));
    assert!(ended(&house, HandOverEnd::Declined));
}

#[test]
fn a_warm_hand_over_to_a_relay() {
    let mut house = regulated();
    hand_over(&mut house, Target::Relay(RelayId::from("partner")), true);
    let leg = dialled(&house);
    assert_eq!(hears(&house, House::leg(1)), [7], "while it rings, nobody is left alone");
    house.put(Input::LegAnswered(leg));
    assert_eq!((hears(&house, leg), hears(&house, LegId(7))), (vec![7], vec![leg.0]));
    house.press(7, Command::Join);
    assert_eq!(hears(&house, House::leg(1)), [leg.0, 7]);
    house.press(7, Command::Leave);
    assert_eq!(hears(&house, House::leg(1)), [leg.0]);
    assert_eq!(house.presence(7), Presence::WrappingUp);
    house.hangs_up(1);
    assert!(house.did(&Effect::HangUp(leg)));
    assert_eq!(house.outcome(1), Some(Outcome::Talked { by: Party::Caller }));
}

#[test]
fn a_relay_that_is_busy_or_silent_leaves_the_caller_with_the_regulator() {
    for (end, told) in [
        (LegEnd::Busy, HandOverEnd::Busy),
        (LegEnd::NotReached, HandOverEnd::NotReached),
        (LegEnd::NoSuchNumber, HandOverEnd::LineFault),
    ] {
        let mut house = regulated();
        hand_over(&mut house, Target::Relay(RelayId::from("partner")), true);
        let leg = dialled(&house);
        house.put(Input::LegEnded(leg, end));
        assert!(ended(&house, told), "{end:?}");
        assert_eq!((house.presence(7), hears(&house, House::leg(1))), (Presence::Talking, vec![7]));
    }
    let mut house = regulated();
    hand_over(&mut house, Target::Relay(RelayId::from("nowhere")), true);
    assert!(ended(&house, HandOverEnd::LineFault));
}

#[test]
fn a_cold_hand_over_lets_go_and_comes_back_to_the_regulator_if_nobody_takes_it() {
    let mut house = regulated();
    hand_over(&mut house, listeners(), false);
    assert_eq!(house.presence(7), Presence::WrappingUp);
    assert_eq!(house.heard(1).first(), Some(&PromptName::Transfer));
    house.press(7, Command::CloseRecord(CALL, None));
    assert_eq!(house.call_of(7), None, "the caller is for the listeners now");
    house.wait(90_000);
    assert_eq!(house.call_of(7), Some(1), "and comes back");
    assert_eq!(house.heard(1).first(), Some(&PromptName::TransferFailed));
    house.accept(7, 1);
    assert_eq!(hears(&house, House::leg(1)), [7]);
    house.press(7, Command::End);
    assert_eq!(house.outcome(1), Some(Outcome::Talked { by: Party::Listener }));
}

#[test]
fn a_cold_hand_over_to_a_relay_that_fails_comes_back_even_while_the_record_is_open() {
    let mut house = regulated();
    hand_over(&mut house, Target::Relay(RelayId::from("partner")), false);
    let leg = dialled(&house);
    assert!(house.did(&Effect::Tell(House::leg(1), CallerState::Transferring)));
    house.put(Input::LegEnded(leg, LegEnd::NotReached));
    assert_eq!(house.call_of(7), Some(1), "the record of this very call does not stand in the way");
    house.wait(OFFER);
    assert_eq!(house.presence(7), Presence::WrappingUp, "whoever wrote goes on writing");
    house.ready(17);
    house.knows(vec![Person { skills: [(Skill::role("regulator"), 1)].into(), ..Person::anybody(ListenerId(17)) }]);
    assert_eq!(house.call_of(17), Some(1), "a colleague, if the one who knows the caller is not there");
}

#[test]
fn a_cold_hand_over_that_works() {
    let mut house = regulated();
    house.ready(8);
    let card = Card {
        triage: Triage { risk: 2, urgency: 1, danger: 0 },
        need: Some("listening".to_owned()),
        words: "Seul depuis un mois.".to_owned(),
        ..Card::default()
    };
    house.press(7, Command::Triage(card.clone()));
    hand_over(&mut house, listeners(), false);
    assert_eq!(house.desk(8).call.unwrap().card, Some(card), "nobody tells the story twice");
    house.accept(8, 1);
    assert!(ended(&house, HandOverEnd::Done));
    assert_eq!(hears(&house, House::leg(1)), [8]);
}

#[test]
fn a_card_that_the_caller_refused_stays_with_the_regulator() {
    let mut house = regulated();
    house.ready(8);
    house.press(7, Command::Triage(Card { refused: true, words: "…".to_owned(), ..Card::default() }));
    hand_over(&mut house, listeners(), true);
    house.accept(8, 1);
    assert!(house.desk(7).call.unwrap().card.is_some());
    assert_eq!(house.desk(8).call.unwrap().card, None);
}

#[test]
fn the_card_as_it_is_last_counts_and_is_told_when_its_grid_changes() {
    let mut house = regulated();
    let theme = |value: &str| Skill::read(&format!("theme:{value}")).unwrap();
    let mut card = Card { wishes: vec![theme("grief")], ..Card::default() };
    let mut told = 0;
    let mut press = |house: &mut House, card: &Card| {
        house.press(7, Command::Triage(card.clone()));
        told += usize::from(house.last.events.iter().any(|event| matches!(event, Event::Triaged { .. })));
        told
    };
    assert_eq!(press(&mut house, &card), 1);
    card.words = "Seul".to_owned();
    assert_eq!(press(&mut house, &card), 1, "a letter is no event");
    card.triage.risk = 2;
    assert_eq!(press(&mut house, &card), 2);
    card.wishes = Vec::new();
    card.language = Some(Language::En);
    card.departement = Some("42".to_owned());
    assert_eq!(press(&mut house, &card), 2);
    let listens = |id: i64, more: &[Skill]| Person {
        skills: more.iter().cloned().chain([Skill::role("listener")]).map(|skill| (skill, 2)).collect(),
        ..Person::anybody(ListenerId(id))
    };
    house.knows(vec![listens(8, &[theme("grief")]), listens(9, &[Skill::language("en")])]);
    house.ready(8);
    hand_over(&mut house, listeners(), false);
    assert_eq!(house.call_of(8), None, "the language is required at first, and grief is no wish any more");
    house.ready(9);
    assert_eq!(house.call_of(9), Some(1));
    assert_eq!(house.desk(9).call.unwrap().caller.departement.as_deref(), Some("42"));
}

#[test]
fn a_severe_call_is_served_before_those_who_waited_longer() {
    let mut house = regulated();
    house.ready(17);
    house.knows(vec![Person { skills: [(Skill::role("regulator"), 1)].into(), ..Person::anybody(ListenerId(17)) }]);
    house.waits(2, "sps");
    house.accept(17, 2);
    house.press(17, Command::HandOver(HandOver { to: listeners(), warm: false, second: false }));
    house.wait(10_000);
    let triage = Triage { risk: 3, urgency: 3, danger: 3 };
    house.press(7, Command::Triage(Card { triage, ..Card::default() }));
    hand_over(&mut house, listeners(), false);
    house.ready(8);
    assert_eq!(house.call_of(8), Some(1));
    let why = house.last.events.iter().find_map(|event| match event {
        Event::Offered { why, .. } => *why,
        _ => None,
    });
    assert!(why.unwrap().priority > 1000, "and the offer says why");
}

#[test]
fn a_second_listener_comes_to_a_hard_call_and_either_may_leave() {
    let mut house = regulated();
    house.ready(8);
    house.press(7, Command::HandOver(HandOver { to: Target::Listener(ListenerId(8)), warm: true, second: true }));
    house.accept(8, 1);
    assert_eq!(hears(&house, House::leg(1)), [7, 8]);
    house.press(7, Command::End);
    assert_eq!((house.presence(7), house.outcome(1)), (Presence::WrappingUp, None));
    house.press(8, Command::End);
    assert_eq!(house.outcome(1), Some(Outcome::Talked { by: Party::Listener }));
}

#[test]
fn whoever_still_writes_about_the_call_owes_the_record_when_their_network_fails_in_a_talk_before_taking_it_back() {
    let mut house = regulated();
    house.ready(8);
    hand_over(&mut house, listeners(), false);
    house.accept(8, 1);
    assert_eq!(house.presence(7), Presence::WrappingUp);
    house.press(8, Command::HandOver(HandOver { to: Target::Listener(ListenerId(7)), warm: true, second: false }));
    house.accept(7, 1);
    assert_eq!(house.presence(7), Presence::Talking);
    house.desk_down(7);
    assert_eq!((house.presence(7), hears(&house, House::leg(1))), (Presence::WrappingUp, vec![8]));
}

#[test]
fn whoever_leaves_a_talk_that_a_colleague_wants_to_hand_to_them_is_rung_at_once() {
    let mut house = regulated();
    house.ready(8);
    house.press(7, Command::HandOver(HandOver { to: Target::Listener(ListenerId(8)), warm: true, second: true }));
    house.accept(8, 1);
    assert_eq!(hears(&house, House::leg(1)), [7, 8]);
    // The colleague is in the talk still, and cannot be rung for it.
    house.press(7, Command::HandOver(HandOver { to: Target::Listener(ListenerId(8)), warm: true, second: false }));
    assert_eq!(house.presence(8), Presence::Talking);
    house.press(8, Command::End);
    assert_eq!((house.presence(8), house.call_of(8)), (Presence::Offered, Some(1)));
}

#[test]
fn of_two_who_talk_one_may_vanish() {
    let mut house = regulated();
    house.ready(8);
    house.press(7, Command::HandOver(HandOver { to: Target::Listener(ListenerId(8)), warm: true, second: true }));
    house.accept(8, 1);
    house.desk_down(7);
    assert_eq!((house.presence(7), hears(&house, House::leg(1))), (Presence::WrappingUp, vec![8]));
    house.desk_down(8);
    assert!(house.noted(&Event::ListenerLost { call: CALL, listener: ListenerId(8) }));
}

#[test]
fn the_other_side_may_say_no_after_the_talk() {
    let mut house = regulated();
    house.ready(8);
    hand_over(&mut house, listeners(), true);
    house.accept(8, 1);
    house.press(8, Command::End);
    assert!(ended(&house, HandOverEnd::Declined));
    assert_eq!((house.presence(8), hears(&house, House::leg(1))), (Presence::Ready, vec![7]));
}

#[test]
fn a_caller_who_leaves_in_a_consultation_frees_both() {
    let mut house = regulated();
    house.ready(8);
    hand_over(&mut house, listeners(), true);
    house.accept(8, 1);
    house.hangs_up(1);
    assert!(ended(&house, HandOverEnd::CallerGone));
    assert_eq!((house.presence(7), house.presence(8)), (Presence::WrappingUp, Presence::Ready));
}

#[test]
fn the_asker_who_vanishes_in_a_consultation_is_kept_for_and_the_other_goes_back() {
    let mut house = regulated();
    house.ready(8);
    hand_over(&mut house, listeners(), true);
    house.accept(8, 1);
    house.desk_down(7);
    assert!(house.noted(&Event::ListenerLost { call: CALL, listener: ListenerId(7) }));
    assert_eq!(house.presence(8), Presence::Ready);
    house.desk_up(7, 70);
    assert_eq!(hears(&house, House::leg(1)), [70]);
}

#[test]
fn a_warm_hand_over_to_somebodys_telephone_needs_the_key() {
    let mut house = regulated();
    let person =
        Person { skills: [(Skill::role("listener"), 2)].into(), phone: true, ..Person::anybody(ListenerId(8)) };
    house.knows(vec![person]);
    house.press(8, Command::UsePhone(true));
    house.press(8, Command::Ready);
    hand_over(&mut house, listeners(), true);
    let leg = dialled(&house);
    house.put(Input::LegAnswered(leg));
    assert_eq!(hears(&house, House::leg(1)), [7]);
    house.put(Input::Digit(leg, Digit::new('1').unwrap()));
    assert_eq!((hears(&house, leg), hears(&house, LegId(7))), (vec![7], vec![leg.0]));
    house.press(7, Command::Leave);
    assert_eq!(hears(&house, House::leg(1)), [leg.0]);
    house.put(Input::LegEnded(leg, LegEnd::Lost));
    assert!(house.queued(1, true), "the line failed, not the person: the caller is next");
}
