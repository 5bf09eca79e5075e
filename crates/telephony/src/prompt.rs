//! The prompts, in memory, and the playing of them.

use crate::audio::{FRAME, FRAME_MS, Sound, g711, wav};
use std::collections::BTreeMap;
use switchboard::{Language, PlayId, Playing, PromptName};

type Sounds = BTreeMap<(PromptName, Language), Sound>;

/// Every prompt in every language.
#[derive(Debug, Clone)]
pub struct Prompts {
    /// Those that came with the program.
    shipped: Sounds,
    /// The service's own: new ones, and those that take the place of one that came with the program.
    own: Sounds,
}

/// A prompt that could not be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PromptFault {
    /// This prompt is missing.
    Missing(PromptName, Language),
    /// This prompt's file is not A-law, 8 kHz, mono.
    Unreadable(PromptName, Language),
}

impl Prompts {
    /// The name of every prompt that comes with the program.
    pub const ALL: [PromptName; 20] = [
        PromptName::Greeting,
        PromptName::MenuAudience,
        PromptName::NotUnderstood,
        PromptName::WaitingFirst,
        PromptName::WaitingAgain,
        PromptName::WaitingLong,
        PromptName::AllBusy,
        PromptName::Reconnecting,
        PromptName::OneMoment,
        PromptName::Closed,
        PromptName::Goodbye,
        PromptName::HoldMusic,
        PromptName::MenuLanguage,
        PromptName::Departement,
        PromptName::Emergency,
        PromptName::Transfer,
        PromptName::TransferFailed,
        PromptName::OncallAccept,
        PromptName::OncallTaken,
        PromptName::OncallLine,
    ];

    /// Takes WAV files: `find` gives the bytes of a prompt's file.
    ///
    /// # Errors
    /// The first prompt that is missing or unreadable.
    pub fn load<'a>(find: impl Fn(PromptName, Language) -> Option<&'a [u8]>) -> Result<Self, PromptFault> {
        let mut sounds = BTreeMap::new();
        for name in Self::ALL {
            for language in [Language::Fr, Language::En] {
                let bytes = find(name, language).ok_or(PromptFault::Missing(name, language))?;
                let sound = wav::alaw(bytes).map_err(|_| PromptFault::Unreadable(name, language))?;
                let sound = Sound::from_alaw(sound).ok_or(PromptFault::Unreadable(name, language))?;
                sounds.insert((name, language), sound);
            }
        }
        Ok(Self { shipped: sounds, own: Sounds::new() })
    }

    /// Puts a sound in the place of whatever this prompt was.
    pub fn put(&mut self, name: PromptName, language: Language, sound: Sound) {
        self.own.insert((name, language), sound);
    }

    /// Takes a sound of the service's own away: the one that came with the program, if there is one, is played again.
    pub fn remove(&mut self, name: PromptName, language: Language) {
        self.own.remove(&(name, language));
    }

    /// What is played under a name; `None` if there is nothing.
    #[must_use]
    pub fn sound(&self, name: PromptName, language: Language) -> Option<&Sound> {
        let place = (name, language);
        self.own.get(&place).or_else(|| self.shipped.get(&place))
    }
}

/// One playing in progress.
#[derive(Debug)]
pub(crate) struct Player {
    playing: Playing,
    /// The items' sounds as they were when the playing began: it is not changed under somebody's ear.
    sounds: Vec<Option<Sound>>,
    item: usize,
    /// Samples of the item already played.
    at: usize,
}

/// What comes next of a playing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// 20 ms of A-law.
    Frame(Vec<u8>),
    /// It is over.
    Ended(PlayId),
}

impl Player {
    pub(crate) fn new(playing: Playing, prompts: &Prompts) -> Self {
        let sounds = playing.items.iter().map(|item| prompts.sound(item.prompt, item.language).cloned()).collect();
        Self { playing, sounds, item: 0, at: 0 }
    }

