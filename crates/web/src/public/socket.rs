//! One call from the call page: its socket is its life line. When it closes, the call ends.

use super::protocol::{self, LARGEST_FRAME, Said};
use crate::App;
use crate::door::Passed;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, State};
use axum::response::Response;
use node::{BrowserCall, CallRefused};
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;
use switchboard::{CallerState, LineId};

/// How long a page may be connected without calling. The page sends its offer at once.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often a page that talks is asked for a sign of life, so that what lies between keeps the socket open.
const PING: Duration = Duration::from_secs(20);

/// What the page says in the address of its socket.
#[derive(Deserialize)]
pub(crate) struct Asked {
    line: Option<String>,
}

/// `GET /call/ws`
pub(crate) async fn call_socket(
    State(app): State<App>,
    Query(asked): Query<Asked>,
    passed: Passed,
    upgrade: WebSocketUpgrade,
) -> Response {
    let first = || app.house.lines().first().map(|line| line.id.clone());
    let line = asked.line.map(LineId).or_else(first);
    upgrade.max_message_size(LARGEST_FRAME).max_frame_size(LARGEST_FRAME).on_upgrade(move |mut socket| async move {
        let Some(line) = line else {
            send(&mut socket, &protocol::refused(&CallRefused::UnknownLine)).await;
            return;
        };
        match first_words(&mut socket).await {
            Some(Said::Offer(offer)) => match app.house.call_from_browser(&line, passed.words.spoken(), offer).await {
                Ok(call) => carry(&mut socket, call).await,
                Err(why) => {
                    send(&mut socket, &protocol::refused(&why)).await;
                }
            },
            Some(Said::HangUp) => {}
            None => {
                send(&mut socket, &protocol::refused(&CallRefused::Malformed)).await;
            }
        }
    })
}

/// The first message, or `None` when it is not understood or does not come.
async fn first_words(socket: &mut WebSocket) -> Option<Said> {
    tokio::time::timeout(PATIENCE, async {
        loop {
            match socket.recv().await? {
                Ok(Message::Text(text)) => return protocol::read(&text),
                Ok(Message::Ping(_) | Message::Pong(_)) => {}
                Ok(Message::Binary(_)) => return None,
                Ok(Message::Close(_)) | Err(_) => return Some(Said::HangUp),
            }
        }
    })
    .await
    .ok()
    .flatten()
}

/// Tells the page where its call is until the call ends or the page goes.
async fn carry(socket: &mut WebSocket, mut call: BrowserCall) {
    if !send(socket, &protocol::answer(&call.answer)).await {
        return;
    }
    let mut ping = tokio::time::interval(PING);
    loop {
        tokio::select! {
            state = call.states.recv() => match state {
                Some(state) => {
                    if !send(socket, &protocol::state(state)).await || state == CallerState::Ended {
                        return;
                    }
                }
                None => {
                    send(socket, &protocol::state(CallerState::Ended)).await;
                    return;
                }
            },
            message = socket.recv() => match message {
                // What is not understood in a call never ends it.
                Some(Ok(Message::Text(text))) => {
                    if protocol::read(&text) == Some(Said::HangUp) {
                        call.hang_up();
                    }
                }
                Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
            },
            _ = ping.tick() => {
                if socket.send(Message::Ping(Vec::new().into())).await.is_err() {
                    return;
                }
            }
        }
    }
}

/// Sends a message; `false` when the page is gone.
async fn send(socket: &mut WebSocket, value: &Value) -> bool {
    socket.send(Message::Text(value.to_string().into())).await.is_ok()
}
