//! Markdown as HTML. What people write is never markup of theirs: tags are shown as they were typed, pictures by their words, and
//! links lead only where one can see.

use maud::{Markup, PreEscaped};
use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html::push_html};

/// A text as HTML.
pub(super) fn html(text: &str) -> Markup {
    let mut kept = Vec::new();
    // Whether each link that is open is one that is kept.
    let mut links = Vec::new();
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Html(raw) | Event::InlineHtml(raw) => kept.push(Event::Text(raw)),
            Event::Start(Tag::HtmlBlock) => kept.push(Event::Start(Tag::Paragraph)),
            Event::End(TagEnd::HtmlBlock) => kept.push(Event::End(TagEnd::Paragraph)),
            Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => {}
            Event::Start(Tag::Link { link_type, dest_url, id, .. }) => {
                let leads = link_type == LinkType::Email || may_lead(&dest_url);
                links.push(leads);
                if leads {
                    let title = CowStr::Borrowed("");
                    kept.push(Event::Start(Tag::Link { link_type, dest_url, title, id }));
                }
            }
            Event::End(TagEnd::Link) => {
                if links.pop() == Some(true) {
                    kept.push(Event::End(TagEnd::Link));
                }
            }
            Event::Start(Tag::Heading { level, .. }) => {
                let (id, classes, attrs) = (None, Vec::new(), Vec::new());
                kept.push(Event::Start(Tag::Heading { level: below_title(level), id, classes, attrs }));
            }
            Event::End(TagEnd::Heading(level)) => kept.push(Event::End(TagEnd::Heading(below_title(level)))),
            other => kept.push(other),
        }
    }
    let mut told = String::with_capacity(text.len() * 2);
    push_html(&mut told, kept.into_iter());
    PreEscaped(told)
}

/// The title of a page is its only first heading.
fn below_title(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 | HeadingLevel::H2 => HeadingLevel::H2,
        HeadingLevel::H3 => HeadingLevel::H3,
        HeadingLevel::H4 | HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H4,
    }
}

/// Whether a link may be followed: to a page, a number, a mail address, or within this house.
fn may_lead(address: &str) -> bool {
    let written = address.to_ascii_lowercase();
    let schemes = ["https://", "http://", "tel:", "mailto:", "#"];
    let within = written.starts_with('/') && !written.starts_with("//") && !written.starts_with("/\\");
    within || schemes.iter().any(|scheme| written.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        html(text).into_string()
    }

    #[test]
    fn a_guide_is_drawn() {
        let text = "# Droits\n\nAppelez le [3114](tel:3114) ou [écrivez](mailto:a@b.fr), **vite**.\n\n- un\n- deux\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nVoir [la fiche](/guides/2).";
        let drawn = told(text);
        for part in [
            "<h2>Droits</h2>",
            "<a href=\"tel:3114\">3114</a>",
            "href=\"mailto:a@b.fr\"",
            "<strong>vite</strong>",
            "<li>un</li>",
            "<td>1</td>",
            "<a href=\"/guides/2\">",
        ] {
            assert!(drawn.contains(part), "{part} in {drawn}");
        }
    }

    #[test]
    fn nothing_that_is_written_becomes_markup_or_leads_astray() {
        let hostile = [
            "<script>alert(1)</script>",
            "a <img src=x onerror=alert(1)> b",
            "<div onclick=\"x()\">\n\n**a**\n\n</div>",
            "[a](javascript:alert(1))",
            "[a](JaVaScRiPt:alert(1))",
            "[a](java\tscript:alert(1))",
            "[a](&#106;avascript:alert(1))",
            "[a](data:text/html;base64,PHNjcmlwdD4=)",
            "[a](vbscript:x)",
            "[a](//evil.test)",
            "[a](/\\evil.test)",
            "[a]( javascript:alert(1))",
            "<javascript:alert(1)>",
            "![a](https://evil.test/pixel.png)",
            "![a](javascript:alert(1))",
            "[![x](https://evil.test/p.png)](javascript:alert(1))",
            "[a][b]\n\n[b]: javascript:alert(1) \"t\"",
            "[a](https://b.test \"x\\\" onmouseover=\\\"alert(1)\")",
            "`<script>`\n\n```html\" onload=\"x\n<script>alert(1)</script>\n```",
            "# a {#b onclick=x}",
            "<svg/onload=alert(1)>",
            "<!-- --><script>x</script>",
            "<https://b.test/\"onclick=\"x>",
        ];
        for text in hostile {
            let drawn = told(text);
            // What is within quotes or between tags is text; so only real tags are looked at.
            let tags: Vec<&str> = drawn.split('<').skip(1).map(|rest| rest.split('>').next().unwrap()).collect();
            for tag in tags {
                let name: String =
                    tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
                let known =
                    ["p", "a", "strong", "em", "h2", "h3", "h4", "ul", "ol", "li", "code", "pre", "br", "blockquote"];
                assert!(known.contains(&name.as_str()), "{name} of {text}: {drawn}");
                let outside: String = tag.split('"').step_by(2).collect();
                assert!(!outside.contains("on") || name == "strong", "{tag} of {text}");
                if let Some(link) = tag.split("href=\"").nth(1) {
                    assert!(link.starts_with("https://b.test"), "{tag} of {text}");
                }
            }
            assert!(!drawn.contains("evil.test/p"), "{drawn}");
        }
    }

    #[test]
    fn a_text_that_is_nested_beyond_reason_is_drawn_all_the_same() {
        for text in ["> ".repeat(20_000), "[".repeat(20_000), "*a ".repeat(10_000), "- ".repeat(10_000)] {
            assert!(!told(&text).is_empty());
        }
    }
}
