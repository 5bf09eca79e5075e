//! Where a trunk's gateway is: the addresses of its servers, in the order in which they are to be tried (RFC 3263), and which of
//! them is in use. They are looked up again and again beside the calls, which take what is known: no call waits for the DNS,
//! and while the DNS is silent or says what cannot be, what was known holds.

use super::context::Context;
use super::srv::{self, Found, Record};
use crate::settings::TrunkSettings;
use rsipstack::platform::CancellationToken;
use std::collections::{BTreeSet, HashMap};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// How long a host's name may take to be found.
const NAME: Duration = Duration::from_secs(5);
/// How often names are looked up, at the latest and, where records live for a shorter time, at the earliest.
const EVERY: Duration = Duration::from_secs(60);
const OFTEN: Duration = Duration::from_secs(5);
/// How soon again where the DNS gave no answer that can be used.
const AGAIN: Duration = Duration::from_secs(10);
/// How many servers of a gateway are known at most, however many the DNS names.
const MOST_SERVERS: usize = 8;
/// How many of them one call tries: somebody is waiting, and the next trunk is likelier to help than another server of a
/// provider two of whose servers do not.
const TRIED_BY_A_CALL: usize = 2;

/// A server's addresses, and how it stands among the others (RFC 2782).
#[derive(Debug, Clone, PartialEq, Eq)]
struct Target {
    priority: u16,
    weight: u16,
    addresses: Vec<SocketAddr>,
}

/// Puts servers into the order in which they are to be tried: by priority, and where that is equal by chance, in proportion to
/// their weights (RFC 2782, "Weight"). `choose` gives a number from 0 to the one it is given.
fn order(mut targets: Vec<Target>, mut choose: impl FnMut(u32) -> u32) -> Vec<Target> {
    targets.sort_by_key(|target| (target.priority, target.weight));
    let mut ordered = Vec::with_capacity(targets.len());
    while let Some(priority) = targets.first().map(|target| target.priority) {
        let mut equals = targets.iter().take_while(|target| target.priority == priority);
        let chosen = choose(equals.clone().map(|target| u32::from(target.weight)).sum());
        let mut sum = 0;
        let place = equals.position(|target| {
            sum += u32::from(target.weight);
            sum >= chosen
        });
        ordered.push(targets.remove(place.unwrap_or_default()));
    }
    ordered
}

/// A number from 0 to this one, by chance.
fn by_chance(most: u32) -> u32 {
    let mut bytes = [0; 8];
    // Without chance it is always the first.
    let _no_chance = getrandom::fill(&mut bytes);
    u32::try_from(u64::from_le_bytes(bytes) % (u64::from(most) + 1)).unwrap_or_default()
}

/// What is known of one gateway.
#[derive(Default)]
struct Route {
    /// Its servers, in the order in which they are to be tried.
    servers: Vec<SocketAddr>,
    /// What that order was made of: while it is the same, the order stays.
    made_of: BTreeSet<(u16, u16, SocketAddr)>,
    /// The one that answered when it was last asked.
    in_use: Option<SocketAddr>,
    /// What the names of servers led to when they last led anywhere.
    names: HashMap<(String, u16), Vec<SocketAddr>>,
    /// Whether the servers are from SRV records.
    by_records: bool,
    /// The names led to none but addresses that are refused when they were last looked up.
    astray: bool,
}

impl Route {
    /// Takes what was looked up: servers with what their names led to. A name that leads nowhere now leads where it last did, and
    /// only addresses that `may` be used count. If there are none, nothing changes. Whether there are any.
    fn take(
        &mut self,
        found: Vec<(Record, Vec<SocketAddr>)>,
        may: impl Fn(&SocketAddr) -> bool,
        choose: impl FnMut(u32) -> u32,
    ) -> bool {
        let mut names = HashMap::new();
        let mut targets = Vec::new();
        for (Record { priority, weight, port, target }, mut addresses) in found {
            let name = (target, port);
            if addresses.is_empty() {
                addresses = self.names.get(&name).cloned().unwrap_or_default();
            }
            let known: Vec<SocketAddr> = addresses.iter().filter(|address| may(address)).copied().collect();
            if !known.is_empty() {
                targets.push(Target { priority, weight, addresses: known });
            }
            names.insert(name, addresses);
        }
        let any = !targets.is_empty();
        self.astray = !any && names.values().any(|addresses| !addresses.is_empty());
        if any {
            self.names = names;
            self.learn(targets, choose);
        }
        any
    }

