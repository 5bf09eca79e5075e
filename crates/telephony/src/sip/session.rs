//! What a trunk leg has once its dialog stands, whoever called whom: its port, what the other side said of its sound, and
//! the answers to what comes within the dialog.

use super::context::{ALLOW, Context, LegOrder};
use super::leg::InviteFault;
use super::sdp::{self, Origin, Ours, Protection, RemoteAudio, SdpFault};
use super::timer::{Due, SessionTimer};
use crate::audio::srtp::MasterKey;
use crate::order::TelephonyEvent;
use crate::wire::media_thread::MediaCommand;
use crate::wire::moment;
use rsipstack::dialog::dialog::{DialogState, TransactionHandle};
use rsipstack::dialog::invite_dialog::InviteDialog;
use rsipstack::sip::{Header, Headers, HeadersExt as _, Method, Request, Response, StatusCode};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use switchboard::LegId;

/// A request that fails so soon was not sent: an answer is waited for longer.
const AT_ONCE: Duration = Duration::from_secs(4);
/// How soon it is tried again.
const ONCE_MORE: Duration = Duration::from_secs(10);

/// A leg's side of its dialog.
pub(super) struct Session {
    pub(super) id: LegId,
    pub(super) context: Arc<Context>,
    /// Our side: where this leg's sound is received, and the key of what we send.
    pub(super) ours: Ours,
    /// What the other side last said of its sound, if it has said anything.
    pub(super) remote: Option<RemoteAudio>,
    /// What was agreed about refreshes (RFC 4028), if anything.
    pub(super) timer: Option<SessionTimer>,
    /// The trunk that it was placed over and the server of its gateway; or those that it came from, where that was clear.
    pub(super) way: Option<(usize, SocketAddr)>,
    /// Where it came from, if it came in.
    pub(super) peer: Option<IpAddr>,
    /// The number of the last ACK that was read.
    pub(super) acknowledged: Option<u32>,
}

impl Session {
    pub(super) fn new(id: LegId, context: Arc<Context>, address: SocketAddr, key: Option<MasterKey>) -> Self {
        let origin = Origin { session: u64::from(source(id)), version: 1 };
        Self {
            id,
            context,
            ours: Ours { address, origin, key },
            remote: None,
            timer: None,
            way: None,
            peer: None,
            acknowledged: None,
        }
    }

    /// The way to the other side, as far as it is clear by now: one that came in before its gateway's name was looked up, at the
    /// start of the service, has it since.
    fn way(&self) -> Option<(usize, SocketAddr)> {
        self.way.or_else(|| self.context.doors.routes.way_from(self.peer?))
    }

    /// How this leg's sound is protected, from its first description to its end.
    fn protection(&self) -> Protection {
        if self.ours.key.is_some() { Protection::Secured } else { Protection::Plain }
    }

    /// The other side's description in a message within the dialog, if it has one.
    pub(super) fn read(&self, headers: &Headers, body: &[u8]) -> Result<Option<RemoteAudio>, InviteFault> {
        read_body(headers, body, self.ours.address.ip(), Some(self.protection()))
    }

    /// Our own offer.
    pub(super) fn offer(&self) -> String {
        sdp::offer(&self.ours, self.remote.as_ref().and_then(RemoteAudio::suite))
    }

    /// Sound goes where the other side says, from now on.
    pub(super) fn hears(&mut self, remote: RemoteAudio) -> Option<RemoteAudio> {
        if let Some(target) = remote.target(self.ours.key) {
            self.context.media.ask(MediaCommand::Target { leg: self.id, target });
        }
        self.remote.replace(remote)
    }

    /// Takes a new key for what we send if this offer makes one necessary, which is told in the answer to it and nowhere else: a
    /// key encrypts in one way only, and whoever takes the sound at another place cannot know how often our packets' numbers
    /// have turned since the old key was told (RFC 4568 section 7.1.4). Whether we have the key that is needed.
    fn renews_key(&mut self, offer: &RemoteAudio) -> bool {
        let moved = |before: &RemoteAudio| before.suite() != offer.suite() || before.address != offer.address;
        if self.ours.key.is_none() || !self.remote.as_ref().is_some_and(moved) {
            return true;
        }
        let key = MasterKey::random();
        self.ours.key = key.or(self.ours.key);
        key.is_some()
    }

    /// The answer that an ACK brought to an offer of ours (RFC 3261 section 13.2.1), once: the stack shows the last ACK again
    /// after every request within the dialog. `None` if there is no ACK that was not read.
    pub(super) fn read_acknowledgement(
        &mut self,
        dialog: &InviteDialog,
    ) -> Option<Result<Option<RemoteAudio>, InviteFault>> {
        let request = dialog.last_remote_ack()?;
        let sequence = request.cseq_header().ok()?.seq().ok()?;
        if self.acknowledged.replace(sequence) == Some(sequence) {
            return None;
        }
        Some(self.read(&request.headers, &request.body))
    }

