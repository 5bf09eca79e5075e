//! The call page: one button, one human, nothing kept.

mod page;
mod protocol;
mod socket;

pub(crate) use page::{call_page, keypad};
pub(crate) use socket::call_socket;
