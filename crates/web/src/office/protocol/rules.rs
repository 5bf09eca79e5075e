//! The rules of reorientation: for which grades and which callers which kinds of addresses are offered, and what is said.

use super::super::draft::{NotMade, mark, unavailable};
use super::super::form::Sent;
use super::super::{go, not_done, page};
use super::{Draft, faults};
use crate::App;
use crate::desk::twice;
use crate::door::Colleague;
use crate::words::Words;
use axum::extract::{Form as Posted, State};
use axum::http::StatusCode;
use axum::response::Response;
use care::{Audience, Grade, Kind, Protocol, RULE_AUDIENCES, Rule, Wording};
use maud::{Markup, html};

pub(super) const PAGE: &str = "/office/protocol/rules";

/// `GET /office/protocol/rules`
pub(crate) async fn rules_page(State(app): State<App>, colleague: Colleague) -> Result<Markup, StatusCode> {
    draw(&app, &colleague, None).await
}

fn mark_of(rule: &Rule) -> String {
    serde_json::to_value(rule).map_or_else(|_| String::new(), |rule| mark(&rule))
}

async fn draw(app: &App, colleague: &Colleague, said: Option<&str>) -> Result<Markup, StatusCode> {
    let words = colleague.words;
    let draft = Draft::read(app).await.map_err(unavailable)?;
    let rules = &draft.protocol.rules;
    let none = Rule {
        grades: Vec::new(),
        audience: None,
        always: Vec::new(),
        suggested: Vec::new(),
        emergency: false,
        say: Wording::default(),
    };
    let content = html! {
        section.card {
            p.path { a href="/office" { (words.say("office.title")) } " › "
                a href="/office/protocol" { (words.say("protocol.title")) } }
            h1 { (words.say("rules.title")) }
            @if let Some(said) = said { p.notice.trouble role="alert" { (said) } }
            p.hint { (words.say("rules.help")) }
            div { (faults::list(words, &draft.protocol, Some(PAGE))) }
            p.hint { (words.say("protocol.draft_only")) }
        }
        @for (index, rule) in rules.iter().enumerate() {
            section.card id=(format!("rule-{index}")) {
                h2 { (summary(words, rule)) }
                (form(words, index, rule, Some(&mark_of(rule))))
            }
        }
        section.card {
            h2 { (words.say("rules.new")) }
            (form(words, rules.len(), &none, None))
        }
    };
    Ok(page(app, colleague, "/office", words.say("rules.title"), &content))
}

/// For whom a rule is, in a line.
pub(super) fn summary(words: Words, rule: &Rule) -> String {
    let grades: Vec<String> = rule.grades.iter().map(|grade| grade.number().to_string()).collect();
    let audience = rule.audience.map_or(words.say("rules.everybody"), |audience| audience.label(words.0));
    words.fill("rules.summary", &[("grades", &grades.join(", ")), ("audience", audience)])
}

/// What a rule offers, in a line.
pub(super) fn offered(words: Words, rule: &Rule) -> String {
    let mut offered: Vec<String> = rule.always.iter().map(|kind| kind.label(words.0).to_owned()).collect();
    if rule.emergency {
        offered.insert(0, words.say("emergency.title").to_owned());
    }
    offered.extend(rule.suggested.iter().map(|kind| format!("({})", kind.label(words.0))));
    offered.join(", ")
}

fn form(words: Words, index: usize, rule: &Rule, was: Option<&str>) -> Markup {
    let kinds = |name: &str, label: &str, chosen: &[Kind]| {
        html! {
            fieldset.input id=(format!("{name}-{index}")) {
                legend { (label) }
                div.theme-list {
                    @for kind in Kind::ALL {
                        label.tick {
                            input type="checkbox" name=(name) value=(kind.key()) checked[chosen.contains(kind)];
                            span { (kind.label(words.0)) }
                        }
                    }
                }
            }
        }
    };
    let line = |name: &str, label: &str, text: &str| {
        html! {
            div.input.whole {
                label for=(format!("{name}-{index}")) { (label) }
                input type="text" id=(format!("{name}-{index}")) name=(name) value=(text) maxlength="400" autocomplete="off";
            }
        }
    };
    html! {
        form.fields method="post" action=(PAGE) {
            input type="hidden" name="index" value=(index);
            @if let Some(was) = was { input type="hidden" name="was" value=(was); }
            fieldset.input {
                legend { (words.say("rules.grades")) }
                div.choices {
                    @for grade in Grade::ALL {
                        label.tick { input type="checkbox" name="grade" value=(grade.number()) checked[rule.grades.contains(grade)];
                            span { (grade.number()) " " (grade.label(words.0)) } }
                    }
                }
            }
            div.input.whole {
                label for=(format!("audience-{index}")) { (words.say("rules.audience")) }
                select.narrow-select id=(format!("audience-{index}")) name="audience" {
                    option value="" { (words.say("rules.everybody")) }
                    @for audience in RULE_AUDIENCES {
                        option value=(audience.key()) selected[rule.audience == Some(audience)] { (audience.label(words.0)) }
                    }
                }
            }
            (kinds("always", words.say("rules.always"), &rule.always))
            (kinds("suggested", words.say("rules.suggested"), &rule.suggested))
            (line("say.fr", words.say("rules.say_french"), &rule.say.fr))
            (line("say.en", words.say("rules.say_english"), &rule.say.en))
            div.input.whole {
                label.tick { input type="checkbox" name="emergency" checked[rule.emergency]; span { (words.say("rules.emergency")) } }
            }
            div.buttons {
                button.primary type="submit" name="do" value="save" {
                    @if was.is_some() { (words.say("form.save")) } @else { (words.say("form.add")) }
                }
                @if was.is_some() {
                    button.danger type="submit" name="do" value="remove" data-twice { (twice(words.say("form.remove"), words.say("form.sure"))) }
                }
            }
        }
    }
}

