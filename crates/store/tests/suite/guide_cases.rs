//! Guides as versions, and entries by when they came to count.

use crate::Ground;
use store::{EntryRow, GuideState, StoreError};

pub async fn guides_are_versions_and_the_second_of_two_writers_is_told(ground: Ground) {
    let store = ground.store().await;
    let (draft, published, withdrawn) = (GuideState::Draft, GuideState::Published, GuideState::Withdrawn);
    let first = store.save_guide(None, draft, "{\"é\":1}", 7, 10).await.unwrap();
    let second = store.save_guide(None, published, "two", 7, 11).await.unwrap();
    assert_ne!(first, second);
    store.save_guide(Some((first, 1)), published, "b", 8, 20).await.unwrap();
    let late = store.save_guide(Some((first, 1)), published, "late", 9, 30).await;
    assert!(matches!(late, Err(StoreError::StaleVersion)));
    let nobody = store.save_guide(Some((99, 0)), draft, "x", 9, 30).await;
    assert!(matches!(nobody, Err(StoreError::StaleVersion)), "a guide that never was has no next version");
    store.save_guide(Some((first, 2)), draft, "c", 8, 40).await.unwrap();
    let told = |versions: Vec<store::GuideVersion>| {
        versions.into_iter().map(|one| (one.id, one.version, one.state, one.body)).collect::<Vec<_>>()
    };
    let kept = told(store.guides().await.unwrap());
    let wanted = [(first, 2, published, "b"), (first, 3, draft, "c"), (second, 1, published, "two")];
    assert_eq!(kept, wanted.map(|(id, version, state, body)| (id, version, state, body.to_owned())));
    store.save_guide(Some((first, 3)), withdrawn, "c", 8, 50).await.unwrap();
    assert_eq!(told(store.guides().await.unwrap())[0], (first, 4, withdrawn, "c".to_owned()));
    let versions = store.guide_versions(first).await.unwrap();
    assert_eq!(
        versions.iter().map(|one| (one.version, one.made_by)).collect::<Vec<_>>(),
        [(4, 8), (3, 8), (2, 8), (1, 7)]
    );
    assert_eq!(versions[3].body, "{\"é\":1}");
}

pub async fn what_changed_since_a_time_is_told_by_when_it_came_to_count(ground: Ground) {
    let store = ground.store().await;
    let entry = |id: &str| EntryRow { id: id.into(), body: format!("{{\"id\":\"{id}\"}}"), ..EntryRow::default() };
    let by_hand = store.put_entries(&[entry("a")], 1, 100).await.unwrap();
    let import = store.begin_import("x", "csv", 1, 110).await.unwrap();
    store.import_entries(import, &[entry("b"), entry("c")], 0, false, 120).await.unwrap();
    assert_eq!(store.entries_modified_since(101).await.unwrap(), Vec::<i64>::new(), "not in force yet");
    store.put_import_in_force(import, 500).await.unwrap();
    let imported = store.entries_modified_since(101).await.unwrap();
    assert_eq!(imported.len(), 2);
    assert_eq!(store.entries_modified_since(500).await.unwrap().len(), 2, "it counts since it is in force");
    assert_eq!(store.entries_modified_since(501).await.unwrap().len(), 0);
    assert_eq!(store.entries_modified_since(100).await.unwrap().len(), 3);
    let mut times = store.entries_modified_at(&[by_hand[0], imported[0], 999]).await.unwrap();
    times.sort_unstable();
    assert_eq!(times, [(by_hand[0], 100), (imported[0], 500)]);
}
