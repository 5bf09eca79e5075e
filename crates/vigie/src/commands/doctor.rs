//! `vigie doctor`

use super::ConfigFile;
use crate::config::{Config, Trunk};
use crate::terminal::say;
use crate::wiring::ways;
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::process::ExitCode;
use store::{Place, Store};
use telephony::{Carrier, Protection};

/// What was looked at.
enum Finding {
    Fine(String),
    /// It works, but not for everybody.
    Care(String),
    /// It will not work; and what to do.
    Wrong(String),
}

pub(super) async fn run(file: &ConfigFile) -> Result<ExitCode, String> {
    let config = file.read()?;
    let mut findings = vec![Finding::Fine(format!("{} is a whole configuration", file.config.display()))];
    // What is only read when the service starts: who may vouch for gateways, and where alarms go.
    findings.extend(super::serve::plan(file, &config).err().map(Finding::Wrong));
    findings.extend(ways(&config.alarms).err().map(Finding::Wrong));
    ports(&config, &mut findings);
    microphone(file, &config, &mut findings);
    addresses(&config, &mut findings);
    findings.push(match crate::prompts::load() {
        Ok(_) => Finding::Fine("every prompt is there, in French and English".into()),
        Err(words) => Finding::Wrong(words),
    });
    findings.push(database(file, &config).await);
    let mut wrong = 0;
    for finding in &findings {
        let (mark, words) = match finding {
            Finding::Fine(words) => ("ok  ", words),
            Finding::Care(words) => ("care", words),
            Finding::Wrong(words) => {
                wrong += 1;
                ("FIX ", words)
            }
        };
        say(&format!("{mark}  {words}"));
    }
    Ok(if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn ports(config: &Config, findings: &mut Vec<Finding>) {
    let mut check = |what: &str, address: SocketAddr, bound: std::io::Result<()>| {
        findings.push(match bound {
            Ok(()) => Finding::Fine(format!("{address} is free for {what}")),
            Err(fault) if fault.kind() == std::io::ErrorKind::AddrInUse => Finding::Wrong(format!(
                "{address} ({what}) is in use: stop the program there (Vigie itself, perhaps), or choose another port"
            )),
            Err(fault) => Finding::Wrong(format!(
                "{address} ({what}) cannot be listened on ({fault}): choose an address of this machine, and a port from 1024 on"
            )),
        });
    };
    let pages = config.http.listen;
    check("pages", pages, TcpListener::bind(pages).map(drop));
    check("browsers' sound, UDP", config.browsers.listen, UdpSocket::bind(config.browsers.listen).map(drop));
    for address in &config.sip.listen {
        check("SIP, UDP", *address, UdpSocket::bind(address).map(drop));
        check("SIP, TCP", *address, TcpListener::bind(address).map(drop));
    }
    for address in config.sip.secure_listen.get_ref() {
        check("SIP, TLS", *address, TcpListener::bind(address).map(drop));
    }
    let (first, last) = *config.sip.rtp_ports.get_ref();
    let taken = (first..=last).step_by(2).filter(|port| UdpSocket::bind(("127.0.0.1", *port)).is_err()).count();
    let all = usize::from(last - first) / 2 + 1;
    findings.push(if taken * 10 > all {
        Finding::Wrong(format!("{taken} of {all} ports of sip.rtp_ports are in use: choose another range"))
    } else {
        Finding::Fine(format!("{} ports are free for the trunk's sound: as many calls at once", all - taken))
    });
}

fn microphone(file: &ConfigFile, config: &Config, findings: &mut Vec<Finding>) {
    if let Some(certificate) = config.http.certificate(&file.config) {
        findings.push(match certificate.read() {
            Ok(_) => Finding::Fine("the certificate and its key belong together: pages are served over HTTPS".into()),
            Err(fault) => Finding::Wrong(fault),
        });
        return;
    }
    let secure = config.http.public_origin.as_deref().is_some_and(|origin| origin.starts_with("https://"));
    findings.push(if secure && config.http.secure_cookies() {
        Finding::Fine("browsers will allow the microphone: the public address speaks HTTPS".into())
    } else if secure {
        Finding::Care("the public address speaks HTTPS: set http.secure_cookies = true as well".into())
    } else if config.http.listen.ip().is_loopback() {
        Finding::Care(
            "browsers allow the microphone on this machine only: for others, set http.certificate, or put an HTTPS proxy in front and set http.public_origin"
                .into(),
        )
    } else {
        Finding::Wrong(
            "browsers refuse the microphone on plain HTTP: set http.certificate, or put an HTTPS proxy in front and set http.public_origin to its https:// address"
                .into(),
        )
    });
}

fn addresses(config: &Config, findings: &mut Vec<Finding>) {
    if config.browsers.listen.ip().is_loopback() {
        let words = "browsers.listen is a loopback address: only browsers on this machine can talk";
        findings.push(Finding::Care(words.into()));
    }
    if config.browsers.listen.ip().is_unspecified() && config.browsers.announced.is_none() {
        let words =
            "browsers.announced is not set: browsers are told the address that leads outside; set it behind a NAT";
        findings.push(Finding::Care(words.into()));
    }
    let trunks: Vec<_> = config.trunks.iter().filter_map(Trunk::settings).collect();
    if trunks.iter().all(|trunk| trunk.peers.is_empty()) {
        let words = "no [[trunk]] names peers: nobody can call by telephone; name your trunk provider's addresses";
        findings.push(Finding::Wrong(words.into()));
    }
    for trunk in trunks.iter().filter(|trunk| trunk.sound == Protection::Secured && trunk.carrier != Carrier::Tls) {
        let words =
            "its sound is encrypted, and the keys travel in the clear: ask the provider for TLS (carrier = \"tls\")";
        findings.push(Finding::Care(format!("trunk '{}': {words}", trunk.name)));
    }
    if !trunks.is_empty() && trunks.iter().all(|trunk| trunk.gateway.is_none()) {
        let words = "no [[trunk]] has a gateway: relays and people on call cannot be called";
        findings.push(Finding::Care(words.into()));
    }
}

async fn database(file: &ConfigFile, config: &Config) -> Finding {
    let place = config.store.place(&file.config);
    let what = match &place {
        Place::Sqlite(path) => format!("SQLite at {}", path.display()),
        Place::Postgres(_) => "PostgreSQL".to_owned(),
    };
    match Store::open(&place).await {
        Ok(store) => match store.ping().await {
            Ok(()) => Finding::Fine(format!("the database answers ({what})")),
            Err(fault) => Finding::Wrong(format!("the database does not answer ({what}): {fault}")),
        },
        Err(fault) => Finding::Wrong(format!("the database cannot be opened ({what}): {fault}")),
    }
}
