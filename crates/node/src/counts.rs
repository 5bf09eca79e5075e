//! Counts for metrics. Their labels come from closed lists: no number, address or name can be among them.

use crate::callers::{Callers, CallersSeen};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use switchboard::{CallId, CallerTags, Channel, Event, LegId, LineId, OfferEnd, Outcome, RungKind};
use telephony::audio::Quality;

/// Upper bounds of the delay from entering the queue to a desk's ring, in milliseconds.
const BOUNDS: [u64; 9] = [1, 2, 5, 10, 20, 50, 100, 1_000, 10_000];

#[derive(Debug, Default)]
struct Inner {
    counters: BTreeMap<(&'static str, &'static str), u64>,
    queued: BTreeMap<CallId, Duration>,
    offer_delays: [u64; BOUNDS.len()],
    offer_count: u64,
    offer_sum: Duration,
    /// Of legs that came, and of legs that were called.
    quality: [QualityCounts; 2],
}

/// Lower bounds of what people would say of a leg's sound (mean opinion score), worst last.
const SCORES: [f32; 4] = [4.0, 3.6, 3.1, 2.6];

/// How good legs' sound was: so many reports of five seconds each.
#[derive(Debug, Default)]
struct QualityCounts {
    /// Reports at or above each of [`SCORES`], and those below all.
    scores: [u64; SCORES.len() + 1],
    lost: f64,
}

impl QualityCounts {
    fn take(&mut self, quality: &Quality) {
        let mos = quality.mos();
        let at = SCORES.iter().position(|bound| mos >= *bound).unwrap_or(SCORES.len());
        if let Some(count) = self.scores.get_mut(at) {
            *count += 1;
        }
        self.lost += f64::from(quality.lost);
    }

    fn write(&self, text: &mut String, way: &str) {
        let bounds = SCORES.iter().map(f32::to_string).chain(["0".to_owned()]);
        for (bound, count) in bounds.zip(self.scores) {
            line(text, format_args!("vigie_sound_reports_total{{legs=\"{way}\",mos_from=\"{bound}\"}} {count}"));
        }
        line(text, format_args!("vigie_sound_lost_sum{{legs=\"{way}\"}} {}", self.lost));
    }
}

/// What has been counted since the node started.
#[derive(Debug)]
pub(crate) struct Counts {
    inner: Mutex<Inner>,
    callers: Callers,
}

impl Counts {
    /// Nothing yet, at this wall time in milliseconds.
    pub(crate) fn since(start_ms: i64) -> Self {
        Self { inner: Mutex::default(), callers: Callers::since(start_ms) }
    }

    /// A call comes, before the switchboard is told. Its tags go no further than this.
    pub(crate) fn came(&self, call: CallId, line: &LineId, tags: Option<CallerTags>, at: Duration) {
        self.callers.came(call, line, tags, at);
    }

    /// How many callers there were on a line, and how many of them reached a human.
    pub(crate) fn callers(&self, line: Option<&LineId>) -> CallersSeen {
        self.callers.seen(line)
    }

    /// Counts an event at the time at which its effects were performed.
    pub(crate) fn count(&self, event: &Event, at: Duration) {
        self.callers.happened(event);
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let key = match event {
            Event::Arrived { channel: Channel::Phone, .. } => ("vigie_calls_arrived_total", "channel=\"phone\""),
            Event::Arrived { channel: Channel::Browser, .. } => ("vigie_calls_arrived_total", "channel=\"browser\""),
            Event::Answered { .. } => ("vigie_calls_answered_total", ""),
            Event::Bridged { .. } => ("vigie_calls_bridged_total", ""),
            Event::ListenerLost { .. } => ("vigie_listeners_lost_total", ""),
            Event::OfferEnded { end: OfferEnd::NoAnswer, .. } => ("vigie_offers_unanswered_total", ""),
            Event::Queued { call, .. } => {
                inner.queued.insert(*call, at);
                ("vigie_calls_queued_total", "")
            }
            Event::Offered { call, .. } => {
                inner.offered(*call, at);
                ("vigie_offers_total", "")
            }
            Event::Ended { call, outcome } => {
                inner.queued.remove(call);
                ("vigie_calls_ended_total", outcome_label(*outcome))
            }
            Event::RelayJoined { .. } => ("vigie_calls_relayed_total", ""),
            Event::Alerted { .. } => ("vigie_alerts_total", ""),
            Event::RungReached { present: 0, kind, .. } if is_people(*kind) => ("vigie_rungs_uncovered_total", ""),
            Event::MovedToLine { .. }
            | Event::RungReached { .. }
            | Event::Left { .. }
            | Event::RelayCalled { .. }
            | Event::RelayEnded { .. }
            | Event::HandOverAsked { .. }
            | Event::HandOverEnded { .. }
            | Event::Triaged { .. }
            | Event::AlertSeen { .. }
            | Event::Watched { .. }
            | Event::Unwatched { .. }
            | Event::RestGiven { .. }
            | Event::DebriefAsked { .. }
            | Event::DebriefHeld { .. }
            | Event::ShiftBegan { .. }
            | Event::ShiftEnded { .. }
            | Event::SurgeSwitched { .. }
            | Event::NuisanceMarked { .. }
            | Event::NuisanceDecided { .. }
            | Event::PlanInForce { .. }
            | Event::SoundMeasured { .. }
            | Event::Chosen { .. }
            | Event::OfferEnded { .. }
            | Event::Held { .. }
            | Event::Resumed { .. }
            | Event::ListenerBack { .. }
            | Event::PresenceChanged { .. }
            | Event::RecordClosed { .. } => return,
        };
        *inner.counters.entry(key).or_default() += 1;
    }

