//! What is written about the house: decisions, the map of the rooms, and words that have no place here.

use crate::{Finding, hold, tree};

#[test]
fn decisions_are_numbered_without_gaps() {
    let names: Vec<String> = tree::files()
        .into_iter()
        .filter_map(|file| Some(file.path.strip_prefix("docs/decisions/")?.to_owned()))
        .collect();
    for (index, name) in names.iter().enumerate() {
        let number = format!("{:04}-", index + 1);
        assert!(name.starts_with(&number) && name.ends_with(".md"), "{name} should begin with {number}");
    }
    for file in tree::files().iter().filter(|file| file.path.starts_with("docs/decisions/")) {
        let first = file.text.lines().next().unwrap_or("");
        assert!(first.starts_with("# "), "{} has no title", file.path);
        assert!(file.text.lines().count() <= 80, "{} is longer than a page", file.path);
    }
}

/// The words in backticks that look like paths of this tree.
fn paths_named(text: &str) -> Vec<String> {
    let words = text.split('`').skip(1).step_by(2);
    let endings = [".rs", ".toml", ".md", ".js", ".sql", ".css", ".txt", ".html"];
    let is_path = |word: &&str| {
        let plain = word.chars().all(|letter| letter.is_alphanumeric() || "_-./".contains(letter));
        let ends = endings.iter().any(|ending| word.ends_with(ending)) && word.len() > 4 && !word.starts_with('.');
        plain && (ends || word.contains('/')) && !word.starts_with('/')
    };
    words.filter(is_path).map(|word| word.trim_end_matches('/').to_owned()).collect()
}

#[test]
fn the_map_names_only_what_is_there() {
    let files = tree::files();
    // A path is meant from the root, from `crates`, or from a crate's `src`.
    let exists = |named: &str| {
        files.iter().any(|file| {
            let inner = file.path.split_once("/src/").map_or("", |(_, inner)| inner);
            let below = file.path.strip_prefix("crates/").unwrap_or("");
            let without_src = below.replacen("/src/", "/", 1);
            [file.path.as_str(), below, inner, without_src.as_str()].iter().any(|path| {
                *path == named
                    || path.strip_suffix(".rs") == Some(named)
                    || path.strip_prefix(named).is_some_and(|rest| rest.starts_with('/'))
                    || path.rsplit('/').next() == Some(named)
            })
        })
    };
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| file.path == "ARCHITECTURE.md") {
        for named in paths_named(&file.text).into_iter().filter(|named| !exists(named)) {
            findings.push(Finding { file: file.path.clone(), what: format!("{named} is not there") });
        }
    }
    hold("the map names only what is there", &findings);
}

/// Paths that exist on one machine only: whoever reads them elsewhere is left standing.
const PRIVATE: [&str; 3] = ["../shared", "/work/", "/Users/"];

/// A number with a hash before it: a thread that a reader of the tree cannot open. What must be known is written down.
fn has_thread_number(line: &str) -> bool {
    line.match_indices('#').any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let rest = &line[at + 1..];
        let digits = rest.chars().take_while(char::is_ascii_digit).count();
        let after = rest[digits..].chars().next();
        let opens = before.is_none_or(|before| before.is_whitespace() || before == '(');
        opens && digits > 0 && !after.is_some_and(|after| after.is_alphanumeric() || after == ';')
    })
}

#[test]
fn nothing_speaks_of_a_place_the_reader_cannot_go_to() {
    let mut findings = Vec::new();
    for file in tree::files() {
        if file.path.ends_with(".lock") || file.path == "package-lock.json" || file.path == "LICENSE" {
            continue;
        }
        for (number, line) in file.text.lines().enumerate() {
            let private = PRIVATE.iter().find(|word| line.contains(**word));
            let what = match private {
                Some(word) => format!("line {} names {word}", number + 1),
                None if has_thread_number(line) => format!("line {} names a thread by number", number + 1),
                None => continue,
            };
            findings.push(Finding { file: file.path.clone(), what });
        }
    }
    hold("no word of a private place", &findings);
}

#[test]
fn a_thread_number_is_told_from_a_colour_and_a_key() {
    assert!(has_thread_number("see #12") && has_thread_number("(#7)"));
    assert!(!has_thread_number("color: #123;") && !has_thread_number("# 1") && !has_thread_number("{x:#04x}"));
}
