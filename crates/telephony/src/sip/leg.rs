//! One trunk leg that called us: from INVITE to the end of its dialog.

use super::caller;
use super::context::{Context, LegOrder};
use super::sdp::{Protection, RemoteAudio, SdpFault};
use super::session::{Session, read_body, sdp_headers, source, spawn};
use super::timer::{self, Due, SessionTimer};
use crate::audio::srtp::MasterKey;
use crate::order::TelephonyEvent;
use crate::wire::media_thread::MediaCommand;
use crate::wire::{moment, wall_seconds};
use rsipstack::dialog::DialogId;
use rsipstack::dialog::dialog::{DialogState, DialogStateReceiver, TerminatedReason};
use rsipstack::dialog::invite_dialog::InviteDialog;
use rsipstack::sip::{Header, Request, StatusCode, Transport};
use rsipstack::transaction::transaction::Transaction;
use rsipstack::transport::SipConnection;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use switchboard::{LegEnd, LineId, Refusal};
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
    TooBrief,
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
            InviteFault::TooBrief => {
                (StatusCode::SessionIntervalTooSmall, vec![Header::MinSE(timer::SHORTEST.to_string().into())])
            }
            InviteFault::NoPort => (StatusCode::ServiceUnavailable, vec![Header::RetryAfter("30".into())]),
        }
    }
}

/// A leg's task.
struct TrunkLeg {
    /// What the caller offered is in it, unless the offer comes only in the ACK.
    session: Session,
    dialog: InviteDialog,
    answered: bool,
    hung_up: bool,
}

/// Takes an INVITE, or gives it back with what is wrong.
pub(crate) fn begin(context: Arc<Context>, transaction: Transaction) -> Result<(), (Box<Transaction>, InviteFault)> {
    let Invite { line, remote, peer, timer, secured } = match read_invite(&context, &transaction) {
        Ok(read) => read,
        Err(fault) => return Err((Box::new(transaction), fault)),
    };
    let key = if secured { MasterKey::random() } else { None };
    if secured != key.is_some() {
        // The system gives no random numbers: no key, and no call that could be kept secret.
        return Err((Box::new(transaction), InviteFault::NoPort));
    }
    let Some(sockets) = context.rtp_sockets(peer) else { return Err((Box::new(transaction), InviteFault::NoPort)) };
    let Ok(port) = sockets.sound.local_addr().map(|address| address.port()) else {
        return Err((Box::new(transaction), InviteFault::NoPort));
    };
    let local = SocketAddr::new(context.local_towards(peer), port);
    let (states, received) = context.dialogs.new_dialog_state_channel();
    let transport = match &transaction.connection {
        Some(SipConnection::Tls(_)) => Transport::Tls,
        _ => Transport::Udp,
    };
    let contact = context.doors.contact(local.ip(), transport);
    let Ok(dialog) = context.dialogs.get_or_create_server_invite(&transaction, states, None, contact) else {
        return Err((Box::new(transaction), InviteFault::Dialog));
    };
    let id = context.ids.next();
    let target = remote.as_ref().and_then(|remote| remote.target(key));
    context.media.ask(MediaCommand::AddTrunk { leg: id, ssrc: source(id), sockets: Some(sockets), target });
    let (sender, orders) = unbounded_channel();
    context.legs.add(id, sender);
    let tags = caller::number(&transaction.original).map(|number| context.tags.of(&number, wall_seconds()));
    (context.sink)(TelephonyEvent::Incoming(id, line, tags));
    let way = context.doors.routes.way_from(peer);
    let session = Session { timer, remote, way, peer: Some(peer), ..Session::new(id, context, local, key) };
    let leg = TrunkLeg { session, dialog: dialog.clone(), answered: false, hung_up: false };
    spawn(handle(dialog, transaction));
    spawn(leg.run(received, orders));
    Ok(())
}

/// Keeps the INVITE's transaction alive: its loop carries out ringing, accepting and the repeats of the 2xx.
async fn handle(mut dialog: InviteDialog, mut transaction: Transaction) {
    let _outcome_seen_as_dialog_state = dialog.handle(&mut transaction).await;
}

/// What an INVITE wants.
struct Invite {
    line: LineId,
    remote: Option<RemoteAudio>,
    peer: IpAddr,
    timer: Option<SessionTimer>,
    /// Whether the sound is encrypted: it is if the caller offers it, and must be if a trunk of this peer says so.
    secured: bool,
}

