//! A guide as it is written: beside it how it will be read, below it what it was before.

use super::{day_of, read_guide};
use crate::App;
use crate::addresses::day;
use crate::desk::twice;
use crate::door::Colleague;
use crate::office::{Sent, go, not_done, page, unavailable, when};
use crate::words::Words;
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use care::{Audience, Guide, GuideFault, LONGEST_GUIDE_TITLE, Language};
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::HashMap;
use store::{GuideState, StoreError};

/// After how many days a new guide is to be looked through again, unless its author says otherwise.
const USUAL_REVIEW: i32 = 365;

/// What is worked on.
struct Edited<'a> {
    /// Which guide and which of its versions was seen; none for a new one.
    seen: Option<(i64, i64)>,
    guide: &'a Guide,
    faults: &'a [String],
    /// Whether somebody reads it now.
    published: bool,
    history: Markup,
}

/// An earlier version to begin from.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct From {
    from: Option<i64>,
}

/// `GET /guides/new`
pub(crate) async fn new_page(State(app): State<App>, colleague: Colleague) -> Markup {
    let review_by = Some(day_of(app.house.wall_ms()) + USUAL_REVIEW);
    let guide =
        Guide { language: colleague.words.0, owner: colleague.staff.name.clone(), review_by, ..Guide::default() };
    draw(&app, &colleague, &Edited { seen: None, guide: &guide, faults: &[], published: false, history: html! {} })
}

/// `GET /guides/{id}/edit`
pub(crate) async fn edit_page(
    State(app): State<App>,
    colleague: Colleague,
    Path(id): Path<i64>,
    Query(from): Query<From>,
) -> Result<Markup, StatusCode> {
    let shelf = app.house.guides().shelf();
    let kept = shelf.guide(id).ok_or(StatusCode::NOT_FOUND)?;
    let versions = app.house.guides().versions(id).await.map_err(unavailable)?;
    let earlier = versions.iter().find(|(version, _)| Some(version.version) == from.from).map(|(_, guide)| guide);
    let history = history(&app, &colleague, id).await.map_err(unavailable)?;
    let guide = earlier.unwrap_or(&kept.latest);
    let seen = Some((id, kept.version));
    Ok(draw(&app, &colleague, &Edited { seen, guide, faults: &[], published: kept.published.is_some(), history }))
}

/// `GET /guides/{id}/versions/{version}`
pub(crate) async fn version_page(
    State(app): State<App>,
    colleague: Colleague,
    Path((id, version)): Path<(i64, i64)>,
) -> Result<Markup, StatusCode> {
    let words = colleague.words;
    let versions = app.house.guides().versions(id).await.map_err(unavailable)?;
    let (about, guide) = versions.iter().find(|(one, _)| one.version == version).ok_or(StatusCode::NOT_FOUND)?;
    let people = app.house.store().all_staff().await.map_err(unavailable)?;
    let names: HashMap<i64, String> = people.into_iter().map(|one| (one.id, one.name)).collect();
    let content = html! {
        article.card {
            p.path { a href="/guides" { (words.say("guide.title")) } " › " a href=(format!("/guides/{id}/edit")) { (words.say("guide.edit")) } }
            h1 { (guide.title) }
            p.notice { (words.fill("guide.version_of", &[("version", &version.to_string())])) " " (when(words, about.made_at, about.made_by, &names)) }
            p { a.button href=(format!("/guides/{id}/edit?from={version}")) { (words.say("guide.begin_from")) } }
            (read_guide(words, guide))
        }
    };
    Ok(page(&app, &colleague, "/guides", &guide.title, &content))
}

