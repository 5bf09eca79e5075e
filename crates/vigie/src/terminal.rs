//! Words for the person at the terminal: results on standard output, complaints on standard error.

use std::io::{IsTerminal, Write};

/// Prints a line of the result.
pub(crate) fn say(words: &str) {
    // A reader that has gone away (`| head`) needs no more words.
    let _gone = writeln!(std::io::stdout(), "{words}");
    let _gone = std::io::stdout().flush();
}

/// Says what went wrong.
pub(crate) fn complain(words: &str) {
    let _gone = writeln!(std::io::stderr(), "vigie: {words}");
}

/// Whether somebody watches.
pub(crate) fn watched() -> bool {
    std::io::stderr().is_terminal()
}
