//! One trunk leg: from INVITE to the end of its dialog.

use super::sdp::{self, Origin, RemoteAudio, SdpFault};
use super::trunk::{ALLOW, Context, LegOrder};
use crate::order::TelephonyEvent;
use crate::wire::media_thread::MediaCommand;
use rsipstack::dialog::DialogId;
use rsipstack::dialog::dialog::{DialogState, DialogStateReceiver, TerminatedReason, TransactionHandle};
use rsipstack::dialog::invite_dialog::InviteDialog;
use rsipstack::sip::{Header, Request, StatusCode, Uri};
use rsipstack::transaction::transaction::Transaction;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use switchboard::{LegEnd, LegId, LineId, Refusal};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// Why an INVITE is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum InviteFault {
    UnknownNumber,
    Requires(String),
    ContentType,
    Sdp(SdpFault),
    NoPort,
    Dialog,
}

impl InviteFault {
    /// The status and headers of the answer (RFC 3261 section 21).
    pub(crate) fn answer(&self) -> (StatusCode, Vec<Header>) {
        match self {
            InviteFault::UnknownNumber => (StatusCode::NotFound, Vec::new()),
            InviteFault::Requires(options) => {
                (StatusCode::BadExtension, vec![Header::Unsupported(options.clone().into())])
            }
            InviteFault::ContentType => {
                (StatusCode::UnsupportedMediaType, vec![Header::Accept("application/sdp".into())])
            }
            InviteFault::Sdp(SdpFault::Malformed) | InviteFault::Dialog => (StatusCode::BadRequest, Vec::new()),
            InviteFault::Sdp(SdpFault::NoAudio) => (StatusCode::NotAcceptableHere, Vec::new()),
            InviteFault::NoPort => (StatusCode::ServiceUnavailable, vec![Header::RetryAfter("30".into())]),
        }
    }
}

/// A leg's task.
struct TrunkLeg {
    id: LegId,
    context: Arc<Context>,
    dialog: InviteDialog,
    local: SocketAddr,
    origin: Origin,
    /// The offer, unless it comes only in the ACK.
    remote: Option<RemoteAudio>,
    answered: bool,
    hung_up: bool,
}

/// Takes an INVITE, or gives it back with what is wrong.
pub(crate) fn begin(context: Arc<Context>, transaction: Transaction) -> Result<(), (Box<Transaction>, InviteFault)> {
    let (line, remote, peer) = match read_invite(&context, &transaction) {
        Ok(read) => read,
        Err(fault) => return Err((Box::new(transaction), fault)),
    };
    let Some(socket) = context.rtp_socket(peer) else { return Err((Box::new(transaction), InviteFault::NoPort)) };
    let Ok(port) = socket.local_addr().map(|address| address.port()) else {
        return Err((Box::new(transaction), InviteFault::NoPort));
    };
    let local = SocketAddr::new(context.local_towards(peer), port);
    let (states, received) = context.dialogs.new_dialog_state_channel();
    let contact = contact(SocketAddr::new(local.ip(), context.sip_port));
    let Ok(dialog) = context.dialogs.get_or_create_server_invite(&transaction, states, None, contact) else {
        return Err((Box::new(transaction), InviteFault::Dialog));
    };
    let id = context.ids.next();
    // The id is unique among the legs of this run, which is all that a source number must be (RFC 3550 section 8).
    let ssrc = 0x5600_0000 ^ (id.0 as u32).wrapping_mul(2_654_435_761);
    let target = remote.as_ref().map(RemoteAudio::target);
    context.media.ask(MediaCommand::AddTrunk { leg: id, ssrc, socket, target });
    let (sender, orders) = unbounded_channel();
    context.legs.add(id, sender);
    (context.sink)(TelephonyEvent::Incoming(id, line));
    let origin = Origin { session: u64::from(ssrc), version: 1 };
    let leg = TrunkLeg { id, context, dialog: dialog.clone(), local, origin, remote, answered: false, hung_up: false };
    spawn(handle(dialog, transaction));
    spawn(leg.run(received, orders));
    Ok(())
}

#[allow(clippy::disallowed_methods, reason = "a leg owns its two tasks: both end with its dialog")]
fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    tokio::spawn(task);
}

