//! Guides, as versions. What they say is not known here.

use crate::{Store, StoreError};
use sqlx::Row;
use sqlx::any::AnyRow;

/// What a version of a guide is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GuideState {
    /// Written, and read by nobody but those who write.
    Draft,
    /// To be read.
    Published,
    /// No longer to be read, from this version on.
    Withdrawn,
}

impl GuideState {
    fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Withdrawn => "withdrawn",
        }
    }

    fn of(word: &str) -> Self {
        match word {
            "published" => Self::Published,
            "withdrawn" => Self::Withdrawn,
            _ => Self::Draft,
        }
    }
}

/// A version of a guide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuideVersion {
    /// Which guide.
    pub id: i64,
    /// The number of the version; the first one is 1.
    pub version: i64,
    /// When it was made, in milliseconds since 1970.
    pub made_at: i64,
    /// Who made it.
    pub made_by: i64,
    /// What it is.
    pub state: GuideState,
    /// The guide, as JSON.
    pub body: String,
}

impl Store {
    /// Of every guide the last version, and the last one that is published or withdrawn: in the order of the guides, the older
    /// version first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn guides(&self) -> Result<Vec<GuideVersion>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM guides g WHERE version = (SELECT MAX(o.version) FROM guides o WHERE o.id = g.id)
             OR version = (SELECT MAX(o.version) FROM guides o WHERE o.id = g.id AND o.state <> 'draft')
             ORDER BY id, version",
        )
        .fetch_all(&self.pools.reader)
        .await?;
        rows.iter().map(read).collect()
    }

    /// Every version of a guide, the last one first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn guide_versions(&self, id: i64) -> Result<Vec<GuideVersion>, StoreError> {
        let rows = sqlx::query("SELECT * FROM guides WHERE id = $1 ORDER BY version DESC")
            .bind(id)
            .fetch_all(&self.pools.reader)
            .await?;
        rows.iter().map(read).collect()
    }

    /// Writes a version of a guide after the one that was seen, or the first one of a new guide. Answers which guide it is.
    ///
    /// # Errors
    /// [`StoreError::StaleVersion`] when there is another last version than the one that was seen; when the database does not
    /// take it.
    pub async fn save_guide(
        &self,
        seen: Option<(i64, i64)>,
        state: GuideState,
        body: &str,
        who: i64,
        at: i64,
    ) -> Result<i64, StoreError> {
        let mut transaction = self.pools.begin_numbered().await?;
        let id = match seen {
            Some((id, _)) => id,
            None => sqlx::query("SELECT CAST(COALESCE(MAX(id), 0) + 1 AS BIGINT) AS id FROM guides")
                .fetch_one(&mut *transaction)
                .await?
                .try_get("id")?,
        };
        let last: i64 =
            sqlx::query("SELECT CAST(COALESCE(MAX(version), 0) AS BIGINT) AS last FROM guides WHERE id = $1")
                .bind(id)
                .fetch_one(&mut *transaction)
                .await?
                .try_get("last")?;
        if seen.is_some_and(|(_, version)| version != last || last == 0) {
            return Err(StoreError::StaleVersion);
        }
        sqlx::query("INSERT INTO guides (id, version, made_at, made_by, state, body) VALUES ($1, $2, $3, $4, $5, $6)")
            .bind(id)
            .bind(last + 1)
            .bind(at)
            .bind(who)
            .bind(state.word())
            .bind(body)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(id)
    }
}

fn read(row: &AnyRow) -> Result<GuideVersion, StoreError> {
    let state: String = row.try_get("state")?;
    Ok(GuideVersion {
        id: row.try_get("id")?,
        version: row.try_get("version")?,
        made_at: row.try_get("made_at")?,
        made_by: row.try_get("made_by")?,
        state: GuideState::of(&state),
        body: row.try_get("body")?,
    })
}
