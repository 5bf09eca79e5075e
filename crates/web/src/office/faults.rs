//! What the checker found, in words for the people of the office, with the page on which it is mended.

use crate::words::Words;
use maud::{Markup, html};
use switchboard::flow::{Flow, FlowFault};
use switchboard::{NotDialled, Plan, Wrong, write_clock};

/// A fault told.
pub(super) struct Told {
    /// Where it is mended.
    pub(super) page: String,
    /// What it is about: a line, a queue, a relay.
    pub(super) about: String,
    /// What is wrong.
    pub(super) words: String,
    /// Whether it stops nothing.
    pub(super) warning: bool,
}

/// Why a number is not called, told.
pub(super) fn not_dialled(words: Words, why: NotDialled) -> &'static str {
    match why {
        NotDialled::Premium => words.say("check.premium"),
        NotDialled::Foreign => words.say("check.foreign"),
        NotDialled::Unknown => words.say("check.unknown_number"),
    }
}

/// What was found, told.
pub(super) fn told(words: Words, plan: &Plan, fault: &FlowFault) -> Told {
    let flow = |line: &switchboard::LineId| format!("/office/flows/{line}");
    let line_name =
        |line: &switchboard::LineId| plan.lines.get(line).map_or_else(|| line.0.clone(), |known| known.name.clone());
    let at_step = |line, step: &switchboard::StepId, text: String| {
        let about = format!("{}, {}", line_name(line), words.fill("check.step", &[("step", &step.0)]));
        Told { page: format!("{}#step-{step}", flow(line)), about, words: text, warning: fault.is_warning() }
    };
    let on = |page: String, about: String, text: String| Told { page, about, words: text, warning: false };
    match fault {
        FlowFault::NoStart(line) => on(flow(line), line_name(line), words.say("check.no_start").to_owned()),
        FlowFault::DeadEnd(line, step, to) => at_step(line, step, words.fill("check.dead_end", &[("to", &to.0)])),
        FlowFault::EndlessLoop(line, step) => at_step(line, step, words.say("check.endless_loop").to_owned()),
        FlowFault::SilentPath(line, step, language) => {
            at_step(line, step, words.fill("check.silent", &[("language", words.named("languages", language.code()))]))
        }
        FlowFault::NoHuman(line, step, minute) => {
            let when = format!("{} {}", words.weekday(usize::from(minute / 1440)), write_clock(minute % 1440));
            at_step(line, step, words.fill("check.no_human", &[("when", &when)]))
        }
        FlowFault::UnknownQueue(line, step, queue) => {
            at_step(line, step, words.fill("check.no_queue", &[("name", &queue.0)]))
        }
        FlowFault::UnknownRelay(line, step, relay) => {
            at_step(line, step, words.fill("check.no_relay", &[("name", &relay.0)]))
        }
        FlowFault::UnknownLine(line, step, other) => {
            at_step(line, step, words.fill("check.no_line", &[("name", &other.0)]))
        }
        FlowFault::StepWrong(line, step, wrong) => at_step(line, step, self::wrong(words, wrong)),
        FlowFault::LineWrong(line, wrong) => {
            on(format!("/office/lines/{line}"), line_name(line), self::wrong(words, wrong))
        }
        FlowFault::NumberTwice(line, other, number) => on(
            format!("/office/lines/{line}"),
            line_name(line),
            words.fill("check.number_twice", &[("number", number), ("line", &line_name(other))]),
        ),
        FlowFault::QueueWrong(queue, wrong) => {
            let name = plan.queues.get(queue).map_or_else(|| queue.0.clone(), |known| known.name.clone());
            on(format!("/office/queues/{queue}"), name, self::wrong(words, wrong))
        }
        FlowFault::RelayWrong(relay, wrong) => {
            let name = plan.relays.get(relay).map_or_else(|| relay.0.clone(), |known| known.name.clone());
            on(format!("/office/relays/{relay}"), name, self::wrong(words, wrong))
        }
        FlowFault::NotDialled(relay, why) => {
            let name = plan.relays.get(relay).map_or_else(|| relay.0.clone(), |known| known.name.clone());
            on(format!("/office/relays/{relay}"), name, not_dialled(words, *why).to_owned())
        }
        FlowFault::CareWrong(wrong) => {
            on("/office/care/rules".to_owned(), words.say("office.care").to_owned(), self::wrong(words, wrong))
        }
        FlowFault::NoLines => {
            on("/office".to_owned(), words.say("office.lines").to_owned(), words.say("check.no_lines").to_owned())
        }
        FlowFault::NeverReached(line, step) => at_step(line, step, words.say("check.never_reached").to_owned()),
    }
}

