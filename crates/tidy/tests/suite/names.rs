//! Who may name what: the only-rules.

use crate::code::{shipped, shipped_files};
use crate::{Finding, hold, tree};

/// Where some words may stand: in files whose path begins with one of these.
struct Only {
    rule: &'static str,
    words: &'static [&'static str],
    places: &'static [&'static str],
}

const ONLY: &[Only] = &[
    Only {
        rule: "the SIP stack is named in few places",
        words: &["rsipstack"],
        places: &["crates/telephony/src/sip/", "crates/telephony/src/wire/sip_socket.rs"],
    },
    Only {
        rule: "the WebRTC stack is named in one place",
        words: &["str0m"],
        places: &["crates/telephony/src/browser/"],
    },
    Only {
        rule: "the decoders of recordings are named in one file",
        words: &["symphonia"],
        places: &["crates/telephony/src/audio/import.rs"],
    },
    Only {
        rule: "the resolver is named in one file",
        words: &["hickory_resolver"],
        places: &["crates/telephony/src/sip/srv.rs"],
    },
    // Together these two say that no input makes a call go to a number that no coordinator put on a list.
    Only {
        rule: "a number to call is read from the plan and the staff alone",
        words: &["OutsideNumber::read"],
        places: &["crates/node/src/staffing.rs", "crates/telephony/src/number.rs", "crates/telephony/src/sip/gate.rs"],
    },
    Only {
        rule: "a call to the outside is placed by one file",
        words: &["InviteOption", "do_invite", "do_invite_async"],
        places: &["crates/telephony/src/sip/place.rs"],
    },
    Only { rule: "a database is named in one room", words: &["sqlx"], places: &["crates/store/"] },
    Only {
        rule: "HTTP and HTML are named in one room",
        words: &["axum", "maud"],
        places: &["crates/web/", "crates/vigie/src/wiring"],
    },
    Only {
        rule: "files and environment are read in one place",
        words: &["std::fs", "tokio::fs", "std::env", "fs::", "env::", "File::open", "File::create"],
        places: &[
            "crates/vigie/src/config/",
            "crates/store/src/sql/",
            "crates/store/src/sealed.rs",
            "crates/store/src/kept.rs",
            "crates/tidy/",
        ],
    },
    Only {
        rule: "the clock is read in few places",
        words: &["Instant::now", "SystemTime::now", "Timestamp::now", "Zoned::now", ".elapsed()"],
        places: &[
            "crates/telephony/src/wire/",
            "crates/node/src/",
            "crates/web/src/door/",
            "crates/rehearsal/src/clock.rs",
            "crates/vigie/src/commands/mod.rs",
        ],
    },
];

/// Where a word stands in code by itself: `env::` is not in `my_env::`.
fn lines_with(code: &str, word: &str) -> Vec<usize> {
    let stands_alone = |line: &str| {
        line.match_indices(word).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            let after = line[at + word.len()..].chars().next();
            let open = word.starts_with('.') || !before.is_some_and(is_name);
            open && (word.ends_with(':') || !after.is_some_and(is_name))
        })
    };
    code.lines().enumerate().filter(|(_, line)| stands_alone(line)).map(|(number, _)| number + 1).collect()
}

fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

fn findings(only: &Only) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in shipped_files(tree::rust()) {
        if only.places.iter().any(|place| file.path.starts_with(place)) {
            continue;
        }
        let code = shipped(&file.text);
        for word in only.words {
            for line in lines_with(&code, word) {
                findings.push(Finding { file: file.path.clone(), what: format!("line {line} names {word}") });
            }
        }
    }
    findings
}

#[test]
fn each_thing_is_named_only_where_it_may_be() {
    for only in ONLY {
        hold(only.rule, &findings(only));
    }
}

#[test]
fn every_place_that_may_name_a_thing_exists() {
    let files = tree::rust();
    for only in ONLY {
        for place in only.places {
            assert!(files.iter().any(|file| file.path.starts_with(place)), "{place} of \"{}\" is gone", only.rule);
        }
    }
}

#[test]
fn no_arm_of_the_switchboard_catches_everything() {
    let mut findings = Vec::new();
    for file in shipped_files(tree::rust()) {
        if !file.path.starts_with("crates/switchboard/") {
            continue;
        }
        for (number, line) in shipped(&file.text).lines().enumerate() {
            // A new stage or input must be thought about wherever it is met.
            if line.trim_start().starts_with("_ =>")
                || line.trim_start().starts_with("_ if ")
                || line.contains("| _ =>")
            {
                findings.push(Finding { file: file.path.clone(), what: format!("line {}", number + 1) });
            }
        }
    }
    hold("no arm catches everything", &findings);
}

#[test]
fn a_name_says_what_is_inside() {
    const EMPTY: [&str; 8] = ["util", "utils", "common", "manager", "helper", "helpers", "misc", "stuff"];
    let mut findings = Vec::new();
    for file in tree::files() {
        for part in file.path.split('/') {
            let stem = part.split('.').next().unwrap_or(part).to_lowercase();
            if EMPTY.iter().any(|word| stem.split(['_', '-']).any(|part| part == *word)) {
                findings.push(Finding { file: file.path.clone(), what: format!("\"{stem}\" says nothing") });
            }
        }
    }
    hold("a name says what is inside", &findings);
}

#[test]
fn words_are_found_only_by_themselves() {
    assert_eq!(lines_with("use std::env::args;\nmy_env::x\nenvs", "env::"), [1]);
    assert_eq!(lines_with("axum::serve\nmaxum\naxum_extra", "axum"), [1]);
    assert_eq!(lines_with("self.started.elapsed()", ".elapsed()"), [1]);
}
