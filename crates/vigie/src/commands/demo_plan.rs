//! The plan of the demonstration: one line of each kind.

use crate::flows::{Way, usual};
use std::collections::BTreeMap;
use switchboard::{
    Language, Line, LineId, ListenerCare, Plan, QueueRules, Relay, Requirement, Rung, Tried, WeeklyHours,
};

/// One line that greets, one with a menu, one that rings until a human answers, one that is closed, one with a single
/// place, and one that a regulator answers first.
pub(super) fn plan(number: &str) -> Plan {
    let choices: BTreeMap<String, String> = [("1", "professional"), ("2", "student"), ("3", "relative")]
        .into_iter()
        .map(|(key, word)| (key.to_owned(), word.to_owned()))
        .collect();
    let line = |id: &str, name: &str, number: &str, queue: &str, way: Way<'_>| {
        let mut line = Line::usual(id, name, usual(queue, way));
        line.numbers = vec![number.to_owned(), format!("+33{}", number.get(1..).unwrap_or_default())];
        line.languages = vec![Language::Fr, Language::En];
        line
    };
    let menu = Way::Menu { choices: &choices, wait_seconds: 4 };
    let mut closed = line("fermee", "Ligne fermée (démo)", "0199000808", "ecoute", Way::Greet);
    closed.hours.week = WeeklyHours::never();
    let mut small = line("pleine", "Ligne à une place (démo)", "0199000809", "ecoute", Way::Greet);
    small.queue_limit = 1;
    let lines = [
        line("ecoute", "Ligne d’écoute (démo)", number, "ecoute", Way::Greet),
        line("choix", "Ligne avec menu (démo)", "0199000806", "ecoute", menu),
        line("sonnerie", "Ligne qui sonne (démo)", "0199000807", "ecoute", Way::Ring),
        closed,
        small,
        line("regulation", "Ligne régulée (démo)", "0199000810", "regulation", Way::Greet),
    ];
    let regulation = QueueRules {
        requires: Requirement::read("role:regulator").unwrap_or_default(),
        rungs: vec![
            Rung { tried: Tried::OnShift, seconds: 40 },
            Rung { tried: Tried::OnCall, seconds: 40 },
            Rung { tried: Tried::Message(switchboard::PromptName::AllBusy), seconds: 30 },
        ],
        ..QueueRules::usual("regulation", "Régulation (démo)")
    };
    let mut emergency = Relay::usual("urgence", "Urgences (démo)", "0199000815");
    emergency.emergency = true;
    let relays = [Relay::usual("partenaire", "Ligne partenaire (démo)", "0199000890"), emergency];
    let queues = [QueueRules::usual("ecoute", "Écoute (démo)"), regulation];
    // The demonstration's listeners are robots and visitors: nobody needs a rest of ten minutes to try it out.
    let mut plan = Plan::new(lines, queues, relays, ListenerCare::none());
    plan.call_page = Some(LineId::from("ecoute"));
    plan
}
