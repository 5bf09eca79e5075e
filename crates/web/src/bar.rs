//! The bar at the head of every page of the staff: where one is, who one is, and the ways to the other pages.

use crate::App;
use crate::assets::address as asset;
use crate::door::{Colleague, Rule};
use crate::shell::other_language;
use crate::signals::{SOCKET, is_due, tally};
use crate::words::Words;
use maud::{Markup, html};
use node::OpenSignal;
use std::sync::Arc;
use store::Staff;

/// Where the signals are.
const SIGNALS: &str = "/signals";
/// Where the board is.
const BOARD: &str = "/board";

/// The pages: address, title, who may.
const PAGES: &[(&str, &str, Rule)] = &[
    ("/desk", "desk.title", Rule::TakesCalls),
    (BOARD, "board.title", Rule::Staff),
    ("/records", "records.title", Rule::Staff),
    ("/rota", "rota.title", Rule::Staff),
    ("/directory", "directory.title", Rule::Staff),
    ("/guides", "guide.title", Rule::Staff),
    (SIGNALS, "signals.title", Rule::Oversees),
    ("/calls", "calls.title", Rule::Oversees),
    ("/figures", "kpi.title", Rule::Oversees),
    ("/office", "office.title", Rule::Runs),
    ("/office/prompts", "prompts.title", Rule::Runs),
    ("/office/people", "people.title", Rule::Runs),
];

/// Whose bar it is, and what it tells them.
pub(crate) struct Bar {
    words: Words,
    reader: Staff,
    /// The at-risk signals that are open; those who do not oversee are told of none.
    open: Arc<Vec<OpenSignal>>,
}

impl Bar {
    /// The bar of whoever came.
    pub(crate) fn new(app: &App, colleague: &Colleague) -> Self {
        let open = Arc::clone(&app.house.signals().open().borrow());
        Self { words: colleague.words, reader: colleague.staff.clone(), open }
    }

    /// The bar of somebody while no signal is open.
    #[cfg(test)]
    pub(crate) fn of(words: Words, name: &str, role: store::Role) -> Self {
        let name = name.to_owned();
        let reach = store::Reach::default();
        let reader = Staff { id: 1, name, role, created_at: 0, demo: false, left_at: None, reach };
        Self { words, reader, open: Arc::default() }
    }

    /// The bar of a page that is the same in the other language under its own address.
    pub(crate) fn draw(&self, title: &str, here: &str) -> Markup {
        self.draw_with(title, here, false, &other_language(self.words))
    }

    /// The bar, with ways to the pages that the reader may open, and the page's own way to the other language. From the desk
    /// the others open beside it: a call must not be left.
    pub(crate) fn draw_with(&self, title: &str, here: &str, beside: bool, other_language: &Markup) -> Markup {
        let words = self.words;
        let told = Rule::Oversees.allows(Some(self.reader.role));
        html! {
            header.bar {
                p.bar-title { (title) }
                p.bar-who { (self.reader.name) }
                nav aria-label=(words.say("desk.elsewhere")) {
                    @for (address, name, _) in PAGES.iter().filter(|(_, _, rule)| rule.allows(Some(self.reader.role))) {
                        @let (target, relation) = if beside { (Some("_blank"), Some("noopener")) } else { (None, None) };
                        @if *address == here { a href=(address) aria-current="page" { (self.entry(address, name)) } }
                        @else { a href=(address) target=[target] rel=[relation] { (self.entry(address, name)) } }
                    }
                    (other_language)
                    form method="post" action="/sign-out" { button type="submit" { (words.say("sign_out.button")) } }
                }
                @if told { script type="module" src=(asset("bar.js")) {} }
            }
            @if told { (self.told(here, beside)) }
        }
    }

    /// What is said of signals that somebody must see to. The desk, the board and their own pages show them themselves: there it
    /// is for a screen reader alone, to which what comes into it is read aloud.
    fn told(&self, here: &str, beside: bool) -> Markup {
        let words = self.words;
        let unseen = beside || here == BOARD || here == SIGNALS;
        let socket = format!("{SOCKET}?lang={}", words.code());
        html! {
            div.signal-notice.unseen[unseen] #told aria-live="assertive" data-quiet[beside] data-socket=(socket) {
                p hidden[!is_due(&self.open)] {
                    @if unseen { (words.say("signals.told")) } @else { a href=(SIGNALS) { (words.say("signals.told")) } }
                }
            }
        }
    }

    fn entry(&self, address: &str, name: &'static str) -> Markup {
        html! {
            (self.words.say(name))
            @if address == SIGNALS { span #tally { (tally(self.words, &self.open)) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;
    use store::Role;

    #[test]
    fn no_way_leads_to_a_closed_door_and_those_who_oversee_are_told_of_signals() {
        let bar = |role| Bar::of(Words(Language::Fr), "Léa", role).draw("Tableau", "/board").into_string();
        let supervisor = bar(Role::Supervisor);
        assert!(
            supervisor.contains("\"/desk\"") && supervisor.contains("id=\"tally\"") && supervisor.contains("bar.js")
        );
        assert!(!bar(Role::Coordinator).contains("\"/desk\"") && bar(Role::Coordinator).contains("bar.js"));
        assert!(!bar(Role::Listener).contains("tally") && !bar(Role::Listener).contains("bar.js"));
    }
}
