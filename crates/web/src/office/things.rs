//! Lines, queues, relays and the care for listeners: a page each, drawn from their lists of fields.

use super::draft::{Draft, NotMade, mark, unavailable};
use super::form::{InputFault, Sent, read};
use super::inputs::{Choices, Inputs};
use super::{faults, go, not_done, page};
use crate::App;
use crate::door::Colleague;
use crate::words::Words;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Serialize;
use serde_json::Value;
use std::sync::Arc;
use switchboard::flow::{ByHours, Enter, Flow, LastWord, Leads, Say, Step};
use switchboard::{
    Field, Line, LineId, ListenerCare, Plan, PromptName, QueueId, QueueRules, Relay, RelayId, StepId, Tried,
};

/// What a page can be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Line,
    Queue,
    Relay,
    Care,
}

impl Kind {
    fn of(word: &str) -> Result<Self, StatusCode> {
        match word {
            "lines" => Ok(Self::Line),
            "queues" => Ok(Self::Queue),
            "relays" => Ok(Self::Relay),
            "care" => Ok(Self::Care),
            _ => Err(StatusCode::NOT_FOUND),
        }
    }

    fn fields(self) -> &'static [Field] {
        match self {
            Self::Line => Line::FIELDS,
            Self::Queue => QueueRules::FIELDS,
            Self::Relay => Relay::FIELDS,
            Self::Care => ListenerCare::FIELDS,
        }
    }

    fn title(self, words: Words) -> &'static str {
        match self {
            Self::Line => words.say("office.line"),
            Self::Queue => words.say("office.queue"),
            Self::Relay => words.say("office.relay"),
            Self::Care => words.say("office.care"),
        }
    }

    /// The settings as a form has them.
    fn settings(self, plan: &Plan, id: &str) -> Option<Value> {
        fn value(thing: &impl Serialize) -> Option<Value> {
            serde_json::to_value(thing).ok()
        }
        match self {
            Self::Line => {
                let mut settings = value(plan.lines.get(&LineId::from(id))?.as_ref())?;
                // The flow has a page of its own.
                settings.as_object_mut()?.remove("flow");
                Some(settings)
            }
            Self::Queue => value(plan.queues.get(&QueueId::from(id))?.as_ref()),
            Self::Relay => value(plan.relays.get(&RelayId::from(id))?.as_ref()),
            Self::Care => value(&plan.care),
        }
    }

    /// Puts settings in the place of those that are there.
    fn put(self, plan: &mut Plan, id: &str, mut settings: Value) -> Result<(), NotMade> {
        let unreadable = |fault: serde_json::Error| NotMade::Unreadable(fault.to_string());
        match self {
            Self::Line => {
                let known = plan.lines.get(&LineId::from(id)).ok_or(NotMade::Gone)?;
                if let Some(settings) = settings.as_object_mut() {
                    settings.insert("flow".to_owned(), serde_json::to_value(known.flow.as_ref()).map_err(unreadable)?);
                }
                let line: Line = serde_json::from_value(settings).map_err(unreadable)?;
                if node::zone(&line.zone).is_none() {
                    return Err(NotMade::Unreadable(line.zone));
                }
                plan.lines.insert(LineId::from(id), Arc::new(line));
            }
            Self::Queue => {
                plan.queues.get(&QueueId::from(id)).ok_or(NotMade::Gone)?;
                let queue: QueueRules = serde_json::from_value(settings).map_err(unreadable)?;
                plan.queues.insert(QueueId::from(id), Arc::new(queue));
            }
            Self::Relay => {
                plan.relays.get(&RelayId::from(id)).ok_or(NotMade::Gone)?;
                let relay: Relay = serde_json::from_value(settings).map_err(unreadable)?;
                plan.relays.insert(RelayId::from(id), Arc::new(relay));
            }
            Self::Care => plan.care = serde_json::from_value(settings).map_err(unreadable)?,
        }
        Ok(())
    }

    fn remove(self, plan: &mut Plan, id: &str) -> Result<(), NotMade> {
        if let Some(name) = self.used_by(plan, id) {
            return Err(NotMade::InUse(name));
        }
        let was_there = match self {
            Self::Line => plan.lines.remove(&LineId::from(id)).is_some(),
            Self::Queue => plan.queues.remove(&QueueId::from(id)).is_some(),
            Self::Relay => plan.relays.remove(&RelayId::from(id)).is_some(),
            Self::Care => false,
        };
        if self == Self::Line && plan.call_page == Some(LineId::from(id)) {
            plan.call_page = None;
        }
        if was_there { Ok(()) } else { Err(NotMade::Gone) }
    }

    /// The name of something that leads to it.
    fn used_by(self, plan: &Plan, id: &str) -> Option<String> {
        let leads = |wanted: &dyn Fn(&Leads) -> bool| {
            let line = plan.lines.values().find(|line| line.flow.steps.values().any(|step| wanted(&step.leads())));
            line.map(|line| line.name.clone())
        };
        let rung = |wanted: &dyn Fn(&Tried) -> bool| {
            let queue = plan.queues.values().find(|queue| queue.rungs.iter().any(|rung| wanted(&rung.tried)));
            queue.map(|queue| queue.name.clone())
        };
        match self {
            Self::Line => leads(&|leads| *leads == Leads::Line(LineId::from(id))),
            Self::Queue => leads(&|leads| *leads == Leads::Queue(QueueId::from(id)))
                .or_else(|| rung(&|tried| *tried == Tried::OtherQueue(QueueId::from(id)))),
            Self::Relay => leads(&|leads| *leads == Leads::Relay(RelayId::from(id)))
                .or_else(|| rung(&|tried| *tried == Tried::Partner(RelayId::from(id)))),
            Self::Care => None,
        }
    }
}

