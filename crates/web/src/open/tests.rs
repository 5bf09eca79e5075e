use super::*;
use crate::words::Language;
use directory::{Entry, Published};

fn visitor(language: Language) -> Visitor {
    let data = OpenData {
        publisher: "Éditeur <b>".to_owned(),
        licence: "Licence".to_owned(),
        licence_url: "https://licence.test".to_owned(),
    };
    let open = Arc::new(Open::new(data, Some("https://ecoute.test/".to_owned())));
    Visitor { words: Words(language), open, origin: "https://ecoute.test".to_owned(), demo: true }
}

fn hostile() -> Published {
    let mut entry: Entry = directory::demo::entries(directory::Territory::load(), 7).remove(0);
    entry.name = "</script><script>alert(1)</script>".to_owned();
    entry.about = "<img src=x onerror=alert(1)>".to_owned();
    entry.contacts.push(directory::Contact {
        kind: directory::ContactKind::Website,
        value: "javascript:alert(1)".to_owned(),
        note: String::new(),
        private: false,
    });
    entry.published().unwrap()
}

#[test]
fn what_an_entry_says_is_text_and_never_markup() {
    for language in [Language::Fr, Language::En] {
        let page = entry::draw(&visitor(language), &hostile()).into_string();
        assert_eq!(page.matches("<script").count(), 1, "the data of the page alone");
        assert!(!page.contains("<img") && !page.contains("href=\"javascript:"), "{page}");
        let data = page.split("ld+json\">").nth(1).unwrap().split("</script>").next().unwrap();
        let data: serde_json::Value = serde_json::from_str(data).unwrap();
        assert_eq!(data["name"], hostile().name);
        assert!(data["@id"].as_str().unwrap().starts_with("https://ecoute.test/annuaire/fiches/"));
    }
}

#[test]
fn links_keep_the_language_since_nothing_else_does() {
    let visitor = visitor(Language::En);
    assert_eq!(visitor.to("/annuaire"), "/annuaire?lang=en");
    assert_eq!(visitor.to("/annuaire?kind=nurse"), "/annuaire?kind=nurse&lang=en");
    let page = entry::draw(&visitor, &hostile()).into_string();
    for link in page.split("href=\"/annuaire").skip(1) {
        let address = link.split('"').next().unwrap();
        assert!(address.contains("lang="), "{address}");
    }
}

#[test]
fn a_host_that_is_none_is_not_repeated() {
    let origin = |host: &str| {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, host.parse().unwrap());
        origin_asked(&headers)
    };
    assert_eq!(origin("127.0.0.1:8080"), "http://127.0.0.1:8080");
    assert_eq!(origin("evil.test/\"><script>"), "http://localhost");
    assert_eq!(origin_asked(&HeaderMap::new()), "http://localhost");
}