    /// Puts servers into their order, if they are not those that are known.
    fn learn(&mut self, targets: Vec<Target>, choose: impl FnMut(u32) -> u32) {
        let each = |target: &Target| {
            let (priority, weight) = (target.priority, target.weight);
            target.addresses.iter().map(|address| (priority, weight, *address)).collect::<Vec<_>>()
        };
        let made_of: BTreeSet<_> = targets.iter().flat_map(each).collect();
        if made_of == self.made_of {
            return;
        }
        let mut servers: Vec<SocketAddr> = Vec::new();
        for address in order(targets, choose).into_iter().flat_map(|target| target.addresses) {
            if servers.len() < MOST_SERVERS && !servers.contains(&address) {
                servers.push(address);
            }
        }
        self.in_use = self.in_use.filter(|server| servers.contains(server));
        (self.servers, self.made_of) = (servers, made_of);
    }

    /// The server that calls take first.
    fn preferred(&self) -> Option<SocketAddr> {
        self.in_use.or_else(|| self.servers.first().copied())
    }

    /// The servers in the order in which a call tries them: the one in use, those after it, and last those before it, which
    /// did not answer.
    fn for_a_call(&self) -> Vec<SocketAddr> {
        let mut servers = self.servers.clone();
        let place = servers.iter().position(|server| Some(*server) == self.in_use);
        servers.rotate_left(place.unwrap_or_default());
        servers.truncate(TRIED_BY_A_CALL);
        servers
    }

    /// Whether a server did not answer when it was last asked, though another did.
    fn passes_over(&self, server: SocketAddr) -> bool {
        self.servers.iter().take_while(|other| Some(**other) != self.in_use).any(|other| *other == server)
            && self.in_use.is_some()
    }
}

/// What is known of the gateways, in the order of the settings.
pub(super) struct Routes(Vec<(Mutex<Route>, Notify)>);

impl Routes {
    pub(super) fn new(trunks: &[TrunkSettings]) -> Self {
        Self(trunks.iter().map(|_| (Mutex::default(), Notify::new())).collect())
    }

    fn route(&self, trunk: usize) -> Option<MutexGuard<'_, Route>> {
        self.0.get(trunk).map(|(route, _)| route.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes what is known of a gateway, and tells if another server is to be used now. Whether one is.
    fn change(&self, trunk: usize, act: impl FnOnce(&mut Route)) -> bool {
        let Some((route, moved)) = self.0.get(trunk) else { return false };
        let mut route = route.lock().unwrap_or_else(PoisonError::into_inner);
        let before = route.preferred();
        act(&mut route);
        let other = before.is_some() && route.preferred() != before;
        if other {
            moved.notify_one();
        }
        other
    }

    /// Comes to its end when another server of a gateway is to be used.
    pub(super) async fn moved(&self, trunk: usize) {
        match self.0.get(trunk) {
            Some((_, moved)) => moved.notified().await,
            None => std::future::pending().await,
        }
    }

    /// Writes down which server answered, and says if it is another one than before.
    pub(super) fn answered(&self, trunk: usize, name: &str, server: SocketAddr) {
        let moved = self.change(trunk, |route| {
            if route.servers.contains(&server) {
                route.in_use = Some(server);
            }
        });
        if let Some(route) = self.route(trunk).filter(|_| moved) {
            let place = route.servers.iter().position(|other| *other == server).unwrap_or_default() + 1;
            tracing::warn!(
                trunk = name,
                server = place,
                of = route.servers.len(),
                "another server of a gateway is used"
            );
        }
    }

    /// The one trunk whose server in use is at this address, and that server. None where several trunks' are.
    pub(super) fn way_from(&self, peer: IpAddr) -> Option<(usize, SocketAddr)> {
        let mut ways = (0..self.0.len()).filter_map(|trunk| {
            let server = self.route(trunk)?.preferred()?;
            (server.ip().to_canonical() == peer).then_some((trunk, server))
        });
        let way = ways.next()?;
        ways.next().is_none().then_some(way)
    }

    /// Whether a server did not answer when it was last asked, though another of its gateway did.
    pub(super) fn passes_over(&self, trunk: usize, server: SocketAddr) -> bool {
        self.route(trunk).is_some_and(|route| route.passes_over(server))
    }
}

impl Context {
    /// The servers of a trunk's gateway, the best one first.
    pub(super) async fn servers(&self, trunk: usize) -> Vec<SocketAddr> {
        self.known(trunk, |route| route.servers.clone()).await
    }

