//! The journal, its projections and the board.

use crate::{Ground, lives};
use store::projection::CallTimes;
use store::{BoardStage, Fact, LiveBoard, Store, StoreError};
use switchboard::{
    CallId, Channel, Digit, Event, Language, LineId, ListenerId, OfferEnd, Outcome, Party, Presence, PresenceReason,
};

fn fact(at: i64, event: Event) -> Fact {
    Fact { at, event }
}

fn arrived(call: i64) -> Event {
    Event::Arrived { call: CallId(call), line: LineId("sps".into()), channel: Channel::Phone, language: Language::Fr }
}

/// Appends in chunks of random size, as a spool would.
async fn append_in_chunks(store: &Store, facts: &[Fact], seed: u64) {
    let mut dice = lives::Dice::new(seed);
    let mut rest = facts;
    while !rest.is_empty() {
        let (chunk, later) = rest.split_at(rest.len().min(1 + dice.below(40)));
        store.append(chunk).await.unwrap();
        rest = later;
    }
}

pub async fn opening_twice_keeps_what_is_there(ground: Ground) {
    let first = ground.store().await;
    first.append(&[fact(1, arrived(1))]).await.unwrap();
    let second = ground.store().await;
    second.ping().await.unwrap();
    assert_eq!(second.last_seq().await.unwrap(), 1);
    first.close().await;
    assert!(first.ping().await.is_err());
    second.ping().await.unwrap();
}

pub async fn a_database_of_a_newer_program_is_refused(ground: Ground) {
    drop(ground.store().await);
    ground.meddle("INSERT INTO schema_version (version) VALUES (999)").await;
    let fault = Store::open(&ground.place).await.unwrap_err();
    assert!(matches!(fault, StoreError::Newer { found: 999, known: 3.. }), "{fault}");
    assert!(fault.to_string().contains("newer Vigie"), "{fault}");
}

pub async fn facts_are_numbered_and_read_back(ground: Ground) {
    let store = ground.store().await;
    assert_eq!(store.last_seq().await.unwrap(), 0);
    assert_eq!(store.append(&[]).await.unwrap(), []);
    let facts = lives::night(5, 50);
    let written = store.append(&facts).await.unwrap();
    assert_eq!(written.iter().map(|one| one.seq).collect::<Vec<_>>(), (1..=facts.len() as i64).collect::<Vec<_>>());
    assert_eq!(store.read_journal(0, 1_000).await.unwrap(), written);
    assert_eq!(store.read_journal(10, 5).await.unwrap(), written[10..15]);
    assert_eq!(store.read_journal(facts.len() as i64, 5).await.unwrap(), []);

    ground.meddle("UPDATE journal SET version = 9 WHERE seq = 3").await;
    let fault = store.read_journal(0, 10).await.unwrap_err();
    assert!(matches!(fault, StoreError::UnreadableFact { seq: 3, version: 9, .. }), "{fault}");
}

pub async fn every_kind_of_fact_survives_the_table(ground: Ground) {
    let store = ground.store().await;
    let fixture = include_str!("../fixtures/journal_v1.jsonl");
    let facts: Vec<Fact> =
        fixture.lines().zip(1..).map(|(line, at)| fact(at, serde_json::from_str(line).unwrap())).collect();
    store.append(&facts).await.unwrap();
    let read = store.read_journal(0, 1_000).await.unwrap();
    assert_eq!(read.into_iter().map(|one| one.fact).collect::<Vec<_>>(), facts);
    assert_eq!(store.replay().await.unwrap().differences, []);
}

pub async fn two_writers_leave_no_gap(ground: Ground) {
    let (one, other) = (ground.store().await, ground.store().await);
    let facts: Vec<Fact> = (0..40).map(|call| fact(call, arrived(call))).collect();
    let (left, right) = facts.split_at(20);
    let write = async |store: &Store, facts: &[Fact]| {
        for fact in facts {
            store.append(std::slice::from_ref(fact)).await.unwrap();
        }
    };
    tokio::join!(write(&one, left), write(&other, right));
    let seqs: Vec<i64> = one.read_journal(0, 100).await.unwrap().iter().map(|one| one.seq).collect();
    assert_eq!(seqs, (1..=40).collect::<Vec<_>>());
    assert_eq!(one.replay().await.unwrap().differences, []);
}

