//! The guard with time moved by hand.

use super::*;
use crate::sip::limits::Rate;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

#[allow(clippy::disallowed_methods, reason = "any moment will do to count from")]
fn start() -> Instant {
    Instant::now()
}

fn message(method: &str, number: u32) -> Vec<u8> {
    format!(
        "{method} sip:0199000805@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK{number}\r\n\
         From: <sip:a@b.invalid>;tag=1\r\nTo: <sip:c@d.invalid>\r\nCall-ID: {number}\r\nCSeq: 1 {method}\r\n\
         Contact: <sip:192.0.2.9>\r\nContent-Length: 0\r\n\r\n"
    )
    .into_bytes()
}

fn status(verdict: &Verdict<'_>) -> String {
    match verdict {
        Verdict::Pass(_) => "pass".to_owned(),
        Verdict::Answer(answer) => String::from_utf8_lossy(&answer[8..11]).into_owned(),
        Verdict::Drop => "drop".to_owned(),
    }
}

const PEER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 9));

#[test]
fn too_many_calls_are_put_off_and_the_rest_meets_silence() {
    let rate = |per_second, burst| Rate { per_second, burst };
    let bounds = Bounds { requests: rate(300, 600), openings: rate(120, 240), ..Bounds::default() };
    let (guard, now) = (Guard::new(bounds, start()), start());
    let mut seen = std::collections::BTreeMap::new();
    for number in 0..2_000 {
        *seen.entry(status(&guard.examine(PEER, &message("INVITE", number), now))).or_insert(0) += 1;
    }
    // 240 at once, then 503 as long as that is not a flood itself.
    assert_eq!((seen["pass"], seen["503"], seen["drop"]), (240, 100, 1_660));
    assert_eq!(status(&guard.examine(PEER, &message("OPTIONS", 1), now)), "drop");
    assert_eq!(status(&guard.examine(PEER, &message("BYE", 1), now)), "pass", "whoever talks can hang up");
    assert_eq!(status(&guard.examine(PEER, &message("ACK", 1), now)), "pass");
    let later = now + Duration::from_secs(1);
    assert_eq!(status(&guard.examine(PEER, &message("INVITE", 9_000), later)), "pass", "there is room again");
    let figures = guard.figures();
    let excess = figures.excess_requests.load(Relaxed) + figures.excess_calls.load(Relaxed);
    assert_eq!((excess, figures.put_off.load(Relaxed)), (1_761, 100));
    assert_eq!((figures.sources.load(Relaxed), figures.live.load(Relaxed)), (1, 241));
}

#[test]
fn a_call_that_is_put_off_is_told_when_to_come_back() {
    let bounds = Bounds { live: 1, ..Bounds::default() };
    let (guard, now) = (Guard::new(bounds, start()), start());
    assert_eq!(status(&guard.examine(PEER, &message("INVITE", 1), now)), "pass");
    assert_eq!(status(&guard.examine(PEER, &message("INVITE", 1), now)), "pass", "asked for again");
    let Verdict::Answer(answer) = guard.examine(PEER, &message("INVITE", 2), now) else { panic!() };
    assert!(String::from_utf8(answer).unwrap().contains("\r\nRetry-After: 5\r\n"));
    let again = message("INVITE", 2).iter().map(|byte| *byte as char).collect::<String>();
    let again = again.replace("<sip:c@d.invalid>", "<sip:c@d.invalid>;tag=ours");
    assert_eq!(status(&guard.examine(PEER, again.as_bytes(), now)), "pass", "a call in progress is no new one");
    assert_eq!(guard.figures().excess_live.load(Relaxed), 1);
}

#[test]
fn everything_is_counted_once() {
    let (guard, now) = (Guard::new(Bounds::default(), start()), start());
    for bytes in [&message("INVITE", 1)[..], &message("REFER", 2), b"\r\n", b"SIP/2.0 999 No\r\n\r\n", b"junk\r\n\r\n"]
    {
        let _ = guard.examine(PEER, bytes, now);
    }
    for _ in 0..30 {
        let _ = guard.turn_away(&message("INVITE", 3), now);
    }
    let figures = guard.figures();
    let counted =
        [&figures.passed, &figures.refused, &figures.dropped, &figures.strangers].map(|own| own.load(Relaxed));
    assert_eq!(counted, [1, 1, 3, 30]);
    assert_eq!(guard.turn_away(&message("INVITE", 3), now), None, "not more than twenty a second");
}
