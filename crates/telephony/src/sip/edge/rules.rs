//! What a request and a response must be (RFC 3261 sections 8.1.1, 8.2 and 18.1.2), in the order in which a server looks.
//! Pure.

use super::head::{Name, Seen, hops, is_token, trim, values};
use super::refusal::Status;
use super::{address, uri};

/// What Vigie does; an ACK is never answered.
const METHODS: [&str; 7] = ["INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "PRACK", "UPDATE"];
/// Extensions that a request may require. None: what is added here must be done by the legs.
const EXTENSIONS: [&str; 1] = ["timer"];
/// Extensions that may be required of those on the way: who withholds their number may ask a proxy for it (RFC 3323
/// section 4), and must not be refused here for having asked.
const ON_THE_WAY: [&str; 1] = ["privacy"];
/// What is in a header of an address, as far as the stack must read it.
const ADDRESSES: [Name; 4] = [Name::Via, Name::From, Name::To, Name::Contact];
/// What the stack would say again in its answers (RFC 7044 section 9.3, RFC 7989), and is left out: Vigie repeats only what
/// an answer cannot do without. A length is written anew.
const LEFT_OUT: [Name; 3] = [Name::HistoryInfo, Name::SessionId, Name::ContentLength];

/// The three words of a request's first line.
#[derive(Debug, Clone, Copy)]
pub(super) struct RequestLine<'a> {
    pub(super) method: &'a str,
    pub(super) uri: &'a str,
    pub(super) version: &'a str,
}

impl<'a> RequestLine<'a> {
    /// Reads a first line: three words with one blank between (RFC 3261 section 7.1).
    pub(super) fn read(start: &'a str) -> Result<Self, Status> {
        let mut words = start.split(' ');
        let (Some(method), Some(uri), Some(version), None) = (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(Status::BadRequest);
        };
        let number = version.get(..4).filter(|word| word.eq_ignore_ascii_case("SIP/")).and(version.get(4..));
        let Some((major, minor)) = number.and_then(|number| number.split_once('.')) else {
            return Err(Status::BadRequest);
        };
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_token(method) || !digits(major) || !digits(minor) {
            return Err(Status::BadRequest);
        }
        if (major, minor) == ("2", "0") { Ok(Self { method, uri, version }) } else { Err(Status::VersionNotSupported) }
    }

    /// Whether this ends a call, or goes with one: what is carried in it is not looked at, so that it always works.
    fn ends(&self) -> bool {
        matches!(self.method, "ACK" | "BYE" | "CANCEL")
    }
}

/// Judges a request whose headers have been read. The answer is another spelling of what is called, if it needs one.
pub(super) fn request(
    line: RequestLine<'_>,
    head: &str,
    seen: &Seen<'_>,
    body: &[u8],
) -> Result<Option<String>, Status> {
    everyone(seen)?;
    if seen.count(Name::Via) == 0 {
        return Err(Status::BadRequest);
    }
    let (_, named) = sequence(seen.only(Name::CSeq)?)?;
    // RFC 3261 section 8.1.1.5: the sequence names the request's own method.
    if named != line.method {
        return Err(Status::BadRequest);
    }
    // What ends a call is not held to what it does not need.
    if !line.ends() {
        numbers(seen)?;
    }
    length(seen, body)?;
    let called = match uri::called(line.uri) {
        // A method that we do not know comes before a scheme that we do not know.
        Err(Status::UriScheme) if !METHODS.contains(&line.method) => None,
        called => called?,
    };
    contact(line, seen)?;
    if !METHODS.contains(&line.method) {
        return Err(Status::MethodNotAllowed);
    }
    extensions(line, head, seen)?;
    content(line, head, seen, body)?;
    Ok(called)
}

