//! The activity report, counted by hand and by invariant.

use crate::{Ground, lives};
use store::reports::{CurvePoint, GradeCount, Waits};
use store::{CareRecord, Deed, Fact, Store, StoreError};
use switchboard::{CallId, Channel, Event, Language, LineId, ListenerId, Outcome, Party, Refusal, Whereabouts};

const MINUTE: i64 = 60_000;

/// A call that arrived, waited in the queue and perhaps talked.
async fn call(store: &Store, id: i64, at: i64, wait: Option<i64>, talk: Option<i64>, outcome: Option<Outcome>) {
    let call = CallId(id);
    let line = LineId("sps".into());
    let mut facts = vec![
        Fact { at, event: Event::Arrived { call, line, channel: Channel::Phone, language: Language::Fr } },
        Fact { at, event: Event::Answered { call } },
    ];
    if wait.is_some() {
        facts.push(Fact { at, event: Event::Queued { call, again: false, queue: None } });
    }
    let mut end = at + wait.unwrap_or(0);
    if let Some(talk) = talk {
        facts.push(Fact { at: end, event: Event::Bridged { call, listener: ListenerId(1) } });
        end += talk;
    }
    if let Some(outcome) = outcome {
        facts.push(Fact { at: end, event: Event::Ended { call, outcome } });
    }
    store.append(&facts).await.unwrap();
}

async fn write_about(store: &Store, call: i64, grade: Option<i64>, addiction: bool, close: bool) {
    let record = CareRecord { call, listener: 1, line: "sps".into(), grade, addiction, ..CareRecord::default() };
    store.save_draft(&record).await.unwrap();
    if close {
        store.close_record(call, 1, 1).await.unwrap();
    }
}

async fn evening(store: &Store) {
    let talked = Some(Outcome::Talked { by: Party::Caller });
    let gave_up = |during| Some(Outcome::GaveUp { during });
    call(store, 1, 0, Some(10_000), Some(60_000), talked).await;
    call(store, 2, 59_999, Some(20_000), Some(120_000), talked).await;
    call(store, 3, MINUTE, Some(30_000), Some(30_000), talked).await;
    call(store, 4, MINUTE, Some(90_000), None, gave_up(Whereabouts::Waiting)).await;
    call(store, 5, MINUTE, None, None, gave_up(Whereabouts::Menu)).await;
    call(store, 6, 2 * MINUTE, None, None, Some(Outcome::Closed)).await;
    call(store, 7, 2 * MINUTE, None, None, Some(Outcome::Refused { reason: Refusal::QueueFull })).await;
    call(store, 8, 2 * MINUTE, None, None, Some(Outcome::LineFault)).await;
    call(store, 9, 2 * MINUTE, Some(5_000), Some(1_000), Some(Outcome::Interrupted)).await;
    call(store, 10, 2 * MINUTE, None, None, Some(Outcome::Broken)).await;
    call(store, 11, 2 * MINUTE, Some(0), None, None).await;
    // Outside the period, on both sides.
    call(store, 12, -1, Some(999_000), Some(1), talked).await;
    call(store, 13, 150_000, Some(999_000), Some(1), talked).await;
    write_about(store, 1, Some(0), false, true).await;
    write_about(store, 2, Some(5), true, true).await;
    write_about(store, 3, Some(5), false, true).await;
    write_about(store, 9, None, true, true).await;
    write_about(store, 4, Some(5), true, false).await;
    write_about(store, 12, Some(5), true, true).await;
    for (call, entry) in [(1, "a"), (1, "b"), (3, "a"), (12, "a")] {
        let (kind, name) = ("structure".into(), "A".into());
        store.note(call, &Deed::Give { entry: entry.into(), kind, name }, 1, 1).await.unwrap();
    }
}

