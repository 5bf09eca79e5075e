//! Letters to those whom entries are about, and the pages that their links lead to: anybody with the link may say that all is
//! right, correct what is published, or want no more letters. Looking at a page changes nothing: programs that look at links in
//! mail before people do press no buttons.

mod page;
mod token;

pub(crate) use page::{answer, letter_page, stop, stop_page};

use crate::words::{Language, Words};
use node::House;
use store::{Letter, StoreError};

/// A letter as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterText {
    /// Its subject.
    pub subject: String,
    /// What it says.
    pub text: String,
    /// Where no more letters are asked for.
    pub stop: String,
}

/// What a letter says, with links to pages under an origin; none when the entry is no more, or nothing of it is published.
///
/// # Errors
/// When the store does not answer.
pub async fn letter_text(house: &House, letter: &Letter, origin: &str) -> Result<Option<LetterText>, StoreError> {
    let Some(seen) = house.directory().entry(&letter.entry).await? else { return Ok(None) };
    let Some(published) = seen.entry.published() else { return Ok(None) };
    let token = token::of(house.store(), letter).await?;
    let link = format!("{}/entry/{token}", origin.trim_end_matches('/'));
    let stop = format!("{link}/stop");
    let key = if letter.purpose == "reminder" { "letter.reminder" } else { "letter.text" };
    let said = [Language::Fr, Language::En].map(|language| {
        Words(language).fill(key, &[("name", &published.name), ("link", &link), ("stop", &stop)]).replace("\\n", "\n")
    });
    let subject = Words(Language::Fr).fill("letter.subject", &[("name", &published.name)]);
    // A header has one line, whatever the name is.
    let subject = subject.chars().filter(|sign| !sign.is_control()).collect();
    Ok(Some(LetterText { subject, text: said.join("\n\n— — —\n\n"), stop }))
}
