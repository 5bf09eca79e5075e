//! Who may answer and who is on duty when, from what the store remembers.

use crate::phones::Phones;
use std::collections::BTreeSet;
use store::{Role, Staff, Store, StoreError};
use switchboard::{ListenerId, Person, Plan, Relay, Shift, Skill, Utc};
use telephony::OutsideNumber;

/// How far ahead the switchboard knows the rota, in milliseconds: it is told anew long before that.
const AHEAD: i64 = 8 * 24 * 3_600_000;
/// How long a shift that is over may still matter, in milliseconds.
const BEHIND: i64 = 3_600_000;

/// How many days ahead weekly shifts are written into the rota: six weeks, so that swaps and holidays can be arranged.
pub const WRITTEN_AHEAD: i64 = 42;

/// Everybody, as the store remembers them.
pub(crate) struct Staffing {
    /// As the switchboard knows them; those who have left among them, so that they are asked for nothing more.
    pub(crate) people: Vec<Person>,
    /// Their telephones.
    pub(crate) phones: Phones,
    /// Those who have left: whoever of them is still signed in is to be signed off.
    pub(crate) left: Vec<ListenerId>,
}

impl Staffing {
    /// Reads everybody, for a plan.
    pub(crate) async fn read(store: &Store, plan: &Plan) -> Result<Self, StoreError> {
        let staff = store.all_staff().await?;
        let mut phones = Phones::default();
        for member in &staff {
            let number = member.reach.phone.as_deref().and_then(|phone| OutsideNumber::read(phone).ok());
            phones.listeners.extend(number.map(|number| (member.listener(), number)));
        }
        // A number that cannot be read is left out: it is then told as one that does not exist.
        let relay = |relay: &Relay| OutsideNumber::read(&relay.number).ok().map(|number| (relay.id.clone(), number));
        phones.relays = plan.relays.values().filter_map(|known| relay(known)).collect();
        Ok(Self {
            people: staff.iter().map(|member| person(member, plan, &phones)).collect(),
            phones,
            left: staff.iter().filter(|member| member.left_at.is_some()).map(Staff::listener).collect(),
        })
    }
}

/// Whether a text is a number at all, and if not, why.
///
/// # Errors
/// [`telephony::ReadFault`].
pub fn read_number(number: &str) -> Result<(), telephony::ReadFault> {
    OutsideNumber::read(number).map(drop)
}

/// Everybody who is here, as the switchboard knows them under a plan: for those who rehearse the service without running it.
///
/// # Errors
/// When the store does not answer.
pub async fn known_people(store: &Store, plan: &Plan) -> Result<Vec<Person>, StoreError> {
    let Staffing { mut people, left, .. } = Staffing::read(store, plan).await?;
    people.retain(|person| !left.contains(&person.id));
    Ok(people)
}

fn person(member: &Staff, plan: &Plan, phones: &Phones) -> Person {
    if member.left_at.is_some() {
        // Somebody who left in the middle of a call ends it in peace, and is asked for nothing more.
        return Person { queues: Some(BTreeSet::new()), ..Person::anybody(member.listener()) };
    }
    let roles: &[&str] = match member.role {
        Role::Listener => &["listener"],
        Role::Regulator => &["listener", "regulator"],
        Role::Facilitator => &["listener", "regulator", "facilitator"],
        Role::Supervisor => &["listener", "supervisor"],
        Role::Coordinator => &[],
    };
    let mut skills = member.reach.skills.clone();
    skills.extend(roles.iter().map(|role| (Skill::role(role), 1)));
    // A queue that the plan has no more holds nobody back: whoever served it alone serves them all.
    let mut queues = member.reach.queues.clone();
    queues.retain(|queue| plan.queues.contains_key(queue));
    Person {
        id: member.listener(),
        skills,
        queues: Some(queues).filter(|queues| !queues.is_empty()),
        phone: phones.listeners.contains_key(&member.listener()),
        supervises: member.role.supervises(),
    }
}

/// Writes the days of weekly shifts up to [`WRITTEN_AHEAD`] days from now into the rota.
pub(crate) async fn write_weekly(store: &Store, now: i64) -> Result<(), StoreError> {
    for series in store.all_series().await? {
        let Some(zone) = crate::zone(&series.zone) else {
            tracing::warn!(series = series.id, "weekly shifts in a time zone that this machine does not know");
            continue;
        };
        let today = zone.local(Utc(now)).date;
        let days = series.weekly.days(&zone, today, today.plus_days(WRITTEN_AHEAD));
        store.write_series_days(&series, &days).await?;
    }
    Ok(())
}

/// The rota of the coming days. A shift of a queue that the plan has no more is none.
pub(crate) async fn rota(store: &Store, plan: &Plan, now: i64) -> Result<Vec<Shift>, StoreError> {
    let rows = store.shifts_between(now - BEHIND, now + AHEAD).await?;
    Ok(rows.into_iter().map(|row| row.shift).filter(|shift| plan.queues.contains_key(&shift.queue)).collect())
}
