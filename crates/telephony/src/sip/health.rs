//! How each trunk stands: whether its gateway answers, and whether it knows where we are. Gateways are asked by OPTIONS
//! (RFC 3261 section 11) every ten seconds; one that leaves three in a row unanswered is down until it answers again.

use super::ask;
use super::context::Context;
use crate::order::TelephonyEvent;
use crate::wire::wall_seconds;
use rsipstack::platform::CancellationToken;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Between two questions to a gateway that answers.
const EVERY: Duration = Duration::from_secs(10);
/// Between two questions to one that has just failed to answer: whether it is down is known within half a minute.
const SOON: Duration = Duration::from_secs(2);
/// How long a question within a call may be unanswered, where the gateway is down, before the call counts as gone.
const NO_HOPE: Duration = Duration::from_secs(5);
/// How many half seconds a server must have been passed over for another before a question to it counts as lost.
const PASSED_OVER: u32 = 20;
/// How many questions in a row are left unanswered before a gateway is down.
const FAILURES: u8 = 3;
/// How many changes are remembered for each trunk.
const CHANGES: usize = TrunkState::CHANGES as usize;

/// Whether a gateway answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GatewayHealth {
    /// Nobody has asked, or no question has come to its end: the trunk only brings calls, or has just been started.
    Unknown,
    /// It answers.
    Up,
    /// It left three questions in a row unanswered, or said that it serves nobody.
    Down,
}

/// Whether a gateway knows where we are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registered {
    /// It need not.
    NotAsked,
    /// It is being told for the first time.
    Asking,
    /// It does.
    Yes,
    /// It refuses our account, or the request.
    Refused,
    /// It does not answer.
    Unanswered,
}

/// Something that changed at a trunk, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrunkChange {
    /// Its gateway answers, or no longer.
    Gateway(GatewayHealth),
    /// Its gateway knows where we are, or no longer.
    Registered(Registered),
}

/// How a trunk stands. No address is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrunkState {
    /// What people call it.
    pub name: String,
    /// Whether calls to the outside can take it.
    pub has_gateway: bool,
    /// Whether its gateway answers.
    pub gateway: GatewayHealth,
    /// Whether its gateway knows where we are.
    pub registered: Registered,
    /// How long the last question took to be answered.
    pub round_trip: Option<Duration>,
    /// What changed, newest first, each with its time in seconds since 1970.
    pub changes: VecDeque<(u64, TrunkChange)>,
    /// Unanswered questions in a row.
    failures: u8,
}

impl TrunkState {
    /// How many changes are remembered.
    pub const CHANGES: i64 = 50;

    fn new(name: String, has_gateway: bool, registers: bool) -> Self {
        let registered = if registers { Registered::Asking } else { Registered::NotAsked };
        let changes = VecDeque::new();
        Self { name, has_gateway, gateway: GatewayHealth::Unknown, registered, round_trip: None, changes, failures: 0 }
    }

    /// Takes what a question came to, and says what changed.
    fn asked(&mut self, answer: Option<Duration>, at: u64) -> Option<TrunkChange> {
        self.round_trip = answer;
        self.failures = if answer.is_some() { 0 } else { self.failures.saturating_add(1) };
        match answer {
            Some(_) => self.gateway_is(GatewayHealth::Up, at),
            None if self.failures >= FAILURES => self.gateway_is(GatewayHealth::Down, at),
            None => None,
        }
    }

    fn gateway_is(&mut self, health: GatewayHealth, at: u64) -> Option<TrunkChange> {
        let changed = std::mem::replace(&mut self.gateway, health) != health;
        changed.then(|| self.note(TrunkChange::Gateway(health), at))
    }

    fn registers(&mut self, registered: Registered, at: u64) -> Option<TrunkChange> {
        let changed = std::mem::replace(&mut self.registered, registered) != registered;
        changed.then(|| self.note(TrunkChange::Registered(registered), at))
    }

    fn note(&mut self, change: TrunkChange, at: u64) -> TrunkChange {
        self.changes.push_front((at, change));
        self.changes.truncate(CHANGES);
        change
    }

    /// How soon to ask again.
    fn next(&self) -> Duration {
        if self.failures > 0 && self.gateway != GatewayHealth::Down { SOON } else { EVERY }
    }
}

/// How all trunks stand, in the order of the configuration.
#[derive(Clone, Default)]
pub(crate) struct TrunkStates(Arc<Mutex<Vec<TrunkState>>>);

impl TrunkStates {
    pub(crate) fn new(trunks: &[crate::settings::TrunkSettings]) -> Self {
        let state = |trunk: &crate::settings::TrunkSettings| {
            TrunkState::new(trunk.name.clone(), trunk.gateway.is_some(), trunk.register)
        };
        Self(Arc::new(Mutex::new(trunks.iter().map(state).collect())))
    }

