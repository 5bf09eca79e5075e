//! How many people a load of calls needs: the formulas of Erlang, by exact sums.
//!
//! The offered load `a` is in erlangs: calls that come in an hour times the hours that one takes. Erlang B is for a house where
//! nobody can wait, Erlang C for one where everybody waits for ever, and Erlang A for one where callers lose patience, which is
//! what callers do: with few people Erlang C tells of waits of an hour that nobody ever waits, and hides the callers who left.
//!
//! Sources: A. K. Erlang (1917) for B and C; A. Mandelbaum and S. Zeltyn, "The Palm/Erlang-A queue, with applications to call
//! centers" (2005) for A. Teams are small here, so sums are exact and no square-root rule is used.

/// Where a sum over callers who wait may stop: what is left is below what a double can tell.
const NEGLIGIBLE: f64 = 1e-15;
/// The most terms of a sum, for loads that no helpline has.
const MOST_TERMS: u32 = 1_000_000;

/// What callers meet in a queue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Queueing {
    /// Which share of callers wait at all, from 0 to 1.
    pub waits: f64,
    /// Which share of callers leave before they are answered, from 0 to 1.
    pub abandons: f64,
    /// How long a caller waits on average, whether answered or not, in seconds.
    pub wait_seconds: f64,
}

/// The share of callers who find every one of `people` busy, where nobody can wait (Erlang B). None for a load that is not a
/// number of erlangs.
#[must_use]
pub fn erlang_b(load: f64, people: u32) -> Option<f64> {
    if !load.is_finite() || load < 0.0 {
        return None;
    }
    let mut blocked = 1.0;
    for seat in 1..=people {
        let seat = f64::from(seat);
        blocked = load * blocked / (seat + load * blocked);
    }
    Some(blocked)
}

/// The share of callers who wait, where nobody ever leaves (Erlang C). None where the load is more than `people` can carry: the
/// queue would grow without end.
#[must_use]
pub fn erlang_c(load: f64, people: u32) -> Option<f64> {
    let blocked = erlang_b(load, people)?;
    let seats = f64::from(people);
    (seats > load).then(|| seats * blocked / (seats - load * (1.0 - blocked)))
}

/// The mean speed of answer where nobody ever leaves, in seconds, for calls of `handling_seconds` (Erlang C).
#[must_use]
pub fn erlang_c_wait(load: f64, people: u32, handling_seconds: f64) -> Option<f64> {
    Some(erlang_c(load, people)? * handling_seconds / (f64::from(people) - load))
}

/// The share of callers answered within `seconds` where nobody ever leaves (Erlang C).
#[must_use]
pub fn erlang_c_within(load: f64, people: u32, handling_seconds: f64, seconds: f64) -> Option<f64> {
    let waits = erlang_c(load, people)?;
    Some(1.0 - waits * (-(f64::from(people) - load) * seconds / handling_seconds).exp())
}

/// What callers meet who lose patience after `patience_seconds` on average (Erlang A): a birth and death process in which each
/// of those who wait leaves at the same rate. None for what cannot be: no load, no people, no patience.
#[must_use]
pub fn erlang_a(load: f64, people: u32, handling_seconds: f64, patience_seconds: f64) -> Option<Queueing> {
    let positive = |value: f64| value.is_finite() && value > 0.0;
    if !positive(load) || !positive(handling_seconds) || !positive(patience_seconds) || people == 0 {
        return None;
    }
    let (served, leaving) = (1.0 / handling_seconds, 1.0 / patience_seconds);
    let arriving = load * served;
    // The states are weighed against that in which everybody talks and nobody waits: downwards to the empty house, upwards
    // to a queue so long that it does not happen. No factorial is ever computed, so that none can overflow.
    let mut below = 0.0;
    let mut weight = 1.0;
    for busy in (1..=people).rev() {
        weight *= f64::from(busy) / load;
        below += weight;
    }
    let (mut waiting, mut queue, mut weight) = (1.0, 0.0, 1.0);
    for place in 1..=MOST_TERMS {
        weight *= arriving / (f64::from(people) * served + f64::from(place) * leaving);
        waiting += weight;
        queue += f64::from(place) * weight;
        if f64::from(place) * weight < NEGLIGIBLE * waiting {
            break;
        }
    }
    let all = below + waiting;
    let wait_seconds = queue / all / arriving;
    Some(Queueing { waits: waiting / all, abandons: wait_seconds * leaving, wait_seconds })
}

