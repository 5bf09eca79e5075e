//! At-risk signals: a situation that somebody raised to the supervisor. None stays open unseen.

use crate::closed_list::closed_list;
use serde::{Deserialize, Serialize};

closed_list! {
    /// How a signal was raised.
    SignalCause {
        Record, "record", "Depuis la fiche", "From the record";
        Alert, "alert", "Touche d’alerte", "Alert key";
    }
}

closed_list! {
    /// What came of a signal.
    SignalOutcome {
        EmergencyServices, "emergency_services", "Secours envoyés", "Emergency services sent";
        FollowUp, "follow_up", "Suivi organisé", "Follow-up arranged";
        Supported, "supported", "Situation apaisée pendant l’appel", "Settled during the call";
        Reported, "reported", "Information transmise aux autorités", "Passed on to the authorities";
        NotConfirmed, "not_confirmed", "Risque non confirmé", "Risk not confirmed";
        Other, "other", "Autre", "Something else";
    }
}

/// How long a signal may wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignalTimes {
    /// After how many minutes supervisors are reminded of one that nobody took.
    pub remind_after_minutes: u32,
    /// After how many minutes those who run the service are told that nobody took it.
    pub escalate_after_minutes: u32,
    /// Within how many hours one that was taken must be closed.
    pub close_within_hours: u32,
}

impl Default for SignalTimes {
    fn default() -> Self {
        Self { remind_after_minutes: 3, escalate_after_minutes: 10, close_within_hours: 24 }
    }
}

/// Where a signal stands, the gravest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SignalStage {
    /// Somebody took it, and there is time.
    Taken,
    /// It was raised just now.
    Raised,
    /// It was taken and is not closed in time.
    Overdue,
    /// Nobody took it yet: supervisors are reminded.
    Reminded,
    /// Nobody took it for so long that those who run the service are told.
    Escalated,
}

impl SignalTimes {
    /// Where an open signal stands at a moment; all times are in milliseconds since 1970.
    #[must_use]
    pub fn stage(&self, raised_at: i64, taken_at: Option<i64>, now: i64) -> SignalStage {
        let minutes = |count: u32| i64::from(count) * 60_000;
        if let Some(taken_at) = taken_at {
            let overdue = now - taken_at >= minutes(self.close_within_hours) * 60;
            return if overdue { SignalStage::Overdue } else { SignalStage::Taken };
        }
        let waited = now - raised_at;
        if waited >= minutes(self.escalate_after_minutes) {
            SignalStage::Escalated
        } else if waited >= minutes(self.remind_after_minutes) {
            SignalStage::Reminded
        } else {
            SignalStage::Raised
        }
    }

    /// Whether the times can be kept: a reminder comes before those who run the service are told, and both come soon.
    #[must_use]
    pub fn is_good(&self) -> bool {
        (1..=self.escalate_after_minutes).contains(&self.remind_after_minutes)
            && self.escalate_after_minutes <= 24 * 60
            && (1..=24 * 31).contains(&self.close_within_hours)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_grows_graver_until_somebody_takes_it() {
        let times = SignalTimes::default();
        let minute = 60_000;
        let table = [
            (None, 0, SignalStage::Raised),
            (None, 3 * minute - 1, SignalStage::Raised),
            (None, 3 * minute, SignalStage::Reminded),
            (None, 10 * minute, SignalStage::Escalated),
            (Some(5 * minute), 10 * minute, SignalStage::Taken),
            (Some(5 * minute), 24 * 60 * minute, SignalStage::Taken),
            (Some(5 * minute), 24 * 60 * minute + 5 * minute, SignalStage::Overdue),
        ];
        for (taken, now, stage) in table {
            assert_eq!(times.stage(0, taken, now), stage, "{taken:?} at {now}");
        }
        // A clock that was set back makes nothing graver.
        assert_eq!(times.stage(1_000, None, 0), SignalStage::Raised);
    }

    #[test]
    fn times_that_nobody_could_keep_are_none() {
        assert!(SignalTimes::default().is_good());
        for (remind, escalate, close) in [(0, 10, 24), (11, 10, 24), (3, 1_441, 24), (3, 10, 0), (3, 10, 745)] {
            let times = SignalTimes {
                remind_after_minutes: remind,
                escalate_after_minutes: escalate,
                close_within_hours: close,
            };
            assert!(!times.is_good(), "{times:?}");
        }
    }
}
