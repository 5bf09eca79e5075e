//! The prompts, built into the program.

use switchboard::{Language, PromptName};
use telephony::Prompts;

macro_rules! spoken {
    ($language:expr, $name:literal) => {
        match $language {
            Language::Fr => &include_bytes!(concat!("../../../prompts/fr/", $name, ".wav"))[..],
            Language::En => &include_bytes!(concat!("../../../prompts/en/", $name, ".wav"))[..],
        }
    };
}

fn sound(name: PromptName, language: Language) -> Option<&'static [u8]> {
    Some(match name {
        PromptName::Greeting => spoken!(language, "greeting"),
        PromptName::MenuAudience => spoken!(language, "menu_audience"),
        PromptName::NotUnderstood => spoken!(language, "not_understood"),
        PromptName::WaitingFirst => spoken!(language, "waiting_first"),
        PromptName::WaitingAgain => spoken!(language, "waiting_again"),
        PromptName::WaitingLong => spoken!(language, "waiting_long"),
        PromptName::AllBusy => spoken!(language, "all_busy"),
        PromptName::Reconnecting => spoken!(language, "reconnecting"),
        PromptName::OneMoment => spoken!(language, "one_moment"),
        PromptName::Closed => spoken!(language, "closed"),
        PromptName::Goodbye => spoken!(language, "goodbye"),
        PromptName::MenuLanguage => spoken!(language, "menu_language"),
        PromptName::Departement => spoken!(language, "departement"),
        PromptName::Emergency => spoken!(language, "emergency"),
        PromptName::Transfer => spoken!(language, "transfer"),
        PromptName::TransferFailed => spoken!(language, "transfer_failed"),
        PromptName::OncallAccept => spoken!(language, "oncall_accept"),
        PromptName::OncallTaken => spoken!(language, "oncall_taken"),
        PromptName::OncallLine => spoken!(language, "oncall_line"),
        PromptName::HoldMusic => &include_bytes!("../../../prompts/hold_music.wav")[..],
        // The service's own are no part of the program.
        PromptName::Own(_) => return None,
    })
}

/// Every prompt.
///
/// # Errors
/// Words, if a file built in is no prompt.
pub(crate) fn load() -> Result<Prompts, String> {
    Prompts::load(sound).map_err(|fault| format!("a prompt built into the program cannot be used: {fault:?}"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_prompt_is_there() {
        super::load().unwrap();
    }
}
