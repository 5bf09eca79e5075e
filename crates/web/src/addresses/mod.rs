//! The directory for those who work here: searched and read by everybody, kept right by those who run the service.

mod calendar;
mod duplicates;
mod entry;
mod form;
mod freshness;
mod imports;
mod list;
mod search;
mod told;

pub(crate) use calendar::read_calendar;
pub(crate) use duplicates::{decide_duplicate, duplicates_page};
pub(crate) use entry::{change_entry, entry_page, new_entry_page, remove_entry};
pub(crate) use form::contact_fits;
pub(crate) use freshness::{ask_by_mail, check_number, decide_remark, freshness_page, warning};
pub(crate) use imports::{
    change_columns, drop_file, file_events, file_page, file_part, imports_page, report_file, send_file, stop_import,
    stop_running, take_file,
};
pub(crate) use list::list_page;
pub(crate) use search::{CHOSEN, SearchForm, place_typed};
pub(crate) use told::{contact_label, day, published_facts};

use crate::App;
use crate::bar::Bar;
use crate::door::Colleague;
use crate::shell::Page;
use maud::{Markup, html};
use std::collections::HashMap;
use store::StoreError;

/// The names of those who work here, and of those who did.
async fn names_of_staff(app: &App) -> Result<HashMap<i64, String>, StoreError> {
    let people = app.house.store().all_staff().await?;
    Ok(people.into_iter().map(|one| (one.id, one.name)).collect())
}

/// A page of the directory.
fn page(app: &App, colleague: &Colleague, here: &str, title: &str, content: &Markup) -> Markup {
    let words = colleague.words;
    let page = Page { words, title, class: "office-page", script: Some("office.js"), demo: app.house.demo() };
    page.around(&html! {
        (Bar::new(app, colleague).draw(title, here))
        main.office { (content) }
    })
}

/// The address of an entry's page.
fn address(id: &str) -> String {
    let escaped = id.bytes().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    });
    format!("/directory/entry?id={}", escaped.collect::<String>())
}
