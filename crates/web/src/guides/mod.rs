//! Guides: what listeners should know, read at a desk in a call and, where that is said, by everybody; kept right by those who
//! run the service.

mod keep;
mod list;
mod markdown;
mod public;

pub(crate) use keep::{change_guide, edit_page, new_page, version_page};
pub(crate) use list::{guide_page, list_page};
pub(crate) use public::{public_guide, public_list};

use crate::words::Words;
use care::Guide;
use maud::{Markup, html};

/// The milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// The day that a time is in, as days since 1970.
fn day_of(milliseconds: i64) -> i32 {
    i32::try_from(milliseconds.div_euclid(DAY_MS)).unwrap_or(0)
}

/// A text as a guide's page shows it, for the fuzz targets.
#[cfg(feature = "fuzzing")]
pub(crate) fn drawn(text: &str) -> String {
    markdown::html(text).into_string()
}

/// A guide as it is read.
fn read_guide(words: Words, guide: &Guide) -> Markup {
    let about: Vec<_> = guide.audiences.iter().map(|one| one.label(words.0)).collect();
    html! {
        @if !about.is_empty() { p.hint { (words.fill("guide.about", &[("audiences", &about.join(", "))])) } }
        div.guide lang=(Words(guide.language).code()) { (markdown::html(&guide.text)) }
    }
}
