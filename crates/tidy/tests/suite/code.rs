//! Rust as far as these rules must understand it: what is code, and what of it is shipped.

use crate::tree::File;
use std::collections::BTreeSet;

/// The text with comments and the insides of string and character literals blanked out, line for line.
pub(crate) fn bare(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let rest = &chars[at..];
        let length = match rest {
            ['/', '/', ..] => rest.iter().position(|letter| *letter == '\n').unwrap_or(rest.len()),
            ['/', '*', ..] => comment(rest),
            ['"', ..] => string(rest),
            ['r', '"', ..] | ['r', '#', '"' | '#', ..] if !follows_a_word(&chars, at) => raw_string(rest),
            ['\'', '\\', ..] => {
                2 + rest[2..].iter().skip(1).position(|letter| *letter == '\'').map_or(0, |end| end + 2)
            }
            ['\'', _, '\'', ..] => 3,
            _ => {
                out.push(chars[at]);
                at += 1;
                continue;
            }
        };
        // Blanked, but as many lines as before.
        out.extend(rest[..length].iter().map(|letter| if *letter == '\n' { '\n' } else { ' ' }));
        at += length.max(1);
    }
    out
}

fn follows_a_word(chars: &[char], at: usize) -> bool {
    at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_')
}

fn comment(rest: &[char]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        match &rest[at..] {
            ['/', '*', ..] => (depth, at) = (depth + 1, at + 2),
            ['*', '/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn string(rest: &[char]) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != '"' {
        at += if rest[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(rest.len())
}

fn raw_string(rest: &[char]) -> usize {
    let marks = rest[1..].iter().take_while(|letter| **letter == '#').count();
    if rest.get(1 + marks) != Some(&'"') {
        // A raw name such as r#type.
        return 1 + marks;
    }
    let mut at = 2 + marks;
    while at < rest.len() {
        if rest[at] == '"' && rest[at + 1..].iter().take(marks).filter(|letter| **letter == '#').count() == marks {
            return at + 1 + marks;
        }
        at += 1;
    }
    rest.len()
}

/// The code of a file without its `#[cfg(test)]` parts.
pub(crate) fn shipped(text: &str) -> String {
    let mut code = bare(text);
    while let Some(start) = code.find("#[cfg(test)]") {
        let rest = &code[start..];
        // What the mark is on ends with its braces, or with a semicolon if it has none before.
        let brace = rest.find('{').unwrap_or(rest.len());
        let semicolon = rest.find(';').unwrap_or(rest.len());
        let end = if semicolon < brace { semicolon + 1 } else { brace + braces(&rest[brace..]) };
        let blank: String = rest[..end].chars().map(|letter| if letter == '\n' { '\n' } else { ' ' }).collect();
        code.replace_range(start..start + end, &blank);
    }
    code
}

/// The length of a text in braces.
pub(crate) fn braces(text: &str) -> usize {
    let mut depth = 0;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + letter.len_utf8();
        }
    }
    text.len()
}

/// The files of crates that are shipped: what is in `tests` folders, and the files of `#[cfg(test)] mod name;`, are not.
pub(crate) fn shipped_files(rust: Vec<File>) -> Vec<File> {
    let mut tests = BTreeSet::new();
    for file in &rust {
        let code = bare(&file.text);
        let folder = module_folder(&file.path);
        for (start, mark) in code.match_indices("#[cfg(test)]") {
            let after = code[start + mark.len()..].trim_start();
            if let Some((name, _)) = after.strip_prefix("mod ").and_then(|rest| rest.split_once(';')) {
                tests.insert(format!("{folder}/{}.rs", name.trim()));
                tests.insert(format!("{folder}/{}/", name.trim()));
            }
        }
    }
    let marked = |path: &str| tests.iter().any(|test| path == test || test.ends_with('/') && path.starts_with(test));
    let is_test = |path: &str| path.contains("/tests/") || marked(path);
    rust.into_iter().filter(|file| file.path.contains("/src/") && !is_test(&file.path)).collect()
}

/// The folder in which the modules named in a file are.
fn module_folder(path: &str) -> String {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    match name {
        "mod.rs" | "lib.rs" | "main.rs" => folder.to_owned(),
        _ => path.trim_end_matches(".rs").to_owned(),
    }
}

#[test]
fn comments_and_literals_are_blanked_and_lines_stay() {
    let text = "a // b\nc \"d // \\\" e\" f /* g\n /* h */ i */ j 'k' '\\n' '\\'' r#\"l \" m\"# n<'o> r#type\n";
    let bare = bare(text);
    assert_eq!(bare.lines().count(), text.lines().count());
    let words: Vec<_> = bare.split_whitespace().collect();
    assert_eq!(words, ["a", "c", "f", "j", "n<'o>", "r#type"]);
}

#[test]
fn what_is_marked_as_a_test_is_not_shipped() {
    let text = "use a;\n#[cfg(test)]\nmod table;\nfn b() {}\n#[cfg(test)]\nmod tests { fn c() { d() } }\nfn e() {}";
    let words = shipped(text).split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(words, ["use", "a;", "fn", "b()", "{}", "fn", "e()", "{}"]);
}
