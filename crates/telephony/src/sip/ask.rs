//! Requests to a gateway outside any call: whether it serves us (OPTIONS), and where it reaches us (REGISTER).

use super::context::{ALLOW, Context};
use super::health::Registered;
use crate::settings::{Account, Carrier, TrunkSettings};
use crate::wire::moment;
use rsipstack::dialog::authenticate::Credential;
use rsipstack::dialog::registration::Registration;
use rsipstack::platform::CancellationToken;
use rsipstack::sip::typed::{Contact, From, To};
use rsipstack::sip::{Auth, Header, Method, Param, SipMessage, StatusCode, Transport, Uri};
use rsipstack::transaction::key::{TransactionKey, TransactionRole};
use rsipstack::transaction::transaction::Transaction;
use rsipstack::transport::SipAddr;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// How long a gateway may take to say that it serves us.
const ANSWER: Duration = Duration::from_secs(3);
/// For how long we ask to be known, in seconds.
const KNOWN_FOR: u32 = 600;
/// How soon a registration that failed is tried again: twice as late each time, up to the second.
const FIRST_TRY: Duration = Duration::from_secs(4);
const LATEST_TRY: Duration = Duration::from_secs(300);

/// What a question came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// Any answer but the next one: whoever says 404 or 405 is there.
    Serves,
    /// 503, or the like: it is there, and takes no calls.
    ServesNobody,
    /// None.
    None,
}

impl Carrier {
    pub(super) fn transport(self) -> Transport {
        match self {
            Carrier::Udp => Transport::Udp,
            Carrier::Tcp => Transport::Tcp,
            Carrier::Tls => Transport::Tls,
        }
    }
}

/// The server of a trunk's gateway that is in use. `None` if none is known, or it cannot be reached over TLS where that is asked
/// for.
async fn address(context: &Context, trunk: usize) -> Option<SocketAddr> {
    let server = *context.servers_for_a_call(trunk).await.first()?;
    context.reaches(trunk, server).await.then_some(server)
}

impl Context {
    /// Sees to it that there is a way to a server of a trunk's gateway, where that needs a connection over TLS. Whether there
    /// is one.
    pub(super) async fn reaches(&self, trunk: usize, server: SocketAddr) -> bool {
        match self.settings.trunks.get(trunk) {
            Some(settings) => self.doors.reach(&self.dialogs.endpoint, settings, server).await,
            None => false,
        }
    }
}

