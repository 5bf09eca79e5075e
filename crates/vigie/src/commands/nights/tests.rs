use super::demand::Source;
use super::*;
use clap::Parser;
use store::{Fact, NewShift, Place, Reach, Role, Store};
use switchboard::flow::{Enter, Flow, Step};
use switchboard::{
    CallId, Channel, Duty, Event, Language, Line, LineId, ListenerCare, ListenerId, Outcome, Party, Plan, QueueId,
    QueueRules, Requirement, Rung, Tried, Whereabouts,
};

/// Friday 2026-11-20, 14:30 in Paris.
const NOW: i64 = 1_795_181_400_000;
const HOUR: i64 = 3_600_000;
/// Sunday 2026-11-22, 20:00 in Paris.
const SUNDAY: i64 = 1_795_374_000_000;
/// A number of the range set aside for fiction: a listener's telephone.
const NUMBER: &str = "0639981337";

#[derive(Debug, Parser)]
struct Asked {
    #[command(flatten)]
    nights: Nights,
}

fn asked(more: &[&str]) -> Result<Nights, String> {
    let read = Asked::try_parse_from([&["nights"], more].concat());
    read.map(|asked| asked.nights).map_err(|fault| fault.to_string())
}

/// Two lines with a queue each: one all day, one that a regulator answers first.
fn plan() -> Plan {
    let line = |id: &str, queue: &str| {
        let enter = Step::Queue(Enter { queue: QueueId::from(queue), priority: 0 });
        Line::usual(id, id, Flow::of([("file", enter)]))
    };
    let listening = QueueRules {
        rungs: vec![Rung { tried: Tried::OnShift, seconds: 30 }, Rung { tried: Tried::OnCall, seconds: 60 }],
        ..QueueRules::usual("ecoute", "Écoute")
    };
    let regulation = QueueRules {
        requires: Requirement::read("role:regulator").unwrap(),
        ..QueueRules::usual("regulation", "Régulation")
    };
    let lines = [line("ecoute", "ecoute"), line("regulation", "regulation")];
    Plan::new(lines, [listening, regulation], [], ListenerCare::default())
}

async fn opened(folder: &tempfile::TempDir) -> Store {
    Store::open(&Place::Sqlite(folder.path().join("vigie.db"))).await.unwrap()
}

/// A service with four listeners, a regulator and, on Sunday night, a rota.
async fn house(folder: &tempfile::TempDir) -> Store {
    let store = opened(folder).await;
    store.plans().first(&plan(), NOW).await.unwrap();
    for (name, role) in [
        ("Anne", Role::Listener),
        ("Bruno", Role::Listener),
        ("Chloé", Role::Listener),
        ("Denis", Role::Listener),
        ("Élise", Role::Regulator),
        ("Farid", Role::Coordinator),
    ] {
        store.add_staff(name, role, false, NOW).await.unwrap();
    }
    store.put_reach(4, &Reach { phone: Some(NUMBER.to_owned()), ..Reach::default() }).await.unwrap();
    store
}

async fn shift(store: &Store, listener: i64, queue: &str, duty: Duty, from: i64) {
    let until = from + 12 * HOUR;
    store.add_shift(&NewShift { listener, queue: QueueId::from(queue), duty, from, until }).await.unwrap();
}

async fn with_rota(folder: &tempfile::TempDir) -> Store {
    let store = house(folder).await;
    for listener in 1..=3 {
        shift(&store, listener, "ecoute", Duty::OnShift, SUNDAY).await;
    }
    shift(&store, 4, "ecoute", Duty::OnCall, SUNDAY).await;
    shift(&store, 5, "regulation", Duty::OnShift, SUNDAY).await;
    store
}

