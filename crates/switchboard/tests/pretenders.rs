//! Pages that only pretend to call must not turn telephones away.

use switchboard::{
    AnswerWay, Arrival, CallId, Channel, Effect, Input, Language, LegId, Line, LineId, LocalMinute, Moment, Output,
    Refusal, Switchboard, WeeklyHours,
};

fn line() -> Line {
    Line {
        id: LineId("essai".into()),
        name: "Essai".into(),
        language: Language::Fr,
        hours: WeeklyHours::always(),
        answer: AnswerWay::AnswerAndGreet,
        menu: None,
        queue_limit: 8,
        offer_time: 20_000,
        grace_time: 8_000,
    }
}

/// Whether a caller who comes this way is refused.
fn refused(board: &mut Switchboard, number: i64, channel: Channel) -> bool {
    let arrival = Arrival {
        call: CallId(number),
        leg: LegId(number),
        line: LineId("essai".into()),
        channel,
        language: None,
        local: LocalMinute::new(0, 12, 0).unwrap_or_else(|| unreachable!("noon is a minute")),
    };
    let mut out = Output::default();
    board.handle(Input::Arrived(arrival), Moment(0), &mut out);
    out.effects.contains(&Effect::Refuse(LegId(number), Refusal::QueueFull))
}

#[test]
fn pages_without_a_voice_have_a_small_bound_of_their_own() {
    let mut board = Switchboard::new(vec![line()]);
    let pages: Vec<bool> = (1..=5).map(|number| refused(&mut board, number, Channel::Browser)).collect();
    assert_eq!(pages, [false, false, true, true, true], "a quarter of the line's places");
    let phones: Vec<bool> = (11..=19).map(|number| refused(&mut board, number, Channel::Phone)).collect();
    assert_eq!(phones, [false, false, false, false, false, false, false, false, true], "telephones have all of theirs");
}

#[test]
fn a_page_whose_voice_has_come_counts_like_anybody() {
    let mut board = Switchboard::new(vec![line()]);
    for number in 1..=8 {
        assert!(!refused(&mut board, number, Channel::Browser), "page {number}");
        board.handle(Input::LegAnswered(LegId(number)), Moment(0), &mut Output::default());
    }
    assert!(refused(&mut board, 9, Channel::Phone));
    assert!(refused(&mut board, 10, Channel::Browser));
}
