//! Placing a call to the outside: whether it may be called, which trunk takes it, and what the INVITE says. Nothing of any other
//! leg is in it: it is made of the number dialled, the line's own number and our own address.

use super::ask::{self, call_id};
use super::context::{ALLOW, Context, LegOrder};
use super::dial::{DialledLeg, Outcome};
use super::gate::Held;
use super::sdp::Protection;
use super::session::Session;
use super::timer;
use crate::audio::srtp::MasterKey;
use crate::number::OutsideNumber;
use crate::order::TelephonyEvent;
use crate::settings::TrunkSettings;
use crate::wire::media_thread::MediaCommand;
use crate::wire::moment;
use rsipstack::dialog::dialog::DialogStateReceiver;
use rsipstack::dialog::invitation::{InviteAsyncResult, InviteOption};
use rsipstack::platform::JoinHandle;
use rsipstack::sip::{Header, Uri};
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError};
use switchboard::{LegEnd, LegId, LineId};
use tokio::sync::mpsc::UnboundedReceiver;

/// A leg that is to be called.
pub(crate) struct Dial {
    pub(crate) leg: LegId,
    pub(crate) number: OutsideNumber,
    pub(crate) line: LineId,
    pub(crate) orders: UnboundedReceiver<LegOrder>,
}

/// Why a call was not even tried through a trunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unplaced {
    NoAddress,
    NoPort,
    Malformed,
    /// It was given up before it began: nobody waits for its end.
    GivenUp,
}

impl Unplaced {
    /// Says what to do. No number is named.
    fn log(self, trunk: &str) {
        match self {
            Self::NoAddress => tracing::error!(
                trunk,
                "the gateway's name leads to no address that is among the trunk's peers and of the kind that is listened on, or to none that is reached over TLS"
            ),
            Self::NoPort => tracing::error!("no RTP port is free for a call: widen sip.rtp_ports"),
            Self::Malformed => {
                tracing::error!(trunk, "the gateway, its user or the line's number cannot be written as SIP")
            }
            Self::GivenUp => {}
        }
    }
}

/// Says why a call is not placed, without its number.
fn log_held(held: Held) {
    match held {
        Held::Kind(why) => {
            tracing::error!(%why, "a number is not called: let it through in outgoing.also, if it is wanted")
        }
        Held::TooMany => {
            tracing::error!("a call is not placed: as many were placed in an hour as outgoing.calls_an_hour allows")
        }
        Held::TooManyToOne => tracing::error!(
            "a call is not placed: as many were placed to its number in an hour as outgoing.calls_an_hour_to_one allows"
        ),
    }
}

/// Places a call and stays with it to its end: through the first trunk that takes it, in the order of the settings, those that
/// are known to be down last.
pub(crate) async fn place(context: Arc<Context>, mut dial: Dial) {
    let leg = dial.leg;
    let end = match admit(&context, &dial) {
        Ok(trunks) => through(&context, &mut dial, trunks).await,
        Err(()) => Some(LegEnd::Failed),
    };
    context.legs.remove(leg);
    context.media.ask(MediaCommand::Remove(leg));
    if let Some(end) = end {
        (context.sink)(TelephonyEvent::Ended(leg, end));
    }
}

/// The trunks through which a call may go, if it may be placed at all.
fn admit(context: &Context, dial: &Dial) -> Result<Vec<usize>, ()> {
    let mut gate = context.gate.lock().unwrap_or_else(PoisonError::into_inner);
    gate.admit(&dial.number, moment()).map_err(log_held)?;
    let with_gateway = context.settings.trunks.iter().enumerate().filter(|(_, trunk)| trunk.gateway.is_some());
    let mut trunks: Vec<usize> = with_gateway.map(|(index, _)| index).collect();
    // The sort keeps the order of those that are alike.
    trunks.sort_by_key(|index| context.states.is_down(*index));
    if trunks.is_empty() {
        tracing::error!("a call to the outside was asked for, and no trunk has a gateway for it");
        return Err(());
    }
    Ok(trunks)
}

