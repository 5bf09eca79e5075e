//! Records as a table for a spreadsheet. Texts that somebody typed are left out unless they are asked for.

use super::say::answer;
use crate::desk::saved_answers;
use crate::figures::cell;
use crate::receipts::Names;
use care::{FieldKind, Kind, Protocol};
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
    heads.push(cell(words.say("reorientation.given")));
    let mut text = heads.join(";") + "\r\n";
    for Row { record, protocol, follow_up } in rows {
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
        let given = follow_up.given.iter().map(|one| Kind::from_key(&one.kind).map_or("", |kind| kind.label(words.0)));
        cells.push(cell(&given.collect::<Vec<_>>().join(", ")));
        text.push_str(&cells.join(";"));
        text.push_str("\r\n");
    }
    text
}
