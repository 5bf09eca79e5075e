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
mod protocol;
mod schemes;
mod things;
mod transfer;
mod trunks;

pub(crate) use draft::unavailable;
pub(crate) use flow::{add_step, change_step, export_flow, flow_page, import_flow};
pub(crate) use form::Sent;
pub(crate) use overview::{drop_draft, overview_page, put_back, put_in_force, set_call_page, when};
pub(crate) use people::{
    Links, add_person, change_person, link_person, people_page, person_leaves, person_page, person_returns,
};
pub(crate) use prompts::{Trials, decide, prompt_sound, prompts_page, put_file, put_text, remove_prompt, trial_sound};
pub(crate) use protocol::{
    add_to_form, change_emergency, change_field, change_rules, change_section, drop_protocol_draft, emergency_page,
    export_protocol, field_page, import_protocol, move_in_form, protocol_page, put_protocol_back,
    put_protocol_in_force, rules_page, section_page,
};
pub(crate) use schemes::{accounts_file, add_scheme, change_scheme, new_scheme_page, pay, scheme_page, schemes_page};
pub(crate) use things::{add_thing, change_thing, thing_page};
pub(crate) use transfer::{export_plan, import_plan};
pub(crate) use trunks::trunks_page;

use crate::App;
use crate::bar::Bar;
use crate::door::Colleague;
use crate::shell::Page;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;

#[cfg(feature = "fuzzing")]
pub(crate) use fuzzing::{form_of, plan_of, plan_text, protocol_again};

/// What the fuzz targets try of this room.
#[cfg(feature = "fuzzing")]
mod fuzzing {
    use super::{form, protocol, transfer};
    use crate::words::Words;
    use serde_json::Value;
    use switchboard::{Field, Plan};

    pub(crate) fn plan_of(words: Words, text: &str) -> Result<Plan, String> {
        transfer::taken_in(words, text)
    }

    pub(crate) fn plan_text(plan: &Plan) -> Option<String> {
        transfer::written(plan).ok()
    }

    pub(crate) fn protocol_again(words: Words, text: &str) -> Result<String, String> {
        protocol::again(words, text)
    }

    pub(crate) fn form_of(fields: &[Field], pairs: &[(String, String)], words: Words) -> (Value, usize) {
        let (value, faults) = form::read(fields, &form::Sent(pairs.to_vec()), words);
        (value, faults.len())
    }
}

/// A page of the office.
pub(crate) fn page(app: &App, colleague: &Colleague, here: &str, title: &str, content: &Markup) -> Markup {
    let words = colleague.words;
    let page = Page { words, title, class: "office-page", script: Some("office.js"), demo: app.house.demo() };
    page.around(&html! {
        (Bar::new(app, colleague).draw(title, here))
        main.office { (content) }
    })
}

/// Sends a browser to another page after a change, so that a reload changes nothing twice.
pub(crate) fn go(to: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, to.to_owned())]).into_response()
}

/// What the page before may have left to be said.
#[derive(Deserialize)]
pub(crate) struct Before {
    saved: Option<String>,
}

impl Before {
    /// Whether something was saved just now.
    pub(crate) fn saved(&self) -> bool {
        self.saved.is_some()
    }
}

/// Sends a browser to a page after something was saved, which that page says.
pub(crate) fn go_saved(to: &str) -> Response {
    go(&format!("{to}{}saved=1", if to.contains('?') { '&' } else { '?' }))
}

/// A page that says that something was not done: a status for programs, the page for people.
pub(crate) fn not_done(status: StatusCode, page: Markup) -> Response {
    let mut response = (status, page).into_response();
    response.extensions_mut().insert(crate::door::Said);
    response
}