/// How long callers are patient on average, in seconds, from how many abandoned and how long all of them waited, those who were
/// answered too. From abandoners alone it would come out far too short: the patient ones never appear among them. None
/// when nobody abandoned: then it is longer than can be told.
#[must_use]
pub fn patience_seconds(abandoned: u64, all_waits_ms: i64) -> Option<f64> {
    // Waits of a year in milliseconds are far below 2^53, so nothing is lost.
    (abandoned > 0 && all_waits_ms > 0).then(|| all_waits_ms as f64 / 1000.0 / abandoned as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Load in erlangs, people, handling in seconds; B, C, mean wait of C; share who wait, share who leave, mean wait of A
    /// with a patience of 120 seconds on average. Two services of listening and one of short calls, in double precision.
    type Vector = (f64, u32, f64, [f64; 3], [f64; 3]);

    const VECTORS: &[Vector] = &[
        (19.0 * 29.0 / 1440.0, 1, 1740.0, [0.276745, 0.382639, 1078.45], [0.281716, 0.263756, 31.651]),
        (19.0 * 29.0 / 1440.0, 2, 1740.0, [0.050284, 0.061450, 66.11], [0.051404, 0.045241, 5.429]),
        (19.0 * 29.0 / 1440.0, 3, 1740.0, [0.006373, 0.007298, 4.85], [0.006513, 0.005407, 0.649]),
        (19.0 * 29.0 / 1440.0, 4, 1740.0, [0.000609, 0.000674, 0.32], [0.000622, 0.000489, 0.059]),
        (3.0 * 19.0 * 29.0 / 1440.0, 4, 1740.0, [0.023106, 0.032107, 19.59], [0.024554, 0.019388, 2.327]),
        (3.0 * 19.0 * 29.0 / 1440.0, 5, 1740.0, [0.005277, 0.006838, 3.09], [0.005596, 0.004197, 0.504]),
        (2.0 * 350.0 * 20.0 / 1440.0, 10, 1200.0, [0.201732, 0.900967, 3892.18], [0.299366, 0.173564, 20.828]),
        (2.0 * 350.0 * 20.0 / 1440.0, 14, 1200.0, [0.049822, 0.146469, 41.09], [0.075251, 0.036713, 4.406]),
        (2.0 * 350.0 * 20.0 / 1440.0, 18, 1200.0, [0.005669, 0.012245, 1.78], [0.008241, 0.003451, 0.414]),
        (24.0, 26, 240.0, [0.102175, 0.596682, 71.60], [0.313706, 0.058469, 7.016]),
        (24.0, 30, 240.0, [0.040121, 0.172862, 6.91], [0.116319, 0.017090, 2.051]),
    ];

    fn near(found: f64, expected: f64, within: f64) {
        assert!((found - expected).abs() <= within, "{found} is not {expected}");
    }

    #[test]
    fn the_reference_values_come_out() {
        for (load, people, handling, [b, c, wait], [waits, abandons, wait_a]) in VECTORS {
            near(erlang_b(*load, *people).unwrap(), *b, 5e-7);
            near(erlang_c(*load, *people).unwrap(), *c, 5e-7);
            near(erlang_c_wait(*load, *people, *handling).unwrap(), *wait, 5e-3);
            let met = erlang_a(*load, *people, *handling, 120.0).unwrap();
            near(met.waits, *waits, 5e-7);
            near(met.abandons, *abandons, 5e-7);
            near(met.wait_seconds, *wait_a, 5e-4);
            near(met.abandons, met.wait_seconds / 120.0, 1e-12);
        }
    }

    #[test]
    fn with_endless_patience_it_is_the_house_where_nobody_leaves() {
        let (c, wait) = (erlang_c(9.5, 12).unwrap(), erlang_c_wait(9.5, 12, 600.0).unwrap());
        let patient = erlang_a(9.5, 12, 600.0, 1e12).unwrap();
        near(patient.waits, c, 1e-6);
        near(patient.wait_seconds, wait, 1e-3);
        near(erlang_c_within(9.5, 12, 600.0, 0.0).unwrap(), 1.0 - c, 1e-12);
        assert!(erlang_c_within(9.5, 12, 600.0, 120.0).unwrap() > 1.0 - c);
    }

    #[test]
    fn what_cannot_be_has_no_answer() {
        assert_eq!(erlang_c(3.0, 3), None, "the queue would grow without end");
        assert_eq!(erlang_b(f64::NAN, 3), None);
        assert_eq!(erlang_b(0.0, 0), Some(1.0));
        assert_eq!(erlang_a(0.0, 3, 60.0, 60.0), None);
        assert_eq!(erlang_a(3.0, 0, 60.0, 60.0), None);
        // More than the people can carry: with impatient callers it still has an answer.
        let overrun = erlang_a(50.0, 10, 600.0, 60.0).unwrap();
        near(overrun.abandons, 0.8, 0.01);
    }

    #[test]
    fn patience_is_not_that_of_those_who_left_alone() {
        assert_eq!(patience_seconds(2, 240_000), Some(120.0));
        assert_eq!(patience_seconds(0, 240_000), None);
        assert_eq!(patience_seconds(2, 0), None);
    }
}
