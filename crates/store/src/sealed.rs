//! A small file that nobody can read who gets hold of it alone: its key is in this machine's memory and on no disk.
//!
//! The content is encrypted and authenticated with XChaCha20-Poly1305 under a random key. The key is a file of its own, in a
//! folder that the kernel keeps in memory (tmpfs): it outlives the program and dies with the machine's power, and no backup
//! of a disk has it. Each time the file is deleted, its key is too, so an old copy stays closed for ever.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use rustix::fs::OFlags;
use sha2::{Digest, Sha256};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// What every such file begins with; it is authenticated too.
const MARK: [u8; 8] = *b"VIGIE-S1";
const NONCE: usize = 24;
const KEY: usize = 32;
/// The content is padded to this size, or to the next power of two above it, in bytes: the length of the file says little.
const LEAST: usize = 4_096;
/// A file that is larger than this, in bytes, is none of ours.
const MOST: u64 = 64 * 1024 * 1024;

/// Why a sealed file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SealedFault {
    /// The folder for the key is on a disk, or cannot be looked at.
    #[error("{0} is no folder in this machine's memory (tmpfs): name one where the key may lie")]
    NotInMemory(PathBuf),
    /// The key is not there.
    #[error("its key is gone, as it should be after a restart of the machine")]
    KeyGone,
    /// The key file belongs to somebody else, or others may read it.
    #[error("the key file {0} is another user's or may be read by others: remove it")]
    KeyNotOurs(PathBuf),
    /// What is in the file was not sealed with this key, or was changed since.
    #[error("it is cut short, changed, or sealed by another program")]
    Damaged,
    /// A file cannot be read or written.
    #[error("{0} cannot be used ({1})")]
    File(PathBuf, io::Error),
    /// The system gave no random bytes.
    #[error("the system gives no random bytes")]
    Chance,
}

/// A sealed file and where its key is.
pub struct SealedFile {
    file: PathBuf,
    key_file: PathBuf,
    key: Option<Zeroizing<[u8; KEY]>>,
}

impl SealedFile {
    /// The sealed file of this name, with its key in a folder in memory. Nothing is read or written yet.
    ///
    /// # Errors
    /// When the key would lie on a disk, or the file's own folder is not there.
    pub fn new(file: &Path, memory: &Path) -> Result<Self, SealedFault> {
        if !is_in_memory(memory) {
            return Err(SealedFault::NotInMemory(memory.to_owned()));
        }
        let whole = std::path::absolute(file).map_err(|fault| SealedFault::File(file.to_owned(), fault))?;
        // Two services on one machine have two files, and so two keys.
        let name = Sha256::digest(whole.as_os_str().as_encoded_bytes());
        let name: String = name.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { file: whole, key_file: memory.join(format!("vigie-{name}.key")), key: None })
    }

    /// What is in the file; none if there is no file.
    ///
    /// # Errors
    /// When it cannot be opened with the key that is there. The file stays as it is.
    pub fn read(&mut self) -> Result<Option<Zeroizing<Vec<u8>>>, SealedFault> {
        let Some(sealed) = read_file(&self.file, MOST)? else { return Ok(None) };
        let key = self.stored_key()?;
        let (mark, rest) = sealed.split_first_chunk::<8>().ok_or(SealedFault::Damaged)?;
        let (nonce, body) = rest.split_first_chunk::<NONCE>().ok_or(SealedFault::Damaged)?;
        if *mark != MARK {
            return Err(SealedFault::Damaged);
        }
        let payload = Payload { msg: body, aad: &MARK };
        let padded = cipher(&key).decrypt(&XNonce::from(*nonce), payload).map_err(|_| SealedFault::Damaged)?;
        let padded = Zeroizing::new(padded);
        let (length, content) = padded.split_first_chunk::<4>().ok_or(SealedFault::Damaged)?;
        let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| SealedFault::Damaged)?;
        let content = content.get(..length).ok_or(SealedFault::Damaged)?;
        // The same key goes on: a new one would leave a moment in which the file has none.
        self.key = Some(key);
        Ok(Some(Zeroizing::new(content.to_vec())))
    }

    /// Puts content in the place of what was there, at once or not at all.
    ///
    /// # Errors
    /// When the file or its key cannot be written. What was there before stays.
    pub fn write(&mut self, content: &[u8]) -> Result<(), SealedFault> {
        let length = u32::try_from(content.len()).map_err(|_| SealedFault::Damaged)?;
        let size = (content.len() + 4).next_power_of_two().max(LEAST);
        let mut padded = Zeroizing::new(Vec::with_capacity(size));
        padded.extend_from_slice(&length.to_le_bytes());
        padded.extend_from_slice(content);
        padded.resize(size, 0);
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| SealedFault::Chance)?;
        let payload = Payload { msg: &padded, aad: &MARK };
        let cipher = cipher(self.own_key()?);
        let body = cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| SealedFault::Damaged)?;
        replace(&self.file, &[&MARK, &nonce, &body])
    }

    /// Deletes the file and then its key, if they are there.
    ///
    /// # Errors
    /// When one of them cannot be deleted.
    pub fn delete(&mut self) -> Result<(), SealedFault> {
        self.key = None;
        let file = delete(&self.file);
        // Without its key the file says nothing, even where it could not be deleted.
        delete(&self.key_file).and(file)
    }

    fn own_key(&mut self) -> Result<&[u8; KEY], SealedFault> {
        if self.key.is_none() || !self.key_file.is_file() {
            // A key file that somebody swept away takes the key with it: nothing sealed under it could be opened.
            let mut drawn = Zeroizing::new([0; KEY]);
            getrandom::fill(drawn.as_mut()).map_err(|_| SealedFault::Chance)?;
            replace(&self.key_file, &[drawn.as_slice()])?;
            self.key = Some(drawn);
        }
        self.key.as_deref().ok_or(SealedFault::KeyGone)
    }

    fn stored_key(&self) -> Result<Zeroizing<[u8; KEY]>, SealedFault> {
        let bytes = read_file(&self.key_file, KEY as u64)?.ok_or(SealedFault::KeyGone)?;
        let ours = std::fs::symlink_metadata(&self.key_file)
            .is_ok_and(|about| about.uid() == rustix::process::geteuid().as_raw() && about.mode() & 0o077 == 0);
        if !ours {
            return Err(SealedFault::KeyNotOurs(self.key_file.clone()));
        }
        bytes.first_chunk::<KEY>().map(|key| Zeroizing::new(*key)).ok_or(SealedFault::Damaged)
    }
}

