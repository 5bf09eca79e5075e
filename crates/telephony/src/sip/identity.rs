//! Who we are is told to our gateways alone: whatever the stack would send, an answer to a question for our account leaves only
//! towards the trunk whose account it is (FreeSWITCH answered any challenge, and gave a hash of its password to whoever asked).

use super::peers::Peer;
use super::{challenge, escapes};
use crate::settings::{Account, TrunkSettings};
use rsipstack::sip::{Header, Host, SipMessage, Transport};
use rsipstack::transaction::endpoint::MessageInspector;
use rsipstack::transport::SipAddr;
use std::borrow::Cow;

/// Looks at every message that is sent.
pub(super) struct Identity {
    accounts: Vec<(Account, Vec<Peer>)>,
}

impl Identity {
    pub(super) fn new(trunks: &[TrunkSettings]) -> Self {
        let own = |trunk: &TrunkSettings| trunk.account.clone().map(|account| (account, trunk.peers.clone()));
        Self { accounts: trunks.iter().filter_map(own).collect() }
    }

    /// Whether an answer to a challenge may go there.
    fn may_tell(&self, answer: &str, to: Option<&SipAddr>) -> bool {
        let Some(Host::IpAddr(address)) = to.map(|to| &to.addr.host) else { return false };
        let address = address.to_canonical();
        self.accounts.iter().any(|(account, peers)| {
            let known = peers.iter().any(|peer| peer.holds(address));
            let realm = account.realm.as_deref().is_none_or(|realm| answer.contains(&format!("realm=\"{realm}\"")));
            known && realm && answer.contains(&format!("username=\"{}\"", account.user))
        })
    }
}

impl MessageInspector for Identity {
    fn before_send(&self, message: SipMessage, to: Option<&SipAddr>) -> SipMessage {
        let SipMessage::Request(mut request) = message else { return spelled(message, to) };
        let tells = |header: &Header| match header {
            Header::Authorization(answer) => Some(answer.value().to_owned()),
            Header::ProxyAuthorization(answer) => Some(answer.value().to_owned()),
            _ => None,
        };
        request.headers.retain(|header| tells(header).is_none_or(|answer| self.may_tell(&answer, to)));
        spelled(SipMessage::Request(request), to)
    }

    fn after_received(&self, message: SipMessage, _from: Option<&SipAddr>) -> SipMessage {
        message
    }
}

/// A message in the spelling that RFC 3261 wants, where it leaves over a connection. Datagrams are spelled as they leave their
/// socket, without being read again.
fn spelled(message: SipMessage, to: Option<&SipAddr>) -> SipMessage {
    if to.is_none_or(|to| matches!(to.r#type, None | Some(Transport::Udp))) {
        return message;
    }
    let bytes = message.to_bytes();
    let escaped = escapes::told(&bytes);
    match challenge::told(&escaped) {
        Cow::Borrowed(same) if same == bytes => message,
        told => SipMessage::try_from(told.as_ref()).unwrap_or(message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Carrier, Gateway};
    use crate::sip::sdp::Protection;
    use rsipstack::sip::Request;
    use std::net::SocketAddr;

    fn trunk(user: &str, realm: Option<&str>, peer: &str) -> TrunkSettings {
        TrunkSettings {
            name: "t".to_owned(),
            peers: vec![Peer::read(peer).unwrap()],
            gateway: Some(Gateway::read("sip.example.org").unwrap()),
            carrier: Carrier::Udp,
            sound: Protection::Plain,
            account: Some(Account {
                user: user.to_owned(),
                password: "secret".to_owned(),
                realm: realm.map(str::to_owned),
            }),
            register: false,
            watch: true,
            from_user: None,
        }
    }

    fn told(identity: &Identity, header: &str, to: Option<&str>) -> bool {
        let text = format!(
            "INVITE sip:0199000805@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n\
             To: <sip:0199000805@192.0.2.1>\r\nCall-ID: a\r\nCSeq: 1 INVITE\r\n{header}\r\nContent-Length: 0\r\n\r\n"
        );
        let request = Request::try_from(text.as_bytes()).unwrap();
        let to = to.map(|to| SipAddr { r#type: Some(Transport::Udp), addr: to.parse::<SocketAddr>().unwrap().into() });
        let sent = identity.before_send(SipMessage::Request(request), to.as_ref()).to_string();
        assert!(sent.contains("Call-ID: a"));
        sent.to_lowercase().contains("authorization")
    }

    #[test]
    fn an_answer_to_a_challenge_goes_to_its_own_gateway_alone() {
        let identity =
            Identity::new(&[trunk("one", None, "192.0.2.0/28"), trunk("two", Some("example.org"), "198.51.100.7")]);
        let answer = |user: &str, realm: &str| {
            format!("Digest username=\"{user}\", realm=\"{realm}\", nonce=\"n\", uri=\"sip:x\", response=\"00\"")
        };
        for header in ["Authorization", "Proxy-Authorization"] {
            let header = |user, realm| format!("{header}: {}", answer(user, realm));
            assert!(told(&identity, &header("one", "any"), Some("192.0.2.7:5060")));
            assert!(told(&identity, &header("two", "example.org"), Some("198.51.100.7:5080")));
            for (user, realm, to) in [
                ("one", "any", Some("198.51.100.7:5060")),
                ("one", "any", Some("203.0.113.9:5060")),
                ("one", "any", None),
                ("two", "elsewhere", Some("198.51.100.7:5060")),
                ("two", "example.org", Some("192.0.2.7:5060")),
                ("three", "any", Some("192.0.2.7:5060")),
            ] {
                assert!(!told(&identity, &header(user, realm), to), "{user} {realm} {to:?}");
            }
        }
        assert!(!told(&identity, "Subject: x", Some("192.0.2.7:5060")));
    }
}
