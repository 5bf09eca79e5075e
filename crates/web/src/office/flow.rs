//! The call flow of a line: its picture, its steps, and what the checker says of it.

mod text;

pub(crate) use text::{export_flow, import_flow};

use super::draft::{Draft, NotMade, mark, unavailable};
use super::form::{InputFault, Sent, read};
use super::inputs::{Choices, Inputs};
use super::things::{choices, short_name};
use super::{faults, go, not_done, page, picture, transfer};
use crate::App;
use crate::door::Colleague;
use crate::words::Words;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use switchboard::flow::{Flow, FlowFault, Step};
use switchboard::{Holds, Line, LineId, Plan, StepId, Wrong};

/// A form whose content was not taken.
struct NotTaken<'a> {
    step: &'a str,
    settings: &'a Value,
    wrong: &'a [InputFault],
}

/// `GET /office/flows/{line}`
pub(crate) async fn flow_page(
    State(app): State<App>,
    Path(line): Path<String>,
    colleague: Colleague,
) -> Result<Markup, StatusCode> {
    let draft = Draft::read(&app).await.map_err(unavailable)?;
    draw(&app, &colleague, &draft, &line, None, None)
}

fn line<'a>(plan: &'a Plan, id: &str) -> Result<&'a Arc<Line>, StatusCode> {
    plan.lines.get(&LineId::from(id)).ok_or(StatusCode::NOT_FOUND)
}

fn settings(step: &Step) -> Value {
    serde_json::to_value(step).unwrap_or_default()
}

/// The steps as they are listed: those that are reached in their order, then the others.
fn in_order(flow: &Flow) -> Vec<StepId> {
    let mut order = flow.reached();
    let left: Vec<StepId> = flow.steps.keys().filter(|id| !order.contains(id)).cloned().collect();
    order.extend(left);
    order
}

fn draw(
    app: &App,
    colleague: &Colleague,
    draft: &Draft,
    id: &str,
    not_taken: Option<&NotTaken<'_>>,
    said: Option<&str>,
) -> Result<Markup, StatusCode> {
    let words = colleague.words;
    let line = line(&draft.plan, id)?;
    let flow = &line.flow;
    let choices = choices(words, draft, Some(flow));
    let title = format!("{} : {}", words.say("flow.title"), line.name);
    let found = draft.faults();
    let here = format!("/office/flows/{id}");
    let content = html! {
        section.card {
            p.path { a href="/office" { (words.say("office.title")) } " › "
                a href=(format!("/office/lines/{id}")) { (line.name) } }
            h1 { (words.say("flow.title")) }
            @if let Some(said) = said { p.notice.trouble role="alert" { (said) } }
            div #check { (seen(words, &draft.plan, line, &found, &here)) }
            p.hint { (words.say("office.draft_only")) }
        }
        section.card.steps {
            h2 { (words.say("flow.steps")) }
            @for step_id in in_order(flow) {
                @if let Some(step) = flow.steps.get(&step_id) {
                    (one(words, &choices, &found, line, &step_id, step, not_taken.filter(|not| not.step == step_id.0)))
                }
            }
        }
        section.card { (add_form(words, id, &choices)) }
        section.card { (text_form(words, id)) }
    };
    Ok(page(app, colleague, "/office", &title, &content))
}

/// The picture and what the checker says.
fn seen(words: Words, plan: &Plan, line: &Line, found: &[FlowFault], here: &str) -> Markup {
    html! {
        (faults::list(words, plan, found, Some(here)))
        div.wide tabindex="0" role="group" aria-label=(words.say("flow.picture")) {
            (picture::draw(words, plan, &line.id, &line.flow, found))
        }
    }
}

fn one(
    words: Words,
    choices: &Choices,
    found: &[FlowFault],
    line: &Line,
    id: &StepId,
    step: &Step,
    not_taken: Option<&NotTaken<'_>>,
) -> Markup {
    let own = settings(step);
    let shown = not_taken.map_or(&own, |not| not.settings);
    let wrong = not_taken.map_or(&[][..], |not| not.wrong);
    let form = format!("s-{id}");
    let inputs = Inputs { words, choices, faults: wrong, form: &form };
    let fields = Step::fields(step.kind()).unwrap_or_default();
    let first = line.flow.start == *id;
    let faulty = picture::faulty(found, &line.id).contains(id);
    html! {
        details.step id=(format!("step-{id}")) open[not_taken.is_some() || faulty] {
            summary { strong { (words.named("step", step.kind())) } " " span.soft { (id) }
                @if first { " " span.badge { (words.say("flow.first")) } }
                @if faulty { " " span.badge.wrong { (words.say("flow.faulty")) } } }
            p.hint { (words.named("step_help", step.kind())) }
            form.fields method="post" action=(format!("/office/flows/{}/steps/{id}", line.id)) data-check {
                input type="hidden" name="was" value=(mark(&own));
                (inputs.all(fields, shown))
                div.buttons {
                    button.primary type="submit" name="do" value="save" { (words.say("form.save")) }
                    @if !first {
                        button type="submit" name="do" value="first" formnovalidate { (words.say("flow.make_first")) }
                        button.danger type="submit" name="do" value="remove" formnovalidate { (words.say("form.remove")) }
                    }
                }
            }
        }
    }
}