/// A new line: greets, then leads into a queue of its own name. Its hours are to be set; it is open day and night.
fn new_line(plan: &mut Plan, id: &str, name: &str) {
    let step = |id: &str| StepId::from(id);
    let queue = QueueId::from(id);
    let flow = Flow::of([
        ("heures", Step::Hours(ByHours { open: step("accueil"), closed: step("ferme") })),
        ("accueil", Step::Say(Say { prompt: PromptName::Greeting, skip_in_surge: true, next: step("file") })),
        ("file", Step::Queue(Enter { queue: queue.clone(), priority: 0 })),
        ("ferme", Step::Last(LastWord { prompt: PromptName::Closed })),
    ]);
    plan.lines.insert(LineId::from(id), Arc::new(Line::usual(id, name, flow)));
    plan.queues.entry(queue).or_insert_with(|| Arc::new(QueueRules::usual(id, name)));
    plan.call_page.get_or_insert_with(|| LineId::from(id));
}

/// A short name made of a name: « Écoute de nuit » becomes `ecoute-de-nuit`.
pub(super) fn short_name(name: &str) -> String {
    let plain = |letter: char| match letter {
        'à' | 'â' | 'ä' => 'a',
        'ç' => 'c',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' => 'i',
        'ô' | 'ö' => 'o',
        'ù' | 'û' | 'ü' => 'u',
        letter if letter.is_ascii_alphanumeric() => letter,
        _ => '-',
    };
    let plain: String = name.to_lowercase().chars().map(plain).collect();
    let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
    words.join("-").chars().take(40).collect()
}

/// What there is to choose from in a plan.
pub(super) fn choices(words: Words, draft: &Draft, flow: Option<&Flow>) -> Choices {
    let plan = &draft.plan;
    let mut prompts: Vec<(String, String)> = telephony_prompts(words);
    for prompt in &draft.prompts {
        let value = format!("own:{}", prompt.id);
        let replaces = prompts.iter().any(|(own, _)| *own == prompt.name);
        if !replaces && !prompts.iter().any(|(own, _)| *own == value) {
            prompts.push((value, prompt.name.clone()));
        }
    }
    Choices {
        steps: flow.map_or(Vec::new(), |flow| flow.steps.keys().map(|id| (id.0.clone(), id.0.clone())).collect()),
        prompts,
        queues: plan.queues.values().map(|queue| (queue.id.0.clone(), queue.name.clone())).collect(),
        relays: plan.relays.values().map(|relay| (relay.id.0.clone(), relay.name.clone())).collect(),
        lines: plan.lines.values().map(|line| (line.id.0.clone(), line.name.clone())).collect(),
    }
}

