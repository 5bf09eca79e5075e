//! What the office changes while the house is open: the plan, the people, the rota.

use super::{House, Inner, OpenFault};
use crate::staffing::{self, Staffing};
use crate::turn::Turn;
use care::Protocol;
use std::sync::{Arc, Weak};
use std::time::Duration;
use store::{Store, StoreError};
use switchboard::{CallId, Command, Input, Language, Line, LineId, Plan};
use telephony::LineNumbers;
use tokio::sync::OwnedMutexGuard;

/// How often the rota is read again, beside after each change.
const EVERY: Duration = Duration::from_secs(1800);

/// A line as the public may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicLine {
    /// Short name.
    pub id: LineId,
    /// Name.
    pub name: String,
    /// The numbers to call.
    pub numbers: Vec<String>,
    /// The languages it speaks.
    pub languages: Vec<Language>,
    /// When it is open in a week, as pairs of minutes from Monday 00:00; nothing if it always is.
    pub hours: Option<Vec<(u16, u16)>>,
}

impl House {
    /// An id for a call that this house did not carry, so that somebody can write about it.
    #[must_use]
    pub fn new_call_id(&self) -> CallId {
        CallId(crate::crank::random_id())
    }

    /// The lines, the call page's first.
    #[must_use]
    pub fn lines(&self) -> Vec<PublicLine> {
        let plan = self.plan();
        let mut lines: Vec<PublicLine> = plan.lines.values().map(|line| public(line)).collect();
        lines.sort_by_key(|line| plan.call_page.as_ref() != Some(&line.id));
        lines
    }

    /// The plan that is in force.
    #[must_use]
    pub fn plan(&self) -> Arc<Plan> {
        Arc::clone(&self.0.plan.borrow())
    }

    /// The protocol that is in force: what a record is begun with.
    #[must_use]
    pub fn protocol(&self) -> Arc<Protocol> {
        Arc::clone(&self.0.protocol.borrow())
    }

    /// Puts a protocol in force that the store has in force: for every record that is begun from now on.
    pub fn put_protocol(&self, protocol: Protocol) {
        self.0.protocol.send_replace(Arc::new(protocol));
    }

    /// The right to change what is in force, the plan or the protocol, one at a time.
    pub async fn planning(&self) -> OwnedMutexGuard<()> {
        Arc::clone(&self.0.planning).lock_owned().await
    }

    /// Puts a plan in force that the store has in force: for everybody who calls from now on. Nothing that fails after this
    /// keeps the switchboard from knowing it.
    pub async fn put_plan(&self, plan: Plan) {
        let plan = Arc::new(plan);
        self.0.cluster.send(Turn::Told(Input::Plan(Arc::clone(&plan))));
        self.0.line_numbers.put(numbers(&plan));
        self.0.plan.send_replace(Arc::clone(&plan));
        // Who serves which queue, and on which shift, is read anew: queues may have come or gone.
        for told in [self.refresh_people().await, self.refresh_rota().await] {
            if let Err(fault) = told {
                tracing::warn!(%fault, "a plan is in force with the people and the rota of before");
            }
        }
    }

    /// Tells the switchboard anew who may answer: to be called after a change among the people.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn refresh_people(&self) -> Result<(), StoreError> {
        let Staffing { people, phones, left } = Staffing::read(&self.0.store, &self.plan()).await?;
        self.0.cluster.send(Turn::Phones(phones));
        self.0.cluster.send(Turn::Told(Input::People(people)));
        for listener in left {
            self.0.cluster.send(Turn::Told(Input::Listener(listener, Command::SignOff)));
        }
        Ok(())
    }

    /// Writes the days of weekly shifts for the coming weeks into the rota, and tells the switchboard who is on duty when: to
    /// be called after a change of the rota, and from time to time.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn refresh_rota(&self) -> Result<(), StoreError> {
        let now = self.wall_ms();
        staffing::write_weekly(&self.0.store, now).await?;
        let rota = staffing::rota(&self.0.store, &self.plan(), now).await?;
        self.0.cluster.send(Turn::Told(Input::Rota(rota)));
        Ok(())
    }

    /// Keeps the rota up to date for as long as the house stands.
    pub(super) async fn keep_rota(house: Weak<Inner>) {
        loop {
            tokio::time::sleep(EVERY).await;
            let Some(house) = house.upgrade().map(House) else { return };
            if let Err(fault) = house.refresh_rota().await {
                tracing::warn!(%fault, "the rota cannot be read: what was known of it counts until it can");
            }
        }
    }
}

/// The plan and the protocol that the store has in force; the first ones, if none ever were.
pub(super) async fn in_force(store: &Store, first: Plan, now: i64) -> Result<(Plan, Protocol), OpenFault> {
    Ok((plan_in_force(store, first, now).await?, protocol_in_force(store, now).await?))
}

async fn plan_in_force(store: &Store, first: Plan, now: i64) -> Result<Plan, OpenFault> {
    let mut plan = match store.plans().in_force().await.map_err(OpenFault::Store)? {
        Some(row) => {
            if !first.lines.is_empty() {
                tracing::info!(
                    "lines are made in the office: those of the configuration were taken in once, at the start"
                );
            }
            row.body
        }
        None if first.lines.is_empty() => first,
        None => store.plans().first(&first, now).await.map_err(OpenFault::Store)?.body,
    };
    plan.complete(crate::zone).map_err(|(line, words)| OpenFault::Zone(line, words))?;
    if plan.lines.is_empty() {
        tracing::warn!("there is no line yet: nobody can call; a coordinator adds one in the office");
    } else {
        tracing::info!(plan = plan.version, lines = plan.lines.len(), "the plan in force");
    }
    Ok(plan)
}

/// The standard protocol is written down at the first start, so that records go on with the form that they were begun with
/// when the program brings another standard.
async fn protocol_in_force(store: &Store, now: i64) -> Result<Protocol, OpenFault> {
    let row = store.protocols().first(&Protocol::standard(), now).await.map_err(OpenFault::Store)?;
    tracing::info!(protocol = row.version, fields = row.body.form.fields().count(), "the protocol in force");
    Ok(row.body)
}

fn public(line: &Line) -> PublicLine {
    let always = line.hours.week.words() == ["always"];
    PublicLine {
        id: line.id.clone(),
        name: line.name.clone(),
        numbers: line.numbers.clone(),
        languages: line.languages.clone(),
        hours: (!always).then(|| line.hours.week.spans().to_vec()),
    }
}

/// Which line each number reaches, for telephony.
pub(super) fn line_numbers(plan: &Plan) -> LineNumbers {
    let known = LineNumbers::default();
    known.put(numbers(plan));
    known
}

/// Which line each number reaches.
fn numbers(plan: &Plan) -> Vec<(String, LineId)> {
    let of = |line: &Arc<Line>| {
        let id = line.id.clone();
        line.numbers.clone().into_iter().map(move |number| (number, id.clone()))
    };
    plan.lines.values().flat_map(of).collect()
}
