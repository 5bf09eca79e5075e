//! The steps to take when a caller is about to act. They have a part of their own beside the call, because nobody looks
//! for them at such a moment.

use crate::desk::sheet::Sheet;
use crate::words::Words;
use care::{emergency_steps, reorientation_rule};
use maud::{Markup, html};

/// Draws the part: nothing at all unless the grade asks for it.
pub(in crate::desk) fn emergency(words: Words, sheet: Option<&Sheet>) -> Markup {
    let imminent = sheet.and_then(Sheet::grade).is_some_and(|grade| reorientation_rule(grade).emergency);
    html! {
        @if imminent {
            h2 { (words.say("emergency.title")) }
            ol { @for step in emergency_steps() { li { (step.label(words.0)) } } }
            a.narrow #to-record href="#part-record" { (words.say("emergency.to_record")) }
        }
    }
}
