//! The formulas: counts first, and every rate from the counts.

use super::super::percentile::nearest_rank;
use super::{Contact, Duty, Fate, LevelOf, Period, Thresholds};

/// How many calls had which fate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Calls that reached the line (O).
    pub offered: u64,
    /// Over before anybody was looked for (G).
    pub before_queue: u64,
    /// Answered by a listener (A).
    pub answered: u64,
    /// Left while somebody was looked for (Ab).
    pub abandoned: u64,
    /// Taken by another service alone (F).
    pub flowed_out: u64,
    /// Turned away, lost by a fault, or left with a last word (K).
    pub blocked: u64,
    /// Not over, and nobody heard yet.
    pub open: u64,
}

impl Counts {
    /// Those for whom somebody was looked for, with an end that is known (Q): `A + Ab + F + K`.
    #[must_use]
    pub fn queued(&self) -> u64 {
        [self.answered, self.abandoned, self.flowed_out, self.blocked].iter().sum()
    }
}

/// How many were within a threshold of [`Thresholds`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Within {
    /// Answered within the time of the service level.
    pub answered: u64,
    /// Abandoned within the time of the service level.
    pub abandoned: u64,
    /// Abandoned within the short threshold.
    pub abandoned_short: u64,
}

/// How long answered callers waited, in milliseconds; percentiles by nearest rank.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Delays {
    /// On average.
    pub mean_ms: Option<f64>,
    /// Half waited no longer.
    pub p50_ms: Option<i64>,
    /// Nine in ten.
    pub p90_ms: Option<i64>,
    /// Ninety-nine in a hundred.
    pub p99_ms: Option<i64>,
}

impl Delays {
    fn of(mut waits: Vec<i64>) -> Self {
        waits.sort_unstable();
        let sum = waits.iter().fold(0_i64, |sum, wait| sum.saturating_add(*wait));
        Self {
            mean_ms: mean(sum, u64::try_from(waits.len()).unwrap_or(u64::MAX)),
            p50_ms: nearest_rank(&waits, 50),
            p90_ms: nearest_rank(&waits, 90),
            p99_ms: nearest_rank(&waits, 99),
        }
    }
}

/// What answered calls that are over cost the listeners, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HandlingSum {
    /// How many such calls.
    pub calls: u64,
    /// Talk, holds included.
    pub talk_ms: i64,
    /// The holds within it.
    pub hold_ms: i64,
    /// The work after.
    pub after_ms: i64,
}

/// The figures of a period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// What the reader chose.
    pub thresholds: Thresholds,
    /// How many calls had which fate.
    pub counts: Counts,
    /// How many were within a threshold.
    pub within: Within,
    /// Delays of the answered from the queue.
    pub from_queue: Delays,
    /// Delays of the answered from the first ring.
    pub from_ring: Delays,
    /// The longest delay from the queue, of those answered and of those who left, in milliseconds.
    pub longest_ms: Option<i64>,
    /// All delays from the queue together, of those answered and of those who left, in milliseconds.
    pub all_waits_ms: i64,
    /// What the calls cost the listeners.
    pub handling: HandlingSum,
    /// What the listeners of all lines did.
    pub duty: Duty,
}

impl Figures {
    /// Counts a period.
    #[must_use]
    pub fn of(period: &Period, thresholds: Thresholds) -> Self {
        let mut figures = Self {
            thresholds,
            counts: Counts::default(),
            within: Within::default(),
            from_queue: Delays::default(),
            from_ring: Delays::default(),
            longest_ms: None,
            all_waits_ms: 0,
            handling: HandlingSum::default(),
            duty: period.duty,
        };
        for contact in &period.contacts {
            figures.add(contact);
        }
        let waits = |of: fn(&Contact) -> Option<i64>| {
            Delays::of(period.contacts.iter().filter(|one| one.fate == Fate::Answered).filter_map(of).collect())
        };
        figures.from_queue = waits(|contact| contact.queue_wait_ms);
        figures.from_ring = waits(|contact| contact.ring_wait_ms);
        figures
    }

    fn add(&mut self, contact: &Contact) {
        let counts = &mut self.counts;
        counts.offered += 1;
        let counter = match contact.fate {
            Fate::BeforeQueue => &mut counts.before_queue,
            Fate::Answered => &mut counts.answered,
            Fate::Abandoned => &mut counts.abandoned,
            Fate::FlowedOut => &mut counts.flowed_out,
            Fate::Blocked => &mut counts.blocked,
            Fate::Open => &mut counts.open,
        };
        *counter += 1;
        if let (Fate::Answered | Fate::Abandoned, Some(wait)) = (contact.fate, contact.queue_wait_ms) {
            self.longest_ms = self.longest_ms.max(Some(wait));
            self.all_waits_ms = self.all_waits_ms.saturating_add(wait);
            let in_time = u64::from(wait <= self.thresholds.level_ms);
            if contact.fate == Fate::Answered {
                self.within.answered += in_time;
            } else {
                self.within.abandoned += in_time;
                self.within.abandoned_short += u64::from(wait <= self.thresholds.short_ms);
            }
        }
        if let (Fate::Answered, Some(cost)) = (contact.fate, contact.handling) {
            let sum = &mut self.handling;
            sum.calls += 1;
            sum.talk_ms = sum.talk_ms.saturating_add(cost.talk_ms);
            sum.hold_ms = sum.hold_ms.saturating_add(cost.hold_ms);
            sum.after_ms = sum.after_ms.saturating_add(cost.after_ms);
        }
    }