    /// The next 20 ms.
    pub(crate) fn next(&mut self) -> Next {
        // To the end, back to the place to go on from and to the end again, past what has no sound: what is not found then
        // is an empty playing.
        for _ in 0..2 * self.playing.items.len() + 2 {
            let Some(item) = self.playing.items.get(self.item).copied() else {
                match self.playing.again_from {
                    Some(from) if from < self.playing.items.len() => {
                        self.item = from;
                        self.at = 0;
                        continue;
                    }
                    Some(_) | None => return Next::Ended(self.playing.id),
                }
            };
            let sound = self.sounds.get(self.item).and_then(Option::as_ref).map_or(&[][..], Sound::alaw);
            let end = item.at_most.map_or(sound.len(), |at_most| {
                // A limited item longer than its sound (hold music) starts over until the limit.
                usize::try_from(u64::from(at_most) / FRAME_MS).unwrap_or(usize::MAX).saturating_mul(FRAME)
            });
            if self.at >= end || sound.is_empty() {
                self.item += 1;
                self.at = 0;
                continue;
            }
            let mut frame: Vec<u8> =
                sound.iter().cycle().skip(self.at % sound.len()).take(FRAME.min(end - self.at)).copied().collect();
            frame.resize(FRAME, g711::SILENCE);
            self.at += FRAME;
            return Next::Frame(frame);
        }
        Next::Ended(self.playing.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use switchboard::{PlayItem, PromptId};

    fn sound(code: u8, samples: usize) -> Sound {
        Sound::from_alaw(&vec![code; samples]).unwrap()
    }

    fn prompts() -> Prompts {
        let mut shipped = Sounds::new();
        shipped.insert((PromptName::Greeting, Language::Fr), sound(1, FRAME * 2 + 10));
        shipped.insert((PromptName::HoldMusic, Language::Fr), sound(2, FRAME));
        Prompts { shipped, own: Sounds::new() }
    }

    fn item(prompt: PromptName, at_most: Option<u32>) -> PlayItem {
        PlayItem { prompt, language: Language::Fr, at_most }
    }

    fn first_samples(items: Vec<PlayItem>, again_from: Option<usize>, frames: usize) -> Vec<Option<u8>> {
        let mut player = Player::new(Playing { id: PlayId(1), items, again_from }, &prompts());
        (0..frames)
            .map(|_| match player.next() {
                Next::Frame(frame) => Some(frame[0]),
                Next::Ended(_) => None,
            })
            .collect()
    }

    #[test]
    fn a_prompt_is_played_whole_and_ends() {
        let played = first_samples(vec![item(PromptName::Greeting, None)], None, 5);
        assert_eq!(played, [Some(1), Some(1), Some(1), None, None]);
    }

    #[test]
    fn music_lasts_as_long_as_asked_and_a_playing_goes_round() {
        let items = vec![item(PromptName::Greeting, None), item(PromptName::HoldMusic, Some(40))];
        let played = first_samples(items, Some(1), 8);
        assert_eq!(played, [Some(1), Some(1), Some(1), Some(2), Some(2), Some(2), Some(2), Some(2)]);
    }

    #[test]
    fn a_changed_prompt_is_heard_by_playings_begun_after_the_change() {
        let own = PromptName::Own(PromptId(12));
        let mut prompts = prompts();
        prompts.put(own, Language::Fr, sound(3, FRAME));
        let items = vec![item(own, None), item(PromptName::Greeting, None)];
        let begin = |prompts: &Prompts| {
            Player::new(Playing { id: PlayId(1), items: items.clone(), again_from: Some(0) }, prompts)
        };
        let mut before = begin(&prompts);
        prompts.put(own, Language::Fr, sound(4, FRAME));
        prompts.put(PromptName::Greeting, Language::Fr, sound(5, FRAME));
        let mut after = begin(&prompts);
        prompts.remove(own, Language::Fr);
        prompts.remove(PromptName::Greeting, Language::Fr);
        let mut last = begin(&prompts);
        let heard = |player: &mut Player| -> Vec<u8> {
            let frames = (0..6).map(|_| player.next());
            frames.map(|next| if let Next::Frame(frame) = next { frame[0] } else { 0 }).collect()
        };
        assert_eq!(heard(&mut before), [3, 1, 1, 1, 3, 1]);
        assert_eq!(heard(&mut after), [4, 5, 4, 5, 4, 5]);
        assert_eq!(heard(&mut last), [1; 6], "what came with the program is back, and what is gone is passed over");
    }

    #[test]
    fn an_empty_playing_ends_at_once() {
        assert_eq!(first_samples(Vec::new(), None, 1), [None]);
        assert_eq!(first_samples(Vec::new(), Some(0), 1), [None]);
        assert_eq!(first_samples(vec![item(PromptName::Closed, None)], Some(0), 1), [None], "a missing sound");
    }
}
