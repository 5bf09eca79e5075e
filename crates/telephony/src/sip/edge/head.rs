//! The head of a message: made plain, and read in one pass. Pure.

use super::refusal::Status;
use std::borrow::Cow;

/// The longest header, in bytes: a number that the network vouches for (RFC 8224) is a long one.
const LONGEST_LINE: usize = 4_096;
const MOST_HEADERS: usize = 100;

/// The headers that the edge looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    Via,
    From,
    To,
    CallId,
    CSeq,
    Contact,
    MaxForwards,
    ContentLength,
    ContentType,
    ContentEncoding,
    Require,
    ProxyRequire,
    Accept,
    Expires,
    RSeq,
    RAck,
    SessionExpires,
    MinSe,
    HistoryInfo,
    SessionId,
}

/// Their names, and their compact forms (RFC 3261 section 7.3.3, RFC 4028 section 4).
const NAMES: [(Name, &str, &str); 20] = [
    (Name::Via, "via", "v"),
    (Name::From, "from", "f"),
    (Name::To, "to", "t"),
    (Name::CallId, "call-id", "i"),
    (Name::CSeq, "cseq", "cseq"),
    (Name::Contact, "contact", "m"),
    (Name::MaxForwards, "max-forwards", "max-forwards"),
    (Name::ContentLength, "content-length", "l"),
    (Name::ContentType, "content-type", "c"),
    (Name::ContentEncoding, "content-encoding", "e"),
    (Name::Require, "require", "require"),
    (Name::ProxyRequire, "proxy-require", "proxy-require"),
    (Name::Accept, "accept", "accept"),
    (Name::Expires, "expires", "expires"),
    (Name::RSeq, "rseq", "rseq"),
    (Name::RAck, "rack", "rack"),
    (Name::SessionExpires, "session-expires", "x"),
    (Name::MinSe, "min-se", "min-se"),
    (Name::HistoryInfo, "history-info", "history-info"),
    (Name::SessionId, "session-id", "session-id"),
];

impl Name {
    pub(super) fn of(name: &str) -> Option<Self> {
        NAMES
            .iter()
            .find(|(_, long, compact)| name.eq_ignore_ascii_case(long) || name.eq_ignore_ascii_case(compact))
            .map(|(known, _, _)| *known)
    }
}

/// What a head has of the headers that the edge looks at.
#[derive(Debug, Default)]
pub(super) struct Seen<'a> {
    /// The first of each name, and how many there are.
    found: [(Option<&'a str>, usize); NAMES.len()],
}

impl<'a> Seen<'a> {
    pub(super) fn first(&self, name: Name) -> Option<&'a str> {
        self.found.get(name as usize).and_then(|(value, _)| *value)
    }

    pub(super) fn count(&self, name: Name) -> usize {
        self.found.get(name as usize).map_or(0, |(_, count)| *count)
    }

    /// The value of a header of which there must be exactly one.
    pub(super) fn only(&self, name: Name) -> Result<&'a str, Status> {
        self.first(name).filter(|_| self.count(name) == 1).ok_or(Status::BadRequest)
    }

    /// The value of a header of which there may be one.
    pub(super) fn at_most_one(&self, name: Name) -> Result<Option<&'a str>, Status> {
        if self.count(name) > 1 { Err(Status::BadRequest) } else { Ok(self.first(name)) }
    }
}

