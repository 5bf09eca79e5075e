//! Prompts that a coordinator put in: new ones, and those that take the place of one that came with the program.

use crate::{Store, StoreError};
use sqlx::Row;
use sqlx::any::AnyRow;

/// A prompt without its sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptRow {
    /// Its number.
    pub id: i64,
    /// The code of its language, such as `fr`.
    pub language: String,
    /// What it is called; the key of a prompt that came with the program, for one that takes its place.
    pub name: String,
    /// The words that are said, for those who read.
    pub words: String,
    /// Whether a machine speaks.
    pub synthetic: bool,
    /// When it was put in, in milliseconds since 1970.
    pub made_at: i64,
    /// By whom.
    pub made_by: i64,
}

impl Store {
    /// Puts a prompt in, in place of one with the same name and language; its `id` is not looked at. Answers its number: names
    /// keep theirs in every language, and numbers are never used again for another.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn put_prompt(&self, prompt: &PromptRow, sound: &[u8]) -> Result<i64, StoreError> {
        let mut transaction = self.pools.begin_numbered().await?;
        let row = sqlx::query(
            "SELECT CAST(COALESCE(
                 (SELECT MAX(id) FROM prompts WHERE name = $1),
                 (SELECT MAX(id) + 1 FROM prompts), 1) AS BIGINT) AS id",
        )
        .bind(&prompt.name)
        .fetch_one(&mut *transaction)
        .await?;
        let id: i64 = row.try_get("id")?;
        sqlx::query(
            "INSERT INTO prompts (id, language, name, words, synthetic, sound, made_at, made_by, removed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL)
             ON CONFLICT (id, language) DO UPDATE SET name = excluded.name, words = excluded.words,
                 synthetic = excluded.synthetic, sound = excluded.sound, made_at = excluded.made_at,
                 made_by = excluded.made_by, removed_at = NULL",
        )
        .bind(id)
        .bind(&prompt.language)
        .bind(&prompt.name)
        .bind(&prompt.words)
        .bind(i64::from(prompt.synthetic))
        .bind(sound)
        .bind(prompt.made_at)
        .bind(prompt.made_by)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// Every prompt, by name and language.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn prompts(&self) -> Result<Vec<PromptRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, language, name, words, synthetic, made_at, made_by FROM prompts
             WHERE removed_at IS NULL ORDER BY name, language",
        )
        .fetch_all(&self.pools.reader)
        .await?;
        rows.iter().map(read_prompt).collect()
    }

    /// The sound of a prompt, as A-law at 8 kHz.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn prompt_sound(&self, id: i64, language: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let row = sqlx::query("SELECT sound FROM prompts WHERE id = $1 AND language = $2 AND removed_at IS NULL")
            .bind(id)
            .bind(language)
            .fetch_optional(&self.pools.reader)
            .await?;
        row.map(|row| row.try_get("sound").map_err(StoreError::Database)).transpose()
    }

    /// Takes a prompt out; its sound is gone, its number stays its own. Answers whether there was one.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn remove_prompt(&self, id: i64, language: &str, now: i64) -> Result<bool, StoreError> {
        let nothing: &[u8] = &[];
        let done = sqlx::query(
            "UPDATE prompts SET removed_at = $1, sound = $2, words = ''
             WHERE id = $3 AND language = $4 AND removed_at IS NULL",
        )
        .bind(now)
        .bind(nothing)
        .bind(id)
        .bind(language)
        .execute(&self.pools.writer)
        .await?;
        Ok(done.rows_affected() > 0)
    }
}

fn read_prompt(row: &AnyRow) -> Result<PromptRow, StoreError> {
    Ok(PromptRow {
        id: row.try_get("id")?,
        language: row.try_get("language")?,
        name: row.try_get("name")?,
        words: row.try_get("words")?,
        synthetic: row.try_get::<i64, _>("synthetic")? != 0,
        made_at: row.try_get("made_at")?,
        made_by: row.try_get("made_by")?,
    })
}
