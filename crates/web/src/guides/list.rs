//! Guides for those who work here: searched, read, and for those who keep them, which of them grow old.

use super::{day_of, read_guide};
use crate::App;
use crate::addresses::day;
use crate::door::{Colleague, Rule};
use crate::office::page;
use crate::words::Words;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use care::Guide;
use maud::{Markup, html};
use node::KeptGuide;
use serde::Deserialize;
use store::GuideState;

/// How many guides a search shows.
const SHOWN: usize = 50;

/// What is looked for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    text: String,
}

/// `GET /guides`
pub(crate) async fn list_page(State(app): State<App>, colleague: Colleague, Query(asked): Query<Asked>) -> Markup {
    let words = colleague.words;
    let shelf = app.house.guides().shelf();
    let keeps = Rule::Runs.allows(Some(colleague.staff.role));
    let today = day_of(app.house.wall_ms());
    let text: String = asked.text.chars().take(80).collect();
    let searched = !text.trim().is_empty();
    let mut found: Vec<&KeptGuide> = if searched {
        shelf.search(&text, false, SHOWN)
    } else {
        shelf.guides.iter().filter(|guide| keeps || guide.is_read(false)).collect()
    };
    if !searched {
        found.sort_by_key(|guide| directory::fold(&guide.latest.title));
    }
    let stale = found.iter().filter(|guide| guide.published.as_ref().is_some_and(|read| read.is_stale(today))).count();
    let content = html! {
        section.card {
            div.record-head {
                h1 { (words.say("guide.title")) }
                @if keeps { a.button href="/guides/new" { (words.say("guide.new")) } }
            }
            form.fields method="get" action="/guides" role="search" {
                div.input { label for="text" { (words.say("guide.search")) }
                    input #text type="text" name="text" value=(text) maxlength="80" autocomplete="off"; }
                div.buttons { button.primary type="submit" { (words.say("directory.search")) } }
            }
            @if keeps && stale > 0 { p.notice { (words.fill("guide.stale_count", &[("count", &stale.to_string())])) } }
        }
        section.card {
            @if found.is_empty() { p.empty { (words.say(if searched { "guide.nothing" } else { "guide.none" })) } }
            ul.things { @for guide in found { (row(words, guide, keeps, today)) } }
        }
    };
    page(&app, &colleague, "/guides", words.say("guide.title"), &content)
}

fn row(words: Words, kept: &KeptGuide, keeps: bool, today: i32) -> Markup {
    let shown: &Guide = if keeps { &kept.latest } else { kept.published.as_ref().unwrap_or(&kept.latest) };
    let address =
        if kept.published.is_some() { format!("/guides/{}", kept.id) } else { format!("/guides/{}/edit", kept.id) };
    html! {
        li {
            a href=(address) { (shown.title) }
            span.soft { (Words(shown.language).say("language.name")) }
            (badges(words, kept, keeps, today))
            @if keeps { a.aside href=(format!("/guides/{}/edit", kept.id)) { (words.say("guide.edit")) } }
        }
    }
}

/// What is to be known of a guide beside what it says.
pub(super) fn badges(words: Words, kept: &KeptGuide, keeps: bool, today: i32) -> Markup {
    let read = kept.published.as_ref();
    html! {
        @if read.is_some_and(|guide| guide.public) { span.badge { (words.say("guide.public")) } }
        @if read.is_none() { span.badge { (words.say("guide.unpublished")) } }
        @if keeps && read.is_some() && kept.state == GuideState::Draft { span.badge { (words.say("guide.has_draft")) } }
        @if read.is_some_and(|guide| guide.is_stale(today)) { span.badge.wrong { (words.say("guide.stale")) } }
    }
}

/// `GET /guides/{id}`
pub(crate) async fn guide_page(
    State(app): State<App>,
    colleague: Colleague,
    Path(id): Path<i64>,
) -> Result<Markup, StatusCode> {
    let words = colleague.words;
    let shelf = app.house.guides().shelf();
    let kept = shelf.guide(id).ok_or(StatusCode::NOT_FOUND)?;
    let guide = kept.published.as_ref().ok_or(StatusCode::NOT_FOUND)?;
    let keeps = Rule::Runs.allows(Some(colleague.staff.role));
    let today = day_of(app.house.wall_ms());
    let content = html! {
        article.card {
            p.path { a href="/guides" { (words.say("guide.title")) } }
            div.record-head {
                h1 lang=(Words(guide.language).code()) { (guide.title) }
                @if keeps { a.button href=(format!("/guides/{id}/edit")) { (words.say("guide.edit")) } }
            }
            p { (badges(words, kept, keeps, today)) }
            @if guide.is_stale(today) { p.notice { (words.say("guide.stale_words")) } }
            (read_guide(words, guide))
            p.hint { (words.fill("guide.kept_by", &[("owner", &guide.owner), ("day", &guide.review_by.map(day).unwrap_or_default())])) }
        }
    };
    Ok(page(&app, &colleague, "/guides", &guide.title, &content))
}
