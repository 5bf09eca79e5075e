//! The entries of the directory: versions, imports, and what counts.

use crate::Ground;
use store::{EntryRow, ImportCounts, ImportState, Store, StoreError};

fn entry(id: &str, body: &str) -> EntryRow {
    EntryRow {
        id: id.into(),
        kind: "psychologist".into(),
        departement: "2A".into(),
        confirmed: Some(20_000),
        body: body.into(),
        names: Vec::new(),
    }
}

/// Every entry that counts, as its body, in the order of the versions.
async fn bodies(store: &Store) -> Vec<String> {
    let mut bodies = Vec::new();
    let mut after = 0;
    loop {
        let piece = store.entries_after(after, 40).await.unwrap();
        let Some((last, _)) = piece.last() else { return bodies };
        after = *last;
        bodies.extend(piece.into_iter().map(|(_, body)| body));
    }
}

pub async fn entries_are_put_all_or_none(ground: Ground) {
    let store = ground.store().await;
    assert!(!store.has_entries().await.unwrap());
    let entries: Vec<_> = (0..100).map(|number| entry(&format!("e{number:03}"), &format!("É'{number}"))).collect();
    let numbers = store.put_entries(&entries, 7, 1_000).await.unwrap();
    assert!(numbers.is_sorted() && numbers.len() == 100);
    assert_eq!(bodies(&store).await, entries.iter().map(|entry| entry.body.clone()).collect::<Vec<_>>());
    let mut asked = store.entry_bodies(&[numbers[70], numbers[3], 999_999]).await.unwrap();
    asked.sort();
    assert_eq!(asked, [(numbers[3], "É'3".to_owned()), (numbers[70], "É'70".to_owned())]);

    // A NUL is refused by PostgreSQL; SQLite takes it, and its neighbour too.
    let both = [entry("z1", "fine"), entry("z2", "\0")];
    let taken = store.put_entries(&both, 7, 1_000).await.is_ok();
    assert_eq!(store.entry("z1").await.unwrap().is_some(), taken);
    assert_eq!(bodies(&store).await.len(), if taken { 102 } else { 100 });
}

pub async fn of_two_who_change_an_entry_the_second_is_told(ground: Ground) {
    let store = ground.store().await;
    let first = store.put_entries(&[entry("a", "one")], 1, 10).await.unwrap()[0];
    let second = store.change_entry("a", first, Some(&entry("a", "two")), 2, 20).await.unwrap();
    let late = store.change_entry("a", first, Some(&entry("a", "late")), 3, 30).await;
    assert!(matches!(late, Err(StoreError::StaleEntry)));
    let current = store.entry("a").await.unwrap().unwrap();
    assert_eq!((current.number, current.body.as_str(), current.made_by), (second, "two", 2));
    let versions = store.entry_versions("a").await.unwrap();
    let told: Vec<_> = versions.iter().map(|version| (version.body.as_str(), version.counts)).collect();
    assert_eq!(told, [("two", true), ("one", false)]);
    store.change_entry("a", second, None, 2, 40).await.unwrap();
    assert!(store.entry("a").await.unwrap().is_none() && bodies(&store).await.is_empty());
    assert!(matches!(store.change_entry("a", second, None, 2, 50).await, Err(StoreError::StaleEntry)));
}

pub async fn an_import_counts_as_a_whole_or_not_at_all(ground: Ground) {
    let store = ground.store().await;
    store.put_entries(&[entry("a", "old a"), entry("b", "old b")], 0, 10).await.unwrap();
    let import = store.begin_import("FINESS", "finess", 4, 20).await.unwrap();
    assert!(matches!(store.begin_import("x", "csv", 4, 20).await, Err(StoreError::ImportRunning)));
    let new = [entry("a", "new a"), entry("b", "old b"), entry("c", "new c")];
    let counts = store.import_entries(import, &new, 2, false, 30).await.unwrap();
    assert_eq!(counts, ImportCounts { added: 1, changed: 1, unchanged: 1, kept: 0, refused: 2 });
    assert_eq!(bodies(&store).await, ["old a", "old b"], "nothing of it counts yet");
    store.put_import_in_force(import, 40).await.unwrap();
    assert_eq!(bodies(&store).await, ["old b", "new a", "new c"]);
    assert!(matches!(store.put_import_in_force(import, 41).await, Err(StoreError::NoSuchImport)));
    let late = store.import_entries(import, &[entry("d", "late")], 0, false, 42).await;
    assert!(matches!(late, Err(StoreError::NoSuchImport)));

    let given_up = store.begin_import("FINESS", "finess", 4, 50).await.unwrap();
    store.import_entries(given_up, &[entry("a", "worse a"), entry("e", "worse e")], 0, false, 51).await.unwrap();
    store.give_import_up(given_up, 52).await.unwrap();
    store.give_import_up(import, 53).await.unwrap();
    assert_eq!(bodies(&store).await, ["old b", "new a", "new c"]);
    let states: Vec<_> = store.imports(9).await.unwrap().iter().map(|row| (row.id, row.state)).collect();
    assert_eq!(states, [(given_up, ImportState::GivenUp), (import, ImportState::InForce)]);
}

