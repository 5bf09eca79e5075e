//! One call from the call page: its socket is its life line. When the page closes it, the call ends; when it breaks, the page has
//! a while to come back with another.

use super::protocol::{self, LARGEST_FRAME, Said};
use super::returns::{Expected, Returns};
use crate::App;
use crate::door::Passed;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, State};
use axum::response::Response;
use node::{BrowserCall, CallRefused};
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use switchboard::{CallerState, LineId};

/// How long a page may be connected without calling. The page sends its offer at once.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often a page that talks is asked for a sign of life, so that what lies between keeps the socket open.
const PING: Duration = Duration::from_secs(20);

/// How long a page whose socket broke has to come back. Then its call ends, once its sound has stopped too.
const RETURN: Duration = Duration::from_secs(12);

/// What a page says that leaves one socket for another, because the network changed under it: the page stays.
const RENEWED: u16 = 4000;

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
                Ok(call) => carry(socket, call, &app.returns).await,
                Err(why) => {
                    send(&mut socket, &protocol::refused(&why)).await;
                }
            },
            Some(Said::Resume(token)) => {
                if let Err(mut socket) = app.returns.come_back(&token, Box::new(socket)) {
                    send(&mut socket, &protocol::refused(&CallRefused::Unavailable)).await;
                }
            }
            Some(Said::HangUp) => {}
            Some(Said::Restart(_)) | None => {
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

/// How a page and its call parted.
enum Parted {
    /// The call is over, or its page has left it.
    Over,
    /// The socket broke.
    Broken,
    /// The page came with another socket.
    Newer(Box<WebSocket>),
}

/// A call, and what its page was last told.
struct Carried {
    call: BrowserCall,
    told: Option<CallerState>,
    expected: Expected,
}

/// Tells the page where its call is until the call ends or the page goes.
async fn carry(mut socket: WebSocket, call: BrowserCall, returns: &Arc<Returns>) {
    let mut carried = Carried { call, told: None, expected: returns.expect() };
    let both = [protocol::answer(&carried.call.answer), protocol::token(&carried.expected.token)];
    for first in both {
        if !send(&mut socket, &first).await {
            return;
        }
    }
    loop {
        let newer = match carried.with_page(&mut socket).await {
            Parted::Over => return,
            Parted::Newer(newer) => Some(newer),
            // What the page should be told meanwhile waits for it in the channel.
            Parted::Broken => tokio::time::timeout(RETURN, carried.expected.sockets.recv()).await.ok().flatten(),
        };
        let Some(newer) = newer else { return };
        socket = *newer;
        // Whether the last word arrived nobody knows.
        if let Some(told) = carried.told {
            send(&mut socket, &protocol::state(told)).await;
        }
    }
}

impl Carried {
    async fn with_page(&mut self, socket: &mut WebSocket) -> Parted {
        let mut ping = tokio::time::interval(PING);
        loop {
            let sent = tokio::select! {
                state = self.call.states.recv() => {
                    let state = state.unwrap_or(CallerState::Ended);
                    self.told = Some(state);
                    let sent = send(socket, &protocol::state(state)).await;
                    if sent && state == CallerState::Ended {
                        return Parted::Over;
                    }
                    sent
                }
                Some(newer) = self.expected.sockets.recv() => return Parted::Newer(newer),
                message = socket.recv() => match message {
                    // What is not understood in a call never ends it.
                    Some(Ok(Message::Text(text))) => self.said(protocol::read(&text), socket).await,
                    Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_))) => true,
                    Some(Ok(Message::Close(frame))) => match frame {
                        Some(frame) if frame.code == RENEWED => false,
                        Some(_) | None => return Parted::Over,
                    },
                    Some(Err(_)) | None => false,
                },
                _ = ping.tick() => socket.send(Message::Ping(Vec::new().into())).await.is_ok(),
            };
            if !sent {
                return Parted::Broken;
            }
        }
    }

    /// `false` when the page is gone.
    async fn said(&self, said: Option<Said>, socket: &mut WebSocket) -> bool {
        match said {
            Some(Said::HangUp) => {
                self.call.hang_up();
                true
            }
            Some(Said::Restart(offer)) => match self.call.restart(offer).await {
                Ok(answer) => send(socket, &protocol::answer(&answer)).await,
                Err(_) => send(socket, &protocol::not_restarted()).await,
            },
            Some(Said::Offer(_) | Said::Resume(_)) | None => true,
        }
    }
}

/// Sends a message; `false` when the page is gone.
async fn send(socket: &mut WebSocket, value: &Value) -> bool {
    socket.send(Message::Text(value.to_string().into())).await.is_ok()
}
