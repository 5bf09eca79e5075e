//! The prompts: what callers hear. Each can be heard here, replaced by a recording or a local voice's reading, and taken back.
//! What is put in is heard first and used second: until then it is kept in memory, one for each coordinator.

use super::draft::{Draft, check, unavailable};
use super::form::Sent;
use super::{go, not_done, page};
use crate::App;
use crate::door::Colleague;
use crate::words::Words;
use axum::extract::{Form, Multipart, Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use node::{ImportFault, LONGEST_TEXT, NewPrompt, Recording, VoiceFault};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use store::PromptRow;
use switchboard::{Language, PromptId, PromptName};

/// The longest name, in characters.
const LONGEST_NAME: usize = 60;
const LANGUAGES: [Language; 2] = [Language::Fr, Language::En];

/// What coordinators put in and have not yet decided to use.
#[derive(Default)]
pub(crate) struct Trials {
    made: AtomicU64,
    kept: Mutex<HashMap<i64, Trial>>,
}

/// A prompt that is to be heard first.
#[derive(Clone)]
struct Trial {
    /// What tells it from another one of the same person, in another window.
    number: u64,
    new: NewPrompt,
}

impl Trials {
    fn kept(&self) -> MutexGuard<'_, HashMap<i64, Trial>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, who: i64, new: NewPrompt) {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        self.kept().insert(who, Trial { number, new });
    }

    fn of(&self, who: i64) -> Option<Trial> {
        self.kept().get(&who).cloned()
    }

    /// Takes the one that was heard; another one, made in another window meanwhile, stays.
    fn take(&self, who: i64, number: &str) -> Option<Trial> {
        let mut kept = self.kept();
        let heard = kept.get(&who).is_some_and(|trial| trial.number.to_string() == number);
        if heard { kept.remove(&who) } else { None }
    }
}

/// What a prompt of this name is called on the pages.
fn title(words: Words, name: &str) -> String {
    words.named_if("prompt", name).unwrap_or(name).to_owned()
}

/// `GET /office/prompts`
pub(crate) async fn prompts_page(State(app): State<App>, colleague: Colleague) -> Result<Markup, StatusCode> {
    draw(&app, &colleague, None).await
}

async fn draw(app: &App, colleague: &Colleague, said: Option<&str>) -> Result<Markup, StatusCode> {
    let words = colleague.words;
    let rows = app.house.store().prompts().await.map_err(unavailable)?;
    let trial = app.trials.of(colleague.staff.id);
    let voice = node::has_voice().await;
    let own: Vec<&str> = {
        let mut names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
        names.retain(|name| words.named_if("prompt", name).is_none());
        names.dedup();
        names
    };
    let content = html! {
        section.card {
            p.path { a href="/office" { (words.say("office.title")) } }
            h1 { (words.say("prompts.title")) }
            p.lead { (words.say("prompts.lead")) }
            @if let Some(said) = said { p.notice.trouble role="alert" { (said) } }
            @if let Some(trial) = &trial { (trial_box(words, trial)) }
        }
        section.card {
            h2 { (words.say("prompts.of_service")) }
            @if own.is_empty() { p.empty { (words.say("prompts.none_own")) } }
            @else {
                div.wide tabindex="0" role="group" aria-label=(words.say("prompts.of_service")) {
                    table.prompts { (head(words)) tbody { @for name in &own { (line(words, app, &rows, name)) } } }
                }
            }
        }
        section.card #from-file { (file_form(words, &own)) }
        section.card #from-text { (text_form(words, &own, voice)) }
        section.card {
            h2 { (words.say("prompts.shipped")) }
            div.wide tabindex="0" role="group" aria-label=(words.say("prompts.shipped")) {
                table.prompts { (head(words)) tbody {
                    @for name in node::SHIPPED_PROMPTS {
                        @if let Some(key) = node::prompt_key(name) { (line(words, app, &rows, &key)) }
                    }
                } }
            }
        }
    };
    Ok(page(app, colleague, "/office/prompts", words.say("prompts.title"), &content))
}

fn head(words: Words) -> Markup {
    html! {
        thead { tr {
            th scope="col" { (words.named("field", "prompt")) }
            @for language in LANGUAGES { th scope="col" { (words.named("languages", language.code())) } }
        } }
    }
}

