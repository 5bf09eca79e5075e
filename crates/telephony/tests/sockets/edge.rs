//! What the edge does at real sockets: every method from peers and from strangers, a flood, and headers that must reach
//! nobody.

use super::names::{Dns, Says, found_by, named};
use super::*;
use std::collections::BTreeMap;
use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicU64, Ordering};

/// A bare socket that speaks SIP.
struct Wire {
    socket: UdpSocket,
    to: SocketAddr,
}

impl Wire {
    fn new(from: &str, to: SocketAddr) -> Self {
        let socket = UdpSocket::bind((from, 0)).unwrap();
        Self { socket, to }
    }

    fn send(&self, bytes: &[u8]) {
        self.socket.send_to(bytes, self.to).unwrap();
    }

    fn request(&self, method: &str, number: &str, name: &str, extra: &str, body: &str) -> String {
        let (here, to) = (self.socket.local_addr().unwrap(), self.to);
        let kind = if body.is_empty() { "" } else { "Content-Type: application/sdp\r\n" };
        format!(
            "{method} sip:{number}@{to} SIP/2.0\r\nVia: SIP/2.0/UDP {here};branch=z9hG4bK{name}\r\nMax-Forwards: 70\r\n\
             From: <sip:a@x.invalid>;tag=1\r\nTo: <sip:{number}@{to}>\r\nCall-ID: {name}\r\nCSeq: 1 {method}\r\n\
             Contact: <sip:a@{here}>\r\n{extra}{kind}Content-Length: {}\r\n\r\n{body}",
            body.len()
        )
    }

    fn receive(&self, wait: Duration) -> Option<String> {
        self.socket.set_read_timeout(Some(wait)).unwrap();
        let mut buffer = [0; 8192];
        let length = self.socket.recv(&mut buffer).ok()?;
        Some(String::from_utf8(buffer[..length].to_vec()).unwrap())
    }

    /// The status of the answer that counts, asked for as often as it takes.
    fn ask(&self, text: &str, call: &str) -> Option<String> {
        for _ in 0..8 {
            self.send(text.as_bytes());
            while let Some(answer) = self.receive(Duration::from_millis(300)) {
                if answer.contains(&format!("Call-ID: {call}\r\n")) && !answer.starts_with("SIP/2.0 100") {
                    return answer.get(8..11).map(str::to_owned);
                }
            }
        }
        None
    }
}

/// A trunk that only brings calls, from there.
fn only_brings(peers: &str) -> TrunkSettings {
    TrunkSettings { peers: vec![Peer::read(peers).unwrap()], gateway: None, ..trunk(&Phone::new("unused")) }
}

#[test]
fn every_method_has_its_answer_for_peers_and_for_strangers() {
    // (method, from a peer, from a stranger)
    let cases = [
        ("INVITE", Some("404"), Some("403")),
        ("ACK", None, None),
        ("BYE", Some("481"), Some("403")),
        ("CANCEL", Some("481"), Some("403")),
        ("OPTIONS", Some("200"), Some("403")),
        ("PRACK", Some("481"), Some("403")),
        ("UPDATE", Some("481"), Some("403")),
        ("INFO", Some("405"), Some("403")),
        ("MESSAGE", Some("405"), Some("403")),
        ("NOTIFY", Some("405"), Some("403")),
        ("PUBLISH", Some("405"), Some("403")),
        ("REFER", Some("405"), Some("403")),
        ("REGISTER", Some("405"), Some("403")),
        ("SUBSCRIBE", Some("405"), Some("403")),
    ];
    let house = start(only_brings("127.0.0.1"), (22_800, 22_840)).unwrap();
    let to = house.telephony.sip_addresses()[0];
    let (peer, stranger) = (Wire::new("127.0.0.1", to), Wire::new("127.0.0.2", to));
    for (method, for_peers, for_strangers) in cases {
        for (wire, wanted, who) in [(&peer, for_peers, "peer"), (&stranger, for_strangers, "stranger")] {
            let name = format!("{method}-{who}");
            let text = wire.request(method, "0199000899", &name, "", "");
            let answer = match wanted {
                Some(_) => wire.ask(&text, &name),
                None => {
                    wire.send(text.as_bytes());
                    wire.receive(SHORT).map(|answer| answer[8..11].to_owned())
                }
            };
            assert_eq!(answer.as_deref(), wanted, "{name}");
        }
    }
    house.nothing_more();
    let called = peer.request("INVITE", "0199000805", "real", "", "");
    peer.send(called.as_bytes());
    assert!(matches!(house.event(), TelephonyEvent::Incoming(..)));
    let figures = house.telephony.edge_figures();
    assert!(figures.strangers.load(Ordering::Relaxed) >= 14);
}

