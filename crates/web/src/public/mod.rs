//! The call page: one button, one human, nothing kept.

mod page;
mod protocol;
mod relays;
mod returns;
mod socket;

pub(crate) use page::{call_page, keypad};
pub use relays::Relays;
pub(crate) use relays::relays;
pub(crate) use returns::Returns;
pub(crate) use socket::call_socket;
