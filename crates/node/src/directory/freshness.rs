//! Keeps the directory right: letters to those whom entries are about, and a watch over the numbers that must not be wrong.

use super::{Directory, Seen, read_entry};
use crate::clock::Clock;
use crate::task::spawn;
use directory::{ContactKind, Entry};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use store::{NewLetter, StoreError};

/// Who changed an entry when the one whom it is about did, by the link in a letter.
pub const BY_ITSELF: i64 = -1;

/// How often the numbers that must be right are looked at.
const LOOK: Duration = Duration::from_secs(60);
/// In how many of these looks letters are written.
const LETTERS: u32 = 60;
/// How many entries are read at once.
const PAGE: i64 = 500;
/// The milliseconds of a day.
const DAY_MS: i64 = 86_400_000;
/// For how many days the link in a letter can be used.
const LINK_DAYS: i64 = 60;

/// How entries are kept right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreshnessRules {
    /// Whether letters are sent at all.
    pub letters: bool,
    /// After how many days without a confirmation somebody is asked.
    pub every_days: u16,
    /// After how many days without an answer they are asked once more.
    pub remind_days: u16,
    /// The most letters that are written in a day.
    pub most_a_day: u16,
    /// After how many days a number that must be right is told to be old.
    pub check_days: u16,
}

impl Default for FreshnessRules {
    fn default() -> Self {
        Self { letters: false, every_days: 180, remind_days: 14, most_a_day: 200, check_days: 90 }
    }
}

/// An entry whose number must be right.
#[derive(Debug, Clone, PartialEq)]
pub struct Vital {
    /// The entry.
    pub seen: Seen,
    /// Whether it was not checked for too long.
    pub old: bool,
}

/// What came of asking somebody by mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// A letter waits to be sent.
    Written,
    /// There is no address to write to, or nothing of the entry is published.
    NoAddress,
    /// They were asked today already, or want no letters.
    NotAgain,
}

impl Directory {
    /// How entries are kept right.
    #[must_use]
    pub fn freshness(&self) -> FreshnessRules {
        self.0.freshness
    }

    /// How many numbers that must be right nobody has checked for long, at the last look.
    #[must_use]
    pub fn old_numbers(&self) -> usize {
        self.0.old_numbers.load(Ordering::Relaxed)
    }

