//! The tables that people edit.

use crate::Ground;
use store::{CallerTraits, CareRecord, Deed, FollowUp, FormAnswers, HelpCall, Reorientation, Role, StoreError};

pub async fn staff_sign_in_once_by_link_and_stay_by_session(ground: Ground) {
    let store = ground.store().await;
    let zoe = store.add_staff("Zoé L'Écoute", Role::Listener, false, 5).await.unwrap();
    let ali = store.add_staff("Ali", Role::Coordinator, true, 6).await.unwrap();
    assert_eq!((zoe.id, ali.id, zoe.listener().0), (1, 2, 1));
    assert_eq!(store.all_staff().await.unwrap(), [ali.clone(), zoe.clone()]);
    assert_eq!(store.staff_member(1).await.unwrap(), Some(zoe.clone()));
    assert_eq!(store.staff_member(3).await.unwrap(), None);

    store.create_sign_in_link(1, "first", 10, 100).await.unwrap();
    store.create_sign_in_link(2, "second", 10, 100).await.unwrap();
    assert_eq!(store.redeem_sign_in_link("unknown", 20).await.unwrap(), None);
    assert_eq!(store.redeem_sign_in_link("first", 20).await.unwrap(), Some(zoe.clone()));
    assert_eq!(store.redeem_sign_in_link("first", 21).await.unwrap(), None, "a link works once");
    assert_eq!(store.redeem_sign_in_link("second", 100).await.unwrap(), None, "a link grows too old");
    let nobody = store.create_sign_in_link(3, "third", 10, 100).await;
    assert!(matches!(nobody, Err(StoreError::NoStaff(3))));

    store.open_session(1, "cookie", 20, 50).await.unwrap();
    store.open_session(2, "other", 20, 60).await.unwrap();
    assert_eq!(store.session("cookie", 49).await.unwrap(), Some(zoe));
    assert_eq!(store.session("cookie", 50).await.unwrap(), None, "a session grows too old");
    assert_eq!(store.session("wrong", 30).await.unwrap(), None);
    store.close_session("other").await.unwrap();
    store.close_session("other").await.unwrap();
    assert_eq!(store.session("other", 30).await.unwrap(), None);
    assert!(matches!(store.open_session(3, "x", 20, 50).await, Err(StoreError::NoStaff(3))));
}

pub async fn of_many_clicks_on_one_link_one_gets_in(ground: Ground) {
    let store = ground.store().await;
    store.add_staff("Zoé", Role::Supervisor, false, 5).await.unwrap();
    store.create_sign_in_link(1, "once", 10, 100).await.unwrap();
    let click = || store.redeem_sign_in_link("once", 20);
    let (a, b, c, d, e) = tokio::join!(click(), click(), click(), click(), click());
    let inside = [a, b, c, d, e].into_iter().filter(|answer| answer.as_ref().unwrap().is_some()).count();
    assert_eq!(inside, 1);
}

const NOTES: &str = "Début de garde ; à rappeler ☎";

fn draft(call: i64) -> CareRecord {
    CareRecord {
        call,
        listener: 7,
        line: "sps".into(),
        opened_at: 100,
        grade: Some(3),
        addiction: true,
        themes: vec!["sleep".into(), "work, \"home\"".into()],
        caller: CallerTraits {
            profession: Some("nurse".into()),
            departement: Some("2A".into()),
            ..CallerTraits::default()
        },
        form: FormAnswers { notes: NOTES.into(), ..FormAnswers::default() },
        ..CareRecord::default()
    }
}

pub async fn records_are_drafted_and_closed(ground: Ground) {
    let store = ground.store().await;
    let mut record = draft(1);
    assert_eq!(store.record(1, 7).await.unwrap(), None);
    assert!(matches!(store.close_record(1, 7, 1).await, Err(StoreError::NoRecord(1))));
    record.revision = store.save_draft(&record).await.unwrap();
    assert_eq!(record.revision, 1);
    assert_eq!(store.record(1, 7).await.unwrap(), Some(record.clone()));

    let stale = CareRecord { revision: 0, ..record.clone() };
    assert!(matches!(store.save_draft(&stale).await, Err(StoreError::StaleDraft { call: 1, stored: 1 })));
    record.grade = None;
    record.caller.commune = Some("Ajaccio".into());
    record.revision = store.save_draft(&record).await.unwrap();
    assert_eq!(store.open_records(7).await.unwrap(), [record.clone()]);
    assert_eq!(store.open_records(8).await.unwrap(), []);

    assert!(
        matches!(store.close_record(1, 8, 200).await, Err(StoreError::NoRecord(1))),
        "only who writes it closes it"
    );
    store.close_record(1, 7, 200).await.unwrap();
    store.close_record(1, 7, 300).await.unwrap();
    assert!(matches!(store.save_draft(&record).await, Err(StoreError::RecordIsClosed(1))));
    record.closed_at = Some(200);
    assert_eq!(store.record(1, 7).await.unwrap(), Some(record));
    assert_eq!(store.open_records(7).await.unwrap(), []);
}

