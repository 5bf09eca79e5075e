//! Reading a configuration file, and saying what is wrong in it: file, line, what, and what to do.

use super::{Alarms, Browsers, Freshness, Http, LineSection, OpenData, Outgoing, Sip, Stop, StoreSection, Trunk};
use serde::Deserialize;
use std::fmt;
use std::path::{Path, PathBuf};
use switchboard::{LineId, ListenerCare, Plan};

/// A whole configuration, checked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the record is kept.
    pub store: StoreSection,
    /// The pages.
    pub http: Http,
    /// Where SIP and the trunks' sound are listened for.
    pub sip: Sip,
    /// The trunks, in the order in which calls to the outside prefer them.
    #[serde(rename = "trunk", default)]
    pub trunks: Vec<Trunk>,
    /// What holds for calls to the outside.
    #[serde(default)]
    pub outgoing: Outgoing,
    /// The browsers' side.
    pub browsers: Browsers,
    /// Who is told when something is wrong.
    #[serde(default)]
    pub alarms: Alarms,
    /// How the directory is kept right.
    #[serde(default)]
    pub freshness: Freshness,
    /// The directory for everybody.
    #[serde(default)]
    pub open_data: OpenData,
    /// What happens when the service is told to stop.
    #[serde(default)]
    pub stop: Stop,
    /// The lines to begin with; those of the office count from then on.
    #[serde(rename = "line", default)]
    pub lines: Vec<LineSection>,
}

/// What is wrong with a configuration.
#[derive(Debug)]
pub struct ConfigFault {
    file: PathBuf,
    line: Option<usize>,
    words: String,
}

impl fmt::Display for ConfigFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(out, "{}, line {line}: {}", self.file.display(), self.words),
            None => write!(out, "{}: {}", self.file.display(), self.words),
        }
    }
}

impl std::error::Error for ConfigFault {}

/// What is wrong at a place in the file.
#[derive(Debug)]
pub(super) struct Wrong {
    /// Byte offset in the file.
    pub(super) at: usize,
    pub(super) words: String,
}

impl Config {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// [`ConfigFault`], with the line and what to do.
    pub fn read(file: &Path) -> Result<Self, ConfigFault> {
        let fault = |line, words| ConfigFault { file: file.to_owned(), line, words };
        let text = std::fs::read_to_string(file).map_err(|reason| {
            fault(None, format!("cannot be read ({reason}); copy vigie.example.toml there and change it to your needs"))
        })?;
        Self::parse(&text).map_err(|wrong| fault(line_of(&text, wrong.at), wrong.words))
    }

    /// The plan that the lines make: each has a queue of its own.
    #[must_use]
    pub fn plan(&self) -> Plan {
        let lines = self.lines.iter().map(LineSection::line);
        let queues = self.lines.iter().map(LineSection::queue);
        let mut plan = Plan::new(lines, queues, [], ListenerCare::default());
        plan.call_page = self.lines.first().map(|line| LineId(line.id.get_ref().clone()));
        plan
    }

    fn parse(text: &str) -> Result<Self, Wrong> {
        let config: Self = toml::from_str(text).map_err(|reason| Wrong {
            at: reason.span().map_or(0, |span| span.start),
            words: format!("{}; vigie.example.toml shows every setting", reason.message().trim_end()),
        })?;
        config.http.check()?;
        config.sip.check()?;
        if let (false, None) = (config.sip.secure_listen.get_ref().is_empty(), config.http.certificate(Path::new(""))) {
            let words = "sip.secure_listen needs a certificate: name it in http.certificate and http.key".into();
            return Err(Wrong { at: config.sip.secure_listen.span().start, words });
        }
        config.browsers.check()?;
        config.alarms.check()?;
        let reachable = config.http.public_origin.is_some() || config.http.listen.ip().is_loopback();
        config.freshness.check(config.alarms.mail().is_some(), reachable)?;
        config.trunks.iter().try_for_each(Trunk::check)?;
        config.outgoing.check()?;
        let mut numbers = std::collections::BTreeMap::new();
        let mut names = std::collections::BTreeSet::new();
        for line in &config.lines {
            line.check()?;
            if !names.insert(line.id.get_ref()) {
                return Err(Wrong {
                    at: line.id.span().start,
                    words: "two lines have this id: each needs its own".into(),
                });
            }
            for number in &line.numbers {
                if numbers.insert(number.get_ref(), line.id.get_ref()).is_some() {
                    let words = "two lines have this number: a number reaches one line".into();
                    return Err(Wrong { at: number.span().start, words });
                }
            }
        }
        Ok(config)
    }
}

