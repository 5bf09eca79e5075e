//! Runs the house: stamps inputs with the time, turns the switchboard's crank, performs effects, hands events to the
//! journal, and announces what is committed.
//!
//! This room decides nothing and shows nothing. It must not know HTML, SQL, SIP messages or anybody's name.

mod announce;
mod caller;
mod callers;
mod chronicle;
mod clock;
mod cluster;
mod counts;
mod crank;
mod desk;
mod directory;
mod guides;
mod house;
mod local_times;
mod perform;
mod phones;
mod places;
mod signals;
mod sound;
mod staffing;
mod task;
mod trunks;
mod turn;
mod voice;

pub use crate::directory::{
    Asked, BY_ITSELF, Directory, DirectorySettings, EntryFile, FileOutcome, Found, FreshnessRules, ImportRun, Likeness,
    NotBegun, NotKept, Preview, PreviewRow, Progress, PublicEntry, Receiving, Seen, Source, Taking, Vital,
};
pub use crate::guides::{Guides, KeptGuide, Shelf};
pub use caller::{BrowserCall, CallRefused};
pub use callers::CallersSeen;
pub use clock::zone;
pub use desk::{Desk, DeskState, VoiceRefused};
/// The prompts that come with the program.
pub const SHIPPED_PROMPTS: [switchboard::PromptName; 20] = telephony::Prompts::ALL;
pub use house::Trouble;
pub use house::{Health, House, NewPrompt, OpenFault, Opening, PublicLine, Recording, prompt_key, prompt_name};
pub use signals::{OpenSignal, SignalWatch, Signals};
pub use sound::LineGrade;
pub use staffing::{WRITTEN_AHEAD, known_people, read_number};
pub use telephony::audio::ImportFault;
pub use telephony::{GatewayHealth, Registered, TrunkChange, TrunkState};
pub use voice::{LONGEST_TEXT, VoiceFault, has_voice, speak};
