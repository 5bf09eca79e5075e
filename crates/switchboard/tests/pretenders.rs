//! Pages that only pretend to call must not turn telephones away.

use std::sync::Arc;
use switchboard::flow::{Enter, Flow, Say, Step};
use switchboard::{
    Arrival, CallId, Channel, Effect, Input, LegId, Line, LineId, ListenerCare, Moment, Output, Plan, PromptName,
    QueueId, QueueRules, Refusal, StepId, Switchboard,
};

fn house() -> Switchboard {
    let say = Say { prompt: PromptName::Greeting, skip_in_surge: false, next: StepId::from("queue") };
    let enter = Enter { queue: QueueId::from("all"), priority: 0 };
    let flow = Flow::of([("hello", Step::Say(say)), ("queue", Step::Queue(enter))]);
    let line = Line { queue_limit: 8, ..Line::usual("essai", "Essai", flow) };
    let plan = Plan::new([line], [QueueRules::usual("all", "Tous")], [], ListenerCare::none());
    Switchboard::new(Arc::new(plan))
}

/// Whether a caller who comes this way is refused.
fn refused(board: &mut Switchboard, number: i64, channel: Channel) -> bool {
    let arrival = Arrival {
        call: CallId(number),
        leg: LegId(number),
        line: LineId("essai".into()),
        channel,
        language: None,
        tags: None,
    };
    let mut out = Output::default();
    board.handle(Input::Arrived(arrival), Moment(0), &mut out);
    out.effects.contains(&Effect::Refuse(LegId(number), Refusal::QueueFull))
}

#[test]
fn pages_without_a_voice_have_a_small_bound_of_their_own() {
    let mut board = house();
    let pages: Vec<bool> = (1..=5).map(|number| refused(&mut board, number, Channel::Browser)).collect();
    assert_eq!(pages, [false, false, true, true, true], "a quarter of the line's places");
    let phones: Vec<bool> = (11..=19).map(|number| refused(&mut board, number, Channel::Phone)).collect();
    assert_eq!(phones, [false, false, false, false, false, false, false, false, true], "telephones have all of theirs");
}

#[test]
fn a_page_whose_voice_has_come_counts_like_anybody() {
    let mut board = house();
    for number in 1..=8 {
        assert!(!refused(&mut board, number, Channel::Browser), "page {number}");
        board.handle(Input::LegAnswered(LegId(number)), Moment(0), &mut Output::default());
    }
    assert!(refused(&mut board, 9, Channel::Phone));
    assert!(refused(&mut board, 10, Channel::Browser));
}