pub async fn a_record_keeps_the_form_it_was_begun_with_and_all_answers(ground: Ground) {
    let store = ground.store().await;
    let form = |version, key: &str, value: &str| FormAnswers {
        version,
        answers: [(key.to_owned(), vec![value.to_owned(), "b".to_owned()])].into(),
        notes: NOTES.to_owned(),
    };
    let mut record = CareRecord { form: form(3, "on_behalf", "\"setting\":[ é"), ..draft(1) };
    record.revision = store.save_draft(&record).await.unwrap();
    assert_eq!(store.record(1, 7).await.unwrap(), Some(record.clone()));
    // Another form is in force by now: the record goes on with its own.
    let later = CareRecord { form: form(4, "setting", "clinic"), ..record.clone() };
    record.revision = store.save_draft(&later).await.unwrap();
    record.form.answers = later.form.answers;
    assert_eq!(store.record(1, 7).await.unwrap(), Some(record));
    store.save_draft(&CareRecord { form: form(3, "on_behalf", "\"setting\":["), ..draft(2) }).await.unwrap();
    store.save_draft(&CareRecord { addiction: false, themes: vec![], ..draft(3) }).await.unwrap();
    for (field, records) in [
        ("setting", 1),
        ("on_behalf", 1),
        ("on-behalf", 0),
        ("o%", 0),
        ("grade", 3),
        ("addiction", 2),
        ("themes", 2),
        ("age_band", 0),
        ("place", 3),
        ("notes", 3),
        ("profession", 3),
    ] {
        assert_eq!(store.answered(field).await.unwrap(), records, "{field}");
    }
}

pub async fn two_listeners_of_one_call_write_each_their_own(ground: Ground) {
    let store = ground.store().await;
    let mut first = draft(1);
    let mut second = CareRecord { listener: 8, opened_at: 300, grade: Some(5), ..draft(1) };
    second.form.notes = "Suite".into();
    first.revision = store.save_draft(&first).await.unwrap();
    second.revision = store.save_draft(&second).await.unwrap();
    assert_eq!((first.revision, second.revision), (1, 1));
    assert_eq!(store.record(1, 8).await.unwrap(), Some(second.clone()));
    assert_eq!(store.records_of(1).await.unwrap(), [first.clone(), second.clone()]);
    assert_eq!(store.open_records(7).await.unwrap(), [first.clone()]);

    // One closes theirs; the other goes on writing, and a stale draft of one says nothing about the other.
    store.close_record(1, 7, 400).await.unwrap();
    first.closed_at = Some(400);
    second.revision = store.save_draft(&second).await.unwrap();
    assert_eq!(second.revision, 2);
    let stale = CareRecord { revision: 0, ..second.clone() };
    assert!(matches!(store.save_draft(&stale).await, Err(StoreError::StaleDraft { call: 1, stored: 2 })));
    assert_eq!(store.records_of(1).await.unwrap(), [first, second]);
    assert!(matches!(store.close_record(1, 9, 400).await, Err(StoreError::NoRecord(1))));
}

/// A database as the program before hand-overs left it.
const BEFORE_HAND_OVERS: [[&str; 2]; 2] = [
    [
        include_str!("../../../../migrations/sqlite/0001_first_call.sql"),
        include_str!("../../../../migrations/postgres/0001_first_call.sql"),
    ],
    [
        include_str!("../../../../migrations/sqlite/0002_switchboard.sql"),
        include_str!("../../../../migrations/postgres/0002_switchboard.sql"),
    ],
];

