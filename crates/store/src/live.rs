//! The board: who is calling and who is on duty at this moment, folded in memory from committed facts.

use crate::{Recorded, Store, StoreError, journal, projection};
use serde::de::DeserializeOwned;
use serde_json::Value;
use sqlx::Row;
use std::collections::BTreeMap;
use switchboard::{CallId, Channel, Event, Language, LineId, ListenerId, OfferEnd, Presence, PresenceReason};

/// How many facts are read from the journal at a time.
const PAGE: i64 = 5_000;

/// Where a call is, as the board shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BoardStage {
    /// It arrived and is in the greeting or the menu.
    Arrived,
    /// The caller is in the queue.
    Waiting,
    /// A listener's desk rings.
    Ringing,
    /// Two people talk.
    Talking,
    /// The caller is on hold.
    Held,
    /// The listener vanished; the caller is kept.
    Reconnecting,
}

/// An open call on the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardCall {
    /// The call.
    pub id: CallId,
    /// Where it is.
    pub stage: BoardStage,
    /// Since when it is there.
    pub since: i64,
    /// When it arrived.
    pub arrived_at: i64,
    /// When the caller first entered the queue.
    pub queued_at: Option<i64>,
    /// When the caller first heard a listener: a hold or a lost listener does not begin the talk anew.
    pub talking_since: Option<i64>,
    /// The line.
    pub line: LineId,
    /// The language the caller is spoken to in.
    pub language: Language,
    /// How the caller came.
    pub channel: Channel,
    /// The key word chosen from the menu.
    pub choice: Option<String>,
    /// The listener whose desk rings or who talks with the caller.
    pub listener: Option<ListenerId>,
}

/// A listener on the board.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoardListener {
    /// What they do.
    pub presence: Presence,
    /// Why.
    pub reason: PresenceReason,
    /// Since when.
    pub since: i64,
}

/// The board. Equal journals make equal boards.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LiveBoard {
    /// The number of the last fact folded.
    pub seq: i64,
    /// The open calls.
    pub calls: BTreeMap<CallId, BoardCall>,
    /// Every listener ever seen.
    pub listeners: BTreeMap<ListenerId, BoardListener>,
}

impl LiveBoard {
    /// Folds a committed fact. Facts that the board has already are passed over.
    pub fn apply(&mut self, recorded: &Recorded) {
        if recorded.seq <= self.seq {
            return;
        }
        self.seq = recorded.seq;
        let at = recorded.fact.at;
        match &recorded.fact.event {
            Event::Arrived { call, line, channel, language } => {
                let arrived = BoardCall {
                    id: *call,
                    stage: BoardStage::Arrived,
                    since: at,
                    arrived_at: at,
                    queued_at: None,
                    talking_since: None,
                    line: line.clone(),
                    language: *language,
                    channel: *channel,
                    choice: None,
                    listener: None,
                };
                self.calls.insert(*call, arrived);
            }
            Event::Ended { call, .. } => drop(self.calls.remove(call)),
            Event::PresenceChanged { listener, presence, reason } => {
                self.listeners.insert(*listener, BoardListener { presence: *presence, reason: *reason, since: at });
            }
            event => {
                if let Some(call) = event.call().and_then(|call| self.calls.get_mut(&call)) {
                    call.apply(event, at);
                }
            }
        }
    }

    /// How many callers wait in the queue or hear a desk ring.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.calls.values().filter(|call| matches!(call.stage, BoardStage::Waiting | BoardStage::Ringing)).count()
    }
}

impl BoardCall {
    fn apply(&mut self, event: &Event, at: i64) {
        match event {
            Event::Chosen { choice, .. } => self.choice = Some(choice.clone()),
            Event::Queued { .. } => {
                self.queued_at.get_or_insert(at);
                self.listener = None;
                self.enter(BoardStage::Waiting, at);
            }
            // While the caller is with somebody, a ring is for a hand-over: the caller does not wait.
            Event::Offered { .. } | Event::OfferEnded { .. } if self.is_with_somebody() => {}
            Event::Offered { listener, .. } => {
                self.listener = Some(*listener);
                self.enter(BoardStage::Ringing, at);
            }
            // An accepted offer becomes a talk a moment later; an offer that ended otherwise gives the caller back to
            // the queue, unless another desk rings already.
            Event::OfferEnded { listener, end, .. } => {
                let theirs = self.stage == BoardStage::Ringing && self.listener == Some(*listener);
                if theirs && *end != OfferEnd::Accepted {
                    self.listener = None;
                    self.enter(BoardStage::Waiting, at);
                }
            }
            Event::Bridged { listener, .. } | Event::ListenerBack { listener, .. } => {
                self.talking_since.get_or_insert(at);
                self.listener = Some(*listener);
                self.enter(BoardStage::Talking, at);
            }
            Event::Held { .. } => self.enter(BoardStage::Held, at),
            Event::Resumed { .. } => self.enter(BoardStage::Talking, at),
            Event::ListenerLost { .. } => self.enter(BoardStage::Reconnecting, at),
            Event::MovedToLine { line, .. } => self.line = line.clone(),
            Event::RelayJoined { .. } => {
                self.talking_since.get_or_insert(at);
                self.listener = None;
                self.enter(BoardStage::Talking, at);
            }
            Event::Left { listener, .. } => {
                if self.listener == Some(*listener) {
                    self.listener = None;
                }
            }
            Event::RungReached { .. }
            | Event::RelayCalled { .. }
            | Event::RelayEnded { .. }
            | Event::HandOverAsked { .. }
            | Event::HandOverEnded { .. }
            | Event::Triaged { .. }
            | Event::Alerted { .. }
            | Event::AlertSeen { .. }
            | Event::Watched { .. }
            | Event::Unwatched { .. }
            | Event::NuisanceMarked { .. }
            | Event::NuisanceDecided { .. }
            | Event::RestGiven { .. }
            | Event::DebriefAsked { .. }
            | Event::DebriefHeld { .. }
            | Event::ShiftBegan { .. }
            | Event::ShiftEnded { .. }
            | Event::SurgeSwitched { .. }
            | Event::PlanInForce { .. }
            | Event::SoundMeasured { .. }
            | Event::Answered { .. }
            | Event::RecordClosed { .. }
            | Event::Arrived { .. }
            | Event::Ended { .. }
            | Event::PresenceChanged { .. } => {}
        }
    }