pub async fn a_call_becomes_a_row(ground: Ground) {
    let store = ground.store().await;
    let (call, listener, other) = (CallId(-42), ListenerId(7), ListenerId(8));
    let events = [
        arrived(-42),
        Event::Answered { call },
        Event::Chosen { call, digit: Digit::new('1').unwrap(), choice: "student".into() },
        Event::Queued { call, again: false, queue: None },
        Event::Offered { call, listener: other, why: None },
        Event::OfferEnded { call, listener: other, end: OfferEnd::NoAnswer },
        Event::Offered { call, listener, why: None },
        Event::OfferEnded { call, listener, end: OfferEnd::Accepted },
        Event::Bridged { call, listener },
        Event::ListenerLost { call, listener },
        Event::Queued { call, again: true, queue: None },
        Event::Offered { call, listener: other, why: None },
        Event::Bridged { call, listener: other },
        Event::Ended { call, outcome: Outcome::Talked { by: Party::Caller } },
        Event::Ended { call, outcome: Outcome::Broken },
        Event::RecordClosed { call, listener: other },
        Event::Answered { call: CallId(999) },
    ];
    let facts: Vec<Fact> = (1..).zip(events).map(|(tick, event)| fact(tick * 1_000, event)).collect();
    for one in facts {
        store.append(&[one]).await.unwrap();
    }
    let row = store.call(-42).await.unwrap().unwrap();
    assert_eq!((row.arrival.seq, row.arrival.at, row.arrival.line.as_str()), (1, 1_000, "sps"));
    assert_eq!((row.arrival.channel.as_str(), row.arrival.language.as_str()), ("phone", "fr"));
    assert_eq!(row.choice.as_deref(), Some("student"));
    let expected = CallTimes {
        answered: Some(2_000),
        queued: Some(4_000),
        offered: Some(5_000),
        bridged: Some(9_000),
        ended: Some(14_000),
        wrapped_up: Some(16_000),
    };
    assert_eq!(row.times, expected);
    assert_eq!((row.outcome.as_deref(), row.outcome_detail.as_deref()), (Some("talked"), Some("caller")));
    assert_eq!((row.listener, row.offers, row.times_lost), (Some(8), 3, 1));
    assert_eq!((row.wait_ms(), row.talk_ms()), (Some(5_000), Some(5_000)));
    assert_eq!(store.call(999).await.unwrap(), None, "a call that never arrived has no row");
    assert_eq!(store.calls_between(1_000, 1_001, 10).await.unwrap(), [row]);
    assert_eq!(store.calls_between(0, 1_000, 10).await.unwrap(), []);
}

pub async fn presence_becomes_spans(ground: Ground) {
    let store = ground.store().await;
    let listener = ListenerId(7);
    let changed = |at, presence, reason| fact(at, Event::PresenceChanged { listener, presence, reason });
    let facts = [
        changed(10, Presence::Ready, PresenceReason::Chosen),
        changed(20, Presence::Offered, PresenceReason::Call),
        changed(30, Presence::Talking, PresenceReason::Call),
    ];
    store.append(&facts[..1]).await.unwrap();
    store.append(&facts[1..]).await.unwrap();
    let spans = store.presence_history(7, 0, 1_000).await.unwrap();
    let seen: Vec<_> = spans.iter().map(|span| (span.presence.as_str(), span.since, span.until)).collect();
    assert_eq!(seen, [("ready", 10, Some(20)), ("offered", 20, Some(30)), ("talking", 30, None)]);
    assert_eq!(store.presence_history(7, 20, 30).await.unwrap(), spans[1..2]);
    assert_eq!(store.presence_history(8, 0, 1_000).await.unwrap(), []);
    assert_eq!(store.presence().await.unwrap(), spans[2..]);
}

