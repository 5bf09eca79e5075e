//! Skills and wishes, priority and ageing, the care for listeners, the rota, surge mode, and callers who are known again.

use crate::house::{House, ZERO, asks, everybody, greets};
use switchboard::{
    Arrival, CallId, CallerTag, CallerTags, Channel, Command, Duty, Event, Input, KeptPlace, LegEnd, LineId,
    ListenerCare, ListenerId, Moment, Person, Plan, Presence, PresenceReason, PromptName, QueueId, QueueRules,
    RestReason, Rung, Skill, Skills, Tried, Utc,
};

fn skilled(id: i64, skills: &[&str]) -> Person {
    let skills: Skills = skills.iter().map(|skill| (Skill::read(skill).unwrap(), 1)).collect();
    Person { skills, ..Person::anybody(ListenerId(id)) }
}

fn supervisor(id: i64) -> Person {
    Person { supervises: true, ..Person::anybody(ListenerId(id)) }
}

fn with_wishes(wishes: &[(&str, i32)]) -> House {
    let wishes = wishes.iter().map(|(kind, seconds)| ((*kind).to_owned(), *seconds)).collect();
    let queue = QueueRules { wishes, ..everybody() };
    House::of(Plan::new([asks("menu"), greets("sps")], [queue], [], ListenerCare::none()))
}

fn student(house: &mut House, call: i64) {
    house.arrive(call, "menu");
    house.answered(call);
    house.presses(call, '2');
}

#[test]
fn a_wish_is_required_for_its_time_and_preferred_after() {
    let mut house = with_wishes(&[("audience", 20)]);
    house.knows(vec![skilled(8, &["audience:student"])]);
    house.ready(7);
    student(&mut house, 1);
    assert_eq!(house.call_of(7), None, "not for somebody who knows no students");
    house.wait(19_999);
    assert_eq!(house.call_of(7), None);
    house.wait(1);
    assert_eq!(house.call_of(7), Some(1), "but rather than nobody");
    house.press(7, Command::Decline(CallId(1)));
    house.ready(9);
    house.press(9, Command::Decline(CallId(1)));
    house.press(7, Command::Ready);
    house.press(7, Command::Decline(CallId(1)));
    house.ready(8);
    assert_eq!(house.call_of(8), Some(1));
}

#[test]
fn who_meets_a_preferred_wish_comes_before_who_was_ready_longer() {
    let mut house = with_wishes(&[]);
    house.knows(vec![skilled(8, &["audience:student"])]);
    house.ready(7);
    house.wait(60_000);
    house.ready(8);
    student(&mut house, 1);
    assert_eq!(house.call_of(8), Some(1));
    student(&mut house, 2);
    assert_eq!(house.call_of(7), Some(2));
}

#[test]
fn a_wish_that_is_required_to_the_end_waits_for_whoever_meets_it() {
    let mut house = with_wishes(&[("audience", -1)]);
    house.knows(vec![skilled(8, &["audience:student"])]);
    house.ready(7);
    student(&mut house, 1);
    house.waits(2, "sps");
    assert_eq!(house.call_of(7), Some(2), "others are served meanwhile");
    house.accept(7, 2);
    house.wait(24 * 60 * 60_000);
    house.ready(9);
    assert_eq!(house.call_of(9), None);
    house.ready(8);
    assert_eq!(house.call_of(8), Some(1));
}

#[test]
fn a_long_talk_and_a_severe_call_are_followed_by_a_rest_that_nobody_cuts_short_alone() {
    let care = ListenerCare::default();
    let mut house = House::of(Plan::new([greets("sps")], [everybody()], [], care));
    house.knows(vec![supervisor(5)]);
    house.talk(7, 1, "sps");
    house.wait(46 * 60_000);
    house.hangs_up(1);
    house.press(7, Command::CloseRecord(CallId(1), Some(1)));
    let rest = Event::RestGiven { listener: ListenerId(7), why: RestReason::LongTalk, milliseconds: 300_000 };
    assert!(house.noted(&rest));
    house.press(7, Command::Ready);
    house.waits(2, "sps");
    assert_eq!((house.presence(7), house.call_of(7)), (Presence::Paused, None));
    house.wait(300_000);
    assert_eq!(house.call_of(7), Some(2), "ready again by itself");
    house.accept(7, 2);
    house.hangs_up(2);
    house.press(7, Command::CloseRecord(CallId(2), Some(5)));
    assert_eq!(house.desk(7).rest, Some(house.now.plus(600_000)));
    house.press(7, Command::LiftRest(ListenerId(7)));
    assert_eq!(house.presence(7), Presence::Paused, "not by oneself");
    house.press(5, Command::LiftRest(ListenerId(7)));
    assert_eq!(house.presence(7), Presence::Ready);
}

#[test]
fn a_hard_day_puts_the_others_first() {
    let mut house = House::of(Plan::new([greets("sps")], [everybody()], [], ListenerCare::default()));
    house.talk(7, 1, "sps");
    house.wait(30 * 60_000);
    house.hangs_up(1);
    house.press(7, Command::CloseRecord(CallId(1), None));
    house.wait(30_000);
    house.ready(8);
    house.waits(2, "sps");
    assert_eq!(house.call_of(8), Some(2), "half an hour of talk counts as a minute");
}

