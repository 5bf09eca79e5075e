//! How large a thing may be. Functions are held by clippy.

use crate::code::{bare, braces};
use crate::{Finding, hold, tree};

/// A file longer than this is refused; 400 lines are wished for.
const LINES: usize = 800;
/// A struct with more fields than this is refused: it is two things.
const FIELDS: usize = 12;

#[test]
fn no_file_is_longer_than_a_reader_can_hold() {
    let mut findings = Vec::new();
    for file in tree::files() {
        let ours = file.path.ends_with(".rs") || file.path.ends_with(".js") || file.path.ends_with(".mjs");
        let lines = file.text.lines().count();
        if ours && lines > LINES {
            findings.push(Finding { file: file.path, what: format!("{lines} lines") });
        }
    }
    hold("the length of a file", &findings);
}

#[test]
fn no_struct_is_two_things() {
    let mut findings = Vec::new();
    for file in tree::rust() {
        for (name, fields) in structs(&bare(&file.text)) {
            if fields > FIELDS {
                findings.push(Finding { file: file.path.clone(), what: format!("{name} has {fields} fields") });
            }
        }
    }
    hold("the fields of a struct", &findings);
}

/// Every struct with named fields, and how many it has.
fn structs(code: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for (at, word) in code.match_indices("struct ") {
        if code[..at].chars().next_back().is_some_and(|before| !before.is_whitespace()) {
            continue;
        }
        let rest = &code[at + word.len()..];
        let name: String = rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
        let opening = rest.find(['{', ';', '(']).unwrap_or(rest.len());
        if rest[opening..].starts_with('{') {
            let body = &rest[opening..opening + braces(&rest[opening..])];
            found.push((name, fields(body)));
        }
    }
    found
}

/// The fields between a struct's braces: what is parted by commas that are in no other bracket, and has a type.
fn fields(body: &str) -> usize {
    let body = body.replace("->", "  ");
    let (mut depth, mut typed, mut fields) = (0, false, 0);
    for letter in body.chars() {
        match letter {
            '{' | '(' | '[' | '<' => depth += 1,
            '}' | ')' | ']' | '>' => depth -= 1,
            ':' if depth == 1 => typed = true,
            ',' if depth == 1 => fields += usize::from(std::mem::take(&mut typed)),
            _ => {}
        }
    }
    fields + usize::from(typed)
}

#[test]
fn fields_are_counted() {
    let code = "struct A; struct B(u8, u8);\npub struct C<T> where T: Copy {\n #[serde(default)]\n a: T, pub(crate) b: \
                Box<dyn Fn(u8, u8) -> Map<u8, u8>>,\n c: (u8, u8) }\nstruct D { a: u8, }";
    assert_eq!(structs(code), [("C".to_owned(), 3), ("D".to_owned(), 1)]);
}
