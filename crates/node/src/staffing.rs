//! Who may answer and who is on duty when, from what the store remembers.

use crate::phones::Phones;
use store::{Role, Staff, Store, StoreError};
use switchboard::{Person, Plan, Shift, Skill, Utc};
use telephony::OutsideNumber;

/// How far ahead the switchboard knows the rota, in milliseconds: it is told anew long before that.
const AHEAD: i64 = 8 * 24 * 3_600_000;
/// How long a shift that is over may still matter, in milliseconds.
const BEHIND: i64 = 3_600_000;

/// How many days ahead weekly shifts are written into the rota: six weeks, so that swaps and holidays can be arranged.
pub const WRITTEN_AHEAD: i64 = 42;

/// Everybody, as the switchboard knows them.
pub(crate) async fn people(store: &Store) -> Result<(Vec<Person>, Phones), StoreError> {
    let mut staff = store.all_staff().await?;
    staff.retain(|member| member.left_at.is_none());
    let mut phones = Phones::default();
    for member in &staff {
        let number = member.reach.phone.as_deref().and_then(|phone| OutsideNumber::read(phone).ok());
        phones.listeners.extend(number.map(|number| (member.listener(), number)));
    }
    Ok((staff.iter().map(|member| person(member, &phones)).collect(), phones))
}

/// Whether a number can be dialled.
#[must_use]
pub fn can_be_dialled(number: &str) -> bool {
    OutsideNumber::read(number).is_ok()
}

fn person(member: &Staff, phones: &Phones) -> Person {
    let roles: &[&str] = match member.role {
        Role::Listener => &["listener"],
        Role::Regulator => &["listener", "regulator"],
        Role::Facilitator => &["listener", "regulator", "facilitator"],
        Role::Supervisor => &["listener", "supervisor"],
        Role::Coordinator => &[],
    };
    let mut skills = member.reach.skills.clone();
    skills.extend(roles.iter().map(|role| (Skill::role(role), 1)));
    Person {
        id: member.listener(),
        skills,
        queues: Some(member.reach.queues.clone()).filter(|queues| !queues.is_empty()),
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

/// The rota of the coming days.
pub(crate) async fn rota(store: &Store, now: i64) -> Result<Vec<Shift>, StoreError> {
    let rows = store.shifts_between(now - BEHIND, now + AHEAD).await?;
    Ok(rows.into_iter().map(|row| row.shift).collect())
}

/// The numbers of a plan's relays. One that cannot be read is left out: it is then told as a number that does not exist.
pub(crate) fn relays(plan: &Plan, phones: &mut Phones) {
    let number = |number: &str| OutsideNumber::read(number).ok();
    phones.relays = plan.relays.values().filter_map(|relay| Some((relay.id.clone(), number(&relay.number)?))).collect();
}
