//! The index as a file, so that a service that starts has it at once.
//!
//! The file is the lists as they are in memory, in the byte order of the machine: it is made and read on one machine, and made
//! anew from the store where it does not fit. What is in it can be read back from the store; what is damaged is noticed by the
//! digest at its end.

use super::Index;
use super::segment::{Document, Segment};
use super::tokens::Tokens;
use super::traits::{Trait, TraitSets};
use super::tree::Node;
use super::week::Weeks;
use sha2::{Digest, Sha256};
use std::io::{self, Read, Write};
use std::sync::Arc;

/// What the file begins with: which make of index it is, and in which byte order. Another make has another number.
const MARK: [u64; 2] = [0x5669_6769_6549_6478, 2];
/// No list of an index is longer, in bytes: a length that says so is damage.
const LONGEST: u64 = 1 << 36;

/// Why a file is no index.
#[derive(Debug, thiserror::Error)]
pub enum IndexFault {
    /// It cannot be read or written.
    #[error("the index file cannot be read or written: {0}")]
    Io(#[from] io::Error),
    /// It is of another make, another machine, or damaged.
    #[error("the index file is of another version or damaged")]
    Unfit,
}

impl Index {
    /// Writes the index. Changes since it was built are not in it: the stamp says from which on they are to be taken from the
    /// store again.
    ///
    /// # Errors
    /// When it cannot be written, or has changes.
    pub fn write(&self, out: &mut (impl Write + ?Sized)) -> Result<(), IndexFault> {
        if self.changes() > 0 {
            return Err(IndexFault::Unfit);
        }
        let base = &*self.base;
        let mut file = Digested { inner: out, digest: Sha256::new() };
        file.list(&MARK)?;
        file.list(&[self.stamp, i64::try_from(base.entries).unwrap_or(0), i64::try_from(base.placed).unwrap_or(0)])?;
        file.list(&base.documents)?;
        file.list(&base.nodes)?;
        let traits: Vec<_> = base.sets.traits.iter().map(Trait::written).collect();
        file.list(traits.join("\n").as_bytes())?;
        file.list(&base.sets.members)?;
        file.list(&base.sets.ends)?;
        file.list(&base.weeks.openings)?;
        file.list(&base.weeks.ends)?;
        file.list(&base.tokens.text)?;
        file.list(&base.tokens.ends)?;
        file.list(&base.tokens.documents)?;
        file.list(&base.tokens.document_ends)?;
        file.list(&base.by_departement)?;
        file.list(&base.departement_ends)?;
        file.list(&base.by_public_id)?;
        let digest = file.digest.finalize();
        out.write_all(&digest)?;
        Ok(out.flush()?)
    }

    /// Reads an index that was written.
    ///
    /// # Errors
    /// [`IndexFault::Unfit`] when it is none of this make or damaged; when it cannot be read.
    pub fn read(input: &mut impl Read) -> Result<Self, IndexFault> {
        let mut file = Digested { inner: input, digest: Sha256::new() };
        if file.read_list::<u64>()? != MARK {
            return Err(IndexFault::Unfit);
        }
        let [stamp, entries, placed] = *file.read_list::<i64>()?.as_slice() else { return Err(IndexFault::Unfit) };
        let documents: Vec<Document> = file.read_list()?;
        let nodes: Vec<Node> = file.read_list()?;
        let traits = String::from_utf8(file.read_list()?).map_err(|_| IndexFault::Unfit)?;
        let traits = traits.lines().map(Trait::read).collect::<Option<Vec<_>>>().ok_or(IndexFault::Unfit)?;
        let sets = TraitSets::from_parts(traits, file.read_list()?, file.read_list()?);
        let weeks = Weeks::from_parts(file.read_list()?, file.read_list()?);
        let tokens = Tokens {
            text: file.read_list()?,
            ends: file.read_list()?,
            documents: file.read_list()?,
            document_ends: file.read_list()?,
        };
        let (by_departement, departement_ends, by_public_id) =
            (file.read_list()?, file.read_list()?, file.read_list()?);
        let digest = file.digest.finalize();
        let mut written = [0; 32];
        input.read_exact(&mut written)?;
        if digest.as_slice() != written {
            return Err(IndexFault::Unfit);
        }
        let base = Segment {
            placed: usize::try_from(placed).map_err(|_| IndexFault::Unfit)?,
            entries: u64::try_from(entries).map_err(|_| IndexFault::Unfit)?,
            documents,
            nodes,
            sets,
            weeks,
            tokens,
            by_departement,
            departement_ends,
            by_public_id,
        };
        Ok(Self { base: Arc::new(base), stamp, ..Self::default() })
    }
}

/// Bytes on their way, and their digest.
struct Digested<'a, Inner: ?Sized> {
    inner: &'a mut Inner,
    digest: Sha256,
}

impl<W: Write + ?Sized> Digested<'_, W> {
    fn list<T: bytemuck::NoUninit>(&mut self, list: &[T]) -> io::Result<()> {
        let bytes: &[u8] = bytemuck::cast_slice(list);
        self.put(&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_ne_bytes())?;
        self.put(bytes)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.digest.update(bytes);
        self.inner.write_all(bytes)
    }
}

impl<R: Read> Digested<'_, R> {
    fn read_list<T: bytemuck::Pod>(&mut self) -> Result<Vec<T>, IndexFault> {
        /// Lists grow as they are read, so that a damaged length takes no memory that there are no bytes for.
        const PIECE: usize = 1 << 22;
        let mut length = [0; 8];
        self.get(&mut length)?;
        let length = u64::from_ne_bytes(length);
        let size = u64::try_from(size_of::<T>()).unwrap_or(u64::MAX);
        if length > LONGEST || !length.is_multiple_of(size) {
            return Err(IndexFault::Unfit);
        }
        let mut left = usize::try_from(length / size).map_err(|_| IndexFault::Unfit)?;
        let mut list: Vec<T> = Vec::new();
        while left > 0 {
            let start = list.len();
            let piece = left.min(PIECE);
            list.reserve_exact(if start == 0 && left < PIECE * 64 { left } else { piece });
            list.resize(start + piece, T::zeroed());
            let fresh = list.get_mut(start..).unwrap_or_default();
            self.get(bytemuck::cast_slice_mut(fresh))?;
            left -= piece;
        }
        Ok(list)
    }

    fn get(&mut self, bytes: &mut [u8]) -> Result<(), IndexFault> {
        self.inner.read_exact(bytes).map_err(|fault| match fault.kind() {
            io::ErrorKind::UnexpectedEof => IndexFault::Unfit,
            _ => IndexFault::Io(fault),
        })?;
        self.digest.update(&*bytes);
        Ok(())
    }
}
