//! `[stop]`

use serde::Deserialize;
use std::time::Duration;

/// What happens when the service is told to stop.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stop {
    /// How long calls in progress may take to come to their end, in minutes.
    #[serde(default = "usual")]
    pub wait_minutes: u16,
}

fn usual() -> u16 {
    60
}

impl Default for Stop {
    fn default() -> Self {
        Self { wait_minutes: usual() }
    }
}

impl Stop {
    /// How long calls in progress may take to come to their end.
    #[must_use]
    pub fn wait(&self) -> Duration {
        Duration::from_secs(u64::from(self.wait_minutes) * 60)
    }
}
