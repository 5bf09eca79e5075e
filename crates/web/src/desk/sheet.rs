//! The care record that a desk works on.

use super::message::Written;
use care::{CareFields, CareForm, FieldError, Grade, Profession};
use directory::{Place, Territory};
use store::{CallerTraits, CareRecord, Reorientation};
use switchboard::CallId;

/// A record as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sheet {
    /// The call it is about.
    pub(super) call: CallId,
    /// The line.
    pub(super) line: String,
    /// When it was begun.
    pub(super) opened_at: i64,
    /// What was written so far.
    pub(super) form: CareForm,
    /// The key of the place.
    pub(super) place: String,
    /// What was refused at the last try to close it.
    pub(super) errors: Vec<FieldError>,
    /// Where the caller was sent on to.
    pub(super) given: Vec<Reorientation>,
}

impl Sheet {
    /// The sheet of a call that has just been picked up.
    pub(super) fn new(call: CallId, line: String, now: i64) -> Self {
        Self {
            call,
            line,
            opened_at: now,
            form: CareForm::default(),
            place: String::new(),
            errors: Vec::new(),
            given: Vec::new(),
        }
    }

    /// Takes over what the page sent. A département without a commune is a place too.
    pub(super) fn write(&mut self, written: Written) {
        self.form = written.form;
        self.place = written.place;
        if self.place.is_empty() && !self.form.departement.is_empty() {
            self.place = format!("d{}", self.form.departement);
        }
    }

    /// Takes over what an earlier page wrote, where nothing newer was written meanwhile.
    pub(super) fn restore(&mut self, record: &CareRecord) {
        self.opened_at = record.opened_at;
        fill(&mut self.line, &record.line);
        let form = &mut self.form;
        fill(&mut form.grade, &record.grade.map(|grade| grade.to_string()).unwrap_or_default());
        fill(&mut form.addiction, if record.addiction { "on" } else { "" });
        if form.themes.is_empty() {
            form.themes.clone_from(&record.themes);
        }
        let caller = &record.caller;
        fill(&mut form.profession, caller.profession.as_deref().unwrap_or_default());
        fill(&mut form.departement, caller.departement.as_deref().unwrap_or_default());
        fill(&mut form.age_band, caller.age_band.as_deref().unwrap_or_default());
        fill(&mut form.notes, &record.notes);
        if self.place.is_empty() {
            self.place = match (&caller.commune, &caller.departement) {
                (Some(commune), _) => format!("c{commune}"),
                (None, Some(departement)) => format!("d{departement}"),
                (None, None) => String::new(),
            };
        }
    }

    /// The grade, if one is chosen.
    pub(super) fn grade(&self) -> Option<Grade> {
        let number = self.form.grade.parse::<u8>().ok().and_then(|number| Grade::try_from(number).ok());
        number.or_else(|| Grade::from_key(&self.form.grade))
    }

    /// The profession, if one is chosen.
    pub(super) fn profession(&self) -> Option<Profession> {
        Profession::from_key(&self.form.profession)
    }

    /// The place, if one is known.
    pub(super) fn place(&self, territory: Territory) -> Option<Place> {
        territory.place(&self.place)
    }

    /// The draft to save: what can be believed of it, field by field. One wrong field does not lose the others.
    pub(super) fn draft(&self, territory: Territory, listener: i64) -> CareRecord {
        let mut form = self.form.clone();
        let refused: Vec<_> = match care::validate(&form) {
            Ok(_) => Vec::new(),
            Err(errors) => errors.iter().map(|error| error.field).collect(),
        };
        for field in refused {
            match field {
                // The grade is read by itself below.
                "grade" => {}
                "addiction" => form.addiction.clear(),
                "themes" => form.themes.clear(),
                "profession" => form.profession.clear(),
                "departement" => form.departement.clear(),
                "age_band" => form.age_band.clear(),
                _ => form.notes = shortened(&form.notes),
            }
        }
        let some = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        CareRecord {
            grade: self.grade().map(|grade| i64::from(grade.number())),
            addiction: matches!(form.addiction.as_str(), "on" | "true" | "1" | "yes"),
            themes: form.themes,
            caller: CallerTraits {
                profession: some(&form.profession),
                departement: some(&form.departement),
                commune: self.commune(territory),
                age_band: some(&form.age_band),
            },
            notes: form.notes,
            ..self.blank(listener)
        }
    }

