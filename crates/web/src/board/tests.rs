use super::*;
use crate::words::Language;
use store::reports::{CurvePoint, Ends, GaveUp, Waits};
use store::{BoardCall, BoardListener, BoardStage, Role};
use switchboard::{CallId, Channel, LineId, Presence, PresenceReason};

const HOUR: i64 = 3_600_000;

fn board() -> Board {
    let mut live = LiveBoard { seq: 9, ..LiveBoard::default() };
    for (id, stage, listener) in
        [(1, BoardStage::Waiting, None), (2, BoardStage::Talking, Some(ListenerId(7))), (3, BoardStage::Held, None)]
    {
        let call = BoardCall {
            id: CallId(id),
            stage,
            since: 60_000,
            arrived_at: 0,
            queued_at: Some(30_000),
            talking_since: (stage != BoardStage::Waiting).then_some(20_000),
            line: LineId("sps".to_owned()),
            language: switchboard::Language::Fr,
            channel: Channel::Phone,
            choice: None,
            listener,
        };
        live.calls.insert(CallId(id), call);
    }
    let there = BoardListener { presence: Presence::Talking, reason: PresenceReason::Call, since: 60_000 };
    live.listeners.insert(ListenerId(7), there);
    live.listeners.insert(ListenerId(8), BoardListener { presence: Presence::OffDuty, ..there });
    Board {
        words: Words(Language::Fr),
        now: 125_000,
        live: Arc::new(live),
        open: Arc::default(),
        names: HashMap::from([(ListenerId(7), "Léa <b>".to_owned())]),
        lines: HashMap::from([("sps".to_owned(), "Soignants & familles".to_owned())]),
    }
}

#[test]
fn who_waits_who_talks_and_who_is_there() {
    let board = board();
    let waiting = people::waiting(&board).into_string();
    assert_eq!(waiting.matches("<li").count(), 1);
    assert!(waiting.contains("Soignants &amp; familles") && waiting.contains("1\u{a0}min\u{a0}35\u{a0}s"));
    let talking = people::talking(&board).into_string();
    assert_eq!(talking.matches("<li").count(), 2);
    assert!(talking.contains("Léa &lt;b&gt;"));
    assert_eq!(talking.matches("data-from=\"20000\"").count(), 2, "a talk is as old as its first word");
    assert_eq!(talking.matches("data-from=\"60000\"").count(), 1, "a hold tells its own time beside it");
    let presence = people::presence(&board).into_string();
    assert_eq!(presence.matches("<li").count(), 1, "who is off duty is not there");
}

#[test]
fn an_empty_board_says_so() {
    let mut board = board();
    board.live = Arc::default();
    for part in [people::waiting(&board), people::talking(&board), people::presence(&board)] {
        assert!(part.into_string().contains("class=\"empty\""));
    }
    assert!(figures::figures(board.words, None).into_string().contains("class=\"empty\""));
}

#[test]
fn the_three_figures_are_together_with_their_definitions() {
    let activity = Activity {
        arrived: 10,
        answered: 9,
        connected: 7,
        ends: Ends {
            talked: 7,
            given_up: GaveUp { waiting: 2, ..GaveUp::default() },
            still_open: 1,
            ..Ends::default()
        },
        waits: Waits { p50_ms: Some(4_000), p90_ms: None, ..Waits::default() },
        mean_talk_ms: Some(1_500_000.4),
        curve: (0..24)
            .map(|hour| CurvePoint { start_ms: hour * HOUR, arrived: 1, connected: 1, given_up: 0 })
            .collect(),
        ..Activity::default()
    };
    let zone = TimeZone::get(USUAL_ZONE).unwrap();
    let text = figures::figures(Words(Language::En), Some(&(activity, zone))).into_string();
    for part in
        ["<strong>9</strong>", "<strong>7</strong>", "<strong>2</strong>", "90\u{a0}%", "25\u{a0}min\u{a0}00\u{a0}s"]
    {
        assert!(text.contains(part), "{part}");
    }
    assert_eq!(text.matches("class=\"means\"").count(), 6);
    assert_eq!(text.matches("<rect").count(), 24);
    assert_eq!(text.matches("<td>1</td>").count(), 24 * 2 + 1, "the curve's table and the calls that are still open");
}

#[test]
fn the_longest_and_the_shortest_day_are_whole() {
    // The clocks go forward on 2026-03-29 and back on 2026-10-25 in France.
    for (now, hours) in [(1_774_785_600_000, 23), (1_792_929_600_000, 25), (1_780_000_000_000, 24)] {
        let (from, to, _) = day(now).unwrap();
        assert_eq!((to - from) / HOUR, hours);
        assert!(from <= now && now < to);
    }
}

#[test]
fn the_page_tells_of_trouble_and_of_a_demonstration() {
    let bar = Bar::of(Words(Language::Fr), "Léa", Role::Supervisor);
    let text = draw(&board(), &bar, &[("waiting", html! {})], true, true).into_string();
    assert!(text.contains("role=\"alert\"") && text.contains("ribbon"));
    assert!(text.contains("data-part=\"waiting\""));
}
