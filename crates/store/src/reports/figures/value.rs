//! The figures as a list: what a page, a file and a terminal show, in the same order and under the same keys.

use super::Figures;

/// The value of a figure, in its unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// A number of calls.
    Count(u64),
    /// A share from 0 to 1; none when there was nothing to take it of.
    Share(Option<f64>),
    /// A length in milliseconds; none when there was nothing to measure.
    Time(Option<f64>),
}

impl Value {
    /// The unit, as files name it. Times are in seconds there.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self {
            Self::Count(_) => "calls",
            Self::Share(_) => "share",
            Self::Time(_) => "seconds",
        }
    }

    /// The value in that unit; none when there is none.
    #[must_use]
    pub fn number(self) -> Option<f64> {
        match self {
            // Counts of calls are far below 2^53, so nothing is lost.
            Self::Count(count) => Some(count as f64),
            Self::Share(share) => share,
            Self::Time(time) => time.map(|time| time / 1000.0),
        }
    }

    /// The value as files write it, with a point and no more digits than are meant; empty when there is none.
    #[must_use]
    pub fn written(self) -> String {
        match self {
            Self::Count(count) => count.to_string(),
            Self::Share(share) => share.map_or_else(String::new, |share| format!("{share:.4}")),
            Self::Time(time) => time.map_or_else(String::new, |time| format!("{:.3}", time / 1000.0)),
        }
    }
}

/// One figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figure {
    /// Its key word, in files and in the words of pages.
    pub key: &'static str,
    /// Its value.
    pub value: Value,
}

impl Figures {
    /// Every figure, in the order in which it is read.
    #[must_use]
    pub fn list(&self) -> Vec<Figure> {
        let counts = &self.counts;
        // Milliseconds of a wait are far below 2^53, so nothing is lost.
        let time = |time: Option<i64>| Value::Time(time.map(|time| time as f64));
        let figures = [
            ("offered", Value::Count(counts.offered)),
            ("before_queue", Value::Count(counts.before_queue)),
            ("queued", Value::Count(counts.queued())),
            ("answered_by_human", Value::Count(counts.answered)),
            ("abandoned", Value::Count(counts.abandoned)),
            ("abandoned_short", Value::Count(self.within.abandoned_short)),
            ("flowed_out", Value::Count(counts.flowed_out)),
            ("blocked", Value::Count(counts.blocked)),
            ("open", Value::Count(counts.open)),
            ("answer_rate", Value::Share(self.answer_rate())),
            ("answer_rate_without_short", Value::Share(self.answer_rate_without_short())),
            ("network_answer_rate", Value::Share(self.network_answer_rate())),
            ("abandonment", Value::Share(self.abandonment())),
            ("abandonment_without_short", Value::Share(self.abandonment_without_short())),
            ("flow_out", Value::Share(self.flow_out())),
            ("blockage", Value::Share(self.blockage())),
            ("service_level", Value::Share(self.service_level())),
            ("answer_mean", Value::Time(self.from_queue.mean_ms)),
            ("answer_p50", time(self.from_queue.p50_ms)),
            ("answer_p90", time(self.from_queue.p90_ms)),
            ("answer_p99", time(self.from_queue.p99_ms)),
            ("ring_p50", time(self.from_ring.p50_ms)),
            ("ring_p90", time(self.from_ring.p90_ms)),
            ("ring_p99", time(self.from_ring.p99_ms)),
            ("longest_delay", time(self.longest_ms)),
            ("handling", Value::Time(self.mean_handling_ms())),
            ("talk", Value::Time(self.mean_talk_ms())),
            ("hold", Value::Time(self.mean_hold_ms())),
            ("after_call", Value::Time(self.mean_after_ms())),
            ("occupancy", Value::Share(self.occupancy())),
        ];
        figures.into_iter().map(|(key, value)| Figure { key, value }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Period, Thresholds};
    use super::*;

    #[test]
    fn files_write_a_point_and_leave_empty_what_is_not_there() {
        let written = [Value::Count(12), Value::Share(Some(2.0 / 3.0)), Value::Time(Some(1234.5)), Value::Share(None)];
        assert_eq!(written.map(Value::written), ["12", "0.6667", "1.234", ""]);
        assert_eq!(Value::Time(Some(1500.0)).number(), Some(1.5));
    }

    #[test]
    fn every_key_is_there_once() {
        let list = Figures::of(&Period::default(), Thresholds::default()).list();
        let mut keys: Vec<_> = list.iter().map(|figure| figure.key).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), list.len());
    }
}
