//! One scheme: what it says, changed with a form.

use super::super::form::Sent;
use super::super::{Before, go_saved, not_done, page, unavailable};
use super::accounts::accounts;
use crate::App;
use crate::door::Colleague;
use crate::shell::{day_of, some_lines};
use crate::words::Words;
use axum::extract::{Form as Posted, Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use care::{Audience, Kind, LONGEST_GOOD, MOST_PER_PERSON, RULE_AUDIENCES, Scheme, SchemeWrong, Wording};
use maud::{Markup, html};
use store::{Account, CodeRow, SchemeRow, StoreError};

/// The longest name, and the longest terms, in characters.
const NAME: usize = 120;
const TERMS: usize = 2_000;

/// The scheme on the page: what is kept, and what was sent over it.
struct Shown<'a> {
    /// The row, unless it is a new one.
    row: Option<&'a SchemeRow>,
    scheme: &'a Scheme,
    wrong: &'a [SchemeWrong],
    said: Option<&'a str>,
    /// Whether it was saved just now.
    saved: bool,
    money: Option<(&'a Account, &'a [CodeRow])>,
}

impl<'a> Shown<'a> {
    /// A scheme with nothing said of it.
    fn of(row: Option<&'a SchemeRow>, scheme: &'a Scheme) -> Self {
        Self { row, scheme, wrong: &[], said: None, saved: false, money: None }
    }
}

/// `GET /office/schemes/new`
pub(crate) async fn new_scheme_page(State(app): State<App>, colleague: Colleague) -> Markup {
    let today = day_of(app.house.wall_ms(), &app.house.plan());
    let until = crate::shell::day_after(&today, 180);
    let scheme = Scheme { from: today, until, per_person: 2, good_for_days: 90, ..Scheme::default() };
    draw(&app, &colleague, &Shown::of(None, &scheme))
}

/// `GET /office/schemes/{id}`
pub(crate) async fn scheme_page(
    State(app): State<App>,
    Path(id): Path<i64>,
    Query(before): Query<Before>,
    colleague: Colleague,
) -> Result<Markup, StatusCode> {
    let row = find(&app, id).await?;
    let shown = Shown { saved: before.saved(), ..Shown::of(Some(&row), &row.scheme) };
    show(&app, &colleague, shown).await
}

async fn find(app: &App, id: i64) -> Result<SchemeRow, StatusCode> {
    let schemes = app.house.store().schemes().await.map_err(unavailable)?;
    schemes.into_iter().find(|row| row.id == id).ok_or(StatusCode::NOT_FOUND)
}

async fn show(app: &App, colleague: &Colleague, shown: Shown<'_>) -> Result<Markup, StatusCode> {
    let Some(row) = shown.row else { return Ok(draw(app, colleague, &shown)) };
    let today = day_of(app.house.wall_ms(), &app.house.plan());
    let account = app.house.store().scheme_account(row.id, &today).await.map_err(unavailable)?;
    let held = app.house.store().consultations_held(row.id).await.map_err(unavailable)?;
    Ok(draw(app, colleague, &Shown { money: Some((&account, &held)), ..shown }))
}

/// `POST /office/schemes`
pub(crate) async fn add_scheme(
    State(app): State<App>,
    colleague: Colleague,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let scheme = scheme_of(&Sent(pairs));
    let wrong = scheme.check();
    if !wrong.is_empty() {
        let shown = Shown { wrong: &wrong, ..Shown::of(None, &scheme) };
        return Ok(not_done(StatusCode::UNPROCESSABLE_ENTITY, draw(&app, &colleague, &shown)));
    }
    let (store, now) = (app.house.store(), app.house.wall_ms());
    let id = store.save_scheme(None, &scheme, false, colleague.staff.id, now).await.map_err(unavailable)?;
    Ok(go_saved(&format!("/office/schemes/{id}")))
}

/// `POST /office/schemes/{id}`
pub(crate) async fn change_scheme(
    State(app): State<App>,
    Path(id): Path<i64>,
    colleague: Colleague,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let sent = Sent(pairs);
    let (words, row) = (colleague.words, find(&app, id).await?);
    let (scheme, ended) = match sent.get("do") {
        "end" => (row.scheme.clone(), true),
        "open" => (row.scheme.clone(), false),
        _ => (scheme_of(&sent), row.ended),
    };
    let wrong = scheme.check();
    if !wrong.is_empty() {
        let shown = Shown { wrong: &wrong, ..Shown::of(Some(&row), &scheme) };
        let page = show(&app, &colleague, shown).await?;
        return Ok(not_done(StatusCode::UNPROCESSABLE_ENTITY, page));
    }
    let seen = Some((id, sent.get("revision").parse().unwrap_or(0)));
    match app.house.store().save_scheme(seen, &scheme, ended, colleague.staff.id, app.house.wall_ms()).await {
        Ok(_) => Ok(go_saved(&format!("/office/schemes/{id}"))),
        Err(StoreError::StaleVersion) => {
            // Somebody else's change is shown, not what would overwrite it.
            let said = Some(words.say("office.stale"));
            let shown = Shown { said, ..Shown::of(Some(&row), &row.scheme) };
            let page = show(&app, &colleague, shown).await?;
            Ok(not_done(StatusCode::CONFLICT, page))
        }
        Err(fault) => Err(unavailable(fault)),
    }
}

