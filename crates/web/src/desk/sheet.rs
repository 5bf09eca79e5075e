//! The care record that somebody works on, at a desk or later.

use super::consultations::Consultations;
use care::{Advice, AgeBand, Answers, Caller, FieldError, Grade, Kind, Profession, Protocol, grade_of};
use directory::{Place, Territory};
use std::sync::Arc;
use store::{CallerTraits, CareRecord, FollowUp, FormAnswers};
use switchboard::CallId;

/// A record as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sheet {
    /// The call it is about.
    pub(crate) call: CallId,
    /// The line.
    pub(super) line: String,
    /// When it was begun.
    pub(super) opened_at: i64,
    /// The protocol it was begun with: it goes on with it, whatever is put in force meanwhile.
    pub(crate) protocol: Arc<Protocol>,
    /// What was written so far, as it was typed.
    pub(crate) answers: Answers,
    /// What was refused at the last try to close it.
    pub(crate) errors: Vec<FieldError>,
    /// What was done beside the talk.
    pub(crate) follow_up: FollowUp,
    /// What consultations are paid for.
    pub(super) consultations: Consultations,
    /// The entries whose number was reported as wrong.
    pub(super) wrong: Vec<String>,
}

impl Sheet {
    /// The sheet of a call that has just been picked up.
    pub(crate) fn new(call: CallId, line: String, now: i64, protocol: Arc<Protocol>) -> Self {
        Self {
            call,
            line,
            opened_at: now,
            protocol,
            answers: Answers::new(),
            errors: Vec::new(),
            follow_up: FollowUp::default(),
            consultations: Consultations::default(),
            wrong: Vec::new(),
        }
    }

    /// The sheet of a record that is kept.
    pub(crate) fn of(record: &CareRecord, protocol: Arc<Protocol>) -> Self {
        let mut sheet = Self::new(CallId(record.call), record.line.clone(), record.opened_at, protocol);
        sheet.answers = saved_answers(record);
        sheet
    }

    /// Takes over what the page sent.
    pub(crate) fn write(&mut self, written: Answers) {
        self.answers = written;
    }

    /// Takes over what an earlier page wrote, where nothing newer was written meanwhile.
    pub(super) fn restore(&mut self, record: &CareRecord) {
        self.opened_at = record.opened_at;
        if self.line.is_empty() {
            self.line.clone_from(&record.line);
        }
        for (key, saved) in saved_answers(record) {
            let own = self.answers.entry(key).or_default();
            if own.iter().all(|value| value.is_empty()) {
                *own = saved;
            }
        }
    }

    /// The grade, if one is chosen.
    pub(super) fn grade(&self) -> Option<Grade> {
        grade_of(&self.answers)
    }

    /// The profession, if one is chosen.
    fn profession(&self) -> Option<Profession> {
        Profession::from_key(self.one("profession")?)
    }

    /// What is known of the caller.
    pub(super) fn caller(&self) -> Caller {
        Caller { profession: self.profession(), age_band: self.one("age_band").and_then(AgeBand::from_key) }
    }

    /// What the rules advise, once there is a grade.
    pub(super) fn advice(&self) -> Option<Advice<'_>> {
        Some(self.protocol.advice(self.grade()?, self.caller()))
    }

    /// The kinds that are looked for: those that the rules always offer, then the others; in an emergency, the emergency
    /// services of the place as well.
    pub(super) fn kinds(&self) -> Vec<Kind> {
        let Some(advice) = self.advice() else { return Vec::new() };
        let mut kinds = [advice.always, advice.suggested].concat();
        if advice.emergency && !kinds.contains(&Kind::EmergencyService) {
            kinds.push(Kind::EmergencyService);
        }
        kinds
    }

    /// The place, if one is known.
    pub(crate) fn place(&self, territory: Territory) -> Option<Place> {
        territory.place(self.one("place")?)
    }

    fn one(&self, key: &str) -> Option<&str> {
        self.answers.get(key)?.last().map(String::as_str)
    }

    /// The draft to save: what can be believed of it, field by field. One wrong field does not lose the others.
    pub(crate) fn draft(&self, territory: Territory, listener: i64) -> CareRecord {
        let known = |place: &str| territory.place(place).is_some();
        self.record(territory, listener, self.protocol.form.believed(&self.answers, &known))
    }

    /// The record to close, and its grade.
    ///
    /// # Errors
    /// The fields that were refused.
    pub(crate) fn complete(
        &self,
        territory: Territory,
        listener: i64,
    ) -> Result<(CareRecord, Option<Grade>), Vec<FieldError>> {
        let known = |place: &str| territory.place(place).is_some();
        let answers = self.protocol.form.validate(&self.answers, &known)?;
        let grade = grade_of(&answers);
        Ok((self.record(territory, listener, answers), grade))
    }

    /// What figures count by goes into its columns, the rest stays together.
    fn record(&self, territory: Territory, listener: i64, mut answers: Answers) -> CareRecord {
        let themes = answers.remove("themes").unwrap_or_default();
        let mut one = |key: &str| answers.remove(key).and_then(|values| values.into_iter().next());
        let grade = one("grade").and_then(|grade| grade.parse().ok());
        let addiction = one("addiction").is_some();
        let place = one("place").and_then(|place| territory.place(&place));
        let caller = CallerTraits {
            profession: one("profession"),
            departement: place.map(|place| place.departement().key().to_owned()),
            commune: place.and_then(|place| match place {
                Place::Commune(commune) => Some(commune.code.to_owned()),
                Place::Departement(_) => None,
            }),
            age_band: one("age_band"),
        };
        let notes = one("notes").unwrap_or_default();
        CareRecord {
            call: self.call.0,
            listener,
            line: self.line.clone(),
            opened_at: self.opened_at,
            elsewhere_at: None,
            closed_at: None,
            revision: 0,
            grade,
            addiction,
            themes,
            caller,
            form: FormAnswers { version: self.protocol.version, answers, notes },
        }
    }
}

