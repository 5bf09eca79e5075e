//! Writes what a desk wants remembered, one thing after the other, beside the desk's own loop.
//!
//! The loop never waits for the database: a listener who presses « end the call » while a draft is being saved on a slow
//! disk ends the call now.

use super::consultations::{Codes, Consultations};
use super::offers::Offers;
use super::unsaved::{self, Unsaved};
use crate::door::Keys;
use care::Protocol;
use node::House;
use std::sync::Arc;
use store::{CareRecord, Deed, FollowUp, NewRemark, Staff, StoreError};
use switchboard::CallId;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

/// Something to remember or to recall.
#[derive(Debug)]
pub(super) enum Job {
    /// Recall what was written about a call; the desk has the protocol of this version.
    Load(CallId, i64),
    /// Save a draft.
    Draft(CareRecord),
    /// Save a record and close it.
    Close(CareRecord),
    /// Note what was done in a call.
    Note(CallId, Deed),
    /// Give a code of a scheme that pays for consultations.
    GiveCode(CallId, i64),
    /// Take a code back.
    TakeBackCode(CallId, String),
    /// Tell keepers that the number of an entry is wrong.
    WrongNumber(CallId, NewRemark),
    /// Try again what could not be written.
    Retry,
    /// Ask whether the one at the desk is still here, in the same role.
    StillHere,
}

/// What came of it.
#[derive(Debug)]
pub(super) enum Done {
    /// What was written about a call.
    Loaded(CallId, Box<Loaded>),
    /// Whether a draft is safe.
    Saved(CallId, bool),
    /// What was done in a call by now.
    Noted(CallId, FollowUp),
    /// What consultations are paid for by now, and which codes there are.
    Consultations(CallId, Consultations),
    /// Keepers will see that the number of this entry is wrong.
    Reported(CallId, String),
    /// Closed records were written, or wait.
    Kept,
    /// What the directory has for the caller.
    Found(Box<Offers>),
    /// What was done could not be noted.
    NotNoted,
    /// Whether the one at the desk is still here, in the same role.
    Here(bool),
}

/// What was written about a call.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    /// The record, if it was begun.
    pub(super) record: Option<CareRecord>,
    /// The protocol that it was begun with, where it is another than the desk's.
    pub(super) protocol: Option<Protocol>,
    /// What was done beside the talk.
    pub(super) follow_up: FollowUp,
    /// What consultations are paid for.
    pub(super) consultations: Consultations,
}

/// The one who writes.
pub(super) struct Bench {
    pub(super) keys: Arc<Keys>,
    pub(super) unsaved: Arc<Unsaved>,
    pub(super) codes: Arc<Codes>,
    pub(super) house: House,
    pub(super) staff: Staff,
}

impl Bench {
    /// Works until nobody hands in jobs any more and all are done.
    pub(super) async fn work(self, mut jobs: UnboundedReceiver<Job>, done: UnboundedSender<Done>) {
        // Revisions belong to records: a load or a save tells the number that the next save builds on.
        let mut revision = (CallId(0), 0);
        while let Some(job) = jobs.recv().await {
            let result = self.one(job, &mut revision).await;
            // A desk that has closed meanwhile wants its drafts saved all the same, and no word about it.
            let _closed = done.send(result);
        }
    }

    async fn one(&self, job: Job, revision: &mut (CallId, i64)) -> Done {
        match job {
            Job::Load(call, version) => {
                let loaded = self.load(call, version).await.unwrap_or_else(|fault| {
                    tracing::warn!(%fault, %call, "the care record could not be read");
                    Loaded::default()
                });
                *revision = (call, loaded.record.as_ref().map_or(0, |record| record.revision));
                Done::Loaded(call, Box::new(loaded))
            }
            Job::Draft(record) => self.draft(record, revision).await,
            Job::Close(record) => self.close(record, *revision).await,
            Job::Note(call, deed) => self.note(call, &deed).await,
            Job::GiveCode(call, scheme) => consulted(call, self.give_code(call, scheme).await),
            Job::TakeBackCode(call, code) => consulted(call, self.take_back_code(call, &code).await),
            Job::WrongNumber(call, remark) => match self.keys.store().put_remark(&remark, self.keys.now()).await {
                Ok(()) => Done::Reported(call, remark.entry),
                Err(fault) => {
                    tracing::warn!(%fault, "a wrong number could not be noted");
                    Done::NotNoted
                }
            },
            Job::StillHere => Done::Here(self.keys.is_still(&self.staff).await),
            Job::Retry => {
                self.unsaved.retry(self.keys.store(), self.keys.now()).await;
                Done::Kept
            }
        }
    }

    async fn load(&self, call: CallId, version: i64) -> Result<Loaded, StoreError> {
        let store = self.keys.store();
        let record = store.record(call.0, self.staff.id).await?;
        // Records from before there were versions have the fields of the first one.
        let own = record.as_ref().map_or(version, |record| record.form.version.max(1));
        let protocol = if own == version { None } else { store.protocols().get(own).await?.map(|row| row.body) };
        let (follow_up, consultations) = (store.follow_up(call.0).await?, self.consultations(call).await?);
        Ok(Loaded { record, protocol, follow_up, consultations })
    }

    async fn draft(&self, mut record: CareRecord, revision: &mut (CallId, i64)) -> Done {
        let call = CallId(record.call);
        record.revision = if revision.0 == call { revision.1 } else { 0 };
        match unsaved::write(self.keys.store(), &record).await {
            Ok(saved) => {
                *revision = (call, saved);
                Done::Saved(call, true)
            }
            Err(fault) => {
                tracing::warn!(%fault, %call, "a draft could not be saved");
                Done::Saved(call, false)
            }
        }
    }

    async fn close(&self, mut record: CareRecord, revision: (CallId, i64)) -> Done {
        let call = CallId(record.call);
        record.revision = if revision.0 == call { revision.1 } else { 0 };
        match unsaved::close(self.keys.store(), &record, self.keys.now()).await {
            Ok(()) => {
                self.codes.forget(call);
                self.keys.audit(&self.staff, "record_close", &call.to_string()).await;
            }
            Err(fault) => {
                tracing::warn!(%fault, %call, "a closed care record waits for the database");
                self.unsaved.keep(record);
            }
        }
        Done::Kept
    }

    async fn note(&self, call: CallId, deed: &Deed) -> Done {
        let store = self.keys.store();
        if let Err(fault) = store.note(call.0, deed, self.staff.id, self.keys.now()).await {
            tracing::warn!(%fault, %call, "what was done in a call could not be noted");
            return Done::NotNoted;
        }
        self.keys.audit(&self.staff, deed.word(), &call.to_string()).await;
        match store.follow_up(call.0).await {
            Ok(follow_up) => Done::Noted(call, follow_up),
            Err(_) => Done::NotNoted,
        }
    }
}

fn consulted(call: CallId, came: Result<Consultations, StoreError>) -> Done {
    match came {
        Ok(consultations) => Done::Consultations(call, consultations),
        Err(fault) => {
            tracing::warn!(%fault, %call, "a code could not be given or taken back");
            Done::NotNoted
        }
    }
}
