//! The edge over TCP. There the stack cuts the stream into messages and reads them first; what it read is judged as a
//! datagram is, before anything is done about it.

use super::edge::Verdict;
use super::guard::Guard;
use crate::wire::moment;
use async_trait::async_trait;
use rsipstack::sip::SipMessage;
use rsipstack::transaction::endpoint::TransportEventInspector;
use rsipstack::transport::{SipConnection, TransportEvent};
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

/// How long a peer may take to accept an answer. Nobody else waits for it.
const ANSWER: Duration = Duration::from_secs(5);

/// Stands between the connections and the stack's transactions.
pub(super) struct StreamEdge(pub(super) Arc<Guard>);

#[async_trait]
impl TransportEventInspector for StreamEdge {
    async fn handle(&self, event: TransportEvent) -> Option<TransportEvent> {
        let TransportEvent::Incoming(message, connection, from) = event else {
            return Some(event);
        };
        // Datagrams have passed the edge before they were read.
        if matches!(connection, SipConnection::Udp(_)) {
            return Some(TransportEvent::Incoming(message, connection, from));
        }
        let address = from.get_socketaddr().ok()?.ip();
        let bytes = message.to_bytes();
        match self.0.examine(address, &bytes, moment()) {
            Verdict::Pass(Cow::Borrowed(_)) => Some(TransportEvent::Incoming(message, connection, from)),
            // It was put in the stack's spelling.
            Verdict::Pass(Cow::Owned(bytes)) => {
                let message = SipMessage::try_from(bytes.as_slice()).ok()?;
                Some(TransportEvent::Incoming(message, connection, from))
            }
            Verdict::Answer(answer) => {
                answer_later(connection, &answer);
                None
            }
            Verdict::Drop => None,
        }
    }
}

/// Sends an answer without waiting: a peer that reads nothing must hold up nobody.
#[allow(clippy::disallowed_methods, reason = "the edge owns its answers: each ends within its time")]
fn answer_later(connection: SipConnection, answer: &[u8]) {
    let Ok(answer) = SipMessage::try_from(answer) else { return };
    tokio::spawn(async move {
        // An answer that cannot be sent is as good as lost on the way.
        let _lost = tokio::time::timeout(ANSWER, connection.send(answer, None)).await;
    });
}