/// `POST /guides/{id}/edit`; a new guide has the number 0.
pub(crate) async fn change_guide(
    State(app): State<App>,
    colleague: Colleague,
    Path(id): Path<i64>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let (sent, words) = (Sent(pairs), colleague.words);
    let (guide, mut faults) = read(words, &sent);
    let state = match sent.get("do") {
        "check" => return Ok(read_guide(words, &guide).into_response()),
        "publish" => GuideState::Published,
        "withdraw" => GuideState::Withdrawn,
        _ => GuideState::Draft,
    };
    let seen = (id != 0).then(|| (id, sent.get("version").parse().unwrap_or(0)));
    faults.extend(guide.check(state == GuideState::Published).into_iter().map(|fault| told(words, fault)));
    let shelf = app.house.guides().shelf();
    let published = shelf.guide(id).is_some_and(|kept| kept.published.is_some());
    let again = async |faults: Vec<String>, status: StatusCode| {
        let history = if id == 0 {
            html! {}
        } else {
            history(&app, &colleague, id).await.map_err(unavailable)?
        };
        let edited = Edited { seen, guide: &guide, faults: &faults, published, history };
        Ok(not_done(status, draw(&app, &colleague, &edited)))
    };
    if !faults.is_empty() {
        return again(faults, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    match app.house.guides().save(seen, state, &guide, colleague.staff.id, app.house.wall_ms()).await {
        Ok(id) => {
            Ok(go(&if state == GuideState::Published { format!("/guides/{id}") } else { format!("/guides/{id}/edit") }))
        }
        Err(StoreError::StaleVersion) => {
            again(vec![words.say("guide.overtaken").to_owned()], StatusCode::CONFLICT).await
        }
        Err(fault) => Err(unavailable(fault)),
    }
}

/// A guide as it was sent, and what could not be read.
fn read(words: Words, sent: &Sent) -> (Guide, Vec<String>) {
    let written = sent.get("review_by");
    let date = written.parse::<jiff::civil::Date>().ok();
    let review_by = date.and_then(|date| date.to_zoned(jiff::tz::TimeZone::UTC).ok());
    let review_by = review_by.map(|start| day_of(start.timestamp().as_millisecond()));
    let wrong = !written.is_empty() && review_by.is_none();
    let guide = Guide {
        title: sent.get("title").split_whitespace().collect::<Vec<_>>().join(" "),
        text: sent.get("text").replace("\r\n", "\n"),
        language: if sent.get("language") == "en" { Language::En } else { Language::Fr },
        audiences: sent.all("audience").filter_map(Audience::from_key).collect(),
        public: sent.has("public"),
        owner: sent.get("owner").to_owned(),
        review_by,
    };
    (guide, if wrong { vec![words.fill("guide.no_date", &[("text", written)])] } else { Vec::new() })
}

fn told(words: Words, fault: GuideFault) -> String {
    let key = match fault {
        GuideFault::NoTitle => "guide.no_title",
        GuideFault::LongTitle => "guide.long_title",
        GuideFault::NoText => "guide.no_text",
        GuideFault::LongText => "guide.long_text",
        GuideFault::NobodyKeepsIt => "guide.nobody_keeps_it",
    };
    words.say(key).to_owned()
}

async fn history(app: &App, colleague: &Colleague, id: i64) -> Result<Markup, StoreError> {
    let words = colleague.words;
    let versions = app.house.guides().versions(id).await?;
    let people = app.house.store().all_staff().await?;
    let names: HashMap<i64, String> = people.into_iter().map(|one| (one.id, one.name)).collect();
    let state = |state: GuideState| match state {
        GuideState::Draft => words.say("guide.state_draft"),
        GuideState::Published => words.say("guide.state_published"),
        GuideState::Withdrawn => words.say("guide.state_withdrawn"),
    };
    Ok(html! {
        section.card {
            h2 { (words.say("guide.history")) }
            ul.things {
                @for (one, _) in &versions {
                    li { a href=(format!("/guides/{id}/versions/{}", one.version)) { (words.fill("guide.version", &[("version", &one.version.to_string())])) } span.badge { (state(one.state)) } span.soft { (when(words, one.made_at, one.made_by, &names)) } }
                }
            }
        }
    })
}

fn draw(app: &App, colleague: &Colleague, edited: &Edited<'_>) -> Markup {
    let (words, guide) = (colleague.words, edited.guide);
    let (id, version) = edited.seen.unwrap_or_default();
    let title = if guide.title.is_empty() { words.say("guide.new") } else { guide.title.as_str() };
    let review = guide.review_by.map(iso).unwrap_or_default();
    let content = html! {
        div.beside {
            section.card.beside-main {
                p.path { a href="/guides" { (words.say("guide.title")) } }
                h1 { (title) }
                @if !edited.faults.is_empty() {
                    div.notice.trouble role="alert" { ul.faults { @for fault in edited.faults { li { (fault) } } } }
                }
                form.fields method="post" action=(format!("/guides/{id}/edit")) data-check {
                    input type="hidden" name="version" value=(version);
                    div.input.whole { label for="title" { (words.say("guide.name")) }
                        input #title type="text" name="title" value=(guide.title) maxlength=(LONGEST_GUIDE_TITLE) required autocomplete="off"; }
                    div.input.whole { label for="guide-text" { (words.say("guide.text")) }
                        textarea #guide-text name="text" rows="18" aria-describedby="text-help" { (guide.text) }
                        p.hint #text-help { (words.say("guide.text_help")) } }
                    div.input { label for="language" { (words.say("guide.language")) }
                        select #language name="language" {
                            @for language in [Language::Fr, Language::En] {
                                option value=(Words(language).code()) selected[guide.language == language] { (Words(language).say("language.name")) }
                            }
                        } }
                    div.input { label for="owner" { (words.say("guide.owner")) }
                        input #owner type="text" name="owner" value=(guide.owner) maxlength="120" autocomplete="off"; }
                    div.input { label for="review_by" { (words.say("guide.review_by")) }
                        input #review_by type="date" name="review_by" value=(review); }
                    label.tick { input type="checkbox" name="public" checked[guide.public]; span { (words.say("guide.for_everybody")) } }
                    fieldset.input {
                        legend { (words.say("guide.audiences")) }
                        div.theme-list { @for one in Audience::ALL {
                            label.tick { input type="checkbox" name="audience" value=(one.key()) checked[guide.audiences.contains(one)]; span { (one.label(words.0)) } }
                        } }
                    }
                    div.buttons {
                        button.primary type="submit" name="do" value="publish" { (words.say("guide.publish")) }
                        button type="submit" name="do" value="draft" { (words.say("guide.save_draft")) }
                        @if edited.published { button.danger type="submit" name="do" value="withdraw" data-twice { (twice(words.say("guide.withdraw"), words.say("form.sure"))) } }
                    }
                }
            }
            section.card.beside-preview aria-label=(words.say("guide.preview")) {
                h2 { (words.say("guide.preview")) }
                div #check { (read_guide(words, guide)) }
            }
        }
        (edited.history)
    };
    page(app, colleague, "/guides", title, &content)
}

/// A day as a field for dates has it.
fn iso(number: i32) -> String {
    // « 23/11/2026 » turned round.
    let written = day(number);
    written.split('/').rev().collect::<Vec<_>>().join("-")
}
