use super::*;
use crate::words::Language;
use store::Role;
use store::reports::figures::{Contact, Duty, Fate, Handling};
use switchboard::{Line, LineId, ListenerCare, Plan};

/// 2026-11-20, noon in Paris.
const NOON: i64 = 1_795_172_400_000;

fn asked() -> Asked {
    let line = Line::usual("ecoute", "Écoute & aide", switchboard::flow::Flow::default());
    let mut plan = Plan::new([line], [], [], ListenerCare::none());
    plan.call_page = Some(LineId::from("ecoute"));
    let fields = serde_json::from_str(r#"{"line": "ecoute", "period": "today", "within": "30"}"#).unwrap();
    Asked::read(&fields, &plan, NOON).unwrap()
}

fn counted(contacts: Vec<Contact>) -> Counted {
    let asked = asked();
    let period = Period { contacts, duty: Duty { handling_ms: 1, available_ms: 3 } };
    let now = Figures::of(&period, asked.thresholds);
    let care = [CareFigures { connected: 4, reoriented: 3, ..CareFigures::default() }, CareFigures::default()];
    Counted { period, now, care, before: Figures::of(&Period::default(), asked.thresholds) }
}

fn call(hours_ago: i64, fate: Fate, wait: i64) -> Contact {
    let handling = (fate == Fate::Answered).then_some(Handling { talk_ms: 1_500_000, hold_ms: 0, after_ms: 240_000 });
    let arrived_ms = NOON - hours_ago * 3_600_000;
    Contact { arrived_ms, fate, queue_wait_ms: Some(wait), ring_wait_ms: Some(wait + 8_000), handling }
}

fn page(language: Language, counted: &Counted) -> String {
    let lines = [("ecoute".to_owned(), "Écoute & aide".to_owned())];
    let seen = CallersSeen { since_ms: NOON - 3_600_000, calls: 5, unknown: 2, callers: 4, reached: 3 };
    let bar = Bar::of(Words(language), "Léa", Role::Supervisor);
    draw(Words(language), &asked(), counted, &lines, (&seen, &Markup::default()), &bar, false).into_string()
}

#[test]
fn each_figure_stands_with_its_definition_and_the_one_before() {
    let counted = counted(vec![
        call(1, Fate::Answered, 12_000),
        call(1, Fate::Answered, 31_000),
        call(3, Fate::Abandoned, 90_000),
        call(4, Fate::Blocked, 0),
    ]);
    let text = page(Language::Fr, &counted);
    assert_eq!(
        text.matches("data-figure=").count(),
        counted.lists()[0].len() + 5,
        "no figure is left out of the table"
    );
    assert!(text.contains("Écoute &amp; aide, 20/11/2026"));
    let row = |key: &str| {
        let start = text.find(&format!("data-figure=\"{key}\"")).unwrap();
        text[start..].split("</tr>").take(2).collect::<String>()
    };
    let level = row("service_level");
    assert!(
        level.contains("25,0\u{a0}%") && level.contains("30 s au plus") && level.contains("tous les appels"),
        "{level}"
    );
    assert!(row("answer_rate").contains("<strong>50,0\u{a0}%</strong>") && row("answer_rate").contains("<td>–</td>"));
    assert!(row("longest_delay").contains("1 min 30 s"));
    assert!(row("handling").contains("29 min 00 s"));
    assert!(text.contains("75,0\u{a0}%") && text.contains("1,25"), "callers by tag");
    assert!(text.contains("20/11/2026 11:00"), "since when");
    assert_eq!(text.matches("<svg").count(), 2, "a single day has no picture by day");
    assert!(text.contains("Erlang A") && text.contains("0,97 erlang"));
    assert!(text.contains("/figures.csv?period=today&amp;line=ecoute&amp;within=30"));
    assert!(!text.contains("style="));
    let ours = text.matches("<script type=\"module\" src=\"/assets/").count();
    assert_eq!((text.matches("<script").count(), ours), (1, 1), "the bar's, and none inline");
    let english = page(Language::En, &counted);
    assert!(english.contains("25.0%") && english.contains("20 Nov 2026"));
}

#[test]
fn every_table_has_a_caption_and_every_field_a_label() {
    let text = page(Language::En, &counted(vec![call(1, Fate::Answered, 1_000)]));
    assert_eq!(text.matches("<table").count(), text.matches("<caption").count());
    for field in ["line", "period", "from", "to", "within", "level", "short"] {
        assert!(text.contains(&format!("for=\"{field}\"")) && text.contains(&format!("id=\"{field}\"")), "{field}");
    }
    assert!(!text.contains("<th>"), "every heading has a scope");
}

#[test]
fn an_empty_period_says_so_and_shows_no_empty_table() {
    let text = page(Language::Fr, &counted(Vec::new()));
    assert!(text.contains("Aucun appel") && !text.contains("data-figure=\"offered\"") && !text.contains("<svg"));
    assert!(!text.contains(".csv") && !text.contains("Erlang"));
    assert!(text.contains("opérateur"), "what is not known is told all the same");
}

#[test]
fn the_file_has_every_figure_with_its_name() {
    let counted = counted(vec![call(1, Fate::Answered, 12_000)]);
    let text = file::text(Words(Language::Fr), &asked(), &counted.now.list(), &counted.before.list());
    assert_eq!(text.lines().count(), counted.now.list().len() + 1);
    let columns = text.lines().next().unwrap().split(',').count();
    assert_eq!(columns, 14);
    assert!(text.contains("\"answer_rate\",\"Taux de réponse\",\"share\",\"1.0000\",\"2026-11-19\""), "{text}");
    for figure in counted.now.list() {
        assert_ne!(table::name(Words(Language::Fr), figure.key), figure.key, "a figure without a name");
    }
}