/// What was sent, as a scheme: what cannot be read is told by its check.
fn scheme_of(sent: &Sent) -> Scheme {
    let text = |name: &str, most: usize| some_lines(sent.get(name), most);
    let kinds = sent.0.iter().filter(|(name, _)| name == "kind").filter_map(|(_, key)| Kind::from_key(key));
    Scheme {
        name: Wording::new(&text("name.fr", NAME), &text("name.en", NAME)),
        audience: Audience::from_key(sent.get("audience")),
        kinds: kinds.collect(),
        from: text("from", 10),
        until: text("until", 10),
        per_person: sent.get("per_person").parse().unwrap_or(0),
        price_cents: cents(sent.get("price")).unwrap_or(0),
        // A budget that cannot be read must not become none: then there would be no limit.
        budget_cents: (!sent.get("budget").is_empty()).then(|| cents(sent.get("budget")).unwrap_or(0)),
        good_for_days: sent.get("good_for_days").parse().unwrap_or(0),
        room: text("room", 300),
        terms: Wording::new(&text("terms.fr", TERMS), &text("terms.en", TERMS)),
    }
}

/// An amount as people write it: « 60 », « 60,50 », « 1 200.5 € ».
fn cents(written: &str) -> Option<i64> {
    let plain: String = written.chars().filter(|sign| !sign.is_whitespace() && *sign != '€').collect();
    let plain = plain.replace(',', ".");
    let (whole, rest) = plain.split_once('.').unwrap_or((&plain, ""));
    let digits = |text: &str| text.bytes().all(|sign| sign.is_ascii_digit());
    if whole.is_empty() || rest.len() > 2 || !digits(whole) || !digits(rest) {
        return None;
    }
    format!("{whole}{rest:0<2}").parse().ok()
}

fn amount(cents: i64) -> String {
    if cents % 100 == 0 { (cents / 100).to_string() } else { format!("{},{:02}", cents / 100, cents % 100) }
}

fn draw(app: &App, colleague: &Colleague, shown: &Shown<'_>) -> Markup {
    let words = colleague.words;
    let title = shown.row.map_or_else(|| words.say("schemes.new").to_owned(), |row| words.wording(&row.scheme.name));
    let action = shown.row.map_or_else(|| "/office/schemes".to_owned(), |row| format!("/office/schemes/{}", row.id));
    let content = html! {
        section.card {
            p.path { a href="/office" { (words.say("office.title")) } " › " a href="/office/schemes" { (words.say("schemes.title")) } }
            h1 { (title) }
            @if shown.saved { p.notice role="status" { (words.say("schemes.saved")) } }
            @if let Some(said) = shown.said { p.notice.trouble role="alert" { (said) } }
            @if !shown.wrong.is_empty() {
                div.notice.trouble role="alert" { ul { @for wrong in shown.wrong { li { (told(words, *wrong)) } } } }
            }
            @if shown.row.is_some_and(|row| row.ended) { p.notice { (words.say("schemes.ended_words")) } }
            form.fields method="post" action=(action) {
                @if let Some(row) = shown.row { input type="hidden" name="revision" value=(row.revision); }
                (inputs(words, shown.scheme))
                div.buttons.whole {
                    button.primary type="submit" name="do" value="save" { (words.say("form.save")) }
                    @if let Some(row) = shown.row {
                        @if row.ended { button type="submit" name="do" value="open" formnovalidate { (words.say("schemes.reopen")) } }
                        @else { button type="submit" name="do" value="end" formnovalidate { (words.say("schemes.end")) } }
                    }
                }
            }
        }
        @if let (Some(row), Some((account, held))) = (shown.row, shown.money) { (accounts(words, row, account, held)) }
    };
    page(app, colleague, "/office", &title, &content)
}

