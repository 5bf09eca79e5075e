//! What came of the calls: where callers were sent on to, the emergency services that were called, and what records say.

use super::table::percent;
use crate::words::Words;
use care::{Field, FieldKind, Form, Kind, KindAnswer, Profession};
use directory::Territory;
use maud::{Markup, html};
use std::collections::BTreeMap;
use store::reports::CareFigures;

/// Draws what the table of figures has no room for: by kind, by département, and field by field. Nothing where nothing was
/// written.
pub(super) fn care(words: Words, territory: Territory, form: &Form, figures: &CareFigures) -> Markup {
    let parts = [kinds(words, figures), departements(words, territory, figures), fields(words, form, figures)];
    html! {
        @if parts.iter().any(|part| !part.0.is_empty()) {
            section.card #care {
                h2 { (words.say("kpi.care")) }
                @for part in &parts { (part) }
            }
        }
    }
}

/// By kind: given, and what callers said where none was given.
fn kinds(words: Words, figures: &CareFigures) -> Markup {
    let answered = |kind: &str, answer: KindAnswer| {
        figures.answers.get(&(kind.to_owned(), answer.key().to_owned())).copied().unwrap_or(0)
    };
    let named = |kind: &&Kind| {
        figures.given.contains_key(kind.key()) || KindAnswer::ALL.iter().any(|one| answered(kind.key(), *one) > 0)
    };
    let kinds: Vec<&Kind> = Kind::ALL.iter().filter(named).collect();
    html! {
        @if !kinds.is_empty() {
            h3 { (words.say("kpi.by_kind")) }
            div.wide { table {
                thead { tr {
                    th scope="col" { (words.say("kpi.kind")) }
                    th scope="col" { (words.say("kpi.given")) }
                    @for answer in KindAnswer::ALL { th scope="col" { (answer.label(words.0)) } }
                } }
                tbody {
                    @for kind in kinds {
                        tr {
                            th scope="row" { (kind.label(words.0)) }
                            td.number { (figures.given.get(kind.key()).copied().unwrap_or(0)) }
                            @for answer in KindAnswer::ALL { td.number { (answered(kind.key(), *answer)) } }
                        }
                    }
                }
            } }
        }
    }
}

fn departements(words: Words, territory: Territory, figures: &CareFigures) -> Markup {
    html! {
        @if !figures.departements.is_empty() {
            h3 { (words.say("kpi.by_departement")) }
            p.hint { (words.say("kpi.by_departement_means")) }
            div.wide { table {
                thead { tr {
                    @for head in ["records.departement", "kpi.calls", "kpi.reoriented", "kpi.share"] { th scope="col" { (words.say(head)) } }
                } }
                tbody {
                    @for (code, (calls, given)) in &figures.departements {
                        tr {
                            th scope="row" { (territory.departement(code).map_or(code.as_str(), |known| known.name)) " (" (code) ")" }
                            td.number { (calls) }
                            td.number { (given) }
                            // Counts of calls are far below 2^53, so nothing is lost.
                            td.number { (percent(words, *given as f64 / (*calls).max(1) as f64)) }
                        }
                    }
                }
            } }
        }
    }
}

/// What records say, field by field, in the order of the form in force; what only earlier forms asked is left out.
fn fields(words: Words, form: &Form, figures: &CareFigures) -> Markup {
    let counted = form.fields().filter_map(|field| {
        let counts = figures.fields.get(&field.key)?;
        let rows = answers(words, field, counts);
        (!rows.is_empty()).then_some((field, rows))
    });
    html! {
        @for (field, rows) in counted {
            details.counted-field {
                summary { (words.wording(&field.label)) }
                table {
                    caption.unseen { (words.wording(&field.label)) }
                    tbody { @for (name, count) in rows { tr { th scope="row" { (name) } td.number { (count) } } } }
                }
            }
        }
    }
}

/// The answers that a field may have, in its own order, each with its count; free texts, days and places are nothing to count.
fn answers(words: Words, field: &Field, counts: &BTreeMap<String, u64>) -> Vec<(String, u64)> {
    let of = |key: &str| counts.get(key).copied().unwrap_or(0);
    let named: Vec<(String, u64)> = match &field.kind {
        FieldKind::Choice { options } | FieldKind::Choices { options } => {
            options.iter().map(|option| (words.wording(&option.label), of(&option.key))).collect()
        }
        FieldKind::Scale { from, to, steps } => (*from..=*to)
            .enumerate()
            .map(|(place, number)| {
                let step = steps.get(place).map(|step| format!(" {}", words.wording(step))).unwrap_or_default();
                (format!("{number}{step}"), of(&number.to_string()))
            })
            .collect(),
        FieldKind::Tick => vec![(words.say("records.yes").to_owned(), of("on"))],
        FieldKind::Profession => {
            Profession::ALL.iter().map(|one| (one.label(words.0).to_owned(), of(one.key()))).collect()
        }
        FieldKind::Text { .. } | FieldKind::Date | FieldKind::Place => Vec::new(),
    };
    // Of a long list only what was answered.
    let long = named.len() > 12;
    let rows: Vec<(String, u64)> = named.into_iter().filter(|(_, count)| *count > 0 || !long).collect();
    if rows.iter().any(|(_, count)| *count > 0) { rows } else { Vec::new() }
}
