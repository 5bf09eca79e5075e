//! `vigie demo`

use super::demo_plan;
use crate::config::{self, Alarms};
use crate::terminal::say;
use crate::wiring::{Plan, Service, secret};
use clap::Args;
use serde_json::json;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use store::{NewShift, Place, Reach, Role, Staff, Store};
use switchboard::{Duty, QueueId};
use telephony::sip::limits::Bounds;
use telephony::sip::peers::Peer;
use telephony::{
    Carrier, Gateway, LineNumbers, OutgoingSettings, Protection, SecureSettings, Settings, SipSettings, TrunkSettings,
};

/// The demonstration's record, in its folder.
pub(super) const FILE: &str = "vigie.db";
/// The number of the demonstration's first line, from the range set aside for fiction (ARCEP).
const NUMBER: &str = "0199000805";
/// Where the demonstration serves its pages, unless told otherwise.
pub(super) const HTTP: &str = "127.0.0.1:8080";
/// How long the printed links can be used, in milliseconds.
const LINK_LIFE: i64 = 24 * 3600 * 1000;

/// Run the whole service with demonstration data.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// The folder for the record; made if it is not there.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where to serve the pages.
    #[arg(long, value_name = "ADDR", default_value = HTTP)]
    http: SocketAddr,
    /// Where to listen for SIP, over UDP and TCP; calls are taken from this machine alone.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:5060")]
    sip: SocketAddr,
    /// How many robot listeners to add; they accept after a second, speak and listen.
    #[arg(long, value_name = "N", default_value_t = 0)]
    robots: u16,
    /// How many listeners to add who are on call by telephone for a day, with numbers set aside for fiction; calls to them go to
    /// where --outgoing says.
    #[arg(long, value_name = "N", default_value_t = 0, requires = "outgoing", value_parser = clap::value_parser!(u16).range(..=8_000))]
    telephones: u16,
    /// Where calls to outside telephones are sent, such as a softphone on this machine; without it there are none.
    #[arg(long, value_name = "ADDR")]
    outgoing: Option<SocketAddr>,
    /// Print one line of JSON when ready.
    #[arg(long)]
    json: bool,
}

impl Demo {
    pub(super) async fn run(self) -> Result<ExitCode, String> {
        let folder = self.data.clone().unwrap_or_else(|| config::current_folder_named("vigie-demo"));
        config::folder(&folder)?;
        let place = Place::Sqlite(folder.join(FILE));
        if self.telephones > 0 {
            put_on_call(&place, self.telephones).await?;
        }
        let service = Service::open(self.plan(place)).await?;
        let store = service.house.store().clone();
        let now = service.house.wall_ms();
        let http = service.http;
        let mut links = BTreeMap::new();
        for (role, name) in [
            (Role::Listener, "Camille Démo"),
            (Role::Regulator, "Alix Démo"),
            (Role::Supervisor, "Dominique Démo"),
            (Role::Coordinator, "Sacha Démo"),
        ] {
            let secret = invite(&store, name, role, now).await?;
            links.insert(role.word(), format!("http://{http}/sign-in/{secret}"));
        }
        let mut robots = Vec::new();
        for number in 1..=self.robots {
            robots.push(invite(&store, &format!("Robot {number} (démo)"), Role::Listener, now).await?);
        }
        let sip = service.house.sip_addresses().first().copied().unwrap_or(self.sip);
        if self.json {
            let data = folder.canonicalize().unwrap_or(folder);
            let ready = json!({"http": http, "sip": sip, "number": NUMBER, "sign_in": links, "data": data});
            say(&ready.to_string());
        } else {
            greet(http, sip, &links, self.robots);
        }
        seat(robots, http);
        service.serve().await?;
        Ok(ExitCode::SUCCESS)
    }

    fn plan(&self, place: Place) -> Plan {
        // Any free port will do: the pages tell it to each browser.
        let browsers = SocketAddr::new(self.browser_address(), 0);
        Plan {
            place,
            memory: config::memory_folder(),
            http: self.http,
            certificate: None,
            web: web::Settings { open: config::OpenData::demonstration().settings(), ..web::Settings::default() },
            telephony: Settings {
                sip: SipSettings {
                    listen: vec![self.sip],
                    announced: None,
                    rtp_ports: (20_000, 29_999),
                    bounds: Bounds::default(),
                    name_servers: Vec::new(),
                    secure: SecureSettings::default(),
                },
                trunks: vec![trunk(self.outgoing)],
                outgoing: self.outgoing_settings(),
                numbers: LineNumbers::default(),
                browsers,
                browsers_announced: None,
            },
            plan: demo_plan::plan(NUMBER),
            alarms: Alarms::default(),
            freshness: node::FreshnessRules::default(),
            // Somebody who tries it out does not wait for it to stop.
            drain: Duration::ZERO,
            demo: true,
        }
    }

