//! The whole table of stages and inputs, printed for a coordinator to read, and compared with `stage_table.txt` beside
//! this file. `UPDATE_SNAPSHOT=1` writes it anew; the difference is then read like any other change.
//!
//! Each row brings a small house to its stage by what happens outside, as it would come to be; then every input is tried
//! on a house of its own.

mod told;

use super::*;
use crate::flow::{
    AskDepartement, AskLanguage, Choice, Enter, Flow, LanguageChoice, LastWord, Menu, Ring, Say, ToRelay,
};
use crate::{
    Arrival, CallId, Channel, Command, Destination, Effect, Event, Input, Language, Line, LineId, ListenerCare, Output,
    Person, Plan, Playing, PromptName, QueueId, QueueRules, Relay, RelayId, Rung, StepId, Switchboard, Target, Tried,
};
use std::fmt::Write;
use std::sync::Arc;
use told::{consequences, effect, event};

const CALL: CallId = CallId(1);
const CALLER: LegId = LegId(1);
const LISTENER: ListenerId = ListenerId(7);
const COLLEAGUE: ListenerId = ListenerId(8);
const SUPERVISOR: ListenerId = ListenerId(9);

fn step(id: &str) -> StepId {
    StepId::from(id)
}

fn key(key: char) -> Digit {
    Digit::new(key).unwrap()
}

fn line(id: &str, first: crate::flow::Step) -> Line {
    let queue = QueueId::from(if id == "keyed" { "keyed" } else { "all" });
    let queue = crate::flow::Step::Queue(Enter { queue, priority: 0 });
    Line::usual(id, id, Flow::of([("first", first), ("queue", queue)]))
}

fn plan() -> Plan {
    use crate::flow::Step;
    let say = || Step::Say(Say { prompt: PromptName::Greeting, skip_in_surge: false, next: step("queue") });
    let student =
        Choice { digit: key('2'), choice: "student".to_owned(), wish: None, priority: 0, next: step("queue") };
    let menu = Menu {
        prompt: PromptName::MenuAudience,
        wait_seconds: 4,
        tries: 1,
        choices: vec![student],
        otherwise: step("queue"),
    };
    let language = AskLanguage {
        prompt: PromptName::MenuLanguage,
        wait_seconds: 3,
        choices: vec![LanguageChoice { digit: key('2'), language: Language::En }],
        next: step("queue"),
    };
    let departement = AskDepartement { prompt: PromptName::Departement, wait_seconds: 4, next: step("queue") };
    let lines = [
        line("says", say()),
        line("keyed", say()),
        line("menu", Step::Menu(menu)),
        line("language", Step::Language(language)),
        line("departement", Step::Departement(departement)),
        line("night", Step::Ring(Ring { next: step("queue") })),
        line("relay", Step::Relay(ToRelay { relay: RelayId::from("partner"), failed: step("queue") })),
        line("closed", Step::Last(LastWord { prompt: PromptName::Closed })),
    ];
    let queue = |id: &str, relay: &str| QueueRules {
        rungs: vec![
            Rung { tried: Tried::OnShift, seconds: 60 },
            Rung { tried: Tried::Partner(RelayId::from(relay)), seconds: 60 },
            Rung { tried: Tried::Message(PromptName::AllBusy), seconds: 30 },
        ],
        ..QueueRules::usual(id, id)
    };
    let relay = |id: &str, press_key| Relay { press_key, ..Relay::usual(id, id, "0199000899") };
    let relays = [relay("partner", false), relay("keyed", true)];
    Plan::new(lines, [queue("all", "partner"), queue("keyed", "keyed")], relays, ListenerCare::none())
}

/// A small house: one listener, a colleague, a supervisor.
struct House {
    board: Switchboard,
    now: Moment,
    play: PlayId,
}