/// A rule as it was sent. What was chosen before keeps its place before what is new: the first kind is offered first.
fn rule_of(sent: &Sent, before: Option<&Rule>) -> Rule {
    let values = |name: &str| {
        let name = name.to_owned();
        sent.0.iter().filter(move |(own, _)| *own == name).map(|(_, value)| value.as_str())
    };
    let kinds = |name: &str, before: &[Kind]| {
        let chosen: Vec<Kind> = values(name).filter_map(Kind::from_key).collect();
        let kept = before.iter().copied().filter(|kind| chosen.contains(kind));
        let new = chosen.iter().copied().filter(|kind| !before.contains(kind));
        kept.chain(new).collect::<Vec<_>>()
    };
    Rule {
        grades: values("grade")
            .filter_map(|grade| grade.parse().ok().and_then(|grade: u8| Grade::try_from(grade).ok()))
            .collect(),
        audience: Audience::from_key(sent.get("audience")),
        always: kinds("always", before.map_or(&[], |rule| &rule.always)),
        suggested: kinds("suggested", before.map_or(&[], |rule| &rule.suggested)),
        emergency: sent.has("emergency"),
        say: Wording::new(sent.get("say.fr"), sent.get("say.en")),
    }
}

fn change(protocol: &mut Protocol, sent: &Sent, index: usize) -> Result<(), NotMade> {
    let rules = &mut protocol.rules;
    if !sent.has("was") {
        rules.push(rule_of(sent, None));
        return Ok(());
    }
    let known = rules.get_mut(index).filter(|rule| mark_of(rule) == sent.get("was")).ok_or(NotMade::Stale)?;
    if sent.get("do") == "remove" {
        rules.remove(index);
    } else {
        *known = rule_of(sent, Some(known));
    }
    Ok(())
}

/// `POST /office/protocol/rules`
pub(crate) async fn change_rules(
    State(app): State<App>,
    colleague: Colleague,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let sent = Sent(pairs);
    let index: usize = sent.get("index").parse().map_err(|_| StatusCode::BAD_REQUEST)?;
    match Draft::change(&app, colleague.staff.id, |protocol| change(protocol, &sent, index)).await {
        Ok(_) => Ok(go(PAGE)),
        Err(not) => {
            let said = not.told(colleague.words)?;
            Ok(not_done(StatusCode::CONFLICT, draw(&app, &colleague, Some(&said)).await?))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(pairs: &[(&str, &str)]) -> Sent {
        Sent(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn a_rule_is_changed_where_it_was_seen_and_keeps_the_order_of_what_it_offers() {
        let mut protocol = Protocol::standard();
        let was = mark_of(&protocol.rules[1]);
        let pairs = [
            ("was", was.as_str()),
            ("do", "save"),
            ("grade", "3"),
            ("grade", "9"),
            ("audience", "students"),
            ("always", "psychologist"),
            ("always", "general_practitioner"),
            ("always", "psychiatrist"),
            ("suggested", "moon"),
            ("say.fr", " Proposez un rendez-vous. "),
        ];
        assert!(change(&mut protocol, &sent(&pairs), 1).is_ok());
        let rule = &protocol.rules[1];
        assert_eq!(rule.always, [Kind::GeneralPractitioner, Kind::Psychiatrist, Kind::Psychologist]);
        assert_eq!((&rule.grades[..], rule.audience), (&[Grade::Exhaustion][..], Some(Audience::Students)));
        assert_eq!(
            (rule.say.fr.as_str(), rule.suggested.len(), rule.emergency),
            ("Proposez un rendez-vous.", 0, false)
        );
        assert!(
            matches!(change(&mut protocol, &sent(&pairs), 1), Err(NotMade::Stale)),
            "it says something else by now"
        );
        assert!(matches!(change(&mut protocol, &sent(&pairs), 99), Err(NotMade::Stale)));
        let was = mark_of(&protocol.rules[0]);
        assert!(change(&mut protocol, &sent(&[("was", was.as_str()), ("do", "remove")]), 0).is_ok());
        assert_eq!(protocol.rules.len(), 3);
        assert!(change(&mut protocol, &sent(&[("do", "save"), ("emergency", "on")]), 0).is_ok());
        assert!(protocol.rules[3].emergency);
    }
}
