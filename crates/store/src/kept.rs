//! Files that can be made again: written whole or not at all, and never missed.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
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

/// A folder of files that wait for something: what was sent to be taken in. It is made when the first one comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFolder(PathBuf);

impl KeptFolder {
    /// The folder at this path. Nothing is read or written yet.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// Begins a file that nobody but this user may read. The name is made of letters and digits of ours.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn begin(&self, name: &str) -> io::Result<impl Write + Send + use<>> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.0)?;
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(self.path(name)?)
    }

    /// Opens a file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn open(&self, name: &str) -> io::Result<impl Read + Seek + Send + use<>> {
        File::open(self.path(name)?)
    }

    /// Removes a file; one that is not there is no fault.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn remove(&self, name: &str) -> io::Result<()> {
        match std::fs::remove_file(self.path(name)?) {
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => removed,
        }
    }

    /// The names of the files.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn names(&self) -> io::Result<Vec<String>> {
        match std::fs::read_dir(&self.0) {
            Ok(files) => Ok(files.flatten().map(|file| file.file_name().to_string_lossy().into_owned()).collect()),
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(fault) => Err(fault),
        }
    }

    /// A name that leads to another folder is none.
    fn path(&self, name: &str) -> io::Result<PathBuf> {
        let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if plain { Ok(self.0.join(name)) } else { Err(io::ErrorKind::NotFound.into()) }
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

    #[test]
    fn a_folder_keeps_files_by_plain_names() {
        let parent = tempfile::tempdir().unwrap();
        let folder = KeptFolder::new(&parent.path().join("imports"));
        assert_eq!(folder.names().unwrap(), Vec::<String>::new());
        folder.begin("a1").unwrap().write_all(b"one").unwrap();
        assert!(folder.begin("a1").is_err(), "a file is not begun twice");
        let mut text = String::new();
        folder.open("a1").unwrap().read_to_string(&mut text).unwrap();
        assert_eq!((text.as_str(), folder.names().unwrap()), ("one", vec!["a1".to_owned()]));
        for name in ["../a1", "", ".", "a/1"] {
            assert!(folder.begin(name).is_err() && folder.open(name).is_err() && folder.remove(name).is_err());
        }
        folder.remove("a1").unwrap();
        folder.remove("a1").unwrap();
        assert!(folder.open("a1").is_err());
    }
}
