//! Reports: what the projections add up to. A report is one file here and one line in [`REPORTS`].

mod activity;
mod care;
pub mod figures;
mod percentile;
pub mod queueing;

pub use activity::{Activity, CareCount, CurvePoint, Ends, GaveUp, GradeCount, Waits};
pub use care::CareFigures;

/// A report that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    /// Its key word, as it stands in addresses and message files.
    pub key: &'static str,
    /// What it tells, for those who read the code.
    pub about: &'static str,
}

/// Every report.
pub const REPORTS: &[Report] = &[activity::REPORT, figures::REPORT, care::REPORT];
