//! The rules of the house, held by reading the tree. Each test is one rule; what is let off is in `exemptions.rs`, and
//! nowhere else.

// Everything here is a test, also what clippy does not see as one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod arrows;
mod code;
mod exemptions;
mod names;
mod papers;
mod sizes;
mod tree;

/// One place where a rule does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Finding {
    file: String,
    what: String,
}

/// Holds a rule: every finding is let off by name, and everything let off is still found.
fn hold(rule: &str, findings: &[Finding]) {
    let exempt: Vec<_> = exemptions::EXEMPTIONS.iter().filter(|exemption| exemption.rule == rule).collect();
    let refused: Vec<_> = findings
        .iter()
        .filter(|finding| !exempt.iter().any(|exemption| exemption.file == finding.file))
        .map(|finding| format!("  {}: {}", finding.file, finding.what))
        .collect();
    assert!(refused.is_empty(), "\n{rule}:\n{}\n", refused.join("\n"));
    for exemption in exempt {
        let needed = findings.iter().any(|finding| finding.file == exemption.file);
        assert!(needed, "{} is tidy again under \"{rule}\": take it out of exemptions.rs", exemption.file);
    }
}
