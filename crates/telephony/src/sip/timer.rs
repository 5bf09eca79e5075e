//! Session timers (RFC 4028): a dialog whose refreshes stop coming is over, though nobody said BYE. Pure.

use rsipstack::sip::{Header, Headers};
use std::time::{Duration, Instant};

/// The shortest session that is agreed to (RFC 4028 section 4 recommends it), in seconds.
pub(super) const SHORTEST: u32 = 90;
/// What is proposed to whoever knows timers and names none, in seconds (the same section).
pub(super) const USUAL: u32 = 1_800;

/// Who keeps the session alive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refresher {
    Us,
    Them,
}

/// What a session timer wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    /// That we refresh the session.
    Refresh,
    /// That the session ends: the other side did not refresh it.
    End,
}

/// The timer of a session that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SessionTimer {
    seconds: u32,
    refresher: Refresher,
    /// When it was last refreshed.
    refreshed: Instant,
}

/// A session was asked for that is shorter than [`SHORTEST`]: 422.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooBrief;

impl SessionTimer {
    /// What a request of the other side asks for (section 9): theirs if they name one, the usual if they know timers. Unless
    /// they want us to refresh, they do. `None` for whoever knows no timers.
    ///
    /// # Errors
    /// [`TooBrief`].
    pub(super) fn asked(headers: &Headers, now: Instant) -> Result<Option<Self>, TooBrief> {
        let knows = headers.iter().any(|header| match header {
            Header::Supported(options) => names(options.value(), "timer"),
            Header::Require(options) => names(options.value(), "timer"),
            _ => false,
        });
        match (expires(headers), knows) {
            (Some((seconds, _)), _) if seconds < SHORTEST => Err(TooBrief),
            (Some((seconds, refresher)), _) => {
                let refresher = if refresher.as_deref() == Some("uas") { Refresher::Us } else { Refresher::Them };
                // Whoever put the timer in may be a proxy: a side that knows none refreshes nothing.
                let refresher = if knows { refresher } else { Refresher::Us };
                Ok(Some(Self { seconds, refresher, refreshed: now }))
            }
            (None, true) => Ok(Some(Self { seconds: USUAL, refresher: Refresher::Them, refreshed: now })),
            (None, false) => Ok(None),
        }
    }

    /// What the answer to a request of ours agreed to (section 7.2).
    pub(super) fn agreed(headers: &Headers, now: Instant) -> Option<Self> {
        let (seconds, refresher) = expires(headers)?;
        let refresher = if refresher.as_deref() == Some("uas") { Refresher::Them } else { Refresher::Us };
        Some(Self { seconds: seconds.max(SHORTEST), refresher, refreshed: now })
    }

    /// The headers of an answer to a request that asked for this timer.
    pub(super) fn answered(self) -> Vec<Header> {
        match self.refresher {
            Refresher::Us => vec![Header::SessionExpires(format!("{};refresher=uas", self.seconds).into())],
            Refresher::Them => vec![
                Header::SessionExpires(format!("{};refresher=uac", self.seconds).into()),
                Header::Require("timer".into()),
            ],
        }
    }

    /// The headers of a refresh of ours.
    pub(super) fn refresh(self) -> Vec<Header> {
        vec![
            Header::Supported("timer".into()),
            Header::SessionExpires(format!("{};refresher=uac", self.seconds).into()),
        ]
    }

    /// The session was refreshed now.
    pub(super) fn refreshed(self, now: Instant) -> Self {
        Self { refreshed: now, ..self }
    }

    /// When something is due, and what: a refresh after half the time, the end shortly before all of it (section 10).
    pub(super) fn due(self) -> (Instant, Due) {
        let all = Duration::from_secs(u64::from(self.seconds));
        match self.refresher {
            Refresher::Us => (self.refreshed + all / 2, Due::Refresh),
            Refresher::Them => (self.refreshed + all - (all / 3).min(Duration::from_secs(32)), Due::End),
        }
    }
}

/// The headers of an INVITE of ours: we know timers, and whoever is called refreshes.
pub(super) fn proposed() -> Vec<Header> {
    vec![Header::Supported("timer".into()), Header::SessionExpires(format!("{USUAL};refresher=uas").into())]
}

