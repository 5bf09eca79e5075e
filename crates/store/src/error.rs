//! What can go wrong with remembering, in words that say what to do.

use std::path::PathBuf;

/// A fault of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder of the database file cannot be made or written.
    #[error(
        "the data folder {folder} cannot be written ({source}): give the user that runs Vigie the right to write \
         there (chown or chmod), or choose another data folder in the configuration"
    )]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The database could not be opened.
    #[error(
        "the database {place} cannot be opened ({source}): check that its address is right, that it runs, and that \
         its user may create tables"
    )]
    Open {
        /// Which database, without its password.
        place: String,
        /// What the driver said.
        source: sqlx::Error,
    },
    /// The file is there but is no database of SQLite.
    #[error("the file {0} is no SQLite database: move it away, or put the right file back from a backup")]
    NotADatabase(PathBuf),
    /// An entry of the directory was changed by somebody else meanwhile.
    #[error("the entry was changed by somebody else meanwhile: look at it again")]
    StaleEntry,
    /// An import of entries is under way already.
    #[error(
        "another import is under way: wait for its end; if its program was stopped in the middle, begin with --take-over"
    )]
    ImportRunning,
    /// An import that is not under way any more.
    #[error("this import is not under way any more")]
    NoSuchImport,
    /// A shift that cannot be.
    #[error("this shift cannot be: {0}")]
    ShiftWrong(&'static str),
    /// The database was written by a newer program.
    #[error(
        "the database has schema {found} and this program knows schemas up to {known}: start the newer Vigie that \
         wrote it, or restore the backup made before the update"
    )]
    Newer {
        /// The schema found.
        found: i64,
        /// The newest schema this program knows.
        known: i64,
    },
    /// A step of the schema could not be applied. Nothing of it was kept.
    #[error("schema {version} could not be applied ({source}): nothing was changed; restore the backup if it stays so")]
    Migration {
        /// The schema to reach.
        version: i64,
        /// What the driver said.
        source: sqlx::Error,
    },
    /// The database did not do what was asked.
    #[error("the database did not answer as it should ({0}): check that it runs and that its disk is not full")]
    Database(#[from] sqlx::Error),
    /// A row of the journal cannot be read.
    #[error(
        "fact {seq} of the journal (kind {kind}, version {version}) cannot be read ({detail}): if a newer Vigie wrote \
         it, start that one; otherwise restore the backup"
    )]
    UnreadableFact {
        /// Its number.
        seq: i64,
        /// Its kind.
        kind: String,
        /// Its version.
        version: i64,
        /// What was wrong.
        detail: String,
    },
    /// A fact or a row cannot be written as text.
    #[error("a value cannot be written as text ({0}): this is a fault in Vigie, please report it")]
    Unwritable(serde_json::Error),
    /// A stored word is none that this program knows.
    #[error("the word '{word}' in {column} is not known: start the newer Vigie that wrote it")]
    UnknownWord {
        /// Table and column.
        column: &'static str,
        /// The word.
        word: String,
    },
    /// The listener's care record of this call is closed and is not changed any more.
    #[error("the care record of call {0} is closed and is not changed any more")]
    RecordIsClosed(i64),
    /// The listener has no care record of this call.
    #[error("call {0} has no care record of this listener: save a draft first")]
    NoRecord(i64),
    /// A newer draft was saved meanwhile, perhaps in another tab.
    #[error("a newer draft of the care record of call {call} was saved meanwhile (revision {stored}): load it first")]
    StaleDraft {
        /// The call.
        call: i64,
        /// The revision that is stored.
        stored: i64,
    },
    /// The draft of a plan or a protocol was changed, put in force or thrown away meanwhile.
    #[error("the draft was changed by somebody else meanwhile: look at it again, then change it")]
    StaleVersion,
    /// A version of a plan or a protocol cannot be read.
    #[error("version {version} in {table} cannot be read ({detail}): if a newer Vigie wrote it, start that one")]
    UnreadableVersion {
        /// Its table.
        table: &'static str,
        /// Its number.
        version: i64,
        /// What was wrong.
        detail: String,
    },
    /// There is no such member of staff.
    #[error("nobody among the staff has number {0}")]
    NoStaff(i64),
    /// Somebody who works here has this name already.
    #[error("somebody here has this name already: choose another, so that nobody is taken for somebody else")]
    NameTaken,
    /// Nobody would be left to run the service.
    #[error("nobody would be left to run the service: make somebody else a coordinator first")]
    LastCoordinator,
    /// The period of a report cannot be used.
    #[error(
        "the period cannot be used: its end must come after its start, with at most {most} slices of at least 1 ms"
    )]
    Period {
        /// The most slices a curve may have.
        most: i64,
    },
    /// The system gave no random bytes.
    #[error("the system gives no random bytes ({0}): check that /dev/urandom is there")]
    Chance(String),
    /// The spool was stopped, so nothing more is committed.
    #[error("the journal's spool has stopped: nothing more is written")]
    SpoolStopped,
}