/// Calls that came, one every so many minutes, up to now: each waited a minute, talked ten, and was written about for two. Every
/// fifth caller gave up instead.
async fn calls(store: &Store, line: &str, count: i64, minutes: i64) {
    let last = store.last_seq().await.unwrap();
    let mut facts = Vec::new();
    for number in 0..count {
        let (call, line) = (CallId(last * 10_000 + number + 1), LineId::from(line));
        let (listener, at) = (ListenerId(1), NOW - (count - number) * minutes * 60_000);
        let mut tell = |minutes: i64, event| facts.push(Fact { at: at + minutes * 60_000, event });
        tell(0, Event::Arrived { call, line, channel: Channel::Phone, language: Language::Fr });
        tell(0, Event::Queued { call, again: false, queue: None });
        if number % 5 == 0 {
            let outcome = Outcome::GaveUp { during: Whereabouts::Waiting };
            tell(1, Event::Ended { call, outcome });
            continue;
        }
        tell(1, Event::Bridged { call, listener });
        tell(11, Event::Ended { call, outcome: Outcome::Talked { by: Party::Caller } });
        tell(13, Event::RecordClosed { call, listener });
    }
    for some in facts.chunks(1_000) {
        store.append(some).await.unwrap();
    }
}

async fn read(store: &Store, nights: &Nights) -> Result<Real, String> {
    Real::of(store, Plan::default(), &nights.when, (nights.calls_a_day, NOW)).await
}

#[tokio::test]
async fn two_people_ill_on_sunday_night_are_shown_beside_the_night_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let store = with_rota(&folder).await;
    let more = ["--data", "-", "--night", "sunday", "--what-if", "listeners=-2,surge=3", "--calls-a-day", "200"];
    let nights = asked(&[&more[..], &["--seeds", "40", "--jobs", "2"]].concat()).unwrap();
    let real = read(&store, &nights).await.unwrap();
    assert_eq!((real.service.from.0, real.service.lasts), (SUNDAY, 12 * 3_600_000));
    assert_eq!((real.service.rota.len(), real.service.people.len()), (5, 6));
    let bar = ProgressBar::hidden();
    let as_it_is = nights.lived(REAL, Some(&real.service), WhatIf::default(), &bar);
    let as_asked = nights.lived(REAL, Some(&real.service), nights.what_if, &bar);
    assert_eq!((as_it_is.violations.len(), as_asked.violations.len()), (0, 0), "{:?}", as_it_is.story);
    assert!(as_asked.calls > 2 * as_it_is.calls);
    let connected = |report: &Report| report.service.connected.unwrap().value;
    assert!(connected(&as_asked) < connected(&as_it_is));

    let text = nights.in_text(&real, &as_it_is, Some(&as_asked));
    assert!(text.contains("2026-11-22 20:00 to 2026-11-23 08:00 (Europe/Paris)"), "{text}");
    assert!(text.contains("5 shifts of 5 people") && text.contains("because the journal has no call"), "{text}");
    assert!(text.contains("as it is              listeners=-2, surge=3"), "{text}");
    assert!(text.lines().last().unwrap().starts_with("violations  0"), "{text}");
    let json = nights.in_json(&real, &as_it_is, Some(&as_asked));
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value["what_if"], json!({"listeners": -2, "surge": 3.0}));
    assert_eq!(value["as_asked"]["calls"], as_asked.calls);
    assert!(value["as_it_is"]["wait_ms"]["p90"]["half"].is_u64());
    assert_eq!((&value["service"]["shifts"], &value["service"]["everybody"]), (&json!(5), &json!(false)));
    for printed in [text, json, format!("{real:?}")] {
        for hidden in [NUMBER, &NUMBER[1..], "Anne"] {
            assert!(!printed.contains(hidden), "{printed}");
        }
    }
}

