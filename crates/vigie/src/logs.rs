//! Logs: to standard error, from our own rooms alone.
//!
//! The SIP stack logs whole messages, with the caller's number in them, and the WebRTC stack logs addresses. So targets are
//! denied by default: only the rooms listed here are ever written, whatever `RUST_LOG` says.

use tracing::Metadata;
use tracing_subscriber::filter::{EnvFilter, FilterExt, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry};

const ROOMS: [&str; 9] =
    ["vigie", "web", "node", "telephony", "store", "directory", "care", "switchboard", "rehearsal"];

fn ours(target: &str) -> bool {
    ROOMS.iter().any(|room| target == *room || target.strip_prefix(room).is_some_and(|rest| rest.starts_with("::")))
}

fn allowed(metadata: &Metadata<'_>) -> bool {
    ours(metadata.target())
}

/// Says where a fault was and nothing of what it held: a panic's message may quote what came from outside.
fn tell_where(panic: &std::panic::PanicHookInfo<'_>) {
    let location = panic.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(%location, "a fault in the program; what it met is not told");
}

/// Starts logging, at `RUST_LOG`'s level or `info`.
pub(crate) fn start() {
    let level = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let layer = tracing_subscriber::fmt::layer()
        .with_ansi(crate::terminal::watched())
        .with_writer(std::io::stderr)
        .with_filter(level.and(filter_fn(allowed)));
    Registry::default().with(layer).init();
    std::panic::set_hook(Box::new(tell_where));
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn no_level_switches_the_stacks_on() {
        let sink = Sink::default();
        let writer = sink.clone();
        let layer = tracing_subscriber::fmt::layer()
            .with_writer(move || writer.clone())
            .with_filter(EnvFilter::new("trace,rsipstack=trace,str0m=trace").and(filter_fn(allowed)));
        tracing::subscriber::with_default(Registry::default().with(layer), || {
            tracing::info!(target: "rsipstack::transport::udp", "0612345678");
            tracing::error!(target: "str0m::ice", "192.0.2.1");
            tracing::error!(target: "sqlx::query", "a row");
            tracing::error!(target: "vigiesomething", "not us");
            tracing::trace!(target: "telephony::sip", "ours");
        });
        let written = String::from_utf8(sink.0.lock().unwrap().clone()).unwrap();
        assert!(written.contains("ours"));
        for secret in ["0612345678", "192.0.2.1", "a row", "not us"] {
            assert!(!written.contains(secret), "{written}");
        }
    }
}
