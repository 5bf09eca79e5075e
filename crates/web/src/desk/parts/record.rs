//! The care record.

use super::fields::{Filled, fields};
use crate::desk::sheet::Sheet;
use crate::words::Words;
use directory::Territory;
use maud::{Markup, html};

/// Draws the part. `over` says that the call has ended, so that the record can be closed.
pub(in crate::desk) fn record(words: Words, territory: Territory, sheet: Option<&Sheet>, over: bool) -> Markup {
    let Some(sheet) = sheet else {
        return html! {
            h2 { (words.say("record.title")) }
            p.empty { (words.say("record.none")) }
        };
    };
    let id = sheet.call.0.to_string();
    let filled = Filled { form: &sheet.protocol.form, answers: &sheet.answers, errors: &sheet.errors, territory };
    html! {
        div.record-head {
            h2 { (words.say("record.title")) }
            p.saved #saved role="status" {}
            a.narrow #to-reorientation href="#part-reorientation" { (words.say("record.to_reorientation")) }
        }
        form.record #record data-draft=(id) data-call=(id) autocomplete="off" novalidate {
            (fields(words, &filled))
            @if !sheet.errors.is_empty() {
                p.notice.trouble role="alert" { (words.say("record.errors")) }
            }
            @if over {
                button.primary type="submit" aria-keyshortcuts="Control+Enter" {
                    (words.say("record.close")) kbd { (words.say("record.close_key")) }
                }
            } @else {
                p.hint { (words.say("record.close_later")) }
            }
        }
    }
}
