//! The protocol of a service: what its listeners write, and what they do next. It is data, with a number, and a service
//! changes it itself.

use crate::form::LONGEST_WORDING;
use crate::{
    Advice, Caller, EmergencyStep, Form, FormFault, Grade, RULE_AUDIENCES, Rule, Severity, SignalTimes, is_key,
};
use serde::{Deserialize, Serialize};

/// The most rules that a protocol may have.
pub const MOST_RULES: usize = 60;
/// The most steps of an emergency that a protocol may have: what somebody under pressure can follow.
pub const MOST_EMERGENCY_STEPS: usize = 30;

/// A protocol. What was not yet in it when it was written is the standard's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Protocol {
    /// Its number; records keep it, so that they are read by the form that they were written with.
    #[serde(default)]
    pub version: i64,
    /// The form of a care record.
    pub form: Form,
    /// The rules of reorientation.
    #[serde(rename = "rule", default = "Rule::standard")]
    pub rules: Vec<Rule>,
    /// The steps to take when a caller is about to act.
    #[serde(rename = "emergency", default = "EmergencyStep::standard")]
    pub emergency: Vec<EmergencyStep>,
    /// How long an at-risk signal may wait.
    #[serde(default)]
    pub signals: SignalTimes,
}

/// Something that is wrong with a protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProtocolFault {
    /// With its form.
    Form(FormFault),
    /// With its rules: which one, counted from zero; `None` if it is about all of them.
    Rule(Option<usize>, RuleWrong),
    /// With the steps of an emergency: which one, counted from zero; `None` if it is about all of them.
    Emergency(Option<usize>, EmergencyWrong),
}

/// What may be wrong with the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleWrong {
    /// It is for no grade.
    NoGrades,
    /// It is for an audience that a record does not tell.
    UnknownAudience,
    /// It offers nothing, says nothing and asks for nothing.
    Empty,
    /// What to say is too long; the most characters.
    LongWording(usize),
    /// Too many rules; the most.
    TooMany(usize),
    /// No rule shows the steps of an emergency for the gravest grade.
    NoEmergency,
    /// Nobody with this grade is offered anything.
    NothingFor(Grade),
}

/// What may be wrong with the steps of an emergency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmergencyWrong {
    /// There is none.
    None,
    /// Its key is none, or another has it.
    BadKey,
    /// It says nothing in French.
    NoLabel,
    /// It says nothing in English, so English readers see the French words.
    NoEnglish,
    /// It is too long; the most characters.
    LongWording(usize),
    /// Too many steps; the most.
    TooMany(usize),
    /// The times of at-risk signals cannot be kept.
    SignalTimes,
}

impl ProtocolFault {
    /// Whether it keeps the protocol from being put in force.
    #[must_use]
    pub fn severity(&self) -> Severity {
        match self {
            Self::Form(fault) => fault.wrong.severity(),
            Self::Rule(_, RuleWrong::Empty | RuleWrong::NothingFor(_)) => Severity::Warning,
            Self::Emergency(_, EmergencyWrong::NoEnglish) => Severity::Warning,
            Self::Rule(..) | Self::Emergency(..) => Severity::Fault,
        }
    }
}

impl Protocol {
    /// The protocol that a new service begins with.
    #[must_use]
    pub fn standard() -> Self {
        Self {
            version: 0,
            form: Form::standard(),
            rules: Rule::standard(),
            emergency: EmergencyStep::standard(),
            signals: SignalTimes::default(),
        }
    }