/// Judges a response. A wrong one has nobody to be told.
pub(super) fn response(start: &str, seen: &Seen<'_>, body: &[u8]) -> Result<(), Status> {
    let mut words = start.splitn(3, ' ');
    let (Some(_version), Some(status)) = (words.next(), words.next()) else { return Err(Status::BadRequest) };
    let good =
        status.len() == 3 && status.bytes().all(|byte| byte.is_ascii_digit()) && ("100".."700").contains(&status);
    // More than one hop: it was meant for somebody else (RFC 3261 section 8.1.3.3).
    let hops = if seen.count(Name::Via) == 1 { seen.first(Name::Via).map_or(0, |via| hops(via).count()) } else { 0 };
    if !good || hops != 1 {
        return Err(Status::BadRequest);
    }
    everyone(seen)?;
    let (_, method) = sequence(seen.only(Name::CSeq)?)?;
    if !uri::KNOWN_METHODS.contains(&method) {
        return Err(Status::BadRequest);
    }
    reliable(seen)?;
    length(seen, body)
}

/// What every message has: exactly one From with a tag, To, Call-ID and CSeq, and a topmost hop that can be read.
fn everyone(seen: &Seen<'_>) -> Result<(), Status> {
    for name in [Name::From, Name::To] {
        let address = address::read(seen.only(name)?).filter(|address| uri::is_readable(address.uri));
        // A caller without a tag speaks a SIP of before 2002 (RFC 2543), which the stack does not.
        if address.is_none_or(|address| name == Name::From && address.tag.is_none()) {
            return Err(Status::BadRequest);
        }
    }
    let call = seen.only(Name::CallId)?;
    if call.is_empty() || !call.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Status::BadRequest);
    }
    let top = seen.first(Name::Via).and_then(|via| hops(via).next());
    if top.is_some_and(|hop| !uri::is_hop(hop)) { Err(Status::BadRequest) } else { Ok(()) }
}

/// A whole number that is written in digits alone.
fn whole(text: &str) -> Result<u64, Status> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Status::BadRequest);
    }
    text.parse().map_err(|_| Status::BadRequest)
}

fn within(text: &str, most: u64) -> Result<(), Status> {
    whole(text).and_then(|number| if number <= most { Ok(()) } else { Err(Status::BadRequest) })
}

/// RFC 3261 section 8.1.1.5: a number below 2 to the power of 31, and a method.
fn sequence(value: &str) -> Result<(u64, &str), Status> {
    let mut words = value.split_ascii_whitespace();
    let (Some(number), Some(method), None) = (words.next(), words.next(), words.next()) else {
        return Err(Status::BadRequest);
    };
    let number = whole(number)?;
    if number < 1 << 31 { Ok((number, method)) } else { Err(Status::BadRequest) }
}

/// Headers that hold numbers, each in its range.
fn numbers(seen: &Seen<'_>) -> Result<(), Status> {
    if let Some(hops) = seen.at_most_one(Name::MaxForwards)? {
        // RFC 3261 section 20.22. Zero forbids to hand it on, and we are where it was to go.
        within(hops, 255)?;
    }
    if let Some(seconds) = seen.at_most_one(Name::Expires)? {
        within(seconds, u64::from(u32::MAX))?;
    }
    reliable(seen)?;
    if let Some(acknowledged) = seen.at_most_one(Name::RAck)? {
        let (number, rest) = acknowledged.split_once([' ', '\t']).ok_or(Status::BadRequest)?;
        within(number, u64::from(u32::MAX))?;
        sequence(rest)?;
    }
    for name in [Name::SessionExpires, Name::MinSe] {
        if let Some(value) = seen.at_most_one(name)? {
            let seconds = value.split(';').next().unwrap_or_default();
            within(trim(seconds), u64::from(u32::MAX))?;
        }
    }
    Ok(())
}

/// RFC 3262 section 7.1: the number of a provisional answer that wants to be acknowledged.
fn reliable(seen: &Seen<'_>) -> Result<(), Status> {
    seen.at_most_one(Name::RSeq)?.map_or(Ok(()), |number| within(number, u64::from(u32::MAX)))
}

/// RFC 3261 section 20.14: at most one length, and no more than there is.
fn length(seen: &Seen<'_>, body: &[u8]) -> Result<(), Status> {
    match seen.at_most_one(Name::ContentLength)? {
        Some(length) => within(length, u64::try_from(body.len()).unwrap_or(u64::MAX)),
        None => Ok(()),
    }
}

