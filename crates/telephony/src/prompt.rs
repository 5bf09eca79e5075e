//! The prompts, in memory, and the playing of them.

use crate::audio::{FRAME, FRAME_MS, g711, wav};
use std::collections::BTreeMap;
use std::sync::Arc;
use switchboard::{Language, PlayId, PlayItem, Playing, PromptName};

/// Every prompt in every language, as A-law samples.
#[derive(Debug, Clone)]
pub struct Prompts {
    sounds: Arc<BTreeMap<(PromptName, Language), Vec<u8>>>,
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
    /// Every prompt's name.
    pub const ALL: [PromptName; 12] = [
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
                if sound.is_empty() {
                    return Err(PromptFault::Unreadable(name, language));
                }
                sounds.insert((name, language), sound.to_vec());
            }
        }
        Ok(Self { sounds: Arc::new(sounds) })
    }

    fn sound(&self, item: PlayItem) -> &[u8] {
        self.sounds.get(&(item.prompt, item.language)).map_or(&[], Vec::as_slice)
    }
}

/// One playing in progress.
#[derive(Debug)]
pub(crate) struct Player {
    playing: Playing,
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
    pub(crate) fn new(playing: Playing) -> Self {
        Self { playing, item: 0, at: 0 }
    }

    /// The next 20 ms.
    pub(crate) fn next(&mut self, prompts: &Prompts) -> Next {
        // One turn past the end leads to the place to go on from; a second in the same frame would be an empty playing.
        for _ in 0..=self.playing.items.len() {
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
            let sound = prompts.sound(item);
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

    fn prompts() -> Prompts {
        let mut sounds = BTreeMap::new();
        sounds.insert((PromptName::Greeting, Language::Fr), vec![1; FRAME * 2 + 10]);
        sounds.insert((PromptName::HoldMusic, Language::Fr), vec![2; FRAME]);
        Prompts { sounds: Arc::new(sounds) }
    }

    fn item(prompt: PromptName, at_most: Option<u32>) -> PlayItem {
        PlayItem { prompt, language: Language::Fr, at_most }
    }

    fn first_samples(items: Vec<PlayItem>, again_from: Option<usize>, frames: usize) -> Vec<Option<u8>> {
        let mut player = Player::new(Playing { id: PlayId(1), items, again_from });
        (0..frames)
            .map(|_| match player.next(&prompts()) {
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
    fn an_empty_playing_ends_at_once() {
        assert_eq!(first_samples(Vec::new(), None, 1), [None]);
        assert_eq!(first_samples(Vec::new(), Some(0), 1), [None]);
        assert_eq!(first_samples(vec![item(PromptName::Closed, None)], Some(0), 1), [None], "a missing sound");
    }
}
