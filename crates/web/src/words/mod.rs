//! Every string of every page, French first, English second.
//!
//! A file holds one `key = text` a line; `#` begins a comment. The same keys are in both files and all of them are
//! used: the tests hold it. French texts are written with ordinary spaces; the thin rules of French typography are
//! applied here, once, so that no translator has to type an invisible character.

mod hours;

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use std::collections::BTreeMap;
use std::sync::LazyLock;

pub(crate) use care::Language;
use switchboard::DAYS;

type Texts = BTreeMap<&'static str, String>;

static FRENCH: LazyLock<Texts> = LazyLock::new(|| read(include_str!("fr.txt"), french_spaces));
static ENGLISH: LazyLock<Texts> = LazyLock::new(|| read(include_str!("en.txt"), str::to_owned));

/// The words of one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Words(pub(crate) Language);

impl Words {
    /// The words a visitor asked for: by the address first, then by the browser, then French.
    pub(crate) fn asked(query: Option<&str>, headers: &HeaderMap) -> Self {
        let by_address = query.and_then(|query| {
            query.split('&').find_map(|pair| match pair.strip_prefix("lang=") {
                Some("fr") => Some(Language::Fr),
                Some("en") => Some(Language::En),
                _ => None,
            })
        });
        let by_browser = || {
            let header = headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?;
            header.split(',').find_map(|item| match item.trim().get(..2)?.to_ascii_lowercase().as_str() {
                "fr" => Some(Language::Fr),
                "en" => Some(Language::En),
                _ => None,
            })
        };
        Self(by_address.or_else(by_browser).unwrap_or_default())
    }

    /// The text of a key. A key without a text shows itself, which a test refuses long before a visitor sees it.
    pub(crate) fn say(self, key: &'static str) -> &'static str {
        self.texts().get(key).map_or(key, String::as_str)
    }

    /// The text of a key with `{names}` replaced.
    pub(crate) fn fill(self, key: &'static str, values: &[(&str, &str)]) -> String {
        let mut text = self.say(key).to_owned();
        for (name, value) in values {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        text
    }

    /// A text that people of the service wrote, for this reader. What is French gets its spaces that never break here.
    pub(crate) fn wording(self, wording: &care::Wording) -> String {
        match wording.spoken(self.0) {
            Language::Fr => french_spaces(wording.of(self.0)),
            Language::En => wording.of(self.0).to_owned(),
        }
    }

    /// The text of something in a list, such as a field's key or a kind of step; the thing's own name if there is none.
    pub(crate) fn named(self, list: &str, name: &str) -> &'static str {
        self.named_if(list, name).unwrap_or("?")
    }

    /// A day of the week; 0 is Monday.
    pub(crate) fn weekday(self, day: usize) -> &'static str {
        self.named("day", DAYS.get(day).copied().unwrap_or("mon"))
    }

    /// The name of a language that is spoken, from its code of ISO 639; the code itself for one that we have no name for.
    pub(crate) fn tongue(self, code: &str) -> String {
        self.named_if("tongue", code).map_or_else(|| code.to_owned(), str::to_owned)
    }

    /// The code of a language that is named or whose code is written, in either of our languages.
    pub(crate) fn tongue_code(self, written: &str) -> Option<String> {
        let wanted = directory::fold(written);
        let names = self.beginning("named.tongue.").chain(Words(Language::Fr).beginning("named.tongue."));
        let mut named = names.filter(|(code, name)| *code == wanted || directory::fold(name) == wanted);
        named.next().map(|(code, _)| code.to_owned())
    }

    /// The text of something in a list, if there is one.
    pub(crate) fn named_if(self, list: &str, name: &str) -> Option<&'static str> {
        self.texts().get(format!("named.{list}.{name}").as_str()).map(String::as_str)
    }

    /// Every key that begins so, without its beginning, and its text: the words that a script of ours needs.
    pub(crate) fn beginning(self, prefix: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
        let texts = self.texts().iter();
        texts.filter_map(move |(key, text)| Some((key.strip_prefix(prefix)?, text.as_str())))
    }

    /// The `lang` attribute.
    pub(crate) fn code(self) -> &'static str {
        match self.0 {
            Language::Fr => "fr",
            Language::En => "en",
        }
    }

    /// The other language, for the link that leads to it.
    pub(crate) fn other(self) -> Self {
        match self.0 {
            Language::Fr => Self(Language::En),
            Language::En => Self(Language::Fr),
        }
    }

    /// How callers are spoken to in this language.
    pub(crate) fn spoken(self) -> switchboard::Language {
        match self.0 {
            Language::Fr => switchboard::Language::Fr,
            Language::En => switchboard::Language::En,
        }
    }

    fn texts(self) -> &'static Texts {
        match self.0 {
            Language::Fr => &FRENCH,
            Language::En => &ENGLISH,
        }
    }
}

fn read(file: &'static str, polish: fn(&str) -> String) -> Texts {
    let lines = file.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(" = ")).map(|(key, text)| (key.trim(), polish(text.trim()))).collect()
}

/// French puts a space that never breaks before `; : ! ?` and inside « ».
fn french_spaces(text: &str) -> String {
    let mut polished = text.replace("« ", "«\u{a0}").replace(" »", "\u{a0}»");
    for mark in [":", ";", "!", "?"] {
        polished = polished.replace(&format!(" {mark}"), &format!("\u{a0}{mark}"));
    }
    polished
}

#[cfg(test)]
mod tests;
