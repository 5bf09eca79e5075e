//! Where a professional redeems the code of a consultation that the service pays for. The page asks who they are, for they are
//! paid, and never who came to them.

use crate::App;
use crate::door::Passed;
use crate::office::{Sent, not_done, unavailable};
use crate::shell::{Page, day_of, euros, one_line, other_language, written_day};
use crate::words::Words;
use axum::extract::{Form as Posted, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use care::{ConsultationCode, Scheme};
use maud::{Markup, html};
use std::sync::{Mutex, PoisonError};
use store::{CodeRow, Redeemed, Redeemer};

/// How many codes that are none may be tried in a minute, whoever tries them: where somebody is, is never asked. It is far more
/// than professionals who mistype, and far less than it takes to find one of 2 to the power of 54.
const WRONG_A_MINUTE: u32 = 60;
const MINUTE_MS: i64 = 60_000;
/// The longest name, in characters.
const NAME: usize = 120;

/// How many codes that are none were tried lately.
#[derive(Default)]
pub(crate) struct WrongCodes(Mutex<(i64, u32)>);

impl WrongCodes {
    fn are_too_many(&self, now: i64) -> bool {
        let tried = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tried.0 == now / MINUTE_MS && tried.1 >= WRONG_A_MINUTE
    }

    fn count(&self, now: i64) {
        let mut tried = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if tried.0 != now / MINUTE_MS {
            *tried = (now / MINUTE_MS, 0);
        }
        tried.1 += 1;
    }
}

/// What the page says above its form.
enum Said {
    Nothing,
    Missing,
    NoDay,
    NoNumber,
    NoCode,
    Before(String),
    TooEarly(String),
    TooLate(String),
    Slowly,
}

/// `GET /consultation`
pub(crate) async fn consultation_page(State(app): State<App>, passed: Passed) -> Markup {
    let today = day_of(app.house.wall_ms(), &app.house.plan());
    let redeemer = Redeemer { held_on: today, ..Redeemer::default() };
    draw(&app, passed.words, &redeemer, "", &Said::Nothing)
}

/// `POST /consultation`
pub(crate) async fn redeem_consultation(
    State(app): State<App>,
    passed: Passed,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let (words, sent, now) = (passed.words, Sent(pairs), app.house.wall_ms());
    let text = |name: &str| one_line(sent.get(name), NAME);
    let by = Redeemer {
        professional: text("professional"),
        identifier: text("identifier").replace(char::is_whitespace, ""),
        held_on: text("held_on"),
    };
    let typed = sent.get("code");
    let again = |status: StatusCode, said: Said| Ok(not_done(status, draw(&app, words, &by, typed, &said)));
    if app.wrong_codes.are_too_many(now) {
        let mut response = not_done(StatusCode::TOO_MANY_REQUESTS, draw(&app, words, &by, typed, &Said::Slowly));
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("60"));
        return Ok(response);
    }
    let today = day_of(now, &app.house.plan());
    if by.professional.is_empty() || typed.is_empty() {
        return again(StatusCode::UNPROCESSABLE_ENTITY, Said::Missing);
    }
    if by.held_on.parse::<jiff::civil::Date>().is_err() || by.held_on > today {
        return again(StatusCode::UNPROCESSABLE_ENTITY, Said::NoDay);
    }
    if !by.identifier.is_empty() && !is_register_number(&by.identifier) {
        return again(StatusCode::UNPROCESSABLE_ENTITY, Said::NoNumber);
    }
    let Some(code) = ConsultationCode::read(typed) else {
        app.wrong_codes.count(now);
        return again(StatusCode::UNPROCESSABLE_ENTITY, Said::NoCode);
    };
    match app.house.store().redeem_code(&code, &by, &today).await.map_err(unavailable)? {
        Redeemed::Now(row) => Ok(thanks(&app, words, &row).await?.into_response()),
        Redeemed::Before(day) => again(StatusCode::CONFLICT, Said::Before(day)),
        Redeemed::TooEarly(day) => again(StatusCode::UNPROCESSABLE_ENTITY, Said::TooEarly(day)),
        Redeemed::TooLate(day) => again(StatusCode::GONE, Said::TooLate(day)),
        Redeemed::Unknown => {
            app.wrong_codes.count(now);
            again(StatusCode::UNPROCESSABLE_ENTITY, Said::NoCode)
        }
    }
}

/// Whether a text is a number of the RPPS (11 digits) or of ADELI (9 letters and digits), the registers of professionals.
fn is_register_number(text: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match text.len() {
        11 => digits(text),
        9 => {
            text.bytes().all(|byte| byte.is_ascii_alphanumeric())
                && text.bytes().filter(u8::is_ascii_digit).count() >= 7
        }
        _ => false,
    }
}