fn line(words: Words, app: &App, rows: &[PromptRow], name: &str) -> Markup {
    html! {
        tr {
            th scope="row" { (title(words, name)) }
            @for language in LANGUAGES {
                @let row = rows.iter().find(|row| row.name == name && row.language == language.code());
                td { (one(words, app, name, language, row, rows)) }
            }
        }
    }
}

/// A prompt in a language: heard, and taken out if it is the service's own.
fn one(words: Words, app: &App, name: &str, language: Language, row: Option<&PromptRow>, all: &[PromptRow]) -> Markup {
    let id = all.iter().find(|row| row.name == name).map_or(0, |row| row.id);
    let label = format!("{}, {}", title(words, name), words.named("languages", language.code()));
    let place = match node::prompt_name(id, name) {
        PromptName::Own(PromptId(number)) => format!("own:{number}"),
        _shipped => name.to_owned(),
    };
    let there = app.house.recording(node::prompt_name(id, name), language).is_some();
    html! {
        @if there {
            audio controls preload="none" src=(format!("/office/prompts/sound/{place}/{}", language.code())) aria-label=(label) {}
        } @else { p.empty { (words.say("prompts.absent")) } }
        @if let Some(row) = row {
            @if row.synthetic { p.hint { (words.say("prompts.synthetic")) } }
            @if !row.words.is_empty() { details { summary { (words.say("prompts.words")) } p.spoken { (row.words) } } }
            form method="post" action="/office/prompts/remove" {
                input type="hidden" name="id" value=(row.id);
                button.danger type="submit" name="language" value=(row.language) aria-label=(format!("{} : {label}", words.say("prompts.remove"))) {
                    (words.say("prompts.remove"))
                }
            }
        }
    }
}

fn trial_box(words: Words, trial: &Trial) -> Markup {
    let Trial { number, new: trial } = trial;
    let seconds = trial.recording.milliseconds().div_ceil(1000).to_string();
    html! {
        div.notice.draft #trial {
            p { strong { (words.say("prompts.trial")) } " " (title(words, &trial.name)) ", "
                (words.named("languages", trial.language.code())) ", " (words.fill("prompts.seconds", &[("seconds", &seconds)])) }
            audio controls src=(format!("/office/prompts/trial.wav?number={number}")) aria-label=(words.say("prompts.trial")) {}
            form.buttons method="post" action="/office/prompts/trial" {
                input type="hidden" name="number" value=(number);
                button.primary type="submit" name="do" value="use" { (words.say("prompts.use")) }
                button type="submit" name="do" value="drop" { (words.say("prompts.drop")) }
            }
        }
    }
}

/// The inputs that say what a new prompt is for.
fn about(words: Words, own: &[&str], form: &str) -> Markup {
    html! {
        div.input { label for=(format!("{form}-name")) { (words.say("prompts.for")) }
            select id=(format!("{form}-name")) name="name" {
                option value="" { (words.say("prompts.new")) }
                @if !own.is_empty() { optgroup label=(words.say("prompts.of_service")) {
                    @for name in own { option value=(name) { (name) } }
                } }
                optgroup label=(words.say("prompts.shipped")) {
                    @for name in node::SHIPPED_PROMPTS {
                        @if let Some(key) = node::prompt_key(name) { option value=(key) { (title(words, &key)) } }
                    }
                }
            } }
        div.input { label for=(format!("{form}-new")) { (words.say("prompts.new_name")) }
            input type="text" id=(format!("{form}-new")) name="new" maxlength=(LONGEST_NAME) autocomplete="off"; }
        div.input { label for=(format!("{form}-language")) { (words.named("field", "language")) }
            select id=(format!("{form}-language")) name="language" {
                @for language in LANGUAGES { option value=(language.code()) { (words.named("languages", language.code())) } }
            } }
    }
}

