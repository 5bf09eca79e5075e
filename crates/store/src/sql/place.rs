//! Where the database is.

use crate::StoreError;
use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};

/// Where the database is.
#[derive(Clone, PartialEq, Eq)]
pub enum Place {
    /// A file of SQLite; its folder is made if it is missing.
    Sqlite(PathBuf),
    /// The URL of a PostgreSQL database, `postgres://user:password@host:port/name`.
    Postgres(String),
}

impl Place {
    /// The address for the driver.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(file) => {
                let mut url = String::from("sqlite://");
                for byte in file.as_os_str().as_encoded_bytes() {
                    match byte {
                        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'_' | b'-' => {
                            url.push(char::from(*byte))
                        }
                        // Writing to a String does not fail.
                        other => {
                            let _ = write!(url, "%{other:02X}");
                        }
                    }
                }
                url.push_str("?mode=rwc");
                url
            }
            Self::Postgres(url) => url.clone(),
        }
    }

    /// Why opening failed, in words for whoever installs Vigie.
    pub(crate) fn opening_fault(&self, source: sqlx::Error) -> StoreError {
        if let (Self::Sqlite(file), sqlx::Error::Database(fault)) = (self, &source) {
            // The low byte of SQLite's extended codes is the plain one.
            match fault.code().and_then(|code| code.parse::<i32>().ok()).map(|code| code & 0xff) {
                // SQLITE_READONLY, SQLITE_CANTOPEN: the side files cannot be made in the folder.
                Some(8 | 14) => {
                    let source = std::io::Error::other(fault.message().to_owned());
                    return StoreError::Folder { folder: folder_of(file), source };
                }
                // SQLITE_NOTADB.
                Some(26) => return StoreError::NotADatabase(file.clone()),
                _ => {}
            }
        }
        StoreError::Open { place: self.to_string(), source }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(file) => write!(out, "{}", file.display()),
            Self::Postgres(url) => out.write_str(&without_password(url)),
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// The URL with dots in place of the password, and without its parameters, which may hold one too.
fn without_password(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
    let rest = rest.split('?').next().unwrap_or_default();
    match rest.rsplit_once('@') {
        Some((who, host)) => match who.split_once(':') {
            Some((user, _)) => format!("{scheme}://{user}:…@{host}"),
            None => format!("{scheme}://{who}@{host}"),
        },
        None => format!("{scheme}://{rest}"),
    }
}

/// The folder a file is in.
fn folder_of(file: &Path) -> PathBuf {
    match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

/// Makes the folder and the file, readable by their owner only: what is written in them was said in confidence.
/// SQLite gives its side files (`-wal`, `-shm`) the rights of the file.
pub(crate) fn prepare_file(file: &Path) -> Result<(), StoreError> {
    let folder = folder_of(file);
    std::fs::create_dir_all(&folder).map_err(|source| StoreError::Folder { folder: folder.clone(), source })?;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).map(drop).map_err(|source| StoreError::Folder { folder, source })
}

#[cfg(test)]
mod tests {
    use super::Place;
    use std::path::PathBuf;

    #[test]
    fn a_password_is_never_printed() {
        for url in [
            "postgres://vigie:s3cret@db:5432/vigie",
            "postgres://vigie:s3@cret@db/x",
            "postgres://db/x?password=s3cret",
        ] {
            let place = Place::Postgres(url.to_owned());
            let shown = format!("{place} {place:?}");
            assert!(!shown.contains("s3") && !shown.contains("cret"), "{shown}");
        }
    }

    #[test]
    fn odd_file_names_are_escaped() {
        let place = Place::Sqlite(PathBuf::from("/a b/c?d%e.db"));
        assert_eq!(place.url(), "sqlite:///a%20b/c%3Fd%25e.db?mode=rwc");
    }
}
