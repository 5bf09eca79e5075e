//! A small list for the pages of others: fixed in its address, without a script, telling nobody who looks at it.

use super::Visitor;
use super::departement::shown;
use super::page::{Shown, page};
use crate::App;
use crate::addresses::place_typed;
use crate::office::{Sent, unavailable};
use crate::shell::Page;
use axum::extract::{Form, Query as FromQuery, State};
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use care::Kind;
use directory::index::{Facet, Query, Trait};
use directory::{Place, Territory};
use maud::{Markup, html};

/// How many entries a list shows.
const SHOWN: usize = 8;
/// How tall the frame is in which the list is shown, in pixels.
const TALL: u16 = 520;

/// What a list shows.
struct Listed {
    place: Place,
    kinds: Vec<Kind>,
}

impl Listed {
    /// What an address asks for.
    fn read(sent: &Sent) -> Option<Self> {
        let place = Territory::load().place(sent.get("place"))?;
        Some(Self { place, kinds: sent.all("kind").filter_map(Kind::from_key).collect() })
    }

    /// The address that asks for it.
    fn path(&self) -> String {
        let kinds: String = self.kinds.iter().map(|kind| format!("&kind={}", kind.key())).collect();
        format!("/annuaire/encart?place={}{kinds}", self.place.key())
    }
}

/// `GET /annuaire/encart`
pub(crate) async fn embedded_list(
    State(app): State<App>,
    visitor: Visitor,
    FromQuery(pairs): FromQuery<Vec<(String, String)>>,
) -> Result<impl IntoResponse, StatusCode> {
    let listed = Listed::read(&Sent(pairs)).ok_or(StatusCode::NOT_FOUND)?;
    let _turn = visitor.open.gate.turn().await?;
    let wanted = listed.kinds.iter().map(|kind| Trait::new(Facet::Kind, kind.key())).collect();
    // The same order for an hour, another one in the next: no name is always first.
    let seed = app.house.wall_ms().unsigned_abs() / 3_600_000;
    let query = Query { place: Some(listed.place), wanted, seed, limit: SHOWN, ..Query::default() };
    let (found, _) = app.house.directory().search_published(query).await.map_err(unavailable)?;
    let words = visitor.words;
    let title = words.fill("open.near", &[("place", listed.place.name())]);
    let frame = Page { words, title: &title, class: "embedded", script: None, demo: visitor.demo };
    let drawn = frame.around(&html! {
        main.embedded-list {
            h1 { (title) }
            @if found.is_empty() { p.empty { (words.say("open.empty")) } }
            (shown(&found, &visitor))
            p.hint {
                a href=(visitor.whole(&visitor.to("/annuaire"))) target="_blank" rel="noopener noreferrer" { (words.say("open.search_all")) }
                " · " (visitor.open.data.publisher)
            }
        }
    });
    Ok(([(CACHE_CONTROL, "public, max-age=300")], drawn))
}

/// `GET /annuaire/integrer`
pub(crate) async fn builder_page(visitor: Visitor) -> Markup {
    builder(&visitor, "", &[], &html! {})
}

/// `POST /annuaire/integrer`: the words to copy, and how the list looks.
pub(crate) async fn built_page(visitor: Visitor, Form(pairs): Form<Vec<(String, String)>>) -> Markup {
    let (words, sent) = (visitor.words, Sent(pairs));
    let kinds: Vec<Kind> = sent.all("kind").filter_map(Kind::from_key).collect();
    let typed = sent.get("place");
    let (place, said) = place_typed(words, Territory::load(), typed);
    let said = html! { @if let Some(said) = &said { p.notice.trouble[place.is_none()] role="alert" { (said) } } };
    let Some(place) = place else { return builder(&visitor, typed, &kinds, &html! { section.card { (said) } }) };
    let listed = Listed { place, kinds };
    let (path, title) = (visitor.to(&listed.path()), words.fill("open.near", &[("place", place.name())]));
    let snippet = html! {
        iframe src=(visitor.whole(&path)) title=(title) width="100%" height=(TALL) loading="lazy" referrerpolicy="no-referrer" {}
    };
    let built = html! {
        section.card {
            (said)
            h2 { (words.say("open.snippet")) }
            p.hint { (words.say("open.snippet_help")) }
            textarea.code rows="5" readonly aria-label=(words.say("open.snippet")) { (snippet.into_string()) }
            h2 { (words.say("open.preview")) }
            iframe.preview src=(path) title=(title) height=(TALL) loading="lazy" {}
        }
    };
    builder(&visitor, &place.label(), &listed.kinds, &built)
}

fn builder(visitor: &Visitor, place: &str, kinds: &[Kind], built: &Markup) -> Markup {
    let words = visitor.words;
    let content = html! {
        section.card {
            p.path { a href=(visitor.to("/annuaire")) { (words.say("open.title")) } }
            h1 { (words.say("open.embed")) }
            p { (words.say("open.embed_lead")) }
            form.fields method="post" action=(visitor.to("/annuaire/integrer")) autocomplete="off" {
                div.input { label for="place" { (words.say("open.place")) }
                    input #place type="text" name="place" value=(place) maxlength="80" required; }
                fieldset.input {
                    legend { (words.say("open.kinds")) }
                    div.theme-list {
                        @for kind in Kind::ALL {
                            label.tick { input type="checkbox" name="kind" value=(kind.key()) checked[kinds.contains(kind)]; span { (kind.label(words.0)) } }
                        }
                    }
                    p.hint { (words.say("open.embed_kinds_help")) }
                }
                div.buttons { button.primary type="submit" { (words.say("open.build")) } }
            }
        }
        (built)
    };
    page(visitor, &Shown { title: words.say("open.embed"), path: "/annuaire/integrer", head: html! {} }, &content)
}
