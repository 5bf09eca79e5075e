//! The schema, step by step. A step, once released, is never edited; a change is a new step.

use super::{Dialect, Pools};
use crate::StoreError;
use sqlx::{Any, Row, Transaction};

/// A step of the schema, in the words of both databases.
struct Step {
    version: i64,
    sqlite: &'static str,
    postgres: &'static str,
}

/// Every step, in order.
const STEPS: &[Step] = &[
    Step {
        version: 1,
        sqlite: include_str!("../../../../migrations/sqlite/0001_first_call.sql"),
        postgres: include_str!("../../../../migrations/postgres/0001_first_call.sql"),
    },
    Step {
        version: 2,
        sqlite: include_str!("../../../../migrations/sqlite/0002_switchboard.sql"),
        postgres: include_str!("../../../../migrations/postgres/0002_switchboard.sql"),
    },
    Step {
        version: 3,
        sqlite: include_str!("../../../../migrations/sqlite/0003_care_by_listener.sql"),
        postgres: include_str!("../../../../migrations/postgres/0003_care_by_listener.sql"),
    },
    Step {
        version: 4,
        sqlite: include_str!("../../../../migrations/sqlite/0004_numbers_are_not_used_again.sql"),
        postgres: include_str!("../../../../migrations/postgres/0004_numbers_are_not_used_again.sql"),
    },
    Step {
        version: 5,
        sqlite: include_str!("../../../../migrations/sqlite/0005_what_changed_at_trunks.sql"),
        postgres: include_str!("../../../../migrations/postgres/0005_what_changed_at_trunks.sql"),
    },
    Step {
        version: 6,
        sqlite: include_str!("../../../../migrations/sqlite/0006_the_directory.sql"),
        postgres: include_str!("../../../../migrations/postgres/0006_the_directory.sql"),
    },
    Step {
        version: 7,
        sqlite: include_str!("../../../../migrations/sqlite/0007_forms_are_data.sql"),
        postgres: include_str!("../../../../migrations/postgres/0007_forms_are_data.sql"),
    },
    Step {
        version: 8,
        sqlite: include_str!("../../../../migrations/sqlite/0008_what_came_of_a_call.sql"),
        postgres: include_str!("../../../../migrations/postgres/0008_what_came_of_a_call.sql"),
    },
    Step {
        version: 9,
        sqlite: include_str!("../../../../migrations/sqlite/0009_consultations.sql"),
        postgres: include_str!("../../../../migrations/postgres/0009_consultations.sql"),
    },
    Step {
        version: 10,
        sqlite: include_str!("../../../../migrations/sqlite/0010_amended_records.sql"),
        postgres: include_str!("../../../../migrations/postgres/0010_amended_records.sql"),
    },
    Step {
        version: 11,
        sqlite: include_str!("../../../../migrations/sqlite/0011_signals.sql"),
        postgres: include_str!("../../../../migrations/postgres/0011_signals.sql"),
    },
    Step {
        version: 12,
        sqlite: include_str!("../../../../migrations/sqlite/0012_imports_in_the_office.sql"),
        postgres: include_str!("../../../../migrations/postgres/0012_imports_in_the_office.sql"),
    },
    Step {
        version: 13,
        sqlite: include_str!("../../../../migrations/sqlite/0013_freshness.sql"),
        postgres: include_str!("../../../../migrations/postgres/0013_freshness.sql"),
    },
    Step {
        version: 14,
        sqlite: include_str!("../../../../migrations/sqlite/0014_what_changed_since.sql"),
        postgres: include_str!("../../../../migrations/postgres/0014_what_changed_since.sql"),
    },
    Step {
        version: 15,
        sqlite: include_str!("../../../../migrations/sqlite/0015_guides.sql"),
        postgres: include_str!("../../../../migrations/postgres/0015_guides.sql"),
    },
    Step {
        version: 16,
        sqlite: include_str!("../../../../migrations/sqlite/0016_what_is_stale_is_counted.sql"),
        postgres: include_str!("../../../../migrations/postgres/0016_what_is_stale_is_counted.sql"),
    },
];

/// Applies the steps that the database does not have yet, all in one transaction: a schema is reached or nothing changes.
pub(crate) async fn apply(pools: &Pools) -> Result<(), StoreError> {
    let mut transaction = pools.begin_numbered().await?;
    sqlx::query("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY)")
        .execute(&mut *transaction)
        .await?;
    let found: i64 = sqlx::query("SELECT CAST(COALESCE(MAX(version), 0) AS BIGINT) AS version FROM schema_version")
        .fetch_one(&mut *transaction)
        .await?
        .try_get("version")?;
    let known = STEPS.last().map_or(0, |step| step.version);
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    for step in STEPS.iter().filter(|step| step.version > found) {
        apply_step(&mut transaction, step, pools.dialect)
            .await
            .map_err(|source| StoreError::Migration { version: step.version, source })?;
        tracing::info!(version = step.version, "the database has a new schema");
    }
    transaction.commit().await?;
    Ok(())
}

async fn apply_step(
    transaction: &mut Transaction<'static, Any>,
    step: &Step,
    dialect: Dialect,
) -> Result<(), sqlx::Error> {
    let text = match dialect {
        Dialect::Sqlite => step.sqlite,
        Dialect::Postgres => step.postgres,
    };
    sqlx::raw_sql(text).execute(&mut **transaction).await?;
    sqlx::query("INSERT INTO schema_version (version) VALUES ($1)")
        .bind(step.version)
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::STEPS;

    #[test]
    fn versions_count_up_from_one_and_both_databases_have_the_same_tables() {
        for (expected, step) in (1..).zip(STEPS) {
            assert_eq!(step.version, expected);
            let tables = |text: &str| {
                text.lines().filter(|line| line.starts_with("CREATE TABLE")).map(str::to_owned).collect::<Vec<_>>()
            };
            assert_eq!(tables(step.sqlite), tables(step.postgres));
        }
    }
}
