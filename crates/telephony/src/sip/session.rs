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
use rsipstack::sip::{Header, Headers, Method, Request, Response, StatusCode};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use switchboard::LegId;

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
    /// The trunk that it was placed over and the server of its gateway; or those that it came from, where that is clear.
    pub(super) way: Option<(usize, SocketAddr)>,
}

impl Session {
    pub(super) fn new(id: LegId, context: Arc<Context>, address: SocketAddr, key: Option<MasterKey>) -> Self {
        let origin = Origin { session: u64::from(source(id)), version: 1 };
        Self { id, context, ours: Ours { address, origin, key }, remote: None, timer: None, way: None }
    }

    /// How this leg's sound is protected, from its first description to its end.
    fn protection(&self) -> Protection {
        if self.ours.key.is_some() { Protection::Secured } else { Protection::Plain }
    }

    /// The other side's description in a message within the dialog, if it has one.
    pub(super) fn read(&self, headers: &Headers, body: &[u8]) -> Result<Option<RemoteAudio>, InviteFault> {
        read_body(headers, body, self.ours.address.ip(), Some(self.protection()))
    }

    /// Sound goes where the other side says, from now on.
    pub(super) fn hears(&mut self, remote: RemoteAudio) -> Option<RemoteAudio> {
        let before = self.remote.as_ref().and_then(RemoteAudio::suite);
        if before.is_some() && before != remote.suite() {
            // A key encrypts in one way only: with another, its count of packets would begin again.
            self.ours.key = MasterKey::random();
        }
        let target = remote.target(self.ours.key);
        self.context.media.ask(MediaCommand::Target { leg: self.id, target });
        self.remote.replace(remote)
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
        let (dialog, legs, id) = (dialog.clone(), self.context.legs.clone(), self.id);
        let offer = sdp::offer(&self.ours);
        spawn(async move {
            let mut answer = dialog.update(Some(timer.refresh()), None).await;
            if matches!(&answer, Ok(Some(response)) if matches!(response.status_code.code(), 405 | 501)) {
                let mut headers = sdp_headers();
                headers.extend(timer.refresh());
                answer = dialog.reinvite(Some(headers), Some(offer.into_bytes())).await;
            }
            if is_gone(&dialog, &answer) {
                legs.tell(id, LegOrder::Dead);
            }
        });
    }

    /// Asks whether the other side still knows this call. Where the trunk is known to be down as well, the answer is not waited
    /// for to the end of its transaction (32 s, RFC 3261 section 17.1.2.2): somebody hears nothing meanwhile.
    pub(super) fn probe(&self, dialog: &InviteDialog) {
        let (dialog, context, id, way) = (dialog.clone(), Arc::clone(&self.context), self.id, self.way);
        spawn(async move {
            let gone = tokio::select! {
                answer = dialog.request(Method::Options, None, None) => is_gone(&dialog, &answer),
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
        let timed = |mut headers: Vec<Header>| {
            headers.extend(self.timer.map(SessionTimer::answered).unwrap_or_default());
            Some(headers)
        };
        match self.read(&request.headers, &request.body) {
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
                let offer = sdp::offer(&self.ours);
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