/// The prompts that come with the program and that a coordinator may choose.
fn telephony_prompts(words: Words) -> Vec<(String, String)> {
    node::SHIPPED_PROMPTS
        .into_iter()
        .filter_map(node::prompt_key)
        .map(|key| (key.clone(), words.named("prompt", &key).to_owned()))
        .collect()
}

/// `GET /office/{kind}/{id}`
pub(crate) async fn thing_page(
    State(app): State<App>,
    Path((kind, id)): Path<(String, String)>,
    colleague: Colleague,
) -> Result<Markup, StatusCode> {
    let of = Kind::of(&kind)?;
    let draft = Draft::read(&app).await.map_err(unavailable)?;
    let settings = of.settings(&draft.plan, &id).ok_or(StatusCode::NOT_FOUND)?;
    Ok(draw(&app, &colleague, &draft, of, &id, &settings, &[], None))
}

#[allow(clippy::too_many_arguments, reason = "a page and what it shows: each is of another kind")]
fn draw(
    app: &App,
    colleague: &Colleague,
    draft: &Draft,
    kind: Kind,
    id: &str,
    settings: &Value,
    wrong: &[InputFault],
    said: Option<&str>,
) -> Markup {
    let words = colleague.words;
    let was = kind.settings(&draft.plan, id).map_or_else(String::new, |settings| mark(&settings));
    let name = settings.get("name").and_then(Value::as_str).unwrap_or(kind.title(words)).to_owned();
    let choices = choices(words, draft, None);
    let inputs = Inputs { words, choices: &choices, faults: wrong, form: "thing" };
    let here = match kind {
        Kind::Line => format!("/office/lines/{id}"),
        Kind::Queue => format!("/office/queues/{id}"),
        Kind::Relay => format!("/office/relays/{id}"),
        Kind::Care => "/office/care/rules".to_owned(),
    };
    let found = draft.faults();
    page(
        app,
        colleague,
        "/office",
        &name,
        &html! {
            section.card {
                p.path { a href="/office" { (words.say("office.title")) } " › " (kind.title(words)) }
                h1 { (name) }
                @if let Some(said) = said { p.notice.trouble role="alert" { (said) } }
                @if !wrong.is_empty() { p.notice.trouble role="alert" { (words.say("form.wrong")) } }
                @if kind == Kind::Line { p { a.button href=(format!("/office/flows/{id}")) { (words.say("flow.open")) } } }
                div #check { (faults::list(words, &draft.plan, &found, Some(&here))) }
                form.fields method="post" data-check {
                    input type="hidden" name="was" value=(was);
                    (inputs.all(kind.fields(), settings))
                    div.buttons {
                        button.primary type="submit" name="do" value="save" { (words.say("form.save")) }
                        @if kind != Kind::Care {
                            button.danger type="submit" name="do" value="remove" formnovalidate { (words.say("form.remove")) }
                        }
                    }
                    p.hint { (words.say("office.draft_only")) }
                }
            }
        },
    )
}

