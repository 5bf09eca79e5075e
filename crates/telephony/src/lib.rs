//! Carries voices: SIP trunks, browsers, prompts, and who hears whom.
//!
//! This room must not know who a listener is, what a line says, or that anything is kept: it never reads a database. A
//! caller's number stays in it: it is read for a tag that lives a day, wiped, and neither written nor handed on.

pub mod audio;
mod browser;
mod engine;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod leg;
mod mix;
mod number;
mod order;
mod prompt;
mod service;
mod settings;
pub mod sip;
mod tag;
mod wire;

pub use browser::offerer::{Offered, Offerer};
pub use browser::{OfferRefused, install_crypto};
pub use engine::MediaFigures;
pub use number::{OutsideNumber, ReadFault};
pub use order::{Order, Sink, TelephonyEvent};
pub use prompt::{PromptFault, Prompts};
pub use service::Telephony;
pub use settings::{
    Account, Carrier, Gateway, LineNumbers, OutgoingSettings, SecureSettings, Settings, SipSettings, StartFault,
    TrunkSettings,
};
pub use sip::guard::EdgeFigures;
pub use sip::health::{GatewayHealth, Registered, TrunkChange, TrunkState};
pub use sip::sdp::Protection;
pub use tag::TagKeys;
