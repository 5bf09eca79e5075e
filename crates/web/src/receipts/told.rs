//! Each fact of a call in words.

use super::Names;
use crate::figures::{decimal, percent};
use crate::words::Words;
use store::projection::CallRow;
use switchboard::{Event, HandOverEnd, LegEnd, LineEnd, OfferEnd, RungKind, Target, WatchMode, Why};

/// One line of a receipt.
pub(super) struct Step {
    pub(super) words: String,
    /// What a choice was made of.
    pub(super) why: Option<String>,
    /// `good`, `bad` or `plain`, for the stylesheet.
    pub(super) tone: &'static str,
}

fn plain(words: impl Into<String>) -> Option<Step> {
    Some(Step { words: words.into(), why: None, tone: "plain" })
}

fn good(words: String) -> Option<Step> {
    Some(Step { words, why: None, tone: "good" })
}

fn bad(words: String) -> Option<Step> {
    Some(Step { words, why: None, tone: "bad" })
}

/// The fact in words; facts that say nothing to a reader have none.
pub(super) fn step(names: &Names, event: &Event) -> Option<Step> {
    let words = names.words;
    let say = |key| words.say(key);
    let person = |key, listener| words.fill(key, &[("name", &names.person(listener))]);
    match event {
        Event::Arrived { .. } => plain(say("receipt.arrived")),
        Event::Answered { .. } => good(say("receipt.answered").to_owned()),
        Event::Chosen { digit, choice, .. } => {
            let key = digit.key().to_string();
            plain(words.fill("receipt.chosen", &[("key", &key), ("choice", &crate::desk::chosen(words, choice))]))
        }
        Event::MovedToLine { line, .. } => plain(words.fill("receipt.moved", &[("name", &names.line(&line.0))])),
        Event::Queued { again, queue, .. } => {
            let name = queue.as_ref().map(|queue| queue_name(names, queue)).unwrap_or_default();
            let key = if *again { "receipt.queued_again" } else { "receipt.queued" };
            plain(words.fill(key, &[("name", &name)]))
        }
        Event::RungReached { kind, present, free, .. } => rung(words, *kind, *present, *free),
        Event::Offered { listener, why, .. } => Some(Step {
            words: person("receipt.offered", *listener),
            why: why.as_ref().map(|why| reasons(words, why)),
            tone: "plain",
        }),
        Event::OfferEnded { listener, end, .. } => offer_end(words, &names.person(*listener), *end),
        Event::Bridged { listener, .. } => good(person("receipt.bridged", *listener)),
        Event::Left { listener, .. } => plain(person("receipt.left", *listener)),
        Event::Held { .. } => plain(say("receipt.held")),
        Event::Resumed { .. } => plain(say("receipt.resumed")),
        Event::ListenerLost { listener, .. } => bad(person("receipt.lost", *listener)),
        Event::ListenerBack { listener, .. } => good(person("receipt.back_again", *listener)),
        Event::RelayCalled { relay, .. } => {
            plain(words.fill("receipt.relay_called", &[("name", &relay_name(names, relay))]))
        }
        Event::RelayJoined { relay, .. } => {
            good(words.fill("receipt.relay_joined", &[("name", &relay_name(names, relay))]))
        }
        Event::RelayEnded { relay, end, .. } => {
            let name = relay_name(names, relay);
            plain(format!(
                "{} {}",
                words.fill("receipt.relay_ended", &[("name", &name)]),
                end.map_or("", |end| leg_end(words, end))
            ))
        }
        Event::HandOverAsked { listener, to, warm, second, .. } => {
            let to = match to {
                Target::Queue(queue) => queue_name(names, queue),
                Target::Listener(other) => names.person(*other),
                Target::Relay(relay) => relay_name(names, relay),
            };
            let key = match (second, warm) {
                (true, _) => "receipt.asked_second",
                (false, true) => "receipt.asked_warm",
                (false, false) => "receipt.asked_cold",
            };
            plain(words.fill(key, &[("name", &names.person(*listener)), ("to", &to)]))
        }
        Event::HandOverEnded { end, .. } => hand_over_end(words, *end),
        Event::Triaged { listener, .. } => plain(person("receipt.triaged", *listener)),
        Event::Alerted { listener, .. } => bad(person("receipt.alerted", *listener)),
        Event::AlertSeen { supervisor, .. } => plain(person("receipt.alert_seen", *supervisor)),
        Event::Watched { supervisor, mode, .. } => plain(person(watched(*mode), *supervisor)),
        Event::Unwatched { supervisor, .. } => plain(person("receipt.unwatched", *supervisor)),
        Event::Ended { .. } => plain(say("receipt.ended")),
        Event::RecordClosed { listener, .. } => plain(person("receipt.record_closed", *listener)),
        Event::NuisanceMarked { listener, .. } => plain(person("receipt.marked", *listener)),
        Event::NuisanceDecided { supervisor, .. } => plain(person("receipt.mark_decided", *supervisor)),
        Event::SoundMeasured { end, lost_per_mille, round_trip_ms, score_tenths, .. } => {
            Some(sound(words, *end, *lost_per_mille, *round_trip_ms, *score_tenths))
        }
        Event::PresenceChanged { .. }
        | Event::RestGiven { .. }
        | Event::DebriefAsked { .. }
        | Event::DebriefHeld { .. }
        | Event::ShiftBegan { .. }
        | Event::ShiftEnded { .. }
        | Event::SurgeSwitched { .. }
        | Event::PlanInForce { .. } => None,
    }
}

