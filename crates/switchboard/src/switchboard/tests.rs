//! A fault in the middle of a step, which only this room can stage.

use super::*;
use crate::flow::{Enter, Flow, Ring, Step};
use crate::{Command, Line, ListenerCare, Presence, QueueId, QueueRules, StepId};

fn house() -> Switchboard {
    let ring = Step::Ring(Ring { next: StepId::from("queue") });
    let queue = Step::Queue(Enter { queue: QueueId::from("all"), priority: 0 });
    let line = Line::usual("night", "Night", Flow::of([("ring", ring), ("queue", queue)]));
    let plan = Plan::new([line], [QueueRules::usual("all", "All")], [], ListenerCare::none());
    let mut board = Switchboard::new(Arc::new(plan));
    let mut out = Output::default();
    for call in [1, 2] {
        let arrival = Arrival {
            call: CallId(call),
            leg: LegId(call),
            line: LineId::from("night"),
            channel: Channel::Phone,
            language: None,
            tags: None,
        };
        board.handle(Input::Arrived(arrival), Moment(0), &mut out);
    }
    board.handle(Input::DeskUp(ListenerId(7), LegId(70)), Moment(0), &mut out);
    board.handle(Input::Listener(ListenerId(7), Command::Ready), Moment(0), &mut out);
    board
}

/// Leaves the board as a panic within a step of this call would: its stage taken out and none put back.
fn cut_short(board: &mut Switchboard, call: CallId) {
    board.calls.get_mut(&call).unwrap().stage = Stage::Over;
    board.under_way = Some(call);
}

#[test]
fn a_step_cut_short_by_a_press_or_a_deadline_ends_that_call_at_the_next_input() {
    let mut board = house();
    cut_short(&mut board, CallId(1));
    let mut out = Output::default();
    board.handle(Input::TimePassed, Moment(1), &mut out);
    assert!(out.events.contains(&Event::Ended { call: CallId(1), outcome: Outcome::Broken }));
    assert!(out.events.contains(&Event::OfferEnded {
        call: CallId(1),
        listener: ListenerId(7),
        end: OfferEnd::CallerGone
    }));
    assert_eq!(board.desk(ListenerId(7), Moment(1)).presence, Presence::Paused);
    assert_eq!(board.open_calls(), 1);
}

#[test]
fn the_call_that_a_fault_met_is_ended_and_not_the_one_whose_leg_brought_it() {
    let mut board = house();
    cut_short(&mut board, CallId(1));
    let mut out = Output::default();
    board.break_leg(LegId(2), Moment(1), &mut out);
    assert!(out.events.contains(&Event::Ended { call: CallId(1), outcome: Outcome::Broken }));
    assert_eq!(board.calls.keys().copied().collect::<Vec<_>>(), [CallId(2)]);
    board.break_leg(LegId(2), Moment(1), &mut out);
    assert_eq!(board.open_calls(), 0);
    assert_eq!(invariants::broken(&board, Moment(1)), None);
}
