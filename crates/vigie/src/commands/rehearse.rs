//! `vigie rehearse`

use super::attack::Attack;
use super::directory::LargeDirectory;
use super::nights::Nights;
use super::offers::Offers;
use super::played::{Listeners, Telephones};
use crate::config::process_usage;
use crate::terminal::{say, watched};
use clap::{Args, Subcommand, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use rehearsal::calls::{Plan, Table, Via, run};
use rehearsal::measure::Times;
use rehearsal::phone::{Act, PhoneCall, Told, call};
use serde_json::json;
use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;
use switchboard::Digit;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::sync::mpsc::unbounded_channel;

/// Play callers at a running service.
#[derive(Debug, Subcommand)]
pub(crate) enum Rehearse {
    /// Many callers, and a table of what became of them.
    Calls(Calls),
    /// One telephone call, told line by line as JSON. Type `hangup`, or a key such as `2`, to act.
    Phone(Phone),
    /// Telephones of people on call: each call is answered, taken with the key 1, spoken into until its end.
    Telephones(Telephones),
    /// Robot listeners at desks, who accept every call.
    Listeners(Listeners),
    /// How soon a desk rings once its listener is free while somebody waits, seen from outside.
    Offers(Offers),
    /// Whole nights in virtual time, of invented services or of the real one: the rules are judged, and the figures show what
    /// would happen if.
    Nights(Nights),
    /// Attack a running service on this machine: forged packets, junk, crowds of calls.
    #[command(subcommand)]
    Attack(Attack),
    /// A directory of as many professionals as one likes: how long it takes to import, how large it is, how fast it answers.
    Directory(LargeDirectory),
    /// How fast the switchboard decides, and how much memory a caller takes.
    Bench,
}

/// Many callers.
#[derive(Debug, Args)]
pub(crate) struct Calls {
    /// The service's SIP address, or with --via browser its HTTP address.
    #[arg(long, value_name = "ADDR")]
    to: SocketAddr,
    /// The number to call; with --via browser the line's short name.
    #[arg(long)]
    number: Option<String>,
    /// Calls a second.
    #[arg(long, default_value_t = 1.0)]
    rate: f64,
    /// How long calls are placed, such as 120s or 2m.
    #[arg(long, value_parser = duration, default_value = "30s")]
    duration: Duration,
    /// How long each talk lasts, from the listener's first sound.
    #[arg(long, value_parser = duration, default_value = "10s")]
    talk: Duration,
    /// How the callers come.
    #[arg(long, value_enum, default_value_t = ViaWord::Sip)]
    via: ViaWord,
    /// The service's HTTP address, to read its own measure of queue to offer (default with --via browser).
    #[arg(long, value_name = "ADDR")]
    http: Option<SocketAddr>,
    /// The callers' own address, if not the usual one.
    #[arg(long, value_name = "ADDR")]
    bind: Option<IpAddr>,
    /// The service's process id, to measure its CPU and memory.
    #[arg(long, value_name = "PID")]
    pid: Option<u32>,
    /// The first caller's number, digits with the country code; each after it has the next one. Without it callers withhold theirs.
    #[arg(long, value_name = "NUMBER")]
    caller: Option<u64>,
    /// The callers say nothing: for the cost of calls alone, without that of sound.
    #[arg(long)]
    mute: bool,
    /// Print the table as one line of JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ViaWord {
    Sip,
    Browser,
}

/// One telephone call.
#[derive(Debug, Args)]
pub(crate) struct Phone {
    /// The service's SIP address.
    #[arg(long, value_name = "ADDR")]
    to: SocketAddr,
    /// The number to call.
    #[arg(long)]
    number: String,
    /// The telephone's own address.
    #[arg(long, value_name = "ADDR")]
    bind: Option<SocketAddr>,
    /// The URI in From.
    #[arg(long)]
    from: Option<String>,
    /// The user part of Contact.
    #[arg(long)]
    contact: Option<String>,
    /// What the Call-ID begins with.
    #[arg(long)]
    call_id: Option<String>,
    /// One more header line; may be repeated.
    #[arg(long = "header", value_name = "LINE")]
    headers: Vec<String>,
    /// A tone to send, in hertz.
    #[arg(long, value_name = "HZ")]
    tone: Option<f64>,
    /// The share of the packets sent that get lost on their way, 0 to 1.
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    lose: f64,
    /// A tone to listen for, in hertz; may be repeated.
    #[arg(long, value_name = "HZ")]
    expect: Vec<f64>,
    /// Tell of silences longer than this, such as 2s: of sound or of packets, from the answer on; and at the end of the longest.
    #[arg(long, value_name = "TIME", value_parser = duration)]
    silence: Option<Duration>,
    /// Hang up by itself after this time.
    #[arg(long, value_parser = duration)]
    hang_up_after: Option<Duration>,
}

/// Reads a duration such as `20s`, `2m` or `500ms`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let split = text.find(|key: char| key.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let number: f64 = number.parse().map_err(|_| format!("'{text}' is no duration: write such as 20s, 2m or 500ms"))?;
    let seconds = match unit {
        "" | "s" => number,
        "ms" => number / 1000.0,
        "m" | "min" => number * 60.0,
        "h" => number * 3600.0,
        _ => return Err(format!("'{unit}' is no unit of time: write ms, s, m or h")),
    };
    Duration::try_from_secs_f64(seconds).map_err(|fault| fault.to_string())
}

