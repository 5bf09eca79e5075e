//! What comes of a call: consultations that the service pays for.

use crate::Ground;
use care::{ConsultationCode, Scheme, Wording};
use store::{
    Account, CareRecord, CodeGiven, NewCode, RecordQuery, Redeemed, Redeemer, SignalAct, SignalRow, Store, StoreError,
};

fn scheme() -> Scheme {
    Scheme {
        name: Wording::new("Étudiant·es", "Students"),
        from: "2026-11-01".into(),
        until: "2026-11-30".into(),
        per_person: 2,
        price_cents: 5_000,
        budget_cents: Some(15_000),
        good_for_days: 90,
        ..Scheme::default()
    }
}

async fn give(store: &Store, scheme: i64, call: i64, code: &ConsultationCode, today: &str) -> CodeGiven {
    let new = NewCode { call, scheme, code, room: "salle", today, good_until: "2027-02-28" };
    store.give_code(new).await.unwrap()
}

fn professional(name: &str) -> Redeemer {
    Redeemer { professional: name.into(), identifier: "10001234567".into(), held_on: "2026-11-20".into() }
}

pub async fn a_code_is_redeemed_once_and_accounted_for(ground: Ground) {
    let store = ground.store().await;
    let id = store.save_scheme(None, &scheme(), false, 7, 1).await.unwrap();
    let codes = [1, 2, 3, 4].map(ConsultationCode::draw);
    assert_eq!(give(&store, id, 1, &codes[0], "2026-11-10").await, CodeGiven::Given);
    assert_eq!(give(&store, id, 1, &codes[1], "2026-11-10").await, CodeGiven::Given);
    assert_eq!(give(&store, id, 1, &codes[2], "2026-11-10").await, CodeGiven::Enough, "as many as a person may have");
    assert_eq!(give(&store, id, 2, &codes[2], "2026-10-31").await, CodeGiven::Closed);
    assert_eq!(give(&store, 99, 2, &codes[2], "2026-11-10").await, CodeGiven::Closed);
    assert_eq!(store.consultations_given(1).await.unwrap(), [(id, 2)].into());

    let Redeemed::Now(row) = store.redeem_code(&codes[0], &professional("Dr Exemple"), "2026-11-20").await.unwrap()
    else {
        panic!("it is good")
    };
    assert_eq!((row.scheme, row.price_cents, row.room.as_str()), (id, 5_000, "salle"));
    let again = store.redeem_code(&codes[0], &professional("Dr Autre"), "2026-11-21").await.unwrap();
    assert_eq!(again, Redeemed::Before("2026-11-20".into()));
    let before = Redeemer { held_on: "2026-11-09".into(), ..professional("Dr Exemple") };
    let early = store.redeem_code(&codes[1], &before, "2026-11-20").await.unwrap();
    assert_eq!(early, Redeemed::TooEarly("2026-11-10".into()), "nobody was seen with a code that was not given yet");
    let late = store.redeem_code(&codes[1], &professional("Dr Exemple"), "2027-03-01").await.unwrap();
    assert_eq!(late, Redeemed::TooLate("2027-02-28".into()));
    assert_eq!(
        store.redeem_code(&codes[3], &professional("Dr Exemple"), "2026-11-20").await.unwrap(),
        Redeemed::Unknown
    );

    let account =
        Account { given: 2, open: 1, redeemed: 1, redeemed_cents: 5_000, open_cents: 5_000, ..Account::default() };
    assert_eq!(store.scheme_account(id, "2026-11-20").await.unwrap(), account);
    assert_eq!(store.pay_consultations(id, ("Dr Exemple", "10001234567"), "2026-12-01").await.unwrap(), 1);
    assert_eq!(store.pay_consultations(id, ("Dr Exemple", "10001234567"), "2026-12-02").await.unwrap(), 0, "once");
    let later = Account { open: 0, open_cents: 0, lapsed: 1, paid_cents: 5_000, ..account };
    assert_eq!(store.scheme_account(id, "2027-03-01").await.unwrap(), later);
    let held = store.consultations_held(id).await.unwrap();
    assert_eq!(
        (held.len(), held[0].by.clone(), held[0].paid_on.as_deref()),
        (1, professional("Dr Exemple"), Some("2026-12-01"))
    );
}

