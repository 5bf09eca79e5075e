//! The checker of flows, their drawing, and a runner that loses nobody whatever the flow.

use super::*;
use crate::DialRules;
use crate::plan::{ListenerCare, Rung};
use crate::{
    Arrival, CallId, Channel, Digit, Effect, Event, Input, Language, LegEnd, LegId, Line, Moment, Output, Plan,
    QueueRules, Relay, Switchboard, Tried, Utc, WeeklyHours,
};
use proptest::prelude::*;
use std::sync::Arc;

fn id(step: &str) -> StepId {
    StepId::from(step)
}

fn say(next: &str) -> Step {
    Step::Say(Say { prompt: PromptName::Greeting, skip_in_surge: false, next: id(next) })
}

fn enter() -> Step {
    Step::Queue(Enter { queue: QueueId::from("all"), priority: 0 })
}

fn last() -> Step {
    Step::Last(LastWord { prompt: PromptName::Closed })
}

fn hours(open: &str, closed: &str) -> Step {
    Step::Hours(ByHours { open: id(open), closed: id(closed) })
}

fn to_line(line: &str) -> Step {
    Step::Line(ToLine { line: LineId::from(line) })
}

fn menu(keys: &[(char, &str)], otherwise: &str) -> Step {
    let choice = |(digit, next): &(char, &str)| Choice {
        digit: Digit::new(*digit).unwrap(),
        choice: format!("choice-{digit}"),
        wish: None,
        priority: 0,
        next: id(next),
    };
    Step::Menu(Menu {
        prompt: PromptName::MenuAudience,
        wait_seconds: 4,
        tries: 3,
        choices: keys.iter().map(choice).collect(),
        otherwise: id(otherwise),
    })
}

