//! An entry: read by everybody who works here, changed by those who run the service.

use super::form::{CONTACTS, LINE, TEXT, read};
use super::told::{contact_label, day, facts, whole_address};
use super::{address, names_of_staff, page};
use crate::App;
use crate::desk::twice;
use crate::door::{Colleague, Rule};
use crate::office::{Before, Sent, go, go_saved, not_done, unavailable, when};
use crate::words::Words;
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use care::{Accessibility, Audience, Fee, Kind, Language, Mode};
use directory::{Contact, ContactKind, Entry, Location, Opening, Place, Territory};
use maud::{Markup, html};
use node::{BY_ITSELF, Directory, Seen};
use serde::Deserialize;
use store::StoreError;
use switchboard::DAYS;

/// How many empty rows there are for more contacts and locations.
const EMPTY_ROWS: usize = 2;
/// The milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// Which entry.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Which {
    id: String,
}

/// What a page of an entry is about.
pub(super) struct Shown<'a> {
    pub(super) entry: &'a Entry,
    /// The version that is changed; zero for a new entry.
    pub(super) version: i64,
    /// What was wrong with the last try.
    pub(super) faults: &'a [String],
    /// What somebody should know before they save.
    pub(super) notice: Option<String>,
    /// When it was changed before, and by whom, the last change first.
    pub(super) history: Vec<String>,
}

/// When an entry was changed and by whom, as people read it.
pub(super) async fn history(app: &App, words: Words, id: &str) -> Result<Vec<String>, StoreError> {
    let versions = app.house.directory().history(id).await?;
    let mut names = names_of_staff(app).await?;
    names.insert(BY_ITSELF, words.say("freshness.by_itself").to_owned());
    Ok(versions.iter().map(|one| when(words, one.made_at, one.made_by, &names)).collect())
}

/// `GET /directory/entry`
pub(crate) async fn entry_page(
    State(app): State<App>,
    colleague: Colleague,
    Query(which): Query<Which>,
    Query(before): Query<Before>,
) -> Result<Markup, StatusCode> {
    let seen = app.house.directory().entry(&which.id).await.map_err(unavailable)?.ok_or(StatusCode::NOT_FOUND)?;
    if Rule::Runs.allows(Some(colleague.staff.role)) {
        let history = history(&app, colleague.words, &which.id).await.map_err(unavailable)?;
        let notice = before.saved().then(|| colleague.words.say("directory.saved").to_owned());
        let shown = Shown { entry: &seen.entry, version: seen.version, faults: &[], notice, history };
        return Ok(edit(&app, &colleague, &shown));
    }
    Ok(view(&app, &colleague, &seen.entry))
}

/// `GET /directory/new`
pub(crate) async fn new_entry_page(State(app): State<App>, colleague: Colleague) -> Markup {
    let mut entry = Entry::default();
    entry.offer.languages = vec!["fr".to_owned()];
    edit(&app, &colleague, &Shown { entry: &entry, version: 0, faults: &[], notice: None, history: Vec::new() })
}

/// `POST /directory/entry`: a new one, or a change of one that was seen.
pub(crate) async fn change_entry(
    State(app): State<App>,
    colleague: Colleague,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let (sent, words, directory) = (Sent(pairs), colleague.words, app.house.directory());
    let now = app.house.wall_ms();
    let version = sent.get("version").parse().unwrap_or(0);
    let before = match sent.get("id") {
        "" => Entry { id: Directory::new_id().ok_or(StatusCode::SERVICE_UNAVAILABLE)?, ..Entry::default() },
        id => directory.entry(id).await.map_err(unavailable)?.ok_or(StatusCode::NOT_FOUND)?.entry,
    };
    let today = i32::try_from(now / DAY_MS).unwrap_or(0);
    let is_new = sent.get("id").is_empty();
    let (entry, faults) = read(&sent, before, app.house.territory(), words, today);
    let again = |entry: &Entry, faults: &[String], status: StatusCode| {
        let mut entry = entry.clone();
        if is_new {
            entry.id.clear();
        }
        not_done(
            status,
            edit(&app, &colleague, &Shown { entry: &entry, version, faults, notice: None, history: Vec::new() }),
        )
    };
    if !faults.is_empty() {
        return Ok(again(&entry, &faults, StatusCode::UNPROCESSABLE_ENTITY));
    }
    let who = colleague.staff.id;
    let done = if is_new {
        directory.put_entries(std::slice::from_ref(&entry), who, now).await
    } else {
        directory.change(&entry.id, version, Some(&entry), who, now).await
    };
    match done {
        Ok(()) => Ok(go_saved(&address(&entry.id))),
        Err(StoreError::StaleEntry) => {
            Ok(again(&entry, &[words.say("directory.stale").to_owned()], StatusCode::CONFLICT))
        }
        Err(fault) => Err(unavailable(fault)),
    }
}