impl House {
    fn new() -> Self {
        let mut house = Self { board: Switchboard::new(Arc::new(plan())), now: Moment(1_000), play: PlayId(-1) };
        let phone = |id| Person { phone: true, ..Person::anybody(id) };
        let supervisor = Person { supervises: true, ..Person::anybody(SUPERVISOR) };
        house.put(Input::People(vec![phone(LISTENER), phone(COLLEAGUE), supervisor]));
        house
    }

    fn put(&mut self, input: Input) -> Output {
        let mut out = Output::default();
        self.board.handle(input, self.now, &mut out);
        for effect in &out.effects {
            if let Effect::Play(CALLER, playing) = effect {
                self.play = playing.id;
            }
        }
        out
    }

    fn press(&mut self, who: ListenerId, command: Command) {
        self.put(Input::Listener(who, command));
    }

    fn arrive(&mut self, line: &str) {
        let line = LineId::from(line);
        let channel = Channel::Phone;
        self.put(Input::Arrived(Arrival { call: CALL, leg: CALLER, line, channel, language: None, tags: None }));
    }

    fn answered(&mut self, line: &str) {
        self.arrive(line);
        self.put(Input::LegAnswered(CALLER));
    }

    fn greeted(&mut self, line: &str) {
        self.answered(line);
        self.put(Input::PromptEnded(CALLER, self.play));
    }

    fn desk(&mut self, who: ListenerId) {
        self.put(Input::DeskUp(who, LegId(who.0 * 10)));
    }

    fn paused(&mut self, who: ListenerId) {
        self.desk(who);
        self.press(who, Command::Pause);
    }

    fn ready(&mut self, who: ListenerId) {
        self.desk(who);
        self.press(who, Command::Ready);
    }

    fn offered(&mut self, line: &str) {
        self.paused(COLLEAGUE);
        self.desk(SUPERVISOR);
        self.ready(LISTENER);
        self.greeted(line);
    }

    fn talk(&mut self) {
        self.offered("says");
        self.press(LISTENER, Command::Accept(CALL));
    }

    fn hands_over(&mut self, to: Target, warm: bool, second: bool) {
        self.press(LISTENER, Command::HandOver(HandOver { to, warm, second }));
    }

    fn second(&mut self) {
        self.talk();
        self.press(COLLEAGUE, Command::Ready);
        self.hands_over(Target::Queue(QueueId::from("all")), true, true);
        self.press(COLLEAGUE, Command::Accept(CALL));
    }

    /// The telephone that was called for the call.
    fn phone(&self) -> LegId {
        let legs = self.board.calls.get(&CALL).map_or(Vec::new(), |call| call.stage.called_legs());
        legs.first().copied().unwrap_or(LegId(-99))
    }

    fn stage(&self) -> String {
        self.board.calls.get(&CALL).map_or("over".to_owned(), |call| name(&call.stage))
    }
}

/// The stage's name.
fn name(stage: &Stage) -> String {
    let name = match stage {
        Stage::Answering(_) => "answering",
        Stage::InFlow(_) => "in the flow",
        Stage::Waiting(stage) => match &stage.search.dialled {
            None => "waiting",
            Some(dialled) if dialled.answered => "waiting, a key is awaited at the partner line",
            Some(_) => "waiting, the partner line rings",
        },
        Stage::Offered(stage) => match stage.offer.via {
            Via::Desk(_) => "offered at a desk",
            Via::Phone { answered: false, .. } => "offered by telephone",
            Via::Phone { answered: true, .. } => "offered by telephone, a key is awaited",
        },
        Stage::Connecting(_) => "connecting",
        Stage::Talking(stage) => match stage.beside.as_ref().map(|beside| &beside.step) {
            None if stage.held => "talking, on hold",
            None => "talking",
            Some(BesideStep::Searching(_)) => "talking, somebody is looked for",
            Some(BesideStep::Ringing(..)) => "talking, somebody rings",
            Some(BesideStep::Dialling { .. }) => "talking, a relay rings",
            Some(BesideStep::Consulting { .. }) => "talking, the two consult",
        },
        Stage::Recovering(_) => "recovering",
        Stage::Relaying(_) => "relaying",
        Stage::LastWord(_) => "last word",
        Stage::Over => "over",
    };
    name.to_owned()
}