fn add_form(words: Words, id: &str, choices: &Choices) -> Markup {
    html! {
        h2 { (words.say("flow.add")) }
        form.fields method="post" action=(format!("/office/flows/{id}/steps")) {
            div.triple {
                div { label for="new-kind" { (words.say("flow.kind")) }
                    select #new-kind name="kind" {
                        @for kind in Step::KINDS { option value=(kind) { (words.named("step", kind)) } }
                    } }
                div { label for="new-name" { (words.say("flow.step_name")) }
                    input type="text" #new-name name="name" required maxlength="40" autocomplete="off"; }
                div { label for="new-after" { (words.say("flow.after")) }
                    select #new-after name="after" {
                        option value="" { "–" }
                        @for (step, label) in &choices.steps { option value=(step) { (label) } }
                    } }
            }
            div.buttons { button type="submit" { (words.say("form.add")) } }
        }
    }
}

fn text_form(words: Words, id: &str) -> Markup {
    html! {
        h2 { (words.say("flow.as_text")) }
        p { a href=(format!("/office/flows/{id}/flow.toml")) download=(format!("{id}.toml")) { (words.say("flow.export")) } }
        details {
            summary { (words.say("flow.import")) }
            form.fields method="post" action=(format!("/office/flows/{id}/import")) {
                label for="toml" { (words.say("flow.import_words")) }
                textarea.code #toml name="toml" rows="12" spellcheck="false" required {}
                div.buttons { button type="submit" { (words.say("flow.import_button")) } }
            }
        }
    }
}

/// Changes the flow of a line in the draft.
async fn change(
    app: &App,
    colleague: &Colleague,
    id: &str,
    change: impl Fn(&mut Flow) -> Result<(), NotMade>,
) -> Result<Draft, NotMade> {
    let id = LineId::from(id);
    Draft::change(app, colleague.staff.id, |plan| {
        let line = plan.lines.get_mut(&id).ok_or(NotMade::Gone)?;
        change(Arc::make_mut(&mut Arc::make_mut(line).flow))
    })
    .await
}