/// `POST /office/{kind}/{id}`
pub(crate) async fn change_thing(
    State(app): State<App>,
    Path((kind, id)): Path<(String, String)>,
    colleague: Colleague,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let of = Kind::of(&kind)?;
    let words = colleague.words;
    let sent = Sent(pairs);
    let (settings, wrong) = read(of.fields(), &sent, words);
    let was = sent.get("was").to_owned();
    let same = |plan: &Plan| match of.settings(plan, &id) {
        None => Err(NotMade::Gone),
        Some(known) if mark(&known) != was => Err(NotMade::Stale),
        Some(_) => Ok(()),
    };
    if sent.get("do") == "check" {
        return check(&app, words, of, &id, settings, &wrong).await.map(IntoResponse::into_response);
    }
    if sent.get("do") == "remove" {
        let removed = Draft::change(&app, colleague.staff.id, |plan| {
            same(plan)?;
            of.remove(plan, &id)
        });
        return match removed.await {
            Ok(_) => Ok(go("/office")),
            Err(not) => again(&app, &colleague, of, &id, &settings, &[], Some(not)).await,
        };
    }
    if !wrong.is_empty() {
        return again(&app, &colleague, of, &id, &settings, &wrong, None).await;
    }
    let changed = Draft::change(&app, colleague.staff.id, |plan| {
        same(plan)?;
        of.put(plan, &id, settings.clone())
    });
    match changed.await {
        Ok(_) => Ok(go(&format!("/office/{kind}/{id}"))),
        Err(not) => again(&app, &colleague, of, &id, &settings, &[], Some(not)).await,
    }
}

/// The page once more, with what was sent and why it was not taken.
async fn again(
    app: &App,
    colleague: &Colleague,
    kind: Kind,
    id: &str,
    settings: &Value,
    wrong: &[InputFault],
    not: Option<NotMade>,
) -> Result<Response, StatusCode> {
    let status = if not.is_some() { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    let stale = matches!(not, Some(NotMade::Stale));
    let said = not.map(|not| not.told(colleague.words)).transpose()?;
    let draft = Draft::read(app).await.map_err(unavailable)?;
    let recorded = kind.settings(&draft.plan, id).ok_or(StatusCode::NOT_FOUND)?;
    // Somebody else's change is shown, not what would overwrite it.
    let shown = if stale { &recorded } else { settings };
    Ok(not_done(status, draw(app, colleague, &draft, kind, id, shown, wrong, said.as_deref())))
}

/// What the checker would say if this were saved.
async fn check(
    app: &App,
    words: Words,
    kind: Kind,
    id: &str,
    settings: Value,
    wrong: &[InputFault],
) -> Result<Markup, StatusCode> {
    let mut draft = Draft::read(app).await.map_err(unavailable)?;
    if let Some(first) = wrong.first() {
        return Ok(faults::only(&first.words));
    }
    if let Err(not) = kind.put(&mut draft.plan, id, settings) {
        let said = not.told(words)?;
        return Ok(faults::only(&said));
    }
    let _complete = draft.plan.complete(node::zone);
    Ok(faults::list(words, &draft.plan, &draft.faults(), None))
}

/// `POST /office/{kind}`: something new.
pub(crate) async fn add_thing(
    State(app): State<App>,
    Path(kind): Path<String>,
    colleague: Colleague,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let of = Kind::of(&kind)?;
    let sent = Sent(pairs);
    let name = sent.get("name").to_owned();
    let id = short_name(&name);
    if id.is_empty() || of == Kind::Care {
        let said = colleague.words.say("office.no_latin");
        return super::overview::with_notice(&app, &colleague, StatusCode::UNPROCESSABLE_ENTITY, said).await;
    }
    let added = Draft::change(&app, colleague.staff.id, |plan| {
        if of.settings(plan, &id).is_some() {
            return Err(NotMade::Taken);
        }
        match of {
            Kind::Line => new_line(plan, &id, &name),
            Kind::Queue => {
                drop(plan.queues.insert(QueueId::from(id.as_str()), Arc::new(QueueRules::usual(&id, &name))))
            }
            Kind::Relay => {
                let relay = Relay::usual(&id, &name, sent.get("number"));
                plan.relays.insert(RelayId::from(id.as_str()), Arc::new(relay));
            }
            Kind::Care => {}
        }
        Ok(())
    });
    match added.await {
        Ok(_) => Ok(go(&format!("/office/{kind}/{id}"))),
        Err(not) => {
            let said = not.told(colleague.words)?;
            super::overview::with_notice(&app, &colleague, StatusCode::CONFLICT, &said).await
        }
    }
}
