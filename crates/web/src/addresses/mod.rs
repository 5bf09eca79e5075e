//! The directory for those who work here: searched and read by everybody, kept right by those who run the service.

mod entry;
mod form;
mod list;
mod search;

pub(crate) use entry::{change_entry, contact_word, day, entry_page, new_entry_page, remove_entry};
pub(crate) use list::list_page;
pub(crate) use search::{CHOSEN, SearchForm};

use crate::App;
use crate::bar::bar;
use crate::door::Colleague;
use crate::shell::Page;
use maud::{Markup, html};

/// A page of the directory.
fn page(app: &App, colleague: &Colleague, here: &str, title: &str, content: &Markup) -> Markup {
    let words = colleague.words;
    let page = Page { words, title, class: "office-page", script: Some("office.js"), demo: app.house.demo() };
    page.around(&html! {
        (bar(words, &colleague.staff, title, here))
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
