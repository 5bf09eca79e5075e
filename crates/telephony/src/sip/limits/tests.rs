//! The measures by hand, and against any sequence of messages.

use super::*;
use proptest::prelude::*;
use std::net::Ipv4Addr;

#[allow(clippy::disallowed_methods, reason = "any moment will do to count from")]
fn start() -> Instant {
    Instant::now()
}

fn peer(number: u32) -> IpAddr {
    Ipv4Addr::from_bits(0xC633_6400 + number).into()
}

fn small() -> Bounds {
    let rate = |per_second, burst| Rate { per_second, burst };
    Bounds {
        requests: rate(10, 20),
        openings: rate(4, 8),
        endings: rate(20, 40),
        all: rate(30, 60),
        refusals: rate(2, 4),
        strangers: rate(1, 2),
        sources: 3,
        live: 12,
        lifetime: Duration::from_secs(4),
    }
}

fn taken(limits: &mut Limits, from: IpAddr, kind: Kind, tries: u32, now: Instant) -> usize {
    (0..tries).filter(|_| limits.admit(from, kind, now).is_ok()).count()
}

#[test]
fn a_source_has_its_burst_and_then_its_rate() {
    let (mut limits, now) = (Limits::new(small(), start()), start());
    assert_eq!(taken(&mut limits, peer(1), Kind::Request, 100, now), 20);
    assert_eq!(limits.admit(peer(1), Kind::Request, now), Err(Excess::Requests));
    assert_eq!(taken(&mut limits, peer(1), Kind::Request, 100, now + Duration::from_secs(1)), 10);
    assert_eq!(
        taken(&mut limits, peer(1), Kind::Request, 100, now + Duration::from_secs(600)),
        20,
        "no more is saved up"
    );
}

#[test]
fn who_floods_can_still_hang_up_and_takes_nothing_from_others() {
    let (mut limits, now) = (Limits::new(small(), start()), start());
    taken(&mut limits, peer(1), Kind::Request, 1_000, now);
    assert_eq!(taken(&mut limits, peer(1), Kind::Ending, 100, now), 40);
    assert_eq!(limits.admit(peer(1), Kind::Ending, now), Err(Excess::Endings));
    assert_eq!(taken(&mut limits, peer(2), Kind::Request, 5, now), 5);
}

#[test]
fn all_together_have_a_bound() {
    let (mut limits, now) = (Limits::new(small(), start()), start());
    let sum: usize = (0..10).map(|number| taken(&mut limits, peer(number), Kind::Request, 50, now)).sum();
    assert_eq!(sum, 60);
    assert_eq!(taken(&mut limits, peer(0), Kind::Ending, 5, now), 5, "endings are not among them");
}

#[test]
fn new_calls_have_a_measure_of_their_own_and_repeats_are_no_new_calls() {
    let (mut limits, now) = (Limits::new(small(), start()), start());
    for call in 0..8 {
        assert_eq!(limits.open(peer(1), call, now), Ok(()));
    }
    assert_eq!(limits.open(peer(1), 8, now), Err(Excess::Openings));
    for call in 0..8 {
        assert_eq!(limits.open(peer(1), call, now), Ok(()), "asked for again");
    }
    assert_eq!(limits.live(), 8);
    assert_eq!(limits.open(peer(2), 0, now), Ok(()), "the same name from elsewhere is another call");
    for call in 1..4 {
        assert_eq!(limits.open(peer(2), call, now), Ok(()));
    }
    assert_eq!(limits.open(peer(2), 9, now), Err(Excess::Live));
    let later = now + Duration::from_secs(4);
    assert_eq!(limits.open(peer(2), 9, later), Ok(()));
    assert_eq!(limits.live(), 1);
}

