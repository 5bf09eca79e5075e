//! A guide in Markdown, as somebody of the staff wrote it or pasted it from anywhere: whatever is in it, its page has no tags but those
//! of a text, no scripts, and no links but those that one can see.
#![no_main]

use libfuzzer_sys::fuzz_target;
use web::fuzzing;

/// The tags that a text may have.
const TAGS: [&str; 22] = [
    "p", "a", "strong", "em", "h2", "h3", "h4", "ul", "ol", "li", "code", "pre", "br", "hr", "blockquote", "table", "thead", "tbody",
    "tr", "th", "td", "del",
];
/// What they may say of themselves.
const ATTRIBUTES: [&str; 5] = ["href", "class", "start", "style", "title"];

fuzz_target!(|text: &str| {
    let drawn = fuzzing::guide(text);
    for tag in drawn.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').expect("what is opened is closed");
        // Outside of quotes is what the browser takes for names; within them is what they say.
        let parts: Vec<&str> = tag.split('"').collect();
        let outside = parts.iter().step_by(2).map(|part| part.trim_end_matches('/')).collect::<Vec<_>>().join(" ");
        let mut names = outside.trim_start_matches('/').split_whitespace();
        let name = names.next().unwrap_or_default();
        assert!(TAGS.contains(&name), "{name} in {drawn}");
        for attribute in names {
            assert!(ATTRIBUTES.contains(&attribute.trim_end_matches('=')), "{attribute} in {drawn}");
        }
        for pair in parts.chunks_exact(2).filter(|pair| pair[0].ends_with(" href=")) {
            let link = pair[1].to_ascii_lowercase();
            let schemes = ["https://", "http://", "tel:", "mailto:", "#", "/"];
            assert!(schemes.iter().any(|scheme| link.starts_with(scheme)), "{link} in {drawn}");
            assert!(!link.starts_with("//") && !link.starts_with("/\\"), "{link} in {drawn}");
        }
    }
});
