//! Inputs, drawn from lists of fields.

use super::form::{InputFault, SPANS, WISHES, choice_of, get};
use crate::words::Words;
use maud::{Markup, html};
use serde_json::Value;
use switchboard::{DAYS, Field, Holds, Territory};

/// What there is to choose from: a value and its name each.
#[derive(Debug, Clone, Default)]
pub(super) struct Choices {
    /// The steps of the flow.
    pub(super) steps: Vec<(String, String)>,
    /// The prompts.
    pub(super) prompts: Vec<(String, String)>,
    /// The queues.
    pub(super) queues: Vec<(String, String)>,
    /// The relays that a cascade may call.
    pub(super) relays: Vec<(String, String)>,
    /// The lines.
    pub(super) lines: Vec<(String, String)>,
}

/// Time zones of French services, and some of their neighbours.
const ZONES: [&str; 15] = [
    "Europe/Paris",
    "America/Guadeloupe",
    "America/Martinique",
    "America/Cayenne",
    "America/Marigot",
    "America/St_Barthelemy",
    "America/Miquelon",
    "Indian/Reunion",
    "Indian/Mayotte",
    "Pacific/Noumea",
    "Pacific/Tahiti",
    "Pacific/Wallis",
    "Europe/Brussels",
    "Europe/Zurich",
    "Europe/London",
];
const LANGUAGES: [&str; 4] = ["fr", "fr en", "en fr", "en"];
const ON_HOLIDAYS: [&str; 3] = ["as_usual", "closed", "as_sunday"];
/// How many empty rows a list offers.
const SPARE: usize = 2;

/// Draws inputs.
pub(super) struct Inputs<'a> {
    pub(super) words: Words,
    pub(super) choices: &'a Choices,
    /// What was wrong with what was sent.
    pub(super) faults: &'a [InputFault],
    /// Keeps the names of elements apart where a page has several forms.
    pub(super) form: &'a str,
}