    /// All of them, as they stand.
    pub(crate) fn all(&self) -> Vec<TrunkState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts what changed before the start behind what has changed since; newest first.
    pub(crate) fn remember(&self, name: &str, before: Vec<(u64, TrunkChange)>) {
        let mut states = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(state) = states.iter_mut().find(|state| state.name == name) {
            state.changes.extend(before);
            state.changes.truncate(CHANGES);
        }
    }

    /// Whether a gateway is known to be down.
    pub(crate) fn is_down(&self, trunk: usize) -> bool {
        self.with(trunk, |state| state.gateway == GatewayHealth::Down).unwrap_or_default()
    }

    fn with<T>(&self, trunk: usize, act: impl FnOnce(&mut TrunkState) -> T) -> Option<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_mut(trunk).map(act)
    }
}

impl Context {
    /// Writes down that a gateway knows where we are, or not, and tells of a change.
    pub(super) fn registered(&self, trunk: usize, registered: Registered) {
        let change = self.states.with(trunk, |state| state.registers(registered, wall_seconds())).flatten();
        self.tell_change(trunk, change);
    }

    /// Comes to its end once nothing is to be hoped for of a question that was just asked within a call: some time has passed,
    /// and its trunk is down, or the server that it went to answers no longer. Without a trunk, never.
    pub(super) async fn no_hope_of(&self, way: Option<(usize, SocketAddr)>) {
        let Some((trunk, server)) = way else { return std::future::pending().await };
        tokio::time::sleep(NO_HOPE).await;
        // A server may miss one question and be there all the same.
        let mut passed_over = 0;
        while !self.states.is_down(trunk) && passed_over < PASSED_OVER {
            passed_over = if self.doors.routes.passes_over(trunk, server) { passed_over + 1 } else { 0 };
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    fn tell_change(&self, trunk: usize, change: Option<TrunkChange>) {
        if let (Some(change), Some(settings)) = (change, self.settings.trunks.get(trunk)) {
            (self.sink)(TelephonyEvent::TrunkChanged(settings.name.clone(), change));
        }
    }
}

/// Asks a trunk's gateway again and again whether it serves us.
pub(super) async fn watch(context: Arc<Context>, trunk: usize, token: CancellationToken) {
    // All servers are asked together until it is known that the best one answers, and where it did not: an outage of all shows
    // itself no later than that of one.
    let mut all = true;
    loop {
        let serving = tokio::select! {
            () = token.cancelled() => return,
            serving = ask::round(&context, trunk, all) => serving,
        };
        let name = context.settings.trunks.get(trunk).map_or("", |settings| &settings.name);
        if let Some(serving) = &serving {
            context.doors.routes.answered(trunk, name, serving.server);
        }
        all = !serving.as_ref().is_some_and(|serving| serving.best);
        let took = serving.map(|serving| serving.took);
        let change = context.states.with(trunk, |state| state.asked(took, wall_seconds())).flatten();
        context.tell_change(trunk, change);
        let next = context.states.with(trunk, |state| state.next()).unwrap_or(EVERY);
        tokio::select! {
            () = token.cancelled() => return,
            () = tokio::time::sleep(next) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_silences_in_a_row_are_an_outage_and_one_answer_ends_it() {
        let quick = Some(Duration::from_millis(4));
        let mut state = TrunkState::new("t".to_owned(), true, false);
        assert_eq!(state.asked(quick, 10), Some(TrunkChange::Gateway(GatewayHealth::Up)));
        assert_eq!(state.next(), EVERY);
        for at in [20, 22] {
            assert_eq!((state.asked(None, at), state.next()), (None, SOON));
        }
        assert_eq!(state.asked(quick, 24), None, "two are none");
        for at in [34, 36] {
            assert_eq!(state.asked(None, at), None);
        }
        assert_eq!(state.asked(None, 38), Some(TrunkChange::Gateway(GatewayHealth::Down)));
        assert_eq!((state.asked(None, 48), state.next()), (None, EVERY));
        assert_eq!(state.asked(quick, 58), Some(TrunkChange::Gateway(GatewayHealth::Up)));
        assert_eq!(state.changes.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [58, 38, 10]);
    }

    #[test]
    fn what_changed_is_remembered_within_bounds() {
        let mut state = TrunkState::new("t".to_owned(), true, true);
        assert_eq!(state.registered, Registered::Asking);
        for at in 0..200 {
            let registered = if at % 2 == 0 { Registered::Yes } else { Registered::Unanswered };
            assert!(state.registers(registered, at).is_some());
            assert!(state.registers(registered, at).is_none());
        }
        assert_eq!(state.changes.len(), CHANGES);
        assert_eq!(state.changes.front(), Some(&(199, TrunkChange::Registered(Registered::Unanswered))));
    }
}
