//! Entries that may be the same one twice, beside each other, to be merged or told apart.

use super::told::facts;
use super::{address, page};
use crate::App;
use crate::desk::twice;
use crate::door::Colleague;
use crate::office::{Sent, go, not_done, unavailable};
use crate::words::Words;
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use directory::Territory;
use maud::{Markup, html};
use node::{Likeness, Seen};
use serde::Deserialize;
use store::StoreError;

/// How many pairs a page shows.
const SHOWN: usize = 20;
/// Up to so many entries, all départements are looked through at once.
const FEW: usize = 20_000;

/// Where to look.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Where {
    /// The code of a département; « none » for entries without any; empty for all of a small directory.
    departement: String,
}

/// `GET /directory/duplicates`
pub(crate) async fn duplicates_page(
    State(app): State<App>,
    colleague: Colleague,
    Query(asked): Query<Where>,
) -> Result<Markup, StatusCode> {
    draw(&app, &colleague, &asked.departement, None).await
}

/// The pairs of one département, or of all of them while they are few.
async fn pairs(app: &App, departement: &str) -> Result<Option<(Vec<Likeness>, usize)>, StoreError> {
    let directory = app.house.directory();
    match departement {
        "none" => Ok(Some(directory.likenesses("", SHOWN).await?)),
        "" if directory.index().len() > FEW => Ok(None),
        "" => {
            let (mut found, mut count) = directory.likenesses("", SHOWN).await?;
            for departement in app.house.territory().departements() {
                let (more, many) = directory.likenesses(departement.code.key(), SHOWN).await?;
                found.extend(more);
                count += many;
            }
            found.sort_by_key(|pair| std::cmp::Reverse(pair.score));
            found.truncate(SHOWN);
            Ok(Some((found, count)))
        }
        code => Ok(Some(directory.likenesses(code, SHOWN).await?)),
    }
}

async fn draw(app: &App, colleague: &Colleague, departement: &str, said: Option<&str>) -> Result<Markup, StatusCode> {
    let words = colleague.words;
    let territory = app.house.territory();
    let found = pairs(app, departement).await.map_err(unavailable)?;
    let content = html! {
        section.card {
            p.path { a href="/directory" { (words.say("directory.title")) } }
            h1 { (words.say("duplicates.title")) }
            p.lead { (words.say("duplicates.lead")) }
            @if let Some(said) = said { p.notice.trouble role="alert" { (said) } }
            form.fields method="get" action="/directory/duplicates" {
                div.input { label for="departement" { (words.say("duplicates.where")) }
                    select #departement name="departement" {
                        option value="" selected[departement.is_empty()] { (words.say("duplicates.everywhere")) }
                        option value="none" selected[departement == "none"] { (words.say("duplicates.nowhere")) }
                        @for one in territory.departements() {
                            option value=(one.code.key()) selected[departement == one.code.key()] { (one.code.key()) " " (one.name) }
                        }
                    } }
                div.buttons { button.primary type="submit" { (words.say("directory.search")) } }
            }
        }
        @match &found {
            None => section.card { p.notice { (words.say("duplicates.choose")) } },
            Some((pairs, _)) if pairs.is_empty() => section.card { p.empty { (words.say("duplicates.none")) } },
            Some((pairs, count)) => {
                p.hint role="status" { (words.fill("duplicates.count", &[("shown", &pairs.len().to_string()), ("count", &count.to_string())])) }
                @for (at, pair) in pairs.iter().enumerate() { (card(words, territory, at, pair, departement)) }
            }
        }
    };
    Ok(page(app, colleague, "/directory", words.say("duplicates.title"), &content))
}

fn card(words: Words, territory: Territory, at: usize, pair: &Likeness, departement: &str) -> Markup {
    let reasons = pair.reasons.iter().map(|reason| reason.sentence(words.0)).collect::<Vec<_>>().join(", ");
    let (first, second) = (facts(words, territory, &pair.first.entry), facts(words, territory, &pair.second.entry));
    let rows = first.into_iter().zip(second).filter(|((_, one), (_, other))| !one.is_empty() || !other.is_empty());
    let title = words.fill("duplicates.pair", &[("number", &(at + 1).to_string()), ("score", &pair.score.to_string())]);
    let head = |seen: &Seen| html! { th scope="col" { a href=(address(&seen.entry.id)) { (seen.entry.name) } } };
    html! {
        section.card.pair {
            h2 { (title) }
            p.soft { (reasons) }
            div.wide tabindex="0" role="group" aria-label=(title) {
                table.rows.beside-table {
                    thead { tr { td {} (head(&pair.first)) (head(&pair.second)) } }
                    tbody { @for ((key, one), (_, other)) in rows {
                        tr data-differs[one != other] {
                            th scope="row" { (words.say(key)) @if one != other { span.unseen { " " (words.say("duplicates.differs")) } } }
                            td { (lines(&one)) } td { (lines(&other)) }
                        }
                    } }
                }
            }
            form.buttons method="post" action="/directory/duplicates" {
                input type="hidden" name="departement" value=(departement);
                @for (side, seen) in [("first", &pair.first), ("second", &pair.second)] {
                    input type="hidden" name=(format!("{side}.id")) value=(seen.entry.id);
                    input type="hidden" name=(format!("{side}.version")) value=(seen.version);
                }
                button type="submit" name="do" value="first" data-twice { (twice(words.say("duplicates.keep_first"), words.say("form.sure"))) }
                button type="submit" name="do" value="second" data-twice { (twice(words.say("duplicates.keep_second"), words.say("form.sure"))) }
                button type="submit" name="do" value="apart" { (words.say("duplicates.apart")) }
            }
        }
    }
}

fn lines(text: &str) -> Markup {
    html! { @for line in text.lines() { span.cell { (line) } } }
}

/// `POST /directory/duplicates`: two entries are merged, or told apart for good.
pub(crate) async fn decide_duplicate(
    State(app): State<App>,
    colleague: Colleague,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let sent = Sent(pairs);
    let (directory, who, now) = (app.house.directory(), colleague.staff.id, app.house.wall_ms());
    let side = |side: &str| {
        let version: i64 = sent.get(&format!("{side}.version")).parse().unwrap_or(0);
        (sent.get(&format!("{side}.id")).to_owned(), version)
    };
    let ((first, first_seen), (second, second_seen)) = (side("first"), side("second"));
    let departement = sent.get("departement");
    let done = match sent.get("do") {
        "first" => directory.merge((&first, first_seen), (&second, second_seen), who, now).await,
        "second" => directory.merge((&second, second_seen), (&first, first_seen), who, now).await,
        "apart" => directory.tell_apart(&first, &second, who, now).await,
        _ => return Err(StatusCode::UNPROCESSABLE_ENTITY),
    };
    match done {
        Ok(()) => {
            let departement: String = departement.chars().filter(char::is_ascii_alphanumeric).collect();
            Ok(go(&format!("/directory/duplicates?departement={departement}")))
        }
        Err(StoreError::StaleEntry) => {
            let page = draw(&app, &colleague, departement, Some(colleague.words.say("duplicates.stale"))).await?;
            Ok(not_done(StatusCode::CONFLICT, page))
        }
        Err(fault) => Err(unavailable(fault)),
    }
}
