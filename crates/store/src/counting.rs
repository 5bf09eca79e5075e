//! Which versions of an entry count, said once for every statement.

/// Which versions count: those that were made by hand or by an import in force, and that no change by hand and no import in
/// force has ended. The sign before `import` keeps the database from looking through everything that an import brought, of
/// millions, for what is asked about by its key.
macro_rules! counts {
    () => {
        "(+import = 0 OR +import IN (SELECT i.id FROM directory_imports i WHERE i.state = 'in_force'))
         AND (ended_by IS NULL OR (ended_by <> 0
              AND ended_by NOT IN (SELECT i.id FROM directory_imports i WHERE i.state = 'in_force')))"
    };
}
pub(crate) use counts;

#[cfg(test)]
mod tests {
    use crate::entries::text_of_current;
    use crate::freshness::TEXT_OF_STALE;
    use crate::imports::text_of_drop;
    use crate::sql::ROWS;
    use crate::{Place, Store};
    use sqlx::{AssertSqlSafe, Row};

    /// How SQLite goes through the entries for a statement.
    async fn plan(store: &Store, text: &str) -> Vec<String> {
        let asked = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {text}"));
        let rows = sqlx::query(asked).fetch_all(&store.pools.reader).await.unwrap();
        let steps = rows.iter().map(|row| row.get::<String, _>("detail"));
        steps.filter(|step| step.contains("directory_entries ")).collect()
    }

    #[tokio::test]
    async fn entries_are_found_by_their_keys_and_counted_without_being_read() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&Place::Sqlite(folder.path().join("vigie.db"))).await.unwrap();
        for text in [text_of_current(1), text_of_current(ROWS), text_of_drop(1), text_of_drop(ROWS)] {
            let by_key = "SEARCH directory_entries USING INDEX directory_entries_by_id (id=?)";
            assert_eq!(plan(&store, &text.0).await, [by_key], "{}", text.0);
        }
        let by_index_alone = "SCAN directory_entries USING COVERING INDEX directory_entries_by_departement";
        assert_eq!(plan(&store, TEXT_OF_STALE).await, [by_index_alone]);
    }
}
