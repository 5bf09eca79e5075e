//! Gateways whose name stands for several servers: a DNS of the test's own says which, on loopback.

use super::bridge::{Bridge, Certificate};
use super::*;
use hickory_resolver::proto::op::{Message, OpCode};
use hickory_resolver::proto::rr::rdata::{CNAME, SRV};
use hickory_resolver::proto::rr::{Name, RData, Record};
use std::net::{SocketAddr, UdpSocket};
use telephony::{GatewayHealth, Registered, TrunkChange};

/// What a DNS says of any name it is asked for.
#[derive(Clone)]
pub(crate) enum Says {
    /// These servers, each with its priority, its port and its host's name.
    Servers(Vec<(u16, u16, &'static str)>),
    /// That the name stands for itself.
    Loop,
    /// What is no answer at all.
    Junk,
    Nothing,
}

/// A DNS server.
pub(crate) struct Dns {
    address: SocketAddr,
    says: Arc<Mutex<Says>>,
    asked: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Dns {
    pub(crate) fn new(says: Says) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let dns =
            Self { address: socket.local_addr().unwrap(), says: Arc::new(Mutex::new(says)), asked: Arc::default() };
        let (says, asked) = (Arc::clone(&dns.says), Arc::clone(&dns.asked));
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok((length, from)) = socket.recv_from(&mut buffer) {
                let question = Message::from_vec(&buffer[..length]).unwrap();
                asked.lock().unwrap().push(buffer[..length].to_vec());
                if let Some(answer) = answer(&question, &says.lock().unwrap().clone()) {
                    socket.send_to(&answer, from).unwrap();
                }
            }
        });
        dns
    }

    pub(crate) fn say(&self, says: Says) {
        *self.says.lock().unwrap() = says;
    }

    fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    /// The questions as they came.
    pub(crate) fn questions(&self) -> Vec<Vec<u8>> {
        self.asked.lock().unwrap().clone()
    }

    /// The names that were asked for.
    fn names(&self) -> Vec<String> {
        let name = |bytes: &Vec<u8>| Message::from_vec(bytes).unwrap().queries[0].name().to_string().to_lowercase();
        self.questions().iter().map(name).collect()
    }

    /// Waits until it was asked once more, and what it said was taken.
    pub(crate) fn is_asked_anew(&self) {
        let (before, end) = (self.asked(), Instant::now() + Duration::from_secs(15));
        while self.asked() == before {
            assert!(Instant::now() < end, "nobody asks");
            std::thread::sleep(Duration::from_millis(50));
        }
        std::thread::sleep(SHORT);
    }
}

fn answer(question: &Message, says: &Says) -> Option<Vec<u8>> {
    let name = question.queries[0].name().clone();
    let mut answer = Message::response(question.metadata.id, OpCode::Query);
    answer.add_query(question.queries[0].clone());
    // Lived so short, it is asked for again as soon as anything ever is.
    let record = |data| Record::from_rdata(name.clone(), 1, data);
    match says {
        Says::Servers(servers) => answer.add_answers(servers.iter().map(|(priority, port, host)| {
            record(RData::SRV(SRV::new(*priority, 0, *port, Name::from_ascii(host).unwrap())))
        })),
        Says::Loop => answer.add_answer(record(RData::CNAME(CNAME(name.clone())))),
        Says::Junk => return Some(vec![0xFF; 600]),
        Says::Nothing => return None,
    };
    Some(answer.to_vec().unwrap())
}

/// The better and the worse of two servers.
fn both(better: &Phone, worse: &Phone) -> Says {
    Says::Servers(vec![(20, worse.address().port(), "localhost."), (10, better.address().port(), "localhost.")])
}

/// A trunk whose gateway is a name of several servers.
pub(crate) fn named(phone: &Phone) -> TrunkSettings {
    TrunkSettings { gateway: Some(Gateway::read("trunk.test").unwrap()), ..trunk(phone) }
}

pub(crate) fn found_by(dns: &Dns, trunk: TrunkSettings, secure: SecureSettings, first_port: u16) -> House {
    let sip = SipSettings { name_servers: vec![dns.address], ..sip((first_port, first_port + 40), secure) };
    start_sip(vec![trunk], OutgoingSettings::default(), sip).unwrap()
}

