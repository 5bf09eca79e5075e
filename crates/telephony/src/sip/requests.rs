//! What comes from a trunk, each request to where it belongs: a new call to a leg of its own, what is within a dialog to that
//! dialog, and the rest to its right answer.

use super::context::{ALLOW, Context};
use super::leg::{self, InviteFault};
use rsipstack::dialog::dialog::{Dialog, DialogState};
use rsipstack::sip::prelude::*;
use rsipstack::sip::{Header, Method, StatusCode};
use rsipstack::transaction::transaction::Transaction;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

impl Context {
    /// Takes a request, and stays with it until it is answered.
    pub(super) async fn take(self: Arc<Self>, mut transaction: Transaction) {
        let tagged = transaction.original.to_header().ok().and_then(|to| to.tag().ok().flatten()).is_some();
        if tagged {
            match self.dialogs.match_dialog(&transaction) {
                Some(dialog) => in_dialog(dialog, transaction).await,
                None if transaction.original.method == Method::Ack => {}
                None => reply(&mut transaction, StatusCode::CallTransactionDoesNotExist, Vec::new()).await,
            }
            return;
        }
        match transaction.original.method {
            // A gateway that is told this (RFC 3261 section 21.5.4) tries its next way.
            Method::Invite | Method::Options if self.drains.load(Ordering::Relaxed) => {
                reply(&mut transaction, StatusCode::ServiceUnavailable, Vec::new()).await;
            }
            Method::Invite => {
                if let Err((transaction, fault)) = leg::begin(Arc::clone(&self), transaction) {
                    let mut transaction = *transaction;
                    let (status, headers) = fault.answer();
                    reply(&mut transaction, status, headers).await;
                    if let InviteFault::NoPort = fault {
                        tracing::error!("no RTP port is free for a call: widen sip.rtp_ports");
                    }
                }
            }
            Method::Options => {
                let headers = vec![Header::Allow(ALLOW.into()), Header::Accept("application/sdp".into())];
                reply(&mut transaction, StatusCode::OK, headers).await;
            }
            Method::Ack => {}
            Method::Bye | Method::Update | Method::PRack | Method::Cancel => {
                reply(&mut transaction, StatusCode::CallTransactionDoesNotExist, Vec::new()).await;
            }
            _ => reply(&mut transaction, StatusCode::MethodNotAllowed, vec![Header::Allow(ALLOW.into())]).await,
        }
    }
}

async fn reply(transaction: &mut Transaction, status: StatusCode, headers: Vec<Header>) {
    // An answer that cannot be sent is asked for again by the other side.
    let _lost = transaction.reply_with(status, headers, None).await;
    // The transaction must live until its answer is acknowledged or timed out.
    while transaction.receive().await.is_some() {}
}

/// How long a request that came before its time waits for it: an ACK and what follows it may overtake each other, on the
/// network as in here.
const SETTLING: Duration = Duration::from_millis(200);

/// Hands a request to its dialog. The stack is silent to what meets a dialog between two states; a peer that hears nothing
/// ends the call (RFC 3261 section 12.2.1.2), so here every request is answered.
async fn in_dialog(mut dialog: Dialog, mut transaction: Transaction) {
    let method = transaction.original.method;
    let any_time = matches!(method, Method::Ack | Method::Bye | Method::Cancel | Method::PRack);
    if !any_time && !settled(&dialog).await {
        let (status, headers) = match method {
            Method::Options => (StatusCode::OK, vec![Header::Allow(ALLOW.into())]),
            Method::Invite | Method::Update => (StatusCode::RequestPending, Vec::new()),
            _ => (StatusCode::ServerInternalError, vec![Header::RetryAfter("1".into())]),
        };
        return reply(&mut transaction, status, headers).await;
    }
    // What goes wrong in one request is answered below; the leg's own task sees the outcome.
    let _answered = dialog.handle(&mut transaction).await;
    if method != Method::Ack && transaction.last_response.is_none() {
        reply(&mut transaction, StatusCode::ServerInternalError, Vec::new()).await;
    }
}

/// Waits until a dialog is between no two states.
async fn settled(dialog: &Dialog) -> bool {
    let step = Duration::from_millis(5);
    let mut waited = Duration::ZERO;
    while !matches!(dialog.state(), DialogState::Confirmed(..)) {
        if waited >= SETTLING {
            return false;
        }
        tokio::time::sleep(step).await;
        waited += step;
    }
    true
}