    /// When the session's timer wants something, and what. Without a timer, never.
    pub(super) fn due(&self) -> (impl Future<Output = ()> + use<>, Due) {
        let due = self.timer.map(SessionTimer::due);
        let wait = async move {
            match due {
                Some((at, _)) => tokio::time::sleep(at.saturating_duration_since(moment())).await,
                None => std::future::pending().await,
            }
        };
        (wait, due.map_or(Due::End, |(_, due)| due))
    }

    /// The session was refreshed now, by whomever.
    pub(super) fn was_refreshed(&mut self) {
        self.timer = self.timer.map(|timer| timer.refreshed(moment()));
    }

    /// Refreshes the session, as was agreed: by an UPDATE that changes nothing, or where that is not known, by asking whether
    /// the other side is still there.
    pub(super) fn refresh(&mut self, dialog: &InviteDialog) {
        let Some(timer) = self.timer else { return };
        self.was_refreshed();
        self.ours.origin.version += 1;
        let (dialog, context, id, way, ours) =
            (dialog.clone(), Arc::clone(&self.context), self.id, self.way(), self.ours);
        let (offer, protection) = (self.offer(), self.protection());
        spawn(async move {
            let update = || dialog.update(Some(timer.refresh()), None);
            let mut answer = once_more_if_it_could_not_leave(&context, way, update).await;
            if matches!(&answer, Ok(Some(response)) if matches!(response.status_code.code(), 405 | 501)) {
                let mut headers = sdp_headers();
                headers.extend(timer.refresh());
                answer = dialog.reinvite(Some(headers), Some(offer.into_bytes())).await;
                // Whoever answers may do so with another key or from another place than before.
                if let Ok(Some(response)) = &answer
                    && let Ok(Some(remote)) =
                        read_body(&response.headers, &response.body, ours.address.ip(), Some(protection))
                    && let Some(target) = remote.target(ours.key)
                {
                    context.media.ask(MediaCommand::Target { leg: id, target });
                }
            }
            if is_gone(&dialog, &answer) {
                context.legs.tell(id, LegOrder::Dead);
            }
        });
    }

    /// Asks whether the other side still knows this call. Where the trunk is known to be down as well, the answer is not waited
    /// for to the end of its transaction (32 s, RFC 3261 section 17.1.2.2): somebody hears nothing meanwhile.
    pub(super) fn probe(&self, dialog: &InviteDialog) {
        let (dialog, context, id, way) = (dialog.clone(), Arc::clone(&self.context), self.id, self.way());
        spawn(async move {
            let gone = tokio::select! {
                answer = once_more_if_it_could_not_leave(&context, way, || dialog.request(Method::Options, None, None)) => {
                    is_gone(&dialog, &answer)
                }
                () = context.no_hope_of(way) => matches!(dialog.state(), DialogState::Confirmed(..)),
            };
            if gone {
                context.legs.tell(id, LegOrder::Dead);
            }
        });
    }

