//! The places of callers who wait, written down so that a crash does not cost them: whoever calls again soon after gets the
//! old place back. A place is a tag, an order and a time; what is written also has the keys of the tags, and is sealed.
//!
//! The crank says what is to be written, at most once a second; a thread of its own writes.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use store::{SealedFault, SealedFile};
use switchboard::{CallerTag, KeptPlace, Moment, Switchboard, Utc};
use telephony::{TagKeys, Telephony};
use zeroize::Zeroizing;

/// Shortest time between two writings, in milliseconds.
const EVERY: u64 = 1_000;
/// How often places are written anew while nothing changes, in milliseconds: each writing says until when they are kept, and
/// that must be close to three minutes from the crash, whenever it comes.
const AGAIN: u64 = 5_000;
/// The length of one place, in bytes: tag, order, and until when.
const PLACE: usize = 24;

/// What an earlier run left.
pub(crate) struct Left {
    /// The places that are still kept.
    pub(crate) places: Vec<KeptPlace>,
    /// The keys under which their tags were made.
    pub(crate) keys: TagKeys,
}

/// Reads what an earlier run left, if anybody's place is still kept at `now_ms`. What cannot be read, or is too old, is
/// deleted: the service starts without it.
pub(crate) fn left(file: &mut SealedFile, now_ms: i64) -> Option<Left> {
    let read = file.read().map(|content| content.map(|content| decoded(&content)));
    let left = match read {
        Ok(None) => return None,
        Ok(Some(Some(mut left))) => {
            left.places.retain(|place| place.until.0 > now_ms);
            if !left.places.is_empty() {
                tracing::info!(places = left.places.len(), "callers who waited keep their places if they call again");
                return Some(left);
            }
            None
        }
        Ok(Some(None)) => {
            warn_unread(&SealedFault::Damaged);
            None
        }
        Err(fault) => {
            warn_unread(&fault);
            None
        }
    };
    if let Err(fault) = file.delete() {
        tracing::warn!(%fault, "the places of callers who waited cannot be deleted");
    }
    left
}

fn warn_unread(fault: &SealedFault) {
    tracing::warn!(%fault, "the places of callers who waited cannot be read: whoever calls again waits anew");
}

/// When places are to be written, and by whom.
#[derive(Default)]
pub(crate) struct Places {
    writer: Option<(Sender<Vec<KeptPlace>>, JoinHandle<()>)>,
    due: Option<Moment>,
    written: Option<Moment>,
    /// Whether the last writing had nobody.
    empty: bool,
}

impl Places {
    /// Starts the thread that writes. The first writing is due at once: it takes the place of what an earlier run left.
    pub(crate) fn start(file: SealedFile, telephony: Arc<Telephony>) -> std::io::Result<Self> {
        let (sender, places) = channel();
        let writer = std::thread::Builder::new()
            .name("vigie-places".into())
            .spawn(move || write(file, &places, || telephony.sealed_tag_keys()))?;
        Ok(Self { writer: Some((sender, writer)), due: Some(Moment(0)), ..Self::default() })
    }

    /// When the next writing is due.
    pub(crate) fn due(&self) -> Option<Moment> {
        self.due
    }

    /// Something happened by which places may have changed.
    pub(crate) fn changed(&mut self, now: Moment) {
        if self.writer.is_some() {
            let soonest = self.written.map_or(now, |written| written.plus(EVERY).max(now));
            self.due = Some(self.due.map_or(soonest, |due| due.min(soonest)));
        }
    }

    /// Has the places written, if that is due.
    pub(crate) fn keep(&mut self, board: &Switchboard, now: Moment) {
        if self.due.is_some_and(|due| due <= now) {
            self.keep_now(board, now);
        }
    }

    fn keep_now(&mut self, board: &Switchboard, now: Moment) {
        let Some((sender, _)) = &self.writer else { return };
        let places = board.places(now);
        self.due = (!places.is_empty()).then(|| now.plus(AGAIN));
        self.written = Some(now);
        let still_empty = std::mem::replace(&mut self.empty, places.is_empty()) && places.is_empty();
        if !still_empty {
            // A thread that has died has said so; calls go on.
            let _died = sender.send(places);
        }
    }

    /// Has everybody's place written for the last time, and waits until it is.
    pub(crate) fn close(&mut self, board: &Switchboard, now: Moment) {
        self.keep_now(board, now);
        if let Some((sender, writer)) = self.writer.take() {
            drop(sender);
            // The thread has no way to fail but a panic, which has been reported already.
            let _panicked = writer.join();
        }
    }
}