    /// Counts how good a leg's sound was in the last seconds; a leg that somebody is called on has a negative id.
    pub(crate) fn heard(&self, leg: LegId, quality: &Quality) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let way = usize::from(leg.0 < 0);
        if let Some(counted) = inner.quality.get_mut(way) {
            counted.take(quality);
        }
    }

    /// The counts in Prometheus' text format.
    pub(crate) fn text(&self) -> String {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = String::new();
        let mut named = "";
        for ((name, label), value) in &inner.counters {
            if *name != named {
                line(&mut text, format_args!("# TYPE {name} counter"));
                named = name;
            }
            let label = if label.is_empty() { String::new() } else { format!("{{{label}}}") };
            line(&mut text, format_args!("{name}{label} {value}"));
        }
        let help = "Reports on legs' sound, one in five seconds, by mean opinion score (ITU-T G.107); the sum of their shares lost.";
        line(
            &mut text,
            format_args!("# HELP vigie_sound_reports_total {help}\n# TYPE vigie_sound_reports_total counter"),
        );
        for (counted, way) in inner.quality.iter().zip(["came", "called"]) {
            counted.write(&mut text, way);
        }
        let name = "vigie_queue_to_offer_seconds";
        line(
            &mut text,
            format_args!("# HELP {name} From entering the queue to the first ring of a desk.\n# TYPE {name} histogram"),
        );
        let mut below = 0;
        for (bound, count) in BOUNDS.iter().zip(inner.offer_delays) {
            below += count;
            line(&mut text, format_args!("{name}_bucket{{le=\"{}\"}} {below}", *bound as f64 / 1000.0));
        }
        line(&mut text, format_args!("{name}_bucket{{le=\"+Inf\"}} {}", inner.offer_count));
        line(&mut text, format_args!("{name}_sum {}", inner.offer_sum.as_secs_f64()));
        line(&mut text, format_args!("{name}_count {}", inner.offer_count));
        text
    }
}

impl Inner {
    /// Only the first ring of a caller counts: the next ones follow a listener's not answering.
    fn offered(&mut self, call: CallId, at: Duration) {
        let Some(queued) = self.queued.remove(&call) else { return };
        let delay = at.saturating_sub(queued);
        self.offer_count += 1;
        self.offer_sum += delay;
        let slot = BOUNDS.iter().position(|bound| delay <= Duration::from_millis(*bound));
        if let Some(count) = slot.and_then(|slot| self.offer_delays.get_mut(slot)) {
            *count += 1;
        }
    }
}

fn line(text: &mut String, words: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _infallible = writeln!(text, "{words}");
}

fn is_people(kind: RungKind) -> bool {
    match kind {
        RungKind::OnShift | RungKind::OnCall | RungKind::OtherQueue | RungKind::Facilitator => true,
        RungKind::Partner | RungKind::Message => false,
    }
}

fn outcome_label(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Talked { .. } => "outcome=\"talked\"",
        Outcome::GaveUp { .. } => "outcome=\"gave_up\"",
        Outcome::Closed => "outcome=\"closed\"",
        Outcome::Refused { .. } => "outcome=\"refused\"",
        Outcome::LineFault => "outcome=\"line_fault\"",
        Outcome::Interrupted => "outcome=\"interrupted\"",
        Outcome::Broken => "outcome=\"broken\"",
    }
}
