//! The rules of the house, tried through the switchboard's own door: scenes one by one, inputs by chance, and whole
//! nights in virtual time.

// Everything here is a test, also what clippy does not see as one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod before;
mod chance;
mod checker;
mod house;
mod listeners;
mod nights;
mod offers;
mod talks;
