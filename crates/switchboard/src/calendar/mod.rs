//! Days, holidays and local time.

mod date;
mod holidays;
mod hours;
mod weekly;
pub(crate) mod zone;

pub use date::Date;
pub use holidays::Territory;
pub use hours::{DAYS, ExceptionalDay, LocalMinute, OnHolidays, OpeningHours, WeeklyHours, read_clock, write_clock};
pub use weekly::WeeklyShift;
pub use zone::{LocalTime, Told, Zone};
