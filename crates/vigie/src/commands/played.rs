//! `vigie rehearse telephones` and `vigie rehearse listeners`: people who take calls, played from outside.

use super::rehearse::duration;
use crate::terminal::say;
use crate::wiring::Stop;
use clap::Args;
use rehearsal::robot;
use rehearsal::telephones::{Manner, Seen, answer};
use serde_json::json;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::task::JoinSet;

/// Telephones of people on call: each call is answered, taken with the key 1, spoken into until its end.
#[derive(Debug, Args)]
pub(crate) struct Telephones {
    /// Where to listen for SIP: what the service's trunk has as its gateway.
    #[arg(long, value_name = "ADDR")]
    listen: SocketAddr,
    /// From the answer to the key, such as 100ms.
    #[arg(long, value_parser = duration, default_value = "100ms")]
    take_after: Duration,
    /// Speak no longer than this once the call is taken, such as 300ms.
    #[arg(long, value_parser = duration)]
    speak_for: Option<Duration>,
    /// Print what was seen, at the end, as one line of JSON.
    #[arg(long)]
    json: bool,
}

impl Telephones {
    pub(super) async fn run(self) -> Result<ExitCode, String> {
        let mut stop = Stop::listen().map_err(|fault| format!("signals cannot be listened for: {fault}"))?;
        let manner = Manner { take_after: self.take_after, speak_for: self.speak_for };
        let ready = |address| say(&format!("telephones ring at {address}; Ctrl+C ends them and tells what they saw"));
        let seen = answer(self.listen, manner, ready, async move { stop.told().await })
            .await
            .map_err(|fault| format!("{} cannot be listened on: {fault}", self.listen))?;
        say(&if self.json { as_json(&seen) } else { in_words(&seen) });
        Ok(ExitCode::SUCCESS)
    }
}

fn as_json(seen: &Seen) -> String {
    let (expected, lost) = seen.packets;
    json!({
        "answered": seen.answered, "ended": seen.ended, "packets_expected": expected, "packets_lost": lost,
        "on_the_way_p50_ms": seen.delays.percentile(50), "on_the_way_p99_ms": seen.delays.percentile(99),
    })
    .to_string()
}

fn in_words(seen: &Seen) -> String {
    let (expected, lost) = seen.packets;
    let delay = |percent| seen.delays.percentile(percent).map_or_else(|| "–".to_owned(), |time| time.to_string());
    format!(
        "{} calls answered, {} ended by the other side; {lost} of {expected} packets lost; sound on its way, in \
         milliseconds: p50 {}, p99 {}",
        seen.answered,
        seen.ended,
        delay(50),
        delay(99)
    )
}

/// Robot listeners at desks in browsers of their own making. Their links to sign in, not used yet, are read from the standard
/// input, one a line.
#[derive(Debug, Args)]
pub(crate) struct Listeners {
    /// The service's HTTP address.
    #[arg(long, value_name = "ADDR")]
    http: SocketAddr,
    /// From the desk's ring until the call is accepted.
    #[arg(long, value_parser = duration, default_value = "1s")]
    accept_after: Duration,
}

impl Listeners {
    pub(super) async fn run(self) -> Result<ExitCode, String> {
        let mut stop = Stop::listen().map_err(|fault| format!("signals cannot be listened for: {fault}"))?;
        let manner = robot::Manner { accept_after: self.accept_after, ..robot::Manner::default() };
        let mut lines = BufReader::new(tokio::io::stdin()).lines();
        let mut seats = JoinSet::new();
        while let Some(line) = lines.next_line().await.map_err(|fault| fault.to_string())? {
            let secret = line.trim().rsplit('/').next().unwrap_or_default().to_owned();
            if !secret.is_empty() {
                seats.spawn(robot::stay(self.http, secret, manner));
            }
        }
        say(&format!("{} robot listeners take their seats; Ctrl+C ends them", seats.len()));
        stop.told().await;
        Ok(ExitCode::SUCCESS)
    }
}
