//! SIP messages, as far as a telephone must understand them.

use std::net::SocketAddr;

/// A message, as far as a telephone must understand it.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    text: String,
}

impl Message {
    /// The message in a datagram.
    pub(crate) fn read(bytes: &[u8]) -> Self {
        Self { text: String::from_utf8_lossy(bytes).into_owned() }
    }

    /// The response to this request, with more header lines (each with its end) and a body.
    pub(crate) fn answer(&self, status: u16, tag: Option<&str>, more: &str, body: &str) -> String {
        let mut answer = format!("SIP/2.0 {status} {}\r\n", if status == 200 { "OK" } else { "Answer" });
        for name in ["Via", "From", "To", "Call-ID", "CSeq"] {
            if let Some(value) = self.header(name) {
                let own = tag.filter(|_| name == "To" && !value.contains(";tag="));
                let tag = own.map(|tag| format!(";tag={tag}")).unwrap_or_default();
                answer.push_str(&format!("{name}: {value}{tag}\r\n"));
            }
        }
        let kind = if body.is_empty() { "" } else { "Content-Type: application/sdp\r\n" };
        answer + more + kind + &format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let head = self.text.split("\r\n\r\n").next()?;
        head.split("\r\n").skip(1).find_map(|line| {
            let (own, value) = line.split_once(':')?;
            own.trim().eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }

    pub(crate) fn body(&self) -> &str {
        self.text.split_once("\r\n\r\n").map_or("", |(_, body)| body)
    }

    /// The status of a response.
    pub(crate) fn status(&self) -> Option<u16> {
        self.text.strip_prefix("SIP/2.0 ")?.get(..3)?.parse().ok()
    }

    pub(crate) fn is_request(&self, method: &str) -> bool {
        self.text.starts_with(method)
    }

    /// Whether this answers a request of that method.
    pub(crate) fn answers(&self, method: &str) -> bool {
        self.header("CSeq").is_some_and(|sequence| sequence.ends_with(method))
    }

    /// Where the other side wants sound to be sent.
    pub(crate) fn media(&self) -> Option<SocketAddr> {
        let line = |start: &str| self.body().lines().find_map(|line| line.strip_prefix(start));
        let address = line("c=IN IP4 ").or_else(|| line("c=IN IP6 "))?.trim().parse().ok()?;
        let port = line("m=audio ")?.split(' ').next()?.parse().ok()?;
        Some(SocketAddr::new(address, port))
    }
}