type Recipe = fn(&mut House);

fn rows() -> Vec<(&'static str, Recipe)> {
    let mut rows = before_a_human();
    rows.extend(with_a_human());
    rows
}

fn before_a_human() -> Vec<(&'static str, Recipe)> {
    vec![
        ("the answer is on its way", |house| house.arrive("says")),
        ("a step that says a prompt", |house| house.answered("says")),
        ("a menu", |house| house.answered("menu")),
        ("a choice of languages", |house| house.answered("language")),
        ("the département, one key typed", |house| {
            house.answered("departement");
            house.put(Input::Digit(CALLER, key('2')));
        }),
        ("the caller hears prompts, a colleague pauses", |house| {
            house.desk(SUPERVISOR);
            house.paused(COLLEAGUE);
            house.greeted("says");
        }),
        ("the caller hears ringing", |house| {
            house.paused(COLLEAGUE);
            house.arrive("night");
        }),
        ("nobody is there, the partner line rings", |house| house.greeted("says")),
        ("nobody is there, the partner line answered and needs a key", |house| {
            house.greeted("keyed");
            let phone = house.phone();
            house.put(Input::LegAnswered(phone));
        }),
        ("the listener's desk rings", |house| house.offered("says")),
        ("the listener's desk rings, the caller hears ringing", |house| house.offered("night")),
        ("the listener's telephone rings", |house| {
            house.paused(COLLEAGUE);
            house.ready(LISTENER);
            house.press(LISTENER, Command::UsePhone(true));
            house.greeted("says");
        }),
        ("the listener's telephone was answered", |house| {
            house.paused(COLLEAGUE);
            house.ready(LISTENER);
            house.press(LISTENER, Command::UsePhone(true));
            house.greeted("says");
            let phone = house.phone();
            house.put(Input::LegAnswered(phone));
        }),
        ("a relay is called for the caller", |house| house.answered("relay")),
        ("a last word is said", |house| house.answered("closed")),
        ("whatever still comes", |house| {
            house.answered("closed");
            house.put(Input::LegEnded(CALLER, LegEnd::HungUp));
        }),
    ]
}

fn with_a_human() -> Vec<(&'static str, Recipe)> {
    vec![
        ("accepted, the caller's line is being answered", |house| {
            house.offered("night");
            house.press(LISTENER, Command::Accept(CALL));
        }),
        ("two", House::talk),
        ("two, the caller on hold", |house| {
            house.talk();
            house.press(LISTENER, Command::Hold);
        }),
        ("three: a colleague came to the call", House::second),
        ("a hand-over, nobody is free", |house| {
            house.talk();
            house.hands_over(Target::Queue(QueueId::from("all")), true, false);
        }),
        ("a hand-over, a colleague's desk rings", |house| {
            house.talk();
            house.press(COLLEAGUE, Command::Ready);
            house.hands_over(Target::Queue(QueueId::from("all")), true, false);
        }),
        ("a hand-over to a relay, which rings", |house| {
            house.talk();
            house.hands_over(Target::Relay(RelayId::from("partner")), true, false);
        }),
        ("a hand-over, the two talk first", |house| {
            house.talk();
            house.press(COLLEAGUE, Command::Ready);
            house.hands_over(Target::Queue(QueueId::from("all")), true, false);
            house.press(COLLEAGUE, Command::Accept(CALL));
        }),
        ("a supervisor listens", |house| {
            house.talk();
            house.press(SUPERVISOR, Command::Watch(CALL, WatchMode::Listen));
        }),
        ("a supervisor joined", |house| {
            house.talk();
            house.press(SUPERVISOR, Command::Watch(CALL, WatchMode::Join));
        }),
        ("a relay alone", |house| {
            house.answered("relay");
            let phone = house.phone();
            house.put(Input::LegAnswered(phone));
        }),
        ("the listener vanished in the talk", |house| {
            house.talk();
            house.put(Input::DeskDown(LISTENER));
        }),
    ]
}