#[test]
fn the_rota_is_what_routes() {
    let mut house = House::new(vec![greets("sps")]);
    house.rota(&[(7, Duty::OnShift, "all", 100, 200), (8, Duty::OnShift, "all", 200, 300)]);
    house.desk_up(7, 7);
    house.desk_up(8, 8);
    house.waits(1, "sps");
    assert_eq!((house.presence(7), house.presence(8)), (Presence::OffDuty, Presence::OffDuty));
    house.wait(99_000);
    assert_eq!(house.call_of(7), Some(1), "the shift begins, and the desk is there");
    house.accept(7, 1);
    house.wait(100_000);
    assert_eq!((house.presence(7), house.presence(8)), (Presence::Talking, Presence::Ready));
    house.hangs_up(1);
    house.press(7, Command::CloseRecord(CallId(1), None));
    assert_eq!(house.presence(7), Presence::OffDuty, "the shift was over during the call");
    house.wait(100_000);
    assert_eq!(house.presence(8), Presence::OffDuty);
    let (presence, reason) = (Presence::OffDuty, PresenceReason::ShiftEnded);
    assert!(house.noted(&Event::PresenceChanged { listener: ListenerId(8), presence, reason }));
}

#[test]
fn a_swap_changes_who_is_rung() {
    let mut house = House::new(vec![greets("sps")]);
    house.desk_up(7, 7);
    house.desk_up(8, 8);
    house.rota(&[(7, Duty::OnShift, "all", 0, 1000)]);
    assert_eq!((house.presence(7), house.presence(8)), (Presence::Ready, Presence::OffDuty));
    // The same shift is somebody else's now.
    house.rota(&[(8, Duty::OnShift, "all", 0, 1000)]);
    house.waits(1, "sps");
    assert_eq!((house.call_of(7), house.call_of(8)), (None, Some(1)));
}

#[test]
fn a_shift_whose_listener_is_not_there_is_told() {
    let mut house = House::new(vec![greets("sps")]);
    house.rota(&[(7, Duty::OnShift, "all", 0, 1000)]);
    let begun = Event::ShiftBegan {
        shift: switchboard::ShiftId(1),
        listener: ListenerId(7),
        queue: QueueId::from("all"),
        there: false,
    };
    assert!(house.noted(&begun));
    assert_eq!(house.board.supervision().missing.len(), 1);
    house.desk_up(7, 7);
    assert_eq!((house.presence(7), house.board.supervision().missing.len()), (Presence::Ready, 0));
}

#[test]
fn outside_a_shift_only_where_the_queue_allows_it() {
    let queue = QueueRules { extras: false, ..everybody() };
    let mut house = House::of(Plan::new([greets("sps")], [queue], [], ListenerCare::none()));
    house.ready(7);
    house.waits(1, "sps");
    assert_eq!(house.call_of(7), None);
    house.rota(&[(7, Duty::OnShift, "all", 0, 1000)]);
    assert_eq!(house.call_of(7), Some(1));
}

#[test]
fn a_wall_clock_that_jumps_begins_and_ends_shifts() {
    let mut house = House::new(vec![greets("sps")]);
    house.desk_up(7, 7);
    house.rota(&[(7, Duty::OnShift, "all", 3600, 7200)]);
    assert_eq!(house.presence(7), Presence::OffDuty);
    house.put(Input::WallClock(Utc(ZERO + 3_600_000)));
    assert_eq!(house.presence(7), Presence::Ready);
    house.put(Input::WallClock(Utc(ZERO)));
    assert_eq!(house.presence(7), Presence::OffDuty);
}

#[test]
fn surge_mode_opens_the_rung_on_call_widens_wishes_and_goes_back() {
    let rungs = vec![Rung { tried: Tried::OnShift, seconds: 600 }, Rung { tried: Tried::OnCall, seconds: 600 }];
    let queue = QueueRules { rungs, wishes: [("audience".to_owned(), 600)].into(), ..everybody() };
    let mut house = House::of(Plan::new([greets("sps"), asks("menu")], [queue], [], ListenerCare::none()));
    house.knows(vec![supervisor(5), skilled(7, &["audience:student"])]);
    house.rota(&[(7, Duty::OnShift, "all", 0, 9999), (8, Duty::OnCall, "all", 0, 9999)]);
    house.talk(7, 1, "sps");
    house.ready(8);
    student(&mut house, 2);
    assert_eq!(house.call_of(8), None);
    house.press(8, Command::Surge(true));
    assert_eq!(house.call_of(8), None, "a supervisor's key");
    house.press(5, Command::Surge(true));
    assert!(house.noted(&Event::SurgeSwitched { on: true, by: ListenerId(5) }));
    assert_eq!(house.call_of(8), Some(2));
    house.press(5, Command::Surge(false));
    house.waits(3, "sps");
    house.accept(8, 2);
    house.hangs_up(2);
    house.press(8, Command::CloseRecord(CallId(2), None));
    assert_eq!(house.call_of(8), None, "back to the cascade");
}

