//! The steps to take when a caller is about to act. They have a part of their own beside the call, because nobody looks
//! for them at such a moment.

use crate::desk::sheet::Sheet;
use crate::words::Words;
use care::EmergencyStep;
use maud::{Markup, html};

/// Draws the part: nothing at all unless the grade asks for it.
pub(in crate::desk) fn emergency(words: Words, sheet: Option<&Sheet>) -> Markup {
    let sheet = sheet.filter(|sheet| sheet.advice().is_some_and(|advice| advice.emergency));
    html! {
        @if let Some(sheet) = sheet {
            h2 { (words.say("emergency.title")) }
            (steps(words, &sheet.protocol.emergency))
            a.narrow #to-record href="#part-record" { (words.say("emergency.to_record")) }
        }
    }
}

/// The steps, in their order, each with the number to call at it. The office shows them in the same way.
pub(crate) fn steps(words: Words, steps: &[EmergencyStep]) -> Markup {
    html! {
        ol {
            @for step in steps {
                li {
                    (words.wording(&step.label))
                    @if let Some(number) = step.call { " " strong.call { (words.say("emergency.call")) " " (number.label(words.0)) } }
                }
            }
        }
    }
}
