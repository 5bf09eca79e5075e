//! How the lines of the calls under way sound: for the desk while a talk lasts, and for the record of the call once it is over.
//! Nobody's address or number is in it.

use std::collections::{BTreeMap, HashMap};
use switchboard::{CallId, Event, LegId, LineEnd};
use telephony::Order;
use telephony::audio::Quality;

/// How well a line carries a talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LineGrade {
    /// Every word.
    Good,
    /// With an effort.
    Fair,
    /// Hardly.
    Poor,
}

impl LineGrade {
    /// From a mean opinion score: where users are satisfied, where many are not, where nearly all are not
    /// (ITU-T G.107 annex B).
    fn of(score: f32) -> Self {
        match score {
            score if score >= 3.6 => Self::Good,
            score if score >= 3.1 => Self::Fair,
            _ => Self::Poor,
        }
    }
}

/// The sums over the reports on one end of a call.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    reports: u16,
    lost: f32,
    jitter_ms: f32,
    round_trip_ms: f32,
    /// Reports that told of the way there and back.
    round_trips: u16,
    score: f32,
    worst: f32,
}

impl Tally {
    fn add(&mut self, quality: &Quality) {
        let score = quality.mos();
        self.worst = if self.reports == 0 { score } else { self.worst.min(score) };
        self.reports = self.reports.saturating_add(1);
        self.lost += quality.lost.max(quality.lost_there.unwrap_or_default());
        self.jitter_ms += quality.jitter_ms;
        self.score += score;
        if let Some(round_trip) = quality.round_trip_ms {
            self.round_trip_ms += round_trip;
            self.round_trips = self.round_trips.saturating_add(1);
        }
    }

    fn event(&self, call: CallId, end: LineEnd) -> Event {
        let mean = |sum: f32| (sum / f32::from(self.reports.max(1))).round().clamp(0.0, 65_535.0) as u16;
        let tenths = |score: f32| (score * 10.0).round().clamp(0.0, 50.0) as u8;
        Event::SoundMeasured {
            call,
            end,
            reports: self.reports,
            lost_per_mille: mean(self.lost * 1_000.0),
            jitter_ms: mean(self.jitter_ms),
            round_trip_ms: (self.round_trips > 0)
                .then(|| (self.round_trip_ms / f32::from(self.round_trips)).round().clamp(0.0, 65_535.0) as u16),
            score_tenths: tenths(self.score / f32::from(self.reports.max(1))),
            worst_tenths: tenths(self.worst),
        }
    }
}

/// What is known of the lines of the calls under way.
#[derive(Debug, Default)]
pub(crate) struct Sound {
    /// The legs of callers.
    callers: HashMap<LegId, CallId>,
    hears: HashMap<LegId, Vec<LegId>>,
    grades: HashMap<LegId, LineGrade>,
    /// The share of each leg's packets that was lost on the way to us, of its last report.
    came_lost: HashMap<LegId, f32>,
    tallies: BTreeMap<(CallId, LineEnd), Tally>,
}

impl Sound {
    /// A call came on this leg.
    pub(crate) fn came(&mut self, leg: LegId, call: CallId) {
        self.callers.insert(leg, call);
    }

    /// Who hears whom is about to change, or a leg is about to end.
    pub(crate) fn ordered(&mut self, order: &Order) {
        match order {
            Order::Hear(leg, heard) if !heard.is_empty() => drop(self.hears.insert(*leg, heard.clone())),
            Order::Hear(leg, _) | Order::Play(leg, _) => drop(self.hears.remove(leg)),
            Order::HangUp(leg) | Order::Refuse(leg, _) => self.gone(*leg),
            _ => {}
        }
    }

    /// A leg is gone.
    pub(crate) fn gone(&mut self, leg: LegId) {
        self.callers.remove(&leg);
        self.hears.remove(&leg);
        self.grades.remove(&leg);
        self.came_lost.remove(&leg);
    }

    /// A report without what is another line's: the gaps in the sound that a leg hears are passed on to it, and its other side
    /// counts them as lost.
    fn of_its_own(&self, leg: LegId, quality: &Quality) -> Quality {
        let heard = self.hears.get(&leg).into_iter().flatten();
        let passed_on = heard.filter_map(|heard| self.came_lost.get(heard)).copied().fold(0.0, f32::max);
        let lost_there = quality.lost_there.map(|there| (there - passed_on).max(0.0));
        Quality { lost_there, ..*quality }
    }

