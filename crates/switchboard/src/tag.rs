//! A caller's tag: what is left of a number outside telephony.

use std::fmt;

/// A keyed hash of a caller's number. It says whether two calls came from the same telephone within a day, and nothing
/// else. It cannot be printed or written out, and is kept in memory alone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallerTag(u64);

impl CallerTag {
    /// A tag of these bits.
    #[must_use]
    pub const fn new(bits: u64) -> Self {
        Self(bits)
    }

    /// Its bits, for a snapshot that is sealed.
    #[must_use]
    pub const fn bits(self) -> u64 {
        self.0
    }
}

impl fmt::Debug for CallerTag {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("CallerTag(…)")
    }
}

/// A caller's tags under the key of today and under that of yesterday, so that a call before midnight and one after it
/// are known to be the same caller's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallerTags {
    /// Under today's key.
    pub now: CallerTag,
    /// Under yesterday's, if there is one.
    pub before: Option<CallerTag>,
}
