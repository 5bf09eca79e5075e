//! The configuration: a file a section. The only place that reads files and the environment.

mod alarms;
mod browsers;
mod certificate;
mod files;
mod freshness;
mod http;
mod lines;
mod open_data;
mod outgoing;
mod place;
mod secret;
mod sip;
mod stop;
mod trunk;

pub use alarms::{Alarms, MailSettings};
pub use browsers::Browsers;
pub use certificate::Certificate;
pub use files::{
    Config, create_file, current_folder_named, folder, memory_folder, open_file, process_peak, process_usage,
    waiting_folder,
};
pub use freshness::Freshness;
pub use http::Http;
pub use lines::LineSection;
pub use open_data::OpenData;
pub use outgoing::Outgoing;
pub use place::StoreSection;
pub use sip::Sip;
pub use stop::Stop;
pub use trunk::Trunk;
