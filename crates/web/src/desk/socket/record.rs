//! The care record on the socket: kept as it is typed, closed when it is complete, and where the caller was sent on to.

use super::{Gone, Open};
use crate::addresses::SearchForm;
use crate::desk::bench::Job;
use crate::desk::message::{Id, Up};
use crate::desk::offers::Asked;
use crate::desk::parts;
use crate::desk::sheet::Sheet;
use care::{Answers, EmergencyNumber, Kind, KindAnswer};
use store::{Deed, NewRemark};
use switchboard::{CallId, Command};

impl Open {
    pub(super) async fn draft(&mut self, call: CallId, form: Answers) -> Result<(), Gone> {
        let Some(sheet) = self.sheet.as_mut().filter(|sheet| sheet.call == call) else { return Ok(()) };
        sheet.write(form);
        self.save_draft();
        // The page shows already what was typed on it: what it sent is not sent back.
        let (name, html) = self.draw_record();
        self.sent.parts.insert(name, html);
        self.draw().await
    }

    pub(super) async fn close_record(&mut self, call: CallId, form: Answers) -> Result<(), Gone> {
        if self.state.view.wrapping_up != Some(call) {
            return self.draft(call, form).await;
        }
        let territory = self.app.house.territory();
        let Some(sheet) = self.sheet.as_mut().filter(|sheet| sheet.call == call) else { return Ok(()) };
        sheet.write(form);
        match sheet.complete(territory, self.staff.id) {
            Ok((record, grade)) => {
                sheet.errors.clear();
                self.job(Job::Close(record));
                self.desk.command(Command::CloseRecord(call, grade.map(care::Grade::number)));
                Ok(())
            }
            Err(errors) => {
                sheet.errors = errors;
                self.save_draft();
                self.draw().await
            }
        }
    }

    /// Whether the sheet is about a call.
    pub(super) fn is_about(&self, call: CallId) -> bool {
        self.sheet.as_ref().is_some_and(|sheet| sheet.call == call)
    }

    /// Notes what was done in the call of the sheet. What names nothing that is shown there is left out.
    pub(super) fn note(&self, pressed: Up) {
        let Some(sheet) = &self.sheet else { return };
        let noted = match pressed {
            Up::Give { call, entry } => self.beside.offers.shown(&entry).map(|found| {
                let (entry, name) = (found.entry.id.clone(), found.entry.name.clone());
                let kind = found.entry.kind().map_or("", Kind::key).to_owned();
                (call, Deed::Give { entry, kind, name })
            }),
            Up::TakeBack { call, entry } => Some((call, Deed::TakeBack { entry })),
            Up::Answer { call, kind, answer } => Kind::from_key(&kind).map(|kind| {
                let answer = KindAnswer::from_key(&answer).map(|answer| answer.key().to_owned());
                (call, Deed::Answer { kind: kind.key().to_owned(), answer })
            }),
            Up::Step { call, step, on } => {
                let known = sheet.protocol.emergency.iter().any(|one| one.key == step);
                known.then(|| (call, Deed::Step { step, done: on == "true" }))
            }
            Up::Help { call, number, consent } => EmergencyNumber::from_key(&number).map(|number| {
                let consent = match consent.as_str() {
                    "yes" => Some(true),
                    "no" => Some(false),
                    _ => None,
                };
                (call, Deed::Help { number: number.key().to_owned(), consent })
            }),
            _ => None,
        };
        if let Some((Id(call), deed)) = noted.filter(|(Id(call), _)| *call == sheet.call) {
            self.job(Job::Note(call, deed));
        }
    }

    /// Gives or takes back the code of a consultation.
    pub(super) fn code(&self, pressed: Up) {
        match pressed {
            Up::GiveCode { call: Id(call), scheme } => {
                if let (true, Ok(scheme)) = (self.is_about(call), scheme.parse()) {
                    self.job(Job::GiveCode(call, scheme));
                }
            }
            Up::TakeBackCode { call: Id(call), code } if self.is_about(call) => self.job(Job::TakeBackCode(call, code)),
            _ => {}
        }
    }

    /// Tells keepers that the number of an entry, one that is shown or was given, is wrong.
    pub(super) fn wrong_number(&mut self, call: CallId, entry: &str) {
        let Some(sheet) = self.sheet.as_ref().filter(|sheet| sheet.call == call) else { return };
        let shown = self.beside.offers.shown(entry);
        if shown.is_some() || sheet.follow_up.given.iter().any(|one| one.entry == entry) {
            let body = shown.and_then(|found| found.entry.phone()).unwrap_or_default().to_owned();
            let (entry, kind) = (entry.to_owned(), "wrong_number".to_owned());
            self.job(Job::WrongNumber(call, NewRemark { entry, kind, body, made_by: self.staff.id }));
        }
    }

    /// Asks the directory anew, if the caller is elsewhere by now or the rule asks for others. A search belongs to its call.
    pub(super) fn ask_directory(&self) {
        let sheet = self.sheet.as_ref();
        let seed = sheet.map_or(0, |sheet| sheet.call.0.unsigned_abs());
        let place = sheet.and_then(|sheet| sheet.place(self.app.house.territory()));
        let kinds = sheet.map(Sheet::kinds).unwrap_or_default();
        self.beside.asked.send_if_modified(|asked| {
            let search = if asked.seed == seed { asked.search.clone() } else { SearchForm::default() };
            let now = Asked { place, kinds, search, seed };
            let new = *asked != now;
            *asked = now;
            new
        });
    }

    pub(super) fn save_draft(&self) {
        if let Some(sheet) = &self.sheet {
            self.job(Job::Draft(sheet.draft(self.app.house.territory(), self.staff.id)));
        }
    }

    pub(super) fn draw_record(&self) -> (&'static str, String) {
        let over = self.state.view.wrapping_up.is_some();
        let territory = self.app.house.territory();
        ("record", parts::record(self.words, territory, self.sheet.as_ref(), over).into_string())
    }
}
