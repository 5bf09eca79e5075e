//! Consultations that a service pays for: the codes that are given under its schemes, and the accounts.
//!
//! A code is kept as a fingerprint. Nothing ties it to the call in which it was given: the call keeps only how many there were,
//! and the code only its day.

use crate::schemes::{SchemeRow, read_scheme};
use crate::{Store, StoreError};
use care::ConsultationCode;
use pbkdf2::pbkdf2_hmac_array;
use sha2::Sha256;
use sqlx::any::AnyRow;
use sqlx::{Any, Row, Transaction};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// How often a code is hashed for its fingerprint. A code is shorter than other secrets, because it is read aloud: whoever stole
/// the database could try them all, so each try is made dear.
const ROUNDS: u32 = 20_000;

/// What came of asking for a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeGiven {
    /// It is good from now on.
    Given,
    /// The scheme gives no codes today, or not any more.
    Closed,
    /// This call gave as many as one person may have.
    Enough,
    /// The budget pays for no more.
    Spent,
}

/// A code that is given.
#[derive(Debug, Clone, Copy)]
pub struct NewCode<'a> {
    /// The call in which it is given.
    pub call: i64,
    /// The scheme.
    pub scheme: i64,
    /// The code.
    pub code: &'a ConsultationCode,
    /// The name of a room for the consultation.
    pub room: &'a str,
    /// The day, as ISO 8601 writes a date.
    pub today: &'a str,
    /// The last day on which it is good.
    pub good_until: &'a str,
}

/// Who gave a consultation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Redeemer {
    /// Their name.
    pub professional: String,
    /// What registers call them; may be empty.
    pub identifier: String,
    /// The day of the consultation.
    pub held_on: String,
}

/// What came of redeeming a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redeemed {
    /// It is redeemed now.
    Now(CodeRow),
    /// It was redeemed before, on this day.
    Before(String),
    /// It was given on this day, after the consultation.
    TooEarly(String),
    /// It was good until this day.
    TooLate(String),
    /// There is no such code.
    Unknown,
}

/// A code in the accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeRow {
    /// The scheme.
    pub scheme: i64,
    /// The day on which it was given.
    pub given_on: String,
    /// The last day on which it is good.
    pub good_until: String,
    /// What the consultation is paid, in cents: as the scheme said when the code was given.
    pub price_cents: i64,
    /// The name of a room.
    pub room: String,
    /// The day on which it was redeemed.
    pub redeemed_on: Option<String>,
    /// By whom.
    pub by: Redeemer,
    /// The day on which they were paid.
    pub paid_on: Option<String>,
}

/// The accounts of a scheme.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Account {
    /// Codes that were given.
    pub given: i64,
    /// Of these, those that may still be redeemed.
    pub open: i64,
    /// Those that were redeemed.
    pub redeemed: i64,
    /// Those that nobody redeemed in time.
    pub lapsed: i64,
    /// What the redeemed ones cost, in cents.
    pub redeemed_cents: i64,
    /// What the open ones may still cost.
    pub open_cents: i64,
    /// What was paid of the redeemed ones.
    pub paid_cents: i64,
}

