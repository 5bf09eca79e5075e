//! The service's own prompts: put in, heard, taken out.

use super::House;
use std::sync::{MutexGuard, PoisonError};
use store::{PromptRow, Store, StoreError};
use switchboard::{Language, PromptId, PromptName};
use telephony::Prompts;
use telephony::audio::{ImportFault, Sound, import};

/// A recording that is ready to become a prompt.
#[derive(Debug, Clone)]
pub struct Recording(Sound);

impl Recording {
    /// The largest file taken, in bytes.
    pub const LARGEST: usize = telephony::audio::LARGEST;

    /// Makes a recording of a file: WAV, MP3, Ogg Vorbis or FLAC. The level is made that of the other prompts.
    ///
    /// # Errors
    /// [`ImportFault`].
    pub async fn import(file: Vec<u8>) -> Result<Self, ImportFault> {
        // Decoding takes up to some seconds of processor time.
        let sound = tokio::task::spawn_blocking(move || import(&file)).await;
        sound.unwrap_or(Err(ImportFault::Unsupported)).map(Self)
    }

    /// As a file that every browser plays.
    #[must_use]
    pub fn wav(&self) -> Vec<u8> {
        self.0.to_wav()
    }

    /// How long it lasts, in milliseconds.
    #[must_use]
    pub fn milliseconds(&self) -> u64 {
        self.0.milliseconds()
    }
}

/// A prompt that is to be put in.
#[derive(Debug, Clone)]
pub struct NewPrompt {
    /// What it is called: the key of a prompt that came with the program, or a name of the service's own.
    pub name: String,
    /// The language in which it speaks.
    pub language: Language,
    /// The words that are said, for those who read.
    pub words: String,
    /// Whether a machine speaks.
    pub synthetic: bool,
    /// What is heard.
    pub recording: Recording,
}

/// The key of a prompt that comes with the program, as plans have it.
#[must_use]
pub fn prompt_key(name: PromptName) -> Option<String> {
    serde_json::to_value(name).ok()?.as_str().map(str::to_owned)
}

/// The prompt of this name and number: one that came with the program, if the name is its key.
#[must_use]
pub fn prompt_name(id: i64, name: &str) -> PromptName {
    let shipped = Prompts::ALL.into_iter().find(|own| prompt_key(*own).as_deref() == Some(name));
    shipped.unwrap_or(PromptName::Own(PromptId(id)))
}

/// Hold music has no words: it is the same in every language.
fn languages(name: PromptName, of: Language) -> Vec<Language> {
    if name == PromptName::HoldMusic { vec![Language::Fr, Language::En] } else { vec![of] }
}

/// Puts in what the store has.
pub(super) async fn load(store: &Store, prompts: &mut Prompts) -> Result<(), StoreError> {
    for row in store.prompts().await? {
        let sound = store.prompt_sound(row.id, &row.language).await?.and_then(|samples| Sound::from_alaw(&samples));
        let (Some(sound), Some(language)) = (sound, Language::from_code(&row.language)) else {
            tracing::warn!(prompt = row.id, "a prompt of the service has no sound that can be read");
            continue;
        };
        let name = prompt_name(row.id, &row.name);
        for language in languages(name, language) {
            prompts.put(name, language, sound.clone());
        }
    }
    Ok(())
}

impl House {
    fn prompts(&self) -> MutexGuard<'_, Prompts> {
        self.0.prompts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What callers hear under a name; nothing, if there is nothing.
    #[must_use]
    pub fn recording(&self, name: PromptName, language: Language) -> Option<Recording> {
        self.prompts().sound(name, language).cloned().map(Recording)
    }

    /// Puts a prompt in. Callers hear it from now on, wherever a plan says its name.
    ///
    /// # Errors
    /// When the store does not take it: then nothing is changed.
    pub async fn put_prompt(&self, new: NewPrompt, who: i64) -> Result<i64, StoreError> {
        let row = PromptRow {
            id: 0,
            language: new.language.code().to_owned(),
            name: new.name,
            words: new.words,
            synthetic: new.synthetic,
            made_at: self.wall_ms(),
            made_by: who,
        };
        let Recording(sound) = new.recording;
        let id = self.0.store.put_prompt(&row, sound.alaw()).await?;
        let name = prompt_name(id, &row.name);
        for language in languages(name, new.language) {
            self.prompts().put(name, language, sound.clone());
            self.0.telephony.put_prompt(name, language, sound.clone());
        }
        Ok(id)
    }

    /// Takes a prompt of the service out. What came with the program under its name, if anything, is heard again.
    ///
    /// # Errors
    /// When the store does not take it: then nothing is changed.
    pub async fn remove_prompt(&self, row: &PromptRow) -> Result<(), StoreError> {
        self.0.store.remove_prompt(row.id, &row.language, self.wall_ms()).await?;
        let name = prompt_name(row.id, &row.name);
        for language in Language::from_code(&row.language).into_iter().flat_map(|of| languages(name, of)) {
            self.prompts().remove(name, language);
            self.0.telephony.remove_prompt(name, language);
        }
        Ok(())
    }
}
