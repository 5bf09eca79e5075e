//! The hours of entries, each week once: most offices keep the same few.

use crate::{DAY, Hours};
use std::collections::HashMap;

/// The different weeks there are. The first is the unknown one.
#[derive(Debug, Clone, Default)]
pub(super) struct Weeks {
    /// Openings, as the first minute of the week and the one after the last, one week's after the other's.
    pub(super) openings: Vec<[u16; 2]>,
    /// Where each week's end.
    pub(super) ends: Vec<u32>,
    known: HashMap<Vec<[u16; 2]>, u32>,
}

impl Weeks {
    /// The number of the week that these hours are.
    pub(super) fn week_of(&mut self, hours: &Hours) -> u32 {
        if self.ends.is_empty() {
            self.ends.push(0);
            self.known.insert(Vec::new(), 0);
        }
        let openings = hours.weekly.iter().map(|opening| {
            let midnight = u16::from(opening.day) * DAY;
            [midnight + opening.from, midnight + opening.until]
        });
        let openings: Vec<_> = openings.collect();
        if let Some(number) = self.known.get(&openings) {
            return *number;
        }
        let number = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        self.openings.extend_from_slice(&openings);
        self.ends.push(u32::try_from(self.openings.len()).unwrap_or(u32::MAX));
        self.known.insert(openings, number);
        number
    }

    /// Weeks as a file has them.
    pub(super) fn from_parts(openings: Vec<[u16; 2]>, ends: Vec<u32>) -> Self {
        Self { openings, ends, known: HashMap::new() }
    }

    /// Lets go of what only building needs.
    pub(super) fn settle(&mut self) {
        self.known = HashMap::new();
    }

    /// Whether a week is known to be open at a minute of it.
    pub(super) fn open_at(&self, week: u32, minute: u16) -> bool {
        let end = self.ends.get(week as usize).copied().unwrap_or(0);
        let start = week.checked_sub(1).and_then(|before| self.ends.get(before as usize)).copied().unwrap_or(0);
        let openings = self.openings.get(start as usize..end as usize).unwrap_or_default();
        openings.iter().any(|[from, until]| (*from..*until).contains(&minute))
    }
}
