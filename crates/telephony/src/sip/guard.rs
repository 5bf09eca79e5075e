//! The guard of the trunk's sockets: how much is taken ([`super::limits`]), then what it must look like ([`super::edge`]).
//! Pure but for its lock; one guard stands before all sockets, over UDP as over TCP.

use super::edge::{self, Verdict};
use super::limits::{Bounds, Excess, Limits};
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Counts of what came to the SIP sockets, for metrics. No address is among them.
#[derive(Debug, Default)]
pub struct EdgeFigures {
    /// Messages handed to the SIP stack.
    pub passed: AtomicU64,
    /// Messages of peers that were answered with what is wrong about them (4xx, 5xx).
    pub refused: AtomicU64,
    /// Messages of peers that were dropped in silence: no SIP, a broken response or ACK, or a keep-alive.
    pub dropped: AtomicU64,
    /// Requests beyond what one source, or all together, may send.
    pub excess_requests: AtomicU64,
    /// New calls beyond what one source may begin in a short time.
    pub excess_calls: AtomicU64,
    /// New calls while too many others were under way.
    pub excess_live: AtomicU64,
    /// Responses and requests that end calls, beyond what one source may send.
    pub excess_endings: AtomicU64,
    /// New calls that were put off with 503, of those beyond a measure.
    pub put_off: AtomicU64,
    /// Messages from addresses that are no peers.
    pub strangers: AtomicU64,
    /// How many sources have a measure of their own now.
    pub sources: AtomicU64,
    /// How many new calls count as under way now.
    pub live: AtomicU64,
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// The guard.
#[derive(Debug)]
pub struct Guard {
    limits: Mutex<Limits>,
    figures: EdgeFigures,
}

impl Guard {
    /// Starts with every measure full.
    #[must_use]
    pub fn new(bounds: Bounds, now: Instant) -> Self {
        Self { limits: Mutex::new(Limits::new(bounds, now)), figures: EdgeFigures::default() }
    }

    /// What was counted.
    #[must_use]
    pub fn figures(&self) -> &EdgeFigures {
        &self.figures
    }

    /// What is to be done with a message from a peer.
    pub fn examine<'a>(&self, from: IpAddr, message: &'a [u8], now: Instant) -> Verdict<'a> {
        if let Err(excess) = self.within(|limits| limits.admit(from, edge::kind(message), now)) {
            return self.too_much(excess, message, now);
        }
        let verdict = edge::judge(message);
        match &verdict {
            Verdict::Pass(passed) => {
                let opened = edge::opened(passed);
                if let Some(name) = opened
                    && let Err(excess) = self.within(|limits| limits.open(from, name, now))
                {
                    return self.too_much(excess, message, now);
                }
                count(&self.figures.passed);
            }
            Verdict::Answer(_) => count(&self.figures.refused),
            Verdict::Drop => count(&self.figures.dropped),
        }
        verdict
    }

    /// The answer to a message of somebody who is no peer, if one is due.
    pub fn turn_away(&self, message: &[u8], now: Instant) -> Option<Vec<u8>> {
        count(&self.figures.strangers);
        if !self.within(|limits| limits.may_answer_stranger(now)) {
            return None;
        }
        edge::turn_away(message)
    }

    /// A call that is too much is told to come back; anything else meets silence, and is sent again by who means it.
    fn too_much(&self, excess: Excess, message: &[u8], now: Instant) -> Verdict<'static> {
        count(match excess {
            Excess::Requests => &self.figures.excess_requests,
            Excess::Endings => &self.figures.excess_endings,
            Excess::Openings => &self.figures.excess_calls,
            Excess::Live => &self.figures.excess_live,
        });
        if !edge::is_invite(message) || !self.within(|limits| limits.may_refuse(now)) {
            return Verdict::Drop;
        }
        let answer = edge::put_off(message);
        if answer.is_some() {
            count(&self.figures.put_off);
        }
        answer.into()
    }

    fn within<T>(&self, ask: impl FnOnce(&mut Limits) -> T) -> T {
        let mut limits = self.limits.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = ask(&mut limits);
        self.figures.sources.store(limits.sources() as u64, Ordering::Relaxed);
        self.figures.live.store(limits.live() as u64, Ordering::Relaxed);
        answer
    }
}

#[cfg(test)]
mod tests;
