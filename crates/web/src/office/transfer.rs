//! Plans and flows as TOML: taken out, looked at, changed elsewhere, and put in again.

use super::draft::{Draft, NotMade, unavailable};
use super::form::Sent;
use super::{go, overview};
use crate::App;
use crate::door::Colleague;
use crate::words::Words;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use switchboard::{Plan, Wrong};

/// Something as TOML.
pub(super) fn written(what: &impl Serialize) -> Result<String, StatusCode> {
    toml::to_string_pretty(what).map_err(|fault| {
        tracing::error!(%fault, "a plan cannot be written as TOML");
        StatusCode::INTERNAL_SERVER_ERROR
    })
}

/// Reads something from TOML; else the line of the fault and what it is.
pub(super) fn read<T: DeserializeOwned>(words: Words, text: &str) -> Result<T, String> {
    toml::from_str(text).map_err(|fault| {
        let before = fault.span().and_then(|span| text.get(..span.start.min(text.len())));
        let line = before.map_or(1, |before| before.matches('\n').count() + 1);
        words.fill("office.toml_fault", &[("line", &line.to_string()), ("why", fault.message().trim())])
    })
}

/// `GET /office/plan.toml`
pub(crate) async fn export_plan(State(app): State<App>, _colleague: Colleague) -> Result<Response, StatusCode> {
    let draft = Draft::read(&app).await.map_err(unavailable)?;
    let headers = [
        (CONTENT_TYPE, "application/toml; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"plan.toml\""),
    ];
    Ok((headers, written(&draft.plan)?).into_response())
}

/// A short name that is none: names become addresses of pages, and stay in the record.
fn bad_name(plan: &Plan) -> Option<String> {
    let steps = plan.lines.values().flat_map(|line| line.flow.steps.keys().map(|id| &id.0));
    let names = plan.lines.keys().map(|id| &id.0).chain(plan.queues.keys().map(|id| &id.0));
    let mut names = names.chain(plan.relays.keys().map(|id| &id.0)).chain(steps);
    names.find(|name| Wrong::short_name(&name.replace('_', "-")).is_some()).cloned()
}

/// A whole plan from TOML, complete; else why it cannot be taken.
pub(super) fn taken_in(words: Words, text: &str) -> Result<Plan, String> {
    let mut plan = read::<Plan>(words, text)?;
    if plan.lines.is_empty() {
        return Err(words.say("check.no_lines").to_owned());
    }
    if let Some(name) = bad_name(&plan) {
        return Err(words.fill("check.bad_name", &[("name", &name)]));
    }
    match plan.complete(node::zone) {
        Ok(()) => Ok(plan),
        Err((line, _)) => Err(words.fill("office.unknown_zone", &[("line", &line.0)])),
    }
}

/// `POST /office/plan/import`: a whole plan takes the place of the draft.
pub(crate) async fn import_plan(
    State(app): State<App>,
    colleague: Colleague,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let words = colleague.words;
    let new = taken_in(words, Sent(pairs).get("toml"));
    let done = match new {
        Ok(new) => {
            Draft::change(&app, colleague.staff.id, |plan| {
                *plan = new.clone();
                Ok(())
            })
            .await
        }
        Err(why) => Err(NotMade::Unreadable(why)),
    };
    match done {
        Ok(_) => Ok(go("/office")),
        Err(not) => {
            let said = not.told(words)?;
            overview::with_notice(&app, &colleague, StatusCode::UNPROCESSABLE_ENTITY, &said).await
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;
    use switchboard::flow::{Choice, Enter, Flow, Menu, Step};
    use switchboard::{
        Digit, Line, ListenerCare, PromptId, PromptName, QueueId, QueueRules, Relay, Rung, Skill, StepId, Tried,
        WeeklyHours,
    };

    fn plan() -> Plan {
        let menu = Step::Menu(Menu {
            prompt: PromptName::Own(PromptId(4)),
            wait_seconds: 5,
            tries: 2,
            choices: vec![Choice {
                digit: Digit::new('*').unwrap(),
                choice: "student".into(),
                wish: Skill::read("audience:student").ok(),
                priority: 60,
                next: StepId::from("file"),
            }],
            otherwise: StepId::from("file"),
        });
        let enter = Step::Queue(Enter { queue: QueueId::from("nuit"), priority: 0 });
        let mut line = Line::usual("nuit", "Ligne de nuit « été »", Flow::of([("menu", menu), ("file", enter)]));
        line.numbers = vec!["0199000805".into()];
        line.hours.week = WeeklyHours::read(["mon-fri 21:00-06:00"]).unwrap();
        let mut queue = QueueRules::usual("nuit", "Nuit");
        queue.rungs.push(Rung { tried: Tried::Partner("amis".into()), seconds: 40 });
        queue.rungs.push(Rung { tried: Tried::Message(PromptName::Own(PromptId(4))), seconds: 40 });
        let mut plan =
            Plan::new([line], [queue], [Relay::usual("amis", "Amis", "0199000890")], ListenerCare::default());
        plan.complete(node::zone).unwrap();
        plan
    }

    #[test]
    fn a_plan_is_read_as_it_was_written() {
        let text = written(&plan()).unwrap();
        let mut again: Plan = read(Words(Language::Fr), &text).unwrap();
        again.complete(node::zone).unwrap();
        assert_eq!(again, plan(), "{text}");
        let flow = plan().lines[&switchboard::LineId::from("nuit")].flow.clone();
        let text = written(flow.as_ref()).unwrap();
        assert_eq!(read::<Flow>(Words(Language::Fr), &text).as_ref(), Ok(flow.as_ref()));
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_line() {
        for (text, line) in [("version = 1\n[line.a]\nname = 3\n", "3"), ("version =", "1"), ("\n\nfoo = 1", "3")] {
            let why = read::<Plan>(Words(Language::En), text).unwrap_err();
            assert!(why.contains(&format!("line {line}")), "{why}");
        }
    }
}
