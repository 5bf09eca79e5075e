//! Sockets and the clock: the only files of this room that touch either.

pub(crate) mod media_thread;
mod poll;
pub(crate) mod sip_socket;

/// The time of the wall clock, in seconds since 1970: keys of tags are as old as it says.
#[allow(clippy::disallowed_methods, reason = "this room's clock: the wire reads it and hands it on as a parameter")]
pub(crate) fn wall_seconds() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// This moment, for lengths of time.
#[allow(clippy::disallowed_methods, reason = "this room's clock: the wire reads it and hands it on as a parameter")]
pub(crate) fn moment() -> std::time::Instant {
    std::time::Instant::now()
}
