//! What the desk's page and the house say to each other.

use crate::addresses::SearchForm;
use care::{Answers, DepartementCode, Need};
use directory::Place;
use node::VoiceRefused;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use switchboard::{CallId, Card, DeskView, Language, Presence, Skill, Triage, WatchMode};

/// The largest message that is read.
pub(super) const LARGEST_MESSAGE: usize = 64 * 1024;

/// What a socket carries at most; between the two, a message is not understood but breaks nothing.
pub(super) const LARGEST_FRAME: usize = 4 * LARGEST_MESSAGE;

/// What a desk may ask.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(super) enum Up {
    /// « I can take a call. »
    Ready,
    /// « I take a pause. »
    Pause,
    /// « I stop. »
    SignOff,
    /// Hold the caller.
    Hold,
    /// Take the caller back.
    Resume,
    /// End the call.
    End,
    /// « I missed something: everything again. »
    Snapshot,
    /// Take the call that rings.
    Accept { call: Id },
    /// Leave the call that rings to somebody else.
    Decline { call: Id },
    /// Connect my voice.
    Voice { offer: String },
    /// My network has changed: find a new way for the voice I have.
    Restart { offer: String },
    /// This is what I have written so far.
    Draft { call: Id, form: Written },
    /// This is what I have written, and it is complete.
    CloseRecord { call: Id, form: Written },
    /// Which places may this text mean?
    Places { text: String },
    /// Look for this in the directory.
    Search { form: SearchForm },
    /// I gave this address to the caller.
    Give { call: Id, entry: String },
    /// I did not, after all.
    TakeBack { call: Id, entry: String },
    /// This is what the caller said to a kind; nothing takes it back.
    Answer { call: Id, kind: String, answer: String },
    /// I took this step of the emergency procedure, or did not after all.
    Step { call: Id, step: String, on: String },
    /// This emergency service was called: `yes` with the caller's consent, `no` without; anything else takes it back.
    Help { call: Id, number: String, consent: String },
    /// Give the caller a code of this scheme.
    GiveCode { call: Id, scheme: String },
    /// Take that code back.
    TakeBackCode { call: Id, code: String },
    /// Raise an at-risk signal in this call, with these words.
    Signal { call: Id, words: String },
    /// Take this signal.
    TakeSignal { signal: String },
    /// The number of this entry is wrong.
    WrongNumber { call: Id, entry: String },
    /// Hand the call on, or call somebody to it.
    HandOver {
        /// A target, such as `queue:ecoute`.
        to: String,
        /// Whether I stay until the other side has the caller.
        #[serde(default)]
        warm: String,
        /// Whether the other side comes as well.
        #[serde(default)]
        second: String,
    },
    /// Take the hand-over back.
    HandBack,
    /// Bring the caller into the talk.
    Join,
    /// Leave the caller with the others.
    Leave,
    /// Call a supervisor.
    Alert,
    /// Mark the caller as a nuisance.
    Mark,
    /// Ask for a debrief.
    Debrief,
    /// Ring my telephone, or my desk again.
    Phone { on: String },
    /// This is the card so far.
    Triage { form: TriageForm },
    /// Listen to a call, whisper in it, or join it.
    Watch { call: Id, mode: WatchMode },
    /// Leave it.
    Unwatch,
    /// I have seen the alert.
    AlertSeen { call: Id },
    /// I held the debrief.
    DebriefHeld { listener: String },
    /// End a colleague's rest.
    LiftRest { listener: String },
    /// Decide on a mark.
    Decide { call: Id, on: String },
    /// Switch surge mode.
    Surge { on: String },
}

/// The regulator's card as the page sends it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct TriageForm {
    pub(super) need: String,
    pub(super) language: String,
    pub(super) departement: String,
    pub(super) theme: String,
    pub(super) audience: String,
    pub(super) risk: String,
    pub(super) urgency: String,
    pub(super) danger: String,
    pub(super) words: String,
    pub(super) refused: String,
}

impl TriageForm {
    /// The longest words that go with a card, in characters.
    const LONGEST: usize = 400;

    /// The card. What cannot be believed is left out: a regulator's click must not be lost for a wrong field beside it.
    pub(super) fn card(&self) -> Card {
        let level = |text: &str| text.parse().ok().filter(|level| *level <= 3).unwrap_or(0);
        Card {
            triage: Triage { risk: level(&self.risk), urgency: level(&self.urgency), danger: level(&self.danger) },
            need: Need::from_key(&self.need).map(|need| need.key().to_owned()),
            language: Language::from_code(&self.language),
            departement: DepartementCode::from_key(&self.departement).map(|code| code.key().to_owned()),
            wishes: [("theme", &self.theme), ("audience", &self.audience)].into_iter().filter_map(wish).collect(),
            words: self.words.chars().filter(|letter| !letter.is_control()).take(Self::LONGEST).collect(),
            refused: self.refused == "on",
        }
    }

    /// The form of a card that was filled in before, on another page of the same desk.
    pub(super) fn of(card: &Card) -> Self {
        let wished = |kind: &str| {
            let wish = card.wishes.iter().find(|wish| wish.kind() == kind);
            wish.map_or_else(String::new, |wish| wish.value().to_owned())
        };
        Self {
            need: card.need.clone().unwrap_or_default(),
            language: card.language.map_or_else(String::new, |language| language.code().to_owned()),
            departement: card.departement.clone().unwrap_or_default(),
            theme: wished("theme"),
            audience: wished("audience"),
            risk: card.triage.risk.to_string(),
            urgency: card.triage.urgency.to_string(),
            danger: card.triage.danger.to_string(),
            words: card.words.clone(),
            refused: if card.refused { "on".to_owned() } else { String::new() },
        }
    }
}