/// `POST /directory/remove`
pub(crate) async fn remove_entry(
    State(app): State<App>,
    colleague: Colleague,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let sent = Sent(pairs);
    let version = sent.get("version").parse().unwrap_or(0);
    let directory = app.house.directory();
    match directory.change(sent.get("id"), version, None, colleague.staff.id, app.house.wall_ms()).await {
        Ok(()) => Ok(go("/directory")),
        Err(StoreError::StaleEntry) => match directory.entry(sent.get("id")).await.map_err(unavailable)? {
            Some(Seen { entry, version }) => {
                let said = [colleague.words.say("directory.stale").to_owned()];
                let history = history(&app, colleague.words, &entry.id).await.map_err(unavailable)?;
                let shown = Shown { entry: &entry, version, faults: &said, notice: None, history };
                Ok(not_done(StatusCode::CONFLICT, edit(&app, &colleague, &shown)))
            }
            None => Ok(go("/directory").into_response()),
        },
        Err(fault) => Err(unavailable(fault)),
    }
}

fn view(app: &App, colleague: &Colleague, entry: &Entry) -> Markup {
    let words = colleague.words;
    let facts = facts(words, app.house.territory(), entry);
    let beside = |key: &str| !matches!(key, "directory.locations" | "directory.contacts");
    let content = html! {
        section.card {
            p.path { a href="/directory" { (words.say("directory.title")) } }
            h1 { (entry.name) }
            @if entry.keeping.demo { p { span.badge.demo { (words.say("demo.entry")) } } }
            @if entry.offer.accepts_new == Some(false) { p.notice { (words.say("reorientation.full")) } }
            @for location in &entry.locations { p { (whole_address(app.house.territory(), location)) @if location.secret { " " span.badge { (words.say("directory.secret")) } } } }
            @for contact in &entry.contacts {
                p { strong { (contact.value) } " " span.soft { (contact_label(words, contact.kind)) " " (contact.note) } @if contact.private { " " span.badge { (words.say("directory.private")) } } }
            }
            dl.facts { @for (key, value) in facts.iter().filter(|(key, value)| beside(key) && !value.is_empty()) { div { dt { (words.say(key)) } dd { (value) } } } }
        }
    };
    page(app, colleague, "/directory", &entry.name, &content)
}

pub(super) fn edit(app: &App, colleague: &Colleague, shown: &Shown<'_>) -> Markup {
    let words = colleague.words;
    let (entry, is_new) = (shown.entry, shown.version == 0);
    let title = if is_new { words.say("directory.new") } else { entry.name.as_str() };
    let content = html! {
        section.card {
            p.path { a href="/directory" { (words.say("directory.title")) } }
            h1 { (title) }
            @if entry.keeping.demo { p { span.badge.demo { (words.say("demo.entry")) } } }
            @if !shown.faults.is_empty() {
                div.notice.trouble role="alert" { ul.faults { @for fault in shown.faults { li { (fault) } } } }
            }
            @if let Some(notice) = &shown.notice { p.notice role="status" { (notice) } }
            form.fields method="post" action="/directory/entry" {
                input type="hidden" name="id" value=(entry.id);
                input type="hidden" name="version" value=(shown.version);
                (basics(words, entry))
                (locations(words, app.house.territory(), entry))
                (contacts(words, entry))
                (offer(words, entry))
                (hours(words, entry))
                (keeping(words, entry))
                div.buttons { button.primary type="submit" { (words.say("directory.save")) } }
            }
            @if !is_new {
                (calendar(words, entry))
                @if app.house.directory().freshness().letters && entry.contact(directory::ContactKind::Email).is_some() {
                    form.buttons method="post" action="/directory/entry/ask" {
                        input type="hidden" name="id" value=(entry.id);
                        button type="submit" { (words.say("freshness.ask")) }
                    }
                }
                form.buttons method="post" action="/directory/remove" {
                    input type="hidden" name="id" value=(entry.id);
                    input type="hidden" name="version" value=(shown.version);
                    button.danger type="submit" data-twice { (twice(words.say("directory.remove"), words.say("form.sure"))) }
                }
            }
        }
        @if !shown.history.is_empty() {
            section.card {
                h2 { (words.say("directory.history")) }
                ul.things { @for one in &shown.history { li { (one) } } }
            }
        }
    };
    page(app, colleague, "/directory", title, &content)
}

