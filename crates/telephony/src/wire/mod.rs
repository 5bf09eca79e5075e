//! Sockets and the clock: the only files of this room that touch either.

pub(crate) mod media_thread;
pub(crate) mod sip_socket;