    /// What its rules advise for a caller.
    #[must_use]
    pub fn advice(&self, grade: Grade, caller: Caller) -> Advice<'_> {
        Rule::advice(&self.rules, grade, caller)
    }

    /// Everything that is wrong with it; it can be put in force unless there is a fault among it.
    #[must_use]
    pub fn check(&self) -> Vec<ProtocolFault> {
        let form = self.form.check().into_iter().map(ProtocolFault::Form);
        let rules = self.check_rules().into_iter().map(|(rule, wrong)| ProtocolFault::Rule(rule, wrong));
        let steps = self.check_emergency().into_iter().map(|(step, wrong)| ProtocolFault::Emergency(step, wrong));
        form.chain(rules).chain(steps).collect()
    }

    fn check_rules(&self) -> Vec<(Option<usize>, RuleWrong)> {
        let mut found = Vec::new();
        if self.rules.len() > MOST_RULES {
            found.push((None, RuleWrong::TooMany(MOST_RULES)));
        }
        for (index, rule) in self.rules.iter().enumerate() {
            if rule.grades.is_empty() {
                found.push((Some(index), RuleWrong::NoGrades));
            }
            if rule.audience.is_some_and(|audience| !RULE_AUDIENCES.contains(&audience)) {
                found.push((Some(index), RuleWrong::UnknownAudience));
            }
            if rule.always.is_empty() && rule.suggested.is_empty() && rule.say.is_empty() && !rule.emergency {
                found.push((Some(index), RuleWrong::Empty));
            }
            if rule.say.longest() > LONGEST_WORDING {
                found.push((Some(index), RuleWrong::LongWording(LONGEST_WORDING)));
            }
        }
        // What everybody is advised, whoever they are.
        if !self.advice(Grade::ImminentRisk, Caller::default()).emergency {
            found.push((None, RuleWrong::NoEmergency));
        }
        for grade in Grade::ALL.iter().filter(|grade| **grade != Grade::Administrative) {
            if self.advice(*grade, Caller::default()) == Advice::default() {
                found.push((None, RuleWrong::NothingFor(*grade)));
            }
        }
        found
    }

    fn check_emergency(&self) -> Vec<(Option<usize>, EmergencyWrong)> {
        let mut found = Vec::new();
        if self.emergency.is_empty() {
            found.push((None, EmergencyWrong::None));
        }
        if !self.signals.is_good() {
            found.push((None, EmergencyWrong::SignalTimes));
        }
        if self.emergency.len() > MOST_EMERGENCY_STEPS {
            found.push((None, EmergencyWrong::TooMany(MOST_EMERGENCY_STEPS)));
        }
        let mut keys = std::collections::BTreeSet::new();
        for (index, step) in self.emergency.iter().enumerate() {
            let mut on = |wrong| found.push((Some(index), wrong));
            if !keys.insert(&step.key) || !is_key(&step.key) {
                on(EmergencyWrong::BadKey);
            }
            if step.label.fr.trim().is_empty() {
                on(EmergencyWrong::NoLabel);
            } else if step.label.en.trim().is_empty() {
                on(EmergencyWrong::NoEnglish);
            }
            if step.label.longest() > LONGEST_WORDING {
                on(EmergencyWrong::LongWording(LONGEST_WORDING));
            }
        }
        found
    }
}

impl Default for Protocol {
    fn default() -> Self {
        Self::standard()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Audience, Wording};

    #[test]
    fn what_was_written_before_there_were_rules_has_the_standard_ones() {
        let mut written = serde_json::to_value(Protocol::standard()).unwrap();
        assert_eq!(serde_json::from_value::<Protocol>(written.clone()).unwrap(), Protocol::standard());
        for part in ["rule", "emergency", "version", "signals"] {
            assert!(written.as_object_mut().unwrap().remove(part).is_some());
        }
        assert_eq!(serde_json::from_value::<Protocol>(written).unwrap(), Protocol::standard());
    }

    #[test]
    fn the_standard_protocol_has_no_fault_and_each_fault_is_found() {
        type Breaks = fn(&mut Protocol);
        assert_eq!(Protocol::standard().check(), []);
        let rule = |index, wrong| ProtocolFault::Rule(index, wrong);
        let step = |index, wrong| ProtocolFault::Emergency(index, wrong);
        let long = LONGEST_WORDING;
        let table: [(Breaks, ProtocolFault); 15] = [
            (|all| all.signals.remind_after_minutes = 0, step(None, EmergencyWrong::SignalTimes)),
            (|all| all.rules[0].audience = Some(Audience::Couples), rule(Some(0), RuleWrong::UnknownAudience)),
            (
                |all| all.form.sections.clear(),
                ProtocolFault::Form(FormFault { about: None, wrong: crate::FormWrong::NoGrade }),
            ),
            (|all| all.rules[1].grades.clear(), rule(Some(1), RuleWrong::NoGrades)),
            (|all| all.rules[3].emergency = false, rule(Some(3), RuleWrong::Empty)),
            (|all| all.rules[3].audience = Some(Audience::Students), rule(None, RuleWrong::NoEmergency)),
            (|all| drop(all.rules.remove(0)), rule(None, RuleWrong::NothingFor(Grade::Anxiety))),
            (|all| all.rules[0].say = Wording::new(&"a".repeat(401), ""), rule(Some(0), RuleWrong::LongWording(long))),
            (|all| all.rules = vec![all.rules[0].clone(); 61], rule(None, RuleWrong::TooMany(60))),
            (|all| all.emergency.clear(), step(None, EmergencyWrong::None)),
            (|all| all.emergency[1].key = "stay".to_owned(), step(Some(1), EmergencyWrong::BadKey)),
            (|all| all.emergency[1].label.fr.clear(), step(Some(1), EmergencyWrong::NoLabel)),
            (|all| all.emergency[1].label.en.clear(), step(Some(1), EmergencyWrong::NoEnglish)),
            (|all| all.emergency[1].label.fr = "a".repeat(401), step(Some(1), EmergencyWrong::LongWording(long))),
            (|all| all.emergency = vec![all.emergency[0].clone(); 31], step(None, EmergencyWrong::TooMany(30))),
        ];
        for (breaks, fault) in table {
            let mut protocol = Protocol::standard();
            breaks(&mut protocol);
            assert!(protocol.check().contains(&fault), "{fault:?} is not in {:?}", protocol.check());
        }
    }
}