pub async fn records_of_before_hand_overs_are_kept(ground: Ground) {
    for statements in BEFORE_HAND_OVERS {
        ground.meddle(statements[usize::from(ground.is_postgres())]).await;
    }
    ground
        .meddle(
            "CREATE TABLE schema_version (version BIGINT NOT NULL PRIMARY KEY);
             INSERT INTO schema_version (version) VALUES (1), (2);
             INSERT INTO care_records (call, listener, line, opened_at, closed_at, grade, addiction, themes, profession,
                 departement, notes, revision)
             VALUES (1, 7, 'sps', 100, NULL, 3, 1, '[\"sleep\",\"work, \\\"home\\\"\"]', 'nurse', '2A',
                 'Début de garde ; à rappeler ☎', 4),
                 (2, 7, 'sps', 100, 200, NULL, 0, '[]', NULL, NULL, '', 1);",
        )
        .await;
    let store = ground.store().await;
    let open = CareRecord { revision: 4, ..draft(1) };
    assert_eq!(store.records_of(1).await.unwrap(), std::slice::from_ref(&open));
    assert_eq!(store.record(2, 7).await.unwrap().unwrap().closed_at, Some(200));
    assert_eq!(store.open_records(7).await.unwrap(), [open]);
    store.save_draft(&CareRecord { listener: 8, ..draft(1) }).await.unwrap();
    assert_eq!(store.records_of(1).await.unwrap().len(), 2);
    assert_eq!(store.replay().await.unwrap().differences, []);
}

pub async fn reorientations_are_given_and_taken_back(ground: Ground) {
    let store = ground.store().await;
    let give =
        |entry: &str| Deed::Give { entry: entry.into(), kind: "structure".into(), name: format!("Maison {entry}") };
    let given = |entry: &str, given_at| Reorientation {
        entry: entry.into(),
        kind: "structure".into(),
        name: format!("Maison {entry}"),
        given_at,
    };
    store.note(1, &give("b"), 7, 10).await.unwrap();
    store.note(1, &give("a"), 7, 20).await.unwrap();
    store.note(1, &give("b"), 7, 30).await.unwrap();
    assert_eq!(store.follow_up(1).await.unwrap().given, [given("b", 10), given("a", 20)]);
    for _ in 0..2 {
        store.note(1, &Deed::TakeBack { entry: "b".into() }, 7, 40).await.unwrap();
    }
    assert_eq!(store.follow_up(1).await.unwrap().given, [given("a", 20)]);
    assert_eq!(store.follow_up(2).await.unwrap(), FollowUp::default());
}

pub async fn what_is_done_in_an_emergency_is_noted_and_taken_back(ground: Ground) {
    let store = ground.store().await;
    let step = |step: &str, done| Deed::Step { step: step.into(), done };
    let help = |number: &str, consent| Deed::Help { number: number.into(), consent };
    let answer = |answer: Option<&str>| Deed::Answer { kind: "psychiatrist".into(), answer: answer.map(Into::into) };
    let deeds = [
        step("stay", true),
        step("stay", true),
        step("ask_place", true),
        step("stay", false),
        help("15", Some(true)),
        help("17", Some(true)),
        help("15", Some(false)),
        answer(Some("refused")),
        answer(Some("followed")),
    ];
    for (at, deed) in (10..).zip(&deeds) {
        store.note(1, deed, 7, at).await.unwrap();
    }
    let done = store.follow_up(1).await.unwrap();
    assert_eq!(done.steps.iter().collect::<Vec<_>>(), ["ask_place"]);
    let called = |number: &str, consent, called_at| HelpCall { number: number.into(), consent, called_at };
    assert_eq!(
        done.help,
        [called("15", false, 14), called("17", true, 15)],
        "the first time counts, the last word too"
    );
    assert_eq!(done.answers["psychiatrist"], "followed");
    for deed in [help("15", None), help("17", None), answer(None), step("ask_place", false)] {
        store.note(1, &deed, 7, 99).await.unwrap();
    }
    assert_eq!(store.follow_up(1).await.unwrap(), FollowUp::default());
}

pub async fn audit_lines_are_kept_in_order(ground: Ground) {
    let store = ground.store().await;
    store.audit(10, 7, "record-read", "call-1").await.unwrap();
    store.audit(10, 7, "record-read", "call-2").await.unwrap();
    store.audit(9, 8, "record-changed", "call-1").await.unwrap();
    let lines = store.audit_of("call-1", 10).await.unwrap();
    let seen: Vec<_> = lines.iter().map(|line| (line.number, line.at, line.who, line.what.as_str())).collect();
    assert_eq!(seen, [(3, 9, 8, "record-changed"), (1, 10, 7, "record-read")]);
    assert_eq!(store.audit_of("call-1", 1).await.unwrap(), lines[..1]);
}
