//! Call flows: what a caller meets before a human, as data. Each kind of step is one file of this folder and one line in
//! the list below.

mod check;
mod departement;
mod draw;
mod hours;
mod language;
mod last;
mod line;
mod menu;
mod queue;
mod relay;
mod ring;
mod say;
#[cfg(test)]
mod tests;

pub use check::{FlowFault, check_flow, check_plan};
pub use departement::AskDepartement;
pub use draw::{Drawing, DrawnEdge, DrawnStep};
pub use hours::ByHours;
pub use language::{AskLanguage, LanguageChoice};
pub use last::LastWord;
pub use line::ToLine;
pub use menu::{Choice, Menu};
pub use queue::Enter;
pub use relay::ToRelay;
pub use ring::Ring;
pub use say::Say;

use crate::call::{InFlow, Room, StepInput};
use crate::field::{Field, Holds};
use crate::plan::Wrong;
use crate::{LineId, PromptName, QueueId, RelayId, StepId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A call flow: steps with names, and the one where it begins.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// Where a call begins.
    pub start: StepId,
    /// The steps.
    #[serde(default, rename = "step")]
    pub steps: BTreeMap<StepId, Step>,
}

impl Flow {
    /// The most steps that a flow may have: nobody could look over more, and no caller walks through them.
    pub const MOST_STEPS: usize = 200;

    /// A flow of these steps; it begins with the first.
    #[must_use]
    pub fn of(steps: impl IntoIterator<Item = (&'static str, Step)>) -> Self {
        let steps: Vec<(StepId, Step)> = steps.into_iter().map(|(id, step)| (StepId::from(id), step)).collect();
        let start = steps.first().map_or_else(StepId::default, |(id, _)| id.clone());
        Self { start, steps: steps.into_iter().collect() }
    }

    /// The steps that can be reached from the start, in the order in which a reader meets them.
    #[must_use]
    pub fn reached(&self) -> Vec<StepId> {
        let mut reached = vec![self.start.clone()];
        let mut seen: BTreeSet<StepId> = reached.iter().cloned().collect();
        let mut next = 0;
        while let Some(id) = reached.get(next).cloned() {
            next += 1;
            let exits = self.steps.get(&id).map_or(Vec::new(), Step::exits);
            for exit in exits {
                if seen.insert(exit.to.clone()) {
                    reached.push(exit.to);
                }
            }
        }
        reached.retain(|id| self.steps.contains_key(id));
        reached
    }
}

/// A way on from a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exit {
    /// What leads there: a key word for the messages, such as `next`, `closed` or a telephone key.
    pub when: String,
    /// The next step.
    pub to: StepId,
}

impl Exit {
    fn next(to: &StepId) -> Vec<Self> {
        vec![Self { when: "next".to_owned(), to: to.clone() }]
    }
}

/// Where a step leads outside its flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leads {
    /// Nowhere: to other steps only.
    On,
    /// Into a queue.
    Queue(QueueId),
    /// To a relay; to another step if it cannot be reached.
    Relay(RelayId),
    /// To another line.
    Line(LineId),
    /// To a last word, said as long as the caller stays.
    LastWord,
}

/// What comes of a step.
pub(crate) enum Course {
    /// The step goes on.
    Stay(InFlow),
    /// Another step.
    To(StepId),
    /// A queue.
    Enter(QueueId),
    /// A relay is called; if that fails, the step.
    Relay(RelayId, StepId),
    /// Another line.
    Line(LineId),
    /// A last word.
    Last(PromptName),
}

/// What every kind of step says of itself and does.
pub(crate) trait StepRules {
    /// The ways on.
    fn exits(&self) -> Vec<Exit>;
    /// Where it leads outside the flow.
    fn leads(&self) -> Leads {
        Leads::On
    }
    /// Whether it speaks, so that the call must be answered first.
    fn speaks(&self) -> bool {
        false
    }
    /// Whether keys mean something to it.
    fn takes_keys(&self) -> bool {
        false
    }
    /// The prompts it says.
    fn prompts(&self) -> Vec<PromptName> {
        Vec::new()
    }
    /// What is wrong with its settings, if anything.
    fn wrong(&self) -> Option<Wrong> {
        None
    }
    /// Begins the step.
    fn begin(&self, id: &StepId, room: &mut Room<'_>) -> Course;
    /// Takes one input while the step goes on. The caller's leaving never gets here.
    fn handle(&self, at: InFlow, input: StepInput, _room: &mut Room<'_>) -> Course {
        // A step that leads on at once has nothing to take.
        match input {
            StepInput::PromptEnded | StepInput::Digit(_) | StepInput::Deadline => Course::Stay(at),
        }
    }
}

macro_rules! steps {
    ($($(#[$doc:meta])* $name:ident($rules:ty) = $key:literal,)+) => {
        /// One step of a flow.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "kind")]
        pub enum Step {
            $($(#[$doc])* #[serde(rename = $key)] $name($rules),)+
        }

        impl Step {
            /// The key of every kind of step, in the order of the lists that people choose from.
            pub const KINDS: &'static [&'static str] = &[$($key),+];

            /// The key of this step's kind.
            #[must_use]
            pub fn kind(&self) -> &'static str {
                match self { $(Step::$name(_) => $key,)+ }
            }

            /// What can be set in a step of this kind, in the order of a form; `None` if there is no such kind.
            #[must_use]
            pub fn fields(kind: &str) -> Option<&'static [Field]> {
                match kind {
                    $($key => Some(<$rules>::FIELDS),)+
                    _unknown => None,
                }
            }

            pub(crate) fn rules(&self) -> &dyn StepRules {
                match self { $(Step::$name(rules) => rules,)+ }
            }
        }
    };
}

steps! {
    /// Says a prompt.
    Say(Say) = "say",
    /// Asks for a key.
    Menu(Menu) = "menu",
    /// Asks for a language by key.
    Language(AskLanguage) = "language",
    /// Goes one way when the line is open, another when it is closed.
    Hours(ByHours) = "hours",
    /// Asks for the département by keypad.
    Departement(AskDepartement) = "departement",
    /// Lets the caller hear ringing until a human answers.
    Ring(Ring) = "ring",
    /// Enters a queue.
    Queue(Enter) = "queue",
    /// Hands the caller to a relay.
    Relay(ToRelay) = "relay",
    /// Hands the caller to another line.
    Line(ToLine) = "line",
    /// Says a last word as long as the caller stays.
    Last(LastWord) = "last",
}

impl Step {
    /// The ways on.
    #[must_use]
    pub fn exits(&self) -> Vec<Exit> {
        self.rules().exits()
    }

    /// Where it leads outside the flow.
    #[must_use]
    pub fn leads(&self) -> Leads {
        self.rules().leads()
    }

    /// The prompts it says.
    #[must_use]
    pub fn prompts(&self) -> Vec<PromptName> {
        self.rules().prompts()
    }
}
