//! Services that are given, and not invented: whatever a coordinator can put in a plan must be lived by the rules.

use super::*;
use std::collections::BTreeSet;
use switchboard::flow::{AskDepartement, AskLanguage, Choice, Enter, Flow, LanguageChoice, Menu, Say, Step};
use switchboard::{
    Digit, Duty, Language, Line, ListenerCare, ListenerId, Person, Plan, PromptId, PromptName, QueueId, QueueRules,
    Relay, Requirement, Rung, Shift, ShiftId, Skill, StepId, Tried, Utc,
};

/// Saturday 2026-11-21, 20:00 UTC.
const EVENING: i64 = 1_795_291_200_000;

fn key(digit: char) -> Digit {
    Digit::new(digit).unwrap()
}

/// A line on which every step that asks is met, with a greeting and a menu of the service's own.
fn plan() -> Plan {
    let next = |step: &str| StepId::from(step);
    let hello = Step::Say(Say { prompt: PromptName::Own(PromptId(1)), skip_in_surge: true, next: next("language") });
    let choices = [('1', Language::Fr), ('2', Language::En)];
    let language = Step::Language(AskLanguage {
        prompt: PromptName::MenuLanguage,
        wait_seconds: 4,
        choices: choices.map(|(digit, language)| LanguageChoice { digit: key(digit), language }).into(),
        next: next("menu"),
    });
    let menu = Step::Menu(Menu {
        prompt: PromptName::Own(PromptId(2)),
        wait_seconds: 4,
        tries: 2,
        choices: vec![Choice {
            digit: key('2'),
            choice: "student".to_owned(),
            wish: Skill::read("audience:student").ok(),
            priority: 30,
            next: next("departement"),
        }],
        otherwise: next("departement"),
    });
    let departement =
        Step::Departement(AskDepartement { prompt: PromptName::Departement, wait_seconds: 4, next: next("queue") });
    let enter = |queue: &str| Step::Queue(Enter { queue: QueueId::from(queue), priority: 0 });
    let steps = [("hello", hello), ("language", language), ("menu", menu), ("departement", departement)];
    let asking = Flow::of(steps.into_iter().chain([("queue", enter("asking"))]));
    let rungs = vec![
        Rung { tried: Tried::OnShift, seconds: 30 },
        Rung { tried: Tried::OnCall, seconds: 40 },
        Rung { tried: Tried::OtherQueue(QueueId::from("night")), seconds: 30 },
        Rung { tried: Tried::Partner("friends".into()), seconds: 30 },
        Rung { tried: Tried::Facilitator, seconds: 30 },
        Rung { tried: Tried::Message(PromptName::Own(PromptId(3))), seconds: 30 },
    ];
    let asks = QueueRules {
        requires: Requirement::read("role:regulator").unwrap(),
        extras: false,
        ..QueueRules::usual("asking", "Asking")
    };
    let listens = QueueRules {
        rungs,
        wishes: [("audience".to_owned(), 60), ("language".to_owned(), -1)].into(),
        offer_seconds: 8,
        ..QueueRules::usual("listening", "Listening")
    };
    let lines = [
        Line::usual("asking", "Asking", asking),
        Line::usual("plain", "Plain", Flow::of([("queue", enter("listening"))])),
    ];
    let queues = [asks, listens, QueueRules::usual("night", "Night")];
    Plan::new(lines, queues, [Relay::usual("friends", "Friends", "0199000890")], ListenerCare::default())
}

/// Ten people, of whom some have a telephone, take turns at the desk and on call, hour by hour.
fn service(lasts: u64) -> Service {
    let skills = |words: &[&str]| words.iter().map(|word| (Skill::read(word).unwrap(), 2)).collect();
    let person = |id: i64, phone: bool, words: &[&str]| Person {
        id: ListenerId(id),
        skills: skills(words),
        queues: (id == 3).then(|| BTreeSet::from([QueueId::from("listening")])),
        phone,
        supervises: words.contains(&"role:facilitator"),
    };
    let people = vec![
        person(21, false, &["role:listener", "role:regulator"]),
        person(22, true, &["role:listener", "role:regulator", "language:en"]),
        person(3, false, &["role:listener", "audience:student"]),
        person(4, true, &["role:listener", "language:en"]),
        person(5, true, &["role:listener"]),
        person(60, false, &["role:listener"]),
        person(70, false, &["role:listener", "role:regulator", "role:facilitator"]),
        person(80, false, &[]),
    ];
    let turns = [
        (21, "asking", Duty::OnShift, 0, 6),
        (22, "asking", Duty::OnShift, 3, 12),
        (3, "listening", Duty::OnShift, -2, 5),
        (4, "listening", Duty::OnShift, 0, 4),
        (4, "listening", Duty::OnCall, 4, 12),
        (5, "listening", Duty::OnCall, 0, 4),
        (5, "listening", Duty::OnShift, 4, 12),
        (60, "night", Duty::OnShift, 0, 12),
        (60, "listening", Duty::OnShift, 6, 9),
        (70, "listening", Duty::Facilitator, 0, 12),
    ];
    let hour = 3_600_000;
    let rota = (1..).zip(turns).map(|(number, (id, queue, duty, from, until))| Shift {
        id: ShiftId(number),
        listener: ListenerId(id),
        queue: QueueId::from(queue),
        duty,
        from: Utc(EVENING + from * hour),
        until: Utc(EVENING + until * hour),
    });
    let hours = usize::try_from(lasts / HOUR).unwrap();
    let calls = [("asking".into(), vec![12.0; hours]), ("plain".into(), vec![6.0; hours])];
    let plan = plan();
    Service {
        passing: Passing::of(&plan, &people),
        plan,
        people,
        rota: rota.collect(),
        from: Utc(EVENING),
        lasts,
        demand: Demand::hourly(calls.into(), 5 * MINUTE).talking(12 * MINUTE).writing(2 * MINUTE),
        habits: Habits::usual(),
    }
}

fn lived(habits: Habits, what_if: WhatIf) -> Report {
    let service = Service { habits, ..service(12 * HOUR) };
    run(&Options { service: Some(service), what_if, jobs: 2, ..Options::of(100) }, |_| ())
}

#[test]
fn a_given_service_is_lived_by_the_rules_on_ordinary_nights_and_on_bad_ones() {
    let usual = lived(Habits::usual(), WhatIf::default());
    assert!(usual.violations.is_empty(), "{}\n{}", usual.text(), usual.story.join("\n"));
    // Eighteen an hour for twelve hours, a hundred times.
    assert!((20_900..22_300).contains(&usual.calls), "{}", usual.calls);
    let bad = lived(Habits::bad(), WhatIf { listeners: -2, surge: 3.0 });
    assert!(bad.violations.is_empty(), "{}\n{}", bad.text(), bad.story.join("\n"));
    assert!(bad.service.connected.unwrap().value < usual.service.connected.unwrap().value);
}

#[test]
fn calls_are_passed_on_as_the_plan_says() {
    let service = service(HOUR);
    let passing = &service.passing;
    assert_eq!(passing.regulated, [(QueueId::from("asking"), QueueId::from("listening"))].into());
    assert_eq!(passing.relay, Some("friends".into()));
    assert!(!passing.colleagues.contains(&ListenerId(80)), "who takes no calls is handed none");
    let asks = [PromptName::Own(PromptId(2)), PromptName::MenuLanguage, PromptName::Departement];
    assert_eq!(asks.map(|prompt| service.asks_for_key(prompt)), [true; 3]);
    assert!(!service.asks_for_key(PromptName::Own(PromptId(1))) && !service.asks_for_key(PromptName::MenuAudience));
}
