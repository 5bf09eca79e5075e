//! What is committed becomes what screens show.

use std::sync::Arc;
use store::{LiveBoard, Recorded, Store};
use tokio::sync::{broadcast, watch};

/// Folds committed events into the live board, for as long as there are any.
pub(crate) async fn announce(
    store: Store,
    mut board: LiveBoard,
    mut committed: broadcast::Receiver<Arc<Vec<Recorded>>>,
    live: watch::Sender<Arc<LiveBoard>>,
) {
    loop {
        match committed.recv().await {
            Ok(batch) => {
                for recorded in batch.iter() {
                    board.apply(recorded);
                }
            }
            // This task fell behind: the journal knows what was missed.
            Err(broadcast::error::RecvError::Lagged(_)) => match store.live_board().await {
                Ok(whole) => board = whole,
                Err(fault) => tracing::error!(%fault, "the live board cannot be read anew; it may be out of date"),
            },
            Err(broadcast::error::RecvError::Closed) => return,
        }
        live.send_replace(Arc::new(board.clone()));
    }
}
