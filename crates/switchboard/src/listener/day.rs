//! A listener's day: how long they talked, and how hard it was. What the router knows to spare them.

use crate::plan::ListenerCare;
use crate::{Moment, RestReason};
use std::collections::VecDeque;

const HOUR: u64 = 3_600_000;
/// What is older than this no longer counts, in milliseconds: a night's sleep lies between.
const DAY: u64 = 12 * HOUR;
/// The shortest rest worth its name, in milliseconds.
const SHORTEST_REST: u64 = 60_000;

/// The talks and care records of the last twelve hours.
#[derive(Debug, Default)]
pub(crate) struct Day {
    /// From when until when the listener was with a caller or writing.
    busy: VecDeque<(Moment, Moment)>,
    /// When calls of grade 4 and 5 ended.
    severe: VecDeque<Moment>,
    /// Until when the listener rests. Whoever leaves and comes back within the rest goes on resting: the end of a shift
    /// or a new sign-in must not cut it short.
    rests_until: Option<Moment>,
}

impl Day {
    /// Adds a time of being busy.
    pub(crate) fn was_busy(&mut self, from: Moment, until: Moment) {
        match self.busy.back_mut() {
            // The care record follows its talk: one span.
            Some((_, last)) if *last == from => *last = until,
            Some(_) | None => self.busy.push_back((from, until)),
        }
        self.forget(until);
    }

    /// Adds a severe call.
    pub(crate) fn was_severe(&mut self, now: Moment) {
        self.severe.push_back(now);
        self.forget(now);
    }

    /// A rest begins.
    pub(crate) fn rests_until(&mut self, until: Moment) {
        self.rests_until = Some(until);
    }

    /// The rest is over before its time: a supervisor lifted it.
    pub(crate) fn rest_is_lifted(&mut self) {
        self.rests_until = None;
    }

    /// Until when a rest still lasts.
    pub(crate) fn rest_left(&self, now: Moment) -> Option<Moment> {
        self.rests_until.filter(|until| *until > now)
    }

    fn forget(&mut self, now: Moment) {
        let since = Moment(now.0.saturating_sub(DAY));
        while self.busy.front().is_some_and(|(_, until)| *until < since) {
            self.busy.pop_front();
        }
        while self.severe.front().is_some_and(|at| *at < since) {
            self.severe.pop_front();
        }
    }

    /// Whether so many severe calls were taken that the next one known to be severe should go to somebody else.
    pub(crate) fn capped(&self, now: Moment, care: &ListenerCare) -> bool {
        let since = Moment(now.0.saturating_sub(DAY));
        self.severe.iter().filter(|at| **at >= since).count() >= usize::from(care.severe_calls)
    }

    /// How much later in line the load of the day puts the listener, in milliseconds.
    pub(crate) fn handicap(&self, now: Moment, care: &ListenerCare) -> u64 {
        let since = Moment(now.0.saturating_sub(DAY));
        let busy = self.busy_since(since, now);
        let severe = self.severe.iter().filter(|at| **at >= since).count() as u64;
        busy * u64::from(care.load_handicap_seconds) / 3600 + severe * u64::from(care.severe_handicap_seconds) * 1000
    }

    /// Milliseconds of being busy from `since` to `now`.
    fn busy_since(&self, since: Moment, now: Moment) -> u64 {
        self.busy.iter().map(|(from, until)| (*until).min(now).since((*from).max(since))).sum()
    }

    /// The rest that is due when a care record is closed, after a talk of so many milliseconds.
    pub(crate) fn rest(&self, talk: u64, severe: bool, now: Moment, care: &ListenerCare) -> Option<(RestReason, u64)> {
        let seconds = |seconds: u32| u64::from(seconds) * 1000;
        let mut rests = Vec::new();
        if severe {
            rests.push((RestReason::SevereCall, seconds(care.severe_rest_seconds)));
        }
        if talk >= seconds(care.long_talk_seconds) {
            rests.push((RestReason::LongTalk, seconds(care.long_talk_rest_seconds)));
        }
        let ceiling = HOUR * u64::from(care.occupancy_ceiling.min(100)) / 100;
        let over = self.busy_since(Moment(now.0.saturating_sub(HOUR)), now).saturating_sub(ceiling);
        if over > 0 {
            rests.push((RestReason::Occupancy, over.max(SHORTEST_REST)));
        }
        rests.into_iter().filter(|(_, rest)| *rest > 0).max_by_key(|(_, rest)| *rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: u64 = 60_000;

    fn at(minutes: u64) -> Moment {
        Moment(100 * HOUR + minutes * MINUTE)
    }

    #[test]
    fn the_longest_rest_that_is_due_is_given() {
        let care = ListenerCare::default();
        let day = Day::default();
        assert_eq!(day.rest(44 * MINUTE, false, at(50), &care), None);
        assert_eq!(day.rest(45 * MINUTE, false, at(50), &care), Some((RestReason::LongTalk, 5 * MINUTE)));
        assert_eq!(day.rest(50 * MINUTE, true, at(50), &care), Some((RestReason::SevereCall, 10 * MINUTE)));
    }

    #[test]
    fn somebody_busy_for_all_of_the_last_hour_rests_until_below_the_ceiling() {
        let care = ListenerCare::default();
        let mut day = Day::default();
        day.was_busy(at(0), at(30));
        day.was_busy(at(30), at(60));
        assert_eq!(day.busy.len(), 1, "a record follows its talk");
        assert_eq!(day.rest(30 * MINUTE, false, at(60), &care), Some((RestReason::Occupancy, 6 * MINUTE)));
        assert_eq!(day.rest(0, false, at(67), &care), None, "rested enough");
    }

    #[test]
    fn a_hard_day_puts_others_first_and_a_night_forgets_it() {
        let care = ListenerCare::default();
        let mut day = Day::default();
        day.was_busy(at(0), at(60));
        assert_eq!(day.handicap(at(60), &care), 120_000);
        day.was_severe(at(60));
        assert_eq!(day.handicap(at(60), &care), 420_000);
        assert!(!day.capped(at(60), &care));
        day.was_severe(at(61));
        day.was_severe(at(62));
        assert!(day.capped(at(62), &care) && !day.capped(at(62 + 12 * 60 + 1), &care));
        assert_eq!(day.handicap(at(62 + 13 * 60), &care), 0);
    }
}