/// The page once more, with why something was not done.
async fn again(
    app: &App,
    colleague: &Colleague,
    id: &str,
    not_taken: Option<&NotTaken<'_>>,
    not: Option<NotMade>,
) -> Result<Response, StatusCode> {
    let status = if not.is_some() { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    // Somebody else's change is shown, not what would overwrite it.
    let not_taken = not_taken.filter(|_| !matches!(not, Some(NotMade::Stale)));
    let said = not.map(|not| not.told(colleague.words)).transpose()?;
    let draft = Draft::read(app).await.map_err(unavailable)?;
    Ok(not_done(status, draw(app, colleague, &draft, id, not_taken, said.as_deref())?))
}

/// Whether a step is still as it was shown.
fn same(flow: &Flow, step: &StepId, was: &str) -> Result<(), NotMade> {
    let known = flow.steps.get(step).ok_or(NotMade::Gone)?;
    if mark(&settings(known)) == was { Ok(()) } else { Err(NotMade::Stale) }
}

/// `POST /office/flows/{line}/steps/{step}`
pub(crate) async fn change_step(
    State(app): State<App>,
    Path((id, step)): Path<(String, String)>,
    colleague: Colleague,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let sent = Sent(pairs);
    let words = colleague.words;
    let step_id = StepId::from(step.as_str());
    let was = sent.get("was").to_owned();
    let draft = Draft::read(&app).await.map_err(unavailable)?;
    let kind = line(&draft.plan, &id)?.flow.steps.get(&step_id).ok_or(StatusCode::NOT_FOUND)?.kind();
    let (mut new, wrong) = read(Step::fields(kind).unwrap_or_default(), &sent, words);
    if let Value::Object(map) = &mut new {
        map.insert("kind".to_owned(), json!(kind));
    }
    let not_taken = NotTaken { step: &step, settings: &new, wrong: &wrong };
    let done = match sent.get("do") {
        "check" => return check(words, draft, &id, &step_id, &new, &wrong).map(IntoResponse::into_response),
        "remove" => {
            change(&app, &colleague, &id, |flow| {
                same(flow, &step_id, &was)?;
                flow.steps.remove(&step_id);
                Ok(())
            })
            .await
        }
        "first" => {
            change(&app, &colleague, &id, |flow| {
                same(flow, &step_id, &was)?;
                flow.start = step_id.clone();
                Ok(())
            })
            .await
        }
        _save if !wrong.is_empty() => return again(&app, &colleague, &id, Some(&not_taken), None).await,
        _save => {
            let read: Result<Step, _> = serde_json::from_value(new.clone());
            match read {
                Ok(read) => {
                    change(&app, &colleague, &id, |flow| {
                        same(flow, &step_id, &was)?;
                        flow.steps.insert(step_id.clone(), read.clone());
                        Ok(())
                    })
                    .await
                }
                Err(fault) => Err(NotMade::Unreadable(fault.to_string())),
            }
        }
    };
    match done {
        Ok(_) => Ok(go(&format!("/office/flows/{id}#step-{step}"))),
        Err(not) => again(&app, &colleague, &id, Some(&not_taken), Some(not)).await,
    }
}

/// The picture and what the checker would say if this were saved.
fn check(
    words: Words,
    mut draft: Draft,
    id: &str,
    step: &StepId,
    new: &Value,
    wrong: &[InputFault],
) -> Result<Markup, StatusCode> {
    let trouble = match (wrong.first(), serde_json::from_value::<Step>(new.clone())) {
        (Some(first), _) => Some(first.words.clone()),
        (None, Err(fault)) => Some(words.fill("office.unreadable", &[("why", &fault.to_string())])),
        (None, Ok(read)) => {
            if let Some(line) = draft.plan.lines.get_mut(&LineId::from(id)) {
                Arc::make_mut(&mut Arc::make_mut(line).flow).steps.insert(step.clone(), read);
            }
            None
        }
    };
    let line = line(&draft.plan, id)?;
    let found = draft.faults();
    Ok(html! {
        @if let Some(trouble) = trouble { (faults::only(&trouble)) }
        (seen(words, &draft.plan, line, &found, &format!("/office/flows/{id}")))
    })
}

/// A new step of this kind with nothing decided yet.
fn new_step(kind: &str, draft: &Draft, next: &str) -> Option<Step> {
    let first = |ids: Option<String>| json!(ids.unwrap_or_default());
    let plan = &draft.plan;
    let mut settings = Map::from_iter([("kind".to_owned(), json!(kind))]);
    for field in Step::fields(kind)? {
        let value = match field.holds {
            Holds::Step => json!(next),
            Holds::Queue => first(plan.queues.keys().next().map(ToString::to_string)),
            Holds::Relay => first(plan.relays.keys().next().map(ToString::to_string)),
            Holds::Line => first(plan.lines.keys().next().map(ToString::to_string)),
            Holds::Rows(_) => json!([]),
            // What is not said is as usual, where there is a usual.
            _ => continue,
        };
        settings.insert(field.key.to_owned(), value);
    }
    let usual = serde_json::from_value(Value::Object(settings.clone())).ok();
    usual.or_else(|| {
        settings.insert("prompt".to_owned(), json!("greeting"));
        serde_json::from_value(Value::Object(settings)).ok()
    })
}

/// `POST /office/flows/{line}/steps`: a new step.
pub(crate) async fn add_step(
    State(app): State<App>,
    Path(id): Path<String>,
    colleague: Colleague,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let sent = Sent(pairs);
    let draft = Draft::read(&app).await.map_err(unavailable)?;
    let before = line(&draft.plan, &id)?.flow.steps.get(&StepId::from(sent.get("after")));
    let before = before.map(settings);
    // What comes after the step before comes after the new one now.
    let next = before.as_ref().and_then(|step| step.get("next")).and_then(Value::as_str).map(str::to_owned);
    let step =
        new_step(sent.get("kind"), &draft, next.as_deref().unwrap_or_default()).ok_or(StatusCode::BAD_REQUEST)?;
    let name = short_name(sent.get("name"));
    if name.is_empty() {
        return Ok(go(&format!("/office/flows/{id}")));
    }
    let new = StepId::from(name.as_str());
    let after = StepId::from(sent.get("after"));
    let added = change(&app, &colleague, &id, |flow| {
        if flow.steps.contains_key(&new) {
            return Err(NotMade::Taken);
        }
        if next.is_some()
            && let Some(before) = flow.steps.get_mut(&after)
        {
            let mut led = settings(before);
            if let Some(led) = led.as_object_mut() {
                led.insert("next".to_owned(), json!(new.0));
            }
            *before = serde_json::from_value(led).map_err(|fault| NotMade::Unreadable(fault.to_string()))?;
        }
        flow.steps.insert(new.clone(), step.clone());
        if !flow.steps.contains_key(&flow.start) {
            flow.start = new.clone();
        }
        Ok(())
    });
    match added.await {
        Ok(_) => Ok(go(&format!("/office/flows/{id}#step-{name}"))),
        Err(not) => again(&app, &colleague, &id, None, Some(not)).await,
    }
}