fn line(name: &str, steps: Vec<(&'static str, Step)>) -> Line {
    Line::usual(name, name, Flow::of(steps))
}

fn plan(lines: Vec<Line>) -> Plan {
    let relay = Relay::usual("partner", "Partner", "0199000899");
    Plan::new(lines, [QueueRules::usual("all", "All")], [relay], ListenerCare::default())
}

fn faults(lines: Vec<Line>) -> Vec<FlowFault> {
    check_plan(&plan(lines), &|_, _| true, &DialRules::default())
}

#[test]
fn a_plain_flow_is_right() {
    assert_eq!(faults(vec![line("a", vec![("hello", say("queue")), ("queue", enter())])]), []);
}

#[test]
fn a_dead_end_is_named_with_the_step_that_leads_there() {
    let found = faults(vec![line("a", vec![("hello", say("gone")), ("queue", enter())])]);
    assert!(found.contains(&FlowFault::DeadEnd("a".into(), id("hello"), id("gone"))), "{found:?}");
    assert!(found.contains(&FlowFault::NeverReached("a".into(), id("queue"))), "{found:?}");
    let no_start = Line { flow: Arc::new(Flow { start: id("gone"), ..Flow::default() }), ..line("a", vec![]) };
    assert_eq!(faults(vec![no_start]), [FlowFault::NoStart("a".into())]);
}

#[test]
fn whoever_presses_nothing_must_not_go_round_and_round() {
    let round = vec![("one", say("two")), ("two", menu(&[('1', "queue")], "one")), ("queue", enter())];
    assert_eq!(faults(vec![line("a", round)]), [FlowFault::EndlessLoop("a".into(), id("one"))]);
    let by_key = vec![("one", say("two")), ("two", menu(&[('1', "one")], "queue")), ("queue", enter())];
    assert_eq!(faults(vec![line("a", by_key)]), [], "a key may lead back: whoever presses it wants that");
}

#[test]
fn a_loop_over_two_lines_is_found() {
    let there = line("a", vec![("hello", say("other")), ("other", to_line("b"))]);
    let back = line("b", vec![("hello", say("other")), ("other", to_line("a"))]);
    let found = faults(vec![there, back]);
    assert!(found.contains(&FlowFault::EndlessLoop("a".into(), id("hello"))), "{found:?}");
    assert!(found.contains(&FlowFault::EndlessLoop("b".into(), id("hello"))), "{found:?}");
}

#[test]
fn a_flow_with_many_ways_is_looked_over_in_no_time() {
    let mut steps = Vec::new();
    for number in 0..60 {
        let step = |kind: &str, number: usize| id(&format!("{kind}{number}"));
        let hours = ByHours { open: step("a", number), closed: step("b", number) };
        steps.push((step("h", number), Step::Hours(hours)));
        for kind in ["a", "b"] {
            steps.push((step(kind, number), say(&step("h", number + 1).0)));
        }
    }
    steps.push((id("h60"), enter()));
    let mut many = line("a", vec![("h0", enter())]);
    Arc::make_mut(&mut many.flow).steps = steps.into_iter().collect();
    assert_eq!(faults(vec![many.clone()]), [], "there are two to the power of sixty ways");
    let flow = Arc::make_mut(&mut many.flow);
    flow.steps.insert(id("a59"), say("h0"));
    let found = faults(vec![many.clone()]);
    assert!(found.contains(&FlowFault::EndlessLoop("a".into(), id("h0"))), "{found:?}");
    let flow = Arc::make_mut(&mut many.flow);
    flow.steps.extend((0..Flow::MOST_STEPS).map(|number| (id(&format!("x{number}")), enter())));
    assert_eq!(faults(vec![many]), [FlowFault::LineWrong("a".into(), Wrong::TooManySteps)]);
}

#[test]
fn a_plan_without_a_line_and_a_number_written_twice_in_two_ways_are_refused() {
    assert!(faults(Vec::new()).contains(&FlowFault::NoLines));
    let of = |name: &str, number: &str| {
        let mut line = line(name, vec![("queue", enter())]);
        line.numbers = vec![number.to_owned()];
        line
    };
    let found = faults(vec![of("a", "+33199000805"), of("b", "0199000805")]);
    assert_eq!(found, [FlowFault::NumberTwice("b".into(), "a".into(), "0199000805".to_owned())]);
}

#[test]
fn a_prompt_that_is_not_there_in_one_language_is_a_silent_path() {
    let mut both = line("a", vec![("hello", say("queue")), ("queue", enter())]);
    both.languages = vec![Language::Fr, Language::En];
    let found = check_plan(&plan(vec![both]), &|_, language| language == Language::Fr, &DialRules::default());
    let rung = FlowFault::QueueWrong(QueueId::from("all"), Wrong::NoMessage);
    assert_eq!(found, [FlowFault::SilentPath("a".into(), id("hello"), Language::En), rung]);
    let words = found.first().unwrap().to_string();
    assert_eq!(words, "line a, step hello: the prompt is not there in 'en': silence");
}

#[test]
fn an_open_minute_without_a_human_is_named() {
    let mut night = line("night", vec![("hours", hours("queue", "closed")), ("queue", enter()), ("closed", last())]);
    night.hours.week = WeeklyHours::read(["mon-sun 21:00-24:00"]).unwrap();
    // By day, the line leads to one that is open at night only.
    let mut day =
        line("day", vec![("hours", hours("other", "closed")), ("other", to_line("night")), ("closed", last())]);
    day.hours.week = WeeklyHours::read(["tue 20:00-22:00"]).unwrap();
    let found = faults(vec![night, day]);
    let minute = 24 * 60 + 20 * 60;
    assert_eq!(found, [FlowFault::NoHuman("day".into(), id("hours"), minute)]);
    assert!(found.first().unwrap().to_string().contains("at tue 20:00 the line is open"), "{found:?}");
}

#[test]
fn names_that_nothing_has_are_found() {
    let relay = Step::Relay(ToRelay { relay: RelayId::from("nobody"), failed: id("other") });
    let queue = Step::Queue(Enter { queue: QueueId::from("none"), priority: 0 });
    let choices = menu(&[('1', "relay"), ('2', "other")], "queue");
    let steps = vec![("menu", choices), ("relay", relay), ("other", to_line("nowhere")), ("queue", queue)];
    let found = faults(vec![line("a", steps)]);
    assert!(found.contains(&FlowFault::UnknownRelay("a".into(), id("relay"), "nobody".into())), "{found:?}");
    assert!(found.contains(&FlowFault::UnknownLine("a".into(), id("other"), "nowhere".into())), "{found:?}");
    assert!(found.contains(&FlowFault::UnknownQueue("a".into(), id("queue"), "none".into())), "{found:?}");
    assert_eq!(found.len(), 3);
}

#[test]
fn a_number_reaches_one_line() {
    let with = |name: &str| Line { numbers: vec!["0199000805".to_owned()], ..line(name, vec![("queue", enter())]) };
    let found = faults(vec![with("a"), with("b")]);
    assert_eq!(found, [FlowFault::NumberTwice("b".into(), "a".into(), "0199000805".to_owned())]);
}

#[test]
fn a_cascade_calls_no_emergency_service_and_nobody_unknown() {
    let mut of = plan(vec![line("a", vec![("queue", enter())])]);
    let rung = |tried| Rung { tried, seconds: 30 };
    let all = Arc::make_mut(of.queues.get_mut(&QueueId::from("all")).unwrap());
    all.rungs.push(rung(Tried::Partner("partner".into())));
    all.rungs.push(rung(Tried::Partner("nobody".into())));
    all.rungs.push(rung(Tried::OtherQueue("none".into())));
    Arc::make_mut(of.relays.get_mut(&RelayId::from("partner")).unwrap()).emergency = true;
    let found: Vec<String> =
        check_plan(&of, &|_, _| true, &DialRules::default()).iter().map(FlowFault::to_string).collect();
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found.iter().any(|words| words.contains("emergency service")), "{found:?}");
}