pub async fn activity_of_a_known_evening(ground: Ground) {
    let store = ground.store().await;
    evening(&store).await;
    let seen = store.activity(0, 150_000, MINUTE).await.unwrap();
    assert_eq!((seen.arrived, seen.answered, seen.connected), (11, 11, 4));
    let ends = seen.ends;
    assert_eq!((ends.talked, ends.given_up.waiting, ends.given_up.menu, ends.given_up.total()), (3, 1, 1, 2));
    assert_eq!((ends.closed, ends.refused, ends.faults), (1, 1, 1));
    assert_eq!((ends.interrupted, ends.broken, ends.still_open, ends.total()), (1, 1, 1, 11));
    let waits = Waits {
        p50_ms: Some(10_000),
        p90_ms: Some(30_000),
        p99_ms: Some(30_000),
        max_ms: Some(30_000),
        longest_of_all_ms: Some(90_000),
    };
    assert_eq!(seen.waits, waits);
    assert_eq!(seen.mean_talk_ms, Some(70_000.0));
    let point = |start_ms, arrived, connected, given_up| CurvePoint { start_ms, arrived, connected, given_up };
    assert_eq!(seen.curve, [point(0, 2, 2, 0), point(MINUTE, 3, 1, 2), point(2 * MINUTE, 6, 1, 0)]);
    assert_eq!(seen.care.records, 4);
    let mut grades = [GradeCount::default(); 6];
    grades[0] = GradeCount { calls: 1, with_addiction: 0 };
    grades[5] = GradeCount { calls: 2, with_addiction: 1 };
    assert_eq!(seen.care.grades, grades);
}

pub async fn what_came_of_the_calls_of_an_evening(ground: Ground) {
    let store = ground.store().await;
    evening(&store).await;
    let answer = |kind: &str, answer: &str| Deed::Answer { kind: kind.into(), answer: Some(answer.into()) };
    let help = |number: &str, consent| Deed::Help { number: number.into(), consent: Some(consent) };
    let deeds = [
        (2, answer("psychiatrist", "refused")),
        (3, answer("psychiatrist", "refused")),
        (3, answer("psychologist", "followed")),
        (2, help("15", true)),
        (2, help("17", false)),
        (3, help("15", true)),
        (12, help("15", true)),
    ];
    for (call, deed) in &deeds {
        store.note(*call, deed, 1, 1).await.unwrap();
    }
    // Two more listeners wrote about call 3, and one wrote about a call that came another way.
    for (call, listener, departement, elsewhere_at) in
        [(3, 2, "2A", None), (3, 3, "2A", None), (77, 1, "51", Some(MINUTE))]
    {
        let mut record = CareRecord {
            call,
            listener,
            line: "sps".into(),
            elsewhere_at,
            themes: vec!["sleep".into()],
            ..CareRecord::default()
        };
        record.caller.departement = Some(departement.into());
        record.form.answers.insert("setting".into(), vec!["clinic".into()]);
        record.form.answers.insert("other".into(), vec!["Un texte libre qui dit bien des choses de quelqu’un".into()]);
        store.save_draft(&record).await.unwrap();
        store.close_record(call, listener, 2).await.unwrap();
    }
    let seen = store.care_figures(None, (0, 150_000)).await.unwrap();
    assert_eq!((seen.connected, seen.reoriented, seen.reorientation()), (4, 2, Some(0.5)));
    assert_eq!(seen.given, [("structure".to_owned(), 2)].into(), "a call counts once a kind");
    let answers = [(("psychiatrist", "refused"), 2), (("psychologist", "followed"), 1)];
    assert_eq!(seen.answers, answers.map(|((kind, answer), many)| ((kind.to_owned(), answer.to_owned()), many)).into());
    assert_eq!(seen.help, (2, 1));
    assert_eq!(seen.departements, [("2A".to_owned(), (1, 1))].into(), "a call with two records is one call");
    assert_eq!((seen.elsewhere, seen.signals, seen.codes), (1, 0, 0));
    assert_eq!(seen.fields["setting"], [("clinic".to_owned(), 2)].into());
    assert_eq!((seen.fields["themes"]["sleep"], seen.fields["grade"]["5"]), (2, 2));
    assert!(seen.fields["other"].is_empty(), "what somebody typed is not counted");
    let none = store.care_figures(Some("autre"), (0, 150_000)).await.unwrap();
    assert_eq!((none.connected, none.reorientation(), none.elsewhere), (0, None, 0));
}

