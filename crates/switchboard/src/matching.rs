//! Who is asked next: the longest ready.

use crate::ListenerId;
use crate::listener::Listeners;

/// The listener who has been ready for longest and whose desk is there; the smaller id if two are equal.
pub(crate) fn longest_ready(listeners: &Listeners) -> Option<ListenerId> {
    listeners
        .iter()
        .filter_map(|listener| listener.free_since().map(|since| (since, listener.id)))
        .min()
        .map(|(_, id)| id)
}
