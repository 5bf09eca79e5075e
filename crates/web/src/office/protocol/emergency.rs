//! The steps of an emergency: what to do, in which order, and whom to call.

use super::super::draft::{NotMade, mark, unavailable};
use super::super::form::{InputFault, Sent, get, read};
use super::super::inputs::{Choices, Inputs};
use super::super::{go, not_done, page};
use super::{Draft, faults, new_key};
use crate::App;
use crate::desk::emergency_steps;
use crate::door::Colleague;
use crate::words::Words;
use axum::extract::{Form as Posted, State};
use axum::http::StatusCode;
use axum::response::Response;
use care::{EmergencyNumber, EmergencyStep, Protocol, SignalTimes, Wording};
use maud::{Markup, html};
use serde_json::{Value, json};
use switchboard::{Field as Setting, Holds};

pub(super) const PAGE: &str = "/office/protocol/emergency";

/// A row without its first cell is none; the key comes last, because it is made of the words where it is left out.
const SETTINGS: &[Setting] = &[Setting::may(
    "action",
    Holds::Rows(&[
        Setting::of("fr", Holds::Text),
        Setting::may("en", Holds::Text),
        Setting::may("call", Holds::Word),
        Setting::may("key", Holds::Word),
    ]),
)];

/// How long an at-risk signal may wait.
const TIMES: &[Setting] = &[
    Setting::of("remind", Holds::Whole(1, 1_440)),
    Setting::of("escalate", Holds::Whole(1, 1_440)),
    Setting::of("close_within", Holds::Whole(1, 744)),
];

fn times(times: SignalTimes) -> Value {
    json!({ "remind": times.remind_after_minutes, "escalate": times.escalate_after_minutes, "close_within": times.close_within_hours })
}

/// What the page shows of a protocol.
fn shown_of(protocol: &Protocol) -> (Value, Value) {
    (settings(&protocol.emergency), times(protocol.signals))
}

fn mark_of(protocol: &Protocol) -> String {
    let (steps, times) = shown_of(protocol);
    mark(&json!([steps, times]))
}

fn settings(steps: &[EmergencyStep]) -> Value {
    let row = |step: &EmergencyStep| json!({ "fr": step.label.fr, "en": step.label.en, "call": step.call.map_or("", EmergencyNumber::key), "key": step.key });
    json!({ "action": steps.iter().map(row).collect::<Value>() })
}

/// `GET /office/protocol/emergency`
pub(crate) async fn emergency_page(State(app): State<App>, colleague: Colleague) -> Result<Markup, StatusCode> {
    let draft = Draft::read(&app).await.map_err(unavailable)?;
    Ok(draw(&app, &colleague, &draft, &shown_of(&draft.protocol), &[], None))
}

fn draw(
    app: &App,
    colleague: &Colleague,
    draft: &Draft,
    (steps, times): &(Value, Value),
    wrong: &[InputFault],
    said: Option<&str>,
) -> Markup {
    let words = colleague.words;
    let choices = Choices::default();
    let inputs = Inputs { words, choices: &choices, faults: wrong, form: "emergency" };
    let content = html! {
        section.card {
            p.path { a href="/office" { (words.say("office.title")) } " › "
                a href="/office/protocol" { (words.say("protocol.title")) } }
            h1 { (words.say("steps.title")) }
            @if let Some(said) = said { p.notice.trouble role="alert" { (said) } }
            @if !wrong.is_empty() { p.notice.trouble role="alert" { (words.say("form.wrong")) } }
            p.hint { (words.say("steps.help")) }
            div { (faults::list(words, &draft.protocol, Some(PAGE))) }
            form.fields.sentences method="post" {
                input type="hidden" name="was" value=(mark_of(&draft.protocol));
                (inputs.all(SETTINGS, steps))
                h2 { (words.say("steps.times")) }
                p.hint { (words.say("steps.times_help")) }
                (inputs.all(TIMES, times))
                div.buttons { button.primary type="submit" name="do" value="save" { (words.say("form.save")) } }
                p.hint { (words.say("protocol.draft_only")) }
            }
        }
        section.card.emergency-steps aria-label=(words.say("protocol.preview")) {
            h2 { (words.say("emergency.title")) }
            (emergency_steps(words, &draft.protocol.emergency))
        }
    };
    page(app, colleague, "/office", words.say("steps.title"), &content)
}

