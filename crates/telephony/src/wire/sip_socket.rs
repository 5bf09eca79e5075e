//! The SIP sockets: every datagram passes the edge before the stack reads it.

use crate::sip::challenge;
use crate::sip::edge::{self, Verdict};
use crate::sip::peers::Peer;
use rsipstack::platform::net::UdpSocket as StackSocket;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// How many strangers are answered a second; the rest get silence, so that nobody can make Vigie send a flood.
const STRANGERS_A_SECOND: u64 = 20;

/// A UDP socket with the edge in front.
pub(crate) struct EdgeSocket {
    socket: tokio::net::UdpSocket,
    peers: Arc<Vec<Peer>>,
    started: Instant,
    strangers: AtomicU64,
}

#[allow(clippy::disallowed_methods, reason = "the wire's own clock, for the limit on strangers")]
fn clock() -> Instant {
    Instant::now()
}

impl EdgeSocket {
    pub(crate) fn new(socket: tokio::net::UdpSocket, peers: Arc<Vec<Peer>>) -> Self {
        Self { socket, peers, started: clock(), strangers: AtomicU64::new(0) }
    }

    /// Whether one more stranger may be answered in this second. The counter holds the second and the count together.
    fn may_answer_stranger(&self) -> bool {
        let second = clock().saturating_duration_since(self.started).as_secs();
        let before = self.strangers.load(Ordering::Relaxed);
        let count = if before >> 16 == second { before & 0xFFFF } else { 0 };
        self.strangers.store((second << 16) | (count + 1).min(0xFFFF), Ordering::Relaxed);
        count < STRANGERS_A_SECOND
    }

    async fn answer(&self, answer: &[u8], to: SocketAddr) {
        // An answer that cannot be sent is as good as lost on the way: the other side asks again.
        let _lost = self.socket.send_to(answer, to).await;
    }
}

#[async_trait::async_trait]
impl StackSocket for EdgeSocket {
    async fn recv_from(&self, buffer: &mut [u8]) -> rsipstack::Result<(usize, SocketAddr)> {
        let mut datagram = vec![0; 65_535];
        loop {
            let (length, from) = match self.socket.recv_from(&mut datagram).await {
                Ok(received) => received,
                // Linux reports an unreachable peer here; it concerns one message, not the socket.
                Err(fault) if fault.kind() == std::io::ErrorKind::ConnectionRefused => continue,
                Err(fault) => return Err(fault.into()),
            };
            let bytes = datagram.get(..length).unwrap_or_default();
            if !self.peers.iter().any(|peer| peer.holds(from.ip())) {
                if self.may_answer_stranger()
                    && let Some(answer) = edge::turn_away(bytes)
                {
                    self.answer(&answer, from).await;
                }
                continue;
            }
            match edge::judge(bytes) {
                Verdict::Pass(message) => match buffer.get_mut(..message.len()) {
                    Some(room) => {
                        room.copy_from_slice(&message);
                        return Ok((message.len(), from));
                    }
                    None => continue,
                },
                Verdict::Answer(answer) => self.answer(&answer, from).await,
                Verdict::Drop => {}
            }
        }
    }

    async fn send_to(&self, bytes: &[u8], to: SocketAddr) -> rsipstack::Result<usize> {
        self.socket.send_to(&challenge::told(bytes), to).await?;
        Ok(bytes.len())
    }

    fn local_addr(&self) -> rsipstack::Result<SocketAddr> {
        Ok(self.socket.local_addr()?)
    }
}
