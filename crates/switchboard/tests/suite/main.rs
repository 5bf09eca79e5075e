//! The rules of the house, tried through the switchboard's own door: scenes one by one, and inputs by chance. Whole
//! nights are lived in the rehearsal room.

// Everything here is a test, also what clippy does not see as one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod before;
mod cascade;
mod chance;
mod fairness;
mod handover;
mod house;
mod listeners;
mod offers;
mod supervisors;
mod talks;
