//! Consultations that the service pays for: the schemes, and their accounts.

mod accounts;
mod form;

pub(crate) use accounts::{accounts_file, pay};
pub(crate) use form::{add_scheme, change_scheme, new_scheme_page, scheme_page};

use super::{page, unavailable};
use crate::App;
use crate::door::Colleague;
use crate::shell::{day_of, euros, written_day};
use crate::words::Words;
use axum::extract::State;
use axum::http::StatusCode;
use maud::{Markup, html};
use store::{Account, SchemeRow};

/// `GET /office/schemes`
pub(crate) async fn schemes_page(State(app): State<App>, colleague: Colleague) -> Result<Markup, StatusCode> {
    let words = colleague.words;
    let today = day_of(app.house.wall_ms(), &app.house.plan());
    let store = app.house.store();
    let mut schemes = Vec::new();
    for row in store.schemes().await.map_err(unavailable)? {
        let account = store.scheme_account(row.id, &today).await.map_err(unavailable)?;
        schemes.push((row, account));
    }
    let content = html! {
        section.card {
            p.path { a href="/office" { (words.say("office.title")) } }
            h1 { (words.say("schemes.title")) }
            p.hint { (words.say("schemes.words")) " " a href="/consultation" { (words.say("schemes.page")) } }
            p { a.button href="/office/schemes/new" { (words.say("schemes.new")) } }
            @if schemes.is_empty() { p.empty { (words.say("schemes.none")) } }
            ul.things {
                @for (row, account) in &schemes {
                    li {
                        a href=(format!("/office/schemes/{}", row.id)) { (words.wording(&row.scheme.name)) }
                        span.soft { (in_short(words, row, account, &today)) }
                    }
                }
            }
        }
    };
    Ok(page(&app, &colleague, "/office", words.say("schemes.title"), &content))
}

fn in_short(words: Words, row: &SchemeRow, account: &Account, today: &str) -> String {
    let scheme = &row.scheme;
    let state = match (row.ended, scheme.is_open(today)) {
        (true, _) => words.say("schemes.ended").to_owned(),
        (false, true) => words.fill("schemes.open_until", &[("day", &written_day(words, &scheme.until))]),
        (false, false) => words.fill(
            "schemes.period",
            &[("from", &written_day(words, &scheme.from)), ("until", &written_day(words, &scheme.until))],
        ),
    };
    let redeemed = words.fill(
        "schemes.redeemed",
        &[
            ("redeemed", &account.redeemed.to_string()),
            ("given", &account.given.to_string()),
            ("cents", &euros(words, account.redeemed_cents)),
        ],
    );
    format!("{state} · {redeemed}")
}
