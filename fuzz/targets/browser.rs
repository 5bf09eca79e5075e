//! Datagrams at a browser's leg that talks (STUN, DTLS, SRTP, SRTCP and anything else), from strangers and, as if they could
//! write it on theirs, from the browser's own address: true ones of that browser, changed, cut and made longer, and others. None ends
//! the leg, and none is heard as its voice.
#![no_main]

#[path = "peers.rs"]
mod peers;

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use peers::{BROWSER, BROWSERS_LEG, Pair, STRANGER};
use std::cell::RefCell;

#[derive(Debug, Arbitrary)]
enum Thrown<'a> {
    Bytes(&'a [u8]),
    /// One of the last true datagrams, with a byte changed, cut to a part of its length, and something put at its end.
    Changed {
        which: u8,
        at: u16,
        by: u8,
        cut: u8,
        more: &'a [u8],
    },
}

thread_local! {
    // A connection takes milliseconds to make: one is kept for as long as it stands, as a talk is.
    static PAIR: RefCell<Pair> = RefCell::new(Pair::connected());
}

fuzz_target!(
    // What panics within the stack is caught by the engine, which ends that leg: the check below finds it.
    init: std::panic::set_hook(Box::new(|why| eprintln!("{why}"))),
    |thrown: Vec<(bool, Thrown)>| PAIR.with_borrow_mut(|pair| {
        for (stranger, thrown) in thrown.iter().take(32) {
            let bytes = match thrown {
                Thrown::Bytes(bytes) => bytes.to_vec(),
                Thrown::Changed { which, at, by, cut, more } => {
                    let Some(genuine) = pair.genuine.get(usize::from(*which) % pair.genuine.len().max(1)) else { return };
                    let mut bytes = genuine.clone();
                    let at = usize::from(*at) % bytes.len();
                    bytes[at] ^= by;
                    bytes.truncate(bytes.len() - bytes.len() * usize::from(*cut) / 256);
                    bytes.extend_from_slice(more);
                    // A true check (STUN: RFC 7983 section 7) bears its proof wherever it comes from, and is answered there: so
                    // ICE finds out that an address has changed.
                    if bytes == *genuine || (*stranger && genuine[0] < 4) {
                        continue;
                    }
                    bytes
                }
            };
            pair.engine.browser_datagram(if *stranger { STRANGER } else { BROWSER }, &bytes, pair.now);
            for (leg, to, _) in pair.engine.sent() {
                assert!(to != STRANGER, "a stranger is answered");
                assert!(leg.is_none(), "what was forged is heard as a voice: {bytes:?}");
            }
        }
        assert!(pair.engine.knows(BROWSERS_LEG), "the leg is gone");
        pair.talk();
    })
);
