//! The rehearsal's clock: a load generator measures time at its own sockets, so it must read one.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

#[allow(clippy::disallowed_methods, reason = "what is measured here is real time between real packets")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

#[allow(clippy::disallowed_methods, reason = "each simulated person is a task that its own run waits for")]
pub(crate) fn spawn<T: Send + 'static>(task: impl Future<Output = T> + Send + 'static) -> tokio::task::JoinHandle<T> {
    tokio::spawn(task)
}

/// Random bytes, for tags and secrets of simulated people.
pub(crate) fn random() -> u64 {
    let mut bytes = [0; 8];
    // Without random numbers two simulated callers could share a tag; the run then says so by failing.
    let _fill = getrandom::fill(&mut bytes);
    u64::from_le_bytes(bytes)
}

/// Seconds from a moment until now.
pub(crate) fn seconds_since(moment: Instant) -> f64 {
    moment.elapsed().as_secs_f64()
}

/// Nanoseconds from a moment until now.
pub(crate) fn nanoseconds_since(moment: Instant) -> u128 {
    moment.elapsed().as_nanos()
}

/// Microseconds of the wall clock, which every process on this machine shares. Only differences are used: it goes round in 71
/// minutes.
#[allow(clippy::disallowed_methods, reason = "what is measured here is real time between real packets")]
pub(crate) fn microseconds() -> u32 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    (since.as_micros() & u128::from(u32::MAX)) as u32
}