/// The steps as they were sent, and what is wrong with them.
fn steps_of(words: Words, sent: &Sent) -> (Vec<EmergencyStep>, Value, Vec<InputFault>) {
    let (shown, mut wrong) = read(SETTINGS, sent, words);
    let mut steps: Vec<EmergencyStep> = Vec::new();
    for row in get(&shown, "action").as_array().into_iter().flatten() {
        let text = |key: &str| get(row, key).as_str().unwrap_or_default();
        let number = text("call").to_lowercase();
        let call = EmergencyNumber::from_key(&number);
        if call.is_none() && !number.is_empty() {
            let words = words.fill("steps.no_number", &[("number", &number)]);
            wrong.push(InputFault { name: "action".to_owned(), words });
        }
        let own = text("key").to_owned();
        let taken = |key: &str| steps.iter().any(|step| step.key == key);
        let key = if own.is_empty() { new_key(text("fr"), &taken).unwrap_or_default() } else { own };
        steps.push(EmergencyStep { key, call, label: Wording::new(text("fr"), text("en")) });
    }
    (steps, shown, wrong)
}

/// `POST /office/protocol/emergency`
pub(crate) async fn change_emergency(
    State(app): State<App>,
    colleague: Colleague,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let sent = Sent(pairs);
    let (steps, shown, mut wrong) = steps_of(colleague.words, &sent);
    let (written, wrong_times) = read(TIMES, &sent, colleague.words);
    wrong.extend(wrong_times);
    let whole = |key: &str| get(&written, key).as_u64().and_then(|number| u32::try_from(number).ok()).unwrap_or(0);
    let signals = SignalTimes {
        remind_after_minutes: whole("remind"),
        escalate_after_minutes: whole("escalate"),
        close_within_hours: whole("close_within"),
    };
    let not = if wrong.is_empty() {
        let changed = Draft::change(&app, colleague.staff.id, |protocol| {
            if mark_of(protocol) != sent.get("was") {
                return Err(NotMade::Stale);
            }
            protocol.emergency.clone_from(&steps);
            protocol.signals = signals;
            Ok(())
        });
        match changed.await {
            Ok(_) => return Ok(go(PAGE)),
            Err(not) => Some(not),
        }
    } else {
        None
    };
    let stale = matches!(not, Some(NotMade::Stale));
    let status = if not.is_some() { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    let said = not.map(|not| not.told(colleague.words)).transpose()?;
    let draft = Draft::read(&app).await.map_err(unavailable)?;
    // Somebody else's change is shown, not what would overwrite it.
    let shown = if stale { shown_of(&draft.protocol) } else { (shown, written) };
    Ok(not_done(status, draw(&app, &colleague, &draft, &shown, &wrong, said.as_deref())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    #[test]
    fn the_steps_come_back_as_they_were_and_a_number_that_is_none_is_told() {
        let standard = EmergencyStep::standard();
        let mut pairs = Vec::new();
        for (index, step) in standard.iter().enumerate() {
            let call = step.call.map_or("", EmergencyNumber::key);
            for (key, value) in
                [("fr", step.label.fr.as_str()), ("en", &step.label.en), ("call", call), ("key", &step.key)]
            {
                pairs.push((format!("action.{index}.{key}"), value.to_owned()));
            }
        }
        let words = Words(Language::Fr);
        let (steps, _, wrong) = steps_of(words, &Sent(pairs.clone()));
        assert_eq!((steps, wrong), (standard.clone(), vec![]));
        pairs.push(("action.90.fr".to_owned(), "Restez".to_owned()));
        pairs.push(("action.90.call".to_owned(), "SAMU".to_owned()));
        pairs.push(("action.91.fr".to_owned(), "Restez".to_owned()));
        let (steps, _, wrong) = steps_of(words, &Sent(pairs.clone()));
        assert_eq!(wrong, []);
        let new: Vec<_> = steps[standard.len()..].iter().map(|step| (step.key.as_str(), step.call)).collect();
        assert_eq!(new, [("restez", Some(EmergencyNumber::LocalSamu)), ("restez_2", None)]);
        pairs.push(("action.91.call".to_owned(), "0199000805".to_owned()));
        assert_eq!(steps_of(words, &Sent(pairs)).2.len(), 1);
    }
}
