//! One record: read by its own form, finished while it is a draft, amended once it is closed.

use super::{Protocols, address, around, say, sees_all, unavailable, visible};
use crate::App;
use crate::desk::{Filled, Sheet, record_fields};
use crate::door::Colleague;
use crate::office::Before;
use crate::receipts::Names;
use crate::signals;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use care::Protocol;
use maud::{Markup, html};
use node::Found;
use store::{Amendment, CareRecord, SignalRow};
use switchboard::ListenerId;

/// The longest reason for an amendment, in characters.
pub(super) const REASON: usize = 200;

/// `GET /records/{call}/{listener}`
pub(crate) async fn record_page(
    State(app): State<App>,
    Path((call, listener)): Path<(i64, i64)>,
    Query(before): Query<Before>,
    colleague: Colleague,
) -> Result<Markup, StatusCode> {
    let record = visible(&app, &colleague.staff, call, listener).await?;
    let protocol = Protocols::new(&app).of(&record).await?;
    let sheet = Sheet::of(&record, protocol);
    let saved = before.saved() && record.closed_at.is_none();
    draw(&app, &colleague, &record, &sheet, &Said { saved, ..Said::default() }).await
}

/// What a page says beside the record itself.
#[derive(Default)]
pub(super) struct Said<'a> {
    /// The reason that was typed for an amendment.
    pub(super) reason: &'a str,
    /// What went wrong.
    pub(super) trouble: Option<&'a str>,
    /// Whether the draft was saved just now.
    pub(super) saved: bool,
    /// What was looked for in the directory, and what was found.
    pub(super) found: Option<(&'a str, &'a [Found])>,
}

/// Draws a record, with what somebody works on in the sheet.
pub(super) async fn draw(
    app: &App,
    colleague: &Colleague,
    record: &CareRecord,
    sheet: &Sheet,
    said: &Said<'_>,
) -> Result<Markup, StatusCode> {
    let names = Names::read(app, colleague.words).await?;
    let (words, territory, store) = (names.words, app.house.territory(), app.house.store());
    let follow_up = store.follow_up(record.call).await.map_err(unavailable)?;
    let codes = store.consultations_given(record.call).await.map_err(unavailable)?.values().sum();
    let signals = signals::of_call(app, record.call).await?;
    let history = store.amendments(record).await.map_err(unavailable)?;
    let when = names.time(record.elsewhere_at.unwrap_or(record.opened_at), "%d/%m/%Y %H:%M");
    let title = words.fill("records.of", &[("when", &when)]);
    // What is closed is amended by who wrote it, or by who answers for the shift; a draft is its writer's alone.
    let mine = record.listener == colleague.staff.id;
    let closed = record.closed_at.is_some();
    let work = Work { record, sheet, reason: said.reason };
    let content = html! {
        section.card {
            p.path { a href="/records" { (words.say("records.title")) } }
            h1 { (title) }
            p {
                strong { (names.line(&record.line)) } " · " (names.person(ListenerId(record.listener)))
                @if record.elsewhere_at.is_some() { " " span.badge { (words.say("records.elsewhere")) } }
                @if !closed { " " span.badge { (words.say("records.draft")) } }
                @if !history.is_empty() { " " span.badge { (words.say("records.amended")) } }
            }
            @if said.saved { p.notice role="status" { (words.say("records.saved")) } }
            @if let Some(trouble) = said.trouble { p.notice.trouble role="alert" { (trouble) } }
            @if closed { (say::answered(words, territory, &sheet_form(sheet), record)) }
            (say::done(words, &sheet.protocol, &follow_up, codes))
            (raised(&names, &signals, sees_all(&colleague.staff)))
            @if record.elsewhere_at.is_none() && sees_all(&colleague.staff) {
                p { a href=(format!("/calls/{}", record.call)) { (words.say("records.receipt")) } }
            }
        }
        @if !closed && mine {
            section.card { (work.finish(&names, app)) }
            section.card #give { (give(&names, app, said.found)) }
        }
        @if closed && (mine || sees_all(&colleague.staff)) {
            details.card #amend open[said.trouble.is_some() || !sheet.errors.is_empty()] {
                summary { (words.say("records.amend")) }
                (work.amend(&names, app))
            }
        }
        @if !history.is_empty() { section.card { (amendments(&names, app, &sheet.protocol, record, &history)) } }
    };
    Ok(around(app, colleague, &title, &content))
}

/// The signals that were raised in the call, and what became of each; those who oversee can open them.
fn raised(names: &Names, raised: &[SignalRow], oversees: bool) -> Markup {
    let words = names.words;
    html! {
        @if !raised.is_empty() {
            h3 { (words.say("signal.title")) }
            ul.plain {
                @for row in raised {
                    @let text = format!("{} · {}", names.time(row.raised_at, "%H:%M"), signals::state(names, row));
                    li { @if oversees { a href=(format!("/signals/{}", row.id)) { (text) } } @else { (text) } }
                }
            }
        }
    }
}

