//! The accounts of a scheme: what was given, redeemed and paid, and to whom. Nothing in them says who had a consultation.

use super::super::form::Sent;
use super::super::{go, unavailable};
use crate::App;
use crate::door::Colleague;
use crate::figures::cell;
use crate::shell::{day_of, euros, written_day};
use crate::words::Words;
use axum::extract::{Form as Posted, Path, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use std::collections::BTreeMap;
use store::{Account, CodeRow, SchemeRow};

/// Draws the accounts.
pub(super) fn accounts(words: Words, row: &SchemeRow, account: &Account, held: &[CodeRow]) -> Markup {
    let figures = [
        ("accounts.given", account.given.to_string()),
        ("accounts.redeemed", account.redeemed.to_string()),
        ("accounts.open", account.open.to_string()),
        ("accounts.lapsed", account.lapsed.to_string()),
        ("accounts.redeemed_cents", euros(words, account.redeemed_cents)),
        ("accounts.paid_cents", euros(words, account.paid_cents)),
        ("accounts.open_cents", euros(words, account.open_cents)),
    ];
    let left = row.scheme.budget_cents.map(|budget| budget - account.redeemed_cents - account.open_cents);
    html! {
        section.card #accounts {
            h2 { (words.say("accounts.title")) }
            table.kpi {
                caption.unseen { (words.say("accounts.title")) }
                tbody {
                    @for (key, value) in &figures { tr { th scope="row" { (words.say(key)) } td { strong { (value) } } } }
                    @if let Some(left) = left {
                        tr { th scope="row" { (words.say("accounts.left")) } td { strong { (euros(words, left)) } } }
                    }
                }
            }
            @if held.is_empty() { p.empty { (words.say("accounts.none")) } } @else { (professionals(words, row.id, held)) }
        }
    }
}

/// What one professional held, and what of it is not paid yet.
#[derive(Default)]
struct Held {
    consultations: usize,
    cents: i64,
    due_cents: i64,
    last: String,
}

fn professionals(words: Words, scheme: i64, held: &[CodeRow]) -> Markup {
    let mut by: BTreeMap<(&str, &str), Held> = BTreeMap::new();
    for one in held {
        let own = by.entry((&one.by.professional, &one.by.identifier)).or_default();
        own.consultations += 1;
        own.cents += one.price_cents;
        own.due_cents += if one.paid_on.is_none() { one.price_cents } else { 0 };
        own.last = own.last.clone().max(one.by.held_on.clone());
    }
    html! {
        h3 { (words.say("accounts.professionals")) }
        div.wide {
            table.consultations-held {
                thead { tr {
                    @for head in ["accounts.professional", "accounts.identifier", "accounts.consultations", "accounts.last", "accounts.amount", "accounts.due"] {
                        th scope="col" { (words.say(head)) }
                    }
                } }
                tbody {
                    @for ((professional, identifier), own) in &by {
                        tr {
                            td { (professional) }
                            td { (identifier) }
                            td.number { (own.consultations) }
                            td { (written_day(words, &own.last)) }
                            td.number { (euros(words, own.cents)) }
                            td {
                                @if own.due_cents > 0 {
                                    form method="post" action=(format!("/office/schemes/{scheme}/paid")) {
                                        input type="hidden" name="professional" value=(professional);
                                        input type="hidden" name="identifier" value=(identifier);
                                        button.small type="submit" { (words.fill("accounts.pay", &[("amount", &euros(words, own.due_cents))])) }
                                    }
                                } @else { (words.say("accounts.paid")) }
                            }
                        }
                    }
                }
            }
        }
        p { a href=(format!("/office/schemes/{scheme}/accounts.csv")) download { (words.say("accounts.file")) } }
    }
}

/// `POST /office/schemes/{id}/paid`
pub(crate) async fn pay(
    State(app): State<App>,
    Path(id): Path<i64>,
    _: Colleague,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let sent = Sent(pairs);
    let today = day_of(app.house.wall_ms(), &app.house.plan());
    let who = (sent.get("professional"), sent.get("identifier"));
    app.house.store().pay_consultations(id, who, &today).await.map_err(unavailable)?;
    Ok(go(&format!("/office/schemes/{id}#accounts")))
}

/// `GET /office/schemes/{id}/accounts.csv`
pub(crate) async fn accounts_file(
    State(app): State<App>,
    Path(id): Path<i64>,
    colleague: Colleague,
) -> Result<Response, StatusCode> {
    let held = app.house.store().consultations_held(id).await.map_err(unavailable)?;
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"consultations-{id}.csv\"")),
    ];
    Ok((headers, written(colleague.words, &held)).into_response())
}

fn written(words: Words, held: &[CodeRow]) -> String {
    let heads = [
        "accounts.held_on",
        "accounts.professional",
        "accounts.identifier",
        "accounts.amount",
        "accounts.redeemed_on",
        "accounts.paid_on",
    ];
    let mut text = heads.map(|head| cell(words.say(head))).join(";") + "\r\n";
    for one in held {
        let amount = format!("{}.{:02}", one.price_cents / 100, one.price_cents % 100);
        let cells = [
            one.by.held_on.as_str(),
            &one.by.professional,
            &one.by.identifier,
            &amount,
            one.redeemed_on.as_deref().unwrap_or_default(),
            one.paid_on.as_deref().unwrap_or_default(),
        ];
        text.push_str(&cells.map(cell).join(";"));
        text.push_str("\r\n");
    }
    text
}
