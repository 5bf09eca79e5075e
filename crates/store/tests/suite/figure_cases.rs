//! The figures of the field, read from calls whose lives are known.

use crate::{Ground, lives};
use store::reports::figures::{Duty, Fate, Figures, Handling, LevelOf, Thresholds};
use store::{Fact, Store, StoreError};
use switchboard::{
    CallId, Channel, Event, Language, LineId, ListenerId, Outcome, Party, Presence, PresenceReason, Refusal, RelayId,
    Whereabouts,
};

const SECOND: i64 = 1_000;
const ANNE: ListenerId = ListenerId(1);
const BEN: ListenerId = ListenerId(2);

fn fact(at: i64, event: Event) -> Fact {
    Fact { at: at * SECOND, event }
}

fn arrived(id: i64, at: i64, line: &str) -> Fact {
    let (call, line) = (CallId(id), LineId(line.into()));
    fact(at, Event::Arrived { call, line, channel: Channel::Phone, language: Language::Fr })
}

fn queued(id: i64, at: i64) -> Fact {
    fact(at, Event::Queued { call: CallId(id), again: false, queue: None })
}

fn bridged(id: i64, at: i64, listener: ListenerId) -> Fact {
    fact(at, Event::Bridged { call: CallId(id), listener })
}

fn ended(id: i64, at: i64, outcome: Outcome) -> Fact {
    fact(at, Event::Ended { call: CallId(id), outcome })
}

fn closed(id: i64, at: i64, listener: ListenerId) -> Fact {
    fact(at, Event::RecordClosed { call: CallId(id), listener })
}

const TALKED: Outcome = Outcome::Talked { by: Party::Caller };

fn gave_up(during: Whereabouts) -> Outcome {
    Outcome::GaveUp { during }
}

async fn afternoon(store: &Store) {
    let relay = RelayId("night-line".into());
    let refused = Outcome::Refused { reason: Refusal::QueueFull };
    let facts = [
        // Answered after 4 seconds in the queue, 100 seconds of talk, 30 of writing.
        vec![arrived(1, 0, "a"), queued(1, 8), bridged(1, 12, ANNE), ended(1, 112, TALKED), closed(1, 142, ANNE)],
        // Answered after 40 seconds; the record was never closed.
        vec![arrived(2, 200, "a"), queued(2, 208), bridged(2, 248, ANNE), ended(2, 300, TALKED)],
        vec![arrived(3, 400, "a"), queued(3, 408), ended(3, 413, gave_up(Whereabouts::Waiting))],
        vec![arrived(4, 450, "a"), queued(4, 458), ended(4, 558, gave_up(Whereabouts::Ringing))],
        vec![arrived(5, 600, "a"), ended(5, 603, gave_up(Whereabouts::Greeting))],
        vec![arrived(6, 700, "a"), ended(6, 700, refused)],
        vec![
            arrived(7, 800, "a"),
            queued(7, 808),
            fact(860, Event::RelayJoined { call: CallId(7), relay }),
            ended(7, 900, Outcome::Talked { by: Party::Relay }),
        ],
        vec![arrived(8, 900, "a"), queued(8, 908)],
        vec![arrived(9, 100, "b"), queued(9, 100), bridged(9, 101, BEN), ended(9, 111, TALKED), closed(9, 112, BEN)],
        vec![arrived(10, 1_000, "a"), queued(10, 1_000), bridged(10, 1_001, BEN)],
    ];
    for life in facts {
        store.append(&life).await.unwrap();
    }
}

