//! Digest authentication (RFC 7616, RFC 8760) in the words that the SIP stack knows. It writes SHA-256 without the hyphen,
//! knows no list of `qop`, and puts quotes where there are none; here each side hears its own spelling. Pure.

use std::borrow::Cow;

const CHALLENGES: [&str; 2] = ["www-authenticate", "proxy-authenticate"];
const ANSWERS: [&str; 2] = ["authorization", "proxy-authorization"];

/// The head of a response as the stack understands it: challenges in its spelling, those that it cannot answer left out if
/// there is another.
pub(crate) fn understood(head: &str) -> Cow<'_, str> {
    if !head.split("\r\n").any(|line| is_named(line, &CHALLENGES)) {
        return Cow::Borrowed(head);
    }
    let answerable = head.split("\r\n").any(|line| spelt(line).is_some());
    let lines: Vec<Cow<'_, str>> = head
        .split("\r\n")
        .filter_map(|line| match (is_named(line, &CHALLENGES), spelt(line)) {
            (true, Some(spelt)) => Some(Cow::Owned(spelt)),
            (true, None) if answerable => None,
            (true, None) | (false, _) => Some(Cow::Borrowed(line)),
        })
        .collect();
    Cow::Owned(lines.join("\r\n"))
}

/// A message of the stack's as others understand it.
pub(crate) fn told(message: &[u8]) -> Cow<'_, [u8]> {
    let Some((head, body)) = std::str::from_utf8(message).ok().and_then(|text| text.split_once("\r\n\r\n")) else {
        return Cow::Borrowed(message);
    };
    if !head.split("\r\n").any(|line| is_named(line, &ANSWERS)) {
        return Cow::Borrowed(message);
    }
    let lines: Vec<Cow<'_, str>> = head
        .split("\r\n")
        .map(|line| {
            if !is_named(line, &ANSWERS) {
                return Cow::Borrowed(line);
            }
            let words = parameters(line).into_iter().map(|word| match word.split_once('=') {
                Some(("algorithm", "SHA256")) => "algorithm=SHA-256".to_owned(),
                Some(("algorithm", "SHA256-sess")) => "algorithm=SHA-256-sess".to_owned(),
                Some(("qop", value)) => format!("qop={}", value.trim_matches('"')),
                _ => word.to_owned(),
            });
            Cow::Owned(words.collect::<Vec<_>>().join(", "))
        })
        .collect();
    Cow::Owned(format!("{}\r\n\r\n{body}", lines.join("\r\n")).into_bytes())
}