/// Tries one trunk after the other, of each the servers of its gateway. What is given back is still to be told: the end of a
/// call that never stood.
async fn through(context: &Arc<Context>, dial: &mut Dial, trunks: Vec<usize>) -> Option<LegEnd> {
    let mut last = LegEnd::Failed;
    let count = trunks.len();
    for (tried, index) in trunks.into_iter().enumerate() {
        let Some(trunk) = context.settings.trunks.get(index) else { continue };
        let servers = tokio::select! {
            servers = context.servers_for_a_call(index) => servers,
            () = given_up(&mut dial.orders) => return None,
        };
        if servers.is_empty() {
            Unplaced::NoAddress.log(&trunk.name);
        }
        for (place, server) in servers.iter().enumerate() {
            let begun = tokio::select! {
                begun = begin(context, dial.leg, &dial.number, &dial.line, (index, trunk, *server)) => begun,
                () = given_up(&mut dial.orders) => Err(Unplaced::GivenUp),
            };
            let another = place + 1 < servers.len() || tried + 1 < count;
            match begun {
                Ok((call, states, invite)) => match call.run(states, invite, &mut dial.orders, another).await {
                    Outcome::Over => return None,
                    Outcome::Elsewhere(end) => {
                        tracing::warn!(trunk = trunk.name, "a trunk's gateway placed no call: trying the next");
                        last = end;
                    }
                },
                Err(Unplaced::GivenUp) => return None,
                Err(unplaced) => unplaced.log(&trunk.name),
            }
        }
    }
    Some(last)
}

async fn given_up(orders: &mut UnboundedReceiver<LegOrder>) {
    while let Some(order) = orders.recv().await {
        if order == LegOrder::HangUp {
            return;
        }
    }
}

type Begun = (DialledLeg, DialogStateReceiver, JoinHandle<InviteAsyncResult>);

async fn begin(
    context: &Arc<Context>,
    leg: LegId,
    number: &OutsideNumber,
    line: &LineId,
    (index, trunk, gateway): (usize, &TrunkSettings, SocketAddr),
) -> Result<Begun, Unplaced> {
    if !context.reaches(index, gateway).await {
        return Err(Unplaced::NoAddress);
    }
    let peer = gateway.ip().to_canonical();
    let sockets = context.rtp_sockets(peer).ok_or(Unplaced::NoPort)?;
    let port = sockets.sound.local_addr().map_err(|_| Unplaced::NoPort)?.port();
    let local = SocketAddr::new(context.local_towards(peer), port);
    context.media.ask(MediaCommand::Sockets { leg, sockets });
    let key = match trunk.sound {
        Protection::Plain => None,
        Protection::Secured => Some(MasterKey::random().ok_or(Unplaced::Malformed)?),
    };
    let session = Session { way: Some((index, gateway)), ..Session::new(leg, Arc::clone(context), local, key) };
    let (states, received) = context.dialogs.new_dialog_state_channel();
    let option = invite(trunk, gateway, &session, number, line).ok_or(Unplaced::Malformed)?;
    let (dialog, invite) = context.dialogs.do_invite_async(option, states).map_err(|_| Unplaced::Malformed)?;
    Ok((DialledLeg::new(session, dialog), received, invite))
}

fn invite(
    trunk: &TrunkSettings,
    gateway: SocketAddr,
    session: &Session,
    number: &OutsideNumber,
    line: &LineId,
) -> Option<InviteOption> {
    let own = session.context.settings.numbers.first_of(line);
    let account = trunk.account.as_ref();
    let from = trunk.from_user.as_deref().or(own.as_deref()).or(account.map(|account| account.user.as_str()))?;
    if !from.chars().all(|letter| letter.is_ascii_alphanumeric() || "+-._".contains(letter)) {
        return None;
    }
    let host = trunk.gateway.as_ref()?.uri_host(trunk.carrier);
    Some(InviteOption {
        caller: Uri::try_from(format!("sip:{from}@{host}").as_str()).ok()?,
        callee: Uri::try_from(format!("sip:{}@{host}", number.digits()).as_str()).ok()?,
        destination: Some(ask::destination(trunk, gateway)),
        contact: session.context.doors.contact(session.ours.address.ip(), trunk.carrier.transport())?,
        offer: Some(session.offer().into_bytes()),
        credential: account.map(ask::credential),
        call_id: Some(call_id()?),
        headers: Some([vec![Header::Allow(ALLOW.into())], timer::proposed()].concat()),
        ..InviteOption::default()
    })
}
