//! The real program, with a desk and a telephone of our own: what needs an exact moment or every byte of the far leg.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "in a test, a panic is the finding")]
#![allow(clippy::disallowed_methods, reason = "a test owns its tasks, and measures real time")]

mod crossing;
mod far_leg;

use rehearsal::browser::{Noticed, Peer, Socket, sign_in};
use rehearsal::phone::PhoneCall;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio::time::timeout;

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
    /// Every message that came, as text.
    told: String,
}

impl Desk {
    async fn open(service: &Service) -> Self {
        let http = service.address("http");
        let secret = service.ready["sign_in"]["listener"].as_str().unwrap().rsplit('/').next().unwrap();
        let cookie = sign_in(http, secret).await.unwrap();
        let mut socket = Socket::open(http, None, "/desk/ws", Some(&cookie)).await.unwrap();
        let voice = Peer::open(http, None, 1000.0).await.unwrap();
        socket.send(&json!({"do": "voice", "offer": voice.offer})).await.unwrap();
        let mut desk = Self { socket, voice, state: Value::Null, told: String::new() };
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
                        self.told.push_str(&message.to_string());
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
        lose: 0.0,
        tone: None,
        expect: Vec::new(),
        silence: None,
    }
}
