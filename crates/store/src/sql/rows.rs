//! Statements about several rows at once. Each statement is a word to the database and an answer awaited, so one for many
//! rows costs little more than one for a single row.

use sqlx::AssertSqlSafe;
use std::fmt::Write as _;

/// How many rows one statement is about at most. Small enough that the texts of all the numbers of rows up to it are kept
/// prepared, and far below the number of parameters that either database takes.
pub(crate) const ROWS: usize = 32;

/// A statement with a list of placeholders for `rows` rows of `columns` columns between its two parts: `$1, $2` for rows of
/// one column, else `($1, $2), ($3, $4)`. Both parts are texts of this program, so nothing that came from outside is in it.
pub(crate) fn about_rows(
    before: &'static str,
    rows: usize,
    columns: usize,
    after: &'static str,
) -> AssertSqlSafe<String> {
    let mut text = String::from(before);
    for row in 0..rows {
        for column in 0..columns {
            let number = row.saturating_mul(columns).saturating_add(column).saturating_add(1);
            let opens = match (columns, column, row) {
                (_, 0, 0) if columns == 1 => "",
                (1, ..) => ", ",
                (_, 0, 0) => "(",
                (_, 0, _) => ", (",
                _ => ", ",
            };
            // Writing to a String does not fail.
            let _ = write!(text, "{opens}${number}");
        }
        if columns > 1 {
            text.push(')');
        }
    }
    text.push_str(after);
    AssertSqlSafe(text)
}

#[cfg(test)]
mod tests {
    use super::about_rows;

    #[test]
    fn placeholders_are_numbered_through() {
        assert_eq!(about_rows("IN (", 3, 1, ")").0, "IN ($1, $2, $3)");
        assert_eq!(about_rows("VALUES ", 2, 3, " END").0, "VALUES ($1, $2, $3), ($4, $5, $6) END");
    }
}
