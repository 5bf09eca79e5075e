//! Legs that Vigie calls: from the order to dial to the end of the dialog. Nothing of any other leg is in what is sent: the
//! INVITE is made of the number dialled, the line's own number and our own address.

use super::sdp;
use super::session::{Session, bye, contact, read_body, source, spawn};
use super::trunk::{ALLOW, Context, LegOrder};
use crate::number::OutsideNumber;
use crate::order::TelephonyEvent;
use crate::settings::Outgoing;
use crate::wire::media_thread::MediaCommand;
use rsipstack::dialog::authenticate::Credential;
use rsipstack::dialog::dialog::{DialogState, DialogStateReceiver, TerminatedReason};
use rsipstack::dialog::invitation::{InviteAsyncResult, InviteOption};
use rsipstack::dialog::invite_dialog::InviteDialog;
use rsipstack::platform::JoinHandle;
use rsipstack::sip::{Header, Response, StatusCode, Transport, Uri};
use rsipstack::transport::SipAddr;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use switchboard::{LegEnd, LegId, LineId};
use tokio::sync::mpsc::UnboundedReceiver;

/// How long the gateway's name may take to be found.
const NAME: Duration = Duration::from_secs(5);

/// A leg that is to be called.
pub(crate) struct Dial {
    pub(crate) leg: LegId,
    pub(crate) number: OutsideNumber,
    pub(crate) line: LineId,
    pub(crate) orders: UnboundedReceiver<LegOrder>,
}

/// Why a call was not even tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unplaced {
    NoGateway,
    NoAddress,
    NoPeer,
    NoPort,
    Malformed,
    /// It was given up before it began: nobody waits for its end.
    GivenUp,
}

impl Unplaced {
    /// Says what to do. No number is named.
    fn log(self) {
        match self {
            Self::NoGateway => {
                tracing::error!("a call to the outside was asked for, and the trunk has no gateway for it")
            }
            Self::NoAddress => tracing::error!("the outgoing gateway's name leads to no address of the trunk's kind"),
            Self::NoPeer => {
                tracing::error!("the outgoing gateway is not among the trunk's peers: add its address there")
            }
            Self::NoPort => tracing::error!("no RTP port is free for a call: widen trunk.rtp_ports"),
            Self::Malformed => {
                tracing::error!("the outgoing gateway, its user or the line's number cannot be written as SIP")
            }
            Self::GivenUp => {}
        }
    }
}

/// A call that is on its way, or stands.
struct DialledLeg {
    session: Session,
    dialog: InviteDialog,
    /// Anything came back from the gateway.
    gateway_answers: bool,
    answered: bool,
    /// It was hung up or given up here: its end is no news.
    gone: bool,
    said_bye: bool,
}

/// Places a call and stays with it to its end.
pub(crate) async fn place(context: Arc<Context>, mut dial: Dial) {
    let leg = dial.leg;
    let begun = tokio::select! {
        begun = begin(&context, leg, &dial.number, &dial.line) => begun,
        () = given_up(&mut dial.orders) => Err(Unplaced::GivenUp),
    };
    match begun {
        Ok((call, states, invite)) => call.run(states, invite, dial.orders).await,
        Err(unplaced) => {
            unplaced.log();
            context.legs.remove(leg);
            context.media.ask(MediaCommand::Remove(leg));
            if unplaced != Unplaced::GivenUp {
                (context.sink)(TelephonyEvent::Ended(leg, LegEnd::Failed));
            }
        }
    }
}

async fn given_up(orders: &mut UnboundedReceiver<LegOrder>) {
    while let Some(order) = orders.recv().await {
        if order == LegOrder::HangUp {
            return;
        }
    }
}

type Begun = (DialledLeg, DialogStateReceiver, JoinHandle<InviteAsyncResult>);

async fn begin(context: &Arc<Context>, leg: LegId, number: &OutsideNumber, line: &LineId) -> Result<Begun, Unplaced> {
    let outgoing = context.settings.outgoing.as_ref().ok_or(Unplaced::NoGateway)?;
    let gateway = address(context, outgoing).await?;
    let peer = gateway.ip().to_canonical();
    if !context.settings.peers.iter().any(|known| known.holds(peer)) {
        return Err(Unplaced::NoPeer);
    }
    let socket = context.rtp_socket(peer).ok_or(Unplaced::NoPort)?;
    let port = socket.local_addr().map_err(|_| Unplaced::NoPort)?.port();
    let local = SocketAddr::new(context.local_towards(peer), port);
    context.media.ask(MediaCommand::Socket { leg, socket });
    let session = Session::new(leg, Arc::clone(context), local, None);
    let (states, received) = context.dialogs.new_dialog_state_channel();
    let option = invite(outgoing, gateway, &session, number, line).ok_or(Unplaced::Malformed)?;
    let (dialog, invite) = context.dialogs.do_invite_async(option, states).map_err(|_| Unplaced::Malformed)?;
    let call = DialledLeg { session, dialog, gateway_answers: false, answered: false, gone: false, said_bye: false };
    Ok((call, received, invite))
}

