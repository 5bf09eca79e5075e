//! The bar at the head of every page of the staff: where one is, who one is, and the ways to the other pages.

use crate::door::Rule;
use crate::shell::other_language;
use crate::words::Words;
use maud::{Markup, html};
use store::Staff;

/// The pages: address, title, who may.
const PAGES: &[(&str, &str, Rule)] = &[
    ("/desk", "desk.title", Rule::TakesCalls),
    ("/board", "board.title", Rule::Staff),
    ("/records", "records.title", Rule::Staff),
    ("/rota", "rota.title", Rule::Staff),
    ("/directory", "directory.title", Rule::Staff),
    ("/guides", "guide.title", Rule::Staff),
    ("/signals", "signals.title", Rule::Oversees),
    ("/calls", "calls.title", Rule::Oversees),
    ("/figures", "kpi.title", Rule::Oversees),
    ("/office", "office.title", Rule::Runs),
    ("/office/prompts", "prompts.title", Rule::Runs),
    ("/office/people", "people.title", Rule::Runs),
];

/// The bar of a page that is the same in the other language under its own address.
pub(crate) fn bar(words: Words, reader: &Staff, title: &str, here: &str) -> Markup {
    bar_with(words, reader, title, here, false, &other_language(words))
}

/// The bar, with ways to the pages that the reader may open, and the page's own way to the other language. From the desk
/// the others open beside it: a call must not be left.
pub(crate) fn bar_with(
    words: Words,
    reader: &Staff,
    title: &str,
    here: &str,
    beside: bool,
    other_language: &Markup,
) -> Markup {
    html! {
        header.bar {
            p.bar-title { (title) }
            p.bar-who { (reader.name) }
            nav aria-label=(words.say("desk.elsewhere")) {
                @for (address, name, _) in PAGES.iter().filter(|(_, _, rule)| rule.allows(Some(reader.role))) {
                    @if *address == here { a href=(address) aria-current="page" { (words.say(name)) } }
                    @else if beside { a href=(address) target="_blank" rel="noopener" { (words.say(name)) } }
                    @else { a href=(address) { (words.say(name)) } }
                }
                (other_language)
                form method="post" action="/sign-out" { button type="submit" { (words.say("sign_out.button")) } }
            }
        }
    }
}
