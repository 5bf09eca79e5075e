//! What a caller meets before a human, as data on a line.

pub mod hours;
pub mod menu;

pub use hours::{LocalMinute, WeeklyHours};
pub use menu::{Choice, Menu};
