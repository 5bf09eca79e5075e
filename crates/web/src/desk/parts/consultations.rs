//! Consultations that the service pays for: the codes to read aloud.

use crate::desk::sheet::Sheet;
use crate::shell::{euros, written_day};
use crate::words::Words;
use maud::{Markup, html};
use store::SchemeRow;

/// Draws the schemes that are for the caller, each with its codes; nothing where there is none.
pub(super) fn consultations(words: Words, sheet: &Sheet) -> Markup {
    let caller = sheet.caller();
    let known = &sheet.consultations;
    let meant = |row: &&SchemeRow| known.given.contains_key(&row.id) || row.scheme.is_for(caller);
    let schemes: Vec<&SchemeRow> = known.schemes.iter().filter(meant).collect();
    html! {
        @if !schemes.is_empty() {
            h3 { (words.say("consultation.title")) }
            ul.entries.consultations { @for row in schemes { (scheme(words, sheet, row)) } }
        }
    }
}

fn scheme(words: Words, sheet: &Sheet, row: &SchemeRow) -> Markup {
    let known = &sheet.consultations;
    let given = known.given.get(&row.id).copied().unwrap_or(0);
    let most = i64::from(row.scheme.per_person);
    let call = sheet.call.0.to_string();
    let codes = || known.codes.iter().filter(|one| one.scheme == row.id);
    let hidden = given - i64::try_from(codes().count()).unwrap_or(given);
    let refused = known.refused.filter(|(id, _)| *id == row.id).map(|(_, why)| why);
    html! {
        li.entry {
            div {
                strong { (words.wording(&row.scheme.name)) }
                p.hint {
                    (words.fill("consultation.in_short", &[("price", &euros(words, row.scheme.price_cents)), ("given", &given.to_string()), ("most", &most.to_string())]))
                }
                @if !row.scheme.kinds.is_empty() {
                    p.hint { (row.scheme.kinds.iter().map(|kind| kind.label(words.0)).collect::<Vec<_>>().join(", ")) }
                }
                @if hidden > 0 { p.hint { (words.fill("consultation.hidden", &[("count", &hidden.to_string())])) } }
                @if let Some(why) = refused { p.notice.trouble role="alert" { (words.say(why)) } }
                @for one in codes() {
                    @let said = one.code.in_groups();
                    div.code-given {
                        output.code { (said) }
                        p.hint { (words.fill("consultation.good_until", &[("day", &written_day(words, &one.good_until))])) }
                        @if let Some(room) = &one.room { p.hint { (words.say("consultation.room")) " " (room) } }
                        button.small id=(format!("code-{said}")) type="button" data-do="take_back_code" data-call=(call) data-code=(said) {
                            (words.say("consultation.take_back"))
                        }
                    }
                }
            }
            @if given < most {
                button id=(format!("scheme-{}", row.id)) type="button" data-do="give_code" data-call=(call) data-scheme=(row.id) {
                    (words.say("consultation.give"))
                }
            }
        }
    }
}