/// Lets servers answer to OPTIONS and REGISTER until the first of them has answered to each of these.
fn serve(phones: &[&Phone], limit: Duration, awaited: &[&str]) {
    let end = Instant::now() + limit;
    let mut awaited = awaited.to_vec();
    loop {
        assert!(Instant::now() < end, "no {awaited:?} came");
        for (place, phone) in phones.iter().enumerate() {
            let Some(message) = phone.next(Duration::from_millis(20)) else { continue };
            if ["OPTIONS", "REGISTER"].contains(&message.method()) {
                phone.answer(&message, "200 OK", "Expires: 600\r\n", "");
            }
            if place == 0 {
                awaited.retain(|method| *method != message.method());
            }
            if awaited.is_empty() {
                std::thread::sleep(Duration::from_millis(100));
                return;
            }
        }
    }
}

/// What came to a phone meanwhile is forgotten.
fn forget(phone: &Phone) {
    while phone.next(Duration::from_millis(1)).is_some() {}
}

fn is_called(house: &House, phone: &mut Phone, leg: LegId) {
    house.dial(leg);
    let invite = phone.expect("INVITE");
    phone.answer(&invite, "486 Busy Here", "", "");
    phone.expect("ACK");
    assert_eq!(house.event(), TelephonyEvent::Ended(leg, LegEnd::Busy));
}

#[test]
fn the_better_server_is_used_while_it_answers_and_the_other_while_it_does_not() {
    let (mut first, mut second) = (Phone::new("first"), Phone::new("second"));
    let dns = Dns::new(both(&first, &second));
    let account = Account { user: "vigie-1".into(), password: "s3cret".into(), realm: None };
    let watched = TrunkSettings { watch: true, register: true, account: Some(account), ..named(&first) };
    let house = found_by(&dns, watched, SecureSettings::default(), 25_100);
    serve(&[&first, &second], Duration::from_secs(6), &["OPTIONS", "REGISTER"]);
    let mut begun = [house.event(), house.event()];
    begun.sort_by_key(|event| format!("{event:?}"));
    let change = |change| TelephonyEvent::TrunkChanged("trunk".to_owned(), change);
    let up = TrunkChange::Gateway(GatewayHealth::Up);
    assert_eq!(begun, [change(up), change(TrunkChange::Registered(Registered::Yes))]);
    forget(&second);
    is_called(&house, &mut first, LegId(-2));
    second.never("INVITE", SHORT);

    // It falls silent, and the DNS with it: what was known holds.
    dns.say(Says::Nothing);
    let (silent, asked) = (Instant::now(), dns.asked());
    // Where we are is told to the other one once that is used.
    serve(&[&second], Duration::from_secs(30), &["OPTIONS", "REGISTER"]);
    assert!(silent.elapsed() < Duration::from_secs(20), "{:?}", silent.elapsed());
    house.dial(LEG);
    let invite = second.expect_within("INVITE", Duration::from_secs(1));
    assert!(invite.uri().ends_with("@trunk.test"), "a server's port is not the name's: {}", invite.uri());
    second.answer(&invite, "200 OK", "", &second.description());
    second.expect("ACK");
    assert_eq!(house.event(), TelephonyEvent::Answered(LEG));

    // It is back: it is used again, and the call that stands is ended where it is.
    forget(&first);
    serve(&[&first, &second], Duration::from_secs(15), &["OPTIONS", "REGISTER"]);
    is_called(&house, &mut first, LegId(-3));
    house.telephony.perform(Order::HangUp(LEG));
    let bye = second.expect("BYE");
    assert_eq!(bye.header("Call-ID"), invite.header("Call-ID"));
    second.answer(&bye, "200 OK", "", "");
    first.never("BYE", SHORT);
    assert!(dns.asked() > asked, "the DNS was asked, and said nothing");
    assert!(dns.names().iter().all(|name| name == "_sip._udp.trunk.test."), "and for nothing else");
    house.nothing_more();
    let state = &house.telephony.trunks()[0];
    let changes = state.changes.iter().filter(|(_, change)| matches!(change, TrunkChange::Gateway(_)));
    assert_eq!(changes.map(|(_, change)| *change).collect::<Vec<_>>(), [up], "the trunk was never down");
}

