//! Attacks on a running service, from addresses of this machine, and what its honest callers notice of them. The generator
//! says how late it was itself: a figure made while it lagged says nothing.

pub mod crowd;
mod forged;
pub mod honest;
pub mod junk;
pub mod packets;

use crate::clock::{now, random};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// So many things a second, evenly.
struct Pace {
    begun: Instant,
    rate: f64,
    count: u64,
    /// How late something was at worst.
    worst: Duration,
}

impl Pace {
    fn new(rate: f64) -> Self {
        Self { begun: now(), rate, count: 0, worst: Duration::ZERO }
    }

    /// Waits until at least one thing is due, and says how many are. No more at once than can be done without holding up
    /// the honest callers of the same program.
    async fn due(&mut self) -> u64 {
        const AT_ONCE: u64 = 256;
        loop {
            let moment = now();
            let wanted = (moment.saturating_duration_since(self.begun).as_secs_f64() * self.rate) as u64 + 1;
            if wanted > self.count {
                let first_due = self.begun + Duration::from_secs_f64(self.count as f64 / self.rate);
                self.worst = self.worst.max(moment.saturating_duration_since(first_due));
                let due = (wanted - self.count).min(AT_ONCE);
                self.count += due;
                tokio::task::yield_now().await;
                return due;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    fn lag(&self) -> Duration {
        self.worst
    }
}

/// Chance that costs nothing, for the bytes of a flood.
struct Dice(u64);

impl Dice {
    fn new() -> Self {
        Self(random() | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound.max(1) as u64).unwrap_or_default()
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length.div_ceil(8)).flat_map(|_| self.next().to_le_bytes()).take(length).collect()
    }
}

/// Sockets of somebody who attacks.
struct Attackers(Vec<std::net::UdpSocket>);

impl Attackers {
    /// A socket at each address.
    fn open(addresses: &[std::net::IpAddr]) -> Result<Self, String> {
        let open = |address: &std::net::IpAddr| {
            let socket = std::net::UdpSocket::bind((*address, 0))?;
            socket.set_nonblocking(true)?;
            Ok(socket)
        };
        let sockets: std::io::Result<Vec<_>> = addresses.iter().map(open).collect();
        Ok(Self(sockets.map_err(|fault| format!("an address to attack from cannot be used: {fault}"))?))
    }

    /// Sends from one of them; whether the kernel took it.
    fn send(&self, which: usize, bytes: &[u8], to: SocketAddr) -> bool {
        self.0.get(which % self.0.len().max(1)).is_some_and(|socket| socket.send_to(bytes, to).is_ok())
    }

    /// How many datagrams came back since it was last asked.
    fn answers(&self) -> u64 {
        let mut buffer = [0; 2048];
        let mut count = 0;
        for socket in &self.0 {
            while socket.recv_from(&mut buffer).is_ok() {
                count += 1;
            }
        }
        count
    }
}

/// One figure of the service's own, from its metrics; nothing if it does not tell.
async fn metric(http: SocketAddr, name: &str) -> Option<u64> {
    let text = crate::browser::fetch(http, "/metrics").await.ok()?;
    text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.trim().parse().ok())
}