fn sheet_form(sheet: &Sheet) -> care::Form {
    sheet.protocol.form.clone()
}

/// What somebody works on.
struct Work<'a> {
    record: &'a CareRecord,
    sheet: &'a Sheet,
    reason: &'a str,
}

impl Work<'_> {
    /// The form of a draft, to be finished.
    fn finish(&self, names: &Names, app: &App) -> Markup {
        let words = names.words;
        html! {
            h2 { (words.say("records.finish")) }
            form.record #record method="post" action=(address(self.record)) data-preview data-draft="record" autocomplete="off" novalidate {
                // The Enter key presses the first button of a form: it must not close a record.
                button.unseen type="submit" name="do" value="enter" tabindex="-1" aria-hidden="true" {}
                (self.fields(names, app))
                div.buttons {
                    button.primary type="submit" name="do" value="close" { (words.say("record.close")) }
                    button type="submit" name="do" value="save" { (words.say("records.save")) }
                }
            }
        }
    }

    /// The form of a closed record, with the reason why it is amended.
    fn amend(&self, names: &Names, app: &App) -> Markup {
        let words = names.words;
        html! {
            p.hint { (words.say("records.amend_words")) }
            form.record #record method="post" action=(address(self.record)) data-preview data-draft="record" autocomplete="off" novalidate {
                (self.fields(names, app))
                div.field {
                    label for="reason" { (words.say("records.reason")) " " span.needed { (words.say("form.needed")) } }
                    input #reason name="reason.text" type="text" maxlength=(REASON) required value=(self.reason);
                }
                div.buttons { button.primary type="submit" name="do" value="amend" { (words.say("records.amend")) } }
            }
        }
    }

    fn fields(&self, names: &Names, app: &App) -> Markup {
        let sheet = self.sheet;
        let territory = app.house.territory();
        let filled = Filled { form: &sheet.protocol.form, answers: &sheet.answers, errors: &sheet.errors, territory };
        html! {
            input type="hidden" name="record.revision" value=(self.record.revision);
            (record_fields(names.words, &filled))
            @if !sheet.errors.is_empty() { p.notice.trouble role="alert" { (names.words.say("record.errors")) } }
        }
    }
}

/// The directory, to note an address that was given.
fn give(names: &Names, app: &App, found: Option<(&str, &[Found])>) -> Markup {
    let words = names.words;
    let place = |one: &Found| {
        let location = one.entry.locations.get(one.hit.location)?;
        app.house.territory().commune(&location.commune).map(|commune| commune.name)
    };
    html! {
        h2 { (words.say("records.give")) }
        // The draft travels along with each of these: what was typed in it is saved, and not lost.
        div role="search" {
            label for="look" { (words.say("search.title")) }
            div.row {
                input #look form="record" type="search" name="look.text" value=(found.map_or("", |(text, _)| text));
                button type="submit" form="record" name="do" value="look" { (words.say("records.search")) }
            }
        }
        @if let Some((_, found)) = found {
            @if found.is_empty() { p.empty role="status" { (words.say("search.nothing")) } }
            ul.entries {
                @for one in found {
                    li.entry {
                        div {
                            strong { (one.entry.name) } " "
                            span.hint { (one.entry.kind().map_or("", |kind| kind.label(words.0))) " · " (place(one).unwrap_or_default()) }
                        }
                        button type="submit" form="record" name="give.entry" value=(one.entry.id) { (words.say("reorientation.give")) }
                    }
                }
            }
        }
    }
}

/// How the record was amended, the last time first.
fn amendments(names: &Names, app: &App, protocol: &Protocol, record: &CareRecord, history: &[Amendment]) -> Markup {
    let (words, territory) = (names.words, app.house.territory());
    let after = history.iter().skip(1).map(|next| &next.before).chain([record]);
    let steps: Vec<_> = history.iter().zip(after).collect();
    html! {
        h2 { (words.say("records.history")) }
        ol.history reversed {
            @for (one, after) in steps.into_iter().rev() {
                li {
                    p { (names.time(one.at, "%d/%m/%Y %H:%M")) " · " (names.person(ListenerId(one.who))) " · " em { (one.reason) } }
                    div.wide { table {
                        thead { tr {
                            th scope="col" { (words.say("records.field")) }
                            th scope="col" { (words.say("records.before")) }
                            th scope="col" { (words.say("records.after")) }
                        } }
                        tbody {
                            @for (field, old, new) in say::changes(words, territory, &protocol.form, &one.before, after) {
                                tr { th scope="row" { (field) } td { del { (old) } } td { ins { (new) } } }
                            }
                        }
                    } }
                }
            }
        }
    }
}