type Trial = fn(&mut House) -> Output;

fn inputs() -> Vec<(&'static str, Trial)> {
    let mut inputs = of_the_legs();
    inputs.extend(of_people());
    inputs
}

fn phone(house: &mut House, input: impl FnOnce(LegId) -> Input) -> Output {
    let leg = house.phone();
    house.put(input(leg))
}

fn of_the_legs() -> Vec<(&'static str, Trial)> {
    vec![
        ("the answer is complete", |house| house.put(Input::LegAnswered(CALLER))),
        ("the caller hangs up", |house| house.put(Input::LegEnded(CALLER, LegEnd::HungUp))),
        ("the caller's line is lost", |house| house.put(Input::LegEnded(CALLER, LegEnd::Lost))),
        ("the prompt ends", |house| house.put(Input::PromptEnded(CALLER, house.play))),
        ("an earlier prompt's end comes late", |house| house.put(Input::PromptEnded(CALLER, PlayId(0)))),
        ("the caller presses 2", |house| house.put(Input::Digit(CALLER, key('2')))),
        ("the caller presses 9", |house| house.put(Input::Digit(CALLER, key('9')))),
        ("the telephone called answers", |house| phone(house, Input::LegAnswered)),
        ("1 is pressed there", |house| phone(house, |leg| Input::Digit(leg, key('1')))),
        ("2 is pressed there", |house| phone(house, |leg| Input::Digit(leg, key('2')))),
        ("it is busy", |house| phone(house, |leg| Input::LegEnded(leg, LegEnd::Busy))),
        ("it hangs up", |house| phone(house, |leg| Input::LegEnded(leg, LegEnd::HungUp))),
        ("its line is lost", |house| phone(house, |leg| Input::LegEnded(leg, LegEnd::Lost))),
        ("time is up", |house| {
            let until = house.board.calls.get(&CALL).and_then(|call| call.stage.deadline());
            house.now = until.unwrap_or(house.now);
            house.put(Input::TimePassed)
        }),
        ("surge mode is switched on", |house| house.put(Input::Listener(SUPERVISOR, Command::Surge(true)))),
    ]
}

fn press(house: &mut House, who: ListenerId, command: Command) -> Output {
    house.put(Input::Listener(who, command))
}

fn of_people() -> Vec<(&'static str, Trial)> {
    let mut trials: Vec<(&'static str, Trial)> = vec![
        ("a colleague is ready", |house| press(house, COLLEAGUE, Command::Ready)),
        ("the listener accepts", |house| press(house, LISTENER, Command::Accept(CALL))),
        ("the listener declines", |house| press(house, LISTENER, Command::Decline(CALL))),
        ("the listener vanishes", |house| house.put(Input::DeskDown(LISTENER))),
        ("the listener opens a new desk", |house| house.put(Input::DeskUp(LISTENER, LegId(71)))),
        ("the listener presses hold", |house| press(house, LISTENER, Command::Hold)),
        ("the listener presses resume", |house| press(house, LISTENER, Command::Resume)),
        ("the listener ends the call", |house| press(house, LISTENER, Command::End)),
    ];
    trials.extend(of_hand_overs());
    trials
}

