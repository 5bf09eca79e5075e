use super::*;
use clap::Parser;
use store::{Fact, Place, Reach, Role};
use switchboard::{CallId, Channel, Event, Language, LineId, ListenerId, Outcome, Party};

/// 2026-11-20, noon in Paris.
const NOON: i64 = 1_795_172_400_000;
/// A number of the range set aside for fiction: a listener's telephone, which the record does have.
const NUMBER: &str = "0639981337";

#[derive(Debug, Parser)]
struct Asked {
    #[command(flatten)]
    report: Report,
}

fn asked(folder: &std::path::Path, more: &[&str]) -> Report {
    let folder = folder.to_str().unwrap();
    Asked::try_parse_from([&["report", "--data", folder], more].concat()).unwrap().report
}

async fn record(folder: &std::path::Path) -> Store {
    let store = Store::open(&Place::Sqlite(folder.join("vigie.db"))).await.unwrap();
    let anne = store.add_staff("Anne", Role::Listener, false, NOON).await.unwrap();
    store.put_reach(anne.id, &Reach { phone: Some(NUMBER.to_owned()), ..Reach::default() }).await.unwrap();
    for (id, line, at) in [(1, "ecoute", NOON - 60_000), (2, "choix", NOON - 60_000), (3, "ecoute", NOON - 86_400_000)]
    {
        let (call, line, listener) = (CallId(id), LineId(line.to_owned()), ListenerId(anne.id));
        let ended = Event::Ended { call, outcome: Outcome::Talked { by: Party::Caller } };
        let life = [
            Fact { at, event: Event::Arrived { call, line, channel: Channel::Phone, language: Language::Fr } },
            Fact { at: at + 1_000, event: Event::Queued { call, again: false, queue: None } },
            Fact { at: at + 6_000, event: Event::Bridged { call, listener } },
            Fact { at: at + 36_000, event: ended },
            Fact { at: at + 46_000, event: Event::RecordClosed { call, listener } },
        ];
        store.append(&life).await.unwrap();
    }
    store
}

#[tokio::test]
async fn the_three_formats_tell_the_same_and_print_no_number() {
    let folder = tempfile::tempdir().unwrap();
    let store = record(folder.path()).await;
    let told = async |more: &[&str]| asked(folder.path(), more).told(&store, NOON).await.unwrap();
    let today = ["--from", "2026-11-20", "--to", "2026-11-20", "--line", "ecoute"];
    let text = told(&today).await;
    let json = told(&[&today[..], &["--json"]].concat()).await;
    let csv = told(&[&today[..], &["--format", "csv"]].concat()).await;
    assert!(text.starts_with("ecoute, 2026-11-20 to 2026-11-20 (Europe/Paris); beside it 2026-11-19"), "{text}");
    let rate = text.lines().find(|line| line.contains("answer rate, A / Q")).unwrap();
    assert!(rate.contains("100.0 %"), "{rate}");
    let object: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&object["arrived"], &object["connected"]), (&json!(1), &json!(1)));
    assert_eq!((&object["answer_p50_seconds"], &object["handling_seconds"]), (&json!(5.0), &json!(40.0)));
    assert_eq!(object["before"]["arrived"], 1);
    assert!(csv.starts_with("figure,value,before\n") && csv.contains("\ntalk_seconds,30.000,30.000"), "{csv}");
    for printed in [text, json, csv, format!("{:?}", told(&[]).await)] {
        for hidden in [NUMBER, &NUMBER[1..], "Anne", "+33"] {
            assert!(!printed.contains(hidden), "{hidden} in {printed}");
        }
    }
}

#[tokio::test]
async fn thirty_days_up_to_today_and_all_lines_are_told_of_unless_asked_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let store = record(folder.path()).await;
    let all = asked(folder.path(), &["--json"]).told(&store, NOON).await.unwrap();
    let all: serde_json::Value = serde_json::from_str(&all).unwrap();
    assert_eq!((&all["from"], &all["to"]), (&json!("2026-10-22"), &json!("2026-11-20")));
    assert_eq!((&all["arrived"], &all["line"], &all["level"]), (&json!(3), &json!(null), &json!("strict")));
    assert_eq!((&all["before"]["from"], &all["before"]["answer_rate"]), (&json!("2026-09-22"), &json!(null)));
}

#[tokio::test]
async fn what_is_wrong_is_told_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let store = record(folder.path()).await;
    let refused = async |more: &[&str]| asked(folder.path(), more).told(&store, NOON).await.unwrap_err();
    assert_eq!(refused(&["--line", "nobody"]).await, "there is no line 'nobody' (--line); known: choix, ecoute");
    assert!(refused(&["--from", "2026-11-20", "--to", "2026-11-19"]).await.contains("swap them"));
    assert!(refused(&["--from", "1999-01-01"]).await.contains("too many"));
    assert!(refused(&["--zone", "Mars/Olympus"]).await.contains("Europe/Paris"));
    let twice = Asked::try_parse_from(["report", "--json", "--format", "csv"]);
    assert!(twice.is_err(), "two ways of printing at once");
}

#[test]
fn days_are_those_of_the_zone_and_the_period_before_is_as_long() {
    let zone = TimeZone::get("Europe/Paris").unwrap();
    let date = |text: &str| Some(text.parse::<Date>().unwrap());
    let days = Days::asked(date("2026-10-25"), date("2026-10-25"), zone, NOON).unwrap();
    let (from, to) = days.moments().unwrap();
    assert_eq!((to - from) / 3_600_000, 25, "the clocks go back");
    let before = Days { from: days.from, to: date("2026-10-31").unwrap(), zone: days.zone }.before().unwrap();
    assert_eq!((before.from.to_string(), before.to.to_string()), ("2026-10-18".to_owned(), "2026-10-24".to_owned()));
}
