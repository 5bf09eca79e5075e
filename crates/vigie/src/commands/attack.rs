//! `vigie rehearse attack`

use super::rehearse::duration;
use crate::config::process_usage;
use crate::terminal::{say, watched};
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use rehearsal::attack::crowd::{Crowd, Crowded, crowd};
use rehearsal::attack::honest::Honest;
use rehearsal::attack::junk::{Junk, Junked, junk};
use rehearsal::attack::packets::{End, Spray, Sprayed, spray};
use rehearsal::measure::Times;
use serde_json::{Value, json};
use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

/// Attack a running service on this machine, and see what its honest callers notice. Exits with failure if they notice
/// anything.
#[derive(Debug, Subcommand)]
pub(crate) enum Attack {
    /// Forged packets of sound, control, handshakes and checks at one talk between a telephone and a desk.
    Packets(Packets),
    /// Junk at the SIP address beside honest calls.
    Junk(Flood),
    /// Very many calls from few numbers beside honest callers who want a human.
    Crowd(Many),
}

/// Where the service is, which all of them need.
#[derive(Debug, Args)]
pub(crate) struct Target {
    /// The service's SIP address.
    #[arg(long, value_name = "ADDR")]
    sip: SocketAddr,
    /// The number to call.
    #[arg(long)]
    number: String,
    /// The honest caller's own number, as the trunk tells it; for a crowd, digits with the country code.
    #[arg(long, default_value = "33639980000")]
    caller: String,
    /// The service's process id, to measure its memory.
    #[arg(long, value_name = "PID")]
    pid: Option<u32>,
    /// Print one line of JSON.
    #[arg(long)]
    json: bool,
}

/// Forged packets.
#[derive(Debug, Args)]
pub(crate) struct Packets {
    #[command(flatten)]
    target: Target,
    /// The service's HTTP address.
    #[arg(long, value_name = "ADDR")]
    http: SocketAddr,
    /// A link to sign in, not used yet, of a listener.
    #[arg(long, value_name = "LINK")]
    sign_in: String,
    /// How many packets.
    #[arg(long, default_value_t = 1_000_000)]
    count: u64,
    /// How many a second.
    #[arg(long, default_value_t = 20_000.0)]
    rate: f64,
}

/// Junk.
#[derive(Debug, Args)]
pub(crate) struct Flood {
    #[command(flatten)]
    target: Target,
    /// How many messages a second.
    #[arg(long, default_value_t = 10_000.0)]
    rate: f64,
    /// For how long, such as 60s.
    #[arg(long, value_parser = duration, default_value = "60s")]
    duration: Duration,
    /// An address of this machine that the service takes calls from, to send junk from; may be repeated.
    #[arg(long = "peer", value_name = "IP")]
    peers: Vec<IpAddr>,
    /// One that it does not; may be repeated.
    #[arg(long = "stranger", value_name = "IP")]
    strangers: Vec<IpAddr>,
    /// Where the honest callers are: an address that the service takes calls from.
    #[arg(long, value_name = "IP", default_value = "127.0.0.1")]
    honest: IpAddr,
    /// Between two honest calls.
    #[arg(long, value_parser = duration, default_value = "3s")]
    every: Duration,
}

/// Many calls.
#[derive(Debug, Args)]
pub(crate) struct Many {
    #[command(flatten)]
    target: Target,
    /// The service's HTTP address.
    #[arg(long, value_name = "ADDR")]
    http: SocketAddr,
    /// A link to sign in, not used yet, of a listener whose seat a robot takes; may be repeated.
    #[arg(long = "sign-in", value_name = "LINK")]
    listeners: Vec<String>,
    /// How many numbers the crowd calls from.
    #[arg(long, default_value_t = 50)]
    numbers: u64,
    /// Its calls a second.
    #[arg(long, default_value_t = 500.0)]
    rate: f64,
    /// For how long, such as 5m.
    #[arg(long, value_parser = duration, default_value = "60s")]
    duration: Duration,
    /// How long each of its calls stays if it is let in.
    #[arg(long, value_parser = duration, default_value = "2s")]
    stay: Duration,
    /// The trunk's address, from which all of them call.
    #[arg(long, value_name = "IP", default_value = "127.0.0.1")]
    trunk: IpAddr,
    /// Between two honest calls.
    #[arg(long, value_parser = duration, default_value = "5s")]
    every: Duration,
}

/// How much the service's memory grew at most, looked at again and again.
struct Memory {
    process: Option<u32>,
    before: Option<u64>,
    most: u64,
    looks: u64,
}

impl Memory {
    fn of(process: Option<u32>) -> Self {
        let before = process.and_then(process_usage).map(|(_, memory)| memory);
        Self { process, before, most: before.unwrap_or_default(), looks: 0 }
    }

    /// Looks once in a while: it is asked far more often.
    fn look(&mut self) {
        self.looks += 1;
        if self.looks.is_multiple_of(64) {
            self.look_now();
        }
    }

    fn look_now(&mut self) {
        let memory = self.process.and_then(process_usage).map_or(0, |(_, memory)| memory);
        self.most = self.most.max(memory);
    }

    fn growth(&mut self) -> Option<u64> {
        self.look_now();
        self.before.map(|before| self.most - before)
    }
}

/// The most that memory may grow under a flood, in bytes.
const MOST_GROWTH: u64 = 64 << 20;

impl Attack {
    pub(super) async fn run(self) -> Result<ExitCode, String> {
        match self {
            Attack::Packets(packets) => packets.run().await,
            Attack::Junk(flood) => flood.run().await,
            Attack::Crowd(many) => many.run().await,
        }
    }
}

