//! A voice of this machine that reads a text: an optional program beside ours, asked for one recording at a time.

use crate::Recording;
use std::fmt;
use std::process::Stdio;
use std::time::Duration;
use switchboard::Language;
use telephony::audio::ImportFault;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

/// The program, found where the system looks for programs.
const PROGRAM: &str = "espeak-ng";
/// How fast it speaks, in words a minute: slower than its usual, for somebody in distress on a bad line.
const WORDS_A_MINUTE: &str = "140";
/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// The longest text, in characters.
pub const LONGEST_TEXT: usize = 3_000;

/// Why there is no recording.
#[derive(Debug)]
pub enum VoiceFault {
    /// The program is not there, or does not run.
    NoVoice,
    /// It took too long, or gave up.
    GaveUp,
    /// What it made is no sound.
    Unusable(ImportFault),
}

impl fmt::Display for VoiceFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            VoiceFault::NoVoice => write!(out, "{PROGRAM} is not installed on this machine"),
            VoiceFault::GaveUp => write!(out, "{PROGRAM} did not finish"),
            VoiceFault::Unusable(fault) => write!(out, "{PROGRAM}: {fault}"),
        }
    }
}

impl std::error::Error for VoiceFault {}

fn command() -> Command {
    let mut command = Command::new(PROGRAM);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    command
}

/// Whether this machine has a voice.
pub async fn has_voice() -> bool {
    let asked = command().arg("--version").output();
    matches!(tokio::time::timeout(PATIENCE, asked).await, Ok(Ok(answer)) if answer.status.success())
}

/// Has a text read.
///
/// # Errors
/// [`VoiceFault`].
pub async fn speak(text: &str, language: Language) -> Result<Recording, VoiceFault> {
    // The text comes by a pipe, never as an option: nothing that somebody types is taken for one.
    let options = ["-v", language.code(), "-s", WORDS_A_MINUTE, "--stdin", "--stdout"];
    let mut child = command().args(options).spawn().map_err(|_| VoiceFault::NoVoice)?;
    let mut pipe = child.stdin.take().ok_or(VoiceFault::GaveUp)?;
    let text: String = text.chars().take(LONGEST_TEXT).collect();
    let spoken = async {
        let said = async move {
            // A program that reads no further has given up: its status says so.
            let _gave_up = pipe.write_all(text.as_bytes()).await;
        };
        let ((), answer) = tokio::join!(said, child.wait_with_output());
        answer
    };
    match tokio::time::timeout(PATIENCE, spoken).await {
        Ok(Ok(answer)) if answer.status.success() => {
            Recording::import(answer.stdout).await.map_err(VoiceFault::Unusable)
        }
        Ok(Ok(_) | Err(_)) | Err(_) => Err(VoiceFault::GaveUp),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_text_becomes_a_recording_where_there_is_a_voice() {
        if !has_voice().await {
            assert!(matches!(speak("Bonjour.", Language::Fr).await, Err(VoiceFault::NoVoice)));
            return;
        }
        let short = speak("Bonjour.", Language::Fr).await.unwrap().milliseconds();
        let text = "--version ; vous êtes bien sur la ligne d’écoute. Restez en ligne, quelqu’un va vous répondre.";
        let long = speak(text, Language::Fr).await.unwrap().milliseconds();
        assert!((300..3_000).contains(&short) && (4_000..20_000).contains(&long), "{short} ms and {long} ms");
        assert!(matches!(speak("  ", Language::En).await, Err(VoiceFault::Unusable(_))));
    }
}