/// The head as plain text, one line a header. What goes on in the next line is joined with one blank (RFC 3261
/// section 7.3.1); a byte that is not UTF-8, such as a letter of a name in an older script, becomes a line below: the stack
/// would lose every header after it.
pub(super) fn plain(head: &[u8]) -> Cow<'_, str> {
    let text = match std::str::from_utf8(head) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            let parts = head.utf8_chunks().flat_map(|chunk| {
                std::iter::once(Cow::Borrowed(chunk.valid()))
                    .chain(std::iter::once("_".repeat(chunk.invalid().len()).into()))
            });
            Cow::Owned(parts.collect::<String>())
        }
    };
    if !text.contains("\r\n ") && !text.contains("\r\n\t") {
        return text;
    }
    let mut joined = String::with_capacity(text.len());
    let mut begun = 0;
    for (number, line) in text.split("\r\n").enumerate() {
        // A header goes on only after its colon, and the request line goes on nowhere: what does so all the same is left to
        // be refused.
        let goes_on = number > 1 && joined.get(begun..).is_some_and(|header| header.contains(':'));
        if goes_on && line.starts_with([' ', '\t']) {
            joined.push(' ');
            joined.push_str(trim(line));
        } else {
            if number > 0 {
                joined.push_str("\r\n");
            }
            begun = joined.len();
            joined.push_str(line);
        }
    }
    Cow::Owned(joined)
}

pub(super) fn trim(value: &str) -> &str {
    value.trim_matches([' ', '\t'])
}

/// The headers of a plain head: name and value. Lines that are none are left out.
pub(super) fn headers(head: &str) -> impl Iterator<Item = (&str, &str)> {
    head.split("\r\n").skip(1).filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        Some((name.trim_end_matches([' ', '\t']), trim(value)))
    })
}

/// The values of one header.
pub(super) fn values(head: &str, wanted: Name) -> impl Iterator<Item = &str> {
    headers(head).filter_map(move |(name, value)| (Name::of(name) == Some(wanted)).then_some(value))
}

/// Reads the headers of a plain head, and refuses what is none.
pub(super) fn scan(head: &str) -> Result<Seen<'_>, Status> {
    let mut seen = Seen::default();
    for (number, line) in head.split("\r\n").skip(1).enumerate() {
        let Some((name, value)) = line.split_once(':') else { return Err(Status::BadRequest) };
        // Blanks before the colon are allowed (RFC 3261 section 7.3.1): the name is the same without them.
        let (name, value) = (name.trim_end_matches([' ', '\t']), trim(value));
        if number >= MOST_HEADERS || line.len() > LONGEST_LINE || !is_token(name) || !is_clean(value) {
            return Err(Status::BadRequest);
        }
        let Some(known) = Name::of(name) else { continue };
        if known == Name::Via && !all_vias(value) {
            return Err(Status::BadRequest);
        }
        if let Some((first, count)) = seen.found.get_mut(known as usize) {
            first.get_or_insert(value);
            *count += 1;
        }
    }
    Ok(seen)
}

/// Whether every hop of a Via says what it speaks, and every quote in it ends.
fn all_vias(value: &str) -> bool {
    let quotes = value.bytes().filter(|byte| *byte == b'"').count();
    quotes.is_multiple_of(2)
        && !value.contains('\\')
        && hops(value).all(|hop| hop.get(..3).is_some_and(|word| word.eq_ignore_ascii_case("SIP")))
}

/// The hops of a Via, parted by commas that are in no quotes.
pub(super) fn hops(value: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    let parts = value.split(move |letter| {
        quoted ^= letter == '"';
        letter == ',' && !quoted
    });
    parts.map(trim)
}

/// RFC 3261 section 25.1, `token`.
pub(super) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(&byte))
}

fn is_control(byte: u8) -> bool {
    (byte < 0x20 && byte != b'\t') || byte == 0x7F
}

/// Whether a value has no control characters but those that a quoted text may have after a backslash: all but the two that
/// end a line (RFC 3261 section 25.1, `quoted-pair`).
pub(super) fn is_clean(value: &str) -> bool {
    if !value.bytes().any(is_control) {
        return true;
    }
    let (mut quoted, mut escaped) = (false, false);
    value.bytes().all(|byte| {
        let pair = std::mem::take(&mut escaped);
        match byte {
            b'\r' | b'\n' => return false,
            b'\\' if quoted && !pair => escaped = true,
            b'"' if !pair => quoted = !quoted,
            _ => {}
        }
        pair || !is_control(byte)
    })
}
