//! Who calls, as the trunk says it: read from the INVITE for a tag, and forgotten.

use super::edge::address::after_quotes;
use crate::number::CallerNumber;
use rsipstack::sip::{Header, Request};

/// The caller's number. What the network asserts (RFC 3325 section 9.1) comes before what the phone says; every peer is a
/// trunk that we trust. A caller who withholds their number (RFC 3323 section 4.2) has none.
pub(super) fn number(request: &Request) -> Option<CallerNumber> {
    let headers = || request.headers.iter();
    let withheld = headers().any(|header| match header {
        Header::Privacy(privacy) => !privacy.value().trim().eq_ignore_ascii_case("none"),
        _ => false,
    });
    if withheld {
        return None;
    }
    let asserted = headers().find_map(|header| match header {
        Header::PAssertedIdentity(identity) => values(identity.value()).find_map(of_value),
        _ => None,
    });
    asserted.or_else(|| {
        headers().find_map(|header| match header {
            Header::From(from) => of_value(from.value()),
            _ => None,
        })
    })
}

/// The caller's number in the bytes of an INVITE, for the fuzz targets.
#[cfg(feature = "fuzzing")]
pub(crate) fn of_message(message: &[u8]) -> Option<CallerNumber> {
    number(&Request::try_from(message).ok()?)
}

/// The values of a header that may have several, parted by commas that are in no quotes and no angle brackets.
fn values(header: &str) -> impl Iterator<Item = &str> {
    let (mut quoted, mut inside, mut escaped) = (false, false, false);
    header.split(move |letter| {
        // A quote after a backslash closes nothing: else a name could bring an address of its own.
        let pair = std::mem::take(&mut escaped);
        match letter {
            '\\' if quoted && !pair => escaped = true,
            '"' if !pair => quoted = !quoted,
            '<' if !quoted => inside = true,
            '>' if !quoted => inside = false,
            _ => {}
        }
        letter == ',' && !quoted && !inside
    })
}

/// The number in a name and address (RFC 3261 section 20.10): `"Name" <sip:+33…@host;user=phone>;tag=1`, `tel:+33…`.
fn of_value(value: &str) -> Option<CallerNumber> {
    let value = value.trim();
    // A name in quotes may hold anything, angle brackets too.
    let value = match value.strip_prefix('"') {
        Some(named) => after_quotes(named)?,
        None => value,
    };
    let uri = match value.split_once('<') {
        Some((_, rest)) => rest.split_once('>')?.0,
        None => value,
    };
    let (scheme, rest) = uri.trim().split_once(':')?;
    let user = match scheme.to_ascii_lowercase().as_str() {
        "sip" | "sips" => rest.split_once('@')?.0,
        "tel" => rest,
        _ => return None,
    };
    let user = user.split([';', ':']).next()?;
    match user.strip_prefix("%2B").or_else(|| user.strip_prefix("%2b")) {
        Some(rest) if rest.starts_with(|letter: char| letter.is_ascii_digit()) => {
            CallerNumber::read_international(rest)
        }
        _ => CallerNumber::read(user),
    }
}

#[cfg(test)]
mod smuggling;

#[cfg(test)]
mod tests {
    use super::*;

    fn read(headers: &str) -> Option<String> {
        let text = format!(
            "INVITE sip:0199000805@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1\r\n{headers}\r\n\
             To: <sip:0199000805@192.0.2.1>\r\nCall-ID: a\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n"
        );
        let request = Request::try_from(text.as_bytes()).unwrap();
        number(&request).map(|number| String::from_utf8(number.digits().to_vec()).unwrap())
    }

    #[test]
    fn the_number_is_found_in_every_spelling() {
        for headers in [
            "From: <sip:0199006677@192.0.2.9>;tag=1",
            "f: sip:0199006677@192.0.2.9;tag=1",
            "From: \"O'Name\" <sip:+33199006677@192.0.2.9;user=phone>;tag=1",
            "From: \"<sip:0111111111@x> \\\" ,\" <sip:0199006677;phone-context=+33@192.0.2.9>;tag=1",
            "From: <tel:+33-1-99-00-66-77>;tag=1",
            "From: <sip:%2B33199006677@192.0.2.9>;tag=1",
            "From: Name <SIPS:0033199006677:secret@192.0.2.9>;tag=1",
            "From: <sip:0111111111@x>;tag=1\r\nP-Asserted-Identity: <sip:+33199006677@x>",
            "From: <sip:anonymous@anonymous.invalid>;tag=1\r\nP-Asserted-Identity: \"a, b\" <sip:bob@x>, <tel:+33199006677>",
            "From: <sip:0199006677@x>;tag=1\r\nP-Asserted-Identity: <sip:bob@x>",
            "From: <sip:0199006677@x>;tag=1\r\nPrivacy: none",
        ] {
            assert_eq!(read(headers).as_deref(), Some("33199006677"), "{headers}");
        }
    }

    #[test]
    fn who_withholds_their_number_has_none() {
        for headers in [
            "From: \"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=1",
            "From: <sip:anonymous@anonymous.invalid>;tag=1\r\nPrivacy: id\r\nP-Asserted-Identity: <sip:+33199006677@x>",
            "From: <sip:0199006677@x>;tag=1\r\nPrivacy: user;header",
            "From: <sip:bob@x>;tag=1",
            "From: <mailto:0199006677@x>;tag=1",
            "From: <sip:192.0.2.9>;tag=1",
            "From: \"0199006677;tag=1",
            "From: <sip:0199006677@x;tag=1",
        ] {
            assert_eq!(read(headers), None, "{headers}");
        }
    }
}
