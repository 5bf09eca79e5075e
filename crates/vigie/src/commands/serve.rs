//! `vigie serve`

use super::ConfigFile;
use crate::config::{Config, Trunk};
use crate::wiring::{Plan, Service};
use std::process::ExitCode;
use telephony::{LineNumbers, Settings, TrunkSettings};

pub(super) async fn run(file: &ConfigFile) -> Result<ExitCode, String> {
    let plan = plan(file, &file.read()?)?;
    let service = Service::open(plan).await?;
    for address in service.house.sip_addresses() {
        tracing::info!(%address, "SIP");
    }
    tracing::info!(address = %service.http, "pages");
    service.serve().await?;
    Ok(ExitCode::SUCCESS)
}

/// What a configuration asks for.
pub(super) fn plan(file: &ConfigFile, config: &Config) -> Result<Plan, String> {
    let trunks: Vec<TrunkSettings> = config.trunks.iter().filter_map(Trunk::settings).collect();
    Ok(Plan {
        place: config.store.place(&file.config),
        memory: config.store.memory(),
        http: config.http.listen,
        certificate: config.http.certificate(&file.config),
        web: web::Settings {
            secure_cookies: config.http.secure_cookies(),
            public_origin: config.http.public_origin.clone(),
            relays: config.browsers.relays(),
            open: config.open_data.settings(),
        },
        telephony: Settings {
            sip: config.sip.settings(&file.config, &trunks)?,
            trunks,
            outgoing: config.outgoing.settings(),
            numbers: LineNumbers::default(),
            browsers: config.browsers.listen,
            browsers_announced: config.browsers.announced,
        },
        plan: config.plan(),
        alarms: config.alarms.clone(),
        freshness: config.freshness.rules(),
        drain: config.stop.wait(),
        demo: false,
    })
}