pub async fn a_budget_is_never_overdrawn_and_what_is_taken_back_is_there_again(ground: Ground) {
    let store = ground.store().await;
    let id = store.save_scheme(None, &scheme(), false, 7, 1).await.unwrap();
    let codes: Vec<ConsultationCode> = (0..12).map(ConsultationCode::draw).collect();
    let tries = codes.iter().zip(1..).map(|(code, call)| give(&store, id, call, code, "2026-11-10"));
    let came = futures_util::future::join_all(tries).await;
    assert_eq!(came.iter().filter(|one| **one == CodeGiven::Given).count(), 3, "at the same moment: {came:?}");
    let first = came.iter().position(|one| *one == CodeGiven::Given).unwrap();
    let call = i64::try_from(first).unwrap() + 1;
    assert!(store.take_back_code(call, id, &codes[first]).await.unwrap());
    assert!(!store.take_back_code(call, id, &codes[first]).await.unwrap());
    assert!(store.consultations_given(call).await.unwrap().is_empty());
    assert_eq!(give(&store, id, 20, &ConsultationCode::draw(99), "2026-11-10").await, CodeGiven::Given);
    assert_eq!(give(&store, id, 21, &ConsultationCode::draw(98), "2026-11-10").await, CodeGiven::Spent);

    // A scheme is ended: codes that are out stay good. Of two who change it the second is told.
    assert_eq!(store.save_scheme(Some((id, 1)), &scheme(), true, 7, 2).await.unwrap(), id);
    let stale = store.save_scheme(Some((id, 1)), &scheme(), false, 8, 3).await;
    assert!(matches!(stale, Err(StoreError::StaleVersion)));
    assert_eq!(give(&store, id, 22, &ConsultationCode::draw(97), "2026-11-10").await, CodeGiven::Closed);
    let good = store.redeem_code(&ConsultationCode::draw(99), &professional("Dr Exemple"), "2026-12-24").await.unwrap();
    assert!(matches!(good, Redeemed::Now(_)));
    let row = &store.schemes().await.unwrap()[0];
    assert_eq!((row.revision, row.ended, &row.scheme), (2, true, &scheme()));
}

pub async fn a_closed_record_is_amended_and_what_it_said_is_kept(ground: Ground) {
    let store = ground.store().await;
    let mut record = CareRecord {
        call: 5,
        listener: 7,
        line: "sps".into(),
        opened_at: 100,
        grade: Some(2),
        elsewhere_at: Some(50),
        ..CareRecord::default()
    };
    record.form.notes = "Avant".into();
    record.form.answers.insert("setting".into(), vec!["clinic".into()]);
    record.revision = store.save_draft(&record).await.unwrap();
    assert!(
        matches!(store.amend_record(&record, 7, "Trop tôt", 150).await, Err(StoreError::NoRecord(5))),
        "a draft is no record yet"
    );
    store.close_record(5, 7, 200).await.unwrap();
    let mut after = CareRecord { grade: Some(4), closed_at: Some(200), ..record.clone() };
    after.form.answers.clear();
    after.form.notes = "Après".into();
    store.amend_record(&after, 9, "Relu en supervision", 300).await.unwrap();
    after.revision += 1;
    assert_eq!(store.record(5, 7).await.unwrap(), Some(after.clone()));
    let stale = store.amend_record(&CareRecord { revision: 1, ..after.clone() }, 7, "Encore", 400).await;
    assert!(matches!(stale, Err(StoreError::StaleDraft { call: 5, stored: 2 })), "{stale:?}");
    let history = store.amendments(&after).await.unwrap();
    assert_eq!(
        (history.len(), history[0].at, history[0].who, history[0].reason.as_str()),
        (1, 300, 9, "Relu en supervision")
    );
    assert_eq!(history[0].before, CareRecord { closed_at: Some(200), ..record });
    assert!(matches!(store.save_draft(&after).await, Err(StoreError::RecordIsClosed(5))));
}

