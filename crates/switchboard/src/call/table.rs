//! The whole table of stages and inputs, printed for a coordinator to read, and compared with `stage_table.txt` beside
//! this file. `UPDATE_SNAPSHOT=1` writes it anew; the difference is then read like any other change.

use super::*;
use crate::listener::{Listeners, Standing};
use crate::queue::{Place, Queue};
use crate::{
    AnswerWay, CallId, Channel, Choice, Effect, Event, Language, Line, LineId, Menu, Output, Playing, PresenceReason,
    PromptName, WeeklyHours,
};
use std::fmt::Write;
use std::sync::Arc;

const CALL: CallId = CallId(1);
const CALLER: LegId = LegId(10);
const LISTENER: ListenerId = ListenerId(7);
const DESK: LegId = LegId(70);
const NEW_DESK: LegId = LegId(71);
const NOW: Moment = Moment(1_000_000);
const LATER: Moment = Moment(1_010_000);
const PLAY: PlayId = PlayId(5);

/// A row's stage, and what is known of the call in it.
struct Row {
    title: &'static str,
    stage: Stage,
    pickup: Pickup,
    menu: bool,
    standing: Standing,
    talked: bool,
}

fn row(title: &'static str, stage: Stage) -> Row {
    Row { title, stage, pickup: Pickup::Answered, menu: false, standing: Standing::Paused, talked: false }
}

fn place() -> Place {
    Queue::default().tail()
}

fn rows() -> Vec<Row> {
    let arriving = |open| Stage::Arriving(Arriving { until: LATER, open });
    let greeting = || Stage::Greeting(Greeting { play: PLAY, until: LATER });
    let offered =
        || Stage::Offered(Offered { listener: LISTENER, ready_since: Moment(900_000), until: LATER, place: place() });
    let waiting = || Stage::Waiting(Waiting { place: place() });
    let talking = |held| Stage::Talking(Talking { listener: LISTENER, listener_leg: DESK, held });
    let recovering = |held| Stage::Recovering(Recovering { listener: LISTENER, until: LATER, held });
    let connecting = Connecting { listener: LISTENER, ready_since: Moment(900_000), until: LATER };
    let free = Standing::Ready { since: Moment(900_000) };
    let rung = Standing::Offered { call: CALL };
    let bound = Standing::Talking { call: CALL };
    vec![
        Row { pickup: Pickup::Asked, ..row("the line is open", arriving(true)) },
        Row { pickup: Pickup::Asked, ..row("the line is closed", arriving(false)) },
        row("a line without a menu", greeting()),
        Row { menu: true, ..row("a line with a menu", greeting()) },
        Row {
            menu: true,
            ..row("the prompt plays, or a key is waited for", Stage::Menu(InMenu { play: PLAY, until: LATER }))
        },
        Row { standing: free, ..row("the caller hears prompts", waiting()) },
        Row { standing: free, pickup: Pickup::Unanswered, ..row("the caller hears ringing", waiting()) },
        Row {
            standing: free,
            pickup: Pickup::Asked,
            ..row("a listener left while the line was being answered", waiting())
        },
        Row { standing: rung, ..row("the caller hears prompts", offered()) },
        Row { standing: rung, pickup: Pickup::Unanswered, ..row("the caller hears ringing", offered()) },
        Row {
            standing: bound,
            pickup: Pickup::Asked,
            ..row("accepted, the line is being answered", Stage::Connecting(connecting))
        },
        Row { standing: bound, talked: true, ..row("they hear each other", talking(false)) },
        Row { standing: bound, talked: true, ..row("the caller is on hold", talking(true)) },
        Row { standing: bound, talked: true, ..row("the listener vanished in the talk", recovering(false)) },
        Row {
            standing: bound,
            talked: true,
            ..row("the listener vanished while the caller was on hold", recovering(true))
        },
        row("the closing message plays", Stage::Closed(ClosedLine { until: LATER })),
        row("whatever still comes", Stage::Over),
    ]
}

