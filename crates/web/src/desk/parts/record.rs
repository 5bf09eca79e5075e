//! The care record.

use crate::desk::sheet::Sheet;
use crate::words::Words;
use care::{AgeBand, FieldError, Grade, NOTES_LIMIT, Profession, Theme};
use directory::Territory;
use maud::{Markup, html};

/// Draws the part. `over` says that the call has ended, so that the record can be closed.
pub(in crate::desk) fn record(words: Words, territory: Territory, sheet: Option<&Sheet>, over: bool) -> Markup {
    let Some(sheet) = sheet else {
        return html! {
            h2 { (words.say("record.title")) }
            p.empty { (words.say("record.none")) }
        };
    };
    let id = sheet.call.0.to_string();
    html! {
        div.record-head {
            h2 { (words.say("record.title")) }
            p.saved #saved role="status" {}
            a.narrow #to-reorientation href="#part-reorientation" { (words.say("record.to_reorientation")) }
        }
        form #record data-draft=(id) data-call=(id) autocomplete="off" novalidate {
            (grades(words, sheet))
            (themes(words, sheet))
            div.fields {
                (caller(words, sheet))
                (place(words, territory, sheet))
            }
            (notes(words, sheet))
            @if !sheet.errors.is_empty() {
                p.notice.trouble role="alert" { (words.say("record.errors")) }
            }
            @if over {
                button.primary type="submit" aria-keyshortcuts="Control+Enter" {
                    (words.say("record.close")) kbd { (words.say("record.close_key")) }
                }
            } @else {
                p.hint { (words.say("record.close_later")) }
            }
        }
    }
}

fn grades(words: Words, sheet: &Sheet) -> Markup {
    let form = &sheet.form;
    let chosen = sheet.grade();
    html! {
        fieldset.grades aria-describedby=[error_id(sheet, "grade")] {
            legend { (words.say("record.grade")) }
            div.grade-list {
                @for grade in Grade::ALL {
                    label.grade data-grade=(grade.number()) {
                        input type="radio" name="grade" value=(grade.number()) checked[chosen == Some(*grade)];
                        span { strong { (grade.number()) } " " (grade.label(words.0)) }
                    }
                }
            }
            label.tick { input type="checkbox" name="addiction" value="on" checked[form.addiction == "on"]; span { (words.say("record.addiction")) } }
            (error(words, sheet, "grade"))
            (error(words, sheet, "addiction"))
        }
    }
}

fn themes(words: Words, sheet: &Sheet) -> Markup {
    html! {
        fieldset.themes {
            legend { (words.say("record.themes")) }
            div.theme-list {
                @for theme in Theme::ALL {
                    @let checked = sheet.form.themes.iter().any(|key| key == theme.key());
                    label.tick { input type="checkbox" name="themes" value=(theme.key()) checked[checked]; span { (theme.label(words.0)) } }
                }
            }
            (error(words, sheet, "themes"))
        }
    }
}

fn caller(words: Words, sheet: &Sheet) -> Markup {
    html! {
        div.field.whole {
            label for="profession" { (words.say("record.profession")) }
            select #profession name="profession" aria-describedby=[error_id(sheet, "profession")] {
                option value="" { (words.say("record.not_said")) }
                @for profession in Profession::ALL {
                    option value=(profession.key()) selected[sheet.form.profession == profession.key()] { (profession.label(words.0)) }
                }
            }
            (error(words, sheet, "profession"))
        }
        div.field {
            label for="age_band" { (words.say("record.age")) }
            select #age_band name="age_band" aria-describedby=[error_id(sheet, "age_band")] {
                option value="" { (words.say("record.not_said")) }
                @for band in AgeBand::ALL {
                    option value=(band.key()) selected[sheet.form.age_band == band.key()] { (band.label(words.0)) }
                }
            }
            (error(words, sheet, "age_band"))
        }
    }
}

fn place(words: Words, territory: Territory, sheet: &Sheet) -> Markup {
    let label = sheet.place(territory).map(directory::Place::label).unwrap_or_default();
    html! {
        div.field {
            label for="place-text" { (words.say("record.place")) }
            input #place-text type="text" name="place_text" list="place-list" value=(label)
                aria-describedby=(error_id(sheet, "departement").unwrap_or_else(|| "place-hint".to_owned()));
            datalist #place-list {}
            input type="hidden" name="place" value=(sheet.place);
            input type="hidden" name="departement" value=(sheet.form.departement);
            p.hint #place-hint { (words.say("record.place_hint")) }
            (error(words, sheet, "departement"))
        }
    }
}

fn notes(words: Words, sheet: &Sheet) -> Markup {
    html! {
        div.field {
            label for="notes" { (words.say("record.notes")) }
            textarea #notes name="notes" rows="5" aria-describedby="notes-hint notes-count" { (sheet.form.notes) }
            div.notes-foot {
                p.hint #notes-hint { (words.say("record.notes_hint")) }
                p.hint #notes-count data-limit=(NOTES_LIMIT) { (sheet.form.notes.chars().count()) " / " (NOTES_LIMIT) }
            }
            (error(words, sheet, "notes"))
        }
    }
}

fn of_field<'a>(sheet: &'a Sheet, field: &str) -> Option<&'a FieldError> {
    sheet.errors.iter().find(|error| error.field == field)
}

fn error_id(sheet: &Sheet, field: &str) -> Option<String> {
    of_field(sheet, field).map(|error| format!("error-{}", error.field))
}

fn error(words: Words, sheet: &Sheet, field: &str) -> Markup {
    html! {
        @if let Some(error) = of_field(sheet, field) {
            p.field-error id=(format!("error-{}", error.field)) { (error.sentence(words.0)) }
        }
    }
}
