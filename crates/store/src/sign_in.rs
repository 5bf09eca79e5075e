//! How people sign in and for how long.
//!
//! Secrets are made by the caller and handed in; only their SHA-256 is stored, so that a stolen database opens no
//! session. They are long and random, which is why a plain hash is enough for them and would not be for passwords.

use crate::staff::read_staff;
use crate::{Staff, Store, StoreError};
use sha2::{Digest, Sha256};
use sqlx::Row;
use std::fmt::Write as _;

impl Store {
    /// Makes a link that signs someone in once. The caller makes the secret: at least 128 random bits.
    ///
    /// # Errors
    /// When there is no such member of staff or the database does not take it.
    pub async fn create_sign_in_link(
        &self,
        staff: i64,
        secret: &str,
        now: i64,
        expires_at: i64,
    ) -> Result<(), StoreError> {
        self.must_exist(staff).await?;
        sqlx::query("INSERT INTO sign_in_links (secret_hash, staff, created_at, expires_at) VALUES ($1, $2, $3, $4)")
            .bind(hash(secret))
            .bind(staff)
            .bind(now)
            .bind(expires_at)
            .execute(&self.pools.writer)
            .await?;
        Ok(())
    }

    /// Uses a link: answers whom it signs in, and never again for the same link. None for a link that is unknown, used
    /// or too old; which of them is not told, so that nobody learns by trying.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn redeem_sign_in_link(&self, secret: &str, now: i64) -> Result<Option<Staff>, StoreError> {
        // One statement, so that of two who click at the same moment exactly one gets in.
        let used = sqlx::query(
            "UPDATE sign_in_links SET used_at = $1 WHERE secret_hash = $2 AND used_at IS NULL AND expires_at > $1
             RETURNING staff",
        )
        .bind(now)
        .bind(hash(secret))
        .fetch_all(&self.pools.writer)
        .await?;
        match used.first() {
            Some(row) => {
                let member = self.staff_member(row.try_get("staff")?).await?;
                Ok(member.filter(|member| member.left_at.is_none()))
            }
            None => Ok(None),
        }
    }

    /// Opens a session. The caller makes the secret: at least 128 random bits.
    ///
    /// # Errors
    /// When there is no such member of staff or the database does not take it.
    pub async fn open_session(&self, staff: i64, secret: &str, now: i64, expires_at: i64) -> Result<(), StoreError> {
        self.must_exist(staff).await?;
        // Sessions that are over are of no use to anybody; each new one sweeps them out.
        sqlx::query("DELETE FROM sessions WHERE expires_at <= $1").bind(now).execute(&self.pools.writer).await?;
        sqlx::query("INSERT INTO sessions (secret_hash, staff, opened_at, expires_at) VALUES ($1, $2, $3, $4)")
            .bind(hash(secret))
            .bind(staff)
            .bind(now)
            .bind(expires_at)
            .execute(&self.pools.writer)
            .await?;
        Ok(())
    }

    /// Whose session this is; none if it is unknown, closed or over.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn session(&self, secret: &str, now: i64) -> Result<Option<Staff>, StoreError> {
        let row = sqlx::query(
            "SELECT staff.* FROM sessions JOIN staff ON staff.id = sessions.staff
             WHERE sessions.secret_hash = $1 AND sessions.expires_at > $2 AND staff.left_at IS NULL",
        )
        .bind(hash(secret))
        .bind(now)
        .fetch_optional(&self.pools.reader)
        .await?;
        row.as_ref().map(read_staff).transpose()
    }

    /// Closes a session. One that is closed already stays so.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn close_session(&self, secret: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM sessions WHERE secret_hash = $1")
            .bind(hash(secret))
            .execute(&self.pools.writer)
            .await?;
        Ok(())
    }
}

/// The SHA-256 of a secret, in hexadecimal.
pub(crate) fn hash(secret: &str) -> String {
    Sha256::digest(secret.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
        // Writing to a String does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::hash;

    #[test]
    fn the_hash_is_sha_256() {
        assert_eq!(hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
