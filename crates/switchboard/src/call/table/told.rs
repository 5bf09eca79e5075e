//! What the table of stages says of an input's consequences, in words that a reader understands.

use super::*;

pub(super) fn leg(leg: LegId) -> &'static str {
    match leg.0 {
        1 => "the caller",
        70 => "the listener",
        71 => "the listener's new desk",
        80 => "the colleague",
        90 => "the supervisor",
        ..0 => "the telephone called",
        0.. => "somebody else",
    }
}

pub(super) fn effect(effect: &Effect) -> Option<String> {
    let words = match effect {
        Effect::Ring(of) => format!("ring towards {}", leg(*of)),
        Effect::Answer(of) => format!("answer {}", leg(*of)),
        Effect::Refuse(of, why) => format!("refuse {} ({why:?})", leg(*of)),
        Effect::HangUp(of) => format!("hang up on {}", leg(*of)),
        Effect::Play(of, playing) => format!("play to {}: {}", leg(*of), prompts(playing)),
        Effect::Hear(of, legs) if legs.is_empty() => format!("let {} hear nobody", leg(*of)),
        Effect::Hear(of, legs) => {
            let heard: Vec<&str> = legs.iter().map(|heard| leg(*heard)).collect();
            format!("let {} hear {}", leg(*of), heard.join(" and "))
        }
        Effect::Dial(_, Destination::Listener(_), _) => "call the listener's telephone".to_owned(),
        Effect::Dial(_, Destination::Relay(relay), _) => format!("call the relay \"{relay}\""),
        Effect::Tell(_, state) => format!("show the caller's page \"{}\"", spaced(&format!("{state:?}"))),
        // Desks are redrawn whenever anything about them may have changed: saying so in each line would hide the rest.
        Effect::DeskChanged(_) | Effect::SupervisionChanged => return None,
    };
    Some(words)
}

pub(super) fn prompts(playing: &Playing) -> String {
    let mut words = String::new();
    for (index, item) in playing.items.iter().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        let again = if playing.again_from == Some(index) { "again and again: " } else { "" };
        write!(words, "{comma}{again}{}", spaced(&format!("{:?}", item.prompt))).unwrap();
        if let Some(milliseconds) = item.at_most {
            write!(words, " {} s", milliseconds / 1000).unwrap();
        }
    }
    words
}

/// What the journal is told, without the reasons of a choice: they are numbers, and change with every rule.
pub(super) fn event(event: &Event) -> String {
    let mut debug = format!("{event:?}");
    if let Some(why) = debug.find(", why: Some") {
        debug.truncate(why);
    }
    spaced(&debug)
}

/// `GaveUp { during: Waiting }` as `gave up, during: waiting`.
pub(super) fn spaced(debug: &str) -> String {
    let named = [
        ("call: CallId(1), ", ""),
        (" { call: CallId(1) }", ""),
        ("ListenerId(7)", "the listener"),
        ("ListenerId(8)", "the colleague"),
        ("ListenerId(9)", "the supervisor"),
        ("QueueId", ""),
        ("RelayId", ""),
        ("Some", ""),
        (" { ", ", "),
        (" }", ""),
    ];
    let mut text = debug.to_owned();
    for (from, to) in named {
        text = text.replace(from, to);
    }
    let mut words = String::new();
    for letter in text.chars().filter(|letter| !matches!(letter, '(' | ')' | '"')) {
        if letter.is_uppercase() && words.chars().last().is_some_and(char::is_alphabetic) {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}

pub(super) fn consequences(next: &str, effects: &[String], events: &[String]) -> String {
    let mut text = next.to_owned();
    for (what, list) in [("does", effects), ("notes", events)] {
        for (index, words) in list.iter().enumerate() {
            let what = if index == 0 { what } else { "" };
            write!(text, "\n      {what:<6}{words}").unwrap();
        }
    }
    text
}