#[test]
fn a_drawing_has_each_step_once_below_what_leads_to_it() {
    let steps = vec![
        ("hello", say("menu")),
        ("menu", menu(&[('1', "hello"), ('2', "closed")], "queue")),
        ("queue", enter()),
        ("closed", last()),
        ("lost", say("queue")),
    ];
    let drawing = Drawing::of(&Flow::of(steps));
    let at =
        |step: &str| drawing.steps.iter().find(|drawn| drawn.id == id(step)).map(|drawn| (drawn.row, drawn.column));
    assert_eq!((at("hello"), at("menu"), at("lost")), (Some((0, 0)), Some((1, 0)), None));
    assert_eq!((at("closed"), at("queue")), (Some((2, 0)), Some((2, 1))));
    assert_eq!((drawing.rows, drawing.columns), (3, 2));
    let back: Vec<&DrawnEdge> = drawing.edges.iter().filter(|edge| edge.back).collect();
    assert_eq!(back.len(), 1, "only the key that leads up again");
    assert_eq!((back[0].when.as_str(), back[0].number), ("1", (0, 3)));
    assert_eq!(drawing.edges.len(), 4);
}

#[test]
fn a_plan_is_written_and_read_again() {
    let wish = Some(crate::Skill::read("audience:student").unwrap());
    let Step::Menu(mut asks) = menu(&[('1', "language"), ('#', "departement")], "hours") else { panic!() };
    asks.choices[0].wish = wish;
    asks.choices[0].priority = 90;
    let choices = vec![LanguageChoice { digit: Digit::new('2').unwrap(), language: Language::En }];
    let language = AskLanguage { prompt: PromptName::MenuLanguage, wait_seconds: 3, choices, next: id("hours") };
    let steps = vec![
        ("hello", say("menu")),
        ("menu", Step::Menu(asks)),
        ("language", Step::Language(language)),
        (
            "departement",
            Step::Departement(AskDepartement {
                prompt: PromptName::Own(crate::PromptId(4)),
                wait_seconds: 4,
                next: id("ring"),
            }),
        ),
        ("hours", hours("relay", "line")),
        ("ring", Step::Ring(Ring { next: id("queue") })),
        ("relay", Step::Relay(ToRelay { relay: RelayId::from("partner"), failed: id("last") })),
        ("line", to_line("b")),
        ("last", last()),
        ("queue", enter()),
    ];
    let mut first = Line { numbers: vec!["+33199000805".to_owned()], ..line("a", steps) };
    first.hours.week = WeeklyHours::read(["mon-fri 08:30-20:00"]).unwrap();
    let mut whole = plan(vec![first, line("b", vec![("queue", enter())])]);
    let all = Arc::make_mut(whole.queues.get_mut(&QueueId::from("all")).unwrap());
    all.requires = crate::Requirement::read("role:listener & (language:en>=2 | language:fr)").unwrap();
    all.rungs.push(Rung { tried: Tried::Partner("partner".into()), seconds: 30 });
    all.rungs.push(Rung { tried: Tried::OtherQueue("all".into()), seconds: 30 });
    whole.call_page = Some("a".into());
    let text = toml::to_string(&whole).unwrap();
    let mut again: Plan = toml::from_str(&text).unwrap();
    again.complete(|_| Some(crate::Zone::utc())).unwrap();
    assert_eq!(again, whole, "{text}");
}

