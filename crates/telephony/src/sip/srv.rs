//! Which servers a name has for SIP (SRV records, RFC 2782), as RFC 3263 section 4.2 asks for them. Only this file names the
//! resolver; it is asked for nothing else.

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::lookup::Lookup;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{RData, RecordType};
use std::net::SocketAddr;
use std::time::Duration;

/// How long a DNS server may take, and how often it is asked: a machine without a DNS is held up for two seconds.
const TRY: Duration = Duration::from_secs(1);
const TRIES: usize = 2;
/// How long it may take in all, however many servers there are and whatever they say.
const ALL: Duration = Duration::from_secs(4);
/// How many records are looked at. A provider has two or three.
const MOST_RECORDS: usize = 16;

/// One server, as a record has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    /// The lower, the better.
    pub(super) priority: u16,
    /// The share among those of equal priority.
    pub(super) weight: u16,
    pub(super) port: u16,
    /// A host's name.
    pub(super) target: String,
}

/// What the DNS says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// These servers, for so long.
    Servers(Vec<Record>, Duration),
    /// That there is no such service (a target of ".").
    NoService,
    /// That there is no such record.
    NoRecord,
    /// Nothing, or nothing that can be used.
    NoAnswer,
}

/// Asks these name servers, or if there are none this system's, for a name's records.
pub(super) async fn ask(name_servers: &[SocketAddr], name: &str) -> Found {
    // Made anew each time: the system's name servers may have changed, and nothing is to be remembered here.
    let Some(resolver) = resolver(name_servers) else { return Found::NoAnswer };
    match tokio::time::timeout(ALL, resolver.lookup(name, RecordType::SRV)).await {
        Ok(Ok(lookup)) => read(&lookup),
        Ok(Err(NetError::Dns(DnsError::NoRecordsFound(none))))
            if matches!(none.response_code, ResponseCode::NoError | ResponseCode::NXDomain) =>
        {
            Found::NoRecord
        }
        Ok(Err(_)) | Err(_) => Found::NoAnswer,
    }
}

fn resolver(name_servers: &[SocketAddr]) -> Option<TokioResolver> {
    let mut builder = if name_servers.is_empty() {
        TokioResolver::builder_tokio().ok()?
    } else {
        let servers = name_servers.iter().map(|server| {
            let mut ways = [ConnectionConfig::udp(), ConnectionConfig::tcp()];
            ways.iter_mut().for_each(|way| way.port = server.port());
            NameServerConfig::new(server.ip(), true, ways.into())
        });
        let config = ResolverConfig::from_name_servers(servers.collect());
        TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
    };
    let options = builder.options_mut();
    (options.timeout, options.attempts, options.cache_size) = (TRY, TRIES, 0);
    builder.build().ok()
}

fn read(lookup: &Lookup) -> Found {
    let mut life = u32::MAX;
    let mut servers = Vec::new();
    let mut denied = false;
    for record in lookup.answers().iter().take(MOST_RECORDS) {
        let RData::SRV(server) = &record.data else { continue };
        life = life.min(record.ttl);
        let target = server.target.to_ascii();
        let target = target.trim_end_matches('.');
        denied |= target.is_empty();
        let is_host = target.chars().all(|letter| letter.is_ascii_alphanumeric() || "-._".contains(letter));
        if !target.is_empty() && is_host && server.port != 0 {
            let target = target.to_owned();
            servers.push(Record { priority: server.priority, weight: server.weight, port: server.port, target });
        }
    }
    match (servers.is_empty(), denied) {
        (false, _) => Found::Servers(servers, Duration::from_secs(life.into())),
        (true, true) => Found::NoService,
        (true, false) => Found::NoAnswer,
    }
}
