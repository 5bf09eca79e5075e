//! A hundred times, the caller hangs up in the same ten milliseconds in which the listener accepts. The real program, a
//! real telephone, a real desk: one outcome for each call, and the listener ready again after each.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "in a test, a panic is the finding")]
#![allow(clippy::disallowed_methods, reason = "a test owns its tasks, and measures real time")]

use rehearsal::browser::{Noticed, Peer, Socket, sign_in};
use rehearsal::phone::{Act, PhoneCall, call};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio::sync::mpsc::unbounded_channel;
use tokio::time::{sleep, timeout};

const TIMES: u64 = 100;
/// The line that rings until a human answers: the desk rings at once.
const NUMBER: &str = "0199000807";

struct Service {
    process: Child,
    ready: Value,
    _data: tempfile::TempDir,
}

impl Service {
    fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut process = Command::new(env!("CARGO_BIN_EXE_vigie"))
            .args(["demo", "--json", "--http", "127.0.0.1:0", "--sip", "127.0.0.1:0", "--data"])
            .arg(data.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { process, ready: serde_json::from_str(&line).unwrap(), _data: data }
    }

    fn address(&self, what: &str) -> SocketAddr {
        self.ready[what].as_str().unwrap().parse().unwrap()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// The desk: its socket, its voice, and what it last showed.
struct Desk {
    socket: Socket,
    voice: Peer,
    state: Value,
}

impl Desk {
    async fn open(service: &Service) -> Self {
        let http = service.address("http");
        let secret = service.ready["sign_in"]["listener"].as_str().unwrap().rsplit('/').next().unwrap();
        let cookie = sign_in(http, secret).await.unwrap();
        let mut socket = Socket::open(http, None, "/desk/ws", Some(&cookie)).await.unwrap();
        let voice = Peer::open(http, None, 1000.0).await.unwrap();
        socket.send(&json!({"do": "voice", "offer": voice.offer})).await.unwrap();
        let mut desk = Self { socket, voice, state: Value::Null };
        desk.until(|state| state["connected"] == true).await;
        desk.press(&json!({"do": "ready"})).await;
        desk.until(|state| state["presence"] == "ready").await;
        desk
    }

    async fn press(&mut self, message: &Value) {
        self.socket.send(message).await.unwrap();
    }

    /// Reads the socket and keeps the voice alive until the desk shows something.
    async fn until(&mut self, wanted: impl Fn(&Value) -> bool) {
        let waiting = async {
            while !wanted(&self.state) {
                tokio::select! {
                    message = self.socket.next() => {
                        let message = message.unwrap();
                        if let Some(answer) = message.pointer("/voice/answer").and_then(Value::as_str) {
                            self.voice.take_answer(answer).unwrap();
                        }
                        if let Some(state) = message.get("state") {
                            self.state = state.clone();
                        }
                    }
                    noticed = self.voice.next() => assert!(!matches!(noticed, Noticed::Gone), "the voice is gone"),
                }
            }
        };
        let waited = timeout(Duration::from_secs(20), waiting).await;
        assert!(waited.is_ok(), "the desk stays at {}", self.state);
    }
}

fn plan(service: &Service) -> PhoneCall {
    PhoneCall {
        to: service.address("sip"),
        from_address: None,
        number: NUMBER.to_owned(),
        from: None,
        contact: None,
        call_id: None,
        headers: Vec::new(),
        tone: None,
        expect: Vec::new(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accept_and_hang_up_cross_a_hundred_times() {
    telephony::install_crypto();
    let service = Service::start();
    let mut desk = Desk::open(&service).await;
    let mut talked = 0;
    for round in 0..TIMES {
        let (acts, taken) = unbounded_channel();
        let caller = tokio::spawn(call(plan(&service), taken, |_, _| {}));
        desk.until(|state| state["presence"] == "offered").await;
        let ringing = desk.state["call"].as_str().unwrap().to_owned();
        // From ten milliseconds before to ten after, in every order.
        let offset = Duration::from_millis(round % 11);
        let accept = json!({"do": "accept", "call": ringing});
        if round % 2 == 0 {
            acts.send(Act::HangUp).unwrap();
            sleep(offset).await;
            desk.press(&accept).await;
        } else {
            desk.press(&accept).await;
            sleep(offset).await;
            acts.send(Act::HangUp).unwrap();
        }
        desk.until(|state| state["presence"] == "ready" || state["presence"] == "wrapping_up").await;
        if desk.state["presence"] == "wrapping_up" {
            talked += 1;
            let form = json!({"grade": "0", "themes": ["other"], "notes": ""});
            desk.press(&json!({"do": "close_record", "call": ringing, "form": form})).await;
        }
        desk.until(|state| state["presence"] == "ready").await;
        timeout(Duration::from_secs(40), caller).await.unwrap().unwrap().unwrap();
    }
    let metrics = rehearsal::browser::fetch(service.address("http"), "/metrics").await.unwrap();
    let count = |name: &str| {
        let line = metrics.lines().find_map(|line| line.strip_prefix(name));
        line.map_or(0, |value| value.trim().parse::<u64>().unwrap())
    };
    let (ended_talked, gave_up) =
        (count("vigie_calls_ended_total{outcome=\"talked\"}"), count("vigie_calls_ended_total{outcome=\"gave_up\"}"));
    assert_eq!(count("vigie_calls_arrived_total{channel=\"phone\"}"), TIMES);
    assert_eq!(ended_talked + gave_up, TIMES, "{metrics}");
    assert_eq!(ended_talked, talked);
    assert!(talked > 0 && gave_up > 0, "both orders were met: {talked} talks, {gave_up} gave up");
}
