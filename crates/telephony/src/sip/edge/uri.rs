//! Addresses of SIP (RFC 3261 section 19.1): whose scheme is ours, what the stack can read, and one spelling for each
//! number that is called. Pure.

use super::refusal::Status;
use std::borrow::Cow;
use std::net::Ipv6Addr;

/// The host of a number that was called by a `tel:` address. It leads nowhere, and nobody is sent there.
const NOWHERE: &str = "phone.invalid";
/// What the stack can read as a transport.
const TRANSPORTS: [&str; 7] = ["udp", "tcp", "tls", "sctp", "tls-sctp", "ws", "wss"];
/// What the stack can read as a method.
pub(super) const KNOWN_METHODS: [&str; 14] = [
    "INVITE",
    "ACK",
    "BYE",
    "CANCEL",
    "OPTIONS",
    "PRACK",
    "UPDATE",
    "INFO",
    "MESSAGE",
    "NOTIFY",
    "PUBLISH",
    "REFER",
    "REGISTER",
    "SUBSCRIBE",
];

/// The scheme, in small letters, and what is after it.
fn scheme(uri: &str) -> Option<(String, &str)> {
    let (scheme, rest) = uri.split_once(':')?;
    let good = scheme.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    good.then(|| (scheme.to_ascii_lowercase(), rest))
}

/// The parts of what follows `sip:`.
struct Parts<'a> {
    user: Option<&'a str>,
    host: &'a str,
    /// With the semicolon.
    parameters: &'a str,
    headers: Option<&'a str>,
}

fn parts(rest: &str) -> Option<Parts<'_>> {
    // In the user's part a question mark is a letter like any other; after it, it begins headers.
    let (user, rest) = match rest.split_once('@') {
        Some((user, rest)) => (Some(user), rest),
        None => (None, rest),
    };
    let (rest, headers) = match rest.split_once('?') {
        Some((rest, headers)) => (rest, Some(headers)),
        None => (rest, None),
    };
    let (host, parameters) = rest.split_at(rest.find(';').unwrap_or(rest.len()));
    let good = user != Some("") && !rest.contains('@') && stack_reads_parameters(parameters);
    good.then_some(Parts { user, host, parameters, headers })
}

/// Whether the stack can read parameters, of an address or after one: it gives up on all of them for one of these with a value
/// that it does not know.
pub(super) fn stack_reads_parameters(parameters: &str) -> bool {
    let one_of = |known: &[&str], value: &str| known.iter().any(|known| value.eq_ignore_ascii_case(known));
    let number = |value: &str| value.bytes().all(|byte| byte.is_ascii_digit()) && value.parse::<u16>().is_ok();
    parameters.split(';').filter_map(|parameter| parameter.split_once('=')).all(|(name, value)| {
        let (name, value) = (name.trim(), value.trim());
        match name.to_ascii_lowercase().as_str() {
            "transport" => one_of(&TRANSPORTS, value),
            "method" => one_of(&KNOWN_METHODS, value),
            "rport" => number(value),
            _other => true,
        }
    })
}

/// A host with an optional port: `example.org:5060`, `192.0.2.1`, `[2001:db8::1]:5060`.
pub(super) fn is_host(text: &str) -> bool {
    let port =
        |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok();
    if let Some(rest) = text.strip_prefix('[') {
        return rest.split_once(']').is_some_and(|(address, rest)| {
            address.parse::<Ipv6Addr>().is_ok() && (rest.is_empty() || rest.strip_prefix(':').is_some_and(port))
        });
    }
    let (host, good) = text.split_once(':').map_or((text, true), |(host, after)| (host, port(after)));
    good && !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
}

/// Whether each percent sign begins an escape (RFC 3261 section 25.1, `escaped`).
fn escapes_are_whole(text: &str) -> bool {
    text.split('%')
        .skip(1)
        .all(|after| after.as_bytes().first_chunk::<2>().is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit)))
}