/// What it was, in words or as JSON; and whether it was well.
fn tell(json: bool, told: &Value, well: bool) -> ExitCode {
    if json {
        say(&told.to_string());
    } else if let Value::Object(lines) = told {
        for (name, value) in lines {
            say(&format!("{:<28} {value}", name.replace('_', " ")));
        }
    }
    if well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn bar(length: u64) -> ProgressBar {
    let bar = if watched() { ProgressBar::new(length) } else { ProgressBar::hidden() };
    if let Ok(style) = ProgressStyle::with_template("{pos} of {len} {bar:30} {elapsed}") {
        bar.set_style(style);
    }
    bar
}

fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 10_000.0).round() / 10.0
}

fn times(times: &Times) -> Value {
    let of = |percent| times.percentile(percent).map(milliseconds);
    json!({"p50_ms": of(50), "p99_ms": of(99), "worst_ms": of(100)})
}

fn honest(of: &Honest) -> Value {
    json!({
        "placed": of.placed, "answered": of.answered, "refused": of.refused.0, "last_status": of.refused.1,
        "greeted": of.greeted, "helped": of.helped, "broken": of.broken, "overtaken": of.overtaken,
        "to_answer": times(&of.to_answer), "to_greeting": times(&of.to_greeting), "to_human": times(&of.to_human),
    })
}

fn end(of: &End) -> Value {
    json!({
        "packets": of.packets.0, "lost": of.packets.1, "too_many": of.too_many, "tenths_heard": of.tenths.0,
        "tenths_of_the_others_tone": of.tenths.1, "tenths_of_the_forged_tone": of.forged,
        "own_clock_late_ms": milliseconds(of.lag),
    })
}

fn secret(link: &str) -> String {
    link.rsplit('/').next().unwrap_or_default().to_owned()
}

impl Packets {
    async fn run(self) -> Result<ExitCode, String> {
        let Target { sip, number, caller, pid, json } = self.target;
        let secret = secret(&self.sign_in);
        let plan = Spray { sip, http: self.http, number, caller, secret, count: self.count, rate: self.rate };
        let mut memory = Memory::of(pid);
        let bar = bar(self.count);
        let told: Sprayed = spray(&plan, |sent| {
            bar.set_position(sent);
            memory.look();
        })
        .await?;
        bar.finish_and_clear();
        let lines = json!({
            "forged": told.sent.0, "not_taken_by_the_kernel": told.sent.1, "answered": told.answered,
            "dropped_as_foreign": told.foreign, "generator_lag_ms": milliseconds(told.lag),
            "memory_growth": memory.growth(), "caller": end(&told.caller), "listener": end(&told.listener),
            "ended_well": told.ended_well,
        });
        Ok(tell(json, &lines, told.held()))
    }
}

impl Flood {
    async fn run(self) -> Result<ExitCode, String> {
        let Target { sip, number, caller, pid, json } = self.target;
        if self.peers.is_empty() && self.strangers.is_empty() {
            return Err("name at least one --peer or --stranger to send from".into());
        }
        let plan = Junk {
            sip,
            number,
            caller,
            rate: self.rate,
            duration: self.duration,
            peers: self.peers,
            strangers: self.strangers,
            honest: self.honest,
            every: self.every,
        };
        let mut memory = Memory::of(pid);
        let bar = bar((self.rate * self.duration.as_secs_f64()) as u64);
        let told: Junked = junk(&plan, |sent| {
            bar.set_position(sent);
            memory.look();
        })
        .await?;
        bar.finish_and_clear();
        let growth = memory.growth();
        let of = &told.honest;
        let well = of.placed > 0
            && of.greeted == of.placed
            && of.broken == 0
            && growth.is_none_or(|growth| growth < MOST_GROWTH);
        let lines = json!({
            "junk": told.sent.0, "not_taken_by_the_kernel": told.sent.1, "answered": told.answered,
            "generator_lag_ms": milliseconds(told.lag), "memory_growth": growth, "honest": honest(of),
        });
        Ok(tell(json, &lines, well))
    }
}

impl Many {
    async fn run(self) -> Result<ExitCode, String> {
        let Target { sip, number, caller, pid, json } = self.target;
        let digits: String = caller.chars().filter(char::is_ascii_digit).collect();
        let plan = Crowd {
            sip,
            http: self.http,
            number,
            first: digits.parse().map_err(|_| format!("'{caller}' is no number"))?,
            numbers: self.numbers,
            rate: self.rate,
            duration: self.duration,
            stay: self.stay,
            trunk: self.trunk,
            every: self.every,
            listeners: self.listeners.iter().map(|link| secret(link)).collect(),
        };
        let mut memory = Memory::of(pid);
        let bar = bar((self.rate * self.duration.as_secs_f64()) as u64);
        let told: Crowded = crowd(&plan, |placed| {
            bar.set_position(placed);
            memory.look();
        })
        .await?;
        bar.finish_and_clear();
        let of = &told.honest;
        let soon = of.to_greeting.percentile(100).is_some_and(|worst| worst < Duration::from_secs(3));
        let all = of.placed > 0 && of.greeted == of.placed && of.helped == of.placed && of.broken == 0;
        let lines = json!({
            "crowd": told.placed, "answered": told.answered, "refused": told.refused, "lost": told.lost,
            "generator_lag_ms": milliseconds(told.lag), "memory_growth": memory.growth(), "honest": honest(of),
        });
        Ok(tell(json, &lines, all && soon && of.overtaken == 0))
    }
}
