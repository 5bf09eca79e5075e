//! The entries of the directory, as rows. What they mean and how they are searched is not known here.

use crate::{Store, StoreError};
use sqlx::Row;
use sqlx::any::AnyRow;

/// A professional, structure or relay that a caller can be sent on to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EntryRow {
    /// Its key, stable over imports.
    pub id: String,
    /// Its kind, as a key word.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its commune.
    pub commune: String,
    /// The code of its département.
    pub departement: String,
    /// Its postcode.
    pub postcode: String,
    /// Street and number.
    pub address: String,
    /// Its telephone number, as it is dialled.
    pub phone: String,
    /// Latitude in degrees.
    pub lat: Option<f64>,
    /// Longitude in degrees.
    pub lon: Option<f64>,
    /// Whether it can be reached by video or telephone from anywhere.
    pub teleconsultation: bool,
    /// Whether it was made up for a demonstration.
    pub demo: bool,
}

impl Store {
    /// Adds entries or puts them in the place of those with the same key: all or none.
    ///
    /// # Errors
    /// When the database does not take them.
    pub async fn put_entries(&self, entries: &[EntryRow]) -> Result<(), StoreError> {
        let mut transaction = self.pools.begin().await?;
        for entry in entries {
            sqlx::query(
                "INSERT INTO directory_entries (id, kind, name, commune, departement, postcode, address, phone, lat, lon,
                     teleconsultation, demo)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                 ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, name = excluded.name,
                     commune = excluded.commune, departement = excluded.departement, postcode = excluded.postcode,
                     address = excluded.address, phone = excluded.phone, lat = excluded.lat, lon = excluded.lon,
                     teleconsultation = excluded.teleconsultation, demo = excluded.demo",
            )
            .bind(&entry.id)
            .bind(&entry.kind)
            .bind(&entry.name)
            .bind(&entry.commune)
            .bind(&entry.departement)
            .bind(&entry.postcode)
            .bind(&entry.address)
            .bind(&entry.phone)
            .bind(entry.lat)
            .bind(entry.lon)
            .bind(i64::from(entry.teleconsultation))
            .bind(i64::from(entry.demo))
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Every entry, by key.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn all_entries(&self) -> Result<Vec<EntryRow>, StoreError> {
        let rows = sqlx::query("SELECT * FROM directory_entries ORDER BY id").fetch_all(&self.pools.reader).await?;
        rows.iter().map(read_entry).collect()
    }

    /// How many entries there are.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn count_entries(&self) -> Result<i64, StoreError> {
        let row = sqlx::query("SELECT CAST(COUNT(*) AS BIGINT) AS many FROM directory_entries")
            .fetch_one(&self.pools.reader)
            .await?;
        Ok(row.try_get("many")?)
    }
}

fn read_entry(row: &AnyRow) -> Result<EntryRow, StoreError> {
    Ok(EntryRow {
        id: row.try_get("id")?,
        kind: row.try_get("kind")?,
        name: row.try_get("name")?,
        commune: row.try_get("commune")?,
        departement: row.try_get("departement")?,
        postcode: row.try_get("postcode")?,
        address: row.try_get("address")?,
        phone: row.try_get("phone")?,
        lat: row.try_get("lat")?,
        lon: row.try_get("lon")?,
        teleconsultation: row.try_get::<i64, _>("teleconsultation")? != 0,
        demo: row.try_get::<i64, _>("demo")? != 0,
    })
}