/// Keeps the INVITE's transaction alive: its loop carries out ringing, accepting and the repeats of the 2xx.
async fn handle(mut dialog: InviteDialog, mut transaction: Transaction) {
    let _outcome_seen_as_dialog_state = dialog.handle(&mut transaction).await;
}

fn contact(address: SocketAddr) -> Option<Uri> {
    Uri::try_from(format!("sip:vigie@{address}").as_str()).ok()
}

type Invite = (LineId, Option<RemoteAudio>, IpAddr);

fn read_invite(context: &Context, transaction: &Transaction) -> Result<Invite, InviteFault> {
    let request = &transaction.original;
    let line = line(context, request).ok_or(InviteFault::UnknownNumber)?;
    let required: Vec<String> = request
        .headers
        .iter()
        .filter_map(|header| match header {
            Header::Require(options) => Some(options.value().to_owned()),
            _ => None,
        })
        .collect();
    if !required.is_empty() {
        return Err(InviteFault::Requires(required.join(", ")));
    }
    let peer = transaction
        .connection
        .as_ref()
        .and_then(|connection| connection.get_remote_addr())
        .and_then(|address| address.get_socketaddr().ok())
        .ok_or(InviteFault::Dialog)?;
    let remote = read_body(request)?;
    Ok((line, remote, peer.ip().to_canonical()))
}

/// The line of the dialled number: the user part of the Request-URI, digits with an optional plus sign.
fn line(context: &Context, request: &Request) -> Option<LineId> {
    let user = request.uri.user()?;
    let number: String =
        user.split(';').next()?.chars().filter(|key| key.is_ascii_digit() || *key == '+').take(32).collect();
    context.settings.numbers.get(&number).cloned()
}

fn read_body(request: &Request) -> Result<Option<RemoteAudio>, InviteFault> {
    if request.body.is_empty() {
        return Ok(None);
    }
    let kind = request.headers.iter().find_map(|header| match header {
        Header::ContentType(kind) => Some(kind.value().to_ascii_lowercase()),
        _ => None,
    });
    if !kind.is_some_and(|kind| kind.starts_with("application/sdp")) {
        return Err(InviteFault::ContentType);
    }
    RemoteAudio::read(&request.body).map(Some).map_err(InviteFault::Sdp)
}

fn sdp_headers() -> Vec<Header> {
    vec![Header::ContentType("application/sdp".into()), Header::Allow(ALLOW.into())]
}

impl TrunkLeg {
    async fn run(mut self, mut states: DialogStateReceiver, mut orders: UnboundedReceiver<LegOrder>) {
        loop {
            tokio::select! {
                order = orders.recv() => match order {
                    Some(order) => self.order(order),
                    None => break,
                },
                state = states.recv() => match state {
                    Some(DialogState::Terminated(id, reason)) => {
                        self.ended(&id, &reason);
                        break;
                    }
                    Some(state) => self.state(state).await,
                    None => break,
                },
            }
        }
        self.context.legs.remove(self.id);
        self.context.media.ask(MediaCommand::Remove(self.id));
    }

    fn order(&mut self, order: LegOrder) {
        // A refused order means that the dialog has ended meanwhile; its end is on its way as a state.
        match order {
            LegOrder::Ring => {
                let _ended_meanwhile = self.dialog.ringing(None, None);
            }
            LegOrder::Answer => self.answer(),
            LegOrder::Refuse(refusal) => {
                let _ended_meanwhile = self.dialog.reject(Some(status(refusal)), None);
            }
            LegOrder::HangUp => self.hang_up(),
        }
    }

    fn answer(&mut self) {
        let body = match &self.remote {
            Some(remote) => remote.answer(self.local, self.origin),
            None => sdp::offer(self.local, self.origin),
        };
        if self.dialog.accept(Some(sdp_headers()), Some(body.into_bytes())).is_err() {
            return;
        }
        self.answered = true;
        if self.remote.is_some() {
            self.tell(TelephonyEvent::Answered(self.id));
        }
    }

    fn hang_up(&mut self) {
        self.hung_up = true;
        self.context.media.ask(MediaCommand::Remove(self.id));
        if !self.answered {
            let _ended_meanwhile = self.dialog.reject(Some(StatusCode::TemporarilyUnavailable), None);
            return;
        }
        let dialog = self.dialog.clone();
        // The BYE waits for its answer, and the leg's own task must go on reading states meanwhile.
        spawn(async move {
            let _unanswered = dialog.bye().await;
        });
    }