impl Store {
    /// Gives a code in a call, if the scheme pays for one more.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn give_code(&self, new: NewCode<'_>) -> Result<CodeGiven, StoreError> {
        let fingerprint = fingerprint(new.code);
        // One giver at a time: two at once would both see the last of the budget.
        let mut transaction = self.pools.begin_numbered().await?;
        let row = sqlx::query("SELECT * FROM schemes WHERE id = $1 AND ended = 0")
            .bind(new.scheme)
            .fetch_all(&mut *transaction)
            .await?;
        let Some(SchemeRow { scheme, .. }) = row.first().map(read_scheme).transpose()? else {
            return Ok(CodeGiven::Closed);
        };
        if !scheme.is_open(new.today) {
            return Ok(CodeGiven::Closed);
        }
        if given_by(&mut transaction, new.call, new.scheme).await? >= i64::from(scheme.per_person) {
            return Ok(CodeGiven::Enough);
        }
        let account = account(&mut transaction, new.scheme, new.today).await?;
        let engaged = account.redeemed_cents.saturating_add(account.open_cents).saturating_add(scheme.price_cents);
        if scheme.budget_cents.is_some_and(|budget| engaged > budget) {
            return Ok(CodeGiven::Spent);
        }
        sqlx::query(
            "INSERT INTO consultation_codes (fingerprint, scheme, given_on, good_until, price_cents, room)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(fingerprint)
        .bind(new.scheme)
        .bind(new.today)
        .bind(new.good_until)
        .bind(scheme.price_cents)
        .bind(new.room)
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "INSERT INTO consultations_given (call, scheme, codes) VALUES ($1, $2, 1)
             ON CONFLICT (call, scheme) DO UPDATE SET codes = consultations_given.codes + 1",
        )
        .bind(new.call)
        .bind(new.scheme)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(CodeGiven::Given)
    }

    /// Takes a code back that was given in a call and not redeemed. Answers whether it could be.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn take_back_code(&self, call: i64, scheme: i64, code: &ConsultationCode) -> Result<bool, StoreError> {
        let fingerprint = fingerprint(code);
        let mut transaction = self.pools.begin_numbered().await?;
        let taken = sqlx::query(
            "DELETE FROM consultation_codes WHERE fingerprint = $1 AND scheme = $2 AND redeemed_on IS NULL",
        )
        .bind(fingerprint)
        .bind(scheme)
        .execute(&mut *transaction)
        .await?;
        if taken.rows_affected() == 0 {
            return Ok(false);
        }
        sqlx::query("UPDATE consultations_given SET codes = codes - 1 WHERE call = $1 AND scheme = $2 AND codes > 0")
            .bind(call)
            .bind(scheme)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Redeems a code. Of two who try at the same moment exactly one succeeds.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn redeem_code(
        &self,
        code: &ConsultationCode,
        by: &Redeemer,
        today: &str,
    ) -> Result<Redeemed, StoreError> {
        let fingerprint = fingerprint(code);
        let redeemed = sqlx::query(
            "UPDATE consultation_codes SET redeemed_on = $1, held_on = $2, professional = $3, identifier = $4
             WHERE fingerprint = $5 AND redeemed_on IS NULL AND good_until >= $1 AND given_on <= $2
             RETURNING *",
        )
        .bind(today)
        .bind(&by.held_on)
        .bind(&by.professional)
        .bind(&by.identifier)
        .bind(&fingerprint)
        .fetch_all(&self.pools.writer)
        .await?;
        if let Some(row) = redeemed.first() {
            return Ok(Redeemed::Now(read_code(row)?));
        }
        let known = sqlx::query("SELECT * FROM consultation_codes WHERE fingerprint = $1")
            .bind(&fingerprint)
            .fetch_all(&self.pools.reader)
            .await?;
        Ok(match known.first().map(read_code).transpose()? {
            None => Redeemed::Unknown,
            Some(CodeRow { redeemed_on: Some(day), .. }) => Redeemed::Before(day),
            Some(CodeRow { good_until, .. }) if good_until.as_str() < today => Redeemed::TooLate(good_until),
            Some(CodeRow { given_on, .. }) => Redeemed::TooEarly(given_on),
        })
    }

    /// How many codes of which scheme a call gave.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn consultations_given(&self, call: i64) -> Result<BTreeMap<i64, i64>, StoreError> {
        let rows = sqlx::query("SELECT scheme, codes FROM consultations_given WHERE call = $1 AND codes > 0")
            .bind(call)
            .fetch_all(&self.pools.reader)
            .await?;
        rows.iter().map(|row| Ok((row.try_get("scheme")?, row.try_get("codes")?))).collect()
    }

    /// The accounts of a scheme on a day.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn scheme_account(&self, scheme: i64, today: &str) -> Result<Account, StoreError> {
        let mut transaction = self.pools.begin().await?;
        let account = account(&mut transaction, scheme, today).await?;
        transaction.rollback().await?;
        Ok(account)
    }

    /// The consultations that were held under a scheme, the latest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn consultations_held(&self, scheme: i64) -> Result<Vec<CodeRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM consultation_codes WHERE scheme = $1 AND redeemed_on IS NOT NULL
             ORDER BY redeemed_on DESC, professional, fingerprint",
        )
        .bind(scheme)
        .fetch_all(&self.pools.reader)
        .await?;
        rows.iter().map(read_code).collect()
    }

    /// Notes that a professional was paid for what they held under a scheme. Answers for how many.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn pay_consultations(
        &self,
        scheme: i64,
        (professional, identifier): (&str, &str),
        today: &str,
    ) -> Result<u64, StoreError> {
        let paid = sqlx::query(
            "UPDATE consultation_codes SET paid_on = $1
             WHERE scheme = $2 AND professional = $3 AND identifier = $4 AND redeemed_on IS NOT NULL AND paid_on IS NULL",
        )
        .bind(today)
        .bind(scheme)
        .bind(professional)
        .bind(identifier)
        .execute(&self.pools.writer)
        .await?;
        Ok(paid.rows_affected())
    }
}

