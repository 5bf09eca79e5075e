//! Pages that only pretend to call must not turn telephones away, nor many calls from few numbers everybody else.

use std::sync::Arc;
use switchboard::flow::{Enter, Flow, Say, Step};
use switchboard::{
    Arrival, CallId, CallerTag, CallerTags, Channel, Effect, Input, LegId, Line, LineId, ListenerCare, Moment, Output,
    Plan, PromptName, QueueId, QueueRules, Refusal, StepId, Switchboard,
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
    refused_from(board, number, channel, None)
}

/// The same for who calls from the telephone of this tag.
fn refused_from(board: &mut Switchboard, number: i64, channel: Channel, tag: Option<u64>) -> bool {
    let arrival = Arrival {
        call: CallId(number),
        leg: LegId(number),
        line: LineId("essai".into()),
        channel,
        language: None,
        tags: tag.map(|tag| CallerTags { now: CallerTag::new(tag), before: None }),
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

#[test]
fn few_numbers_cannot_fill_a_line_and_its_room_is_everybodys() {
    let mut board = house();
    let mut call = |number, tag| refused_from(&mut board, number, Channel::Phone, tag);
    assert!(!call(1, Some(7)) && !call(2, Some(7)), "while there is room, nobody is counted");
    assert!(call(3, Some(7)), "a third of one number on a crowded line");
    assert!(!call(4, Some(8)) && !call(5, Some(8)) && call(6, Some(8)), "another number has its two");
    assert!(!call(7, Some(9)), "who calls once comes in");
    assert!(!call(8, None), "and so does who withholds their number");
    board.handle(Input::LegEnded(LegId(1), switchboard::LegEnd::HungUp), Moment(0), &mut Output::default());
    assert!(!refused_from(&mut board, 9, Channel::Phone, Some(7)), "who hung up and calls again");
}