/// How a line sounded over a whole call. Below 3.6, many users are dissatisfied (ITU-T G.107 annex B).
fn sound(words: Words, end: LineEnd, lost_per_mille: u16, round_trip_ms: Option<u16>, score_tenths: u8) -> Step {
    let told = match end {
        LineEnd::Caller => "receipt.sound_caller",
        LineEnd::Answering => "receipt.sound_answering",
    };
    let score = decimal(words, f64::from(score_tenths) / 10.0, 1);
    let lost = percent(words, f64::from(lost_per_mille) / 1_000.0);
    let mut text = words.fill(told, &[("score", &score), ("lost", &lost)]);
    if let Some(round_trip) = round_trip_ms {
        text.push(' ');
        text.push_str(&words.fill("receipt.sound_round_trip", &[("time", &round_trip.to_string())]));
    }
    Step { words: text, why: None, tone: if score_tenths >= 36 { "plain" } else { "bad" } }
}

fn watched(mode: WatchMode) -> &'static str {
    match mode {
        WatchMode::Listen => "receipt.listens",
        WatchMode::Whisper => "receipt.whispers",
        WatchMode::Join => "receipt.joins",
    }
}

fn queue_name(names: &Names, queue: &switchboard::QueueId) -> String {
    names.plan.queues.get(queue).map_or_else(|| queue.0.clone(), |known| known.name.clone())
}

fn relay_name(names: &Names, relay: &switchboard::RelayId) -> String {
    names.plan.relays.get(relay).map_or_else(|| relay.0.clone(), |known| known.name.clone())
}

/// A rung with nobody there is a gap in the coverage, and says so.
fn rung(words: Words, kind: RungKind, present: u16, free: u16) -> Option<Step> {
    let key = match kind {
        RungKind::OnShift => "rung.on_shift",
        RungKind::OnCall => "rung.on_call",
        RungKind::OtherQueue => "rung.other_queue",
        RungKind::Facilitator => "rung.facilitator",
        RungKind::Partner => return plain(words.say("rung.partner")),
        RungKind::Message => return plain(words.say("rung.message")),
    };
    let kind = words.say(key);
    if present == 0 {
        return bad(words.fill("rung.nobody", &[("kind", kind)]));
    }
    let (present, free) = (present.to_string(), free.to_string());
    plain(words.fill("rung.people", &[("kind", kind), ("present", &present), ("free", &free)]))
}

