//! Datagrams at a browser's leg that is about to connect. Those of strangers keep no browser from connecting; those that bear
//! the browser's own address may spoil its handshake, and no more: the engine and its other legs go on.
#![no_main]

#[path = "peers.rs"]
mod peers;

use libfuzzer_sys::fuzz_target;
use peers::{BROWSER, Pair, STRANGER};

fuzz_target!(
    init: std::panic::set_hook(Box::new(|why| eprintln!("{why}"))),
    |thrown: (bool, Vec<(u8, &[u8])>)| {
        let (strangers, thrown) = thrown;
        let mut pair = Pair::new();
        for (rounds, bytes) in thrown.iter().take(16) {
            for _ in 0..rounds % 4 {
                pair.step(true);
            }
            pair.engine.browser_datagram(if strangers { STRANGER } else { BROWSER }, bytes, pair.now);
            assert!(pair.engine.sent().iter().all(|(_, to, _)| *to != STRANGER), "a stranger is answered");
        }
        if strangers {
            pair.connect();
        } else {
            for _ in 0..50 {
                pair.step(true);
            }
        }
        pair.others_are_heard();
    }
);