/// The line of a byte offset, counted from 1.
fn line_of(text: &str, at: usize) -> Option<usize> {
    text.get(..at.min(text.len())).map(|before| before.matches('\n').count() + 1)
}

/// Makes sure that a folder is there and can be written to.
///
/// # Errors
/// Words that say what to do.
pub fn folder(path: &Path) -> Result<(), String> {
    std::fs::create_dir_all(path)
        .and_then(|()| {
            let probe = path.join(".vigie-can-write");
            std::fs::write(&probe, b"")?;
            std::fs::remove_file(probe)
        })
        .map_err(|reason| {
            format!(
                "the folder {} cannot be written to ({reason}): choose another, or change its owner",
                path.display()
            )
        })
}

/// A folder of this name where the program was started.
#[must_use]
pub fn current_folder_named(name: &str) -> PathBuf {
    std::env::current_dir().unwrap_or_default().join(name)
}

/// Where files wait that are too large for memory, and that nobody needs after a restart of the machine.
#[must_use]
pub fn waiting_folder() -> PathBuf {
    std::env::temp_dir()
}

/// The folder in memory that the system gives to this service or to this user, or else the one that is everybody's.
#[must_use]
pub fn memory_folder() -> PathBuf {
    // systemd's RuntimeDirectory= may name several, divided by colons; the first one is ours.
    let of_service = std::env::var("RUNTIME_DIRECTORY").ok().and_then(|all| all.split(':').next().map(PathBuf::from));
    let of_user = || std::env::var("XDG_RUNTIME_DIR").ok().map(PathBuf::from);
    let given = of_service.or_else(of_user).filter(|folder| folder.is_absolute());
    given.unwrap_or_else(|| PathBuf::from("/dev/shm"))
}

/// CPU time in seconds and resident memory in bytes of a process, from the kernel's own account.
#[must_use]
pub fn process_usage(process: u32) -> Option<(f64, u64)> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // Fields 14 and 15 are user and system time in hundredths of a second; the name before may hold blanks.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let (user, system): (f64, f64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    let memory = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let resident = memory.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = resident.split_whitespace().next()?.parse().ok()?;
    Some(((user + system) / 100.0, kilobytes * 1024))
}

/// Opens a file that a person named at the terminal.
///
/// # Errors
/// Words that say which and why.
pub fn open_file(path: &Path) -> Result<std::fs::File, String> {
    std::fs::File::open(path).map_err(|fault| format!("{} cannot be read: {fault}", path.display()))
}

/// Makes a file that a person named at the terminal, in the place of what was there.
///
/// # Errors
/// Words that say which and why.
pub fn create_file(path: &Path) -> Result<std::io::BufWriter<std::fs::File>, String> {
    let file = std::fs::File::create(path).map_err(|fault| format!("{} cannot be written: {fault}", path.display()))?;
    Ok(std::io::BufWriter::new(file))
}