impl Inputs<'_> {
    /// The inputs of these fields, filled in with these settings.
    pub(super) fn all(&self, fields: &[Field], settings: &Value) -> Markup {
        html! { @for field in fields { (self.labelled(field, get(settings, field.key), "")) } }
    }

    fn id(&self, name: &str) -> String {
        format!("{}-{}", self.form, name.replace('.', "-"))
    }

    fn fault(&self, name: &str) -> Option<&str> {
        self.faults.iter().find(|fault| fault.name == name).map(|fault| fault.words.as_str())
    }

    fn labelled(&self, field: &Field, value: &Value, prefix: &str) -> Markup {
        let name = format!("{prefix}{}", field.key);
        let id = self.id(&name);
        let (label, help) = (self.words.named("field", field.key), self.words.named_if("help", field.key));
        let fault = self.fault(&name);
        let says = (help.is_some() || fault.is_some()).then(|| format!("{id}-says"));
        let below = html! {
            @if let Some(says) = &says {
                p.hint id=(says) { @if let Some(fault) = fault { strong.wrong { (fault) } " " } (help.unwrap_or_default()) }
            }
        };
        html! {
            @match field.holds {
                Holds::Flag => {
                    div.input {
                        label.tick { input type="checkbox" id=(id) name=(name) checked[value.as_bool() == Some(true)]; (label) }
                        (below)
                    }
                }
                Holds::Week => fieldset.input { legend { (label) } (self.week(&name, value)) (below) },
                Holds::Wishes => fieldset.input { legend { (label) } (self.wishes(&name, value)) (below) },
                Holds::Rows(fields) => fieldset.input { legend { (label) } (below) (self.rows(fields, &name, value)) },
                _ => {
                    div.input {
                        label for=(id) { (label) @if !field.optional { " " span.needed { (self.words.say("form.needed")) } } }
                        (self.one(field, &name, value, says.as_deref()))
                        (below)
                    }
                }
            }
        }
    }

    /// One input without its label.
    fn one(&self, field: &Field, name: &str, value: &Value, says: Option<&str>) -> Markup {
        let id = self.id(name);
        let text = choice_of(value);
        let invalid = self.fault(name).map(|_| "true");
        let select = |options: Vec<(String, String)>| {
            let known = options.iter().any(|(own, _)| *own == text);
            html! {
                select id=(id) name=(name) aria-describedby=[says] aria-invalid=[invalid] {
                    // What is chosen already stays to be seen, even if it is not there any more.
                    @if !known { option value=(text) selected { @if text.is_empty() { "–" } @else { (text) " ?" } } }
                    @else if field.optional { option value="" { "–" } }
                    @for (own, label) in &options { option value=(own) selected[*own == text] { (label) } }
                }
            }
        };
        let named = |list: &str, keys: &[&str]| {
            keys.iter().map(|key| ((*key).to_owned(), self.words.named(list, key).to_owned())).collect::<Vec<_>>()
        };
        let plain = |kind: &str, text: &str, most: usize| {
            html! {
                input type=(kind) id=(id) name=(name) value=(text) maxlength=(most) aria-describedby=[says]
                    aria-invalid=[invalid] autocomplete="off";
            }
        };
        match field.holds {
            Holds::Whole(from, to) => {
                let number = value.as_i64().map(|number| number.to_string()).unwrap_or_default();
                html! {
                    input type="number" id=(id) name=(name) value=(number) min=(from) max=(to) aria-describedby=[says]
                        aria-invalid=[invalid];
                }
            }
            Holds::Date => plain("date", &text, 10),
            Holds::Numbers => {
                let numbers: Vec<&str> = value.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                plain("text", &numbers.join(", "), 400)
            }
            Holds::Languages => {
                let codes: Vec<&str> = value.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                let codes = codes.join(" ");
                html! {
                    select id=(id) name=(name) aria-describedby=[says] {
                        @for (own, label) in named("languages", &LANGUAGES) {
                            option value=(own) selected[own == codes] { (label) }
                        }
                    }
                }
            }
            Holds::Zone => select(ZONES.iter().map(|zone| ((*zone).to_owned(), zone.replace('_', " "))).collect()),
            Holds::Territory => select(named("territory", &Territory::ALL.map(Territory::key))),
            Holds::OnHolidays => select(named("on_holidays", &ON_HOLIDAYS)),
            Holds::Language => select(named("languages", &["fr", "en"])),
            Holds::Digit => {
                let keys = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
                select(keys.iter().map(|key| ((*key).to_owned(), (*key).to_owned())).collect())
            }
            Holds::Step => select(self.choices.steps.clone()),
            Holds::Prompt => select(self.choices.prompts.clone()),
            Holds::Queue => select(self.choices.queues.clone()),
            Holds::Relay => select(self.choices.relays.clone()),
            Holds::Line => select(self.choices.lines.clone()),
            Holds::Tried => select(self.tried()),
            Holds::Number => plain("tel", &text, 40),
            Holds::Text | Holds::Word | Holds::Skill | Holds::DayHours | Holds::Requirement => {
                plain("text", &text, 400)
            }
            Holds::Week | Holds::Wishes | Holds::Rows(_) | Holds::Flag => html! {},
        }
    }

    /// Who can be tried at a rung.
    fn tried(&self) -> Vec<(String, String)> {
        let kind = |key: &str| self.words.named("tried", key).to_owned();
        let mut options: Vec<(String, String)> =
            ["on_shift", "on_call", "facilitator"].map(|key| (key.to_owned(), kind(key))).into();
        let of = |key: &str, list: &[(String, String)]| {
            let one = |(id, name): &(String, String)| (format!("{key}:{id}"), format!("{} {name}", kind(key)));
            list.iter().map(one).collect::<Vec<_>>()
        };
        options.extend(of("other_queue", &self.choices.queues));
        options.extend(of("partner", &self.choices.relays));
        options.extend(of("message", &self.choices.prompts));
        options
    }

    fn rows(&self, fields: &[Field], name: &str, value: &Value) -> Markup {
        let empty = Vec::new();
        let rows = value.as_array().unwrap_or(&empty);
        let words = self.words;
        html! {
            div.wide tabindex="0" role="group" aria-label=(words.say("form.rows")) {
                table.rows {
                    thead { tr {
                        th scope="col" { (words.say("form.rank")) }
                        @for field in fields { th scope="col" { (words.named("field", field.key)) } }
                    } }
                    tbody {
                        @for row in 0..rows.len() + SPARE {
                            @let settings = rows.get(row).unwrap_or(&Value::Null);
                            tr {
                                td { input.rank type="number" name=(format!("{name}.{row}.rank")) value=(row + 1)
                                    step="any" aria-label=(words.say("form.rank")); }
                                @for field in fields { td { (self.cell(field, &format!("{name}.{row}."), settings)) } }
                            }
                        }
                    }
                }
            }
            p.hint { (words.say("form.rows_help")) }
        }
    }

    /// An input of a table: its column is its label.
    fn cell(&self, field: &Field, prefix: &str, settings: &Value) -> Markup {
        let name = format!("{prefix}{}", field.key);
        let may = Field { optional: true, ..*field };
        let label = self.words.named("field", field.key);
        let fault = self.fault(&name);
        html! {
            span.cell { label.unseen for=(self.id(&name)) { (label) } (self.one(&may, &name, get(settings, field.key), None)) }
            @if let Some(fault) = fault { strong.wrong { (fault) } }
        }
    }

    fn week(&self, name: &str, value: &Value) -> Markup {
        let words = self.words;
        let mode = match value {
            Value::String(word) if word == "never" => "never",
            Value::Array(_) => "days",
            _ => "always",
        };
        let spans: Vec<&str> = value.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let of_day = |day: &str| -> Vec<(String, String)> {
            let own = spans.iter().filter_map(|span| span.strip_prefix(day)?.trim().split_once('-'));
            own.map(|(from, to)| (from.to_owned(), to.to_owned())).collect()
        };
        let columns = DAYS.iter().map(|day| of_day(day).len() + 1).max().unwrap_or(1).clamp(2, SPANS);
        html! {
            div.choices {
                @for own in ["always", "days", "never"] {
                    label.tick { input type="radio" name=(format!("{name}.mode")) value=(own) checked[own == mode];
                        (words.named("week", own)) }
                }
            }
            div.wide tabindex="0" role="group" aria-label=(words.named("week", "days")) {
                table.week {
                    tbody {
                        @for day in DAYS {
                            @let own = of_day(day);
                            tr {
                                th scope="row" { (words.named("day", day)) }
                                @for span in 0..columns {
                                    @let (from, to) = own.get(span).cloned().unwrap_or_default();
                                    td { (self.clock(&format!("{name}.{day}.{span}.from"), &from, day, "from"))
                                        " – " (self.clock(&format!("{name}.{day}.{span}.to"), &to, day, "to")) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn clock(&self, name: &str, value: &str, day: &str, end: &'static str) -> Markup {
        let label = format!("{} {}", self.words.named("day", day), self.words.named("end", end));
        html! {
            input.clock type="text" name=(name) value=(value) placeholder="--:--" maxlength="5" inputmode="numeric"
                aria-label=(label) aria-invalid=[self.fault(name).map(|_| "true")] autocomplete="off";
            @if let Some(fault) = self.fault(name) { strong.wrong { (fault) } }
        }
    }

    fn wishes(&self, name: &str, value: &Value) -> Markup {
        html! {
            div.triple {
                @for kind in WISHES {
                    @let input = format!("{name}.{kind}");
                    div {
                        label for=(self.id(&input)) { (self.words.named("wish", kind)) }
                        input type="number" id=(self.id(&input)) name=(input) min="-1" max="3600"
                            value=(value.get(kind).and_then(Value::as_i64).map(|seconds| seconds.to_string()).unwrap_or_default());
                        @if let Some(fault) = self.fault(&input) { strong.wrong { (fault) } }
                    }
                }
            }
        }
    }
}
