//! Letters that wait to be sent, were sent, or were answered. What they say and how they are sent is not known here.

use crate::sign_in::hash;
use crate::{Store, StoreError};
use sqlx::Row;
use sqlx::any::AnyRow;

/// A letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its number.
    pub id: i64,
    /// The entry that it is about.
    pub entry: String,
    /// What it is for, as a key word.
    pub purpose: String,
    /// The address that it goes to.
    pub address: String,
    /// When it was made.
    pub made_at: i64,
    /// Until when its link can be used.
    pub expires_at: i64,
    /// How often it was tried to send it.
    pub tries: i64,
    /// When it was sent.
    pub sent_at: Option<i64>,
    /// When it was last answered.
    pub answered_at: Option<i64>,
}

/// A letter to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLetter {
    /// The entry that it is about.
    pub entry: String,
    /// What it is for, as a key word.
    pub purpose: String,
    /// Which time it is: of one entry, purpose and round there is one letter at most.
    pub round: i64,
    /// The address that it goes to.
    pub address: String,
    /// Until when its link can be used.
    pub expires_at: i64,
    /// No letter at all is written when one about this entry was made after this.
    pub quiet_since: i64,
}

/// How many letters there are of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LetterCounts {
    /// Those that wait.
    pub waiting: i64,
    /// Those of them that were tried in vain.
    pub failing: i64,
    /// Those that were sent.
    pub sent: i64,
    /// Those that were answered.
    pub answered: i64,
    /// Those that no server took, or of which it is not known whether one did.
    pub given_up: i64,
}

