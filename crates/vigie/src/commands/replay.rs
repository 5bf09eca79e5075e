//! `vigie replay`

use super::Record;
use crate::terminal::say;
use clap::Args;
use std::process::ExitCode;

/// Rebuild every projection from the journal and compare it with what is stored.
#[derive(Debug, Args)]
pub(crate) struct Replay {
    #[command(flatten)]
    record: Record,
    /// Put the rebuilt projections in place of what is stored. Without it, nothing is changed.
    #[arg(long)]
    replace: bool,
}

impl Replay {
    pub(super) async fn run(self) -> Result<ExitCode, String> {
        let store = self.record.store().await?;
        let replayed = if self.replace { store.replay_replace().await } else { store.replay().await };
        let report = replayed.map_err(|fault| fault.to_string())?;
        say(&format!("{} facts, {} rows, {} differences", report.facts, report.rows, report.differences.len()));
        for difference in &report.differences {
            say(&format!("  {difference:?}"));
        }
        let fine = report.differences.is_empty() || self.replace;
        Ok(if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
