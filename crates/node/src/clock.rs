//! The node's clock: the only place in this room that reads one.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::time::{Duration, Instant};
use switchboard::{LocalMinute, Moment};

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

    /// The minute of the week in a time zone.
    pub(crate) fn local(self, zone: &TimeZone) -> LocalMinute {
        let local = Timestamp::now().to_zoned(zone.clone());
        let weekday = local.weekday().to_monday_zero_offset();
        let parts = (u8::try_from(weekday), u8::try_from(local.hour()), u8::try_from(local.minute()));
        let minute = match parts {
            (Ok(weekday), Ok(hour), Ok(minute)) => LocalMinute::new(weekday, hour, minute),
            _ => None,
        };
        // A calendar always gives a day of seven and an hour of twenty-four; Monday's midnight stands for the rest.
        minute.or(LocalMinute::new(0, 0, 0)).unwrap_or_else(|| unreachable!("midnight is a minute of the week"))
    }
}
