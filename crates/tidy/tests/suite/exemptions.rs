//! Everything that is let off, in one place. The list may only shrink: what has become tidy must be taken out (the tests
//! say so), and `MOST` is never raised.

/// One file that one rule lets off.
pub(crate) struct Exemption {
    pub(crate) rule: &'static str,
    pub(crate) file: &'static str,
    /// Why, for whoever would like to take it out.
    pub(crate) reason: &'static str,
}

/// As many as there ever may be.
const MOST: usize = 5;

pub(crate) const EXEMPTIONS: &[Exemption] = &[
    Exemption {
        rule: "the clock is read in few places",
        file: "crates/vigie/src/commands/rehearse.rs",
        reason: "asks the progress bar how long it has been shown; nothing is decided by it",
    },
    Exemption {
        rule: "the fields of a struct",
        file: "crates/node/src/house.rs",
        reason: "the owner of every part of a running house; the parts that only reports need could be one",
    },
    Exemption {
        rule: "the fields of a struct",
        file: "crates/rehearsal/src/sip.rs",
        reason: "a whole telephone in one value; its sound and its signalling could be two",
    },
    Exemption {
        rule: "no word of a private place",
        file: ".ci/run",
        reason: "hands reference data that may lie beside the checkout to the tests that can use it",
    },
    Exemption {
        rule: "no word of a private place",
        file: "crates/tidy/tests/suite/papers.rs",
        reason: "names the words in order to refuse them",
    },
];

#[test]
fn the_list_only_shrinks_and_every_line_has_its_reason() {
    assert!(EXEMPTIONS.len() <= MOST, "an exemption was added: make the place tidy instead");
    for exemption in EXEMPTIONS {
        assert!(exemption.reason.len() > 20, "{} has no reason", exemption.file);
    }
}
