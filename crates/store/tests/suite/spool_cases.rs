//! The spool: nothing recorded is lost, doubled or put out of order, whatever the database does.

use crate::{Ground, lives};
use std::time::Duration;
use store::{Fact, Spool, StoreError};
use switchboard::{CallId, Channel, Event, Language, LineId};

async fn journal_facts(ground: &Ground) -> Vec<Fact> {
    let journal = ground.store().await.read_journal(0, 1_000_000).await.unwrap();
    for (expected, one) in (1..).zip(&journal) {
        assert_eq!(one.seq, expected, "numbers have no gap");
    }
    journal.into_iter().map(|one| one.fact).collect()
}

pub async fn facts_are_committed_in_order_and_announced(ground: Ground) {
    let facts = lives::night(1, 1_500);
    let (sender, mut announced) = Spool::start(ground.store().await, Spool::CAPACITY).unwrap();
    for fact in &facts {
        sender.record(fact.clone());
    }
    sender.flush().await.unwrap();
    assert_eq!(sender.pending(), 0);
    let mut heard = Vec::new();
    while heard.len() < facts.len() {
        let batch = announced.recv().await.unwrap();
        assert!(batch.len() <= 512, "{}", batch.len());
        heard.extend(batch.iter().map(|one| one.fact.clone()));
    }
    assert_eq!(heard, facts);
    assert_eq!(journal_facts(&ground).await, facts);
}

pub async fn facts_wait_while_the_database_is_gone_and_are_exact_after(ground: Ground) {
    let facts = lives::night(2, 900);
    let store = ground.store().await;
    let (sender, _announced) = Spool::start(store.clone(), Spool::CAPACITY).unwrap();
    let (before, rest) = facts.split_at(300);
    let (during, after) = rest.split_at(300);
    before.iter().for_each(|fact| sender.record(fact.clone()));
    sender.flush().await.unwrap();

    ground.meddle("ALTER TABLE journal RENAME TO journal_away").await;
    during.iter().for_each(|fact| sender.record(fact.clone()));
    while sender.last_error().is_none() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(sender.pending(), 300);
    assert!(matches!(store.append(&during[..1]).await, Err(StoreError::Database(_))));

    ground.meddle("ALTER TABLE journal_away RENAME TO journal").await;
    after.iter().for_each(|fact| sender.record(fact.clone()));
    sender.flush().await.unwrap();
    assert_eq!((sender.pending(), sender.lost(), sender.last_error()), (0, 0, None));
    assert_eq!(journal_facts(&ground).await, facts);
    assert_eq!(store.replay().await.unwrap().differences, []);
}

pub async fn a_full_spool_counts_what_it_loses(ground: Ground) {
    let facts = lives::night(3, 2_000);
    let (sender, _announced) = Spool::start(ground.store().await, 100).unwrap();
    ground.meddle("ALTER TABLE journal RENAME TO journal_away").await;
    facts.iter().for_each(|fact| sender.record(fact.clone()));
    let lost = sender.lost();
    // The bound holds for what waits; one batch more may be on its way.
    assert!((2_000 - 100 - 512..=2_000 - 100).contains(&lost), "{lost}");
    ground.meddle("ALTER TABLE journal_away RENAME TO journal").await;
    sender.flush().await.unwrap();
    assert_eq!(journal_facts(&ground).await.len() as u64, 2_000 - lost);
}

pub async fn dropping_everything_without_closing_keeps_the_journal(ground: Ground) {
    let facts = lives::night(4, 700);
    let (first, second) = facts.split_at(400);
    let store = ground.store().await;
    let (sender, _announced) = Spool::start(store.clone(), Spool::CAPACITY).unwrap();
    first.iter().for_each(|fact| sender.record(fact.clone()));
    sender.flush().await.unwrap();
    drop((sender, store));

    // The spool that is dropped with facts in it writes them before its task ends.
    let (sender, mut announced) = Spool::start(ground.store().await, Spool::CAPACITY).unwrap();
    second.iter().for_each(|fact| sender.record(fact.clone()));
    drop(sender);
    while announced.recv().await.is_ok() {}
    assert_eq!(journal_facts(&ground).await, facts);
    assert_eq!(ground.store().await.replay().await.unwrap().differences, []);
}

/// The name of a line that nobody knows is what somebody dialled. PostgreSQL takes no NUL in a text, and a fact that can
/// never be written would hold back all that come after it.
pub async fn a_strange_name_holds_nothing_back(ground: Ground) {
    let (call, line) = (CallId(1), LineId("s\0ps'; DROP TABLE journal; -- \u{202e}".into()));
    let event = Event::Arrived { call, line, channel: Channel::Phone, language: Language::Fr };
    let fact = Fact { at: 1, event };
    let store = ground.store().await;
    store.append(std::slice::from_ref(&fact)).await.unwrap();
    assert_eq!(journal_facts(&ground).await, [fact]);
    let row = store.call(1).await.unwrap().unwrap();
    assert_eq!(row.arrival.line, "sps'; DROP TABLE journal; -- \u{202e}");
    assert_eq!(store.replay().await.unwrap().differences, []);
}