    async fn state(&mut self, state: DialogState) {
        match state {
            DialogState::Confirmed(..) => self.acknowledged(),
            DialogState::Updated(_, request, handle) => self.renegotiate(&request, handle).await,
            DialogState::Options(_, _, handle) => {
                respond(handle, StatusCode::OK, Some(vec![Header::Allow(ALLOW.into())]), None).await
            }
            DialogState::Publish(_, _, handle)
            | DialogState::Notify(_, _, handle)
            | DialogState::Refer(_, _, handle)
            | DialogState::Message(_, _, handle)
            | DialogState::Info(_, _, handle) => {
                respond(handle, StatusCode::MethodNotAllowed, Some(vec![Header::Allow(ALLOW.into())]), None).await;
            }
            DialogState::Calling(_)
            | DialogState::Trying(_)
            | DialogState::Early(..)
            | DialogState::WaitAck(..)
            | DialogState::Terminated(..) => {}
        }
    }

    /// An ACK may bring the answer to an offer of ours (RFC 3261 section 13.2.1).
    fn acknowledged(&mut self) {
        let Some(request) = self.dialog.last_remote_ack() else { return };
        let Ok(Some(remote)) = read_body(&request) else { return };
        self.context.media.ask(MediaCommand::Target { leg: self.id, target: remote.target() });
        if self.remote.replace(remote).is_none() {
            self.tell(TelephonyEvent::Answered(self.id));
        }
    }

    /// A re-INVITE or UPDATE: hold, resume, another address, or only a refresh (RFC 3261 section 14.2).
    async fn renegotiate(&mut self, request: &Request, handle: TransactionHandle) {
        self.origin.version += 1;
        match read_body(request) {
            Ok(Some(remote)) => {
                let answer = remote.answer(self.local, self.origin);
                self.context.media.ask(MediaCommand::Target { leg: self.id, target: remote.target() });
                self.remote = Some(remote);
                respond(handle, StatusCode::OK, Some(sdp_headers()), Some(answer.into_bytes())).await;
            }
            Ok(None) if request.method == rsipstack::sip::Method::Update => {
                respond(handle, StatusCode::OK, Some(vec![Header::Allow(ALLOW.into())]), None).await;
            }
            Ok(None) => {
                let offer = sdp::offer(self.local, self.origin);
                respond(handle, StatusCode::OK, Some(sdp_headers()), Some(offer.into_bytes())).await;
            }
            // The talk goes on as it was: a bad change ends nothing (RFC 3261 section 14.2).
            Err(fault) => {
                let (status, headers) = fault.answer();
                respond(handle, status, Some(headers), None).await;
            }
        }
    }

    fn ended(&self, id: &DialogId, reason: &TerminatedReason) {
        // The stack keeps every dialog until it is told to let go.
        self.context.dialogs.remove_dialog(id);
        self.context.dialogs.remove_dialog(&self.dialog.id());
        if self.hung_up {
            return;
        }
        let end = match reason {
            TerminatedReason::UacBye | TerminatedReason::UacCancel => LegEnd::HungUp,
            TerminatedReason::Timeout => LegEnd::Lost,
            TerminatedReason::UasBye
            | TerminatedReason::UacBusy
            | TerminatedReason::UasBusy
            | TerminatedReason::UasDecline
            | TerminatedReason::ProxyError(_)
            | TerminatedReason::ProxyAuthRequired
            | TerminatedReason::UacOther(_)
            | TerminatedReason::UasOther(_) => LegEnd::Failed,
        };
        self.tell(TelephonyEvent::Ended(self.id, end));
    }

    fn tell(&self, event: TelephonyEvent) {
        (self.context.sink)(event);
    }
}

async fn respond(handle: TransactionHandle, status: StatusCode, headers: Option<Vec<Header>>, body: Option<Vec<u8>>) {
    // A transaction that is gone has nobody waiting for this answer.
    let _gone = handle.respond(status, headers, body).await;
}

fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        // 486 and not 503: a carrier that hears 503 may take the whole trunk for dead.
        Refusal::QueueFull => StatusCode::BusyHere,
        Refusal::UnknownLine => StatusCode::NotFound,
    }
}
