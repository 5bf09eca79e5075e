//! Who may still come in: so many callers before a human on a line, and of one number only few once it is crowded.

use super::Switchboard;
use crate::supervision::same_caller;
use crate::tag::CallerTags;
use crate::{Channel, LineId};

/// From which part of its bound on a line counts as crowded: a quarter.
const CROWDED: usize = 4;
/// So many callers of one number may be before a human on a crowded line. Two, so that whoever was cut off and calls again is
/// let in while their old call is not known to be over.
const OF_ONE_NUMBER: usize = 2;

impl Switchboard {
    /// Whether a line can take no more callers who wait. A page whose voice has not come is nobody yet: pages that only
    /// pretend to call must not turn telephones away, so they have a small bound of their own.
    pub(super) fn is_full(&self, line: &LineId, limit: u16, channel: Channel) -> bool {
        let crowd = self.crowds.get(line).copied().unwrap_or_default();
        let limit = usize::from(limit);
        crowd.waiting >= limit || (channel == Channel::Browser && crowd.voiceless >= (limit / 4).max(1))
    }

    /// Whether one more of these tags would take the places of others. While a line has room, a house with one number may call as
    /// often as it likes; a machine that calls and calls from a few numbers must not fill it.
    pub(super) fn holds_too_many(&self, line: &LineId, limit: u16, tags: Option<CallerTags>) -> bool {
        let waiting = self.crowds.get(line).map_or(0, |crowd| crowd.waiting);
        let Some(tags) = tags.filter(|_| waiting >= (usize::from(limit) / CROWDED).max(OF_ONE_NUMBER)) else {
            return false;
        };
        let theirs = self.calls.values().filter(|call| {
            call.facts.line.id == *line
                && call.stage.before_a_human()
                && call.facts.coming.tags.is_some_and(|own| same_caller(own, tags))
        });
        theirs.count() >= OF_ONE_NUMBER
    }
}
