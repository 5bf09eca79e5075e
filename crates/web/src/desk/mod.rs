//! The desk: one long-lived page on which a listener works, because a page load would kill a call.

mod bench;
mod colleagues;
mod consultations;
mod message;
mod offers;
mod page;
mod parts;
mod sheet;
mod socket;
mod unsaved;

pub(crate) use consultations::Codes;
pub(crate) use page::desk_page;
pub(crate) use sheet::{Sheet, saved_answers};
pub(crate) use socket::desk_socket;
pub(crate) use unsaved::Unsaved;

pub(crate) use parts::{
    Filled, chosen, fields as record_fields, presence, presence_class, spoken, steps as emergency_steps, twice,
};

/// Whether a message of a desk's page is understood, for the fuzz targets.
#[cfg(feature = "fuzzing")]
pub(crate) fn understood(text: &str) -> bool {
    let read = message::read(text);
    // A card is made of whatever a form has.
    if let Some(message::Up::Triage { form }) = &read {
        let _card = form.card();
    }
    read.is_some()
}
