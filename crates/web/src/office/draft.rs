//! The plan on the workbench: the draft if there is one, else the plan in force, from which the first change makes a draft.
//! The plan in force is never touched here, so nothing that is half done ever answers a call.

use crate::App;
use crate::words::Words;
use axum::http::StatusCode;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use store::{DraftSeen, PromptRow, StoreError, Version};
use switchboard::flow::{FlowFault, check_plan};
use switchboard::{DialRules, Language, Plan, PromptId, PromptName};

/// How often a change is tried anew because somebody else's came between.
const TRIES: usize = 8;

/// The plan that is worked on.
pub(super) struct Draft {
    /// What it says, complete.
    pub(super) plan: Plan,
    /// The draft's row, if it is one.
    pub(super) row: Option<Version<Plan>>,
    /// The prompts that were put in.
    pub(super) prompts: Vec<PromptRow>,
    /// Which kinds of numbers may be called.
    pub(super) rules: DialRules,
}

/// Why a change was not made.
pub(super) enum NotMade {
    /// Somebody else has changed the same thing meanwhile.
    Stale,
    /// It is not there any more.
    Gone,
    /// It is there already.
    Taken,
    /// It has no name of which a key could be made.
    NoName,
    /// Something else still leads there; its name.
    InUse(String),
    /// It cannot be understood.
    Unreadable(String),
    /// The store does not answer.
    Store(StoreError),
}

impl From<StoreError> for NotMade {
    fn from(fault: StoreError) -> Self {
        Self::Store(fault)
    }
}

impl NotMade {
    /// What to say of it, or the status if there is nothing to say.
    pub(super) fn told(self, words: Words) -> Result<String, StatusCode> {
        Ok(match self {
            Self::Stale => words.say("office.stale").to_owned(),
            Self::Gone => return Err(StatusCode::NOT_FOUND),
            Self::Taken => words.say("office.taken").to_owned(),
            Self::NoName => words.say("office.no_latin").to_owned(),
            Self::InUse(name) => words.fill("office.in_use", &[("name", &name)]),
            Self::Unreadable(why) => words.fill("office.unreadable", &[("why", &why)]),
            Self::Store(fault) => {
                tracing::warn!(%fault, "a draft cannot be changed");
                return Err(StatusCode::SERVICE_UNAVAILABLE);
            }
        })
    }
}

/// A store that does not answer, as an answer to whoever asked.
pub(crate) fn unavailable(fault: StoreError) -> StatusCode {
    tracing::warn!(%fault, "the office cannot read what it needs");
    StatusCode::SERVICE_UNAVAILABLE
}

impl Draft {
    /// Reads what is worked on.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(super) async fn read(app: &App) -> Result<Self, StoreError> {
        let store = app.house.store();
        let row = store.plans().draft().await?;
        let in_force = store.plans().in_force().await?;
        let prompts = store.prompts().await?;
        let mut plan = row.as_ref().or(in_force.as_ref()).map(|row| row.body.clone()).unwrap_or_default();
        complete(&mut plan);
        Ok(Self { plan, row, prompts, rules: app.house.dial_rules().clone() })
    }

    /// Which draft this is, for whoever wants to change exactly this one.
    pub(super) fn seen(&self) -> Option<DraftSeen> {
        self.row.as_ref().map(Version::seen)
    }

    /// A mark of all that it says.
    pub(super) fn says(&self) -> String {
        serde_json::to_value(&self.plan).map_or_else(|_| String::new(), |plan| mark(&plan))
    }

    /// What the checker finds.
    pub(super) fn faults(&self) -> Vec<FlowFault> {
        check(&self.plan, &self.prompts, &self.rules)
    }

    /// Makes a change to the draft. `change` may be called more than once, each time with a newer plan.
    ///
    /// # Errors
    /// [`NotMade`].
    pub(super) async fn change(
        app: &App,
        who: i64,
        change: impl Fn(&mut Plan) -> Result<(), NotMade>,
    ) -> Result<Self, NotMade> {
        for _ in 0..TRIES {
            let mut draft = Self::read(app).await?;
            change(&mut draft.plan)?;
            complete(&mut draft.plan);
            let saved = app.house.store().plans().save_draft(&draft.plan, draft.seen(), who, app.house.wall_ms()).await;
            match saved {
                Ok(_) => return Self::read(app).await.map_err(NotMade::Store),
                Err(StoreError::StaleVersion) => {}
                Err(fault) => return Err(fault.into()),
            }
        }
        Err(NotMade::Stale)
    }
}

/// Everything that is wrong with a plan, given the prompts that were put in.
pub(super) fn check(plan: &Plan, prompts: &[PromptRow], rules: &DialRules) -> Vec<FlowFault> {
    let own: BTreeSet<(i64, &str)> = prompts.iter().map(|prompt| (prompt.id, prompt.language.as_str())).collect();
    let known = |name: PromptName, language: Language| match name {
        PromptName::Own(PromptId(id)) => own.contains(&(id, language.code())),
        _shipped => true,
    };
    check_plan(plan, &known, rules)
}

/// Puts in what is not written. A time zone that this machine does not know counts as UTC here, so that the plan can be
/// seen and mended; such a plan is neither taken in nor put in force.
fn complete(plan: &mut Plan) {
    let zones: BTreeMap<String, switchboard::Zone> = plan
        .lines
        .values()
        .map(|line| (line.zone.clone(), node::zone(&line.zone).unwrap_or_else(switchboard::Zone::utc)))
        .collect();
    // Each zone of the plan is in the table, so nothing is left to be refused.
    let _known = plan.complete(|zone| zones.get(zone).cloned());
}

/// A mark of some settings as they were shown: a change of what is shown otherwise now is refused.
pub(super) fn mark(settings: &Value) -> String {
    let digest = Sha256::digest(settings.to_string().as_bytes());
    digest.iter().take(8).fold(String::new(), |mut hex, byte| {
        // Writing to a String does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