/// Writes the newest places for as long as there may be any, and deletes the file when nobody waits.
fn write(mut file: SealedFile, places: &Receiver<Vec<KeptPlace>>, keys: impl Fn() -> Zeroizing<[u8; TagKeys::SEALED]>) {
    let mut failing = false;
    while let Ok(mut newest) = places.recv() {
        newest = places.try_iter().last().unwrap_or(newest);
        let done = if newest.is_empty() { file.delete() } else { file.write(&encoded(&newest, &keys())) };
        match done {
            Ok(()) => failing = false,
            // Said once: the disk may be full for hours.
            Err(fault) if !failing => {
                failing = true;
                tracing::warn!(%fault, "the places of callers who wait cannot be written: a crash would cost them");
            }
            Err(_) => {}
        }
    }
}

/// The keys of the tags, then the places.
fn encoded(places: &[KeptPlace], keys: &[u8; TagKeys::SEALED]) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(TagKeys::SEALED + places.len() * PLACE));
    bytes.extend_from_slice(keys);
    for place in places {
        bytes.extend_from_slice(&place.tag.bits().to_le_bytes());
        bytes.extend_from_slice(&place.order.to_le_bytes());
        bytes.extend_from_slice(&place.until.0.to_le_bytes());
    }
    bytes
}

fn decoded(bytes: &[u8]) -> Option<Left> {
    let (keys, rest) = bytes.split_first_chunk::<{ TagKeys::SEALED }>()?;
    let (places, odd) = rest.as_chunks::<PLACE>();
    if !odd.is_empty() {
        return None;
    }
    let place = |bytes: &[u8; PLACE]| {
        let (tag, rest) = bytes.split_first_chunk::<8>()?;
        let (order, until) = rest.split_first_chunk::<8>()?;
        Some(KeptPlace {
            tag: CallerTag::new(u64::from_le_bytes(*tag)),
            order: i64::from_le_bytes(*order),
            until: Utc(i64::from_le_bytes(*until.first_chunk::<8>()?)),
        })
    };
    Some(Left { places: places.iter().map(place).collect::<Option<_>>()?, keys: TagKeys::from_bytes(keys)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_345_200_000;

    fn place(tag: u64, order: i64, until: i64) -> KeptPlace {
        KeptPlace { tag: CallerTag::new(tag), order, until: Utc(until) }
    }

    fn ground() -> (tempfile::TempDir, tempfile::TempDir) {
        (tempfile::tempdir().unwrap(), tempfile::tempdir_in("/dev/shm").unwrap())
    }

    fn sealed(ground: &(tempfile::TempDir, tempfile::TempDir)) -> SealedFile {
        SealedFile::new(&ground.0.path().join("places.sealed"), ground.1.path()).unwrap()
    }

    /// Lets the thread's own function write these, one after the other.
    fn written(ground: &(tempfile::TempDir, tempfile::TempDir), writings: Vec<Vec<KeptPlace>>) {
        let keys = TagKeys::draw(1_795_345_200);
        for places in writings {
            let (sender, receiver) = channel();
            sender.send(places).unwrap();
            drop(sender);
            write(sealed(ground), &receiver, || keys.sealed_bytes());
        }
    }

    fn count(ground: &(tempfile::TempDir, tempfile::TempDir)) -> [usize; 2] {
        [&ground.0, &ground.1].map(|folder| std::fs::read_dir(folder.path()).unwrap().count())
    }

    #[test]
    fn the_next_run_gets_every_place_that_is_still_kept() {
        let ground = ground();
        let (kept, other) = (place(u64::MAX, -5, NOW + 180_000), place(1, i64::MAX, NOW + 1));
        written(&ground, vec![vec![kept, place(2, 7, NOW), other]]);
        let again = left(&mut sealed(&ground), NOW).unwrap();
        assert_eq!(again.places, [kept, other]);
    }

    #[test]
    fn what_is_too_old_is_deleted_and_so_is_the_key() {
        let ground = ground();
        written(&ground, vec![vec![place(1, 1, NOW)]]);
        assert_eq!(count(&ground), [1, 1]);
        assert!(left(&mut sealed(&ground), NOW).is_none());
        assert_eq!(count(&ground), [0, 0]);
    }

    #[test]
    fn when_nobody_waits_there_is_no_file() {
        let ground = ground();
        written(&ground, vec![vec![place(1, 1, NOW + 1)], vec![]]);
        assert_eq!(count(&ground), [0, 0]);
        assert!(left(&mut sealed(&ground), NOW).is_none());
    }

    #[test]
    fn what_cannot_be_read_is_started_without() {
        let ground = ground();
        for bytes in [&b""[..], b"Dear diary", &[0; 5_000]] {
            std::fs::write(ground.0.path().join("places.sealed"), bytes).unwrap();
            assert!(left(&mut sealed(&ground), NOW).is_none());
            assert_eq!(count(&ground), [0, 0]);
        }
        // Sealed by this very program, but not by this room.
        for content in [&[][..], &[1; 10], &[1; TagKeys::SEALED + PLACE - 1], &[0; TagKeys::SEALED + PLACE]] {
            sealed(&ground).write(content).unwrap();
            assert!(left(&mut sealed(&ground), NOW).is_none());
            assert_eq!(count(&ground), [0, 0]);
        }
    }
}
