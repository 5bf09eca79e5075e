//! Care records after the call: found again, finished, amended with their history, written for a call that was taken
//! elsewhere, and taken out as a file.
//!
//! A listener sees their own; those who answer for a shift or run the service see all, and the audit says so.

mod list;
mod page;
mod say;
mod table;
mod write;

pub(crate) use list::{find_records, records_file, records_page};
pub(crate) use page::record_page;
pub(crate) use write::{add_record, change_record, new_record_page};

use crate::App;
use crate::door::{Colleague, Rule};
use crate::office::{page as page_of_staff, unavailable};
use axum::http::StatusCode;
use care::Protocol;
use maud::Markup;
use std::collections::HashMap;
use std::sync::Arc;
use store::{CareRecord, Staff};

/// Whether somebody may see the records of others.
fn sees_all(reader: &Staff) -> bool {
    Rule::Oversees.allows(Some(reader.role))
}

/// A record that the reader may see: their own, or a closed one where they may see all. One that they may not is not there for
/// them: nobody learns by trying.
async fn visible(app: &App, reader: &Staff, call: i64, listener: i64) -> Result<CareRecord, StatusCode> {
    if listener != reader.id && !sees_all(reader) {
        return Err(StatusCode::NOT_FOUND);
    }
    let record = app.house.store().record(call, listener).await.map_err(unavailable)?;
    record.filter(|record| record.closed_at.is_some() || listener == reader.id).ok_or(StatusCode::NOT_FOUND)
}

/// The protocols that records were begun with, by their versions.
struct Protocols<'a> {
    app: &'a App,
    read: HashMap<i64, Arc<Protocol>>,
}

impl<'a> Protocols<'a> {
    fn new(app: &'a App) -> Self {
        let current = app.house.protocol();
        Self { app, read: [(current.version, current)].into() }
    }

    /// The one of a record. Records from before there were versions have the fields of the first one.
    async fn of(&mut self, record: &CareRecord) -> Result<Arc<Protocol>, StatusCode> {
        let version = record.form.version.max(1);
        if let Some(known) = self.read.get(&version) {
            return Ok(Arc::clone(known));
        }
        let row = self.app.house.store().protocols().get(version).await.map_err(unavailable)?;
        let protocol = row.map_or_else(|| self.app.house.protocol(), |row| Arc::new(row.body));
        self.read.insert(version, Arc::clone(&protocol));
        Ok(protocol)
    }
}

fn address(record: &CareRecord) -> String {
    format!("/records/{}/{}", record.call, record.listener)
}

fn around(app: &App, colleague: &Colleague, title: &str, content: &Markup) -> Markup {
    page_of_staff(app, colleague, "/records", title, content)
}