fn tagged(house: &mut House, call: i64, tag: u64) {
    let arrival = Arrival {
        call: CallId(call),
        leg: House::leg(call),
        line: LineId::from("sps"),
        channel: Channel::Phone,
        language: None,
        tags: Some(CallerTags { now: CallerTag::new(tag), before: None }),
    };
    house.put(Input::Arrived(arrival));
    house.answered(call);
    house.prompt_ends(call);
}

#[test]
fn a_marked_caller_is_served_later_and_alone_at_once() {
    let mut house = House::new(vec![greets("sps")]);
    house.knows(vec![supervisor(5)]);
    house.ready(7);
    tagged(&mut house, 1, 11);
    house.accept(7, 1);
    house.press(7, Command::MarkNuisance);
    house.hangs_up(1);
    assert_eq!(house.board.supervision().marks.len(), 1);
    house.press(7, Command::DecideNuisance(CallId(1), true));
    assert_eq!(house.board.supervision().marks.len(), 1, "a supervisor decides");
    house.press(5, Command::DecideNuisance(CallId(1), true));
    tagged(&mut house, 2, 11);
    house.wait(60_000);
    tagged(&mut house, 3, 12);
    house.press(7, Command::CloseRecord(CallId(1), None));
    assert_eq!(house.call_of(7), Some(3));
    house.accept(7, 3);
    house.hangs_up(3);
    house.press(7, Command::CloseRecord(CallId(3), None));
    assert_eq!(house.call_of(7), Some(2), "the only one who waits is answered");
    house.hangs_up(2);
    house.wait(13 * 3_600_000);
    tagged(&mut house, 4, 11);
    house.press(7, Command::Ready);
    tagged(&mut house, 5, 12);
    assert_eq!(house.call_of(7), Some(4), "it expires by itself");
}

#[test]
fn a_caller_who_was_cut_off_and_calls_again_has_their_old_place() {
    let mut house = House::new(vec![greets("sps")]);
    tagged(&mut house, 1, 11);
    house.wait(1_000);
    tagged(&mut house, 2, 12);
    house.wait(60_000);
    house.put(Input::LegEnded(House::leg(1), LegEnd::Lost));
    tagged(&mut house, 3, 11);
    assert!(house.queued(3, true));
    house.ready(7);
    assert_eq!(house.call_of(7), Some(3));
    house.press(7, Command::Decline(CallId(3)));
    house.put(Input::LegEnded(House::leg(3), LegEnd::Lost));
    house.wait(180_000);
    tagged(&mut house, 4, 11);
    house.press(7, Command::Ready);
    assert_eq!(house.call_of(7), Some(2), "after three minutes the place is gone");
}

#[test]
fn places_live_through_a_restart_in_their_old_order() {
    let mut before = House::new(vec![greets("sps")]);
    for (call, tag) in [(1, 11), (2, 12), (3, 13)] {
        tagged(&mut before, call, tag);
        before.wait(5_000);
    }
    let kept: Vec<KeptPlace> = before.board.places(before.now);
    assert_eq!(kept.len(), 3);
    let mut after = House::new(vec![greets("sps")]);
    after.put(Input::WallClock(Utc(ZERO + 60_000)));
    after.put(Input::Places(kept));
    tagged(&mut after, 9, 99);
    for (call, tag) in [(7, 13), (5, 11), (6, 12)] {
        tagged(&mut after, call, tag);
    }
    let mut served = Vec::new();
    for listener in 1..=4 {
        after.ready(listener);
        served.extend(after.call_of(listener));
    }
    assert_eq!(served, [5, 6, 7, 9]);
}

#[test]
fn a_place_that_nobody_came_back_for_is_not_handed_on() {
    let mut house = House::new(vec![greets("sps")]);
    tagged(&mut house, 1, 11);
    house.put(Input::LegEnded(House::leg(1), LegEnd::Lost));
    assert_eq!(house.board.places(house.now).len(), 1);
    house.wait(179_999);
    assert_eq!(house.board.places(house.now).len(), 1);
    house.wait(1);
    assert_eq!(house.board.places(house.now), []);
}

#[test]
fn a_plan_in_force_is_for_those_who_come_after() {
    let mut house = House::new(vec![greets("sps")]);
    house.arrive(1, "sps");
    let other = QueueRules { id: QueueId::from("all"), offer_seconds: 60, ..everybody() };
    let mut plan =
        Plan::new([switchboard::Line { id: LineId::from("sps"), ..asks("sps") }], [other], [], ListenerCare::none());
    plan.version = 2;
    house.put(Input::Plan(std::sync::Arc::new(plan)));
    house.answered(1);
    house.prompt_ends(1);
    assert_eq!(house.heard(1).first(), Some(&PromptName::WaitingFirst), "the old flow has no menu");
    house.arrive(2, "sps");
    house.answered(2);
    house.prompt_ends(2);
    assert_eq!(house.heard(2).first(), Some(&PromptName::MenuAudience));
    assert_eq!(house.now, Moment(1_000));
}