fn around(app: &App, words: Words, content: &Markup) -> Markup {
    let page =
        Page { words, title: words.say("redeem.title"), class: "office-page", script: None, demo: app.house.demo() };
    page.around(&html! {
        header.call-header { p.service { (words.say("redeem.title")) } (other_language(words)) }
        main.office { section.card { (content) } }
    })
}

async fn thanks(app: &App, words: Words, row: &CodeRow) -> Result<Markup, StatusCode> {
    let schemes = app.house.store().schemes().await.map_err(unavailable)?;
    let scheme =
        schemes.into_iter().find(|known| known.id == row.scheme).map_or_else(Scheme::default, |row| row.scheme);
    Ok(around(
        app,
        words,
        &html! {
            h1 { (words.say("redeem.done")) }
            p.notice role="status" {
                (words.fill("redeem.done_words", &[("scheme", &words.wording(&scheme.name)), ("amount", &euros(words, row.price_cents)), ("day", &written_day(words, &row.by.held_on))]))
            }
            @if !scheme.terms.is_empty() { p { (words.wording(&scheme.terms)) } }
            @if let Some(room) = scheme.room_address(&row.room) { p { (words.say("consultation.room")) " " a href=(room) rel="noreferrer" { (room) } } }
            p { a href="/consultation" { (words.say("redeem.another")) } }
        },
    ))
}

fn draw(app: &App, words: Words, by: &Redeemer, typed: &str, said: &Said) -> Markup {
    let told = match said {
        Said::Nothing => None,
        Said::Missing => Some(words.say("redeem.missing").to_owned()),
        Said::NoDay => Some(words.say("redeem.no_day").to_owned()),
        Said::NoCode => Some(words.say("redeem.no_code").to_owned()),
        Said::Before(day) => Some(words.fill("redeem.before", &[("day", &written_day(words, day))])),
        Said::NoNumber => Some(words.say("redeem.no_number").to_owned()),
        Said::TooEarly(day) => Some(words.fill("redeem.too_early", &[("day", &written_day(words, day))])),
        Said::TooLate(day) => Some(words.fill("redeem.too_late", &[("day", &written_day(words, day))])),
        Said::Slowly => Some(words.say("redeem.slowly").to_owned()),
    };
    let today = day_of(app.house.wall_ms(), &app.house.plan());
    around(
        app,
        words,
        &html! {
            h1 { (words.say("redeem.title")) }
            p { (words.say("redeem.words")) }
            @if let Some(told) = told { p.notice.trouble role="alert" { (told) } }
            form.fields method="post" action="/consultation" autocomplete="off" {
                div.field.whole {
                    label for="code" { (words.say("redeem.code")) }
                    input.code #code name="code" type="text" required value=(typed) maxlength="40" autocapitalize="characters" spellcheck="false" placeholder="XXXX-XXXX-XXXX";
                }
                div.field {
                    label for="professional" { (words.say("redeem.professional")) }
                    input #professional name="professional" type="text" required value=(by.professional) maxlength=(NAME) autocomplete="name";
                }
                div.field {
                    label for="identifier" { (words.say("redeem.identifier")) }
                    input #identifier name="identifier" type="text" value=(by.identifier) maxlength=(NAME) inputmode="numeric";
                }
                div.field {
                    label for="held_on" { (words.say("redeem.held_on")) }
                    input #held_on name="held_on" type="date" required value=(by.held_on) max=(today);
                }
                p.hint.whole { (words.say("redeem.no_person")) }
                div.buttons.whole { button.primary type="submit" { (words.say("redeem.button")) } }
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_a_register_is_told_from_what_is_none() {
        for good in ["10001234567", "759912345", "2A9301234"] {
            assert!(is_register_number(good), "{good}");
        }
        for bad in ["123", "abc", "abcdefghi", "1000123456", "100012345678", "1000123456é"] {
            assert!(!is_register_number(bad), "{bad}");
        }
    }

    #[test]
    fn wrong_codes_are_slowed_down_for_a_minute() {
        let wrong = WrongCodes::default();
        for _ in 0..WRONG_A_MINUTE {
            assert!(!wrong.are_too_many(MINUTE_MS * 5));
            wrong.count(MINUTE_MS * 5 + 1);
        }
        assert!(wrong.are_too_many(MINUTE_MS * 5 + 59_999));
        assert!(!wrong.are_too_many(MINUTE_MS * 6));
        wrong.count(MINUTE_MS * 6);
        assert!(!wrong.are_too_many(MINUTE_MS * 6));
    }
}