pub async fn replay_equals_live(ground: Ground) {
    let store = ground.store().await;
    for seed in 0..4 {
        append_in_chunks(&store, &lives::night(100 + seed, 400), seed).await;
        let report = store.replay().await.unwrap();
        assert_eq!(report.differences, [], "seed {seed}");
        assert_eq!(report.facts as i64, store.last_seq().await.unwrap());
        assert!(report.rows > 100);
    }
}

pub async fn replay_finds_and_mends_what_was_meddled_with(ground: Ground) {
    let store = ground.store().await;
    append_in_chunks(&store, &lives::night(6, 300), 6).await;
    let rows = store.replay().await.unwrap().rows;
    ground
        .meddle("UPDATE calls SET offers = offers + 1 WHERE arrived_seq = (SELECT MIN(arrived_seq) FROM calls)")
        .await;
    ground.meddle("DELETE FROM presence_spans WHERE seq = (SELECT MAX(seq) FROM presence_spans)").await;
    ground.meddle("INSERT INTO presence VALUES (99, 'ready', 'chosen', 1, 1)").await;
    let report = store.replay().await.unwrap();
    let mut tables: Vec<_> = report.differences.iter().map(|one| one.table).collect();
    tables.sort_unstable();
    assert_eq!(tables, ["calls", "presence", "presence_spans"]);
    assert_eq!(store.replay_replace().await.unwrap(), report, "replacing tells what differed before");
    let mended = store.replay().await.unwrap();
    assert_eq!((mended.rows, mended.differences), (rows, vec![]));
    // Live folding goes on where the replay ended.
    append_in_chunks(&store, &lives::night(6, 300), 7).await;
    assert_eq!(store.replay().await.unwrap().differences, []);
}

pub async fn a_projection_that_is_behind_catches_up_at_opening(ground: Ground) {
    let store = ground.store().await;
    append_in_chunks(&store, &lives::night(8, 300), 8).await;
    store.close().await;
    ground.meddle("DELETE FROM calls").await;
    ground.meddle("DELETE FROM projection_state WHERE name = 'calls'").await;
    assert_eq!(ground.store().await.replay().await.unwrap().differences, []);
}

pub async fn what_was_interrupted_is_closed(ground: Ground) {
    let store = ground.store().await;
    append_in_chunks(&store, &lives::night(9, 500), 9).await;
    let open = store.live_board().await.unwrap().calls.len();
    assert!(open > 0, "the night ends with calls open");
    let end = 1_760_000_000_000;
    assert_eq!(store.close_interrupted(end).await.unwrap(), open);
    assert_eq!(store.close_interrupted(end + 1).await.unwrap(), 0);
    let board = store.live_board().await.unwrap();
    assert!(board.calls.is_empty());
    assert!(board.listeners.values().all(|one| one.presence == Presence::OffDuty));
    assert!(board.listeners.values().any(|one| one.reason == PresenceReason::Interrupted && one.since == end));
    let calls = store.calls_between(0, i64::MAX, 10_000).await.unwrap();
    let interrupted = calls.iter().filter(|call| call.outcome.as_deref() == Some("interrupted")).count();
    assert_eq!(interrupted, open);
    assert_eq!(store.replay().await.unwrap().differences, []);
}

pub async fn the_board_from_the_tail_equals_the_board_from_the_beginning(ground: Ground) {
    let store = ground.store().await;
    assert_eq!(store.live_board().await.unwrap(), LiveBoard::default());
    let facts = lives::night(10, 600);
    let mut whole = LiveBoard::default();
    for chunk in facts.chunks(97) {
        store.append(chunk).await.unwrap().iter().for_each(|one| whole.apply(one));
        assert_eq!(store.live_board().await.unwrap(), whole);
    }
    let waits = |stage| matches!(stage, BoardStage::Waiting | BoardStage::Ringing);
    assert_eq!(whole.waiting(), whole.calls.values().filter(|call| waits(call.stage)).count());
}
