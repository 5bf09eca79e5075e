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
    use crate::imports::text_of_drop;
    use crate::sql::ROWS;
    use crate::{Place, Store};
    use sqlx::{AssertSqlSafe, Row};

    #[tokio::test]
    async fn entries_are_found_by_their_keys_and_not_among_all_of_an_import() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&Place::Sqlite(folder.path().join("vigie.db"))).await.unwrap();
        for text in [text_of_current(1), text_of_current(ROWS), text_of_drop(1), text_of_drop(ROWS)] {
            let asked = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", text.0));
            let rows = sqlx::query(asked).fetch_all(&store.pools.reader).await.unwrap();
            let plan: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
            let by_key = "SEARCH directory_entries USING INDEX directory_entries_by_id (id=?)";
            assert_eq!(
                plan.iter().filter(|step| step.contains("directory_entries ")).collect::<Vec<_>>(),
                [by_key],
                "{plan:?}"
            );
        }
    }
}