fn inputs() -> Vec<(&'static str, CallInput)> {
    let key = |key| CallInput::Digit(Digit::new(key).unwrap());
    vec![
        ("the answer is complete", CallInput::Answered),
        ("the caller hangs up", CallInput::LegEnded(LegEnd::HungUp)),
        ("the caller's line is lost", CallInput::LegEnded(LegEnd::Lost)),
        ("the caller's line fails", CallInput::LegEnded(LegEnd::Failed)),
        ("the prompt ends", CallInput::PromptEnded(PLAY)),
        ("an earlier prompt's end comes late", CallInput::PromptEnded(PlayId(4))),
        ("the caller presses a key of the menu", key('2')),
        ("the caller presses another key", key('9')),
        ("time is up", CallInput::Deadline),
        ("a listener is chosen", CallInput::Chosen(LISTENER)),
        ("the listener accepts", CallInput::Accepted),
        ("the listener declines", CallInput::Declined),
        ("the listener vanishes", CallInput::ListenerGone),
        ("the listener is back on a new desk", CallInput::ListenerBack(NEW_DESK)),
        ("the listener presses hold", CallInput::Hold),
        ("the listener presses resume", CallInput::Resume),
        ("the listener ends the call", CallInput::ListenerEnds),
    ]
}

fn line(menu: bool) -> Arc<Line> {
    let student = Choice { digit: Digit::new('2').unwrap(), choice: "student".to_owned() };
    let menu = menu.then(|| Menu { prompt: PromptName::MenuAudience, choices: vec![student], wait: 5_000 });
    Arc::new(Line {
        id: LineId("sps".to_owned()),
        name: "SPS".to_owned(),
        language: Language::Fr,
        hours: WeeklyHours::always(),
        answer: AnswerWay::AnswerAndGreet,
        menu,
        queue_limit: 10,
        offer_time: 20_000,
        grace_time: 10_000,
    })
}

/// Tries one input on one row: the next stage's name, and what came of it in words.
fn tried(row: &Row, input: CallInput) -> (Stage, Vec<String>, Vec<String>) {
    let mut out = Output::default();
    let mut listeners = Listeners::default();
    let listener = listeners.get_or_new(LISTENER, NOW);
    listener.desk = match (input, &row.stage) {
        (CallInput::ListenerBack(leg), _) => Some(leg),
        (CallInput::ListenerGone, _) | (_, Stage::Recovering(_)) => None,
        _ => Some(DESK),
    };
    listener.become_(row.standing, PresenceReason::Call, NOW, &mut out);
    let mut queue = Queue::default();
    let first = queue.tail();
    if matches!(row.stage, Stage::Waiting(_)) {
        queue.enter(first, CALL);
    }
    let mut facts = Facts {
        call: CALL,
        leg: CALLER,
        line: line(row.menu),
        channel: Channel::Phone,
        language: Language::Fr,
        arrived: Moment(0),
        choice: None,
        queued: Some((first, Moment(0))),
        pickup: row.pickup,
        talked: row.talked,
    };
    let mut next_play = PLAY.0;
    let mut out = Output::default();
    let mut room = Room {
        now: NOW,
        facts: &mut facts,
        listeners: &mut listeners,
        queue: &mut queue,
        next_play: &mut next_play,
        out: &mut out,
    };
    let next = row.stage.clone().handle(input, &mut room);
    assert_eq!(queue.contains(CALL), matches!(next, Stage::Waiting(_)), "{}: {input:?}", row.title);
    let effects = out.effects.iter().filter_map(effect).collect();
    (next, effects, out.events.iter().map(event).collect())
}

fn leg(leg: LegId) -> &'static str {
    match leg {
        CALLER => "the caller",
        DESK => "the listener",
        NEW_DESK => "the listener's new desk",
        LegId(_) => "somebody else",
    }
}

fn effect(effect: &Effect) -> Option<String> {
    let words = match effect {
        Effect::Ring(of) => format!("ring towards {}", leg(*of)),
        Effect::Answer(of) => format!("answer {}", leg(*of)),
        Effect::Refuse(of, why) => format!("refuse {} ({why:?})", leg(*of)),
        Effect::HangUp(of) => format!("hang up on {}", leg(*of)),
        Effect::Play(of, playing) => format!("play to {}: {}", leg(*of), prompts(playing)),
        Effect::Bridge(one, other) => format!("join {} and {}", leg(*one), leg(*other)),
        Effect::Part(of) => format!("part {} from the talk", leg(*of)),
        Effect::Tell(_, state) => format!("show the caller's page \"{}\"", spaced(&format!("{state:?}"))),
        // Every desk is redrawn whenever anything about it may have changed: saying so in each line would hide the rest.
        Effect::DeskChanged(_) => return None,
    };
    Some(words)
}