#[test]
fn made_up_addresses_push_nobody_out() {
    let (mut limits, now) = (Limits::new(small(), start()), start());
    assert!(limits.admit(peer(0), Kind::Request, now).is_ok());
    for number in 1..1_000 {
        let _ = limits.admit(peer(number), Kind::Ending, now);
    }
    assert_eq!(limits.sources(), 3);
    assert_eq!(taken(&mut limits, peer(0), Kind::Ending, 5, now), 5);
    assert_eq!(limits.admit(peer(77), Kind::Ending, now), Err(Excess::Endings), "the rest share one measure");
    let rested = now + REST;
    assert!(limits.admit(peer(77), Kind::Ending, rested).is_ok());
    assert_eq!(limits.sources(), 3, "who rested gave way");
}

#[test]
fn one_site_is_one_source() {
    let (mut limits, now) = (Limits::new(small(), start()), start());
    for last in 0..50u16 {
        let _ = limits.admit(IpAddr::V6(Ipv6Addr::new(0x2001, 0xDB8, 1, 2, 0, 0, 0, last)), Kind::Request, now);
    }
    let _ = limits.admit("::ffff:192.0.2.1".parse().unwrap(), Kind::Request, now);
    let _ = limits.admit("192.0.2.1".parse().unwrap(), Kind::Request, now);
    assert_eq!(limits.sources(), 2);
}

#[test]
fn answers_to_a_flood_are_few() {
    let (mut limits, now) = (Limits::new(small(), start()), start());
    assert_eq!((0..100).filter(|_| limits.may_refuse(now)).count(), 4);
    assert_eq!((0..100).filter(|_| limits.may_answer_stranger(now)).count(), 2);
    assert!(limits.may_refuse(now + Duration::from_secs(1)));
}

#[test]
fn a_busy_trunk_is_far_below_the_measures() {
    let (mut limits, begun) = (Limits::new(Bounds::default(), start()), start());
    // Eighty calls a second for five minutes, each with its INVITE sent twice, an ACK and a BYE.
    for call in 0..24_000u64 {
        let now = begun + Duration::from_micros(12_500) * u32::try_from(call).unwrap();
        for _ in 0..2 {
            assert_eq!(limits.admit(peer(1), Kind::Request, now), Ok(()));
            assert_eq!(limits.open(peer(1), call, now), Ok(()));
        }
        for _ in 0..2 {
            assert_eq!(limits.admit(peer(1), Kind::Ending, now), Ok(()));
        }
    }
    assert!(limits.live() <= 2_600);
}

proptest! {
    #[test]
    fn nothing_grows_beyond_its_bound_and_no_rate_is_passed(
        steps in prop::collection::vec((0u32..40, 0u8..3, 0u64..500, 0u64..200), 1..600),
    ) {
        let (mut limits, begun) = (Limits::new(small(), start()), start());
        let mut now = begun;
        let (mut requests, mut openings) = (HashMap::new(), HashMap::new());
        for (number, kind, wait, call) in steps {
            now += Duration::from_millis(wait);
            match kind {
                0 => if limits.admit(peer(number), Kind::Request, now).is_ok() {
                    *requests.entry(number).or_insert(0u128) += 1;
                },
                1 => { let _ = limits.admit(peer(number), Kind::Ending, now); }
                _ => {
                    let before = limits.live();
                    if limits.open(peer(number), call, now).is_ok() && limits.live() > before {
                        *openings.entry(number).or_insert(0u128) += 1;
                    }
                }
            }
            prop_assert!(limits.sources() <= small().sources && limits.live() <= small().live);
            prop_assert_eq!(limits.live(), limits.forgotten.len());
        }
        // A source may have used the shared measure before it had its own, and may lose its place, after a rest.
        let millis = now.saturating_duration_since(begun).as_millis();
        for taken in requests.values() {
            prop_assert!(*taken <= 2 * (20 + millis * 10 / 1_000 + 1) + millis / REST.as_millis() * 20);
        }
        for taken in openings.values() {
            prop_assert!(*taken <= 2 * (8 + millis * 4 / 1_000 + 1) + millis / REST.as_millis() * 8);
        }
    }
}
