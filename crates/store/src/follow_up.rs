//! What was done in a call beside the talk: where the caller was sent on to and what they said to it, the steps of an
//! emergency that were taken, and the emergency services that were called.

use crate::{Store, StoreError};
use sqlx::Row;
use sqlx::any::AnyRow;
use std::collections::{BTreeMap, BTreeSet};

/// What was done in a call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FollowUp {
    /// Where the caller was sent on to, in the order it was given.
    pub given: Vec<Reorientation>,
    /// What the caller said to a kind that was offered and of which no entry was given, by the key of the kind.
    pub answers: BTreeMap<String, String>,
    /// The keys of the steps of the emergency procedure that were taken.
    pub steps: BTreeSet<String>,
    /// The emergency services that were called, in the order of their calls.
    pub help: Vec<HelpCall>,
}

/// Someone a caller was sent on to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reorientation {
    /// The entry of the directory.
    pub entry: String,
    /// Its kind.
    pub kind: String,
    /// Its name as it was on the day.
    pub name: String,
    /// When the caller was told of it, in milliseconds since 1970.
    pub given_at: i64,
}

/// An emergency service that was called for a caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelpCall {
    /// Which number, by its key.
    pub number: String,
    /// Whether the caller agreed.
    pub consent: bool,
    /// When, in milliseconds since 1970.
    pub called_at: i64,
}

/// Something that is done in a call, or taken back. Words are keys; what they mean is not known here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// The caller was sent on. The same entry given twice stays one, as it was first given.
    Give {
        /// The entry of the directory.
        entry: String,
        /// Its kind.
        kind: String,
        /// Its name.
        name: String,
    },
    /// They were not, after all.
    TakeBack {
        /// The entry.
        entry: String,
    },
    /// What the caller said to a kind that was offered; `None` takes it back.
    Answer {
        /// The kind.
        kind: String,
        /// What they said.
        answer: Option<String>,
    },
    /// A step of the emergency procedure was taken, or was not after all.
    Step {
        /// Its key.
        step: String,
        /// Whether it was taken.
        done: bool,
    },
    /// An emergency service was called; `None` takes it back.
    Help {
        /// Which number.
        number: String,
        /// Whether the caller agreed.
        consent: Option<bool>,
    },
}

impl Deed {
    /// What the audit says of it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Give { .. } => "reorientation_give",
            Self::TakeBack { .. } => "reorientation_take_back",
            Self::Answer { .. } => "reorientation_answer",
            Self::Step { .. } => "emergency_step",
            Self::Help { .. } => "emergency_call",
        }
    }
}

impl Store {
    /// Notes what somebody did in a call.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn note(&self, call: i64, deed: &Deed, who: i64, at: i64) -> Result<(), StoreError> {
        let query = match deed {
            Deed::Give { entry, kind, name } => sqlx::query(
                "INSERT INTO reorientations (call, entry, given_at, kind, name) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (call, entry) DO NOTHING",
            )
            .bind(call)
            .bind(entry)
            .bind(at)
            .bind(kind)
            .bind(name),
            Deed::TakeBack { entry } => {
                sqlx::query("DELETE FROM reorientations WHERE call = $1 AND entry = $2").bind(call).bind(entry)
            }
            Deed::Answer { kind, answer: Some(answer) } => sqlx::query(
                "INSERT INTO reorientation_answers (call, kind, answer, answered_at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (call, kind) DO UPDATE SET answer = excluded.answer, answered_at = excluded.answered_at",
            )
            .bind(call)
            .bind(kind)
            .bind(answer)
            .bind(at),
            Deed::Answer { kind, answer: None } => {
                sqlx::query("DELETE FROM reorientation_answers WHERE call = $1 AND kind = $2").bind(call).bind(kind)
            }
            Deed::Step { step, done: true } => sqlx::query(
                "INSERT INTO emergency_steps (call, step, done_at, done_by) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (call, step) DO NOTHING",
            )
            .bind(call)
            .bind(step)
            .bind(at)
            .bind(who),
            Deed::Step { step, done: false } => {
                sqlx::query("DELETE FROM emergency_steps WHERE call = $1 AND step = $2").bind(call).bind(step)
            }
            Deed::Help { number, consent: Some(consent) } => sqlx::query(
                "INSERT INTO emergency_calls (call, number, consent, called_at, called_by) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (call, number) DO UPDATE SET consent = excluded.consent",
            )
            .bind(call)
            .bind(number)
            .bind(i64::from(*consent))
            .bind(at)
            .bind(who),
            Deed::Help { number, consent: None } => {
                sqlx::query("DELETE FROM emergency_calls WHERE call = $1 AND number = $2").bind(call).bind(number)
            }
        };
        query.execute(&self.pools.writer).await?;
        Ok(())
    }

    /// What was done in a call.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn follow_up(&self, call: i64) -> Result<FollowUp, StoreError> {
        let rows = |text: &'static str| sqlx::query(text).bind(call).fetch_all(&self.pools.reader);
        let given = rows("SELECT * FROM reorientations WHERE call = $1 ORDER BY given_at, entry").await?;
        let answers = rows("SELECT kind, answer FROM reorientation_answers WHERE call = $1").await?;
        let steps = rows("SELECT step FROM emergency_steps WHERE call = $1").await?;
        let help = rows("SELECT * FROM emergency_calls WHERE call = $1 ORDER BY called_at, number").await?;
        Ok(FollowUp {
            given: given.iter().map(read_reorientation).collect::<Result<_, _>>()?,
            answers: answers
                .iter()
                .map(|row| Ok((row.try_get("kind")?, row.try_get("answer")?)))
                .collect::<Result<_, StoreError>>()?,
            steps: steps.iter().map(|row| Ok(row.try_get("step")?)).collect::<Result<_, StoreError>>()?,
            help: help.iter().map(read_help).collect::<Result<_, _>>()?,
        })
    }
}

fn read_reorientation(row: &AnyRow) -> Result<Reorientation, StoreError> {
    Ok(Reorientation {
        entry: row.try_get("entry")?,
        kind: row.try_get("kind")?,
        name: row.try_get("name")?,
        given_at: row.try_get("given_at")?,
    })
}

fn read_help(row: &AnyRow) -> Result<HelpCall, StoreError> {
    Ok(HelpCall {
        number: row.try_get("number")?,
        consent: row.try_get::<i64, _>("consent")? != 0,
        called_at: row.try_get("called_at")?,
    })
}