pub async fn records_are_found_by_what_is_asked(ground: Ground) {
    let store = ground.store().await;
    for (call, listener, opened_at, grade, closed) in
        [(1, 7, 100, Some(1), true), (2, 7, 200, Some(5), false), (3, 8, 300, None, true)]
    {
        let mut record =
            CareRecord { call, listener, opened_at, grade, line: format!("line-{listener}"), ..CareRecord::default() };
        record.caller.departement = (listener == 8).then(|| "2A".to_owned());
        store.save_draft(&record).await.unwrap();
        if closed {
            store.close_record(call, listener, opened_at + 50).await.unwrap();
        }
    }
    let table: [(RecordQuery, &[i64]); 8] = [
        (RecordQuery::default(), &[3, 2, 1]),
        (RecordQuery { listener: Some(7), ..RecordQuery::default() }, &[2, 1]),
        (RecordQuery { from_ms: Some(200), until_ms: Some(300), ..RecordQuery::default() }, &[2]),
        (RecordQuery { grade: Some(5), ..RecordQuery::default() }, &[2]),
        (RecordQuery { departement: "2A".into(), ..RecordQuery::default() }, &[3]),
        (RecordQuery { line: "line-7".into(), ..RecordQuery::default() }, &[2, 1]),
        (RecordQuery { closed: Some(true), ..RecordQuery::default() }, &[3, 1]),
        (RecordQuery { closed: Some(false), listener: Some(8), ..RecordQuery::default() }, &[]),
    ];
    for (query, calls) in table {
        let found: Vec<i64> = store.find_records(&query, 10).await.unwrap().iter().map(|one| one.call).collect();
        assert_eq!(found, calls, "{query:?}");
    }
    assert_eq!(store.find_records(&RecordQuery::default(), 1).await.unwrap().len(), 1);
    // The record of a call taken elsewhere is found by the day of the call, however late it was written.
    let late = CareRecord { call: 4, listener: 9, opened_at: 400, elsewhere_at: Some(150), ..CareRecord::default() };
    store.save_draft(&late).await.unwrap();
    let found = async |from_ms, until_ms| {
        let query = RecordQuery { from_ms, until_ms, ..RecordQuery::default() };
        store.find_records(&query, 10).await.unwrap().iter().map(|one| one.call).collect::<Vec<_>>()
    };
    assert_eq!(found(None, None).await, [3, 2, 4, 1]);
    assert_eq!(found(Some(150), Some(200)).await, [4]);
    assert_eq!(found(Some(350), None).await, Vec::<i64>::new());
}

pub async fn signals_are_kept_as_they_stand_with_what_was_done(ground: Ground) {
    let store = ground.store().await;
    let raised = SignalRow {
        id: 3,
        call: 5,
        line: "sps".into(),
        cause: "alert".into(),
        raised_at: 100,
        raised_by: 7,
        words: "Seule".into(),
        taken: None,
        closed: None,
        outcome: None,
    };
    store.put_signal(&raised).await.unwrap();
    store.put_signal(&SignalRow { id: 2, raised_at: 200, ..raised.clone() }).await.unwrap();
    let taken = SignalRow { taken: Some((150, 9)), words: "Seule\nMoyens".into(), ..raised };
    store.put_signal(&taken).await.unwrap();
    assert_eq!(store.open_signals().await.unwrap().iter().map(|one| one.id).collect::<Vec<_>>(), [3, 2]);
    let closed = SignalRow { closed: Some((300, 9)), outcome: Some("follow_up".into()), ..taken.clone() };
    store.put_signal(&closed).await.unwrap();
    store.put_signal(&taken).await.unwrap();
    assert_eq!(store.signal(3).await.unwrap(), Some(closed.clone()), "what is closed stays closed");
    assert_eq!(store.closed_signals(9).await.unwrap(), [closed]);
    let of_call = store.signals_of_call(5).await.unwrap();
    assert_eq!(of_call.iter().map(|one| one.id).collect::<Vec<_>>(), [3, 2]);
    let act = |at, words: &str| SignalAct { at, who: 9, words: words.into() };
    for one in [act(160, "Le 15 est appelé"), act(160, "Une voisine vient")] {
        store.add_signal_act(3, &one).await.unwrap();
    }
    assert_eq!(store.signal_acts(3).await.unwrap(), [act(160, "Le 15 est appelé"), act(160, "Une voisine vient")]);
    assert_eq!(store.signal_acts(2).await.unwrap(), []);
}