fn cipher(key: &[u8; KEY]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&Key::from(*key))
}

/// Whether a folder is kept in memory by the kernel.
#[cfg(target_os = "linux")]
fn is_in_memory(folder: &Path) -> bool {
    /// `TMPFS_MAGIC` of statfs(2).
    const IN_MEMORY: rustix::fs::FsWord = 0x0102_1994;
    rustix::fs::statfs(folder).is_ok_and(|about| about.f_type == IN_MEMORY)
}

/// Whether a folder is kept in memory by the kernel: not known of other systems.
#[cfg(not(target_os = "linux"))]
fn is_in_memory(_folder: &Path) -> bool {
    false
}

/// The bytes of a file of at most `most` bytes, or none if there is none. A link is not followed: the folder may be one where
/// others can write.
fn read_file(path: &Path, most: u64) -> Result<Option<Zeroizing<Vec<u8>>>, SealedFault> {
    let fault = |fault| SealedFault::File(path.to_owned(), fault);
    let flags = i32::try_from((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits()).unwrap_or(0);
    let file = match OpenOptions::new().read(true).custom_flags(flags).open(path) {
        Ok(file) => file,
        Err(missing) if missing.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(other) => return Err(fault(other)),
    };
    let mut bytes = Zeroizing::new(Vec::new());
    file.take(most + 1).read_to_end(&mut bytes).map_err(fault)?;
    if bytes.len() as u64 > most {
        return Err(SealedFault::Damaged);
    }
    Ok(Some(bytes))
}

/// Writes a file beside its place, for its owner's eyes only, and moves it there once it is whole and on the disk.
fn replace(path: &Path, parts: &[&[u8]]) -> Result<(), SealedFault> {
    let fault = |fault| SealedFault::File(path.to_owned(), fault);
    let beside = path.with_extension("new");
    delete(&beside)?;
    let written = (|| {
        let mut file: File = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
        for part in parts {
            file.write_all(part)?;
        }
        file.sync_data()?;
        std::fs::rename(&beside, path)
    })();
    written.map_err(|reason| {
        // What is left of it is of no use; the reason is what counts.
        let _left = std::fs::remove_file(&beside);
        fault(reason)
    })
}

fn delete(path: &Path) -> Result<(), SealedFault> {
    match std::fs::remove_file(path) {
        Err(fault) if fault.kind() != io::ErrorKind::NotFound => Err(SealedFault::File(path.to_owned(), fault)),
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    /// A disk and a memory of a test's own.
    fn ground() -> (tempfile::TempDir, tempfile::TempDir) {
        (tempfile::tempdir().unwrap(), tempfile::tempdir_in("/dev/shm").unwrap())
    }

    fn sealed(ground: &(tempfile::TempDir, tempfile::TempDir)) -> SealedFile {
        SealedFile::new(&ground.0.path().join("places.sealed"), ground.1.path()).unwrap()
    }

    fn content(file: &mut SealedFile) -> Option<Vec<u8>> {
        file.read().unwrap().map(|bytes| bytes.to_vec())
    }

    #[test]
    fn what_was_sealed_is_read_by_the_next_program_and_is_not_in_the_file() {
        let ground = ground();
        let mut file = sealed(&ground);
        assert_eq!(content(&mut file), None);
        for text in [&b"somebody waits"[..], b"", &[7; 10_000]] {
            file.write(text).unwrap();
            assert_eq!(content(&mut sealed(&ground)).as_deref(), Some(text));
        }
        file.write(b"somebody waits").unwrap();
        let bytes = std::fs::read(&file.file).unwrap();
        assert_eq!(bytes.len(), 8 + NONCE + LEAST + 16, "the length does not say how many wait");
        assert!(!bytes.windows(8).any(|window| window == b"somebody"));
        for path in [&file.file, &file.key_file] {
            assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        file.delete().unwrap();
        file.delete().unwrap();
        assert_eq!([&ground.0, &ground.1].map(|folder| std::fs::read_dir(folder.path()).unwrap().count()), [0, 0]);
    }

    #[test]
    fn an_old_copy_stays_closed_once_its_key_is_gone() {
        let ground = ground();
        let mut file = sealed(&ground);
        file.write(b"first").unwrap();
        let copy = std::fs::read(&file.file).unwrap();
        file.delete().unwrap();
        std::fs::write(&file.file, &copy).unwrap();
        assert!(matches!(sealed(&ground).read(), Err(SealedFault::KeyGone)));
        file.write(b"second").unwrap();
        std::fs::write(&file.file, &copy).unwrap();
        assert!(matches!(sealed(&ground).read(), Err(SealedFault::Damaged)));
    }

    #[test]
    fn a_key_that_was_swept_away_is_replaced_at_the_next_writing() {
        let ground = ground();
        let mut file = sealed(&ground);
        file.write(b"first").unwrap();
        std::fs::remove_file(&file.key_file).unwrap();
        file.write(b"second").unwrap();
        assert_eq!(content(&mut sealed(&ground)).as_deref(), Some(&b"second"[..]));
    }

    #[test]
    fn what_is_cut_short_or_changed_is_refused() {
        let ground = ground();
        let mut file = sealed(&ground);
        file.write(b"somebody waits").unwrap();
        let whole = std::fs::read(&file.file).unwrap();
        for length in [0, 1, 7, 8, 20, 32, 48, whole.len() - 1] {
            std::fs::write(&file.file, &whole[..length]).unwrap();
            assert!(matches!(file.read(), Err(SealedFault::Damaged)), "{length} bytes");
        }
        for at in (0..whole.len()).step_by(97) {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            std::fs::write(&file.file, &changed).unwrap();
            assert!(matches!(file.read(), Err(SealedFault::Damaged)), "byte {at}");
        }
        std::fs::write(&file.key_file, [1; KEY + 1]).unwrap();
        assert!(matches!(file.read(), Err(SealedFault::Damaged)));
    }

    #[test]
    fn a_key_is_never_put_on_a_disk_nor_taken_from_where_others_could_read_or_lead() {
        let ground = ground();
        let on_disk = SealedFile::new(&ground.0.path().join("places.sealed"), Path::new("/proc"));
        assert!(matches!(on_disk, Err(SealedFault::NotInMemory(_))));
        let mut file = sealed(&ground);
        file.write(b"x").unwrap();
        std::fs::set_permissions(&file.key_file, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(sealed(&ground).read(), Err(SealedFault::KeyNotOurs(_))));
        std::fs::remove_file(&file.key_file).unwrap();
        std::os::unix::fs::symlink(&file.file, &file.key_file).unwrap();
        assert!(matches!(sealed(&ground).read(), Err(SealedFault::File(..))));
    }
}