    /// The servers that a call through a trunk tries.
    pub(super) async fn servers_for_a_call(&self, trunk: usize) -> Vec<SocketAddr> {
        self.known(trunk, Route::for_a_call).await
    }

    /// What is known of a gateway; only where nothing ever was, it is looked up.
    async fn known(&self, trunk: usize, read: impl Fn(&Route) -> Vec<SocketAddr>) -> Vec<SocketAddr> {
        let known = || self.doors.routes.route(trunk).map(|route| read(&route)).unwrap_or_default();
        let servers = known();
        if !servers.is_empty() {
            return servers;
        }
        self.look_up(trunk).await;
        known()
    }

    /// Looks a gateway up, and says how long what was found may be believed.
    pub(super) async fn look_up(&self, trunk: usize) -> Duration {
        let Some(settings) = self.settings.trunks.get(trunk) else { return EVERY };
        let Some(gateway) = &settings.gateway else { return EVERY };
        let routes = &self.doors.routes;
        let found = match gateway.service(settings.carrier) {
            Some(service) => srv::ask(&self.settings.sip.name_servers, &service).await,
            None => Found::NoRecord,
        };
        let own = || {
            let (port, target) = (gateway.port(settings.carrier), gateway.host().to_owned());
            vec![Record { priority: 0, weight: 0, port, target }]
        };
        let (records, by_records, life) = match found {
            Found::Servers(records, life) => (records, true, life.clamp(OFTEN, EVERY)),
            Found::NoRecord => (own(), false, EVERY),
            Found::NoAnswer if routes.route(trunk).is_some_and(|route| route.by_records) => return AGAIN,
            Found::NoAnswer => (own(), false, AGAIN),
            Found::NoService => {
                routes.change(trunk, |route| *route = Route::default());
                return EVERY;
            }
        };
        let addresses = addresses(&records).await;
        let wants_v4 = self.settings.sip.listen.first().is_none_or(SocketAddr::is_ipv4);
        let may =
            |address: &SocketAddr| address.is_ipv4() == wants_v4 && settings.has_peer(address.ip().to_canonical());
        let (mut learnt, mut astray) = (false, false);
        routes.change(trunk, |route| {
            let was_astray = route.astray;
            learnt = route.take(records.into_iter().zip(addresses).collect(), may, by_chance);
            route.by_records = if learnt { by_records } else { route.by_records };
            astray = route.astray && !was_astray && !route.servers.is_empty();
        });
        if astray {
            let words =
                "the DNS says that a gateway is where none of the trunk's peers is: what was known before is used";
            tracing::error!(trunk = settings.name, "{words}");
        }
        if learnt { life } else { life.min(AGAIN) }
    }
}

/// The addresses of each of these hosts, asked for together; none of one whose name leads nowhere in time.
async fn addresses(records: &[Record]) -> Vec<Vec<SocketAddr>> {
    let mut all = vec![Vec::new(); records.len()];
    let mut asked = JoinSet::new();
    for (place, record) in records.iter().enumerate() {
        let (host, port) = (record.target.clone(), record.port);
        asked.spawn(async move {
            let found = tokio::time::timeout(NAME, tokio::net::lookup_host((host.as_str(), port))).await;
            let found = found.ok().and_then(Result::ok);
            (place, found.map(|found| found.take(MOST_SERVERS).collect::<Vec<_>>()).unwrap_or_default())
        });
    }
    while let Some(found) = asked.join_next().await {
        if let Ok((place, addresses)) = found
            && let Some(slot) = all.get_mut(place)
        {
            *slot = addresses;
        }
    }
    all
}

/// Looks a trunk's gateway up again and again, the first time after so long.
pub(super) async fn keep(context: Arc<Context>, trunk: usize, first: Duration, token: CancellationToken) {
    let mut wait = first;
    loop {
        tokio::select! {
            () = token.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
        wait = tokio::select! {
            () = token.cancelled() => return,
            life = context.look_up(trunk) => life,
        };
    }
}

#[cfg(test)]
mod tests;