/// Whether a list of options names one (RFC 3261 section 20.32).
fn names(options: &str, wanted: &str) -> bool {
    options.split(',').any(|option| option.trim().eq_ignore_ascii_case(wanted))
}

/// The options of a Require header that are not understood here.
pub(super) fn not_understood(options: &str) -> impl Iterator<Item = &str> {
    options.split(',').map(str::trim).filter(|option| !option.is_empty() && !option.eq_ignore_ascii_case("timer"))
}

fn expires(headers: &Headers) -> Option<(u32, Option<String>)> {
    let value = headers.iter().find_map(|header| match header {
        Header::SessionExpires(value) => Some(value.value()),
        _ => None,
    })?;
    let mut parts = value.split(';').map(str::trim);
    let seconds = parts.next()?.parse().ok()?;
    let refresher = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim().eq_ignore_ascii_case("refresher").then(|| value.trim().to_ascii_lowercase())
    });
    Some((seconds, refresher))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[allow(clippy::disallowed_methods, reason = "any moment will do to count from")]
    fn any_moment() -> Instant {
        Instant::now()
    }

    fn headers(text: &[(&str, &str)]) -> Headers {
        let header = |(name, value): &(&str, &str)| match *name {
            "Supported" => Header::Supported((*value).into()),
            "Require" => Header::Require((*value).into()),
            _ => Header::SessionExpires((*value).into()),
        };
        text.iter().map(header).collect::<Vec<_>>().into()
    }

    #[test]
    fn what_is_asked_for_is_agreed_to() {
        let now = any_moment();
        let after = |seconds| now + Duration::from_secs(seconds);
        for (asked, due, told) in [
            (&[("Supported", "100rel, timer")][..], Some((after(1_768), Due::End)), "1800;refresher=uac"),
            (&[("Supported", "timer"), ("x", "600")], Some((after(568), Due::End)), "600;refresher=uac"),
            (&[("Supported", "timer"), ("x", "90;refresher=UAC")], Some((after(60), Due::End)), "90;refresher=uac"),
            (
                &[("Require", "timer"), ("x", "600; refresher = uas")],
                Some((after(300), Due::Refresh)),
                "600;refresher=uas",
            ),
            (&[("x", "600;refresher=uac")], Some((after(300), Due::Refresh)), "600;refresher=uas"),
            (&[("Supported", "timer"), ("x", "soon")], Some((after(1_768), Due::End)), "1800;refresher=uac"),
            (&[("Supported", "replaces")], None, ""),
            (&[], None, ""),
        ] {
            let timer = SessionTimer::asked(&headers(asked), now).unwrap();
            assert_eq!(timer.map(SessionTimer::due), due, "{asked:?}");
            let answered = timer.map(SessionTimer::answered).unwrap_or_default();
            let value = answered.iter().find_map(|header| match header {
                Header::SessionExpires(value) => Some(value.value().to_owned()),
                _ => None,
            });
            assert_eq!(value.unwrap_or_default(), told);
        }
        assert_eq!(SessionTimer::asked(&headers(&[("x", "89")]), now), Err(TooBrief));
    }

    #[test]
    fn what_others_agree_to_is_kept() {
        let now = any_moment();
        let due = |value| SessionTimer::agreed(&headers(&[("x", value)]), now).map(|timer| timer.due().1);
        assert_eq!(due("600;refresher=uas"), Some(Due::End));
        assert_eq!(due("600;refresher=uac"), Some(Due::Refresh));
        assert_eq!(due("600"), Some(Due::Refresh));
        assert_eq!(SessionTimer::agreed(&headers(&[]), now), None);
        let timer = SessionTimer::agreed(&headers(&[("x", "1;refresher=uas")]), now).unwrap();
        assert_eq!(timer.due().0, now + Duration::from_secs(60), "no shorter than is agreed to");
        let later = now + Duration::from_secs(40);
        assert_eq!(timer.refreshed(later).due().0, later + Duration::from_secs(60));
    }

    #[test]
    fn timers_are_understood_and_nothing_else_is() {
        assert_eq!(not_understood("timer").count(), 0);
        assert_eq!(not_understood("Timer, 100rel ,,x").collect::<Vec<_>>(), ["100rel", "x"]);
    }
}
