//! Callers whose socket broke: for a while their page may come back with another one, and find its call again.

use crate::door::random_secret;
use axum::extract::ws::WebSocket;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// The calls from the call page, each under a token that nobody has but that page, in its memory.
#[derive(Default)]
pub(crate) struct Returns(Mutex<HashMap<String, UnboundedSender<Box<WebSocket>>>>);

/// One call that its page may come back to, for as long as this is kept.
pub(super) struct Expected {
    /// What the page must say to come back.
    pub(super) token: String,
    /// The sockets with which it came back.
    pub(super) sockets: UnboundedReceiver<Box<WebSocket>>,
    returns: Arc<Returns>,
}

impl Returns {
    /// From now on the page of a call may come back.
    pub(super) fn expect(self: &Arc<Self>) -> Expected {
        let (sender, sockets) = unbounded_channel();
        let token = random_secret();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(token.clone(), sender);
        Expected { token, sockets, returns: Arc::clone(self) }
    }

    /// Gives a page's new socket to its call.
    ///
    /// # Errors
    /// The socket, if there is no such call any more.
    pub(super) fn come_back(&self, token: &str, socket: Box<WebSocket>) -> Result<(), Box<WebSocket>> {
        let call = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(token).cloned();
        match call {
            Some(call) => call.send(socket).map_err(|unsent| unsent.0),
            None => Err(socket),
        }
    }
}

impl Drop for Expected {
    fn drop(&mut self) {
        self.returns.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.token);
    }
}