pub async fn a_call_with_two_records_has_one_grade(ground: Ground) {
    let store = ground.store().await;
    call(&store, 1, 0, Some(0), Some(60_000), Some(Outcome::Talked { by: Party::Caller })).await;
    let record = |listener, opened_at, grade, addiction| CareRecord {
        call: 1,
        listener,
        line: "sps".into(),
        opened_at,
        grade,
        addiction,
        ..CareRecord::default()
    };
    let regulator = record(1, 10, Some(2), true);
    let listener = record(2, 20, Some(4), false);
    let without_grade = record(3, 30, None, false);
    for written in [&regulator, &listener, &without_grade] {
        store.save_draft(written).await.unwrap();
    }
    let care = async || store.activity(0, MINUTE, MINUTE).await.unwrap().care;
    assert_eq!(care().await.records, 0, "drafts do not count");
    store.close_record(1, 2, 50).await.unwrap();
    let only = care().await;
    assert_eq!((only.records, only.grades[4]), (1, GradeCount { calls: 1, with_addiction: 0 }));
    // Who had the caller first closes last, and still does not have the last word.
    store.close_record(1, 1, 60).await.unwrap();
    store.close_record(1, 3, 60).await.unwrap();
    let all = care().await;
    assert_eq!((all.records, all.grades[2].calls), (3, 0));
    assert_eq!(all.grades[4], GradeCount { calls: 1, with_addiction: 1 });
}

pub async fn ends_add_up_in_any_night(ground: Ground) {
    let store = ground.store().await;
    for seed in 0..3 {
        store.append(&lives::night(20 + seed, 400)).await.unwrap();
    }
    let calls = store.calls_between(0, i64::MAX, 100_000).await.unwrap();
    let first = calls.iter().map(|call| call.arrival.at).min().unwrap();
    let last = calls.iter().map(|call| call.arrival.at).max().unwrap();
    let mut arrived = 0;
    for from in (first..=last).step_by(30 * 60_000) {
        let part = store.activity(from, from + 30 * 60_000, 7 * 60_000).await.unwrap();
        assert_eq!(part.ends.total(), part.arrived);
        assert_eq!(part.curve.iter().map(|point| point.arrived).sum::<u64>(), part.arrived);
        assert_eq!(part.curve.iter().map(|point| point.connected).sum::<u64>(), part.connected);
        assert_eq!(part.curve.iter().map(|point| point.given_up).sum::<u64>(), part.ends.given_up.total());
        assert_eq!(part.curve.len(), 5);
        assert!(part.waits.p50_ms <= part.waits.p90_ms && part.waits.p99_ms <= part.waits.max_ms);
        assert!(part.waits.max_ms <= part.waits.longest_of_all_ms);
        arrived += part.arrived;
    }
    assert_eq!(arrived, calls.len() as u64, "periods side by side count each call once");
    let empty = store.activity(0, 1_000, 1_000).await.unwrap();
    assert_eq!((empty.arrived, empty.mean_talk_ms, empty.waits), (0, None, Waits::default()));
}

pub async fn a_period_that_cannot_be_is_refused(ground: Ground) {
    let store = ground.store().await;
    for (from, to, slice) in [(10, 10, 1), (10, 5, 1), (0, 10, 0), (0, 10, -1), (0, 40_001, 1), (i64::MIN, i64::MAX, 1)]
    {
        let answer = store.activity(from, to, slice).await;
        assert!(matches!(answer, Err(StoreError::Period { .. })), "{from} {to} {slice}");
    }
    assert_eq!(store.activity(0, 40_000, 1).await.unwrap().curve.len(), 40_000);
}
