//! The real sockets of the service, and a phone made by hand: calls to the outside with their sound measured at both ends,
//! what is known of who calls, and a flood.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "in a test, a panic is the finding, and the clock is the real one"
)]

mod bridge;
mod called;
mod carriers;
mod descriptions;
mod edge;
mod incoming;
mod names;
mod phone;
mod quality;
mod secured;
mod timers;
mod trunks;

use phone::{Phone, digest};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use switchboard::{Digit, Language, LegEnd, LegId, LineId, PlayId, PlayItem, Playing, PromptId, PromptName};
use telephony::audio::{Sound, tone};
use telephony::sip::limits::{Bounds, Rate};
use telephony::sip::peers::Peer;
use telephony::{
    Account, Carrier, Gateway, Offerer, Order, OutgoingSettings, OutsideNumber, Prompts, Protection, SecureSettings,
    Settings, SipSettings, StartFault, Telephony, TelephonyEvent, TrunkSettings,
};
use tokio::runtime::Runtime;

const LEG: LegId = LegId(-1);
const SHORT: Duration = Duration::from_millis(400);

struct House {
    telephony: Telephony,
    events: Receiver<TelephonyEvent>,
    runtime: Runtime,
}

fn wav(samples: &[u8]) -> Vec<u8> {
    let mut bytes = b"RIFF\0\0\0\0WAVEfmt \x12\0\0\0\x06\0\x01\0\x40\x1F\0\0\x40\x1F\0\0\x01\0\x08\0\0\0data".to_vec();
    bytes.extend_from_slice(&u32::try_from(samples.len()).unwrap().to_le_bytes());
    bytes.extend_from_slice(samples);
    bytes
}

fn start(trunk: TrunkSettings, ports: (u16, u16)) -> Result<House, StartFault> {
    start_with(vec![trunk], OutgoingSettings::default(), ports)
}

fn start_with(trunks: Vec<TrunkSettings>, outgoing: OutgoingSettings, ports: (u16, u16)) -> Result<House, StartFault> {
    start_secured(trunks, outgoing, ports, SecureSettings::default())
}

fn start_secured(
    trunks: Vec<TrunkSettings>,
    outgoing: OutgoingSettings,
    ports: (u16, u16),
    secure: SecureSettings,
) -> Result<House, StartFault> {
    start_sip(trunks, outgoing, sip(ports, secure))
}

/// On any free port of this machine.
fn sip(ports: (u16, u16), secure: SecureSettings) -> SipSettings {
    SipSettings {
        listen: vec!["127.0.0.1:0".parse().unwrap()],
        announced: None,
        rtp_ports: ports,
        bounds: bounds(),
        name_servers: Vec::new(),
        secure,
    }
}

fn start_sip(trunks: Vec<TrunkSettings>, outgoing: OutgoingSettings, sip: SipSettings) -> Result<House, StartFault> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (sender, events) = channel();
    let sender = Mutex::new(sender);
    let sink = Arc::new(move |event| {
        let _test_over = sender.lock().unwrap().send(event);
    });
    let file = wav(&tone::sine(800.0, 0.4, 0, 80_000));
    let settings = Settings {
        browsers: ([127, 0, 0, 1], sip.rtp_ports.1 + 1).into(),
        sip,
        trunks,
        outgoing,
        numbers: numbers(),
        browsers_announced: None,
    };
    let prompts = Prompts::load(|_, _| Some(&file)).unwrap();
    let telephony = runtime.block_on(Telephony::start(settings, prompts, sink))?;
    Ok(House { telephony, events, runtime })
}

/// Measures so small that a test can fill them.
fn bounds() -> Bounds {
    let rate = |per_second, burst| Rate { per_second, burst };
    Bounds {
        requests: rate(300, 600),
        openings: rate(120, 240),
        endings: rate(600, 1_200),
        all: rate(1_000, 2_000),
        live: 4_096,
        ..Bounds::default()
    }
}

/// A trunk whose gateway is that phone, and whose calls come from this machine.
fn trunk(phone: &Phone) -> TrunkSettings {
    TrunkSettings {
        name: "trunk".to_owned(),
        peers: vec![Peer::read("127.0.0.0/8").unwrap()],
        gateway: Some(Gateway::read(&phone.address().to_string()).unwrap()),
        carrier: Carrier::Udp,
        sound: Protection::Plain,
        account: None,
        register: false,
        watch: false,
        from_user: None,
    }
}

/// Every test has a range of ports of its own, as they run beside each other: below those from which the system gives a port to whoever asks for any.
fn house(phone: &Phone, first_port: u16) -> House {
    start(trunk(phone), (first_port, first_port + 40)).unwrap()
}

impl House {
    fn dial(&self, leg: LegId) {
        let number = OutsideNumber::read("+33 1 99 00 66 77").unwrap();
        self.telephony.perform(Order::Dial(leg, number, LineId("fr".to_owned())));
    }

    fn event(&self) -> TelephonyEvent {
        self.event_within(Duration::from_secs(6)).expect("an event")
    }

    /// The next event that is no report on sound.
    fn event_within(&self, wait: Duration) -> Option<TelephonyEvent> {
        let end = Instant::now() + wait;
        loop {
            let event = self.events.recv_timeout(end.saturating_duration_since(Instant::now())).ok()?;
            if !matches!(event, TelephonyEvent::Quality(..)) {
                return Some(event);
            }
        }
    }

    fn nothing_more(&self) {
        assert_eq!(self.event_within(SHORT), None);
    }
}

fn play(leg: LegId) -> Order {
    let item = PlayItem { prompt: PromptName::Greeting, language: Language::Fr, at_most: None };
    Order::Play(leg, Playing { id: PlayId(1), items: vec![item], again_from: None })
}

/// Lets two phones talk to each other for a while, 20 ms at a time.
fn talk(phones: [(&mut Phone, std::net::SocketAddr, f64); 2], frames: u32) {
    let begun = Instant::now();
    let [one, two] = phones;
    for frame in 0..frames {
        one.0.say(one.1, one.2);
        two.0.say(two.1, two.2);
        std::thread::sleep((begun + Duration::from_millis(20) * (frame + 1)).saturating_duration_since(Instant::now()));
    }
}

/// The one number of these tests.
fn numbers() -> telephony::LineNumbers {
    let numbers = telephony::LineNumbers::default();
    numbers.put(vec![("0199000805".to_owned(), LineId("fr".to_owned()))]);
    numbers
}
