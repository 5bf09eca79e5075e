//! What keeps the directory right: letters, remarks, what is stale; and files on their way in.

use crate::Ground;
use store::{EntryRow, FileRow, NewLetter, NewRemark, RemarkState, StaleCount, StoreError};

fn entry(id: &str, kind: &str, departement: &str, confirmed: Option<i64>) -> EntryRow {
    let body = format!("{{\"id\":\"{id}\",\"contacts\":[{{\"kind\":\"email\"}}]}}");
    let (id, kind, departement) = (id.to_owned(), kind.to_owned(), departement.to_owned());
    EntryRow { id, kind, departement, confirmed, body, names: Vec::new() }
}

fn letter(entry: &str, purpose: &str, address: &str) -> NewLetter {
    NewLetter {
        entry: entry.to_owned(),
        purpose: purpose.to_owned(),
        round: 7,
        address: address.to_owned(),
        expires_at: 900,
        quiet_since: i64::MAX,
    }
}

pub async fn nobody_gets_two_letters_for_one_thing(ground: Ground) {
    let store = ground.store().await;
    assert!(store.write_letter(&letter("a", "confirm", "A@exemple.fr"), 100).await.unwrap());
    assert!(!store.write_letter(&letter("a", "confirm", "A@exemple.fr"), 101).await.unwrap());
    let lately = NewLetter { quiet_since: 50, ..letter("a", "reminder", "A@exemple.fr") };
    assert!(!store.write_letter(&lately, 102).await.unwrap(), "one was written lately");
    assert!(store.write_letter(&letter("b", "confirm", "b@exemple.fr"), 103).await.unwrap());

    // Two who send at once take different ones.
    assert!(!store.letter_is_due(99).await.unwrap() && store.letter_is_due(103).await.unwrap());
    let (one, other) = tokio::join!(store.lease_letter(110), store.lease_letter(110));
    let mut ids = [one.unwrap().unwrap().id, other.unwrap().unwrap().id];
    ids.sort_unstable();
    assert_eq!(ids, [1, 2]);
    assert!(!store.letter_is_due(110).await.unwrap() && store.lease_letter(111).await.unwrap().is_none());
    store.letter_sent(1, 112).await.unwrap();
    store.letter_waits(2, 200).await.unwrap();
    assert!(store.lease_letter(199).await.unwrap().is_none());
    let again = store.lease_letter(200).await.unwrap().unwrap();
    assert_eq!((again.id, again.tries), (2, 2));
    // Whoever sent it has ended: it may have gone out, and does not go out again.
    store.give_up_leased(200, 300).await.unwrap();
    assert!(!store.letter_is_due(300).await.unwrap());
    store.give_up_leased(201, 300).await.unwrap();
    assert!(store.lease_letter(400).await.unwrap().is_none());
    let counts = store.letter_counts().await.unwrap();
    assert_eq!((counts.waiting, counts.sent, counts.given_up), (0, 1, 1));

    assert_eq!(store.unanswered_letters("confirm", 113, 500).await.unwrap().len(), 1);
    assert_eq!(store.unanswered_letters("confirm", 113, 900).await.unwrap(), [], "its link holds no longer");
    store.letter_answered(1, 600).await.unwrap();
    assert_eq!(store.unanswered_letters("confirm", 113, 500).await.unwrap(), []);
    store.stop_letters("a@EXEMPLE.fr", 700).await.unwrap();
    assert!(!store.write_letter(&letter("c", "asked", "A@exemple.fr"), 701).await.unwrap(), "they want none");
    assert_eq!(store.letters_since(100).await.unwrap(), 1);
    let key = store.letter_key("first").await.unwrap();
    assert_eq!((key.as_str(), store.letter_key("second").await.unwrap().as_str()), ("first", "first"));
}

pub async fn of_many_who_send_at_once_each_takes_another_letter(ground: Ground) {
    let store = ground.store().await;
    for _ in 0..5 {
        let known = store.letter_counts().await.unwrap();
        let wanted: Vec<i64> = (known.waiting + 1..=known.waiting + 8).collect();
        for number in &wanted {
            let to_one = letter(&format!("e{number}"), "confirm", "a@exemple.fr");
            assert!(store.write_letter(&to_one, 100).await.unwrap());
        }
        let taken = futures_util::future::join_all(wanted.iter().map(|_| store.lease_letter(110))).await;
        let mut ids: Vec<i64> =
            taken.into_iter().map(|letter| letter.unwrap().expect("there was one for each").id).collect();
        ids.sort_unstable();
        assert_eq!(ids, wanted);
    }
    assert!(store.lease_letter(110).await.unwrap().is_none());
}