    /// The entries whose numbers must be right: other helplines and emergency services.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn vital(&self, at: i64) -> Result<Vec<Vital>, StoreError> {
        let oldest = at / DAY_MS - i64::from(self.0.freshness.check_days);
        let rows = self.0.store.vital_entries().await?;
        let vital = rows.into_iter().filter_map(|(version, made_at, body)| {
            let entry = read_entry(&body).filter(|entry| !entry.keeping.demo)?;
            // What nobody has checked yet is as old as it is here.
            let checked = entry.keeping.confirmed.map_or(made_at / DAY_MS, i64::from);
            Some(Vital { seen: Seen { entry, version }, old: checked < oldest })
        });
        let vital: Vec<_> = vital.collect();
        self.0.old_numbers.store(vital.iter().filter(|one| one.old).count(), Ordering::Relaxed);
        Ok(vital)
    }

    /// Says that an entry was checked today. Whoever does so keeps it, if nobody does.
    ///
    /// # Errors
    /// [`StoreError::StaleEntry`] when it was changed meanwhile; when the store does not take it.
    pub async fn checked_today(
        &self,
        id: &str,
        seen: i64,
        (who, name): (i64, &str),
        at: i64,
    ) -> Result<(), StoreError> {
        let mut entry = self.entry(id).await?.ok_or(StoreError::StaleEntry)?.entry;
        entry.keeping.confirmed = i32::try_from(at / DAY_MS).ok();
        if entry.keeping.keeper.is_empty() {
            name.clone_into(&mut entry.keeping.keeper);
        }
        self.change(id, seen, Some(&entry), who, at).await?;
        self.vital(at).await.map(drop)
    }

    /// Changes an entry as the one whom it is about says, or a keeper for them; it counts as confirmed today.
    ///
    /// # Errors
    /// [`StoreError::StaleEntry`] when it is no more, or changes again and again; when the store does not take it.
    pub async fn confirm(
        &self,
        id: &str,
        who: i64,
        at: i64,
        change: impl Fn(&mut Entry) + Send,
    ) -> Result<(), StoreError> {
        for _again in 0..3 {
            let Some(Seen { mut entry, version }) = self.entry(id).await? else { break };
            change(&mut entry);
            entry.keeping.confirmed = i32::try_from(at / DAY_MS).ok();
            match self.change(id, version, Some(&entry), who, at).await {
                Err(StoreError::StaleEntry) => {}
                done => return done,
            }
        }
        Err(StoreError::StaleEntry)
    }

    /// Asks the one whom an entry is about to confirm it, now.
    ///
    /// # Errors
    /// When the store does not take it.
    pub async fn ask_by_mail(&self, id: &str, at: i64) -> Result<Asked, StoreError> {
        let Some(seen) = self.entry(id).await? else { return Ok(Asked::NoAddress) };
        let Some(letter) = letter(&seen.entry, "asked", at / DAY_MS, at) else { return Ok(Asked::NoAddress) };
        let written = self.0.store.write_letter(&NewLetter { quiet_since: i64::MAX, ..letter }, at).await?;
        Ok(if written { Asked::Written } else { Asked::NotAgain })
    }

    /// Writes the letters whose time has come, up to the most of a day.
    async fn write_letters(&self, at: i64) -> Result<(), StoreError> {
        let FreshnessRules { every_days, remind_days, most_a_day, .. } = self.0.freshness;
        let (every, remind) = (i64::from(every_days).max(1), i64::from(remind_days));
        let mut left = i64::from(most_a_day) - self.0.store.letters_since(at - DAY_MS).await?;
        for first in self.0.store.unanswered_letters("confirm", at - remind * DAY_MS, at).await? {
            if left <= 0 {
                return Ok(());
            }
            let Some(seen) = self.entry(&first.entry).await? else { continue };
            if seen.entry.keeping.confirmed.is_some_and(|day| i64::from(day) * DAY_MS >= first.made_at - DAY_MS) {
                continue;
            }
            if let Some(again) = letter(&seen.entry, "reminder", first.id, at) {
                let again = NewLetter { quiet_since: at - remind * DAY_MS, ..again };
                left -= i64::from(self.0.store.write_letter(&again, at).await?);
            }
        }
        let mut after = 0;
        while left > 0 {
            let page = self.0.store.unconfirmed_entries(at / DAY_MS - every, after, PAGE).await?;
            let Some((last, _)) = page.last() else { break };
            after = *last;
            for (_, body) in page {
                let entry = read_entry(&body).filter(|entry| !entry.keeping.demo);
                // A round is as long as the pause between two: two nodes that look at once write one letter.
                let Some(letter) = entry.and_then(|entry| letter(&entry, "confirm", at / DAY_MS / every, at)) else {
                    continue;
                };
                let letter = NewLetter { quiet_since: at - every * DAY_MS, ..letter };
                left -= i64::from(self.0.store.write_letter(&letter, at).await?);
                if left <= 0 {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Takes the helplines in that come with the program, unconfirmed; one that somebody has changed or taken out stays so.
    async fn take_helplines(&self, at: i64) -> Result<(), StoreError> {
        let mut fresh: Vec<Entry> = Vec::new();
        for entry in directory::helplines().iter().map(directory::Helpline::entry) {
            if self.0.store.entry_versions(&entry.id).await?.is_empty() {
                fresh.push(entry);
            }
        }
        if fresh.is_empty() { Ok(()) } else { self.put_entries(&fresh, 0, at).await }
    }

    /// Looks again and again at what has become old.
    pub(super) fn keep_fresh(&self, clock: Clock) {
        let inner = Arc::downgrade(&self.0);
        spawn(async move {
            let mut look = 0_u32;
            loop {
                let Some(inner) = inner.upgrade() else { return };
                if let Err(fault) = Self(inner).look(look, clock.wall_ms()).await {
                    tracing::warn!(%fault, "what has become old in the directory is not known");
                }
                look = look.wrapping_add(1);
                tokio::time::sleep(LOOK).await;
            }
        });
    }

    async fn look(&self, look: u32, at: i64) -> Result<(), StoreError> {
        if look == 0 {
            self.take_helplines(at).await?;
        }
        self.vital(at).await?;
        if self.0.freshness.letters && look.is_multiple_of(LETTERS) {
            self.write_letters(at).await?;
        }
        Ok(())
    }
}

/// A letter about an entry, if anything of it is published and there is somebody to write to.
fn letter(entry: &Entry, purpose: &str, round: i64, at: i64) -> Option<NewLetter> {
    let published = entry.published()?;
    // An address that is for the house alone is one to write to as well.
    let address = published.contacts.iter().chain(&entry.contacts).find(|one| one.kind == ContactKind::Email)?;
    Some(NewLetter {
        entry: entry.id.clone(),
        purpose: purpose.to_owned(),
        round,
        address: address.value.clone(),
        expires_at: at + LINK_DAYS * DAY_MS,
        quiet_since: 0,
    })
}
