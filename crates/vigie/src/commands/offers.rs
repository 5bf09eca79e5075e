//! `vigie rehearse offers`

use crate::terminal::{say, watched};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use rehearsal::offers::{Offers as Plan, offers};
use serde_json::json;
use std::net::SocketAddr;
use std::process::ExitCode;

/// How soon a desk rings once its listener is free while somebody waits, seen from outside.
#[derive(Debug, Args)]
pub(crate) struct Offers {
    /// The service's HTTP address.
    #[arg(long, value_name = "ADDR")]
    http: SocketAddr,
    /// The service's SIP address.
    #[arg(long, value_name = "ADDR")]
    sip: SocketAddr,
    /// The number of a line that rings until somebody answers; of one that nobody else serves now.
    #[arg(long)]
    number: String,
    /// A link to sign in, not used yet, of a listener.
    #[arg(long, value_name = "LINK")]
    sign_in: String,
    /// How often to measure.
    #[arg(long, default_value_t = 500)]
    times: usize,
    /// Print one line of JSON.
    #[arg(long)]
    json: bool,
}

impl Offers {
    pub(super) async fn run(self) -> Result<ExitCode, String> {
        let secret = self.sign_in.rsplit('/').next().unwrap_or_default().to_owned();
        let plan = Plan { http: self.http, sip: self.sip, number: self.number, secret, times: self.times };
        let bar = if watched() { ProgressBar::new(self.times as u64) } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{pos} of {len} {bar:30}") {
            bar.set_style(style);
        }
        let times = offers(&plan, |count| bar.set_position(count as u64)).await?;
        bar.finish_and_clear();
        let of = |percent| times.percentile(percent).map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0);
        if self.json {
            say(&json!({"count": times.count(), "p50_ms": of(50), "p99_ms": of(99), "worst_ms": of(100)}).to_string());
        } else {
            say(&format!(
                "listener free to the desk's ring, {} times, in milliseconds: p50 {:.2}, p99 {:.2}, worst {:.2}",
                times.count(),
                of(50),
                of(99),
                of(100)
            ));
        }
        Ok(ExitCode::SUCCESS)
    }
}