impl Rehearse {
    pub(super) async fn run(self) -> Result<ExitCode, String> {
        match self {
            Rehearse::Calls(calls) => calls.run().await,
            Rehearse::Phone(phone) => phone.run().await,
            Rehearse::Telephones(telephones) => telephones.run().await,
            Rehearse::Listeners(listeners) => listeners.run().await,
            Rehearse::Offers(offers) => offers.run().await,
            Rehearse::Nights(nights) => nights.run().await,
            Rehearse::Attack(attack) => attack.run().await,
            Rehearse::Directory(large) => large.run().await,
            Rehearse::Bench => Ok(super::nights::measure()),
        }
    }
}

impl Calls {
    async fn run(self) -> Result<ExitCode, String> {
        if !(self.rate > 0.0 && self.rate <= 2000.0) {
            return Err("--rate must be above 0, at most 2000 calls a second".into());
        }
        let (via, number, http) = match self.via {
            ViaWord::Sip => (Via::Sip, "0199000805", self.http),
            ViaWord::Browser => (Via::Browser, "ecoute", Some(self.http.unwrap_or(self.to))),
        };
        let number = self.number.clone().unwrap_or_else(|| number.to_owned());
        let plan = Plan {
            to: self.to,
            from: self.bind,
            http,
            number,
            rate: self.rate,
            duration: self.duration,
            talk: self.talk,
            via,
            speaks: !self.mute,
            caller: self.caller,
        };
        let before = self.pid.and_then(process_usage);
        let bar = if watched() { ProgressBar::new(0) } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} over, {msg} placed, {elapsed}") {
            bar.set_style(style);
        }
        let begun = bar.elapsed();
        let mut most = before.map_or(0, |(_, memory)| memory);
        let mut next_look = Duration::ZERO;
        let table = run(&plan, |progress| {
            if bar.elapsed() >= next_look {
                next_look = bar.elapsed() + LOOK;
                most = most.max(self.pid.and_then(process_usage).map_or(0, |(_, memory)| memory));
            }
            bar.set_length(progress.planned);
            bar.set_position(progress.over);
            bar.set_message(progress.placed.to_string());
        })
        .await?;
        let took = bar.elapsed().saturating_sub(begun);
        bar.finish_and_clear();
        let usage = self.pid.and_then(process_usage).zip(before).map(|(after, before)| Usage {
            cpu: after.0 - before.0,
            cpu_share: (after.0 - before.0) / took.as_secs_f64().max(0.001),
            memory: after.1,
            growth: i128::from(after.1) - i128::from(before.1),
            most: most.saturating_sub(before.1),
        });
        if self.json {
            say(&as_json(&table, usage.as_ref()).to_string());
        } else {
            print(&table, usage.as_ref());
        }
        let clean = table.failed == 0 && table.refused == 0;
        Ok(if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// What the service itself used meanwhile.
struct Usage {
    cpu: f64,
    cpu_share: f64,
    memory: u64,
    growth: i128,
    /// Bytes above those before, at most.
    most: u64,
}

/// Between two looks at the service's memory.
const LOOK: Duration = Duration::from_millis(500);

fn milliseconds(time: Option<Duration>) -> String {
    time.map_or_else(|| "–".into(), |time| format!("{:.1}", time.as_secs_f64() * 1000.0))
}

fn print(table: &Table, usage: Option<&Usage>) {
    for (name, count) in [
        ("placed", table.placed),
        ("answered", table.answered),
        ("connected", table.connected),
        ("refused", table.refused),
        ("failed", table.failed),
    ] {
        say(&format!("{name:<34} {count:>10}"));
    }
    say(&format!("{:<34} {:>10} {:>10}", "milliseconds", "p50", "p99"));
    let row = |name: &str, times: &Times| {
        say(&format!(
            "{name:<34} {:>10} {:>10}",
            milliseconds(times.percentile(50)),
            milliseconds(times.percentile(99))
        ));
    };
    row("calling to answer", &table.to_answer);
    row("looking to ring (caller's side)", &table.to_offer);
    row("calling to two-way sound", &table.to_voice);
    if !table.offers.is_empty() {
        say(&format!("{:<34} {}", "queue to offer (service's own)", offers(table)));
    }
    let (expected, lost) = table.packets;
    say(&format!("{:<34} {lost:>10} of {expected} ({:.3} %)", "packets lost", table.loss() * 100.0));
    if let (Some(p50), Some(p99)) = (table.delays.percentile(50), table.delays.percentile(99)) {
        say(&format!("{:<34} {p50:>10} {p99:>10}", "sound on its way, at most"));
    }
    say(&format!("{:<34} {:>10.1}", "generator's own lag, worst, ms", table.lag.as_secs_f64() * 1000.0));
    if let Some(usage) = usage {
        say(&format!("{:<34} {:>10.2} s ({:.2} cores)", "service's CPU time", usage.cpu, usage.cpu_share));
        let megabytes = |bytes: f64| bytes / 1_048_576.0;
        say(&format!(
            "{:<34} {:>10.1} MiB ({:+.1} MiB over the run, {:+.1} MiB at most)",
            "service's memory",
            megabytes(usage.memory as f64),
            megabytes(usage.growth as f64),
            megabytes(usage.most as f64)
        ));
    }
}

/// The bound below which 99 in 100 offers fell, from the service's histogram.
fn offers(table: &Table) -> String {
    let total = table.offers.last().map_or(0, |(_, count)| *count);
    let enough = (total * 99).div_ceil(100);
    let bound = table.offers.iter().find(|(_, count)| *count >= enough && total > 0).map(|(bound, _)| bound.as_str());
    match bound {
        Some("+Inf") => format!("p99 above 10 s, of {total}"),
        Some(bound) => format!("p99 within {} ms, of {total}", bound.parse::<f64>().unwrap_or(f64::NAN) * 1000.0),
        None => "no offers".into(),
    }
}

fn as_json(table: &Table, usage: Option<&Usage>) -> serde_json::Value {
    let times = |times: &Times| {
        let of = |percent| times.percentile(percent).map(|time| time.as_secs_f64() * 1000.0);
        json!({"count": times.count(), "p50_ms": of(50), "p99_ms": of(99)})
    };
    json!({
        "placed": table.placed, "answered": table.answered, "connected": table.connected,
        "refused": table.refused, "failed": table.failed,
        "to_answer": times(&table.to_answer), "to_offer": times(&table.to_offer), "to_voice": times(&table.to_voice),
        "packets_expected": table.packets.0, "packets_lost": table.packets.1, "loss": table.loss(),
        "generator_lag_ms": table.lag.as_secs_f64() * 1000.0,
        "queue_to_offer": table.offers.iter().map(|(bound, count)| json!([bound, count])).collect::<Vec<_>>(),
        "cpu_seconds": usage.map(|usage| usage.cpu), "memory_bytes": usage.map(|usage| usage.memory),
        "memory_most_above_bytes": usage.map(|usage| usage.most),
        "on_the_way_p50_ms": table.delays.percentile(50), "on_the_way_p99_ms": table.delays.percentile(99),
    })
}

impl Phone {
    async fn run(self) -> Result<ExitCode, String> {
        let plan = PhoneCall {
            to: self.to,
            from_address: self.bind,
            number: self.number,
            from: self.from,
            contact: self.contact,
            call_id: self.call_id,
            headers: self.headers,
            tone: self.tone,
            lose: self.lose.clamp(0.0, 1.0),
            expect: self.expect,
            silence: self.silence,
        };
        let (sender, acts) = unbounded_channel();
        let hang_up_after = self.hang_up_after;
        let hands = async move {
            let mut lines = BufReader::new(tokio::io::stdin()).lines();
            let mut typing = true;
            let time_up = tokio::time::sleep(hang_up_after.unwrap_or(Duration::from_secs(86_400)));
            let mut time_up = std::pin::pin!(time_up);
            loop {
                tokio::select! {
                    () = &mut time_up => {
                        let _over = sender.send(Act::HangUp);
                        std::future::pending::<()>().await;
                    }
                    line = lines.next_line(), if typing => match line {
                        Ok(Some(line)) => if let Some(act) = act(line.trim()) {
                            let _over = sender.send(act);
                        },
                        Ok(None) | Err(_) => typing = false,
                    }
                }
            }
        };
        let called = call(plan, acts, |time, told| say(&words(time, &told).to_string()));
        tokio::select! {
            result = called => result.map_err(|fault| format!("the telephone's sockets cannot be used: {fault}"))?,
            () = hands => {}
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn act(line: &str) -> Option<Act> {
    if line == "hangup" {
        return Some(Act::HangUp);
    }
    let mut keys = line.chars();
    let digit = keys.next().and_then(Digit::new)?;
    keys.next().is_none().then_some(Act::Press(digit))
}

fn words(time: Duration, told: &Told) -> serde_json::Value {
    let mut value = match told {
        Told::Provisional(status) => json!({"event": "provisional", "status": status}),
        Told::Answered => json!({"event": "answered"}),
        Told::Sound => json!({"event": "sound"}),
        Told::Silence => json!({"event": "silence"}),
        Told::LongSilence { lasted, over } => {
            json!({"event": "long_silence", "milliseconds": lasted.as_millis(), "over": over})
        }
        Told::LongestSilence(lasted) => json!({"event": "longest_silence", "milliseconds": lasted.as_millis()}),
        Told::Tone(hertz) => json!({"event": "tone", "hertz": hertz}),
        Told::Mixed(hertz) => json!({"event": "mixed", "hertz": hertz}),
        Told::Key(digit) => json!({"event": "key", "key": digit.key()}),
        Told::HungUp => json!({"event": "hung_up"}),
        Told::Refused(status) => json!({"event": "refused", "status": status}),
        Told::Ended(took) => json!({"event": "ended", "bye_ms": took}),
        Told::Packets(received, lost) => json!({"event": "packets", "received": received, "lost": lost}),
    };
    if let Some(map) = value.as_object_mut() {
        map.insert("ms".into(), json!(time.as_millis()));
    }
    value
}