fn of_hand_overs() -> Vec<(&'static str, Trial)> {
    vec![
        ("the listener hands over to the queue, warm", |house| {
            let to = Target::Queue(QueueId::from("all"));
            press(house, LISTENER, Command::HandOver(HandOver { to, warm: true, second: false }))
        }),
        ("the listener hands over to the queue, cold", |house| {
            let to = Target::Queue(QueueId::from("all"));
            press(house, LISTENER, Command::HandOver(HandOver { to, warm: false, second: false }))
        }),
        ("the listener calls the colleague to the call", |house| {
            let to = Target::Listener(COLLEAGUE);
            press(house, LISTENER, Command::HandOver(HandOver { to, warm: true, second: true }))
        }),
        ("the listener takes the hand-over back", |house| press(house, LISTENER, Command::TakeBack)),
        ("the listener brings the caller in", |house| press(house, LISTENER, Command::Join)),
        ("the listener leaves the caller with the other", |house| press(house, LISTENER, Command::Leave)),
        ("the colleague accepts", |house| press(house, COLLEAGUE, Command::Accept(CALL))),
        ("the colleague declines", |house| press(house, COLLEAGUE, Command::Decline(CALL))),
        ("the colleague vanishes", |house| house.put(Input::DeskDown(COLLEAGUE))),
        ("the colleague ends the call", |house| press(house, COLLEAGUE, Command::End)),
        ("a supervisor comes to listen", |house| press(house, SUPERVISOR, Command::Watch(CALL, WatchMode::Listen))),
        ("a supervisor comes to whisper", |house| press(house, SUPERVISOR, Command::Watch(CALL, WatchMode::Whisper))),
        ("a supervisor joins", |house| press(house, SUPERVISOR, Command::Watch(CALL, WatchMode::Join))),
        ("the supervisor leaves", |house| press(house, SUPERVISOR, Command::Unwatch)),
    ]
}

fn table() -> String {
    let mut text = String::from(
        "What a call does in each stage, whatever comes. Written by `cargo test`; see src/call/table.rs.\n\
         \"does\" is done at once and in this order; \"notes\" goes to the journal. Drawing a desk anew is left out.\n",
    );
    for (title, recipe) in rows() {
        let brought = || {
            let mut house = House::new();
            recipe(&mut house);
            house
        };
        let before = brought().stage();
        write!(text, "\n{} — {title}\n", before.to_uppercase()).unwrap();
        let mut ignored = Vec::new();
        // Inputs of which the same comes, one after the other, share their lines.
        let mut told: Vec<(String, String)> = Vec::new();
        for (name, trial) in inputs() {
            let mut house = brought();
            let out = trial(&mut house);
            let effects: Vec<String> = out.effects.iter().filter_map(effect).collect();
            // That surge mode was switched is known: what matters is what comes of it.
            let told_anyway = |event: &&Event| !matches!(event, Event::SurgeSwitched { .. });
            let events: Vec<String> = out.events.iter().filter(told_anyway).map(event).collect();
            let next = house.stage();
            if next == before && effects.is_empty() && events.is_empty() {
                ignored.push(name);
                continue;
            }
            let comes = consequences(&next, &effects, &events);
            match told.last_mut() {
                Some((names, before)) if *before == comes => write!(names, ", or {name}").unwrap(),
                Some(_) | None => told.push((name.to_owned(), comes)),
            }
        }
        for (names, comes) in told {
            writeln!(text, "  {names} → {comes}").unwrap();
        }
        writeln!(text, "  changes nothing: {}", ignored.join("; ")).unwrap();
    }
    text
}

#[test]
fn every_stage_meets_every_input_as_the_table_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/call/stage_table.txt");
    let table = table();
    if std::env::var_os("UPDATE_SNAPSHOT").is_some() {
        std::fs::write(path, &table).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    for (number, (kept, now)) in kept.lines().zip(table.lines()).enumerate() {
        assert_eq!(kept, now, "line {} of stage_table.txt; UPDATE_SNAPSHOT=1 writes it anew", number + 1);
    }
    assert_eq!(kept.lines().count(), table.lines().count(), "stage_table.txt; UPDATE_SNAPSHOT=1 writes it anew");
}