/// What a record says, as answers.
pub(crate) fn saved_answers(record: &CareRecord) -> Answers {
    let mut answers = record.form.answers.clone();
    let mut put = |key: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            answers.insert(key.to_owned(), vec![value]);
        }
    };
    let caller = &record.caller;
    put("grade", record.grade.map(|grade| grade.to_string()));
    put("addiction", record.addiction.then(|| "on".to_owned()));
    put("profession", caller.profession.clone());
    put("age_band", caller.age_band.clone());
    put("notes", Some(record.form.notes.clone()));
    let commune = caller.commune.as_ref().map(|code| format!("c{code}"));
    put("place", commune.or_else(|| caller.departement.as_ref().map(|code| format!("d{code}"))));
    if !record.themes.is_empty() {
        answers.insert("themes".to_owned(), record.themes.clone());
    }
    answers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(pairs: &[(&str, &str)]) -> Sheet {
        let protocol = Protocol { version: 4, ..Protocol::standard() };
        let mut sheet = Sheet::new(CallId(7), "sps".to_owned(), 1000, Arc::new(protocol));
        let answers = pairs.iter().map(|(key, value)| ((*key).to_owned(), vec![(*value).to_owned()]));
        sheet.write(answers.collect());
        sheet
    }

    #[test]
    fn a_draft_keeps_what_can_be_believed() {
        let long = "é".repeat(2_005);
        let pairs = [
            ("grade", "9"),
            ("themes", "sleep"),
            ("profession", "nurse"),
            ("place", "d42"),
            ("notes", &long),
            ("setting", "moon"),
        ];
        let draft = sheet(&pairs).draft(Territory::load(), 3);
        assert_eq!((draft.call, draft.listener, draft.line.as_str(), draft.form.version), (7, 3, "sps", 4));
        assert_eq!(draft.grade, None);
        assert_eq!(draft.themes, ["sleep"]);
        assert_eq!(draft.caller.departement.as_deref(), Some("42"));
        assert_eq!(draft.form.notes.chars().count(), 2_000);
        assert_eq!(draft.form.answers, Answers::new());
    }

    #[test]
    fn what_was_saved_is_restored_as_it_was() {
        let territory = Territory::load();
        let before = sheet(&[
            ("grade", "4"),
            ("addiction", "on"),
            ("themes", "trauma"),
            ("place", "c42218"),
            ("age_band", "from_25_to_34"),
            ("notes", "fatigue"),
            ("urgency", "2"),
            ("on_behalf", "colleague"),
        ]);
        let (complete, grade) = before.complete(territory, 3).unwrap();
        assert_eq!(grade, Some(Grade::SuicidalIdeation));
        assert_eq!(
            (complete.caller.commune.as_deref(), complete.caller.departement.as_deref()),
            (Some("42218"), Some("42"))
        );
        assert_eq!(complete.form.answers.keys().collect::<Vec<_>>(), ["on_behalf", "urgency"]);
        for record in [before.draft(territory, 3), complete] {
            let mut after = Sheet::new(CallId(7), "sps".to_owned(), 5000, Arc::clone(&before.protocol));
            after.restore(&record);
            assert_eq!(after, before);
        }
    }

    #[test]
    fn what_was_written_meanwhile_is_newer_than_what_was_saved() {
        let record = sheet(&[("grade", "2"), ("notes", "avant"), ("setting", "clinic")]).draft(Territory::load(), 3);
        let mut now = sheet(&[("notes", "après"), ("grade", "")]);
        now.restore(&record);
        assert_eq!((now.answers["grade"][0].as_str(), now.answers["notes"][0].as_str()), ("2", "après"));
        assert_eq!(now.answers["setting"], ["clinic"]);
    }

    #[test]
    fn a_departement_alone_is_a_place() {
        assert_eq!(sheet(&[("place", "d42")]).place(Territory::load()).unwrap().name(), "Loire");
    }
}