/// Any step whatever: it may lead to steps that are not there, to itself, or to lines and queues that nobody has.
fn any_step() -> impl Strategy<Value = Step> {
    let to = || prop_oneof![8 => Just("s0"), 8 => Just("s1"), 8 => Just("s2"), 8 => Just("s3"), 1 => Just("gone")];
    let queue = prop_oneof![4 => Just("all"), 1 => Just("none")];
    let other = prop_oneof![3 => Just("a"), 3 => Just("b"), 1 => Just("nowhere")];
    let relay = prop_oneof![3 => Just("partner"), 1 => Just("nobody")];
    let choices = || vec![LanguageChoice { digit: Digit::new('2').unwrap(), language: Language::En }];
    let language = move |next: &'static str| {
        Step::Language(AskLanguage {
            prompt: PromptName::MenuLanguage,
            wait_seconds: 3,
            choices: choices(),
            next: id(next),
        })
    };
    let departement = |next: &'static str| {
        Step::Departement(AskDepartement { prompt: PromptName::Departement, wait_seconds: 4, next: id(next) })
    };
    prop_oneof![
        to().prop_map(say),
        (to(), to()).prop_map(|(key, otherwise)| menu(&[('1', key)], otherwise)),
        to().prop_map(language),
        (to(), to()).prop_map(|(open, closed)| hours(open, closed)),
        to().prop_map(departement),
        to().prop_map(|next| Step::Ring(Ring { next: id(next) })),
        queue.prop_map(|queue| Step::Queue(Enter { queue: QueueId::from(queue), priority: 0 })),
        (relay, to()).prop_map(|(relay, failed)| Step::Relay(ToRelay { relay: relay.into(), failed: id(failed) })),
        other.prop_map(to_line),
        Just(last()),
    ]
}

fn any_flow() -> impl Strategy<Value = Flow> {
    let names = ["s0", "s1", "s2", "s3"];
    prop::collection::vec(any_step(), 1..=4).prop_map(move |steps| Flow::of(names.into_iter().zip(steps)))
}

/// Calls the first line and does as the keys say, or nothing; gives what became of the call.
fn walked(flows: [Flow; 2], keys: &[Option<char>]) -> Switchboard {
    let [first, second] = flows;
    let lines = vec![Line::usual("a", "A", first), Line::usual("b", "B", second)];
    let mut board = Switchboard::new(Arc::new(plan(lines)));
    let mut out = Output::default();
    let mut now = Moment(1_000);
    let mut playing = None;
    board.handle(Input::WallClock(Utc(0)), now, &mut out);
    let (call, leg, line) = (CallId(1), LegId(1), LineId::from("a"));
    let arrival = Arrival { call, leg, line, channel: Channel::Phone, language: None, tags: None };
    board.handle(Input::Arrived(arrival), now, &mut out);
    for key in keys.iter().chain(std::iter::repeat_n(&None, 40)) {
        let effects = std::mem::take(&mut out.effects);
        if effects.contains(&Effect::Answer(leg)) {
            board.handle(Input::LegAnswered(leg), now, &mut out);
        }
        let dialled = effects.iter().find_map(|effect| match effect {
            Effect::Dial(leg, ..) => Some(*leg),
            _ => None,
        });
        if let Some(dialled) = dialled {
            board.handle(Input::LegEnded(dialled, LegEnd::Busy), now, &mut out);
        }
        for effect in &effects {
            if let Effect::Play(_, begun) = effect {
                playing = begun.again_from.is_none().then_some(begun.id);
            }
        }
        now = now.plus(5_000);
        match (key.and_then(Digit::new), playing) {
            (Some(digit), _) => board.handle(Input::Digit(leg, digit), now, &mut out),
            (None, Some(play)) => board.handle(Input::PromptEnded(leg, play), now, &mut out),
            (None, None) => {}
        }
        assert!(!out.events.iter().any(|event| matches!(event, Event::Ended { .. })), "the caller was let go");
    }
    board
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 800, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_flow_whatever_it_is_loses_nobody(
        first in any_flow(),
        second in any_flow(),
        keys in prop::collection::vec(prop::option::of(prop_oneof![Just('1'), Just('2'), Just('#')]), 0..12),
    ) {
        // A flow that the checker accepts leads whoever presses nothing to a queue, a relay or a last word in the end;
        // one that it refuses may say its prompts again and again, but never lets the caller go.
        let flows = [first, second];
        let lines = vec![Line::usual("a", "A", flows[0].clone()), Line::usual("b", "B", flows[1].clone())];
        let right = check_plan(&plan(lines), &|_, _| true, &DialRules::default()).iter().all(FlowFault::is_warning);
        let mut board = walked(flows, &keys);
        prop_assert_eq!(board.open_calls(), 1);
        let card = board.supervision().calls.first().map(|call| call.at);
        if right {
            prop_assert_ne!(card, Some(crate::LiveStage::InFlow));
        }
        let mut out = Output::default();
        board.handle(Input::LegEnded(LegId(1), LegEnd::HungUp), Moment(1_000_000), &mut out);
        prop_assert_eq!(board.open_calls(), 0);
    }
}