    fn is_with_somebody(&self) -> bool {
        match self.stage {
            BoardStage::Talking | BoardStage::Held | BoardStage::Reconnecting => true,
            BoardStage::Arrived | BoardStage::Waiting | BoardStage::Ringing => false,
        }
    }

    fn enter(&mut self, stage: BoardStage, at: i64) {
        self.stage = stage;
        self.since = at;
    }
}

impl Store {
    /// The board as it is now, from the presence projection and from the journal's tail: from the arrival of the oldest
    /// open call on.
    ///
    /// # Errors
    /// When the database does not answer or the journal cannot be read.
    pub async fn live_board(&self) -> Result<LiveBoard, StoreError> {
        let mut snapshot = self.pools.begin_snapshot().await?;
        let mut board = LiveBoard::default();
        // What a listener does now is right already; the tail repeats the latest steps and ends at the same.
        for span in projection::current_presence(&mut snapshot).await? {
            let listener = BoardListener {
                presence: read_word("presence.presence", span.presence)?,
                reason: read_word("presence.reason", span.reason)?,
                since: span.since,
            };
            board.listeners.insert(ListenerId(span.listener), listener);
        }
        let last = journal::last_seq(&mut snapshot).await?;
        let oldest: Option<i64> =
            sqlx::query("SELECT CAST(MIN(arrived_seq) AS BIGINT) AS oldest FROM calls WHERE ended_at IS NULL")
                .fetch_one(&mut *snapshot)
                .await?
                .try_get("oldest")?;
        board.seq = oldest.map_or(last, |oldest| oldest.saturating_sub(1));
        loop {
            let page = journal::page(&mut snapshot, board.seq, PAGE).await?;
            if page.is_empty() {
                break;
            }
            page.iter().for_each(|one| board.apply(one));
        }
        snapshot.rollback().await?;
        Ok(board)
    }
}

/// Reads a word of a closed list.
fn read_word<T: DeserializeOwned>(column: &'static str, word: String) -> Result<T, StoreError> {
    serde_json::from_value(Value::String(word.clone())).map_err(|_| StoreError::UnknownWord { column, word })
}

#[cfg(test)]
mod tests {
    use super::{BoardStage, LiveBoard};
    use crate::{Fact, Recorded};
    use switchboard::{CallId, Channel, Event, Language, LineId, ListenerId, OfferEnd, Outcome, Party};

    #[test]
    fn a_call_walks_over_the_board() {
        let (call, listener) = (CallId(1), ListenerId(7));
        let steps = [
            (
                Event::Arrived { call, line: LineId("sps".into()), channel: Channel::Phone, language: Language::Fr },
                Some((BoardStage::Arrived, None)),
            ),
            (Event::Queued { call, again: false, queue: None }, Some((BoardStage::Waiting, None))),
            (Event::Offered { call, listener, why: None }, Some((BoardStage::Ringing, Some(listener)))),
            (Event::OfferEnded { call, listener, end: OfferEnd::NoAnswer }, Some((BoardStage::Waiting, None))),
            (Event::Offered { call, listener, why: None }, Some((BoardStage::Ringing, Some(listener)))),
            (
                Event::OfferEnded { call, listener, end: OfferEnd::Accepted },
                Some((BoardStage::Ringing, Some(listener))),
            ),
            (Event::Bridged { call, listener }, Some((BoardStage::Talking, Some(listener)))),
            (Event::Held { call }, Some((BoardStage::Held, Some(listener)))),
            (Event::Resumed { call }, Some((BoardStage::Talking, Some(listener)))),
            (Event::ListenerLost { call, listener }, Some((BoardStage::Reconnecting, Some(listener)))),
            (Event::ListenerBack { call, listener }, Some((BoardStage::Talking, Some(listener)))),
            (Event::Ended { call, outcome: Outcome::Talked { by: Party::Caller } }, None),
        ];
        let mut board = LiveBoard::default();
        for (seq, (event, expected)) in (1..).zip(steps) {
            let recorded = Recorded { seq, fact: Fact { at: seq * 1000, event } };
            board.apply(&recorded);
            let once = board.clone();
            board.apply(&recorded);
            assert_eq!(board, once, "a fact handed over twice is folded once");
            let seen = board.calls.get(&call).map(|call| (call.stage, call.listener));
            assert_eq!(seen, expected, "after {recorded:?}");
            let talking_since = board.calls.get(&call).and_then(|call| call.talking_since);
            let begun = expected.is_some() && seq >= 7;
            assert_eq!(talking_since, begun.then_some(7_000), "one talk has one beginning: after {recorded:?}");
        }
    }
}