#[tokio::test]
async fn calls_come_as_the_journal_has_them_once_it_has_enough() {
    let folder = tempfile::tempdir().unwrap();
    let store = with_rota(&folder).await;
    let nights = asked(&["--data", "-"]).unwrap();
    // A call every two hours for three weeks, on one of the two lines.
    calls(&store, "ecoute", 252, 120).await;
    let real = read(&store, &nights).await.unwrap();
    let told = real.told().iter().map(|(name, words)| format!("{name} {words}\n")).collect::<String>();
    assert!(told.contains("by line and hour of the week, from 252 calls in 21.0 days of the journal"), "{told}");
    assert!(told.contains("10:00 (from 201 talks); writing 2:00"), "{told}");
    // Everybody waited a minute, and one in five gave up then.
    assert!(told.contains("patience 4:56 (from 51 callers who gave up)"), "{told}");
    let Service { demand, lasts, .. } = &real.service;
    assert!((demand.calls_a_day - 12.0).abs() < 0.1, "{}", demand.calls_a_day);
    let tried = Options { service: Some(real.service.clone()), ..Options::of(20) };
    let report = run(&tried, |_| ());
    assert_eq!((*lasts, report.violations.len()), (7 * 24 * 3_600_000, 0));
    // Twelve a day for seven days, twenty times.
    assert!((1_500..1_860).contains(&report.calls), "{}", report.calls);
    let value = real.to_json();
    assert_eq!((&value["arrivals"]["source"], &value["arrivals"]["recorded"]), (&json!("journal"), &json!(252)));

    let scaled = read(&store, &asked(&["--data", "-", "--calls-a-day", "60"]).unwrap()).await.unwrap();
    assert!((scaled.service.demand.calls_a_day - 60.0).abs() < 0.5);
}

#[tokio::test]
async fn too_few_calls_give_their_number_and_the_usual_curve() {
    let folder = tempfile::tempdir().unwrap();
    let store = with_rota(&folder).await;
    calls(&store, "ecoute", 40, 6 * 60).await;
    let real = read(&store, &asked(&["--data", "-", "--night", "dimanche"]).unwrap()).await.unwrap();
    let told = real.told().iter().map(|(_, words)| format!("{words}\n")).collect::<String>();
    assert!(told.contains("the journal has 40 calls in 10.0 days: 200 are needed"), "{told}");
    assert!(told.contains("25:00 (assumed") || told.contains("10:00 (from 32 talks)"), "{told}");
    assert_eq!(real.to_json()["arrivals"]["source"], Source::CurveOfRecorded.word());
}

#[tokio::test]
async fn without_a_rota_everybody_is_taken_to_be_there_and_it_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let store = house(&folder).await;
    let real = read(&store, &asked(&["--data", "-", "--night", "sunday"]).unwrap()).await.unwrap();
    let told = real.told().iter().map(|(_, words)| format!("{words}\n")).collect::<String>();
    // Five people for the first queue, and the regulator for the other as well.
    assert!(told.contains("no shift in that time: all 5 who could take calls"), "{told}");
    assert_eq!(real.service.rota.len(), 6);
    assert_eq!(real.to_json()["everybody"], true);
    let report = run(&Options { service: Some(real.service.clone()), ..Options::of(20) }, |_| ());
    assert_eq!(report.violations, []);
    assert!(real.missing(WhatIf { listeners: -6, surge: 1.0 }).contains("only 5 are on shift"));
    assert_eq!(real.missing(WhatIf { listeners: 2, surge: 1.0 }), "");
}

#[tokio::test]
async fn what_is_missing_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(&folder).await;
    let nights = asked(&["--data", "-"]).unwrap();
    assert!(read(&store, &nights).await.unwrap_err().contains("no plan is in force"));
    store.plans().first(&plan(), NOW).await.unwrap();
    let nobody = read(&store, &nights).await.unwrap_err();
    assert!(nobody.contains("the rota has no shift") && nobody.contains("/office/people"), "{nobody}");
}

#[test]
fn a_time_is_of_a_real_service_alone_and_wrong_words_are_refused() {
    for wrong in [
        &["--night", "sunday"][..],
        &["--days", "2"],
        &["--calls-a-day", "20"],
        &["--data", "d", "--config", "c"],
        &["--data", "d", "--night", "sunday", "--days", "2"],
        &["--data", "d", "--night", "someday"],
        &["--data", "d", "--days", "0"],
        &["--data", "d", "--from", "yesterday"],
        &["--data", "d", "--calls-a-day", "-3"],
    ] {
        assert!(asked(wrong).is_err(), "{wrong:?}");
    }
    assert!(asked(&["--seeds", "5"]).is_ok());
    assert!(asked(&["--config", "c", "--from", "2026-11-22", "--days", "1"]).is_ok());
}