impl Store {
    /// Writes a letter, unless there is one for the same thing already, one was made lately, or the address wants none.
    /// Answers whether it was written.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn write_letter(&self, letter: &NewLetter, at: i64) -> Result<bool, StoreError> {
        let mut transaction = self.pools.begin_numbered().await?;
        let written = sqlx::query(
            "INSERT INTO letters (id, entry, purpose, round, address, made_at, expires_at, due_at, tries)
             SELECT (SELECT COALESCE(MAX(id), 0) + 1 FROM letters), $1, $2, $3, $4, $5, $6, $5, 0
             WHERE NOT EXISTS (SELECT 1 FROM letter_stops WHERE address_hash = $7)
               AND NOT EXISTS (SELECT 1 FROM letters WHERE entry = $1 AND made_at > $8)
             ON CONFLICT (entry, purpose, round) DO NOTHING",
        )
        .bind(&letter.entry)
        .bind(&letter.purpose)
        .bind(letter.round)
        .bind(&letter.address)
        .bind(at)
        .bind(letter.expires_at)
        .bind(hash(&letter.address.to_lowercase()))
        .bind(letter.quiet_since)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(written.rows_affected() > 0)
    }

    /// Whether a letter waits whose time has come.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn letter_is_due(&self, now: i64) -> Result<bool, StoreError> {
        let rows = sqlx::query(
            "SELECT id FROM letters WHERE sent_at IS NULL AND given_up_at IS NULL AND leased_at IS NULL AND due_at <= $1 LIMIT 1",
        )
        .bind(now)
        .fetch_all(&self.pools.reader)
        .await?;
        Ok(!rows.is_empty())
    }

    /// Takes the next letter whose time has come, so that nobody else sends it. Of two who ask at once, the second waits for
    /// the first and gets the letter after it: PostgreSQL would else let both look at the same one, and tell the second that
    /// there is none.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn lease_letter(&self, now: i64) -> Result<Option<Letter>, StoreError> {
        let mut transaction = self.pools.begin_numbered().await?;
        let rows = sqlx::query(
            "UPDATE letters SET leased_at = $1, tries = tries + 1
             WHERE id = (SELECT MIN(id) FROM letters
                 WHERE sent_at IS NULL AND given_up_at IS NULL AND leased_at IS NULL AND due_at <= $1)
             RETURNING *",
        )
        .bind(now)
        .fetch_all(&mut *transaction)
        .await?;
        transaction.commit().await?;
        rows.first().map(read_letter).transpose()
    }

    /// Says that a letter was sent.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn letter_sent(&self, id: i64, at: i64) -> Result<(), StoreError> {
        self.set_letter("UPDATE letters SET sent_at = $1, leased_at = NULL WHERE id = $2", id, at).await
    }

    /// Says that a letter was not taken, and when to try again.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn letter_waits(&self, id: i64, until: i64) -> Result<(), StoreError> {
        self.set_letter("UPDATE letters SET due_at = $1, leased_at = NULL WHERE id = $2", id, until).await
    }

    /// Gives a letter up.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn letter_given_up(&self, id: i64, at: i64) -> Result<(), StoreError> {
        self.set_letter("UPDATE letters SET given_up_at = $1, leased_at = NULL WHERE id = $2", id, at).await
    }

    /// Gives up what was being sent before a time, by a program that has ended since: whether the letter went out is not
    /// known, and nobody gets one twice.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn give_up_leased(&self, before: i64, at: i64) -> Result<(), StoreError> {
        self.set_letter(
            "UPDATE letters SET given_up_at = $1, leased_at = NULL WHERE leased_at IS NOT NULL AND leased_at < $2",
            before,
            at,
        )
        .await
    }

    /// Remembers that a letter was answered.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn letter_answered(&self, id: i64, at: i64) -> Result<(), StoreError> {
        self.set_letter("UPDATE letters SET answered_at = $1 WHERE id = $2", id, at).await
    }

    async fn set_letter(&self, text: &'static str, id: i64, at: i64) -> Result<(), StoreError> {
        sqlx::query(text).bind(at).bind(id).execute(&self.pools.writer).await?;
        Ok(())
    }

    /// A letter.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn letter(&self, id: i64) -> Result<Option<Letter>, StoreError> {
        let rows = sqlx::query("SELECT * FROM letters WHERE id = $1").bind(id).fetch_all(&self.pools.reader).await?;
        rows.first().map(read_letter).transpose()
    }

    /// Letters of a purpose that were sent before a time, are not answered, and whose link can still be used.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn unanswered_letters(&self, purpose: &str, before: i64, now: i64) -> Result<Vec<Letter>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM letters WHERE purpose = $1 AND sent_at < $2 AND answered_at IS NULL AND expires_at > $3 ORDER BY id",
        )
        .bind(purpose)
        .bind(before)
        .bind(now)
        .fetch_all(&self.pools.reader)
        .await?;
        rows.iter().map(read_letter).collect()
    }

    /// How many letters were written after a time.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn letters_since(&self, after: i64) -> Result<i64, StoreError> {
        let row = sqlx::query("SELECT COUNT(*) AS written FROM letters WHERE made_at > $1")
            .bind(after)
            .fetch_one(&self.pools.reader)
            .await?;
        Ok(row.try_get("written")?)
    }

    /// How many letters there are of each kind.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn letter_counts(&self) -> Result<LetterCounts, StoreError> {
        let row = sqlx::query(
            "SELECT COUNT(*) FILTER (WHERE sent_at IS NULL AND given_up_at IS NULL) AS waiting,
                 COUNT(*) FILTER (WHERE sent_at IS NULL AND given_up_at IS NULL AND tries > 0) AS failing,
                 COUNT(sent_at) AS sent, COUNT(answered_at) AS answered, COUNT(given_up_at) AS given_up FROM letters",
        )
        .fetch_one(&self.pools.reader)
        .await?;
        Ok(LetterCounts {
            waiting: row.try_get("waiting")?,
            failing: row.try_get("failing")?,
            sent: row.try_get("sent")?,
            answered: row.try_get("answered")?,
            given_up: row.try_get("given_up")?,
        })
    }

    /// Remembers that an address wants no more letters, and gives up those that wait for it.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn stop_letters(&self, address: &str, at: i64) -> Result<(), StoreError> {
        let mut transaction = self.pools.begin().await?;
        sqlx::query(
            "INSERT INTO letter_stops (address_hash, stopped_at) VALUES ($1, $2) ON CONFLICT (address_hash) DO NOTHING",
        )
        .bind(hash(&address.to_lowercase()))
        .bind(at)
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "UPDATE letters SET given_up_at = $1 WHERE LOWER(address) = $2 AND sent_at IS NULL AND given_up_at IS NULL",
        )
        .bind(at)
        .bind(address.to_lowercase())
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The key by which links are signed; the one that is handed in where there is none yet.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn letter_key(&self, fresh: &str) -> Result<String, StoreError> {
        sqlx::query("INSERT INTO letter_keys (id, secret) VALUES (1, $1) ON CONFLICT (id) DO NOTHING")
            .bind(fresh)
            .execute(&self.pools.writer)
            .await?;
        let row = sqlx::query("SELECT secret FROM letter_keys WHERE id = 1").fetch_one(&self.pools.writer).await?;
        Ok(row.try_get("secret")?)
    }
}

fn read_letter(row: &AnyRow) -> Result<Letter, StoreError> {
    Ok(Letter {
        id: row.try_get("id")?,
        entry: row.try_get("entry")?,
        purpose: row.try_get("purpose")?,
        address: row.try_get("address")?,
        made_at: row.try_get("made_at")?,
        expires_at: row.try_get("expires_at")?,
        tries: row.try_get("tries")?,
        sent_at: row.try_get("sent_at")?,
        answered_at: row.try_get("answered_at")?,
    })
}
