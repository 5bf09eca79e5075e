//! Guides that everybody may read. Who keeps them stays in the house.

use super::read_guide;
use crate::App;
use crate::open::{Shown, Visitor, page};
use crate::words::Words;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use care::Guide;
use maud::{Markup, html};
use node::Shelf;

/// The guides that everybody may read, those in the reader's language first.
fn public(shelf: &Shelf, words: Words) -> Vec<(i64, &Guide)> {
    let read = shelf.guides.iter().filter(|guide| guide.is_read(true));
    let mut read: Vec<_> = read.filter_map(|guide| Some((guide.id, guide.published.as_ref()?))).collect();
    read.sort_by_key(|(_, guide)| (guide.language != words.0, directory::fold(&guide.title)));
    read
}

/// `GET /annuaire/infos`
pub(crate) async fn public_list(State(app): State<App>, visitor: Visitor) -> Markup {
    let words = visitor.words();
    let shelf = app.house.guides().shelf();
    let guides = public(&shelf, words);
    let content = html! {
        section.card {
            p.path { a href=(visitor.to("/annuaire")) { (words.say("open.title")) } }
            h1 { (words.say("guide.title")) }
            @if guides.is_empty() { p.empty { (words.say("guide.none")) } }
            ul.things {
                @for (id, guide) in guides {
                    li { a href=(visitor.to(&format!("/annuaire/infos/{id}"))) lang=(Words(guide.language).code()) { (guide.title) } span.soft { (Words(guide.language).say("language.name")) } }
                }
            }
        }
    };
    page(&visitor, &Shown { title: words.say("guide.title"), path: "/annuaire/infos", head: html! {} }, &content)
}

/// `GET /annuaire/infos/{id}`
pub(crate) async fn public_guide(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<i64>,
) -> Result<Markup, StatusCode> {
    let words = visitor.words();
    let shelf = app.house.guides().shelf();
    let kept = shelf.guide(id).filter(|guide| guide.is_read(true)).ok_or(StatusCode::NOT_FOUND)?;
    let guide = kept.published.as_ref().ok_or(StatusCode::NOT_FOUND)?;
    let content = html! {
        article.card {
            p.path { a href=(visitor.to("/annuaire")) { (words.say("open.title")) } " › " a href=(visitor.to("/annuaire/infos")) { (words.say("guide.title")) } }
            h1 lang=(Words(guide.language).code()) { (guide.title) }
            (read_guide(words, guide))
        }
    };
    let path = format!("/annuaire/infos/{id}");
    Ok(page(&visitor, &Shown { title: &guide.title, path: &path, head: html! {} }, &content))
}