async fn given_by(transaction: &mut Transaction<'static, Any>, call: i64, scheme: i64) -> Result<i64, StoreError> {
    let row = sqlx::query("SELECT codes FROM consultations_given WHERE call = $1 AND scheme = $2")
        .bind(call)
        .bind(scheme)
        .fetch_all(&mut **transaction)
        .await?;
    Ok(row.first().map_or(Ok(0), |row| row.try_get("codes"))?)
}

async fn account(transaction: &mut Transaction<'static, Any>, scheme: i64, today: &str) -> Result<Account, StoreError> {
    let row = sqlx::query(
        "SELECT COUNT(*) AS given,
             CAST(COALESCE(SUM(CASE WHEN redeemed_on IS NULL AND good_until >= $2 THEN 1 ELSE 0 END), 0) AS BIGINT) AS open,
             CAST(COALESCE(SUM(CASE WHEN redeemed_on IS NOT NULL THEN 1 ELSE 0 END), 0) AS BIGINT) AS redeemed,
             CAST(COALESCE(SUM(CASE WHEN redeemed_on IS NULL AND good_until < $2 THEN 1 ELSE 0 END), 0) AS BIGINT) AS lapsed,
             CAST(COALESCE(SUM(CASE WHEN redeemed_on IS NOT NULL THEN price_cents ELSE 0 END), 0) AS BIGINT) AS redeemed_cents,
             CAST(COALESCE(SUM(CASE WHEN redeemed_on IS NULL AND good_until >= $2 THEN price_cents ELSE 0 END), 0) AS BIGINT)
                 AS open_cents,
             CAST(COALESCE(SUM(CASE WHEN paid_on IS NOT NULL THEN price_cents ELSE 0 END), 0) AS BIGINT) AS paid_cents
         FROM consultation_codes WHERE scheme = $1",
    )
    .bind(scheme)
    .bind(today)
    .fetch_one(&mut **transaction)
    .await?;
    Ok(Account {
        given: row.try_get("given")?,
        open: row.try_get("open")?,
        redeemed: row.try_get("redeemed")?,
        lapsed: row.try_get("lapsed")?,
        redeemed_cents: row.try_get("redeemed_cents")?,
        open_cents: row.try_get("open_cents")?,
        paid_cents: row.try_get("paid_cents")?,
    })
}

/// What is kept of a code: PBKDF2 with HMAC-SHA-256 (RFC 8018). The salt is the same for all, because a code is looked up by it.
fn fingerprint(code: &ConsultationCode) -> String {
    let bytes: [u8; 32] = pbkdf2_hmac_array::<Sha256, 32>(code.secret().as_bytes(), b"vigie consultation code", ROUNDS);
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _always_fits = write!(text, "{byte:02x}");
        text
    })
}

fn read_code(row: &AnyRow) -> Result<CodeRow, StoreError> {
    let text = |column: &str| Ok::<_, StoreError>(row.try_get::<Option<String>, _>(column)?.unwrap_or_default());
    Ok(CodeRow {
        scheme: row.try_get("scheme")?,
        given_on: row.try_get("given_on")?,
        good_until: row.try_get("good_until")?,
        price_cents: row.try_get("price_cents")?,
        room: row.try_get("room")?,
        redeemed_on: row.try_get("redeemed_on")?,
        by: Redeemer {
            professional: text("professional")?,
            identifier: text("identifier")?,
            held_on: text("held_on")?,
        },
        paid_on: row.try_get("paid_on")?,
    })
}