/// The gateway's address, of the family that our first socket speaks: the stack sends from that one.
async fn address(context: &Context, outgoing: &Outgoing) -> Result<SocketAddr, Unplaced> {
    let wants_v4 = context.settings.listen.first().is_none_or(SocketAddr::is_ipv4);
    let gateway = &outgoing.gateway;
    let found = tokio::time::timeout(NAME, tokio::net::lookup_host((gateway.host(), gateway.port()))).await;
    let mut found = found.map_err(|_| Unplaced::NoAddress)?.map_err(|_| Unplaced::NoAddress)?;
    found.find(|address| address.is_ipv4() == wants_v4).ok_or(Unplaced::NoAddress)
}

fn invite(
    outgoing: &Outgoing,
    gateway: SocketAddr,
    session: &Session,
    number: &OutsideNumber,
    line: &LineId,
) -> Option<InviteOption> {
    let settings = &session.context.settings;
    let own = settings.numbers.first_of(line);
    let account = outgoing.account.as_ref();
    let from = outgoing.from_user.as_deref().or(own.as_deref()).or(account.map(|account| account.user.as_str()))?;
    if !from.chars().all(|letter| letter.is_ascii_alphanumeric() || "+-._".contains(letter)) {
        return None;
    }
    let host = outgoing.gateway.uri_host();
    Some(InviteOption {
        caller: Uri::try_from(format!("sip:{from}@{host}").as_str()).ok()?,
        callee: Uri::try_from(format!("sip:{}@{host}", number.digits()).as_str()).ok()?,
        destination: Some(SipAddr { r#type: Some(Transport::Udp), addr: gateway.into() }),
        contact: contact(SocketAddr::new(session.local.ip(), session.context.sip_port))?,
        offer: Some(sdp::offer(session.local, session.origin).into_bytes()),
        credential: account.map(|account| Credential {
            username: account.user.clone(),
            password: account.password.clone(),
            realm: None,
            auth_username: None,
        }),
        // The stack's own would name the stack.
        call_id: Some(call_id()?),
        headers: Some(vec![Header::Allow(ALLOW.into())]),
        ..InviteOption::default()
    })
}

/// A call's name, unlike any other (RFC 3261 section 8.1.1.4).
fn call_id() -> Option<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).ok()?;
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

impl DialledLeg {
    async fn run(
        mut self,
        mut states: DialogStateReceiver,
        mut invite: JoinHandle<InviteAsyncResult>,
        mut orders: UnboundedReceiver<LegOrder>,
    ) {
        let patience = self.session.context.settings.outgoing.as_ref().map_or(Duration::ZERO, |own| own.ring_for);
        let rings_until = tokio::time::sleep(patience);
        tokio::pin!(rings_until);
        let mut invited = false;
        let mut waiting = true;
        loop {
            tokio::select! {
                order = orders.recv() => if let Some(LegOrder::HangUp) | None = order {
                    self.hang_up();
                },
                state = states.recv() => match state {
                    Some(DialogState::Terminated(_, reason)) => {
                        self.ended(&reason);
                        break;
                    }
                    Some(state) => self.state(state).await,
                    None => break,
                },
                outcome = &mut invite, if !invited => {
                    invited = true;
                    // An answer of any kind is told by the states, in their order.
                    if !matches!(outcome, Ok(Ok((_, Some(_))))) {
                        self.over(LegEnd::Failed);
                        break;
                    }
                },
                () = &mut rings_until, if waiting => {
                    waiting = false;
                    if !self.answered && !self.gone {
                        self.over(LegEnd::NotReached);
                        self.give_up();
                    }
                },
            }
        }
        self.session.context.legs.remove(self.session.id);
        self.session.context.media.ask(MediaCommand::Remove(self.session.id));
        if !invited {
            // The stack still writes down the dialog that has just ended.
            let _outcome_seen_as_state = invite.await;
        }
        self.session.context.dialogs.remove_dialog(&self.dialog.id());
    }

    async fn state(&mut self, state: DialogState) {
        match state {
            DialogState::Trying(_) | DialogState::Early(..) => self.gateway_answers = true,
            DialogState::Confirmed(_, response) => self.confirmed(&response),
            other => self.session.request(other).await,
        }
    }

    /// The other side has answered; the stack has sent the ACK.
    fn confirmed(&mut self, response: &Response) {
        self.gateway_answers = true;
        if self.gone {
            // The CANCEL came too late (RFC 3261 section 9.1).
            self.say_bye();
            return;
        }
        if std::mem::replace(&mut self.answered, true) {
            return;
        }
        match read_body(&response.headers, &response.body) {
            Ok(Some(remote)) => {
                let (leg, target) = (self.session.id, remote.target());
                self.session.context.media.ask(MediaCommand::Target { leg, target });
                self.session.remote = Some(remote);
                self.session.tell(TelephonyEvent::Answered(leg));
            }
            Ok(None) | Err(_) => {
                tracing::warn!("a called phone answered without sound that can be used");
                self.over(LegEnd::Failed);
                self.say_bye();
            }
        }
    }

    /// Hung up from here: nothing is told.
    fn hang_up(&mut self) {
        self.gone = true;
        self.session.context.media.ask(MediaCommand::Remove(self.session.id));
        self.give_up();
    }

    /// Ends the call, whatever its state.
    fn give_up(&mut self) {
        match self.dialog.state() {
            DialogState::Confirmed(..) => self.say_bye(),
            DialogState::Terminated(..) => {}
            _ => {
                let dialog = self.dialog.clone();
                spawn(async move {
                    // A CANCEL that comes too late changes nothing; the answer that crossed it is ended on its own.
                    let _too_late = dialog.cancel().await;
                });
            }
        }
    }

    fn say_bye(&mut self) {
        if !std::mem::replace(&mut self.said_bye, true) {
            bye(&self.dialog);
        }
    }

    fn ended(&mut self, reason: &TerminatedReason) {
        let end = if self.answered { end_of_talk(reason) } else { self.end_before_answer(reason) };
        self.over(end);
    }

    fn end_before_answer(&self, reason: &TerminatedReason) -> LegEnd {
        match reason {
            TerminatedReason::UasOther(status) | TerminatedReason::ProxyError(status) => {
                // Where nothing at all came back, the stack itself says 408.
                let silent = *status == StatusCode::RequestTimeout && !self.gateway_answers;
                let end = if silent { LegEnd::Failed } else { end_of(status.code()) };
                if end == LegEnd::Failed && !self.gone {
                    tracing::warn!(status = status.code(), silent, "the outgoing gateway placed no call");
                }
                end
            }
            TerminatedReason::ProxyAuthRequired => {
                tracing::error!("the outgoing gateway refuses our user or password");
                LegEnd::Failed
            }
            TerminatedReason::UasBusy | TerminatedReason::UacBusy => LegEnd::Busy,
            TerminatedReason::UasDecline => LegEnd::Declined,
            TerminatedReason::Timeout => LegEnd::NotReached,
            TerminatedReason::UacCancel
            | TerminatedReason::UacBye
            | TerminatedReason::UasBye
            | TerminatedReason::UacOther(_) => LegEnd::Failed,
        }
    }

    /// Tells the end, once.
    fn over(&mut self, end: LegEnd) {
        if !std::mem::replace(&mut self.gone, true) {
            self.session.context.media.ask(MediaCommand::Remove(self.session.id));
            self.session.tell(TelephonyEvent::Ended(self.session.id, end));
        }
    }
}

fn end_of_talk(reason: &TerminatedReason) -> LegEnd {
    match reason {
        TerminatedReason::UasBye | TerminatedReason::UacBye => LegEnd::HungUp,
        TerminatedReason::Timeout => LegEnd::Lost,
        _ => LegEnd::Failed,
    }
}

/// What a refusal means to whoever asked for the call (RFC 3261 section 21).
fn end_of(status: u16) -> LegEnd {
    match status {
        486 | 600 => LegEnd::Busy,
        408 | 480 | 487 => LegEnd::NotReached,
        403 | 603 => LegEnd::Declined,
        404 | 410 | 416 | 484 | 604 => LegEnd::NoSuchNumber,
        _ => LegEnd::Failed,
    }
}

/// The source number of a called leg's packets.
pub(crate) fn ssrc(leg: LegId) -> u32 {
    source(leg)
}