fn is_named(line: &str, names: &[&str]) -> bool {
    let name = line.split(':').next().unwrap_or_default().trim_end();
    names.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// A challenge in the stack's spelling; `None` if it is none, or asks for what the stack cannot do.
fn spelt(line: &str) -> Option<String> {
    let (_, value) = line.split_once(':').filter(|_| is_named(line, &CHALLENGES))?;
    if !value.trim_start().to_ascii_lowercase().starts_with("digest ") {
        return None;
    }
    let mut words = Vec::new();
    let (mut realm, mut nonce) = (false, false);
    for word in parameters(line) {
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        let plain = value.trim().trim_matches('"');
        // The first word has the header's name and the scheme in front.
        let (before, name) = name.split_at(name.trim_end().rfind([' ', '\t']).map_or(0, |blank| blank + 1));
        match name.trim().to_ascii_lowercase().as_str() {
            "algorithm" => match plain.to_ascii_lowercase().as_str() {
                "md5" | "md5-sess" => words.push(word.to_owned()),
                // Some write it as the stack does.
                "sha-256" | "sha256" => words.push(format!("{before}algorithm=SHA256")),
                "sha-256-sess" | "sha256-sess" => words.push(format!("{before}algorithm=SHA256-sess")),
                _ => return None,
            },
            "qop" => {
                let offered = |wanted: &str| plain.split(',').any(|qop| qop.trim().eq_ignore_ascii_case(wanted));
                let chosen = ["auth", "auth-int"].into_iter().find(|wanted| offered(wanted))?;
                words.push(format!("{before}qop=\"{chosen}\""));
            }
            name => {
                realm |= name == "realm";
                nonce |= name == "nonce";
                words.push(word.to_owned());
            }
        }
    }
    // Without these two nobody can answer (RFC 7616 section 3.3).
    (realm && nonce).then(|| words.join(", "))
}

/// The parts of a line between commas that are in no quotes; the first has the header's name and the scheme in front, apart
/// from which every part is a parameter.
fn parameters(line: &str) -> Vec<&str> {
    let (mut quoted, mut escaped) = (false, false);
    let parts = line.split(move |letter| {
        match letter {
            '"' if !escaped => quoted = !quoted,
            _ => {}
        }
        escaped = letter == '\\' && !escaped;
        letter == ',' && !quoted
    });
    parts.map(str::trim).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(lines: &str) -> String {
        format!("SIP/2.0 401 Unauthorized\r\nVia: x\r\n{lines}\r\nContent-Length: 0")
    }

    #[test]
    fn challenges_are_put_in_the_stacks_words() {
        for (challenge, words) in [
            (
                "WWW-Authenticate: Digest realm=\"a, b\", nonce=\"n=\", algorithm=SHA-256, qop=\"auth,auth-int\"",
                "WWW-Authenticate: Digest realm=\"a, b\", nonce=\"n=\", algorithm=SHA256, qop=\"auth\"",
            ),
            (
                "proxy-authenticate : Digest realm=\"a\",nonce=\"n\",algorithm=\"sha-256-sess\",qop=\"auth-int\"",
                "proxy-authenticate : Digest realm=\"a\", nonce=\"n\", algorithm=SHA256-sess, qop=\"auth-int\"",
            ),
            (
                "WWW-Authenticate: Digest algorithm=SHA-256, realm=\"a\", nonce=\"n\"",
                "WWW-Authenticate: Digest algorithm=SHA256, realm=\"a\", nonce=\"n\"",
            ),
            (
                "WWW-Authenticate: Digest realm=\"a\", nonce=\"n\", algorithm=SHA256",
                "WWW-Authenticate: Digest realm=\"a\", nonce=\"n\", algorithm=SHA256",
            ),
            ("WWW-Authenticate: Digest realm=\"a\", nonce=\"n\"", "WWW-Authenticate: Digest realm=\"a\", nonce=\"n\""),
        ] {
            assert_eq!(understood(&response(challenge)), response(words));
        }
    }

    #[test]
    fn of_several_challenges_those_that_can_be_answered_are_left() {
        let strange = "WWW-Authenticate: Digest realm=\"a\", nonce=\"n\", algorithm=SHA-512-256";
        let bearer = "WWW-Authenticate: Bearer realm=\"a\"";
        let known = "WWW-Authenticate: Digest realm=\"a\", nonce=\"n\", algorithm=MD5";
        let all = response(&[strange, bearer, known].join("\r\n"));
        assert_eq!(understood(&all), response(known));
        let unhyphened = "WWW-Authenticate: Digest realm=\"a\", nonce=\"n\", algorithm=SHA256";
        let both = response(&[unhyphened, known].join("\r\n"));
        assert_eq!(understood(&both), both, "what is in the stack's words already is not left out");
        let empty = "WWW-Authenticate: Digest ,";
        assert_eq!(understood(&response(&[empty, known].join("\r\n"))), response(known), "nobody can answer it");
        assert_eq!(understood(&response(strange)), response(strange), "alone it is handed on as it is");
        for other in ["SIP/2.0 200 OK\r\nVia: algorithm=SHA-256", "SIP/2.0", ""] {
            assert_eq!(understood(other), other);
        }
    }

    #[test]
    fn answers_are_put_in_the_words_of_the_others() {
        let sent = "INVITE sip:x SIP/2.0\r\nAuthorization: Digest username=\"u, v\", response=\"r\", algorithm=SHA256, \
                    qop=\"auth\", nc=00000001\r\nSubject: algorithm=SHA256\r\n\r\nbody";
        let wanted = "INVITE sip:x SIP/2.0\r\nAuthorization: Digest username=\"u, v\", response=\"r\", \
                      algorithm=SHA-256, qop=auth, nc=00000001\r\nSubject: algorithm=SHA256\r\n\r\nbody";
        assert_eq!(told(sent.as_bytes()), wanted.as_bytes());
        assert_eq!(told(&[0xFF, 0xFE]), &[0xFF, 0xFE][..]);
        assert_eq!(told(b"SIP/2.0 200 OK\r\n\r\n"), &b"SIP/2.0 200 OK\r\n\r\n"[..]);
    }
}
