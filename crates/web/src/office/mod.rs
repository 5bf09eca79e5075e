//! The office: where coordinators make lines, flows, queues, relays and prompts, bring people in, and fill the rota.

mod draft;
mod faults;
mod flow;
mod form;
mod inputs;
mod overview;
mod people;
mod picture;
mod prompts;
mod things;
mod transfer;

pub(crate) use flow::{add_step, change_step, export_flow, flow_page, import_flow};
pub(crate) use form::Sent;
pub(crate) use overview::{drop_draft, overview_page, put_back, put_in_force, set_call_page};
pub(crate) use people::{
    Links, add_person, change_person, link_person, people_page, person_leaves, person_page, person_returns,
};
pub(crate) use prompts::{Trials, decide, prompt_sound, prompts_page, put_file, put_text, remove_prompt, trial_sound};
pub(crate) use things::{add_thing, change_thing, thing_page};
pub(crate) use transfer::{export_plan, import_plan};

use crate::App;
use crate::door::{Colleague, Rule};
use crate::shell::{Page, other_language};
use crate::words::Words;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use store::Staff;

/// The pages of the office: address, title, who may.
const PAGES: &[(&str, &str, Rule)] = &[
    ("/board", "board.title", Rule::Staff),
    ("/rota", "rota.title", Rule::Staff),
    ("/calls", "calls.title", Rule::Oversees),
    ("/office", "office.title", Rule::Runs),
    ("/office/prompts", "prompts.title", Rule::Runs),
    ("/office/people", "people.title", Rule::Runs),
];

/// Ways to the office's pages that somebody may open.
pub(crate) fn ways(words: Words, reader: &Staff, here: &str) -> Markup {
    html! {
        @for (address, title, rule) in PAGES {
            @if rule.allows(Some(reader.role)) {
                a href=(address) aria-current=[(*address == here).then_some("page")] { (words.say(title)) }
            }
        }
        @if Rule::TakesCalls.allows(Some(reader.role)) { a href="/desk" { (words.say("desk.title")) } }
    }
}

/// A page of the office.
pub(crate) fn page(app: &App, colleague: &Colleague, here: &str, title: &str, content: &Markup) -> Markup {
    let words = colleague.words;
    let page = Page { words, title, class: "office-page", script: Some("office.js"), demo: app.house.demo() };
    page.around(&html! {
        header.bar {
            p.bar-title { (title) }
            p.bar-who { (colleague.staff.name) }
            nav aria-label=(words.say("desk.elsewhere")) {
                (ways(words, &colleague.staff, here))
                (other_language(words))
                form method="post" action="/sign-out" { button type="submit" { (words.say("sign_out.button")) } }
            }
        }
        main.office { (content) }
    })
}

/// Sends a browser to another page after a change, so that a reload changes nothing twice.
pub(crate) fn go(to: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, to.to_owned())]).into_response()
}

/// A page that says that something was not done: a status for programs, the page for people.
pub(crate) fn not_done(status: StatusCode, page: Markup) -> Response {
    let mut response = (status, page).into_response();
    response.extensions_mut().insert(crate::door::Said);
    response
}
