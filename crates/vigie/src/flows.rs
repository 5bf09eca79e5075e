//! The usual call flows, for a start.

use std::collections::BTreeMap;
use switchboard::flow::{self, Flow, Step};
use switchboard::{Digit, PromptName, QueueId, Skill, StepId};

/// How a line answers.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Way<'a> {
    /// Answers at once and greets.
    Greet,
    /// Greets, then asks for a key.
    Menu {
        /// What each key means.
        choices: &'a BTreeMap<String, String>,
        /// How long a key is waited for, in seconds.
        wait_seconds: u32,
    },
    /// Rings until a human answers.
    Ring,
}

/// A flow that asks for the hours first, then answers this way and leads to the queue.
pub(crate) fn usual(queue: &str, way: Way<'_>) -> Flow {
    let step = |id: &str| StepId::from(id);
    let hours = Step::Hours(flow::ByHours { open: step("accueil"), closed: step("ferme") });
    let closed = Step::Last(flow::LastWord { prompt: PromptName::Closed });
    let enter = Step::Queue(flow::Enter { queue: QueueId::from(queue), priority: 0 });
    let greet =
        |next: &str| Step::Say(flow::Say { prompt: PromptName::Greeting, skip_in_surge: true, next: step(next) });
    let mut steps = vec![("heures", hours), ("file", enter), ("ferme", closed)];
    match way {
        Way::Greet => steps.push(("accueil", greet("file"))),
        Way::Ring => steps.push(("accueil", Step::Ring(flow::Ring { next: step("file") }))),
        Way::Menu { choices, wait_seconds } => {
            steps.push(("accueil", greet("menu")));
            steps.push(("menu", menu(choices, wait_seconds)));
        }
    }
    Flow::of(steps)
}

fn menu(choices: &BTreeMap<String, String>, wait_seconds: u32) -> Step {
    let choice = |(key, word): (&String, &String)| {
        Some(flow::Choice {
            digit: Digit::new(key.chars().next()?)?,
            choice: word.clone(),
            wish: Skill::read(&format!("audience:{word}")).ok(),
            priority: 0,
            next: StepId::from("file"),
        })
    };
    Step::Menu(flow::Menu {
        prompt: PromptName::MenuAudience,
        wait_seconds: wait_seconds.clamp(1, 30),
        tries: 3,
        choices: choices.iter().filter_map(choice).collect(),
        otherwise: StepId::from("file"),
    })
}