fn inputs(words: Words, scheme: &Scheme) -> Markup {
    let needed = || html! { " " span.needed { (words.say("form.needed")) } };
    let input = |(name, is_needed): (&'static str, bool), key: &'static str, kind: &'static str, value: &str| {
        html! {
            div.field {
                label for=(name) { (words.say(key)) @if is_needed { (needed()) } }
                input id=(name) name=(name) type=(kind) value=(value);
            }
        }
    };
    let number = |name: &'static str, key: &'static str, value: u32, most: u32| {
        html! {
            div.field {
                label for=(name) { (words.say(key)) (needed()) }
                input id=(name) name=(name) type="number" min="1" max=(most) value=(value) required;
            }
        }
    };
    html! {
        (input(("name.fr", true), "schemes.name_fr", "text", &scheme.name.fr))
        (input(("name.en", false), "schemes.name_en", "text", &scheme.name.en))
        (input(("from", true), "schemes.from", "date", &scheme.from))
        (input(("until", true), "schemes.until", "date", &scheme.until))
        div.field {
            label for="audience" { (words.say("schemes.audience")) }
            select #audience name="audience" {
                option value="" { (words.say("schemes.everybody")) }
                @for one in RULE_AUDIENCES { option value=(one.key()) selected[scheme.audience == Some(one)] { (one.label(words.0)) } }
            }
        }
        (number("per_person", "schemes.per_person", scheme.per_person, MOST_PER_PERSON))
        (input(("price", true), "schemes.price", "text", &if scheme.price_cents == 0 { String::new() } else { amount(scheme.price_cents) }))
        (input(("budget", false), "schemes.budget", "text", &scheme.budget_cents.map(amount).unwrap_or_default()))
        (number("good_for_days", "schemes.good_for_days", scheme.good_for_days, LONGEST_GOOD))
        div.field.whole {
            label for="room" { (words.say("schemes.room")) }
            input #room name="room" type="text" value=(scheme.room) placeholder="https://…/{room}" aria-describedby="room-help";
            p.hint #room-help { (words.say("schemes.room_help")) }
        }
        fieldset.field.whole {
            legend { (words.say("schemes.kinds")) }
            div.theme-list {
                @for kind in Kind::ALL.iter().filter(|kind| kind.is_person()) {
                    label.tick {
                        input type="checkbox" name="kind" value=(kind.key()) checked[scheme.kinds.contains(kind)];
                        span { (kind.label(words.0)) }
                    }
                }
            }
        }
        @for (name, key, value) in [("terms.fr", "schemes.terms_fr", &scheme.terms.fr), ("terms.en", "schemes.terms_en", &scheme.terms.en)] {
            div.field.whole {
                label for=(name) { (words.say(key)) }
                textarea id=(name) name=(name) rows="3" maxlength=(TERMS) { (value) }
            }
        }
    }
}

fn told(words: Words, wrong: SchemeWrong) -> String {
    let say = |key| words.say(key).to_owned();
    match wrong {
        SchemeWrong::NoName => say("schemes.no_name"),
        SchemeWrong::UnknownAudience => say("schemes.unknown_audience"),
        SchemeWrong::BadPeriod => say("schemes.bad_period"),
        SchemeWrong::BadPerPerson => words.fill("schemes.bad_per_person", &[("most", &MOST_PER_PERSON.to_string())]),
        SchemeWrong::BadPrice => say("schemes.bad_price"),
        SchemeWrong::BadBudget => say("schemes.bad_budget"),
        SchemeWrong::BadGoodFor => words.fill("schemes.bad_good_for", &[("most", &LONGEST_GOOD.to_string())]),
        SchemeWrong::BadRoom => say("schemes.bad_room"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_write_them_and_come_back() {
        let table = [("60", Some(6_000)), ("60,5", Some(6_050)), ("1 200.05 €", Some(120_005)), ("0", Some(0))];
        for (written, read) in table {
            assert_eq!(cents(written), read, "{written}");
            assert_eq!(cents(&amount(read.unwrap())), read);
        }
        for none in ["", "soixante", "-5", "1,234", "1.2.3", "99999999999999999999", ",5"] {
            assert_eq!(cents(none), None, "{none}");
        }
    }

    #[test]
    fn a_budget_that_cannot_be_read_is_no_budget_without_limit() {
        let sent = |budget: &str| {
            let pairs = [
                ("name.fr", "Un"),
                ("from", "2026-11-01"),
                ("until", "2026-11-30"),
                ("per_person", "1"),
                ("price", "60"),
                ("budget", budget),
                ("good_for_days", "30"),
            ];
            scheme_of(&Sent(pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()))
        };
        assert_eq!((sent("").check(), sent("").budget_cents), (vec![], None));
        assert_eq!((sent("600").check(), sent("600").budget_cents), (vec![], Some(60_000)));
        assert_eq!(sent("beaucoup").check(), [SchemeWrong::BadBudget]);
    }
}