#[test]
fn a_call_goes_on_to_the_next_server_when_the_first_says_nothing() {
    let (mut first, mut second) = (Phone::new("first"), Phone::new("second"));
    let dns = Dns::new(both(&first, &second));
    let house = found_by(&dns, named(&first), SecureSettings::default(), 25_150);
    let begun = Instant::now();
    house.dial(LEG);
    first.expect("INVITE");
    let invite = second.expect_within("INVITE", Duration::from_secs(12));
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    second.answer(&invite, "486 Busy Here", "", "");
    second.expect("ACK");
    assert_eq!(house.event(), TelephonyEvent::Ended(LEG, LegEnd::Busy));
}

#[test]
fn a_dns_that_lies_changes_nothing_and_one_that_is_right_again_is_believed() {
    let (mut first, mut second) = (Phone::new("first"), Phone::new("second"));
    let dns = Dns::new(both(&first, &second));
    let house = found_by(&dns, named(&first), SecureSettings::default(), 25_200);
    is_called(&house, &mut first, LegId(-2));
    let elsewhere =
        Says::Servers(vec![(1, 5060, "198.51.100.7."), (2, 5060, "nowhere.invalid."), (3, 0, "localhost.")]);
    // More than a datagram holds, unasked for.
    let huge = Says::Servers((0..500).map(|port| (1, 1_024 + port, "localhost.")).collect());
    for (lie, leg) in [elsewhere, Says::Loop, huge, Says::Junk].into_iter().zip(3..) {
        dns.say(lie);
        dns.is_asked_anew();
        is_called(&house, &mut first, LegId(-leg));
    }
    // More servers than are needed, and a better one among them.
    let mut many: Vec<_> = (0..11).map(|number| (100 + number, 9, "localhost.")).collect();
    many.push((5, second.address().port(), "localhost."));
    dns.say(Says::Servers(many));
    dns.is_asked_anew();
    is_called(&house, &mut second, LegId(-16));
    // No such service.
    dns.say(Says::Servers(vec![(0, 0, ".")]));
    dns.is_asked_anew();
    house.dial(LegId(-17));
    assert_eq!(house.event(), TelephonyEvent::Ended(LegId(-17), LegEnd::Failed));
    first.never("INVITE", SHORT);
    second.never("INVITE", SHORT);
}

#[test]
fn a_machine_without_a_dns_says_soon_that_a_name_leads_nowhere() {
    let mut phone = Phone::new("p");
    let dns = Dns::new(Says::Nothing);
    let house = found_by(&dns, named(&phone), SecureSettings::default(), 25_250);
    let begun = Instant::now();
    house.dial(LEG);
    assert_eq!(house.event_within(Duration::from_secs(12)), Some(TelephonyEvent::Ended(LEG, LegEnd::Failed)));
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    // It is found once there is one.
    dns.say(both(&phone, &phone));
    is_called(&house, &mut phone, LegId(-2));
}

#[test]
fn over_tls_a_server_shows_the_certificate_of_the_name_in_the_settings() {
    for (certified, good, first_port) in [("trunk.test", true, 25_300), ("localhost", false, 25_350)] {
        let mut phone = Phone::new("p");
        let certificate = Certificate::of(certified);
        let bridge = Bridge::before(phone.address(), Some(&certificate));
        phone.contact = format!("sip:gateway@{};transport=tls", bridge.address);
        let dns = Dns::new(Says::Servers(vec![(1, bridge.address.port(), "localhost.")]));
        let secure = SecureSettings { trusted: certificate.pem.clone().into_bytes(), ..SecureSettings::default() };
        let house = found_by(&dns, TrunkSettings { carrier: Carrier::Tls, ..named(&phone) }, secure, first_port);
        if good {
            is_called(&house, &mut phone, LEG);
        } else {
            house.dial(LEG);
            assert_eq!(house.event(), TelephonyEvent::Ended(LEG, LegEnd::Failed));
            phone.never("INVITE", SHORT);
        }
        assert!(dns.names().iter().all(|name| name == "_sips._tcp.trunk.test."));
    }
}