pub async fn a_known_afternoon_of_two_lines(ground: Ground) {
    let store = ground.store().await;
    afternoon(&store).await;
    let read = async |line: Option<&str>| store.period(line, (0, 1_000 * SECOND), 2_000 * SECOND).await.unwrap();
    let period = read(Some("a")).await;
    let fates: Vec<Fate> = period.contacts.iter().map(|contact| contact.fate).collect();
    let expected = [
        Fate::Answered,
        Fate::Answered,
        Fate::Abandoned,
        Fate::Abandoned,
        Fate::BeforeQueue,
        Fate::Blocked,
        Fate::FlowedOut,
        Fate::Open,
    ];
    assert_eq!(fates, expected);
    let figures = Figures::of(&period, Thresholds::default());
    assert_eq!((figures.counts.queued(), figures.within.abandoned_short), (6, 1));
    assert_eq!(figures.answer_rate(), Some(2.0 / 6.0));
    assert_eq!(figures.network_answer_rate(), Some(3.0 / 6.0));
    assert_eq!(figures.abandonment_without_short(), Some(1.0 / 5.0));
    assert_eq!(figures.service_level(), Some(1.0 / 6.0));
    let common = Thresholds { level_of: LevelOf::AnsweredOrAbandoned, ..Thresholds::default() };
    assert_eq!(Figures::of(&period, common).service_level(), Some(1.0 / 4.0));
    assert_eq!(figures.from_queue.p50_ms, Some(4 * SECOND));
    assert_eq!(figures.from_ring.p90_ms, Some(48 * SECOND));
    assert_eq!(figures.longest_ms, Some(100 * SECOND), "who left waited longest");
    assert_eq!((figures.handling.calls, figures.mean_talk_ms()), (2, Some(76_000.0)));
    assert_eq!(figures.mean_after_ms(), Some(15_000.0));
    let both = read(None).await;
    assert_eq!(both.contacts.len(), 9);
    assert_eq!(read(Some("b")).await.contacts.len(), 1);
    assert_eq!(read(Some("c")).await.contacts, []);
    assert_eq!(store.lines_called().await.unwrap(), ["a", "b"]);
    let activity = store.activity_of(Some("a"), (0, 1_000 * SECOND), 1_000 * SECOND).await.unwrap();
    assert_eq!((activity.arrived, activity.connected, activity.ends.given_up.total()), (8, 2, 3));
    let talking = store.period(None, (1_000 * SECOND, 1_001 * SECOND), 2_000 * SECOND).await.unwrap();
    let talking = Figures::of(&talking, Thresholds::default());
    assert_eq!((talking.counts.answered, talking.handling.calls), (1, 0), "a talk that goes on costs nothing yet");
    let nothing = store.period(None, (5, 5), 9).await;
    assert!(matches!(nothing, Err(StoreError::Period { .. })));
}

pub async fn a_call_that_was_handed_over_costs_both(ground: Ground) {
    let store = ground.store().await;
    let call = CallId(1);
    let life = [
        arrived(1, 0, "a"),
        queued(1, 1),
        bridged(1, 2, ANNE),
        fact(10, Event::Held { call }),
        bridged(1, 20, BEN),
        fact(30, Event::Left { call, listener: ANNE }),
        closed(1, 45, ANNE),
        ended(1, 90, TALKED),
        closed(1, 100, BEN),
    ];
    store.append(&life).await.unwrap();
    let period = store.period(None, (0, SECOND), SECOND).await.unwrap();
    let cost = Handling { talk_ms: (28 + 70) * SECOND, hold_ms: 20 * SECOND, after_ms: (15 + 10) * SECOND };
    assert_eq!(period.contacts[0].handling, Some(cost));
}

pub async fn duty_is_cut_at_the_ends_of_the_period(ground: Ground) {
    let store = ground.store().await;
    let shows = |at, listener, presence| {
        fact(at, Event::PresenceChanged { listener, presence, reason: PresenceReason::Chosen })
    };
    let facts = [
        shows(0, ANNE, Presence::Ready),
        shows(100, ANNE, Presence::Offered),
        shows(110, ANNE, Presence::Talking),
        shows(160, ANNE, Presence::WrappingUp),
        shows(180, ANNE, Presence::Paused),
        shows(400, ANNE, Presence::OffDuty),
        shows(150, BEN, Presence::Ready),
    ];
    store.append(&facts).await.unwrap();
    let duty = async |from: i64, to: i64, now: i64| {
        store.period(Some("a"), (from * SECOND, to * SECOND), now * SECOND).await.unwrap().duty
    };
    let of = |handling: i64, available: i64| Duty { handling_ms: handling * SECOND, available_ms: available * SECOND };
    assert_eq!(duty(50, 200, 1_000).await, of(70, 60 + 50));
    assert_eq!(duty(50, 200, 170).await, of(60, 60 + 20), "what has not come yet is not counted");
    assert_eq!(duty(500, 600, 400).await, Duty::default());
}

pub async fn fates_add_up_in_any_night(ground: Ground) {
    let store = ground.store().await;
    store.append(&lives::night(31, 600)).await.unwrap();
    let calls = store.calls_between(0, i64::MAX, 100_000).await.unwrap();
    let last = calls.iter().map(|call| call.arrival.at).max().unwrap();
    let period = store.period(None, (0, last + 1), last + 1).await.unwrap();
    let activity = store.activity(0, last + 1, last + 1).await.unwrap();
    let counts = Figures::of(&period, Thresholds::default()).counts;
    assert_eq!(counts.offered, calls.len() as u64);
    assert_eq!(counts.offered, counts.before_queue + counts.queued() + counts.open);
    assert_eq!(counts.answered, activity.connected, "both reports tell the same");
    assert!(period.contacts.iter().all(|one| one.handling.is_none() || one.fate == Fate::Answered));
    assert!(period.contacts.iter().all(|one| one.queue_wait_ms.is_none_or(|wait| wait >= 0)));
}
