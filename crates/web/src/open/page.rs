//! What every public page has around it: the way out, the way to a human, the numbers that answer at any hour.

use super::Visitor;
use crate::public::{emergency_numbers, quick_exit};
use crate::shell::Page;
use maud::{Markup, html};

/// A public page before its content.
pub(crate) struct Shown<'a> {
    /// The title of the window.
    pub(crate) title: &'a str,
    /// Its address, without the language.
    pub(crate) path: &'a str,
    /// What else is said about it in its head.
    pub(crate) head: Markup,
}

/// A public page.
pub(crate) fn page(visitor: &Visitor, shown: &Shown<'_>, content: &Markup) -> Markup {
    let words = visitor.words;
    let page = Page { words, title: shown.title, class: "call-page open-page", script: None, demo: visitor.demo };
    let head = html! {
        // What is made up is nothing for a search engine.
        @if visitor.demo { meta name="robots" content="noindex"; }
        link rel="canonical" href=(visitor.whole(&visitor.to(shown.path)));
        (shown.head)
    };
    let other = words.other();
    page.document(
        &head,
        &html! {
            (quick_exit(words, false))
            header.call-header {
                p.service { a href=(visitor.to("/annuaire")) { (words.say("open.title")) } }
                a href=(visitor.to("/")) { (words.say("open.call")) }
                a.other-language href=(super::to(other, shown.path)) lang=(other.code()) hreflang=(other.code()) { (other.say("language.name")) }
            }
            main.office.open { (content) }
            footer.office.open-foot {
                section.card {
                    h2 { (words.say("call.emergency")) }
                    (emergency_numbers(words))
                }
                nav.card aria-label=(words.say("open.more")) {
                    p { a href=(visitor.to("/annuaire")) { (words.say("open.search_all")) } }
                    p { a href=(visitor.to("/annuaire/infos")) { (words.say("guide.title")) } }
                    p { a href=(visitor.to("/annuaire/donnees")) { (words.say("open.data")) } }
                    p { a href=(visitor.to("/annuaire/integrer")) { (words.say("open.embed")) } }
                    p.hint { (words.fill("open.published_by", &[("publisher", &visitor.open.data.publisher), ("licence", &visitor.open.data.licence)])) }
                    p.hint { (words.say("open.no_trace")) }
                }
            }
        },
    )
}
