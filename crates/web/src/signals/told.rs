//! How many signals are open, in the bar of every page of those who oversee: whatever they are doing, they are told.

use crate::App;
use crate::door::Colleague;
use crate::words::Words;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use care::SignalStage;
use maud::{Markup, html};
use node::OpenSignal;
use serde_json::{Value, json};
use std::time::Duration;

/// How often the page hears that the house is there.
const HEARTBEAT: Duration = Duration::from_secs(5);
/// After how many of them it is asked whether the reader is still who they were.
const BEATS: u32 = 12;
/// How long a page may take to read a message before it counts as gone.
const PATIENCE: Duration = Duration::from_secs(15);

/// Where the tally of the bar is.
pub(crate) const SOCKET: &str = "/signals/ws";

/// How many are open, and how many of them somebody must see to: those that nobody took, and those that are not closed in
/// time.
pub(crate) fn tally(words: Words, open: &[OpenSignal]) -> Markup {
    let due = due(open).count();
    let counts = [("open", open.len().to_string()), ("due", due.to_string())];
    let counts = counts.each_ref().map(|(name, count)| (*name, count.as_str()));
    html! {
        @if !open.is_empty() {
            span.tally data-due=(due > 0) aria-hidden="true" { (open.len()) }
            span.unseen { (words.fill("signals.tally", &counts)) }
        }
    }
}

fn due(open: &[OpenSignal]) -> impl Iterator<Item = &OpenSignal> {
    open.iter().filter(|one| one.stage != SignalStage::Taken)
}

/// Whether somebody must see to one of them.
pub(crate) fn is_due(open: &[OpenSignal]) -> bool {
    due(open).next().is_some()
}

/// What the page is told: the tally, and each signal that somebody must see to with the stage that it has reached, so that
/// the page tells a new one, and one that has waited for longer than it may.
fn message(words: Words, open: &[OpenSignal]) -> Value {
    let due: Vec<String> = due(open).map(|one| format!("{}:{:?}", one.row.id, one.stage)).collect();
    json!({ "tally": tally(words, open).into_string(), "due": due })
}

/// `GET /signals/ws`
pub(crate) async fn tally_socket(State(app): State<App>, colleague: Colleague, upgrade: WebSocketUpgrade) -> Response {
    // The page says nothing on it.
    upgrade.max_message_size(1024).max_frame_size(1024).on_upgrade(async move |mut socket| {
        let _gone = follow(&app, &colleague, &mut socket).await;
    })
}

/// The page is gone, or may not be told any more.
struct Gone;

async fn follow(app: &App, colleague: &Colleague, socket: &mut WebSocket) -> Result<(), Gone> {
    let signals = app.house.signals();
    let (_watch, mut open) = (signals.watch_over(colleague.staff.listener()), signals.open());
    let mut heartbeat = tokio::time::interval(HEARTBEAT);
    let mut beats = 0;
    open.mark_changed();
    loop {
        tokio::select! {
            changed = open.changed() => {
                changed.map_err(|_| Gone)?;
                let told = message(colleague.words, &open.borrow_and_update());
                send(socket, &told).await?;
            }
            _ = heartbeat.tick() => {
                beats = (beats + 1) % BEATS;
                if beats == 0 && !app.keys.is_still(&colleague.staff).await {
                    return Err(Gone);
                }
                send(socket, &json!({})).await?;
            }
            said = socket.recv() => match said {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(Gone),
                Some(Ok(_)) => {}
            },
        }
    }
}

async fn send(socket: &mut WebSocket, value: &Value) -> Result<(), Gone> {
    let message = Message::Text(value.to_string().into());
    match tokio::time::timeout(PATIENCE, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(Gone),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    #[test]
    fn the_tally_counts_what_is_open_and_tells_what_somebody_must_see_to() {
        let open = |id, stage| OpenSignal {
            row: store::SignalRow {
                id,
                call: 7,
                line: "sps".to_owned(),
                cause: "alert".to_owned(),
                raised_at: 1,
                raised_by: 9,
                words: "seule".to_owned(),
                taken: None,
                closed: None,
                outcome: None,
            },
            stage,
        };
        let words = Words(Language::Fr);
        assert_eq!(tally(words, &[]).into_string(), "");
        let calm = tally(words, &[open(1, SignalStage::Taken)]).into_string();
        assert!(calm.contains("data-due=\"false\"") && calm.contains(">1<"), "{calm}");
        let both = [open(1, SignalStage::Overdue), open(2, SignalStage::Raised), open(3, SignalStage::Taken)];
        let told = message(words, &both);
        assert_eq!(told["due"], json!(["1:Overdue", "2:Raised"]));
        let drawn = told["tally"].as_str().unwrap();
        assert!(drawn.contains("data-due=\"true\"") && drawn.contains(">3<") && !drawn.contains("seule"), "{drawn}");
    }
}