#[test]
fn after_a_flood_the_honest_are_answered_and_nothing_has_grown() {
    let phone = Phone::new("p");
    let house = house(&phone, 22_850);
    let to = house.telephony.sip_addresses()[0];
    // A trunk is heard of before anything else, as trunks are: it asks whether we live.
    let honest = Wire::new("127.0.0.9", to);
    assert_eq!(honest.ask(&honest.request("OPTIONS", "x", "before", "", ""), "before").as_deref(), Some("200"));
    // Then somebody with many addresses, who would have a measure for each of them.
    for number in 0..400 {
        let wire = Wire::new(&format!("127.0.{}.{}", 4 + number / 200, 1 + number % 200), to);
        wire.send(wire.request("OPTIONS", "0199000899", &format!("many{number}"), "", "").as_bytes());
    }
    let flood = Wire::new("127.0.0.7", to);
    let invite = |number: u32| flood.request("INVITE", "0199000899", &format!("i{number}"), "", "").into_bytes();
    for number in 0..8_000u32 {
        let bytes = match number % 8 {
            0..=2 => invite(number),
            3 => flood.request("REGISTER", "x", &format!("r{number}"), "", "").into_bytes(),
            4 => flood.request("MESSAGE", "x", &format!("m{number}"), "", "").into_bytes(),
            5 => flood.request("OPTIONS", "x", &format!("o{number}"), "", "").into_bytes(),
            6 => (0..300u32).map(|index| (index * number + index / 7) as u8).collect(),
            _ => format!("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP x\r\nCall-ID: {number}\r\n\r\n").into_bytes(),
        };
        flood.send(&bytes);
        if number % 20 == 19 {
            // A flood that the kernel throws away would try nothing.
            std::thread::sleep(Duration::from_millis(1));
        }
    }
    assert_eq!(honest.ask(&honest.request("OPTIONS", "x", "honest", "", ""), "honest").as_deref(), Some("200"));
    honest.send(honest.request("INVITE", "0199000805", "call", "", "").as_bytes());
    assert!(matches!(house.event(), TelephonyEvent::Incoming(..)));

    let figures = house.telephony.edge_figures();
    let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    let (excess, put_off) = (read(&figures.excess_requests) + read(&figures.excess_calls), read(&figures.put_off));
    let told = [&figures.passed, &figures.refused, &figures.dropped, &figures.excess_endings].map(read);
    assert!(excess + told.iter().sum::<u64>() > 5_000, "most of the flood came: {figures:?}");
    assert!(excess > 1_000, "{figures:?}");
    assert!(read(&figures.sources) <= 256 && read(&figures.live) <= 4_096, "{figures:?}");
    assert!(read(&figures.passed) < 3_000, "{figures:?}");
    assert!(put_off > 0 && put_off < 800, "a flood is not answered with a flood: {figures:?}");

    std::thread::sleep(Duration::from_millis(1_200));
    let answer = flood.ask(&flood.request("OPTIONS", "x", "sorry", "", ""), "sorry");
    assert_eq!(answer.as_deref(), Some("200"), "and who flooded is heard again, once it is over");
}

#[test]
fn calls_over_tcp_have_the_same_measures() {
    use std::io::{Read, Write};
    let house = start(only_brings("127.0.0.1"), (22_950, 22_990)).unwrap();
    let to = house.telephony.sip_addresses()[0];
    let mut stream = std::net::TcpStream::connect(to).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(1_500))).unwrap();
    let mut writer = stream.try_clone().unwrap();
    let writing = std::thread::spawn(move || {
        for number in 0..600 {
            let text = format!(
                "INVITE sip:0199000899@{to} SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bK{number}\r\n\
                 From: <sip:a@x>;tag=1\r\nTo: <sip:b@{to}>\r\nCall-ID: c{number}\r\nCSeq: 1 INVITE\r\n\
                 Contact: <sip:a@127.0.0.1:9;transport=tcp>\r\nContent-Length: 0\r\n\r\n"
            );
            writer.write_all(text.as_bytes()).unwrap();
        }
    });
    let (mut all, mut buffer) = (String::new(), [0; 65_536]);
    while let Ok(length @ 1..) = stream.read(&mut buffer) {
        all.push_str(&String::from_utf8_lossy(&buffer[..length]));
    }
    writing.join().unwrap();
    let mut statuses = BTreeMap::new();
    for answer in all.split("SIP/2.0 ").filter(|answer| answer.contains("Content-Length: 0")) {
        *statuses.entry(answer[..3].to_owned()).or_insert(0) += 1;
    }
    assert!(statuses["404"] >= 240, "{statuses:?}");
    assert!(statuses["503"] >= 1 && statuses["503"] <= 500, "{statuses:?}");
    assert!(all.contains("Retry-After: 5"));
}

