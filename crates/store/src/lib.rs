//! Remembers: the journal of what happened, the projections folded from it, and the tables that people edit.
//!
//! Nothing in a call's path waits for this room: facts go through [`Spool`], which keeps them in memory while the
//! database is gone. Time and secrets are parameters here; this room reads no clock. One SQL text serves SQLite and
//! PostgreSQL; what differs is in `sql/`.

mod consultations;
mod counting;
mod entries;
mod error;
mod files;
mod follow_up;
mod freshness;
mod guides;
mod imports;
mod journal;
mod kept;
mod letters;
mod live;
mod modified;
pub mod projection;
mod prompts;
mod records;
mod recovery;
pub mod reports;
mod schemes;
mod sealed;
mod shifts;
mod sign_in;
mod signals;
mod spool;
mod sql;
mod staff;
mod trunks;
mod versions;
mod words;

pub use consultations::{Account, CodeGiven, CodeRow, NewCode, Redeemed, Redeemer};
pub use entries::{EntryChanges, EntryRow, EntryVersion};
pub use error::StoreError;
pub use files::{FileRow, SavedMapping};
pub use follow_up::{Deed, FollowUp, HelpCall, Reorientation};
pub use freshness::{NewRemark, Remark, RemarkState, StaleCount};
pub use guides::{GuideState, GuideVersion};
pub use imports::{ImportCounts, ImportRow, ImportState, Weighed};
pub use journal::{Fact, Recorded};
pub use kept::{KeptFile, KeptFolder};
pub use letters::{Letter, LetterCounts, NewLetter};
pub use live::{BoardCall, BoardListener, BoardStage, LiveBoard};
pub use prompts::PromptRow;
pub use records::{Amendment, AuditLine, CallerTraits, CareRecord, FormAnswers, RecordQuery};
pub use schemes::SchemeRow;
pub use sealed::{SealedFault, SealedFile};
pub use shifts::{NewShift, ShiftRow, ShiftSeries};
pub use signals::{SignalAct, SignalRow};
pub use spool::{Committed, JournalSender, Spool};
pub use sql::Place;
pub use staff::{Reach, Role, Staff};
pub use versions::{Document, DraftSeen, Version, VersionUse, Versions};

use sql::Pools;

/// The database, open. Cheap to clone: all clones share the connections.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) pools: Pools,
}

impl Store {
    /// Opens the database, making it if it is missing, and brings its schema up to date.
    ///
    /// # Errors
    /// When it cannot be opened or was written by a newer Vigie; the words say what to do.
    pub async fn open(place: &Place) -> Result<Self, StoreError> {
        let store = Self { pools: Pools::open(place).await? };
        store.catch_up_projections().await?;
        Ok(store)
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").fetch_one(&self.pools.reader).await?;
        Ok(())
    }

    /// Closes every connection, waiting for what runs. Not needed for safety: what is committed stays.
    pub async fn close(&self) {
        self.pools.reader.close().await;
        self.pools.writer.close().await;
    }
}
