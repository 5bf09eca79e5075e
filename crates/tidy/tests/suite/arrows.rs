//! The arrows between rooms: which may know which.

use crate::{Finding, hold, tree};
use std::collections::BTreeMap;

/// What each room may know. An arrow that is not here does not exist.
const ARROWS: &[(&str, &[&str])] = &[
    ("switchboard", &[]),
    ("care", &[]),
    ("directory", &["care"]),
    ("telephony", &["switchboard"]),
    ("store", &["switchboard", "care"]),
    ("node", &["telephony", "store", "directory", "switchboard", "care"]),
    ("web", &["node", "switchboard", "care", "directory", "store"]),
    ("rehearsal", &["switchboard", "care", "directory", "telephony", "store", "node", "web"]),
    ("vigie", &["switchboard", "care", "directory", "telephony", "store", "node", "web", "rehearsal"]),
    ("tidy", &[]),
];

/// The names under a manifest's sections of dependencies.
fn dependencies(manifest: &str) -> Vec<String> {
    let mut section = "";
    let mut names = Vec::new();
    for line in manifest.lines().map(str::trim) {
        if line.starts_with('[') {
            section = line.trim_matches(['[', ']']);
        } else if section.ends_with("dependencies")
            && !line.starts_with('#')
            && let Some((key, _)) = line.split_once('=')
        {
            names.push(key.trim().split('.').next().unwrap_or("").to_owned());
        }
        if let Some((_, name)) = section.split_once("dependencies.") {
            names.push(name.to_owned());
        }
    }
    names
}

#[test]
fn rooms_know_only_the_rooms_they_may() {
    let arrows: BTreeMap<_, _> = ARROWS.iter().copied().collect();
    let mut findings = Vec::new();
    for (room, manifest) in tree::manifests() {
        let file = format!("crates/{room}/Cargo.toml");
        let Some(allowed) = arrows.get(room.as_str()) else {
            findings.push(Finding { file, what: "a room that the arrows do not know".to_owned() });
            continue;
        };
        for name in dependencies(&manifest) {
            if arrows.contains_key(name.as_str()) && !allowed.contains(&name.as_str()) {
                findings.push(Finding { file: file.clone(), what: format!("{room} → {name}") });
            }
        }
    }
    hold("the arrows", &findings);
}

#[test]
fn the_pure_rooms_need_nothing_that_waits_or_talks() {
    const OUTSIDE: [&str; 12] = [
        "tokio",
        "mio",
        "socket2",
        "sqlx",
        "axum",
        "hyper",
        "rsipstack",
        "str0m",
        "jiff",
        "getrandom",
        "rand",
        "reqwest",
    ];
    let mut findings = Vec::new();
    for (room, manifest) in tree::manifests() {
        if ["switchboard", "care", "directory"].contains(&room.as_str()) {
            for name in dependencies(&manifest).iter().filter(|name| OUTSIDE.contains(&name.as_str())) {
                findings.push(Finding { file: format!("crates/{room}/Cargo.toml"), what: name.clone() });
            }
        }
    }
    hold("the pure rooms", &findings);
}

#[test]
fn every_room_takes_the_lints_of_the_house() {
    let mut findings = Vec::new();
    for (room, manifest) in tree::manifests() {
        if !manifest.replace(' ', "").contains("[lints]\nworkspace=true") {
            findings.push(Finding { file: format!("crates/{room}/Cargo.toml"), what: "no [lints]".to_owned() });
        }
    }
    hold("the lints of the house", &findings);
}

#[test]
fn dependencies_are_read_from_a_manifest() {
    let manifest = "[package]\nname = \"a\"\n[dependencies]\ncare.workspace = true\nb = { path = \"b\" }\n# c = 1\n\
                    [dev-dependencies.store]\nworkspace = true\n";
    assert_eq!(dependencies(manifest), ["care", "b", "store", "store"]);
}