/// A word that stands in every place of a caller's request where something of one's own can stand.
const MARK: &str = "m4rk3d";

/// Where it stands: in headers that say who one is, that lead or prove, and in any others.
const NAMES: [&str; 38] = [
    "P-Asserted-Identity",
    "p-asserted-identity ",
    "P-Preferred-Identity",
    "Privacy",
    "PRIVACY\t",
    "Route",
    "route ",
    "Record-Route",
    "Authorization",
    "authorization ",
    "Proxy-Authorization",
    "Identity",
    "Diversion",
    "History-Info",
    "Referred-By",
    "b",
    "Reply-To",
    "Remote-Party-ID",
    "Subject",
    "s",
    "Organization",
    "User-Agent",
    "Server",
    "Call-Info",
    "Alert-Info",
    "X-Internal",
    "X-Asterisk-Account",
    "Session-ID",
    "User-to-User",
    "Date",
    "Warning",
    "In-Reply-To",
    "P-Charging-Vector",
    "P-Access-Network-Info",
    "Geolocation",
    "Supported",
    "Allow",
    "Reason",
];

#[test]
fn nothing_that_a_caller_writes_reaches_another_leg() {
    let mut gateway = Phone::new("gateway");
    let account = Account { user: "vigie-1".into(), password: "s3cret".into(), realm: None };
    let told = TrunkSettings { account: Some(account), register: true, watch: true, ..named(&gateway) };
    let dns = Dns::new(Says::Servers(vec![(1, gateway.address().port(), "localhost.")]));
    let house = found_by(&dns, told, SecureSettings::default(), 23_050);
    let to = house.telephony.sip_addresses()[0];
    let caller = Wire::new("127.0.0.3", to);
    let extra: String = NAMES
        .iter()
        .map(|name| match *name {
            "Route" | "route " | "Record-Route" => format!("{name}: <sip:{MARK}@127.0.0.3;lr>\r\n"),
            _ => format!("{name}: <sip:{MARK}@x>;{MARK}={MARK}\r\n  {MARK}\r\n"),
        })
        .collect();
    let body = format!(
        "v=0\r\no={MARK} 1 1 IN IP4 127.0.0.1\r\ns={MARK}\r\ni={MARK}\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n\
         a={MARK}\r\nm=audio 9 RTP/AVP 8\r\na=x:{MARK}\r\n"
    );
    let text = caller.request("INVITE", "0199000805", "marked", &extra, &body);
    let text = text.replace("From: <sip:a@x.invalid>", &format!("From: \"{MARK}\" <sip:{MARK}@x.invalid>"));
    caller.send(text.as_bytes());
    let TelephonyEvent::Incoming(leg, ..) = house.event() else { panic!("no call came") };
    house.telephony.perform(Order::Ring(leg));
    house.telephony.perform(Order::Answer(leg));
    house.dial(LEG);
    let invite = gateway.expect("INVITE");
    gateway.answer(&invite, "200 OK", "", &format!("{}a=rtcp-mux\r\n", gateway.description()));
    let acknowledged = gateway.expect("ACK");
    house.telephony.perform(Order::Hear(leg, vec![LEG]));
    house.telephony.perform(Order::Hear(LEG, vec![leg]));
    // What is told of the sound, and what gateways are asked and told while somebody calls.
    let (asked, registered) = (gateway.expect("OPTIONS"), gateway.expect("REGISTER"));
    let report = std::iter::repeat_with(|| {
        std::thread::sleep(Duration::from_millis(100));
        gateway.heard();
        gateway.control.take()
    });
    let report = report.take(80).flatten().next().expect("a report on the sound");
    for mark in [MARK.as_bytes(), b"127.0.0.3", &[127, 0, 0, 3]] {
        assert!(!report.windows(mark.len()).any(|bytes| bytes == mark), "{report:?}");
    }
    // Where the gateway is, is asked again while they talk.
    dns.is_asked_anew();
    for (question, mark) in dns.questions().iter().flat_map(|question| [MARK, "127.0.0.3"].map(|mark| (question, mark)))
    {
        assert!(!question.windows(mark.len()).any(|bytes| bytes == mark.as_bytes()), "{question:?}");
    }
    house.telephony.perform(Order::HangUp(LEG));
    let bye = gateway.expect("BYE");
    for message in [&invite, &acknowledged, &bye, &asked, &registered] {
        assert!(!message.text.contains(MARK) && !message.text.contains("127.0.0.3"), "{}", message.text);
    }
    // To the caller goes what a response must repeat, and no more of theirs.
    let mut heard = 0;
    while let Some(message) = caller.receive(SHORT) {
        heard += 1;
        let repeated = ["Via:", "From:", "To:", "Call-ID:", "CSeq:", "Record-Route:"];
        let strange =
            message.lines().find(|line| line.contains(MARK) && !repeated.iter().any(|own| line.starts_with(own)));
        assert_eq!(strange, None, "{message}");
    }
    assert!(heard >= 2, "the caller was answered");
}

