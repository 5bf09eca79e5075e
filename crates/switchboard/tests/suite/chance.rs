//! Whatever comes, in whatever order: inputs drawn by chance, many of them senseless, in virtual time. After every one
//! the invariants hold and the checker agrees; once every caller has left, every call has its one outcome.

use crate::house::{House, asks, closed, greets, rings};
use proptest::prelude::*;
use switchboard::{CallId, Command, Effect, Input, LegEnd, LegId, Line, ListenerId, PlayId};

const LINES: [&str; 4] = ["sps", "menu", "night", "closed"];

#[derive(Debug, Clone)]
enum Act {
    Arrive(usize),
    Answer(usize),
    PromptEnds(usize),
    StalePromptEnds(usize, i64),
    Key(usize, char),
    Leave(usize, LegEnd),
    DeskUp(i64),
    DeskDown(i64),
    Press(i64, Pressed),
    Wait(u64),
}

/// A press, with the call named by where it comes from: the desk's own, or any other.
#[derive(Debug, Clone, Copy)]
enum Pressed {
    Ready,
    Pause,
    SignOff,
    Accept,
    AcceptOther(usize),
    Decline,
    Hold,
    Resume,
    End,
    Close,
}

fn act() -> impl Strategy<Value = Act> {
    let caller = || 0..6usize;
    let listener = || 1..5i64;
    let end = prop_oneof![4 => Just(LegEnd::HungUp), 1 => Just(LegEnd::Lost), 1 => Just(LegEnd::Failed)];
    let pressed = prop_oneof![
        4 => Just(Pressed::Ready),
        1 => Just(Pressed::Pause),
        1 => Just(Pressed::SignOff),
        6 => Just(Pressed::Accept),
        1 => caller().prop_map(Pressed::AcceptOther),
        1 => Just(Pressed::Decline),
        1 => Just(Pressed::Hold),
        1 => Just(Pressed::Resume),
        2 => Just(Pressed::End),
        4 => Just(Pressed::Close),
    ];
    prop_oneof![
        6 => (0..LINES.len()).prop_map(Act::Arrive),
        6 => caller().prop_map(Act::Answer),
        6 => caller().prop_map(Act::PromptEnds),
        1 => (caller(), 0..20i64).prop_map(|(caller, play)| Act::StalePromptEnds(caller, play)),
        2 => (caller(), prop_oneof![Just('1'), Just('2'), Just('9')]).prop_map(|(caller, key)| Act::Key(caller, key)),
        3 => (caller(), end).prop_map(|(caller, end)| Act::Leave(caller, end)),
        3 => listener().prop_map(Act::DeskUp),
        2 => listener().prop_map(Act::DeskDown),
        12 => (listener(), pressed).prop_map(|(listener, pressed)| Act::Press(listener, pressed)),
        4 => prop_oneof![Just(0), Just(1), 1..1_000u64, 1_000..25_000u64, Just(2_000_000)].prop_map(Act::Wait),
    ]
}

/// A house, and what a world outside it would know.
struct World {
    house: House,
    /// The calls that came and whose leg the platform asked to answer, newest last.
    calls: Vec<(i64, bool)>,
    next_leg: i64,
}

impl World {
    fn new() -> Self {
        let small = |line: Line| Line { queue_limit: 5, ..line };
        let lines = vec![small(greets("sps")), small(asks("menu")), small(rings("night")), closed("closed")];
        Self { house: House::new(lines), calls: Vec::new(), next_leg: 0 }
    }

    /// One of the newest calls.
    fn call(&self, index: usize) -> Option<i64> {
        self.calls.iter().rev().nth(index).map(|(call, _)| *call)
    }

    fn does(&mut self, act: &Act) {
        match act {
            Act::Arrive(line) => {
                let call = i64::try_from(self.calls.len()).unwrap() + 1;
                self.calls.push((call, false));
                self.house.arrive(call, LINES[*line]);
            }
            Act::Answer(index) => {
                // Only a leg that was asked says that its answer is complete; it may say so late, or twice.
                if let Some((call, true)) = self.calls.iter().rev().nth(*index).copied() {
                    self.house.answered(call);
                }
            }
            Act::PromptEnds(index) => {
                if let Some(play) = self.call(*index).and_then(|call| self.house.playing(call)) {
                    let leg = House::leg(self.call(*index).unwrap());
                    self.house.put(Input::PromptEnded(leg, play));
                }
            }
            Act::StalePromptEnds(index, play) => {
                if let Some(call) = self.call(*index) {
                    self.house.put(Input::PromptEnded(House::leg(call), PlayId(*play)));
                }
            }
            Act::Key(index, key) => {
                if let Some(call) = self.call(*index) {
                    self.house.presses(call, *key);
                }
            }
            Act::Leave(index, end) => {
                if let Some(call) = self.call(*index) {
                    self.house.put(Input::LegEnded(House::leg(call), *end));
                }
            }
            Act::DeskUp(listener) => {
                self.next_leg += 1;
                self.house.put(Input::DeskUp(ListenerId(*listener), LegId(1_000_000 + self.next_leg)));
            }
            Act::DeskDown(listener) => self.house.desk_down(*listener),
            Act::Press(listener, pressed) => self.press(*listener, *pressed),
            Act::Wait(milliseconds) => self.house.wait(*milliseconds),
        }
        self.note_answers();
    }

    fn press(&mut self, listener: i64, pressed: Pressed) {
        let desk = self.house.desk(listener);
        let own = desk.call.map_or(CallId(-1), |card| card.call);
        let command = match pressed {
            Pressed::Ready => Command::Ready,
            Pressed::Pause => Command::Pause,
            Pressed::SignOff => Command::SignOff,
            Pressed::Accept => Command::Accept(own),
            Pressed::AcceptOther(index) => Command::Accept(CallId(self.call(index).unwrap_or(-1))),
            Pressed::Decline => Command::Decline(own),
            Pressed::Hold => Command::Hold,
            Pressed::Resume => Command::Resume,
            Pressed::End => Command::End,
            Pressed::Close => Command::CloseRecord(desk.wrapping_up.unwrap_or(CallId(-1)), None),
        };
        self.house.press(listener, command);
    }

    fn note_answers(&mut self) {
        for effect in &self.house.last.effects {
            if let Effect::Answer(leg) = effect {
                for (call, asked) in &mut self.calls {
                    *asked |= House::leg(*call) == *leg;
                }
            }
        }
    }

    fn everybody_leaves(&mut self) {
        for (call, _) in self.calls.clone() {
            self.house.hangs_up(call);
        }
        assert_eq!(self.house.board.open_calls(), 0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_comes_the_rules_hold(acts in prop::collection::vec(act(), 1..160)) {
        let mut world = World::new();
        for act in &acts {
            world.does(act);
        }
        world.everybody_leaves();
    }
}