/// What is wrong with a setting.
pub(super) fn wrong(words: Words, wrong: &Wrong) -> String {
    let plain = |key| words.say(key).to_owned();
    match wrong {
        Wrong::OutOfRange(field, value, from, to) => words.fill(
            "check.range",
            &[
                ("field", words.named("field", field)),
                ("value", &value.to_string()),
                ("from", &from.to_string()),
                ("to", &to.to_string()),
            ],
        ),
        Wrong::ShortName => plain("check.short_name"),
        Wrong::NoName => plain("check.no_name"),
        Wrong::NotANumber(number) => words.fill("check.not_a_number", &[("number", number)]),
        Wrong::NotTenDigits(number) => words.fill("check.not_ten_digits", &[("number", number)]),
        Wrong::NoLanguage => plain("check.no_language"),
        Wrong::NoChoice => plain("check.no_choice"),
        Wrong::NoWord(digit) => words.fill("check.no_word", &[("digit", &digit.key().to_string())]),
        Wrong::DigitTwice(digit) => words.fill("check.digit_twice", &[("digit", &digit.key().to_string())]),
        Wrong::UnreadableDay(date) => words.fill("check.unreadable_day", &[("date", &date.to_string())]),
        Wrong::DayTwice(date) => words.fill("check.day_twice", &[("date", &date.to_string())]),
        Wrong::NoRung => plain("check.no_rung"),
        Wrong::NoHumanRung => plain("check.no_human_rung"),
        Wrong::TooManyRungs => plain("check.too_many_rungs"),
        Wrong::NoMessage => plain("check.no_message"),
        Wrong::UnknownQueue(queue) => words.fill("check.no_queue", &[("name", &queue.0)]),
        Wrong::UnknownRelay(relay) => words.fill("check.no_relay", &[("name", &relay.0)]),
        Wrong::EmergencyInCascade(relay) => words.fill("check.emergency_in_cascade", &[("name", &relay.0)]),
        Wrong::TooManySteps => words.fill("check.too_many_steps", &[("most", &Flow::MOST_STEPS.to_string())]),
        Wrong::UnknownCallPage(line) => words.fill("check.no_line", &[("name", &line.0)]),
    }
}

/// A single thing that is wrong, in the place of the list.
pub(super) fn only(words: &str) -> Markup {
    html! { div role="status" { ul.faults { li data-tone="fault" { (words) } } } }
}

/// The list of what was found. `only` keeps what one page can mend.
pub(super) fn list(words: Words, plan: &Plan, faults: &[FlowFault], only: Option<&str>) -> Markup {
    let told: Vec<Told> = faults.iter().map(|fault| told(words, plan, fault)).collect();
    let of_page = |told: &&Told| only.is_none_or(|page| told.page.split('#').next() == Some(page));
    listed(words, told.into_iter().filter(|told| of_page(&told)).collect())
}

/// A list of what was found, told; good news if there is nothing.
pub(super) fn listed(words: Words, mut told: Vec<Told>) -> Markup {
    // What stops a draft comes before what only might be meant otherwise.
    told.sort_by_key(|told| told.warning);
    html! { div role="status" {
        @if told.is_empty() {
            p.good { (words.say("check.good")) }
        } @else {
            ul.faults {
                @for fault in &told {
                    li data-tone=(if fault.warning { "warning" } else { "fault" }) {
                        a href=(fault.page) { (fault.about) } " : " (fault.words)
                        @if fault.warning { " " small { (words.say("check.warning")) } }
                    }
                }
            }
        }
    } }
}