fn read_invite(context: &Context, transaction: &Transaction) -> Result<Invite, InviteFault> {
    let request = &transaction.original;
    let line = line(context, request).ok_or(InviteFault::UnknownNumber)?;
    let required = request.headers.iter().filter_map(|header| match header {
        Header::Require(options) => Some(options.value()),
        _ => None,
    });
    let required: Vec<&str> = required.flat_map(timer::not_understood).collect();
    if !required.is_empty() {
        return Err(InviteFault::Requires(required.join(", ")));
    }
    let timer = SessionTimer::asked(&request.headers, moment()).map_err(|_| InviteFault::TooBrief)?;
    let peer = transaction
        .connection
        .as_ref()
        .and_then(|connection| connection.get_remote_addr())
        .and_then(|address| address.get_socketaddr().ok())
        .ok_or(InviteFault::Dialog)?;
    let peer = peer.ip().to_canonical();
    let mut own = context.settings.trunks.iter().filter(|trunk| trunk.has_peer(peer));
    let must = own.any(|trunk| trunk.sound == Protection::Secured);
    let remote = read_body(&request.headers, &request.body, peer, must.then_some(Protection::Secured))?;
    let secured = remote.as_ref().map_or(must, |remote| remote.suite().is_some());
    Ok(Invite { line, remote, peer, timer, secured })
}

/// The line of the dialled number: the user part of the Request-URI, digits with an optional plus sign.
fn line(context: &Context, request: &Request) -> Option<LineId> {
    let user = request.uri.user()?;
    let number: String =
        user.split(';').next()?.chars().filter(|key| key.is_ascii_digit() || *key == '+').take(32).collect();
    context.settings.numbers.line(&number)
}

impl TrunkLeg {
    async fn run(mut self, mut states: DialogStateReceiver, mut orders: UnboundedReceiver<LegOrder>) {
        loop {
            let (due_at, due) = self.session.due();
            tokio::select! {
                () = due_at => self.due(due),
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
        self.session.context.legs.remove(self.session.id);
        self.session.context.media.ask(MediaCommand::Remove(self.session.id));
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
            LegOrder::Probe if self.answered => self.session.probe(&self.dialog),
            LegOrder::Probe => {}
            LegOrder::Dead => self.dead(),
        }
    }

    fn due(&mut self, due: Due) {
        match due {
            Due::Refresh => self.session.refresh(&self.dialog),
            Due::End if self.answered => self.dead(),
            // Before the answer there is nothing to be refreshed: the time counts from then on.
            Due::End => self.session.was_refreshed(),
        }
    }

    /// The other side is gone without a word.
    fn dead(&mut self) {
        if !self.hung_up && self.answered {
            self.hang_up();
            self.session.tell(TelephonyEvent::Ended(self.session.id, LegEnd::Lost));
        }
    }

    fn answer(&mut self) {
        let body = match &self.session.remote {
            Some(remote) => remote.answer(&self.session.ours),
            None => self.session.offer(),
        };
        let mut headers = sdp_headers();
        headers.extend(self.session.timer.map(SessionTimer::answered).unwrap_or_default());
        self.session.was_refreshed();
        if self.dialog.accept(Some(headers), Some(body.into_bytes())).is_err() {
            return;
        }
        self.answered = true;
        if self.session.remote.is_some() {
            self.session.tell(TelephonyEvent::Answered(self.session.id));
        }
    }

    fn hang_up(&mut self) {
        self.hung_up = true;
        self.session.context.media.ask(MediaCommand::Remove(self.session.id));
        if !self.answered {
            let _ended_meanwhile = self.dialog.reject(Some(StatusCode::TemporarilyUnavailable), None);
            return;
        }
        self.session.bye(&self.dialog, None);
    }

    async fn state(&mut self, state: DialogState) {
        match state {
            DialogState::Confirmed(..) => self.acknowledged(),
            other => self.session.request(other).await,
        }
    }

    /// An ACK may bring the answer to an offer of ours. A call that comes to no sound at all is ended at once, rather than left in
    /// silence.
    fn acknowledged(&mut self) {
        match self.session.read_acknowledgement(&self.dialog) {
            Some(Ok(Some(remote))) => {
                if self.session.hears(remote).is_none() {
                    self.session.tell(TelephonyEvent::Answered(self.session.id));
                }
            }
            Some(Ok(None) | Err(_)) if self.session.remote.is_none() && self.answered && !self.hung_up => {
                tracing::warn!("a caller answered our offer without sound that can be used");
                self.hang_up();
                self.session.tell(TelephonyEvent::Ended(self.session.id, LegEnd::Failed));
            }
            Some(Ok(None) | Err(_)) | None => {}
        }
    }

    fn ended(&self, id: &DialogId, reason: &TerminatedReason) {
        // The stack keeps every dialog until it is told to let go.
        self.session.context.dialogs.remove_dialog(id);
        self.session.context.dialogs.remove_dialog(&self.dialog.id());
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
        self.session.tell(TelephonyEvent::Ended(self.session.id, end));
    }
}

fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        // 486 and not 503: a carrier that hears 503 may take the whole trunk for dead.
        Refusal::QueueFull => StatusCode::BusyHere,
        Refusal::UnknownLine => StatusCode::NotFound,
    }
}