fn file_form(words: Words, own: &[&str]) -> Markup {
    html! {
        h2 { (words.say("prompts.from_file")) }
        form.fields method="post" action="/office/prompts/file" enctype="multipart/form-data" {
            (about(words, own, "file"))
            div.input { label for="file-file" { (words.say("prompts.file")) }
                input type="file" id="file-file" name="file" required accept=".wav,.mp3,.ogg,.oga,.flac,audio/*" aria-describedby="file-says";
                p.hint #file-says { (words.say("prompts.file_help")) } }
            div.input.whole { label for="file-words" { (words.say("prompts.words")) }
                textarea id="file-words" name="words" rows="2" maxlength=(LONGEST_TEXT) {} }
            div.buttons { button.primary type="submit" { (words.say("prompts.hear_first")) } }
        }
    }
}

fn text_form(words: Words, own: &[&str], voice: bool) -> Markup {
    html! {
        h2 { (words.say("prompts.from_text")) }
        @if voice {
            form.fields method="post" action="/office/prompts/voice" {
                (about(words, own, "text"))
                div.input.whole { label for="text-words" { (words.say("prompts.text")) }
                    textarea id="text-words" name="words" rows="3" required maxlength=(LONGEST_TEXT) aria-describedby="text-says" {}
                    p.hint #text-says { (words.say("prompts.voice_help")) } }
                div.buttons { button.primary type="submit" { (words.say("prompts.hear_first")) } }
            }
        } @else { p.empty { (words.say("prompts.no_voice")) } }
    }
}

/// What an upload or a text is about: its name and language.
fn named(sent: &Sent) -> Option<(String, Language)> {
    let chosen = [sent.get("name"), sent.get("new")].into_iter().find(|name| !name.is_empty())?;
    let name: String = chosen.chars().filter(|sign| !sign.is_control()).take(LONGEST_NAME).collect();
    // What comes with the program is replaced by choosing it, never by a name that happens to be its key.
    let by_chance = sent.get("name").is_empty() && node::prompt_name(0, &name) != PromptName::Own(PromptId(0));
    Some((name, Language::from_code(sent.get("language"))?)).filter(|_| !by_chance)
}

async fn refuse(app: &App, colleague: &Colleague, said: &str) -> Result<Response, StatusCode> {
    Ok(not_done(StatusCode::UNPROCESSABLE_ENTITY, draw(app, colleague, Some(said)).await?))
}

fn import_words(words: Words, fault: ImportFault) -> &'static str {
    match fault {
        ImportFault::TooLarge => words.say("prompts.fault.too_large"),
        ImportFault::TooLong => words.say("prompts.fault.too_long"),
        ImportFault::Opus => words.say("prompts.fault.opus"),
        ImportFault::UnknownFormat => words.say("prompts.fault.unknown_format"),
        ImportFault::Unsupported => words.say("prompts.fault.unsupported"),
        ImportFault::Empty => words.say("prompts.fault.empty"),
        ImportFault::Silent => words.say("prompts.fault.silent"),
    }
}

/// `POST /office/prompts/file`
pub(crate) async fn put_file(
    State(app): State<App>,
    colleague: Colleague,
    mut parts: Multipart,
) -> Result<Response, StatusCode> {
    let words = colleague.words;
    let (mut sent, mut file) = (Sent::default(), None);
    loop {
        match parts.next_field().await {
            Ok(None) => break,
            Ok(Some(part)) => {
                let name = part.name().unwrap_or_default().to_owned();
                match part.bytes().await {
                    Ok(bytes) if name == "file" => file = Some(bytes.to_vec()),
                    Ok(bytes) => sent.0.push((name, String::from_utf8_lossy(&bytes).into_owned())),
                    Err(_) => return refuse(&app, &colleague, words.say("prompts.fault.too_large")).await,
                }
            }
            Err(_) => return refuse(&app, &colleague, words.say("prompts.fault.too_large")).await,
        }
    }
    let Some((name, language)) = named(&sent) else {
        return refuse(&app, &colleague, words.say("prompts.fault.no_name")).await;
    };
    let Some(file) = file.filter(|file| !file.is_empty()) else {
        return refuse(&app, &colleague, words.say("prompts.fault.no_file")).await;
    };
    match Recording::import(file).await {
        Ok(recording) => {
            let said = sent.get("words").chars().take(LONGEST_TEXT).collect();
            app.trials.put(colleague.staff.id, NewPrompt { name, language, words: said, synthetic: false, recording });
            Ok(go("/office/prompts#trial"))
        }
        Err(fault) => refuse(&app, &colleague, import_words(words, fault)).await,
    }
}

/// `POST /office/prompts/voice`
pub(crate) async fn put_text(
    State(app): State<App>,
    colleague: Colleague,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let (sent, words) = (Sent(pairs), colleague.words);
    let Some((name, language)) = named(&sent) else {
        return refuse(&app, &colleague, words.say("prompts.fault.no_name")).await;
    };
    match node::speak(sent.get("words"), language).await {
        Ok(recording) => {
            let said = sent.get("words").to_owned();
            app.trials.put(colleague.staff.id, NewPrompt { name, language, words: said, synthetic: true, recording });
            Ok(go("/office/prompts#trial"))
        }
        Err(VoiceFault::Unusable(fault)) => refuse(&app, &colleague, import_words(words, fault)).await,
        Err(fault) => {
            tracing::warn!(%fault, "no prompt could be made of a text");
            refuse(&app, &colleague, words.say("prompts.no_voice")).await
        }
    }
}

/// `POST /office/prompts/trial`: what was heard is used, or dropped.
pub(crate) async fn decide(
    State(app): State<App>,
    colleague: Colleague,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let who = colleague.staff.id;
    let sent = Sent(pairs);
    let Some(Trial { new, .. }) = app.trials.take(who, sent.get("number")) else {
        return refuse(&app, &colleague, colleague.words.say("prompts.another")).await;
    };
    if sent.get("do") == "use" {
        let again = new.clone();
        if let Err(fault) = app.house.put_prompt(new, who).await {
            app.trials.put(who, again);
            return Err(unavailable(fault));
        }
    }
    Ok(go("/office/prompts"))
}

/// `POST /office/prompts/remove`
pub(crate) async fn remove_prompt(
    State(app): State<App>,
    colleague: Colleague,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let sent = Sent(pairs);
    let rows = app.house.store().prompts().await.map_err(unavailable)?;
    let this = |row: &PromptRow| row.id.to_string() == sent.get("id") && row.language == sent.get("language");
    let Some(row) = rows.iter().find(|row| this(row)).cloned() else { return Ok(go("/office/prompts")) };
    // What would be silent without it keeps it.
    let left: Vec<PromptRow> = rows.into_iter().filter(|row| !this(row)).collect();
    let draft = Draft::read(&app).await.map_err(unavailable)?;
    let stops =
        |plan: &switchboard::Plan| check(plan, &left, &draft.rules).iter().filter(|fault| !fault.is_warning()).count();
    let before = |plan: &switchboard::Plan| {
        check(plan, &draft.prompts, &draft.rules).iter().filter(|fault| !fault.is_warning()).count()
    };
    let in_force = app.house.plan();
    if stops(&in_force) > before(&in_force) || stops(&draft.plan) > before(&draft.plan) {
        return refuse(&app, &colleague, colleague.words.say("prompts.in_use")).await;
    }
    app.house.remove_prompt(&row).await.map_err(unavailable)?;
    Ok(go("/office/prompts"))
}

fn played(recording: Option<Recording>) -> Result<Response, StatusCode> {
    let wav = recording.ok_or(StatusCode::NOT_FOUND)?.wav();
    Ok(([(CONTENT_TYPE, "audio/wav")], wav).into_response())
}

/// `GET /office/prompts/sound/{prompt}/{language}`
pub(crate) async fn prompt_sound(
    State(app): State<App>,
    Path((prompt, language)): Path<(String, String)>,
    _colleague: Colleague,
) -> Result<Response, StatusCode> {
    let language = Language::from_code(&language).ok_or(StatusCode::NOT_FOUND)?;
    let name = match prompt.strip_prefix("own:").map(str::parse) {
        Some(Ok(number)) => PromptName::Own(PromptId(number)),
        Some(Err(_)) => return Err(StatusCode::NOT_FOUND),
        None => node::prompt_name(0, &prompt),
    };
    played(app.house.recording(name, language))
}

/// `GET /office/prompts/trial.wav`
pub(crate) async fn trial_sound(State(app): State<App>, colleague: Colleague) -> Result<Response, StatusCode> {
    played(app.trials.of(colleague.staff.id).map(|trial| trial.new.recording))
}