pub async fn remarks_are_decided_once(ground: Ground) {
    let store = ground.store().await;
    let remark = NewRemark { entry: "a".into(), kind: "wrong_number".into(), body: "01".into(), made_by: 3 };
    store.put_remark(&remark, 10).await.unwrap();
    store.put_remark(&remark, 11).await.unwrap();
    let open = store.open_remarks(9).await.unwrap();
    assert_eq!((open.len(), &open[0].said, open[0].made_at), (1, &remark, 10));
    let id = open[0].id;
    assert!(store.decide_remark(id, RemarkState::Refused, 4, 12).await.unwrap());
    assert!(!store.decide_remark(id, RemarkState::Taken, 5, 13).await.unwrap());
    assert_eq!(store.remark(id).await.unwrap().unwrap().state, RemarkState::Refused);
    store.put_remark(&remark, 14).await.unwrap();
    assert_eq!(store.open_remarks(9).await.unwrap().len(), 1, "said again later, it counts again");
}

pub async fn what_is_stale_is_counted(ground: Ground) {
    let store = ground.store().await;
    let entries = [
        entry("a", "psychologist", "42", Some(100)),
        entry("b", "psychologist", "42", None),
        entry("c", "relay", "", Some(200)),
        entry("d", "emergency_service", "69", None),
    ];
    store.put_entries(&entries, 1, 5).await.unwrap();
    let count = |departement: &str, all, old, never| StaleCount { departement: departement.into(), all, old, never };
    let counted = store.stale_entries(150).await.unwrap();
    assert_eq!(counted, [count("", 1, 0, 0), count("42", 2, 1, 1), count("69", 1, 0, 1)]);
    let vital: Vec<_> =
        store.vital_entries().await.unwrap().into_iter().map(|(number, made, _)| (number, made)).collect();
    assert_eq!(vital, [(3, 5), (4, 5)]);
    let unconfirmed = store.unconfirmed_entries(150, 1, 9).await.unwrap();
    assert_eq!(unconfirmed.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [2, 4]);
    assert_eq!(store.entries_of("42", 9).await.unwrap().len(), 2);
}

pub async fn two_entries_become_one_or_stay_apart(ground: Ground) {
    let store = ground.store().await;
    let numbers = store.put_entries(&[entry("a", "", "", None), entry("b", "", "", None)], 1, 5).await.unwrap();
    store.say_distinct("b", "a", 1, 6).await.unwrap();
    store.say_distinct("a", "b", 2, 7).await.unwrap();
    assert_eq!(store.distinct_entries().await.unwrap(), [("a".to_owned(), "b".to_owned())]);
    let merged = EntryRow { names: vec!["b".to_owned()], ..entry("a", "psychologist", "", None) };
    for (seen, other) in
        [(numbers[1], ("b", numbers[1])), (numbers[0], ("b", numbers[0])), (numbers[0], ("a", numbers[0]))]
    {
        let refused = store.merge_entries(&merged, seen, other, 1, 8).await;
        assert!(matches!(refused, Err(StoreError::StaleEntry)));
    }
    store.merge_entries(&merged, numbers[0], ("b", numbers[1]), 1, 8).await.unwrap();
    assert!(store.entry("b").await.unwrap().is_none());
    assert_eq!(store.entry("a").await.unwrap().unwrap().body, merged.body);
    assert_eq!(store.entries_named(&["b".to_owned()]).await.unwrap(), [("b".to_owned(), "a".to_owned())]);
    assert_eq!(store.entry_versions("b").await.unwrap().len(), 1, "its history stays");
}

pub async fn files_wait_until_they_are_taken_in(ground: Ground) {
    let store = ground.store().await;
    let file = FileRow {
        id: "f1".into(),
        name: "é.csv".into(),
        format: "CSV".into(),
        mapping: "{}".into(),
        ..FileRow::default()
    };
    store.put_file(&file).await.unwrap();
    store.set_file_outcome("f1", "tried", None, 10).await.unwrap();
    store.set_file_mapping("f1", "{1}", "seen").await.unwrap();
    let read = store.file("f1").await.unwrap().unwrap();
    assert_eq!(
        (read.mapping.as_str(), read.preview.as_str(), read.outcome.as_str(), read.ended_at),
        ("{1}", "seen", "", None)
    );
    store.set_file_outcome("f1", "taken", Some(4), 20).await.unwrap();
    store.drop_file("f1").await.unwrap();
    let listed = store.files(9).await.unwrap();
    assert_eq!((listed.len(), listed[0].import, listed[0].outcome.as_str()), (1, Some(4), ""));
    store.save_mapping("h", "one", 1, 5).await.unwrap();
    store.save_mapping("h", "two", 2, 6).await.unwrap();
    let saved = store.saved_mapping("h").await.unwrap().unwrap();
    assert_eq!((saved.mapping.as_str(), saved.saved_by), ("two", 2));
    assert!(store.saved_mapping("other").await.unwrap().is_none());
}
