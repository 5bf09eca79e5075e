//! The protocol on the workbench: the form of a care record, the rules of reorientation and the steps of an emergency, changed as
//! a draft and put in force, as plans are. Records that were begun keep the version they were begun with.

mod condition;
mod emergency;
mod faults;
mod field;
mod page;
mod rules;
mod section;
mod transfer;

pub(crate) use emergency::{change_emergency, emergency_page};
pub(crate) use field::{change_field, field_page};
pub(crate) use page::{add_to_form, move_in_form, protocol_page};
pub(crate) use rules::{change_rules, rules_page};
pub(crate) use section::{change_section, section_page};
pub(crate) use transfer::{
    drop_protocol_draft, export_protocol, import_protocol, put_protocol_back, put_protocol_in_force,
};

use super::draft::{NotMade, mark};
use super::things::short_name;
use crate::App;
use crate::desk::{Filled, record_fields};
use crate::words::Words;
use care::{Answers, Form, LONGEST_KEY, Protocol, Severity};
use maud::{Markup, html};
use store::{DraftSeen, StoreError, Version};

/// How often a change is tried anew because somebody else's came between.
const TRIES: usize = 8;

/// The protocol that is worked on.
struct Draft {
    /// What it says.
    protocol: Protocol,
    /// The draft's row, if it is one.
    row: Option<Version<Protocol>>,
    /// What is in force.
    in_force: Protocol,
}

impl Draft {
    /// Reads what is worked on.
    async fn read(app: &App) -> Result<Self, StoreError> {
        let protocols = app.house.store().protocols();
        let row = protocols.draft().await?;
        let in_force = protocols.in_force().await?.map(|row| row.body).unwrap_or_default();
        let protocol = row.as_ref().map_or_else(|| in_force.clone(), |row| row.body.clone());
        Ok(Self { protocol, row, in_force })
    }

    /// Which draft this is, for whoever wants to change exactly this one.
    fn seen(&self) -> Option<DraftSeen> {
        self.row.as_ref().map(Version::seen)
    }

    /// A mark of all that it says.
    fn says(&self) -> String {
        serde_json::to_value(&self.protocol).map_or_else(|_| String::new(), |protocol| mark(&protocol))
    }

    /// Whether something keeps it from being put in force.
    fn stops(&self) -> bool {
        stops(&self.protocol)
    }

    /// Makes a change to the draft. `change` may be called more than once, each time with a newer protocol.
    async fn change(
        app: &App,
        who: i64,
        change: impl Fn(&mut Protocol) -> Result<(), NotMade>,
    ) -> Result<Self, NotMade> {
        for _ in 0..TRIES {
            let mut draft = Self::read(app).await?;
            change(&mut draft.protocol)?;
            let protocols = app.house.store().protocols();
            match protocols.save_draft(&draft.protocol, draft.seen(), who, app.house.wall_ms()).await {
                Ok(_) => return Self::read(app).await.map_err(NotMade::Store),
                Err(StoreError::StaleVersion) => {}
                Err(fault) => return Err(fault.into()),
            }
        }
        Err(NotMade::Stale)
    }
}

/// A protocol as it is taken in, checked, drawn, and written again, for the fuzz targets; or why it is not taken in.
#[cfg(feature = "fuzzing")]
pub(super) fn again(words: Words, text: &str) -> Result<String, String> {
    let protocol = transfer::taken_in(words, text)?;
    let _faults = faults::list(words, &protocol, None);
    let answers = Answers::new();
    let filled =
        Filled { form: &protocol.form, answers: &answers, errors: &[], territory: directory::Territory::load() };
    let _drawn = record_fields(words, &filled);
    super::transfer::written(&protocol).map_err(|status| status.to_string())
}

/// Whether something keeps a protocol from being put in force.
fn stops(protocol: &Protocol) -> bool {
    protocol.check().iter().any(|fault| fault.severity() == Severity::Fault)
}

/// The form as listeners will see it, drawn by what draws it for them. What is filled in here goes nowhere.
fn preview(app: &App, words: Words, form: &Form) -> Markup {
    let filled = Filled { form, answers: &Answers::new(), errors: &[], territory: app.house.territory() };
    html! {
        form.record.preview method="dialog" data-preview data-draft="preview" autocomplete="off" {
            (record_fields(words, &filled))
        }
    }
}

/// A key that nothing else has, from the name that somebody gave; `None` if there is no letter in it to make one of.
fn new_key(name: &str, taken: &dyn Fn(&str) -> bool) -> Option<String> {
    let plain = short_name(name).replace('-', "_");
    let plain = if plain.starts_with(|sign: char| sign.is_ascii_digit()) { format!("n_{plain}") } else { plain };
    if plain.is_empty() {
        return None;
    }
    let cut = |length: usize| plain.chars().take(length).collect::<String>();
    let mut tries = std::iter::once(cut(LONGEST_KEY)).chain((2..100).map(|count| format!("{}_{count}", cut(36))));
    tries.find(|key| !taken(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_made_of_names_and_are_never_there_twice() {
        let none = |_: &str| false;
        assert_eq!(new_key("Lieu d’exercice", &none).as_deref(), Some("lieu_d_exercice"));
        assert_eq!(new_key("18 à 24 ans", &none).as_deref(), Some("n_18_a_24_ans"));
        assert_eq!(new_key("  ?!", &none), None);
        let taken = |key: &str| ["lieu", "lieu_2"].contains(&key);
        assert_eq!(new_key("Lieu", &taken).as_deref(), Some("lieu_3"));
        let long = new_key(&"é".repeat(90), &none).unwrap();
        assert!(care::is_key(&long) && long.len() == 40);
        assert!(care::is_key(&new_key(&"é".repeat(90), &|key| key == long).unwrap()));
    }
}