/// The answer to a call, and its acknowledgement.
fn acknowledged(caller: &Wire, invite: &str) {
    let answer = loop {
        let answer = caller.receive(SHORT).expect("an answer");
        if answer.starts_with("SIP/2.0 200") {
            break answer;
        }
    };
    let to = answer.lines().find(|line| line.starts_with("To:")).unwrap();
    let head = invite.split("\r\n\r\n").next().unwrap().replace("INVITE", "ACK").replace("z9hG4bK", "z9hG4bKack");
    let lines = head.lines().filter(|line| !line.starts_with("Content-"));
    let lines: Vec<&str> = lines.map(|line| if line.starts_with("To:") { to } else { line }).collect();
    caller.send(format!("{}\r\nContent-Length: 0\r\n\r\n", lines.join("\r\n")).as_bytes());
}

#[test]
fn whoever_calls_is_hung_up_on_however_their_contact_is_spelt() {
    let house = start(only_brings("127.0.0.0/8"), (23_150, 23_190)).unwrap();
    let to = house.telephony.sip_addresses()[0];
    let body = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 8\r\n";
    // A star stands for the address; the second is what the BYE asks for. The stack leaves out that it goes over UDP.
    let cases = [
        ("<sip:a@*>", "sip:a@*"),
        ("sip:a@*", "sip:a@*"),
        ("\"A, B\" <sip:a@*>;expires=60", "sip:a@*"),
        ("\"A \\\"<x>\\\" B\" < sip:a@* > ; q = 0.5", "sip:a@*"),
        ("<sip:*;transport=udp>", "sip:*"),
        ("<sip:+33199006677;npdi;rn=+33199000899@*;user=phone>", "sip:+33199006677;npdi;rn=+33199000899@*;user=phone"),
        ("<sip:a%3Bb@*>", "sip:a%3Bb@*"),
        ("<sip:%2B33199006677@*>", "sip:%2B33199006677@*"),
        ("<sip:a:secret@*>", "sip:a:secret@*"),
    ];
    for (index, (contact, asked)) in cases.into_iter().enumerate() {
        let caller = Wire::new("127.0.0.5", to);
        let here = caller.socket.local_addr().unwrap().to_string();
        let text = caller.request("INVITE", "0199000805", &format!("contact{index}"), "", body);
        let text = text.replace(&format!("<sip:a@{here}>"), &contact.replace('*', &here));
        caller.send(text.as_bytes());
        let TelephonyEvent::Incoming(leg, ..) = house.event() else { panic!("no call came") };
        house.telephony.perform(Order::Answer(leg));
        acknowledged(&caller, &text);
        assert_eq!(house.event(), TelephonyEvent::Answered(leg));
        std::thread::sleep(Duration::from_millis(30));
        house.telephony.perform(Order::HangUp(leg));
        let bye = std::iter::from_fn(|| caller.receive(SHORT)).find(|message| message.starts_with("BYE "));
        let bye = bye.unwrap_or_else(|| panic!("no BYE to {contact}"));
        let asked = asked.replace('*', &here).replace(";transport=udp", "");
        assert!(bye.starts_with(&format!("BYE {asked}")), "{contact}: {bye}");
    }
}
