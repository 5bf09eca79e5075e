//! The regulator's card: need, language, place and the grid, filled in while listening.

use crate::desk::colleagues::Colleagues;
use crate::desk::message::TriageForm;
use crate::words::Words;
use care::{DepartementCode, Need};
use maud::{Markup, html};
use switchboard::{Card, Language, Skill, Triage};

/// The rows of the grid, by the name of their field.
const GRID: [(&str, &str); 3] = [("risk", "triage.risk"), ("urgency", "triage.urgency"), ("danger", "triage.danger")];
const LEVELS: [&str; 4] = ["triage.none", "triage.low", "triage.medium", "triage.high"];

/// Draws the form for somebody who triages.
pub(in crate::desk) fn triage(words: Words, form: Option<&TriageForm>, colleagues: &Colleagues) -> Markup {
    let Some(form) = form else { return html! {} };
    let level = |field: &str| match field {
        "risk" => form.risk.as_str(),
        "urgency" => form.urgency.as_str(),
        _danger => form.danger.as_str(),
    };
    html! {
        form #triage autocomplete="off" {
            h2 { (words.say("triage.title")) }
            label for="triage-need" { (words.say("triage.need")) }
            select #triage-need name="need" {
                option value="" selected[form.need.is_empty()] { (words.say("triage.not_yet")) }
                @for need in Need::ALL {
                    option value=(need.key()) selected[form.need == need.key()] { (need.label(words.0)) }
                }
            }
            @for (field, name) in GRID {
                fieldset.levels-choice {
                    legend { (words.say(name)) }
                    @for (value, level_name) in (0..).zip(LEVELS) {
                        label.tick {
                            input type="radio" name=(field) value=(value) checked[level(field) == value.to_string() || (value == 0 && level(field).is_empty())];
                            span { (words.say(level_name)) }
                        }
                    }
                }
            }
            div.triage-row {
                div { label for="triage-language" { (words.say("triage.language")) }
                    select #triage-language name="language" {
                        option value="" { "–" }
                        @for language in [Language::Fr, Language::En] {
                            option value=(language.code()) selected[form.language == language.code()] { (words.named("languages", language.code())) }
                        }
                    } }
                div { label for="triage-departement" { (words.say("triage.departement")) }
                    select #triage-departement name="departement" {
                        option value="" { "–" }
                        @for code in DepartementCode::all() { option value=(code) selected[form.departement == code.key()] { (code) } }
                    } }
                @for (kind, chosen) in [("theme", &form.theme), ("audience", &form.audience)] {
                    @let known: Vec<&str> = colleagues.skills.iter().filter(|skill| skill.kind() == kind).map(Skill::value).collect();
                    @if !known.is_empty() {
                        div { label for=(format!("triage-{kind}")) { (words.named("wish", kind)) }
                            select id=(format!("triage-{kind}")) name=(kind) {
                                option value="" { "–" }
                                @for value in known { option value=(value) selected[chosen == value] { (value) } }
                            } }
                    }
                }
            }
            label for="triage-words" { (words.say("triage.words")) }
            textarea #triage-words name="words" rows="2" maxlength="400" { (form.words) }
            p.hint { (words.say("triage.words_hint")) }
            label.tick { input type="checkbox" name="refused" value="on" checked[form.refused == "on"]; span { (words.say("triage.refused")) } }
        }
    }
}

/// What the card says, for the next human.
pub(in crate::desk) fn card(words: Words, card: &Card) -> Markup {
    let need = card.need.as_deref().and_then(Need::from_key);
    let Triage { risk, urgency, danger } = card.triage;
    html! {
        div.triage-card {
            h3 { (words.say("triage.card")) }
            dl.facts {
                @if let Some(need) = need { div { dt { (words.say("triage.need")) } dd { (need.label(words.0)) } } }
                @if let Some(language) = card.language {
                    div { dt { (words.say("triage.language")) } dd { (words.named("languages", language.code())) } }
                }
                @if let Some(code) = &card.departement { div { dt { (words.say("triage.departement")) } dd { (code) } } }
                @for wish in &card.wishes {
                    div { dt { (words.named("wish", wish.kind())) } dd { (wish.value()) } }
                }
                @for (name, level) in [("triage.risk", risk), ("triage.urgency", urgency), ("triage.danger", danger)] {
                    @if level > 0 {
                        div data-level=(level) { dt { (words.say(name)) } dd { (words.say(LEVELS.get(usize::from(level)).copied().unwrap_or("triage.high"))) } }
                    }
                }
            }
            @if !card.words.is_empty() { p.triage-words { (card.words) } }
        }
    }
}
