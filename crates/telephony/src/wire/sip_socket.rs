//! The SIP sockets: every datagram passes the edge before the stack reads it.

use super::moment;
use crate::sip::edge::Verdict;
use crate::sip::guard::Guard;
use crate::sip::peers::Peer;
use crate::sip::{challenge, escapes};
use rsipstack::platform::net::UdpSocket as StackSocket;
use std::borrow::Cow;
use std::net::SocketAddr;
use std::sync::Arc;

/// A UDP socket with the edge in front.
pub(crate) struct EdgeSocket {
    socket: tokio::net::UdpSocket,
    peers: Arc<Vec<Peer>>,
    guard: Arc<Guard>,
}

impl EdgeSocket {
    pub(crate) fn new(socket: tokio::net::UdpSocket, peers: Arc<Vec<Peer>>, guard: Arc<Guard>) -> Self {
        Self { socket, peers, guard }
    }

    async fn answer(&self, answer: &[u8], to: SocketAddr) {
        // An answer that cannot be sent is as good as lost on the way: the other side asks again.
        let _lost = self.socket.send_to(answer, to).await;
    }
}

#[async_trait::async_trait]
impl StackSocket for EdgeSocket {
    async fn recv_from(&self, buffer: &mut [u8]) -> rsipstack::Result<(usize, SocketAddr)> {
        // The stack's buffer is longer than what is taken: of a longer datagram enough is seen to refuse it.
        loop {
            let (length, from) = match self.socket.recv_from(buffer).await {
                Ok(received) => received,
                // Linux reports an unreachable peer here; it concerns one message, not the socket.
                Err(fault) if fault.kind() == std::io::ErrorKind::ConnectionRefused => continue,
                Err(fault) => return Err(fault.into()),
            };
            let bytes = buffer.get(..length).unwrap_or_default();
            if !self.peers.iter().any(|peer| peer.holds(from.ip())) {
                if let Some(answer) = self.guard.turn_away(bytes, moment()) {
                    self.answer(&answer, from).await;
                }
                continue;
            }
            match self.guard.examine(from.ip(), bytes, moment()) {
                // What passes as it came lies there already, but for the empty lines before it.
                Verdict::Pass(Cow::Borrowed(message)) => {
                    let begun = length - message.len();
                    buffer.copy_within(begun..length, 0);
                    return Ok((length - begun, from));
                }
                Verdict::Pass(Cow::Owned(message)) => match buffer.get_mut(..message.len()) {
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
        self.socket.send_to(&challenge::told(&escapes::told(bytes)), to).await?;
        Ok(bytes.len())
    }

    fn local_addr(&self) -> rsipstack::Result<SocketAddr> {
        Ok(self.socket.local_addr()?)
    }
}
