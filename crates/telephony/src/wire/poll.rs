//! Waiting for sockets, over epoll(7). A socket is told of for as long as it has something to read, not only when something
//! came: one read a turn is enough, where telling only once would need a second, empty one to be sure.

use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use rustix::event::{EventfdFlags, Timespec, eventfd};
use rustix::fd::{AsFd, OwnedFd};
use std::io;
use std::mem::MaybeUninit;
use std::sync::Arc;
use std::time::Duration;

/// What a socket is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Token(pub(super) u64);

/// How many sockets are told of in one turn.
const TOLD: usize = 256;
const WAKER: Token = Token(u64::MAX);

/// Sockets that are waited for.
pub(super) struct Poll {
    epoll: OwnedFd,
    wake: Arc<OwnedFd>,
}

/// Ends a wait from another thread.
#[derive(Debug, Clone)]
pub(crate) struct Waker(Arc<OwnedFd>);

impl Waker {
    /// Ends the wait that goes on, or the next.
    pub(crate) fn wake(&self) {
        // It fails only where 2^64 calls to wake were not seen yet: then one more is not needed.
        let _full = rustix::io::write(&*self.0, &1_u64.to_ne_bytes());
    }
}

impl Poll {
    /// # Errors
    /// When the system has no file descriptors left.
    pub(super) fn new() -> io::Result<Self> {
        let epoll = epoll::create(CreateFlags::CLOEXEC)?;
        let wake = Arc::new(eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?);
        epoll::add(&epoll, &*wake, EventData::new_u64(WAKER.0), EventFlags::IN)?;
        Ok(Self { epoll, wake })
    }

    pub(super) fn waker(&self) -> Waker {
        Waker(Arc::clone(&self.wake))
    }

    /// Waits for this socket too.
    ///
    /// # Errors
    /// When the system does not take it.
    pub(super) fn watch(&self, socket: impl AsFd, token: Token) -> io::Result<()> {
        Ok(epoll::add(&self.epoll, socket, EventData::new_u64(token.0), EventFlags::IN)?)
    }

    /// Waits for this socket no longer.
    pub(super) fn unwatch(&self, socket: impl AsFd) {
        // One that could not be watched is not there.
        let _unwatched = epoll::delete(&self.epoll, socket);
    }

    /// Waits until a socket has something to read, somebody wakes, or the time is over; which have something.
    pub(super) fn wait(&self, at_most: Duration, told: &mut Vec<Token>) {
        // Rounded up, as waking before the time would only mean to wait once more.
        let milliseconds = at_most.as_nanos().div_ceil(1_000_000);
        let wait = Duration::from_millis(u64::try_from(milliseconds).unwrap_or(u64::MAX));
        let timeout = Timespec { tv_sec: wait.as_secs().cast_signed(), tv_nsec: i64::from(wait.subsec_nanos()) };
        told.clear();
        let mut events = [const { MaybeUninit::<Event>::uninit() }; TOLD];
        // An interrupted wait saw nothing: whoever waits looks at everything again.
        let Ok((events, _)) = epoll::wait(&self.epoll, &mut events, Some(&timeout)) else { return };
        told.extend(events.iter().map(|event| Token({ event.data }.u64())));
        if told.contains(&WAKER) {
            let _empty = rustix::io::read(&*self.wake, &mut [0_u8; 8]);
            told.retain(|token| *token != WAKER);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::UdpSocket;

    const SHORT: Duration = Duration::from_millis(5);

    fn waited(poll: &Poll, at_most: Duration) -> Vec<Token> {
        let mut told = Vec::new();
        poll.wait(at_most, &mut told);
        told
    }

    #[test]
    fn a_socket_is_told_of_until_it_was_read() {
        let poll = Poll::new().unwrap();
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        poll.watch(&socket, Token(7)).unwrap();
        assert_eq!(waited(&poll, SHORT), []);
        socket.send_to(b"x", socket.local_addr().unwrap()).unwrap();
        let long = Duration::from_secs(10);
        assert_eq!((waited(&poll, long), waited(&poll, long)), (vec![Token(7)], vec![Token(7)]));
        socket.recv_from(&mut [0; 4]).unwrap();
        assert_eq!(waited(&poll, SHORT), []);
        socket.send_to(b"x", socket.local_addr().unwrap()).unwrap();
        poll.unwatch(&socket);
        assert_eq!(waited(&poll, SHORT), []);
    }

    #[test]
    fn a_wait_is_ended_from_another_thread_once_for_any_number_of_calls() {
        let poll = Poll::new().unwrap();
        let waker = poll.waker();
        let other = std::thread::Builder::new().spawn(move || (0..3).for_each(|_| waker.wake())).unwrap();
        // Without the waker this would wait for ever, which the test's own time would show.
        assert_eq!(waited(&poll, Duration::from_secs(3_600)), []);
        other.join().unwrap();
        assert_eq!(waited(&poll, SHORT), []);
    }
}
