//! How much of what comes is taken: by source and in all. Pure, and of bounded memory; time is a parameter.
//!
//! A trunk peer is trusted to be who it is, not to be well: a gateway that loops, or somebody who writes its address on
//! their datagrams, must not take the house down with it. What ends calls has a measure of its own, so that whoever talks
//! can always hang up. Only addresses of peers are remembered, and those of a trunk say nothing of who calls.

use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::{BuildHasher, Hash, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::time::{Duration, Instant};

/// So many a second, and so many at once after a rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many a second, for as long as one likes. Zero counts as one.
    pub per_second: u32,
    /// How many at once.
    pub burst: u32,
}

impl Rate {
    fn interval(self) -> Duration {
        Duration::from_nanos(1_000_000_000 / u64::from(self.per_second.max(1)))
    }
}

/// The measures. What a busy trunk needs is far below them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Requests from one source, calls among them.
    pub requests: Rate,
    /// New calls from one source.
    pub openings: Rate,
    /// What ends calls or answers us, from one source.
    pub endings: Rate,
    /// Requests from all sources together.
    pub all: Rate,
    /// Answers of 503 to all sources together: a flood is not answered with a flood.
    pub refusals: Rate,
    /// Answers to those who are no peers.
    pub strangers: Rate,
    /// How many sources have a measure of their own. The rest share one.
    pub sources: usize,
    /// How many new calls may be under way at once.
    pub live: usize,
    /// How long a new call counts as under way: the longest that the SIP stack keeps a transaction after its final answer,
    /// 64 times T1 (RFC 3261 section 17.2.1).
    pub lifetime: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        let rate = |per_second, burst| Rate { per_second, burst };
        Self {
            requests: rate(3_000, 6_000),
            openings: rate(1_500, 3_000),
            endings: rate(6_000, 12_000),
            all: rate(8_000, 16_000),
            refusals: rate(50, 100),
            strangers: rate(20, 20),
            sources: 256,
            live: 49_152,
            lifetime: Duration::from_secs(32),
        }
    }
}

/// What kind of message came, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// ACK, BYE, CANCEL, PRACK or a response: calls in progress live on them.
    Ending,
    /// Any other request.
    Request,
}

/// Why something was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excess {
    /// Too many requests.
    Requests,
    /// Too many endings.
    Endings,
    /// Too many new calls in a short time.
    Openings,
    /// Too many new calls under way at once.
    Live,
}

/// When the next one would be due if all came evenly spaced: one moment is all that must be remembered of a rate.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    due: Instant,
}

impl Bucket {
    fn take(&mut self, rate: Rate, now: Instant) -> bool {
        let interval = rate.interval();
        let due = self.due.max(now) + interval;
        let fits = due.saturating_duration_since(now) <= interval.saturating_mul(rate.burst);
        if fits {
            self.due = due;
        }
        fits
    }
}

#[derive(Debug)]
struct Source {
    requests: Bucket,
    openings: Bucket,
    endings: Bucket,
    seen: Instant,
}

impl Source {
    fn new(now: Instant) -> Self {
        let full = Bucket { due: now };
        Self { requests: full, openings: full, endings: full, seen: now }
    }
}

/// How long a source must have been silent before another may have its place.
const REST: Duration = Duration::from_secs(60);

/// The state of all measures.
#[derive(Debug)]
pub struct Limits {
    bounds: Bounds,
    sources: HashMap<IpAddr, Source>,
    /// The measure of those for whom there was no place.
    others: Source,
    all: Bucket,
    refusals: Bucket,
    strangers: Bucket,
    /// New calls under way, as keyed hashes of what names them, and when each is forgotten.
    live: HashSet<u64>,
    forgotten: VecDeque<(Instant, u64)>,
    hasher: RandomState,
}

impl Limits {
    /// Starts with every measure full.
    #[must_use]
    pub fn new(bounds: Bounds, now: Instant) -> Self {
        let full = Bucket { due: now };
        Self {
            bounds,
            sources: HashMap::new(),
            others: Source::new(now),
            all: full,
            refusals: full,
            strangers: full,
            live: HashSet::new(),
            forgotten: VecDeque::new(),
            hasher: RandomState::new(),
        }
    }

    /// Whether a message may be looked at.
    ///
    /// # Errors
    /// [`Excess::Requests`] or [`Excess::Endings`].
    pub fn admit(&mut self, from: IpAddr, kind: Kind, now: Instant) -> Result<(), Excess> {
        let bounds = self.bounds;
        let source = self.source(from, now);
        match kind {
            Kind::Ending if source.endings.take(bounds.endings, now) => Ok(()),
            Kind::Ending => Err(Excess::Endings),
            Kind::Request if source.requests.take(bounds.requests, now) && self.all.take(bounds.all, now) => Ok(()),
            Kind::Request => Err(Excess::Requests),
        }
    }

    /// Whether a new call may begin. The same call asked for again, because an answer was lost, is no new one.
    ///
    /// # Errors
    /// [`Excess::Openings`] or [`Excess::Live`].
    pub fn open(&mut self, from: IpAddr, name: impl Hash, now: Instant) -> Result<(), Excess> {
        self.forget(now);
        let bounds = self.bounds;
        let hash = self.hasher.hash_one((from, name));
        if self.live.contains(&hash) {
            return Ok(());
        }
        if self.live.len() >= bounds.live {
            return Err(Excess::Live);
        }
        if !self.source(from, now).openings.take(bounds.openings, now) {
            return Err(Excess::Openings);
        }
        self.live.insert(hash);
        self.forgotten.push_back((now + bounds.lifetime, hash));
        Ok(())
    }

    /// Whether one more 503 may be sent.
    pub fn may_refuse(&mut self, now: Instant) -> bool {
        self.refusals.take(self.bounds.refusals, now)
    }

    /// Whether one more stranger may be answered.
    pub fn may_answer_stranger(&mut self, now: Instant) -> bool {
        self.strangers.take(self.bounds.strangers, now)
    }

    /// How many sources have a measure of their own.
    #[must_use]
    pub fn sources(&self) -> usize {
        self.sources.len()
    }

    /// How many new calls count as under way.
    #[must_use]
    pub fn live(&self) -> usize {
        self.live.len()
    }

    fn source(&mut self, from: IpAddr, now: Instant) -> &mut Source {
        let from = place(from);
        if !self.sources.contains_key(&from) && self.sources.len() >= self.bounds.sources {
            let oldest = self.sources.iter().min_by_key(|(_, source)| source.seen);
            let rested = oldest.filter(|(_, source)| now.saturating_duration_since(source.seen) >= REST);
            match rested.map(|(address, _)| *address) {
                Some(address) => self.sources.remove(&address),
                // Everybody who has a place is using it: nobody loses theirs to somebody who makes up addresses.
                None => return &mut self.others,
            };
        }
        let source = self.sources.entry(from).or_insert_with(|| Source::new(now));
        source.seen = source.seen.max(now);
        source
    }

    fn forget(&mut self, now: Instant) {
        while let Some((until, hash)) = self.forgotten.front().copied() {
            if until > now {
                return;
            }
            self.forgotten.pop_front();
            self.live.remove(&hash);
        }
    }
}

/// What counts as one source: an IPv4 address, or the network that one site is given in IPv6 (RFC 6177), since a single
/// machine there can have any address of it.
fn place(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

#[cfg(test)]
mod tests;