    /// Answered by a listener, of all queued: `A / Q`.
    #[must_use]
    pub fn answer_rate(&self) -> Option<f64> {
        share(self.counts.answered, self.counts.queued())
    }

    /// Answered by a listener or by another service, of all queued: `(A + F) / Q`.
    #[must_use]
    pub fn network_answer_rate(&self) -> Option<f64> {
        share(self.counts.answered + self.counts.flowed_out, self.counts.queued())
    }

    /// Answered, of the queued who did not leave at once: `A / (Q - Ab_s)`.
    #[must_use]
    pub fn answer_rate_without_short(&self) -> Option<f64> {
        share(self.counts.answered, self.counts.queued().saturating_sub(self.within.abandoned_short))
    }

    /// Abandoned, of all queued: `Ab / Q`.
    #[must_use]
    pub fn abandonment(&self) -> Option<f64> {
        share(self.counts.abandoned, self.counts.queued())
    }

    /// Abandoned after the short threshold, of the queued who did not leave before it: `(Ab - Ab_s) / (Q - Ab_s)`.
    #[must_use]
    pub fn abandonment_without_short(&self) -> Option<f64> {
        let short = self.within.abandoned_short;
        share(self.counts.abandoned.saturating_sub(short), self.counts.queued().saturating_sub(short))
    }

    /// Taken by another service alone, of all queued: `F / Q`.
    #[must_use]
    pub fn flow_out(&self) -> Option<f64> {
        share(self.counts.flowed_out, self.counts.queued())
    }

    /// Turned away or lost, of all queued: `K / Q`.
    #[must_use]
    pub fn blockage(&self) -> Option<f64> {
        share(self.counts.blocked, self.counts.queued())
    }

    /// Answered in time, by the definition that the reader chose; see [`LevelOf`].
    #[must_use]
    pub fn service_level(&self) -> Option<f64> {
        let of = match self.thresholds.level_of {
            LevelOf::Queued => self.counts.queued(),
            LevelOf::AnsweredOrAbandoned => self.counts.answered + self.counts.abandoned,
            LevelOf::Patient => self.counts.queued().saturating_sub(self.within.abandoned),
        };
        share(self.within.answered, of)
    }

    /// What an answered call costs on average, in milliseconds: talk, hold within it and the work after, `Σ / A`.
    #[must_use]
    pub fn mean_handling_ms(&self) -> Option<f64> {
        mean(self.handling.talk_ms.saturating_add(self.handling.after_ms), self.handling.calls)
    }

    /// The talk of an answered call on average, holds included, in milliseconds.
    #[must_use]
    pub fn mean_talk_ms(&self) -> Option<f64> {
        mean(self.handling.talk_ms, self.handling.calls)
    }

    /// The holds of an answered call on average, in milliseconds.
    #[must_use]
    pub fn mean_hold_ms(&self) -> Option<f64> {
        mean(self.handling.hold_ms, self.handling.calls)
    }

    /// The work after an answered call on average, in milliseconds.
    #[must_use]
    pub fn mean_after_ms(&self) -> Option<f64> {
        mean(self.handling.after_ms, self.handling.calls)
    }

    /// Which share of their time on duty the listeners of all lines were busy with calls: `Σ handling / Σ (handling + available)`.
    #[must_use]
    pub fn occupancy(&self) -> Option<f64> {
        let all = self.duty.handling_ms.saturating_add(self.duty.available_ms);
        // Milliseconds of a year of a thousand people are far below 2^53, so nothing is lost.
        (all > 0).then(|| self.duty.handling_ms as f64 / all as f64)
    }
}

fn share(part: u64, of: u64) -> Option<f64> {
    // Counts of calls are far below 2^53, so nothing is lost.
    (of > 0).then(|| part as f64 / of as f64)
}

fn mean(sum: i64, many: u64) -> Option<f64> {
    // As above.
    (many > 0).then(|| sum as f64 / many as f64)
}

#[cfg(test)]
mod tests {
    use super::super::Handling;
    use super::*;