    /// Whoever adds telephones wants to see many calls to them.
    fn outgoing_settings(&self) -> OutgoingSettings {
        let mut settings = OutgoingSettings::default();
        if self.telephones > 0 {
            (settings.calls_an_hour, settings.calls_an_hour_to_one) = (100_000, 100_000);
        }
        settings
    }

    fn browser_address(&self) -> IpAddr {
        self.http.ip()
    }
}

/// This machine as a trunk: softphones on it call, and one of them may be called.
fn trunk(gateway: Option<SocketAddr>) -> TrunkSettings {
    TrunkSettings {
        name: "Démonstration".to_owned(),
        peers: ["127.0.0.0/8", "::1"].iter().filter_map(|peer| Peer::read(peer).ok()).collect(),
        gateway: gateway.and_then(|gateway| Gateway::read(&gateway.to_string()).ok()),
        carrier: Carrier::Udp,
        sound: Protection::Plain,
        account: None,
        register: false,
        // A softphone need not answer to questions.
        watch: false,
        from_user: None,
    }
}

/// Sees to it that so many listeners are on call by telephone now. Those of an earlier start are there still.
async fn put_on_call(place: &Place, count: u16) -> Result<(), String> {
    let words = |fault: store::StoreError| fault.to_string();
    let store = Store::open(place).await.map_err(words)?;
    let now = super::wall_ms();
    let staff = store.all_staff().await.map_err(words)?;
    let on_shift = store.shifts_between(now, now + 1).await.map_err(words)?;
    for number in 1..=count {
        let name = format!("Téléphone {number} (démo)");
        let listener = match known(&staff, &name) {
            Some(listener) => listener,
            None => store.add_staff(&name, Role::Listener, true, now).await.map_err(words)?.id,
        };
        if on_shift.iter().any(|row| row.shift.listener.0 == listener) {
            continue;
        }
        let phone = format!("01990{:05}", 1_000 + u32::from(number));
        let reach = Reach { phone: Some(phone), ..Reach::default() };
        store.put_reach(listener, &reach).await.map_err(words)?;
        let (queue, duty) = (QueueId::from("ecoute"), Duty::OnCall);
        let shift = NewShift { listener, queue, duty, from: now, until: now + LINK_LIFE };
        store.add_shift(&shift).await.map_err(words)?;
    }
    Ok(())
}

/// Somebody of the demonstration who is there from an earlier start.
fn known(staff: &[Staff], name: &str) -> Option<i64> {
    staff.iter().find(|member| member.name == name && member.left_at.is_none()).map(|member| member.id)
}

async fn invite(store: &Store, name: &str, role: Role, now: i64) -> Result<String, String> {
    let words = |fault: store::StoreError| fault.to_string();
    let id = match known(&store.all_staff().await.map_err(words)?, name) {
        Some(known) => known,
        None => store.add_staff(name, role, true, now).await.map_err(words)?.id,
    };
    let secret = secret()?;
    store.create_sign_in_link(id, &secret, now, now + LINK_LIFE).await.map_err(words)?;
    Ok(secret)
}

fn greet(http: SocketAddr, sip: SocketAddr, links: &BTreeMap<&'static str, String>, robots: u16) {
    let link = |role: &str| links.get(role).cloned().unwrap_or_default();
    say(&format!(
        "Vigie runs, with demonstration data.\n\n\
         To call from a browser      http://{http}/\n\
         To call from a softphone    sip:{NUMBER}@{sip}   (G.711, no registration), for example\n\
         \x20 baresip -n {} -e '/uanew <sip:me@{}>;regint=0' -e '/dial sip:{NUMBER}@{sip}'\n\
         Also                        0199000806 has a menu, 0199000807 rings until someone answers,\n\
         \x20                           0199000808 is closed, 0199000809 lets one caller wait,\n\
         \x20                           0199000810 is answered by a regulator first\n\n\
         To sign in, each link once:\n\
         \x20 listener                  {}\n\
         \x20 regulator                 {}\n\
         \x20 supervisor                {}\n\
         \x20 coordinator               {}\n",
        sip.ip(),
        sip.ip(),
        link("listener"),
        link("regulator"),
        link("supervisor"),
        link("coordinator"),
    ));
    if robots > 0 {
        let seated = if robots == 1 {
            "One robot listener takes its seat".into()
        } else {
            format!("{robots} robot listeners take their seats")
        };
        say(&format!("{seated}; calls are accepted after a second.\n"));
    }
    say("Ctrl+C stops it.");
}

#[allow(clippy::disallowed_methods, reason = "the robots live as long as the demonstration: they end with the program")]
fn seat(secrets: Vec<String>, http: SocketAddr) {
    for secret in secrets {
        tokio::spawn(rehearsal::robot::stay(http, secret, rehearsal::robot::Manner::default()));
    }
}
