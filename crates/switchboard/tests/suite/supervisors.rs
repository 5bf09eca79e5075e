//! Supervisors come to a call: they listen, whisper, join, leave, and are called by an alert.

use crate::handover::{CALL, hears, regulated};
use crate::house::House;
use switchboard::{Command, Event, LegId, ListenerId, Outcome, Partner, Party, Presence, WatchMode};

#[test]
fn a_supervisor_listens_whispers_joins_and_leaves() {
    let mut house = regulated();
    house.desk_up(5, 5);
    house.press(5, Command::Watch(CALL, WatchMode::Listen));
    assert_eq!(house.presence(5), Presence::Supervising);
    assert_eq!((hears(&house, House::leg(1)), hears(&house, LegId(7))), (vec![7], vec![100]));
    assert_eq!(hears(&house, LegId(5)), [7, 100]);
    let seen = house.desk(7).call.unwrap().partners;
    assert_eq!(seen.last(), Some(&Partner::Supervisor(ListenerId(5), WatchMode::Listen)), "the listener sees it");
    house.press(5, Command::Watch(CALL, WatchMode::Whisper));
    assert_eq!((hears(&house, House::leg(1)), hears(&house, LegId(7))), (vec![7], vec![5, 100]));
    house.press(5, Command::Watch(CALL, WatchMode::Join));
    assert_eq!(hears(&house, House::leg(1)), [5, 7]);
    house.press(5, Command::Unwatch);
    assert_eq!((house.presence(5), hears(&house, House::leg(1))), (Presence::OffDuty, vec![7]));
    house.press(8, Command::Watch(CALL, WatchMode::Listen));
    assert_ne!(house.presence(8), Presence::Supervising, "only supervisors");
}

#[test]
fn a_supervisor_who_joined_keeps_the_caller_when_the_listener_vanishes() {
    let mut house = regulated();
    house.desk_up(5, 5);
    house.press(5, Command::Watch(CALL, WatchMode::Join));
    house.desk_down(7);
    assert_eq!((house.presence(7), hears(&house, House::leg(1))), (Presence::WrappingUp, vec![5]));
    house.press(5, Command::Watch(CALL, WatchMode::Listen));
    assert_eq!(hears(&house, House::leg(1)), [5], "somebody talks with the caller");
    house.press(5, Command::Unwatch);
    assert_eq!(house.outcome(1), Some(Outcome::Talked { by: Party::Listener }));
}

#[test]
fn a_supervisor_who_only_listens_leaves_with_a_listener_who_vanishes() {
    let mut house = regulated();
    house.desk_up(5, 5);
    house.press(5, Command::Watch(CALL, WatchMode::Whisper));
    house.desk_down(7);
    assert_eq!(house.presence(5), Presence::OffDuty);
    assert!(house.noted(&Event::ListenerLost { call: CALL, listener: ListenerId(7) }));
}

#[test]
fn an_alert_shows_until_somebody_comes() {
    let mut house = regulated();
    house.desk_up(5, 5);
    house.press(7, Command::Alert);
    assert!(house.noted(&Event::Alerted { call: CALL, listener: ListenerId(7) }));
    let first = house.board.supervision().calls.remove(0);
    assert!(first.alert.is_some());
    house.press(5, Command::Watch(CALL, WatchMode::Join));
    assert!(house.board.supervision().calls.remove(0).alert.is_none());
    assert!(!house.desk(7).call.unwrap().alert);
}
