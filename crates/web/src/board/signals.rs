//! The at-risk signals on the board: whoever answers for the shift takes one from here.

use super::Board;
use super::people::since;
use crate::signals::List;
use maud::{Markup, html};

/// What is open, the gravest first.
pub(super) fn signals(board: &Board) -> Markup {
    let words = board.words;
    let list = List {
        words,
        name: &|listener| board.name(listener),
        since: &|at| since(board, at),
        take: &|id| {
            html! {
                form method="post" action=(format!("/signals/{id}")) {
                    button.primary type="submit" name="do" value="take" { (words.say("signals.take")) }
                }
            }
        },
        beside: false,
    };
    list.draw(&board.open)
}