    /// A report on a leg's sound. Who hears that leg, if its grade is another now.
    pub(crate) fn reported(&mut self, leg: LegId, quality: &Quality) -> Vec<LegId> {
        let quality = &self.of_its_own(leg, quality);
        if self.hears.contains_key(&leg) {
            self.came_lost.insert(leg, quality.lost);
        }
        if let Some(call) = self.callers.get(&leg) {
            self.tallies.entry((*call, LineEnd::Caller)).or_default().add(quality);
        }
        let ears: Vec<LegId> =
            self.hears.iter().filter(|(_, heard)| heard.contains(&leg)).map(|(ear, _)| *ear).collect();
        // The other end of a call is whoever its caller hears.
        for call in ears.iter().filter_map(|ear| self.callers.get(ear)) {
            self.tallies.entry((*call, LineEnd::Answering)).or_default().add(quality);
        }
        let grade = LineGrade::of(quality.mos());
        // Of a leg that nobody hears, nothing is kept: a report may still come when it is gone.
        if ears.is_empty() || self.grades.insert(leg, grade) == Some(grade) {
            return Vec::new();
        }
        ears
    }

    /// How the lines that this leg hears sound: the worst of them, if any was reported on.
    pub(crate) fn heard_by(&self, leg: LegId) -> Option<LineGrade> {
        self.hears.get(&leg)?.iter().filter_map(|heard| self.grades.get(heard)).max().copied()
    }

    /// A call is over: what was measured of it, for its record.
    pub(crate) fn over(&mut self, call: CallId) -> Vec<Event> {
        [LineEnd::Caller, LineEnd::Answering]
            .into_iter()
            .filter_map(|end| Some(self.tallies.remove(&(call, end))?.event(call, end)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALLER: LegId = LegId(1);
    const DESK: LegId = LegId(2);
    const CALL: CallId = CallId(7);

    fn lossy(lost: f32) -> Quality {
        Quality { lost, jitter_ms: 4.0, lost_there: None, round_trip_ms: Some(60.0) }
    }

    #[test]
    fn a_desk_is_told_of_the_callers_line_when_its_grade_changes() {
        let mut sound = Sound::default();
        sound.came(CALLER, CALL);
        sound.ordered(&Order::Hear(DESK, vec![CALLER]));
        assert_eq!(sound.heard_by(DESK), None, "nothing is known yet");
        assert_eq!(sound.reported(CALLER, &lossy(0.0)), [DESK]);
        assert_eq!(sound.heard_by(DESK), Some(LineGrade::Good));
        assert_eq!(sound.reported(CALLER, &lossy(0.001)), []);
        assert_eq!(sound.reported(CALLER, &lossy(0.2)), [DESK]);
        assert_eq!(sound.heard_by(DESK), Some(LineGrade::Poor));
        sound.ordered(&Order::Hear(DESK, Vec::new()));
        assert_eq!(sound.heard_by(DESK), None, "who hears nobody is told of nobody's line");
    }

    #[test]
    fn what_was_measured_is_told_once_at_the_end_for_each_end_of_the_line() {
        let mut sound = Sound::default();
        sound.came(CALLER, CALL);
        for lost in [0.0, 0.1] {
            sound.reported(CALLER, &lossy(lost));
        }
        sound.reported(DESK, &lossy(0.0));
        sound.ordered(&Order::Hear(CALLER, vec![DESK]));
        sound.reported(DESK, &Quality::default());
        let told = sound.over(CALL);
        let [
            Event::SoundMeasured { end: LineEnd::Caller, reports: 2, lost_per_mille, round_trip_ms, .. },
            Event::SoundMeasured {
                end: LineEnd::Answering, reports: 1, lost_per_mille: 0, round_trip_ms: None, ..
            },
        ] = told[..]
        else {
            panic!("{told:?}")
        };
        assert_eq!((lost_per_mille, round_trip_ms), (50, Some(60)));
        assert_eq!(sound.over(CALL), []);
    }

    #[test]
    fn no_line_is_charged_with_what_another_lost() {
        let mut sound = Sound::default();
        sound.came(CALLER, CALL);
        sound.ordered(&Order::Hear(CALLER, vec![DESK]));
        sound.ordered(&Order::Hear(DESK, vec![CALLER]));
        sound.reported(CALLER, &lossy(0.15));
        // The desk's browser counts the gaps in what it was passed on, and two in a hundred that its own line lost.
        sound.reported(DESK, &Quality { lost_there: Some(0.17), ..lossy(0.0) });
        let told = sound.over(CALL);
        let [
            Event::SoundMeasured { end: LineEnd::Caller, lost_per_mille: 150, .. },
            Event::SoundMeasured { end: LineEnd::Answering, lost_per_mille: 20, .. },
        ] = told[..]
        else {
            panic!("{told:?}")
        };
    }
}