/// What the next listener should know about, if anything was chosen.
fn wish((kind, value): (&str, &String)) -> Option<Skill> {
    Skill::read(&format!("{kind}:{value}")).ok().filter(|_| !value.is_empty())
}

/// A call's id as it travels: in decimal, because a script cannot hold all of its digits as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Id(pub(super) CallId);

impl TryFrom<String> for Id {
    type Error = std::num::ParseIntError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(|id| Self(CallId(id)))
    }
}

/// A care record as a page sends it. A page that was opened before an update sends single values bare; whoever works on it must
/// be able to close their record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "BTreeMap<String, Values>")]
pub(super) struct Written(pub(super) Answers);

#[derive(Deserialize)]
#[serde(untagged)]
enum Values {
    One(String),
    Many(Vec<String>),
}

impl From<BTreeMap<String, Values>> for Written {
    fn from(sent: BTreeMap<String, Values>) -> Self {
        let list = |values| match values {
            Values::One(value) => vec![value],
            Values::Many(values) => values,
        };
        Self(sent.into_iter().map(|(key, values)| (key, list(values))).collect())
    }
}

/// Reads a message; `None` when it is not understood. A desk that says nonsense keeps its call.
pub(super) fn read(text: &str) -> Option<Up> {
    if text.len() > LARGEST_MESSAGE {
        return None;
    }
    serde_json::from_str(text).ok()
}

/// A part of the page.
pub(super) fn part(seq: u64, name: &str, html: &str) -> Value {
    json!({ "seq": seq, "part": name, "html": html })
}

/// The standing of the desk, for scripts.
pub(super) fn state(seq: u64, view: &DeskView) -> Value {
    let state = json!({
        "presence": view.presence,
        "call": view.call.as_ref().map(|card| card.call.0.to_string()),
        "held": view.call.as_ref().is_some_and(|card| card.held),
        "connected": view.connected,
        "pause_after": view.pause_after,
        "on_duty": view.presence != Presence::OffDuty,
        "wrapping_up": view.wrapping_up.map(|call| call.0.to_string()),
    });
    json!({ "seq": seq, "state": state })
}

/// The time where the house is, so that a page whose clock is wrong shows right ages. A sign of life too.
pub(super) fn now(wall_ms: i64) -> Value {
    json!({ "now": wall_ms })
}

/// The answer to a voice.
pub(super) fn voice(answer: &Result<String, VoiceRefused>) -> Value {
    match answer {
        Ok(sdp) => json!({ "voice": { "answer": sdp } }),
        Err(why) => {
            let word = match why {
                VoiceRefused::Malformed => "malformed",
                VoiceRefused::NoAudio => "no_audio",
                VoiceRefused::Unavailable => "unavailable",
            };
            json!({ "voice": { "refused": word } })
        }
    }
}

/// Places that a text may mean.
pub(super) fn places(text: &str, places: &[Place]) -> Value {
    let places: Vec<_> = places.iter().map(|place| json!({ "key": place.key(), "label": place.label() })).collect();
    json!({ "places": places, "text": text })
}

/// Whether a draft is safe on disk.
pub(super) fn saved(call: CallId, ok: bool) -> Value {
    json!({ "saved": { "call": call.0.to_string(), "ok": ok } })
}

/// « This desk was opened elsewhere. »
pub(super) fn replaced() -> Value {
    json!({ "replaced": true })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_read() {
        assert_eq!(read(r#"{"do":"ready"}"#), Some(Up::Ready));
        assert_eq!(read(r#"{"do":"sign_off"}"#), Some(Up::SignOff));
        let largest = read(r#"{"do":"accept","call":"-9223372036854775808"}"#);
        assert_eq!(largest, Some(Up::Accept { call: Id(CallId(i64::MIN)) }));
        let draft =
            read(r#"{"do":"draft","call":"7","form":{"grade":["3"],"themes":["sleep","trauma"],"place":["c42218"]}}"#);
        let Some(Up::Draft { call: Id(CallId(7)), form }) = draft else { panic!("{draft:?}") };
        let Written(answers) = form;
        assert_eq!((answers["grade"][0].as_str(), answers["place"][0].as_str()), ("3", "c42218"));
        assert_eq!(answers["themes"], ["sleep", "trauma"]);
        let older =
            read(r#"{"do":"draft","call":"7","form":{"grade":"3","themes":["sleep","trauma"],"place":"c42218"}}"#);
        assert_eq!(older, Some(Up::Draft { call: Id(CallId(7)), form: Written(answers) }), "as pages sent it before");
        let empty = read(r#"{"do":"close_record","call":"7","form":{}}"#);
        assert_eq!(empty, Some(Up::CloseRecord { call: Id(CallId(7)), form: Written::default() }));
    }

    #[test]
    fn nonsense_is_not_understood_and_breaks_nothing() {
        let nonsense = [
            "",
            "{}",
            "[]",
            "null",
            "ready",
            r#"{"do":"dance"}"#,
            r#"{"do":"accept"}"#,
            r#"{"do":"accept","call":"x"}"#,
            r#"{"do":"accept","call":1e99}"#,
            r#"{"do":"draft","call":"1","form":{"grade":3}}"#,
            r#"{"do":"draft","call":"1","form":[]}"#,
            r#"{"do":"voice","offer":null}"#,
            r#"{"do":"ready"} trailing"#,
        ];
        for text in nonsense {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read(&format!(r#"{{"do":"voice","offer":"{}"}}"#, "a".repeat(LARGEST_MESSAGE))), None);
    }
}