/// Judges what is called. The answer is another spelling of it, if the stack would misread the one that came.
pub(super) fn called(uri: &str) -> Result<Option<String>, Status> {
    if uri.bytes().any(|byte| byte <= b' ' || byte >= 0x7F || b"<>\"\\^`{|}".contains(&byte)) || !escapes_are_whole(uri)
    {
        return Err(Status::BadRequest);
    }
    let (scheme, rest) = scheme(uri).ok_or(Status::BadRequest)?;
    match scheme.as_str() {
        "sip" | "sips" => {
            // The grammar of RFC 3261 makes three colons of two before an IPv4 address (RFC 5118 section 4.10).
            let rest = if rest.contains(":::") { Cow::Owned(rest.replace(":::", "::")) } else { Cow::Borrowed(rest) };
            let parts = parts(&rest).ok_or(Status::BadRequest)?;
            // Nobody may have headers of their choice put into a request (RFC 3261 section 19.1.5).
            if parts.headers.is_some() || !is_host(parts.host) {
                return Err(Status::BadRequest);
            }
            let user = parts.user.map(number);
            if user.as_deref() == Some("") {
                return Err(Status::BadRequest);
            }
            let same = user.as_deref() == parts.user && rest.len() + scheme.len() + 1 == uri.len();
            Ok((!same).then(|| {
                let user = user.map(|user| format!("{user}@")).unwrap_or_default();
                format!("{scheme}:{user}{}{}", parts.host, parts.parameters)
            }))
        }
        "tel" => {
            let number = number(rest);
            let good = number.bytes().all(|byte| byte.is_ascii_hexdigit() || b"+-.()*#".contains(&byte));
            if number.is_empty() || !good {
                return Err(Status::BadRequest);
            }
            Ok(Some(format!("sip:{number}@{NOWHERE};user=phone")))
        }
        _ => Err(Status::UriScheme),
    }
}

/// The number in a user's part: without what comes after it (a password, or parameters that say how the number was found),
/// and with digits and letters written plainly, as RFC 3261 section 19.1.4 has them equal. The stack takes a semicolon for
/// the end of the whole address.
fn number(user: &str) -> Cow<'_, str> {
    let user = user.split([';', ':']).next().unwrap_or_default();
    if !user.contains(['%', '?']) {
        return Cow::Borrowed(user);
    }
    let mut plain = String::with_capacity(user.len());
    let mut rest = user;
    while let Some(at) = rest.find(['%', '?']) {
        let (before, after) = rest.split_at(at);
        plain.push_str(before);
        let escape = after.strip_prefix('%').and_then(|hex| hex.get(..2)).unwrap_or_default();
        let letter = u8::from_str_radix(escape, 16).ok().map(char::from);
        match letter {
            Some(letter) if letter.is_ascii_alphanumeric() || letter == '+' => plain.push(letter),
            Some(_) => plain.push_str(after.get(..3).unwrap_or_default()),
            None => plain.push_str("%3F"),
        }
        rest = after.get(if letter.is_some() { 3 } else { 1 }..).unwrap_or_default();
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// Whether the stack can read the address of somebody: of other schemes it only needs to find a host and a port.
pub(super) fn is_readable(uri: &str) -> bool {
    let Some((scheme, rest)) = scheme(uri) else { return false };
    let ours = scheme == "sip" || scheme == "sips";
    stack_reads(rest) && (!ours || parts(rest).is_some_and(|parts| is_host(parts.host)))
}

/// Whether the stack finds a host where it looks for one, before any question mark and semicolon, and parameters that it
/// knows after the semicolon: both may stand in the user's part too.
fn stack_reads(rest: &str) -> bool {
    let rest = rest.split('?').next().unwrap_or_default();
    let (rest, parameters) = rest.split_once(';').unwrap_or((rest, ""));
    if !stack_reads_parameters(parameters) {
        return false;
    }
    let host = rest.rsplit('@').next().unwrap_or_default();
    if host.starts_with('[') {
        return is_host(host);
    }
    let (name, port) = host.rsplit_once(':').map_or((host, None), |(name, port)| (name, Some(port)));
    let good = |port: &str| !port.bytes().all(|byte| byte.is_ascii_digit()) || port.parse::<u16>().is_ok();
    !name.is_empty() && port.is_none_or(good)
}

/// Whether a contact is one that a call can be held with (RFC 3261 section 8.1.1.8).
pub(super) fn is_contact(uri: &str) -> bool {
    is_readable(uri) && scheme(uri).is_some_and(|(scheme, _)| scheme == "sip" || scheme == "sips")
}

/// Whether the stack can read the topmost hop: what it spoke, from where, and under which parameters.
pub(super) fn is_hop(hop: &str) -> bool {
    let mut words = hop.splitn(3, '/').map(str::trim);
    let (Some(protocol), Some("2.0"), Some(rest)) = (words.next(), words.next(), words.next()) else { return false };
    let Some((transport, rest)) = rest.split_once([' ', '\t']) else { return false };
    let (host, parameters) = rest.split_once(';').unwrap_or((rest, ""));
    protocol.eq_ignore_ascii_case("SIP")
        && TRANSPORTS.iter().any(|known| transport.eq_ignore_ascii_case(known))
        && is_host(host.trim())
        && stack_reads_parameters(parameters)
}
