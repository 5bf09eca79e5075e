//! A file that can be made again: written whole or not at all, and never missed.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

/// Where such a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFile(PathBuf);

impl KeptFile {
    /// The file at this path. Nothing is read or written yet.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// Opens the file for reading; none when it is not there.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub fn read(&self) -> io::Result<Option<impl Read + use<>>> {
        match File::open(&self.0) {
            Ok(file) => Ok(Some(BufReader::with_capacity(1 << 20, file))),
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    /// Writes the file anew: whoever reads it meanwhile, or after a power cut, finds the old one or the new one, whole.
    ///
    /// # Errors
    /// When it cannot be written; what writes may have faults of its own.
    pub fn write<E: From<io::Error>>(&self, fill: impl FnOnce(&mut dyn Write) -> Result<(), E>) -> Result<(), E> {
        let beside = self.0.with_extension("new");
        let mut out = BufWriter::with_capacity(1 << 20, File::create(&beside)?);
        fill(&mut out)?;
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        Ok(std::fs::rename(&beside, &self.0)?)
    }

    /// How large it is, in bytes; zero when it is not there.
    #[must_use]
    pub fn size(&self) -> u64 {
        std::fs::metadata(&self.0).map_or(0, |about| about.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_or_left_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let file = KeptFile::new(&folder.path().join("index"));
        assert!(file.read().unwrap().is_none());
        file.write::<io::Error>(|out| out.write_all(b"one")).unwrap();
        let broken = file.write(|out| {
            out.write_all(b"half")?;
            Err(io::Error::other("no"))
        });
        assert!(broken.is_err());
        let mut text = String::new();
        file.read().unwrap().unwrap().read_to_string(&mut text).unwrap();
        assert_eq!((text.as_str(), file.size()), ("one", 3));
    }
}
