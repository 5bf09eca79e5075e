//! Measures the switchboard on this machine: `cargo run --release -p rehearsal --example bench`.

use std::io::Write;

fn main() -> std::io::Result<()> {
    let bench = rehearsal::nights::bench(in_use);
    std::io::stdout().write_all(bench.text().as_bytes())
}

/// The bytes that this process has in use, where the system says so (Linux).
fn in_use() -> Option<u64> {
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    pages.split(' ').nth(1)?.parse::<u64>().ok().map(|pages| pages * 4096)
}
