//! The node's clock: the only place in this room that reads one.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::time::{Duration, Instant};
use switchboard::{Moment, Utc, Zone};

/// Monotonic time since the node started, and wall time for the record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    started: Instant,
}

#[allow(clippy::disallowed_methods, reason = "the node stamps inputs: it is the one room that may read both clocks")]
impl Clock {
    pub(crate) fn start() -> Self {
        Self { started: Instant::now() }
    }

    pub(crate) fn moment(self) -> Moment {
        Moment(u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    /// Time since the start in nanoseconds' grain, for measuring ourselves.
    pub(crate) fn elapsed(self) -> Duration {
        self.started.elapsed()
    }

    pub(crate) fn wall_ms(self) -> i64 {
        Timestamp::now().as_millisecond()
    }
}

/// A zone by its name, with its changes from two years ago to ten years ahead; a program that runs for longer is started
/// again before.
#[must_use]
#[allow(clippy::disallowed_methods, reason = "the table of a zone is made around the present")]
pub fn zone(name: &str) -> Option<Zone> {
    let known = TimeZone::get(name).ok()?;
    let year = SignedDuration::from_hours(24 * 365);
    let (from, until) = (Timestamp::now() - year * 2, Timestamp::now() + year * 10);
    let minutes = |at: Timestamp| known.to_offset(at).seconds() / 60;
    let mut offsets = vec![(Utc(from.as_millisecond()), minutes(from))];
    let changes = known.following(from).take_while(|change| change.timestamp() < until);
    offsets.extend(changes.map(|change| (Utc(change.timestamp().as_millisecond()), change.offset().seconds() / 60)));
    Some(Zone::new(name, offsets))
}

#[cfg(test)]
mod tests {
    use super::*;
    use switchboard::Date;

    #[test]
    fn a_zone_knows_its_summers() {
        let paris = zone("Europe/Paris").unwrap();
        let at = |date: &str| Utc(Date::try_from(date.to_owned()).unwrap().days() * 86_400_000);
        assert_eq!(paris.local(at("2027-01-15")).minute, 60);
        assert_eq!(paris.local(at("2027-07-15")).minute, 120);
        assert_eq!(zone("Indian/Reunion").unwrap().local(at("2027-07-15")).minute, 240);
        assert!(zone("Europe/Nowhere").is_none());
    }
}
