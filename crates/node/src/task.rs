//! Tasks that run beside the house.

/// Begins a task that ends with the house: what it listens to or writes to is the house's.
#[allow(clippy::disallowed_methods, reason = "the house owns this task: it ends with what it listens to")]
pub(crate) fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    tokio::spawn(task);
}