    fn waited(fate: Fate, seconds: i64) -> Contact {
        let wait = Some(seconds * 1000);
        Contact {
            arrived_ms: 0,
            fate,
            queue_wait_ms: wait,
            ring_wait_ms: wait.map(|wait| wait + 8_000),
            handling: None,
        }
    }

    fn gone(fate: Fate) -> Contact {
        Contact { arrived_ms: 0, fate, queue_wait_ms: None, ring_wait_ms: None, handling: None }
    }

    /// Sixteen calls: two before the queue, one still open, and of the thirteen others eight answered, three abandoned (one of
    /// them at once), one taken by another service, one turned away.
    fn night() -> Period {
        let mut contacts =
            vec![gone(Fate::BeforeQueue), gone(Fate::BeforeQueue), gone(Fate::Open), gone(Fate::Blocked)];
        contacts.extend([2, 5, 10, 20, 21, 30, 60, 300].map(|wait| waited(Fate::Answered, wait)));
        contacts.extend([10, 20, 400].map(|wait| waited(Fate::Abandoned, wait)));
        contacts.push(waited(Fate::FlowedOut, 90));
        for contact in contacts.iter_mut().filter(|contact| contact.fate == Fate::Answered).skip(1) {
            contact.handling = Some(Handling { talk_ms: 60_000, hold_ms: 5_000, after_ms: 20_000 });
        }
        Period { contacts, duty: Duty { handling_ms: 3_000, available_ms: 9_000 } }
    }

    fn close(found: Option<f64>, expected: f64) {
        let found = found.unwrap();
        assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
    }

    #[test]
    fn the_identities_hold() {
        let counts = Figures::of(&night(), Thresholds::default()).counts;
        assert_eq!(counts.queued(), counts.answered + counts.abandoned + counts.flowed_out + counts.blocked);
        assert_eq!(counts.offered, counts.before_queue + counts.queued() + counts.open);
        assert_eq!((counts.offered, counts.queued(), counts.answered, counts.abandoned), (16, 13, 8, 3));
    }

    #[test]
    fn rates_are_those_of_the_field() {
        let figures = Figures::of(&night(), Thresholds::default());
        close(figures.answer_rate(), 8.0 / 13.0);
        close(figures.network_answer_rate(), 9.0 / 13.0);
        close(figures.answer_rate_without_short(), 8.0 / 12.0);
        close(figures.abandonment(), 3.0 / 13.0);
        close(figures.abandonment_without_short(), 2.0 / 12.0);
        close(figures.flow_out(), 1.0 / 13.0);
        close(figures.blockage(), 1.0 / 13.0);
        close(figures.occupancy(), 0.25);
    }

    #[test]
    fn a_service_level_is_one_of_three_and_its_time_is_part_of_it() {
        let level = |level_of, seconds: i64| {
            let thresholds = Thresholds { level_of, level_ms: seconds * 1000, ..Thresholds::default() };
            Figures::of(&night(), thresholds).service_level()
        };
        close(level(LevelOf::Queued, 20), 4.0 / 13.0);
        close(level(LevelOf::AnsweredOrAbandoned, 20), 4.0 / 11.0);
        close(level(LevelOf::Patient, 20), 4.0 / 11.0);
        close(level(LevelOf::Patient, 5), 2.0 / 13.0);
        close(level(LevelOf::Queued, 300), 8.0 / 13.0);
    }

    #[test]
    fn delays_have_percentiles_and_the_longest_is_of_those_who_left_too() {
        let figures = Figures::of(&night(), Thresholds::default());
        let queue = figures.from_queue;
        assert_eq!((queue.p50_ms, queue.p90_ms, queue.p99_ms), (Some(20_000), Some(300_000), Some(300_000)));
        close(queue.mean_ms, 56_000.0);
        assert_eq!(figures.from_ring.p50_ms, Some(28_000));
        assert_eq!(figures.longest_ms, Some(400_000));
        assert_eq!(figures.all_waits_ms, 448_000 + 430_000);
    }

    #[test]
    fn handling_is_of_the_calls_that_are_over() {
        let figures = Figures::of(&night(), Thresholds::default());
        assert_eq!(figures.handling.calls, 7);
        close(figures.mean_handling_ms(), 80_000.0);
        close(figures.mean_talk_ms(), 60_000.0);
        close(figures.mean_hold_ms(), 5_000.0);
        close(figures.mean_after_ms(), 20_000.0);
    }

    #[test]
    fn an_empty_period_has_no_rate_rather_than_a_nought() {
        let figures = Figures::of(&Period::default(), Thresholds::default());
        let rates = [figures.answer_rate(), figures.abandonment(), figures.service_level(), figures.occupancy()];
        assert_eq!(rates, [None; 4]);
        assert_eq!((figures.mean_handling_ms(), figures.longest_ms), (None, None));
        assert_eq!(figures.from_queue, Delays::default());
    }
}