pub async fn the_same_import_again_changes_nothing(ground: Ground) {
    let store = ground.store().await;
    let rows: Vec<_> = (0..90).map(|number| entry(&format!("r{number}"), &format!("body {number}"))).collect();
    let mut numbers = Vec::new();
    for turn in 0..2 {
        let import = store.begin_import("register", "csv", 1, turn).await.unwrap();
        let mut counts = ImportCounts::default();
        for piece in rows.chunks(40) {
            let some = store.import_entries(import, piece, 0, false, turn).await.unwrap();
            counts.added += some.added;
            counts.unchanged += some.unchanged;
        }
        // The same entry twice in one import counts once, as it came last.
        let twice = [entry("r1", "body 1")];
        assert_eq!(store.import_entries(import, &twice, 0, false, turn).await.unwrap().changed, 0);
        store.put_import_in_force(import, turn).await.unwrap();
        assert_eq!((counts.added, counts.unchanged), if turn == 0 { (90, 0) } else { (0, 90) });
        let now: Vec<i64> = store.entries_after(0, 1_000).await.unwrap().iter().map(|(number, _)| *number).collect();
        assert_eq!(now.len(), 90);
        numbers.push(now);
    }
    assert_eq!(numbers[0], numbers[1], "what says the same keeps its version");
}

pub async fn a_change_by_hand_wins_over_an_import_under_way(ground: Ground) {
    let store = ground.store().await;
    let old = store.put_entries(&[entry("a", "old"), entry("b", "old b")], 0, 10).await.unwrap()[0];
    let import = store.begin_import("register", "csv", 1, 20).await.unwrap();
    store.import_entries(import, &[entry("a", "register"), entry("b", "register b")], 0, false, 21).await.unwrap();
    store.change_entry("a", old, Some(&entry("a", "by hand")), 5, 22).await.unwrap();
    store.put_import_in_force(import, 23).await.unwrap();
    assert_eq!(bodies(&store).await, ["register b", "by hand"]);

    let again = store.begin_import("register", "csv", 1, 30).await.unwrap();
    let rows = [entry("a", "register"), entry("b", "register b")];
    let kept = store.import_entries(again, &rows, 0, false, 31).await.unwrap();
    assert_eq!(kept, ImportCounts { kept: 1, unchanged: 1, ..ImportCounts::default() });
    store.give_import_up(again, 32).await.unwrap();
    let all = store.begin_import("register", "csv", 1, 40).await.unwrap();
    assert_eq!(store.import_entries(all, &rows, 0, true, 41).await.unwrap().changed, 1);
    store.put_import_in_force(all, 42).await.unwrap();
    assert_eq!(bodies(&store).await, ["register b", "register"]);
}

pub async fn what_changed_is_told_from_a_change_on(ground: Ground) {
    let store = ground.store().await;
    let numbers = store.put_entries(&[entry("a", "a"), entry("b", "b")], 1, 10).await.unwrap();
    let stamp = store.last_entry_change().await.unwrap();
    assert!(store.entry_changes(stamp).await.unwrap().came.is_empty());
    let changed = store.change_entry("a", numbers[0], Some(&entry("a", "a2")), 1, 20).await.unwrap();
    let twice = store.change_entry("a", changed, Some(&entry("a", "a3")), 1, 21).await.unwrap();
    store.change_entry("b", numbers[1], None, 1, 22).await.unwrap();
    let changes = store.entry_changes(stamp).await.unwrap();
    let mut gone = changes.gone.clone();
    gone.sort_unstable();
    assert_eq!(gone, [numbers[0], numbers[1], changed]);
    assert_eq!((changes.came, changes.imported), (vec![(twice, "a3".to_owned())], false));
    assert_eq!(changes.last, store.last_entry_change().await.unwrap());
    let import = store.begin_import("register", "csv", 1, 30).await.unwrap();
    store.import_entries(import, &[entry("c", "c")], 0, false, 31).await.unwrap();
    let unseen = store.entry_changes(changes.last).await.unwrap();
    assert!(unseen.came.is_empty() && !unseen.imported);
    store.put_import_in_force(import, 32).await.unwrap();
    assert!(store.entry_changes(unseen.last).await.unwrap().imported);
}

pub async fn what_never_counts_again_is_purged(ground: Ground) {
    let store = ground.store().await;
    let mut named = entry("own:1", "by hand");
    named.names = vec!["rpps:1".into(), "adeli:2".into()];
    let hand = store.put_entries(&[named], 3, 10).await.unwrap()[0];
    let mut known = store.entries_named(&["adeli:2".into(), "rpps:1".into(), "rpps:9".into()]).await.unwrap();
    known.sort();
    assert_eq!(known, [("adeli:2".to_owned(), "own:1".to_owned()), ("rpps:1".to_owned(), "own:1".to_owned())]);
    store.change_entry("own:1", hand, Some(&entry("own:1", "again")), 3, 11).await.unwrap();
    for (at, body) in [(20, "first"), (30, "second")] {
        let import = store.begin_import("register", "csv", 1, at).await.unwrap();
        store.import_entries(import, &[entry("r", body), entry("s", "same")], 0, false, at).await.unwrap();
        store.put_import_in_force(import, at).await.unwrap();
    }
    let lost = store.begin_import("register", "csv", 1, 40).await.unwrap();
    store.import_entries(lost, &[entry("r", "third")], 0, false, 41).await.unwrap();
    store.give_import_up(lost, 42).await.unwrap();
    assert_eq!(store.purge_entries(1).await.unwrap(), 1);
    assert_eq!(store.purge_entries(100).await.unwrap(), 1);
    assert_eq!(store.purge_entries(100).await.unwrap(), 0);
    assert_eq!(bodies(&store).await, ["again", "same", "second"]);
    assert_eq!(store.entry_versions("own:1").await.unwrap().len(), 2, "what was made by hand stays as history");
}