/// The hours are also in many a calendar.
fn calendar(words: Words, entry: &Entry) -> Markup {
    html! {
        details.card {
            summary { (words.say("calendar.title")) }
            form.fields method="post" action="/directory/entry/hours" enctype="multipart/form-data" {
                input type="hidden" name="id" value=(entry.id);
                div.input { label for="calendar" { (words.say("calendar.file")) }
                    input #calendar type="file" name="file" required accept=".ics,text/calendar" aria-describedby="calendar-says";
                    p.hint #calendar-says { (words.say("calendar.help")) } }
                div.buttons { button type="submit" { (words.say("calendar.look")) } }
            }
        }
    }
}

fn input(label: &str, name: &str, value: &str, help: Option<&str>) -> Markup {
    let says = help.map(|_| format!("{name}-says"));
    html! {
        div.input {
            label for=(name) { (label) }
            input id=(name) type="text" name=(name) value=(value) maxlength=(LINE) autocomplete="off" aria-describedby=[says.as_deref()];
            @if let (Some(help), Some(says)) = (help, &says) { p.hint id=(says) { (help) } }
        }
    }
}

/// Boxes to tick, one for each value of a list.
fn boxes<T: PartialEq + Copy>(
    legend: &str,
    name: &str,
    all: &[T],
    chosen: &[T],
    named: impl Fn(T) -> (&'static str, &'static str),
) -> Markup {
    html! {
        fieldset.input {
            legend { (legend) }
            div.theme-list {
                @for one in all {
                    @let (key, label) = named(*one);
                    label.tick { input type="checkbox" name=(name) value=(key) checked[chosen.contains(one)]; span { (label) } }
                }
            }
        }
    }
}

fn basics(words: Words, entry: &Entry) -> Markup {
    let language: Language = words.0;
    html! {
        (input(words.say("directory.name"), "name", &entry.name, None))
        (input(words.say("directory.other_names"), "other_names", &entry.other_names.join(" ; "), Some(words.say("directory.other_names_help"))))
        (boxes(words.say("directory.kinds"), "kind", Kind::ALL, &entry.kinds, |kind| (kind.key(), kind.label(language))))
        div.input.whole { label for="about" { (words.say("directory.about")) }
            textarea #about name="about" rows="4" maxlength=(TEXT) aria-describedby="about-says" { (entry.about) }
            p.hint #about-says { (words.say("directory.about_help")) } }
    }
}

fn locations(words: Words, territory: Territory, entry: &Entry) -> Markup {
    let empty = Location::default();
    let rows = entry.locations.iter().chain(std::iter::repeat_n(&empty, EMPTY_ROWS.min(1 + entry.locations.len())));
    let label = |location: &Location| match (territory.commune(&location.commune), location.departement) {
        (Some(commune), _) => Place::Commune(commune).label(),
        (None, Some(code)) => {
            territory.departement(code.key()).map_or_else(String::new, |one| Place::Departement(one).label())
        }
        (None, None) => String::new(),
    };
    html! {
        fieldset.input {
            legend { (words.say("directory.locations")) }
            p.hint { (words.say("directory.locations_help")) }
            @for (row, location) in rows.enumerate() {
                div.row {
                    input type="text" name=(format!("location.{row}.address")) value=(location.address) maxlength=(LINE) autocomplete="off"
                        aria-label=(words.say("directory.street")) placeholder=(words.say("directory.street"));
                    input type="text" name=(format!("location.{row}.place")) value=(label(location)) maxlength="80" autocomplete="off"
                        aria-label=(words.say("record.place")) placeholder=(words.say("record.place"));
                    input type="hidden" name=(format!("location.{row}.postcode")) value=(location.postcode);
                    label.tick { input type="checkbox" name=(format!("location.{row}.secret")) checked[location.secret]; span { (words.say("directory.secret")) } }
                }
            }
        }
    }
}

fn contacts(words: Words, entry: &Entry) -> Markup {
    let empty = Contact { kind: ContactKind::Phone, value: String::new(), note: String::new(), private: false };
    let rows = entry.contacts.iter().chain(std::iter::repeat_n(&empty, EMPTY_ROWS));
    html! {
        fieldset.input {
            legend { (words.say("directory.contacts")) }
            @for (row, contact) in rows.enumerate() {
                div.row {
                    select.narrow-select name=(format!("contact.{row}.kind")) aria-label=(words.say("directory.contact_kind")) {
                        @for (kind, word) in CONTACTS { option value=(word) selected[kind == contact.kind] { (words.named("contact", word)) } }
                    }
                    input type="text" name=(format!("contact.{row}.value")) value=(contact.value) maxlength=(LINE) autocomplete="off"
                        aria-label=(words.say("directory.contact_value")) placeholder=(words.say("directory.contact_value"));
                    input type="text" name=(format!("contact.{row}.note")) value=(contact.note) maxlength=(LINE) autocomplete="off"
                        aria-label=(words.say("directory.contact_note")) placeholder=(words.say("directory.contact_note"));
                    label.tick { input type="checkbox" name=(format!("contact.{row}.private")) checked[contact.private]; span { (words.say("directory.private")) } }
                }
            }
        }
    }
}

fn offer(words: Words, entry: &Entry) -> Markup {
    let (language, offer) = (words.0, &entry.offer);
    let languages: Vec<String> = offer.languages.iter().map(|code| words.tongue(code)).collect();
    html! {
        (boxes(words.say("directory.modes"), "mode", Mode::ALL, &offer.modes, |mode| (mode.key(), mode.label(language))))
        (boxes(words.say("directory.fees"), "fee", Fee::ALL, &offer.fees, |fee| (fee.key(), fee.label(language))))
        (input(words.say("directory.languages"), "languages", &languages.join(", "), Some(words.say("directory.languages_help"))))
        (boxes(words.say("directory.audiences"), "audience", Audience::ALL, &offer.audiences, |one| (one.key(), one.label(language))))
        (boxes(words.say("directory.accessibility"), "accessibility", Accessibility::ALL, &offer.accessibility, |one| (one.key(), one.label(language))))
        div.input { label for="accepts" { (words.say("directory.accepts")) }
            select #accepts name="accepts" {
                option value="" selected[offer.accepts_new.is_none()] { (words.say("directory.not_known")) }
                option value="yes" selected[offer.accepts_new == Some(true)] { (words.say("directory.yes")) }
                option value="no" selected[offer.accepts_new == Some(false)] { (words.say("directory.no")) }
            } }
    }
}

fn hours(words: Words, entry: &Entry) -> Markup {
    let hours = &entry.offer.hours;
    let clock = |minute: u16| format!("{}:{:02}", minute / 60, minute % 60);
    let span = |opening: &Opening| format!("{}-{}", clock(opening.from), clock(opening.until));
    let of_day =
        |day: u8| hours.weekly.iter().filter(|opening| opening.day == day).map(span).collect::<Vec<_>>().join(", ");
    html! {
        fieldset.input {
            legend { (words.say("directory.hours")) }
            p.hint { (words.say("directory.hours_help")) }
            @for (day, name) in (0_u8..).zip(DAYS) {
                div.row {
                    label for=(format!("hours-{day}")) { (words.named("day", name)) }
                    input id=(format!("hours-{day}")) type="text" name=(format!("hours.{day}")) value=(of_day(day)) maxlength=(LINE) autocomplete="off";
                }
            }
        }
        (input(words.say("directory.hours_words"), "hours_words", &hours.words, None))
    }
}

fn keeping(words: Words, entry: &Entry) -> Markup {
    let keeping = &entry.keeping;
    let identifiers: Vec<String> = entry.identifiers.iter().map(directory::Identifier::key).collect();
    html! {
        fieldset.input {
            legend { (words.say("directory.house")) }
            p.hint { (words.say("directory.house_help")) }
            div.input { label for="notes" { (words.say("directory.notes")) }
                textarea #notes name="notes" rows="3" maxlength=(TEXT) { (keeping.notes) } }
            (input(words.say("directory.keeper"), "keeper", &keeping.keeper, Some(words.say("directory.keeper_help"))))
            (input(words.say("directory.source"), "source", &keeping.source, None))
            (input(words.say("directory.identifiers"), "identifiers", &identifiers.join(", "), Some(words.say("directory.identifiers_help"))))
            label.tick { input type="checkbox" name="hidden" checked[keeping.hidden]; span { (words.say("directory.hide")) } }
            label.tick { input type="checkbox" name="confirmed"; span { (words.say("directory.confirm")) } }
            p.hint { @match keeping.confirmed {
                Some(number) => (words.fill("directory.confirmed_on", &[("day", &day(number))])),
                None => (words.say("directory.never_confirmed")),
            } }
        }
    }
}