/// A request's way to a gateway.
pub(super) fn destination(trunk: &TrunkSettings, gateway: SocketAddr) -> SipAddr {
    SipAddr { r#type: Some(trunk.carrier.transport()), addr: gateway.into() }
}

/// The server of a gateway that serves us.
pub(super) struct Serving {
    pub(super) server: SocketAddr,
    /// How long its answer took.
    pub(super) took: Duration,
    /// Whether no other server is to be preferred.
    pub(super) best: bool,
}

/// Asks the servers of a trunk's gateway whether they serve us, and gives the best one that does: the first is asked alone, and
/// the others together if it does not, or with it if they are `all` to be asked.
pub(super) async fn round(context: &Arc<Context>, trunk: usize, all: bool) -> Option<Serving> {
    let servers = context.servers(trunk).await;
    let (alone, others) = servers.split_at_checked(if all { 0 } else { 1 })?;
    for asked in [alone, others] {
        if let Some((server, took)) = best(context, trunk, asked).await {
            return Some(Serving { server, took, best: servers.first() == Some(&server) });
        }
    }
    None
}

/// Asks these servers together. What a worse one says counts once all better ones have failed.
async fn best(context: &Arc<Context>, trunk: usize, servers: &[SocketAddr]) -> Option<(SocketAddr, Duration)> {
    let mut asked = JoinSet::new();
    for (place, server) in servers.iter().copied().enumerate() {
        let context = Arc::clone(context);
        asked.spawn(async move {
            let begun = moment();
            let serves = options(&context, trunk, server).await == Answer::Serves;
            (place, serves.then(|| moment().saturating_duration_since(begun)))
        });
    }
    let mut answers = vec![None; servers.len()];
    while let Some(answer) = asked.join_next().await {
        if let Ok((place, took)) = answer
            && let Some(slot) = answers.get_mut(place)
        {
            *slot = Some(took);
        }
        let said = servers.iter().zip(&answers).map_while(|(server, answer)| answer.map(|took| (*server, took)));
        if let Some((server, took)) = said.filter_map(|(server, took)| Some((server, took?))).next() {
            return Some((server, took));
        }
    }
    None
}

/// Asks a server of a trunk's gateway whether it serves us.
async fn options(context: &Context, trunk: usize, server: SocketAddr) -> Answer {
    let Some(settings) = context.settings.trunks.get(trunk) else { return Answer::None };
    if !context.reaches(trunk, server).await {
        return Answer::None;
    }
    let Some(mut transaction) = question(context, settings, server).await else { return Answer::None };
    let asked = async {
        transaction.send().await.ok()?;
        while let Some(message) = transaction.receive().await {
            match message {
                SipMessage::Response(response) if response.status_code.code() >= 200 => {
                    return Some(response.status_code);
                }
                SipMessage::Response(_) | SipMessage::Request(_) => {}
            }
        }
        None
    };
    match tokio::time::timeout(ANSWER, asked).await {
        // The stack says 408 by itself where nothing came back.
        Ok(Some(StatusCode::RequestTimeout) | None) | Err(_) => Answer::None,
        Ok(Some(StatusCode::ServiceUnavailable)) => Answer::ServesNobody,
        Ok(Some(_)) => Answer::Serves,
    }
}

async fn question(context: &Context, trunk: &TrunkSettings, gateway: SocketAddr) -> Option<Transaction> {
    let host = trunk.gateway.as_ref()?.uri_host(trunk.carrier);
    let to_address = destination(trunk, gateway);
    let own = context.doors.contact(context.local_towards(gateway.ip()), trunk.carrier.transport())?;
    let local = own.host_with_port.clone();
    let via = context.dialogs.endpoint.get_via(Some(SipAddr { r#type: to_address.r#type, addr: local }), None).ok()?;
    let from = From { display_name: None, uri: own, params: Vec::new() }.with_tag(tag()?);
    let target = Uri::try_from(format!("sip:{host}").as_str()).ok()?;
    let to = To { display_name: None, uri: target.clone(), params: Vec::new() };
    let name = rsipstack::sip::headers::CallId::from(call_id()?);
    let mut request = context.dialogs.endpoint.make_request(Method::Options, target, via, from, to, 1, Some(name));
    request.headers.push(Header::Allow(ALLOW.into()));
    request.headers.push(Header::Accept("application/sdp".into()));
    let key = TransactionKey::from_request(&request, TransactionRole::Client).ok()?;
    let mut transaction = Transaction::new_client(key, request, Arc::clone(&context.dialogs.endpoint), None);
    transaction.destination = Some(to_address);
    Some(transaction)
}

/// Tells a trunk's gateway again and again where we are (RFC 3261 section 10.2), well before it forgets.
pub(super) async fn register(context: Arc<Context>, trunk: usize, account: Account, token: CancellationToken) {
    let credential = credential(&account);
    let mut registration = Registration::new(Arc::clone(&context.dialogs.endpoint), Some(credential));
    let Some(name) = call_id() else { return };
    registration.call_id = name.into();
    let mut failures = 0_u32;
    loop {
        let outcome = tokio::select! {
            () = token.cancelled() => break,
            outcome = tell(&context, trunk, &account, &mut registration, KNOWN_FOR) => outcome,
        };
        context.registered(trunk, outcome);
        let wait = if outcome == Registered::Yes {
            failures = 0;
            // Three quarters of what was granted: time for several tries before it is forgotten.
            Duration::from_secs(u64::from(registration.expires()) * 3 / 4).max(FIRST_TRY)
        } else {
            failures = failures.saturating_add(1);
            FIRST_TRY.saturating_mul(1 << failures.saturating_sub(1).min(8)).min(LATEST_TRY)
        };
        tokio::select! {
            () = token.cancelled() => break,
            () = tokio::time::sleep(wait) => {}
            // Another server may not know what the one before it was told.
            () = context.doors.routes.moved(trunk) => {}
        }
    }
}

async fn tell(
    context: &Context,
    trunk: usize,
    account: &Account,
    registration: &mut Registration,
    known_for: u32,
) -> Registered {
    let told = async {
        let settings = context.settings.trunks.get(trunk)?;
        let gateway = address(context, trunk).await?;
        let host = settings.gateway.as_ref()?.uri_host(settings.carrier);
        let transport = settings.carrier.transport();
        let mut server = Uri::try_from(format!("sip:{host}").as_str()).ok()?;
        if transport != Transport::Udp {
            server.params.push(Param::Transport(transport));
        }
        registration.outbound_proxy = Some(gateway);
        let mut uri = context.doors.contact(context.local_towards(gateway.ip()), transport)?;
        uri.auth = Some(Auth { user: account.user.clone(), password: None });
        if transport == Transport::Tcp {
            uri.params.push(Param::Transport(transport));
        }
        registration.contact = Some(Contact { display_name: None, uri, params: Vec::new() });
        registration.register(server, Some(known_for)).await.ok()
    };
    match told.await.map(|response| response.status_code.code()) {
        Some(200..=299) => Registered::Yes,
        Some(408) | None => Registered::Unanswered,
        Some(_) => Registered::Refused,
    }
}

/// An account as the stack knows it.
pub(super) fn credential(account: &Account) -> Credential {
    Credential { username: account.user.clone(), password: account.password.clone(), realm: None, auth_username: None }
}

/// A request's name, unlike any other (RFC 3261 section 8.1.1.4). The stack's own would name the stack.
pub(super) fn call_id() -> Option<String> {
    hexadecimal::<16>()
}

fn tag() -> Option<rsipstack::sip::param::Tag> {
    hexadecimal::<8>().map(Into::into)
}

fn hexadecimal<const LENGTH: usize>() -> Option<String> {
    let mut bytes = [0; LENGTH];
    getrandom::fill(&mut bytes).ok()?;
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
