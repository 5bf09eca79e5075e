//! The only place that knows which database is behind: opening, the differences between the two, the schema.

mod dialect;
mod migrations;
mod place;
mod rows;

pub(crate) use dialect::Dialect;
pub use place::Place;
pub(crate) use rows::{ROWS, about_rows};

use crate::StoreError;
use sqlx::any::AnyPoolOptions;
use sqlx::{Any, AnyConnection, AnyPool, Connection, Transaction};
use std::time::Duration;

/// How long a caller of the store waits for a connection before it is told that the database is gone. Short, because
/// the spool tries again by itself and a person at a screen should rather read an error than stare at nothing.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// The connections. With SQLite, all writing goes through one connection, so that writers queue here and never meet
/// "database is locked"; reading goes through others, which WAL lets run beside it.
#[derive(Clone, Debug)]
pub(crate) struct Pools {
    /// For everything that writes.
    pub(crate) writer: AnyPool,
    /// For everything that only reads.
    pub(crate) reader: AnyPool,
    /// Which database.
    pub(crate) dialect: Dialect,
}

impl Pools {
    /// Opens the database and brings its schema up to date.
    pub(crate) async fn open(place: &Place) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let pools = match place {
            Place::Sqlite(file) => {
                place::prepare_file(file)?;
                let url = place.url();
                let writer = connect(place, &url, Dialect::Sqlite, 1, false).await?;
                let reader = connect(place, &url, Dialect::Sqlite, 4, true).await?;
                Self { writer, reader, dialect: Dialect::Sqlite }
            }
            Place::Postgres(url) => {
                let pool = connect(place, url, Dialect::Postgres, 8, false).await?;
                Self { writer: pool.clone(), reader: pool, dialect: Dialect::Postgres }
            }
        };
        migrations::apply(&pools).await?;
        Ok(pools)
    }

    /// Begins a transaction that writes.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Any>, StoreError> {
        Ok(self.writer.begin_with(self.dialect.begin_writing()).await?)
    }

    /// Begins a transaction that reads and sees nothing of what is written meanwhile.
    pub(crate) async fn begin_snapshot(&self) -> Result<Transaction<'static, Any>, StoreError> {
        Ok(self.reader.begin_with(self.dialect.begin_snapshot()).await?)
    }

    /// Begins a transaction that writes numbered rows: no other such transaction runs beside it, so that the order of
    /// the numbers is the order of the commits.
    pub(crate) async fn begin_numbered(&self) -> Result<Transaction<'static, Any>, StoreError> {
        let mut transaction = self.begin().await?;
        if let Some(lock) = self.dialect.lock_numbers() {
            sqlx::query(lock).fetch_all(&mut *transaction).await?;
        }
        Ok(transaction)
    }
}

/// Opens a pool. One connection is tried first, outside of it: a pool goes on trying until its time is up and then only
/// says that it is, while a first attempt says what is wrong.
async fn connect(
    place: &Place,
    url: &str,
    dialect: Dialect,
    most: u32,
    only_reads: bool,
) -> Result<AnyPool, StoreError> {
    let first = tokio::time::timeout(ACQUIRE_TIMEOUT, try_once(url, dialect)).await;
    first.unwrap_or(Err(sqlx::Error::PoolTimedOut)).map_err(|source| place.opening_fault(source))?;
    AnyPoolOptions::new()
        .max_connections(most)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .after_connect(move |connection, _| Box::pin(settle(connection, dialect, only_reads)))
        .connect(url)
        .await
        .map_err(|source| place.opening_fault(source))
}

async fn try_once(url: &str, dialect: Dialect) -> Result<(), sqlx::Error> {
    let mut connection = AnyConnection::connect(url).await?;
    settle(&mut connection, dialect, false).await?;
    connection.close().await
}

async fn settle(connection: &mut AnyConnection, dialect: Dialect, only_reads: bool) -> Result<(), sqlx::Error> {
    for setting in dialect.connection_settings(only_reads) {
        sqlx::query(*setting).fetch_all(&mut *connection).await?;
    }
    Ok(())
}
