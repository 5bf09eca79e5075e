//! Tells those who run the service what is wrong, and when it is over: to a web address and by mail. What is told is what
//! the house says of itself; no caller and nobody's name is in it.

mod mail;
mod webhook;

pub(crate) use mail::Mail;
pub(crate) use webhook::Webhook;

use node::{House, Trouble};
use std::collections::BTreeSet;
use std::time::Duration;

/// Between two looks.
const LOOK: Duration = Duration::from_secs(2);
/// The pauses after attempts that failed.
const PAUSES: [Duration; 3] = [Duration::from_secs(2), Duration::from_secs(20), Duration::from_secs(120)];
/// How long an attempt may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Something to tell.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) trouble: Trouble,
    pub(crate) over: bool,
    /// When, in milliseconds since 1970.
    pub(crate) at: i64,
}

/// The ways to tell.
#[derive(Clone)]
pub(crate) enum Way {
    Webhook(Webhook),
    Mail(Mail),
}

impl Way {
    async fn tell(&self, told: &Told) -> Result<(), String> {
        match self {
            Self::Webhook(webhook) => webhook.tell(told).await,
            Self::Mail(mail) => mail.tell(told).await,
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Webhook(_) => "webhook",
            Self::Mail(_) => "mail",
        }
    }
}

/// Looks again and again at what is wrong, and tells of each change, for as long as it is polled.
pub(crate) async fn watch(house: House, ways: Vec<Way>) {
    let mut known = BTreeSet::new();
    loop {
        tokio::time::sleep(LOOK).await;
        let now = house.troubles();
        let begun = now.difference(&known).map(|trouble| (trouble.clone(), false));
        let over = known.difference(&now).map(|trouble| (trouble.clone(), true));
        for (trouble, over) in begun.chain(over) {
            let told = Told { trouble, over, at: house.wall_ms() };
            ways.iter().for_each(|way| send(way.clone(), told.clone()));
        }
        known = now;
    }
}

/// Tries until it is told, or for some minutes. Each alarm for itself: one that is stuck keeps none back.
#[allow(clippy::disallowed_methods, reason = "each ends within its time, and nothing waits for it")]
fn send(way: Way, told: Told) {
    tokio::spawn(async move {
        for pause in PAUSES.into_iter().map(Some).chain([None]) {
            let tried = tokio::time::timeout(PATIENCE, way.tell(&told)).await;
            let fault = match tried.unwrap_or_else(|_| Err("no answer in time".to_owned())) {
                Ok(()) => return tracing::debug!(by = way.name(), "an alarm was told"),
                Err(fault) => fault,
            };
            match pause {
                Some(pause) => tokio::time::sleep(pause).await,
                None => tracing::error!(by = way.name(), fault, "an alarm could not be told"),
            }
        }
    });
}