/// Where the other side is reached: needed to begin a call, and of one spelling where it is said again.
fn contact(line: RequestLine<'_>, seen: &Seen<'_>) -> Result<(), Status> {
    let value = match line.method {
        "INVITE" => Some(seen.only(Name::Contact)?),
        "UPDATE" => seen.at_most_one(Name::Contact)?,
        _ => None,
    };
    match value {
        Some(value) if !address::read(value).is_some_and(|contact| uri::is_contact(contact.uri)) => {
            Err(Status::BadRequest)
        }
        Some(_) | None => Ok(()),
    }
}

/// RFC 3261 section 8.2.2.3: what is required and not understood is refused, except in what ends calls.
fn extensions(line: RequestLine<'_>, head: &str, seen: &Seen<'_>) -> Result<(), Status> {
    if line.ends() || seen.count(Name::Require) + seen.count(Name::ProxyRequire) == 0 {
        return Ok(());
    }
    if unknown_extensions(head).next().is_some() { Err(Status::BadExtension) } else { Ok(()) }
}

/// The extensions that a request requires and that nobody here has.
pub(super) fn unknown_extensions(head: &str) -> impl Iterator<Item = &str> {
    [(Name::Require, &EXTENSIONS[..]), (Name::ProxyRequire, &ON_THE_WAY[..])].into_iter().flat_map(|(name, known)| {
        values(head, name)
            .flat_map(|options| options.split(','))
            .map(trim)
            .filter(|option| !option.is_empty() && !known.iter().any(|known| option.eq_ignore_ascii_case(known)))
    })
}

/// RFC 3261 section 8.2.3: of what is carried, only a description of sound is understood, and only as it is.
fn content(line: RequestLine<'_>, head: &str, seen: &Seen<'_>, body: &[u8]) -> Result<(), Status> {
    if line.ends() {
        return Ok(());
    }
    let kind = seen.at_most_one(Name::ContentType)?;
    let coded = values(head, Name::ContentEncoding).flat_map(|codings| codings.split(','));
    if seen.count(Name::ContentEncoding) > 0
        && coded.map(trim).any(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case("identity"))
    {
        return Err(Status::Encoding);
    }
    let empty = body.is_empty() || seen.first(Name::ContentLength).is_some_and(|length| whole(length) == Ok(0));
    let media = |kind: &str| trim(kind.split(';').next().unwrap_or_default()).to_ascii_lowercase();
    // What a question or a provisional answer's acknowledgement carries changes nothing.
    if !empty && matches!(line.method, "INVITE" | "UPDATE") && kind.map(media).as_deref() != Some("application/sdp") {
        return Err(Status::MediaType);
    }
    let wants = |accepted: &str| matches!(media(accepted).as_str(), "application/sdp" | "application/*" | "*/*");
    let mut accepted = values(head, Name::Accept).flat_map(|accepted| accepted.split(','));
    if line.method == "INVITE" && seen.count(Name::Accept) > 0 && !accepted.any(wants) {
        return Err(Status::NotAcceptable);
    }
    Ok(())
}

/// Whether a header is left out of what is written anew.
pub(super) fn is_left_out(name: &str) -> bool {
    Name::of(name).is_some_and(|name| LEFT_OUT.contains(&name))
}

/// Whether a head must be written anew: an address is spelt in a way that the stack misreads, or there is something to be
/// left out.
pub(super) fn is_odd(seen: &Seen<'_>) -> bool {
    let left_out = LEFT_OUT.iter().any(|name| seen.count(*name) > usize::from(*name == Name::ContentLength));
    left_out || ADDRESSES.iter().any(|name| seen.first(*name).is_some_and(address::is_odd))
}

/// Whether a header is one that is put in the stack's spelling.
pub(super) fn is_address(name: &str) -> bool {
    Name::of(name).is_some_and(|name| ADDRESSES.contains(&name))
}
