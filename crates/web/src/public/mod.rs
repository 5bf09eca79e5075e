//! The call page: one button, one human, nothing kept.

mod consultation;
mod page;
mod protocol;
mod relays;
mod returns;
mod socket;

pub(crate) use consultation::{WrongCodes, consultation_page, redeem_consultation};
pub(crate) use page::{call_page, emergency_numbers, keypad, quick_exit};
pub use relays::Relays;
pub(crate) use relays::relays;
pub(crate) use returns::Returns;
pub(crate) use socket::call_socket;

/// Whether a message of a caller's page is understood, for the fuzz targets.
#[cfg(feature = "fuzzing")]
pub(crate) fn understood(text: &str) -> bool {
    protocol::read(text).is_some()
}
