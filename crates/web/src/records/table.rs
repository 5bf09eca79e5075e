//! Records as a table for a spreadsheet. Texts that somebody typed are left out unless they are asked for.

use super::say::{self, answer};
use crate::desk::saved_answers;
use crate::figures::cell;
use crate::receipts::Names;
use crate::words::Words;
use care::{FieldKind, KindAnswer, Protocol};
use directory::Territory;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{CareRecord, FollowUp};
use switchboard::ListenerId;

/// A record with what belongs to it.
pub(super) struct Row {
    pub(super) record: CareRecord,
    pub(super) protocol: Arc<Protocol>,
    pub(super) follow_up: FollowUp,
    /// How many codes for consultations were given.
    pub(super) codes: i64,
}

/// The table: a column for each field that any of the forms has, by its key.
pub(super) fn written(names: &Names, territory: Territory, rows: &[Row], with_texts: bool) -> String {
    let words = names.words;
    let mut columns: BTreeMap<&str, String> = BTreeMap::new();
    let mut order: Vec<&str> = Vec::new();
    for field in rows.iter().flat_map(|row| row.protocol.form.fields()) {
        let shown = with_texts || !matches!(field.kind, FieldKind::Text { .. });
        if shown && !columns.contains_key(field.key.as_str()) {
            columns.insert(&field.key, words.wording(&field.label));
            order.push(&field.key);
        }
    }
    let fixed = ["records.when", "call_part.line", "records.listener", "records.state"];
    let mut heads: Vec<String> = fixed.map(|key| cell(words.say(key))).into();
    heads.extend(order.iter().map(|key| cell(columns.get(key).map_or("", String::as_str))));
    heads.extend(done_heads(words));
    let mut text = heads.join(";") + "\r\n";
    for Row { record, protocol, follow_up, codes } in rows {
        let answers = saved_answers(record);
        let state = if record.closed_at.is_some() { "records.closed" } else { "records.drafts" };
        let mut cells = vec![
            cell(&names.time(record.elsewhere_at.unwrap_or(record.opened_at), "%Y-%m-%d %H:%M")),
            cell(&names.line(&record.line)),
            cell(&names.person(ListenerId(record.listener))),
            cell(words.say(state)),
        ];
        cells.extend(order.iter().map(|key| {
            let field = protocol.form.field(key);
            cell(&field.map(|field| answer(words, territory, field, &answers)).unwrap_or_default())
        }));
        cells.extend(done(words, protocol, follow_up, *codes));
        text.push_str(&cells.join(";"));
        text.push_str("\r\n");
    }
    text
}

/// What was done beside the talk: where the caller was sent, what they said to the other kinds, and the emergency.
fn done_heads(words: Words) -> Vec<String> {
    let mut heads = vec![words.say("reorientation.given")];
    heads.extend(KindAnswer::ALL.iter().map(|said| said.label(words.0)));
    heads.extend(
        ["records.codes", "records.help_with", "records.help_without", "records.steps"].map(|key| words.say(key)),
    );
    heads.into_iter().map(cell).collect()
}

fn done(words: Words, protocol: &Protocol, follow_up: &FollowUp, codes: i64) -> Vec<String> {
    let listed = |texts: Vec<String>| cell(&texts.join(", "));
    let mut cells = vec![listed(follow_up.given.iter().map(|one| say::kind(words, &one.kind).to_owned()).collect())];
    cells.extend(KindAnswer::ALL.iter().map(|said| {
        let kinds = follow_up.answers.iter().filter(|(_, answer)| *answer == said.key());
        listed(kinds.map(|(kind, _)| say::kind(words, kind).to_owned()).collect())
    }));
    cells.push(cell(&codes.to_string()));
    for consent in [true, false] {
        let calls = follow_up.help.iter().filter(|call| call.consent == consent);
        cells.push(listed(calls.map(|call| say::number(words, &call.number).to_owned()).collect()));
    }
    let steps = say::steps(protocol, follow_up);
    cells.push(listed(steps.iter().map(|step| words.wording(&step.label)).collect()));
    cells
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;
    use store::{HelpCall, Reorientation};

    #[test]
    fn what_was_done_has_a_column_for_each_thing_that_can_be() {
        let given = |entry: &str, kind: &str| Reorientation {
            entry: entry.to_owned(),
            kind: kind.to_owned(),
            name: "=1+1".to_owned(),
            given_at: 1,
        };
        let help = |number: &str, consent| HelpCall { number: number.to_owned(), consent, called_at: 1 };
        let protocol = Protocol::standard();
        let follow_up = FollowUp {
            given: vec![given("a", "general_practitioner"), given("b", "psychiatrist")],
            answers: [("psychologist".to_owned(), "refused".to_owned())].into(),
            steps: [protocol.emergency[1].key.clone(), protocol.emergency[0].key.clone()].into(),
            help: vec![help("15", true), help("17", false)],
        };
        let words = Words(Language::Fr);
        let (heads, cells) = (done_heads(words), done(words, &protocol, &follow_up, 2));
        assert_eq!(heads.len(), cells.len());
        let of = |head: &str| cells[heads.iter().position(|one| one == &cell(head)).unwrap()].clone();
        assert_eq!(of("Adresses données"), cell("Médecin généraliste, Psychiatre"));
        assert_eq!((of("Refusé"), of("Proposé")), (cell("Psychologue"), cell("")));
        assert_eq!(of("Codes de consultation donnés"), cell("2"));
        assert!(of("Secours appelés, avec accord").contains("15") && of("Secours appelés, sans accord").contains("17"));
        let [first, second] = [0, 1].map(|place| words.wording(&protocol.emergency[place].label));
        assert_eq!(of("Étapes suivies"), cell(&format!("{first}, {second}")), "in the order of the procedure");
    }
}
