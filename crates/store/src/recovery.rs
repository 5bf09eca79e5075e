//! At the start: what the last run left open is closed, in words that say so.

use crate::{Fact, Store, StoreError};
use sqlx::Row;
use switchboard::{CallId, Event, ListenerId, Outcome, Presence, PresenceReason};

impl Store {
    /// Ends every call that has no end as interrupted and sends every listener off duty, for the same reason. Run it
    /// before the spool starts. Answers how many calls were ended.
    ///
    /// # Errors
    /// When the database does not answer; nothing is changed then.
    pub async fn close_interrupted(&self, at: i64) -> Result<usize, StoreError> {
        let calls = sqlx::query("SELECT id FROM calls WHERE ended_at IS NULL ORDER BY arrived_seq")
            .fetch_all(&self.pools.writer)
            .await?;
        let listeners = sqlx::query("SELECT listener FROM presence WHERE presence <> 'off_duty' ORDER BY listener")
            .fetch_all(&self.pools.writer)
            .await?;
        let mut facts = Vec::new();
        for row in &calls {
            let call = CallId(row.try_get("id")?);
            facts.push(Fact { at, event: Event::Ended { call, outcome: Outcome::Interrupted } });
        }
        for row in &listeners {
            let listener = ListenerId(row.try_get("listener")?);
            let (presence, reason) = (Presence::OffDuty, PresenceReason::Interrupted);
            facts.push(Fact { at, event: Event::PresenceChanged { listener, presence, reason } });
        }
        if !facts.is_empty() {
            self.append(&facts).await?;
        }
        Ok(calls.len())
    }
}