    /// Answers a request within the dialog; other states are none of its business.
    pub(super) async fn request(&mut self, state: DialogState) {
        match state {
            DialogState::Updated(_, request, handle) => self.renegotiate(&request, handle).await,
            DialogState::Options(_, _, handle) => {
                respond(handle, StatusCode::OK, Some(vec![Header::Allow(ALLOW.into())]), None).await;
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
            | DialogState::Confirmed(..)
            | DialogState::Terminated(..) => {}
        }
    }

    /// A re-INVITE or UPDATE: hold, resume, another address, or only a refresh (RFC 3261 section 14.2).
    async fn renegotiate(&mut self, request: &Request, handle: TransactionHandle) {
        self.ours.origin.version += 1;
        // A refresh is what it is whether or not it changes anything. One without a timer ends the timer (RFC 4028 section 7.1).
        match SessionTimer::asked(&request.headers, moment()) {
            Ok(timer) => self.timer = timer,
            Err(_) => {
                let (status, headers) = InviteFault::TooBrief.answer();
                return respond(handle, status, Some(headers), None).await;
            }
        }
        let timer = self.timer;
        let timed = |mut headers: Vec<Header>| {
            headers.extend(timer.map(SessionTimer::answered).unwrap_or_default());
            Some(headers)
        };
        match self.read(&request.headers, &request.body) {
            Ok(Some(remote)) if !self.renews_key(&remote) => {
                // The talk goes on as it was.
                respond(handle, StatusCode::ServerInternalError, None, None).await;
            }
            Ok(Some(remote)) => {
                let headers = timed(sdp_headers());
                self.hears(remote.clone());
                let answer = remote.answer(&self.ours);
                respond(handle, StatusCode::OK, headers, Some(answer.into_bytes())).await;
            }
            Ok(None) if request.method == Method::Update => {
                respond(handle, StatusCode::OK, timed(vec![Header::Allow(ALLOW.into())]), None).await;
            }
            Ok(None) => {
                let offer = self.offer();
                respond(handle, StatusCode::OK, timed(sdp_headers()), Some(offer.into_bytes())).await;
            }
            // The talk goes on as it was: a bad change ends nothing (RFC 3261 section 14.2).
            Err(fault) => {
                let (status, headers) = fault.answer();
                respond(handle, status, Some(headers), None).await;
            }
        }
    }

    pub(super) fn tell(&self, event: TelephonyEvent) {
        (self.context.sink)(event);
    }

    /// Ends a dialog that stands. The BYE waits for its answer, and the leg's own task must go on reading states meanwhile. Where
    /// the connection to the server that the call was placed over has ended since, there is a new one first.
    pub(super) fn bye(&self, dialog: &InviteDialog, placed_over: Option<(usize, SocketAddr)>) {
        let (dialog, context) = (dialog.clone(), Arc::clone(&self.context));
        spawn(async move {
            if let Some((trunk, server)) = placed_over {
                // If there is none, the BYE fails as well, and says so.
                let _reached = context.reaches(trunk, server).await;
            }
            let _unanswered = dialog.bye().await;
        });
    }
}

/// Sends a request within the dialog, over a connection that stands; once more after a while if it could not even leave: that
/// says nothing of the other side.
async fn once_more_if_it_could_not_leave<Answer: Future<Output = rsipstack::Result<Option<Response>>>>(
    context: &Context,
    way: Option<(usize, SocketAddr)>,
    ask: impl Fn() -> Answer,
) -> rsipstack::Result<Option<Response>> {
    let reach = async || {
        if let Some((trunk, server)) = way {
            // If there is no connection, the request fails as well.
            let _reached = context.reaches(trunk, server).await;
        }
    };
    reach().await;
    let asked = moment();
    let answer = ask().await;
    if answer.is_ok() || moment().saturating_duration_since(asked) > AT_ONCE {
        return answer;
    }
    tokio::time::sleep(ONCE_MORE).await;
    reach().await;
    ask().await
}

/// Whether the other side has said, by its answer or by its silence, that it does not know the call any more (RFC 3261
/// section 12.2.1.2). Whatever else it says, it is there.
fn is_gone(dialog: &InviteDialog, answer: &rsipstack::Result<Option<Response>>) -> bool {
    let there = matches!(answer, Ok(Some(response)) if !matches!(response.status_code.code(), 408 | 481));
    !there && matches!(dialog.state(), DialogState::Confirmed(..))
}

#[allow(clippy::disallowed_methods, reason = "a leg owns its tasks: all end with its dialog")]
pub(super) fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    tokio::spawn(task);
}

/// The source number of a leg's packets. Ids are unique among the legs of this run, which is all that a source number must
/// be (RFC 3550 section 8).
pub(super) fn source(id: LegId) -> u32 {
    0x5600_0000 ^ (id.0 as u32).wrapping_mul(2_654_435_761)
}

pub(super) fn sdp_headers() -> Vec<Header> {
    vec![Header::ContentType("application/sdp".into()), Header::Allow(ALLOW.into())]
}

/// The description in a message, if it has one: of sound that can be sent from `local`, protected as is wanted.
pub(super) fn read_body(
    headers: &Headers,
    body: &[u8],
    local: IpAddr,
    wanted: Option<Protection>,
) -> Result<Option<RemoteAudio>, InviteFault> {
    if body.is_empty() {
        return Ok(None);
    }
    let kind = headers.iter().find_map(|header| match header {
        Header::ContentType(kind) => Some(kind.value().to_ascii_lowercase()),
        _ => None,
    });
    if !kind.is_some_and(|kind| kind.starts_with("application/sdp")) {
        return Err(InviteFault::ContentType);
    }
    let remote = RemoteAudio::read(body, wanted).map_err(InviteFault::Sdp)?;
    if remote.is_within_reach_of(local) { Ok(Some(remote)) } else { Err(InviteFault::Sdp(SdpFault::NoAudio)) }
}

async fn respond(handle: TransactionHandle, status: StatusCode, headers: Option<Vec<Header>>, body: Option<Vec<u8>>) {
    // A transaction that is gone has nobody waiting for this answer.
    let _gone = handle.respond(status, headers, body).await;
}