fn prompts(playing: &Playing) -> String {
    let mut words = String::new();
    for (index, item) in playing.items.iter().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        let again = if playing.again_from == Some(index) { "again and again: " } else { "" };
        write!(words, "{comma}{again}{}", spaced(&format!("{:?}", item.prompt))).unwrap();
        if let Some(milliseconds) = item.at_most {
            write!(words, " {} s", milliseconds / 1000).unwrap();
        }
    }
    words
}

fn event(event: &Event) -> String {
    match event {
        Event::Chosen { choice, .. } => format!("chosen \"{choice}\""),
        Event::Queued { again: false, .. } => "queued at the end".to_owned(),
        Event::Queued { again: true, .. } => "queued again, at the head".to_owned(),
        Event::OfferEnded { end, .. } => format!("offer ended: {}", spaced(&format!("{end:?}"))),
        Event::Ended { outcome, .. } => format!("ended: {}", spaced(&format!("{outcome:?}"))),
        Event::PresenceChanged { presence, reason, .. } => {
            format!("the listener is {} ({})", spaced(&format!("{presence:?}")), spaced(&format!("{reason:?}")))
        }
        Event::Arrived { .. }
        | Event::Answered { .. }
        | Event::Offered { .. }
        | Event::Bridged { .. }
        | Event::Held { .. }
        | Event::Resumed { .. }
        | Event::ListenerLost { .. }
        | Event::ListenerBack { .. }
        | Event::RecordClosed { .. } => {
            let debug = format!("{event:?}");
            spaced(debug.split_whitespace().next().unwrap())
        }
    }
}

/// `GaveUp { during: Waiting }` as `gave up, during: waiting`.
fn spaced(debug: &str) -> String {
    let mut words = String::new();
    for letter in debug.replace(" { ", ", ").replace(" }", "").chars() {
        if letter.is_uppercase() && words.chars().last().is_some_and(char::is_alphabetic) {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}

fn consequences(next: &Stage, effects: &[String], events: &[String]) -> String {
    let mut text = next.name().to_owned();
    for (what, list) in [("does", effects), ("notes", events)] {
        for (index, words) in list.iter().enumerate() {
            let what = if index == 0 { what } else { "" };
            write!(text, "\n      {what:<6}{words}").unwrap();
        }
    }
    text
}

fn table() -> String {
    let mut text = String::from(
        "What a call does in each stage, whatever comes. Written by `cargo test`; see src/call/table.rs.\n\
         \"does\" is done at once and in this order; \"notes\" goes to the journal. Drawing a desk anew is left out.\n",
    );
    for row in rows() {
        write!(text, "\n{} — {}\n", row.stage.name().to_uppercase(), row.title).unwrap();
        let mut ignored = Vec::new();
        // Inputs of which the same comes, one after the other, share their lines.
        let mut told: Vec<(String, String)> = Vec::new();
        for (name, input) in inputs() {
            let (next, effects, events) = tried(&row, input);
            if next == row.stage && effects.is_empty() && events.is_empty() {
                ignored.push(name);
                continue;
            }
            let comes = consequences(&next, &effects, &events);
            match told.last_mut() {
                Some((names, before)) if *before == comes => write!(names, ", or {name}").unwrap(),
                _ => told.push((name.to_owned(), comes)),
            }
        }
        for (names, comes) in told {
            writeln!(text, "  {names} → {comes}").unwrap();
        }
        writeln!(text, "  changes nothing: {}", ignored.join("; ")).unwrap();
    }
    text
}

#[test]
fn every_stage_meets_every_input_as_the_table_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/call/stage_table.txt");
    let table = table();
    if std::env::var_os("UPDATE_SNAPSHOT").is_some() {
        std::fs::write(path, &table).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    for (number, (kept, now)) in kept.lines().zip(table.lines()).enumerate() {
        assert_eq!(kept, now, "line {} of stage_table.txt; UPDATE_SNAPSHOT=1 writes it anew", number + 1);
    }
    assert_eq!(kept.lines().count(), table.lines().count(), "stage_table.txt; UPDATE_SNAPSHOT=1 writes it anew");
}
