use super::*;
use axum::http::HeaderValue;
use std::collections::BTreeSet;
use std::path::Path;

fn keys(texts: &Texts) -> BTreeSet<&'static str> {
    texts.keys().copied().collect()
}

/// Every source of this room, tests left out: a key that only a test names is not used.
fn sources() -> String {
    let mut all = String::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for item in std::fs::read_dir(folder).unwrap() {
            let path = item.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("tests.rs") {
                all.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    all
}

fn scripts() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
    let files = std::fs::read_dir(folder).unwrap().map(|item| item.unwrap().path());
    files.filter(|path| path.is_file()).map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

#[test]
fn both_languages_have_the_same_keys_and_every_line_is_read() {
    assert_eq!(keys(&FRENCH), keys(&ENGLISH));
    for (file, texts) in [(include_str!("fr.txt"), &*FRENCH), (include_str!("en.txt"), &*ENGLISH)] {
        let lines = file.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')).count();
        assert_eq!(lines, texts.len(), "a line is malformed or a key is there twice");
        assert!(texts.values().all(|text| !text.is_empty()));
    }
}

#[test]
fn both_languages_fill_in_the_same_names() {
    let names = |text: &str| -> BTreeSet<String> {
        text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0.to_owned())).collect()
    };
    for (key, french) in FRENCH.iter() {
        assert_eq!(names(french), names(&ENGLISH[key]), "{key}");
    }
}

#[test]
fn every_key_is_used_and_every_used_key_exists() {
    let sources = sources();
    let scripts = scripts();
    for key in FRENCH.keys() {
        let used = if let Some(rest) = key.strip_prefix("js.") {
            let (_, name) = rest.split_once('.').expect("a key of a script is js.page.name");
            scripts.contains(&format!("\"{name}\""))
        } else if let Some(rest) = key.strip_prefix("named.") {
            // A list of names, looked up by the names of things: the lists must be known, and so must the things.
            let (list, name) = rest.split_once('.').expect("a name in a list is named.list.name");
            sources.contains(&format!("named(\"{list}\""))
                || sources.contains(&format!("named_if(\"{list}\""))
                || panic!("the list {list} of {name} is used nowhere")
        } else {
            sources.contains(&format!("\"{key}\""))
        };
        assert!(used, "{key} is used nowhere");
    }
    for call in ["say(\"", "fill(\""] {
        for piece in sources.split(call).skip(1) {
            let key = piece.split('"').next().unwrap();
            assert!(FRENCH.contains_key(key), "{key} has no text");
        }
    }
}

#[test]
fn french_typography_is_right() {
    for (key, text) in FRENCH.iter() {
        for mark in [" :", " ;", " !", " ?", "« ", " »"] {
            assert!(!text.contains(mark), "{key}: an ordinary space beside {mark}");
        }
        assert!(!text.contains('\''), "{key}: a straight apostrophe");
        assert!(!text.contains('—'), "{key}: a dash where a comma does");
    }
    assert_eq!(french_spaces("« Oui » : non ?"), "«\u{a0}Oui\u{a0}»\u{a0}: non\u{a0}?");
}

#[test]
fn the_address_comes_before_the_browser_and_french_is_the_default() {
    let none = HeaderMap::new();
    let mut english = HeaderMap::new();
    english.insert(ACCEPT_LANGUAGE, HeaderValue::from_static("de-DE,en-GB;q=0.8,fr;q=0.5"));
    assert_eq!(Words::asked(None, &none), Words(Language::Fr));
    assert_eq!(Words::asked(None, &english), Words(Language::En));
    assert_eq!(Words::asked(Some("a=b&lang=fr"), &english), Words(Language::Fr));
    assert_eq!(Words::asked(Some("lang=xx"), &english), Words(Language::En));
    assert_eq!(Words(Language::Fr).code(), "fr");
}
