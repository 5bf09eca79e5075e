//! The few differences between the two databases.

/// Which database is behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// One file on this machine.
    Sqlite,
    /// A server.
    Postgres,
}

impl Dialect {
    /// What is said on each new connection.
    pub(crate) fn connection_settings(self, only_reads: bool) -> &'static [&'static str] {
        match (self, only_reads) {
            // synchronous=FULL, because a fact announced to a screen must outlive a power cut; secure_delete, because
            // what is deleted here was said in confidence.
            (Self::Sqlite, false) => &[
                "PRAGMA busy_timeout = 5000",
                "PRAGMA journal_mode = WAL",
                "PRAGMA synchronous = FULL",
                "PRAGMA foreign_keys = ON",
                "PRAGMA secure_delete = ON",
            ],
            (Self::Sqlite, true) => &["PRAGMA busy_timeout = 5000", "PRAGMA query_only = ON"],
            (Self::Postgres, _) => &[],
        }
    }

    /// How a transaction that writes begins. SQLite takes its write lock at once: a transaction that reads first and
    /// asks for the lock later may be refused it without waiting.
    pub(crate) fn begin_writing(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }

    /// How a transaction that reads much begins: it sees the database as it is at its first read, whatever is
    /// written meanwhile.
    pub(crate) fn begin_snapshot(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN",
            Self::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }

    /// Keeps other numbered transactions out until the end of this one, where beginning does not already do so. The
    /// number is only a name for the lock ("Vigie" in ASCII).
    pub(crate) fn lock_numbers(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("SELECT 1 FROM pg_advisory_xact_lock(371135572325)"),
        }
    }
}