/// The most resident memory that a process ever had, in bytes.
#[must_use]
pub fn process_peak(process: u32) -> Option<u64> {
    let memory = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let most = memory.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(most.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use switchboard::Line;

    const EXAMPLE: &str = include_str!("../../../../vigie.example.toml");

    fn fault(text: &str) -> (Option<usize>, String) {
        let wrong = Config::parse(text).unwrap_err();
        (line_of(text, wrong.at), wrong.words)
    }

    #[test]
    fn the_example_is_a_configuration_and_its_comments_are_the_defaults() {
        let config = Config::parse(EXAMPLE).unwrap();
        let uncommented: String = EXAMPLE
            .lines()
            .map(|line| {
                let setting = line.strip_prefix("# ").filter(|rest| {
                    let name = rest.split(" = ").next().unwrap_or_default();
                    rest.contains(" = ") && name.chars().all(|key| key.is_ascii_lowercase() || key == '_')
                });
                format!(
                    "{}\n",
                    setting.or(line.strip_prefix("# ").filter(|rest| rest.starts_with('['))).unwrap_or(line)
                )
            })
            .collect();
        let full = Config::parse(&uncommented).unwrap_or_else(|wrong| panic!("{wrong:?}\n{uncommented}"));
        let (line, full_line) = (&config.lines[0], &full.lines[0]);
        assert_ne!(line.line().flow, full_line.line().flow, "the example's menu is not the default");
        let without_flow = |line: Line| Line { flow: Arc::default(), ..line };
        assert_eq!(without_flow(line.line()), without_flow(full_line.line()));
        assert_eq!(line.queue(), full_line.queue());
        assert_eq!(config.sip.rtp_ports, full.sip.rtp_ports);
        let limits = |config: &Config| {
            let outgoing = config.outgoing.settings();
            (outgoing.ring_for, outgoing.calls_an_hour, outgoing.calls_an_hour_to_one)
        };
        assert_eq!(limits(&config), limits(&full));
        let (trunk, full_trunk) = (config.trunks[0].settings().unwrap(), full.trunks[0].settings().unwrap());
        assert_eq!(
            (trunk.carrier, trunk.register, trunk.watch),
            (full_trunk.carrier, full_trunk.register, full_trunk.watch)
        );
        assert!(config.browsers.relays().is_none());
        assert!(full.browsers.relays().is_some_and(|relays| relays.secret == "secret" && relays.addresses.len() == 2));
        assert!(config.http.certificate(Path::new("vigie.toml")).is_none());
        assert!(config.open_data.settings().is_none() && full.open_data.settings().is_none(), "unless it is asked for");
        let certificate = full.http.certificate(Path::new("/etc/vigie/vigie.toml")).unwrap();
        assert_eq!(certificate.key, Path::new("/etc/vigie/privkey.pem"));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let cases = [
            ("listen = \"127.0.0.1:8080\"", "listen = \"nowhere\"", "address"),
            ("id = \"ecoute\"", "id = \"Écoute !\"", "lower-case"),
            ("peers = [\"127.0.0.0/8\", \"::1\"]", "peers = [\"example.org\"]", "no address"),
            ("[sip]", "[sip]\npears = 1", "unknown field `pears`"),
            ("# certificate = \"fullchain.pem\"", "certificate = \"x.pem\"", "belong together"),
            ("# secure_listen = [", "secure_listen = [", "needs a certificate"),
            ("# [alarms]", "[alarms]\nwebhook = \"ftp://example.org\"", "https://"),
            ("# [alarms]", "[alarms]\nsmtp = \"smtp://localhost\"", "alarms.from"),
            ("# carrier = \"udp\"", "carrier = \"pigeon\"", "udp"),
            ("# gateway = \"127.0.0.1:5080\"", "gateway = \"a b\"", "no gateway"),
            ("# turn_secret = \"secret\"", "turn_secret = \"secret\"", "belong together"),
            ("# turn = [\"turn:", "turn = [\"stun:", "belong together"),
            ("# register = false", "register = true", "needs a gateway"),
            ("# [outgoing]", "[outgoing]\nalso = [\"x\"]", "no beginning"),
            ("# hours = \"always\"", "hours = [\"mon-fri 9h-21h\"]", "mon-fri 09:00-21:00"),
            ("# zone = \"Europe/Paris\"", "zone = \"Mars/Olympus\"", "time zone"),
            ("# answer = \"greet\"", "answer = \"sing\"", "greet"),
            ("# queue_limit = 200", "queue_limit = 0", "1"),
            ("numbers = [\"0199000805\", \"+33199000805\"]", "numbers = [\"zero one\"]", "digits"),
            ("# offer_seconds = 20", "offer_seconds = 500", "5 to 120"),
        ];
        for (from, to, expected) in cases {
            assert!(EXAMPLE.contains(from), "{from}");
            let text = EXAMPLE.replacen(from, to, 1);
            let (line, words) = fault(&text);
            let at = EXAMPLE.split(from).next().unwrap().matches('\n').count() + 1;
            assert!(words.contains(expected), "{to}: {words}");
            let line = line.unwrap();
            assert!(line == at || line == at + 1, "{to}: line {line} instead of {at}");
        }
        assert!(fault("[store]\nplace = 3").1.contains("vigie.example.toml"));
    }
}
