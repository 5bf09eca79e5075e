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
    /// Puts a prompt in, in place of one with the same number and language.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn put_prompt(&self, prompt: &PromptRow, sound: &[u8]) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO prompts (id, language, name, words, synthetic, sound, made_at, made_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (id, language) DO UPDATE SET name = excluded.name, words = excluded.words,
                 synthetic = excluded.synthetic, sound = excluded.sound, made_at = excluded.made_at,
                 made_by = excluded.made_by",
        )
        .bind(prompt.id)
        .bind(&prompt.language)
        .bind(&prompt.name)
        .bind(&prompt.words)
        .bind(i64::from(prompt.synthetic))
        .bind(sound)
        .bind(prompt.made_at)
        .bind(prompt.made_by)
        .execute(&self.pools.writer)
        .await?;
        Ok(())
    }

    /// The number of a prompt's name, as it is or as it will be: names keep their number in every language.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn prompt_id(&self, name: &str) -> Result<i64, StoreError> {
        let row = sqlx::query(
            "SELECT CAST(COALESCE(
                 (SELECT MAX(id) FROM prompts WHERE name = $1),
                 (SELECT MAX(id) + 1 FROM prompts), 1) AS BIGINT) AS id",
        )
        .bind(name)
        .fetch_one(&self.pools.reader)
        .await?;
        Ok(row.try_get("id")?)
    }

    /// Every prompt, by name and language.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn prompts(&self) -> Result<Vec<PromptRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, language, name, words, synthetic, made_at, made_by FROM prompts ORDER BY name, language",
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
        let row = sqlx::query("SELECT sound FROM prompts WHERE id = $1 AND language = $2")
            .bind(id)
            .bind(language)
            .fetch_optional(&self.pools.reader)
            .await?;
        row.map(|row| row.try_get("sound").map_err(StoreError::Database)).transpose()
    }

    /// Takes a prompt out. Answers whether there was one.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn remove_prompt(&self, id: i64, language: &str) -> Result<bool, StoreError> {
        let done = sqlx::query("DELETE FROM prompts WHERE id = $1 AND language = $2")
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