fn reasons(words: Words, why: &Why) -> String {
    let seconds = |milliseconds: u64| format!("{}:{:02}", milliseconds / 60_000, milliseconds / 1000 % 60);
    let mut parts = vec![
        words.fill("why.waited", &[("time", &seconds(why.waited))]),
        words.fill("why.ready", &[("time", &seconds(why.ready))]),
        words.fill("why.candidates", &[("count", &why.candidates.to_string())]),
    ];
    if why.priority != 0 {
        parts.push(words.fill("why.priority", &[("seconds", &why.priority.to_string())]));
    }
    if why.preferred > 0 {
        parts.push(words.fill("why.preferred", &[("count", &why.preferred.to_string())]));
    }
    if why.handicap > 0 {
        parts.push(words.fill("why.handicap", &[("time", &seconds(why.handicap))]));
    }
    parts.join(" · ")
}

fn offer_end(words: Words, name: &str, end: OfferEnd) -> Option<Step> {
    let fill = |key| words.fill(key, &[("name", name)]);
    match end {
        OfferEnd::Accepted => good(fill("offer_end.accepted")),
        OfferEnd::Declined => bad(fill("offer_end.declined")),
        OfferEnd::NoAnswer | OfferEnd::NotReached => bad(fill("offer_end.not_reached")),
        OfferEnd::ListenerGone => bad(fill("offer_end.gone")),
        OfferEnd::CallerGone => plain(fill("offer_end.caller_gone")),
        OfferEnd::Busy => bad(fill("offer_end.busy")),
        OfferEnd::LineFault => bad(fill("offer_end.fault")),
        OfferEnd::Withdrawn => plain(fill("offer_end.withdrawn")),
    }
}

fn leg_end(words: Words, end: LegEnd) -> &'static str {
    match end {
        LegEnd::HungUp => words.say("leg_end.hung_up"),
        LegEnd::Busy => words.say("leg_end.busy"),
        LegEnd::NotReached => words.say("leg_end.not_reached"),
        LegEnd::Declined => words.say("leg_end.declined"),
        LegEnd::NoSuchNumber => words.say("leg_end.no_such_number"),
        LegEnd::Lost | LegEnd::Failed => words.say("leg_end.fault"),
    }
}

fn hand_over_end(words: Words, end: HandOverEnd) -> Option<Step> {
    match end {
        HandOverEnd::Done => good(words.say("hand_over.done").to_owned()),
        HandOverEnd::NobodyFound => bad(words.say("hand_over.nobody").to_owned()),
        HandOverEnd::Busy => bad(words.say("hand_over.busy").to_owned()),
        HandOverEnd::NotReached => bad(words.say("hand_over.not_reached").to_owned()),
        HandOverEnd::Declined => bad(words.say("hand_over.declined").to_owned()),
        HandOverEnd::LineFault => bad(words.say("hand_over.fault").to_owned()),
        HandOverEnd::TakenBack => plain(words.say("hand_over.taken_back")),
        HandOverEnd::CallerGone => plain(words.say("hand_over.caller_gone")),
    }
}

/// How a call ended, in words.
pub(super) fn outcome(words: Words, call: &CallRow) -> &'static str {
    match (call.outcome.as_deref(), call.outcome_detail.as_deref()) {
        (None, _) => words.say("outcome.open"),
        (Some("talked"), Some("caller")) => words.say("outcome.talked_caller"),
        (Some("talked"), Some("listener")) => words.say("outcome.talked_listener"),
        (Some("talked"), Some("relay")) => words.say("outcome.talked_relay"),
        (Some("talked"), _) => words.say("outcome.talked_line"),
        (Some("gave_up"), _) => words.say("outcome.gave_up"),
        (Some("closed"), _) => words.say("outcome.closed"),
        (Some("refused"), _) => words.say("outcome.refused"),
        (Some("line_fault"), _) => words.say("outcome.line_fault"),
        (Some("interrupted"), _) => words.say("outcome.interrupted"),
        (Some(_), _) => words.say("outcome.broken"),
    }
}