    /// The record to close, of fields that were all believed.
    pub(super) fn complete(&self, territory: Territory, listener: i64, fields: &CareFields) -> CareRecord {
        CareRecord {
            grade: Some(i64::from(fields.grade.number())),
            addiction: fields.addiction,
            themes: fields.themes.iter().map(|theme| theme.key().to_owned()).collect(),
            caller: CallerTraits {
                profession: fields.profession.map(|profession| profession.key().to_owned()),
                departement: fields.departement.map(|departement| departement.key().to_owned()),
                commune: self.commune(territory),
                age_band: fields.age_band.map(|band| band.key().to_owned()),
            },
            notes: fields.notes.clone(),
            ..self.blank(listener)
        }
    }

    fn blank(&self, listener: i64) -> CareRecord {
        CareRecord {
            call: self.call.0,
            listener,
            line: self.line.clone(),
            opened_at: self.opened_at,
            ..CareRecord::default()
        }
    }

    fn commune(&self, territory: Territory) -> Option<String> {
        match self.place(territory)? {
            Place::Commune(commune) => Some(commune.code.to_owned()),
            Place::Departement(_) => None,
        }
    }
}

fn fill(field: &mut String, from: &str) {
    if field.is_empty() {
        field.push_str(from);
    }
}

/// Notes as far as they can be kept: readable characters, up to the limit.
fn shortened(notes: &str) -> String {
    let readable = notes.chars().filter(|sign| !sign.is_control() || matches!(sign, '\n' | '\t'));
    readable.take(care::NOTES_LIMIT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(form: CareForm, place: &str) -> Sheet {
        let mut sheet = Sheet::new(CallId(7), "sps".to_owned(), 1000);
        sheet.write(Written { form, place: place.to_owned() });
        sheet
    }

    #[test]
    fn a_draft_keeps_what_can_be_believed() {
        let form = CareForm {
            grade: "9".to_owned(),
            themes: vec!["sleep".to_owned()],
            profession: "nurse".to_owned(),
            departement: "42".to_owned(),
            notes: "é".repeat(care::NOTES_LIMIT + 5),
            ..CareForm::default()
        };
        let draft = sheet(form, "").draft(Territory::load(), 3);
        assert_eq!((draft.call, draft.listener, draft.line.as_str()), (7, 3, "sps"));
        assert_eq!(draft.grade, None);
        assert_eq!(draft.themes, ["sleep"]);
        assert_eq!(draft.caller.departement.as_deref(), Some("42"));
        assert_eq!(draft.notes.chars().count(), care::NOTES_LIMIT);
    }

    #[test]
    fn what_was_saved_is_restored_as_it_was() {
        let territory = Territory::load();
        let form = CareForm {
            grade: "4".to_owned(),
            addiction: "on".to_owned(),
            themes: vec!["trauma".to_owned()],
            profession: String::new(),
            departement: "42".to_owned(),
            age_band: "from_25_to_34".to_owned(),
            notes: "fatigue".to_owned(),
        };
        let before = sheet(form, "c42218");
        let fields = care::validate(&before.form).unwrap();
        for record in [before.draft(territory, 3), before.complete(territory, 3, &fields)] {
            let mut after = Sheet::new(CallId(7), "sps".to_owned(), 5000);
            after.restore(&record);
            assert_eq!(after, before);
        }
    }

    #[test]
    fn what_was_written_meanwhile_is_newer_than_what_was_saved() {
        let saved = CareForm { grade: "2".to_owned(), notes: "avant".to_owned(), ..CareForm::default() };
        let record = sheet(saved, "").draft(Territory::load(), 3);
        let mut now = sheet(CareForm { notes: "après".to_owned(), ..CareForm::default() }, "");
        now.restore(&record);
        assert_eq!((now.form.grade.as_str(), now.form.notes.as_str()), ("2", "après"));
    }

    #[test]
    fn a_departement_alone_is_a_place() {
        let form = CareForm { departement: "42".to_owned(), ..CareForm::default() };
        assert_eq!(sheet(form, "").place(Territory::load()).unwrap().name(), "Loire");
    }
}
