//! Escapes in addresses (RFC 3261 section 19.1.2) as the stack writes them: it keeps an address as it came, and escapes the
//! percent signs of its escapes again when it writes it. Here they are put right on the way out. Pure.

use std::borrow::Cow;

/// The lines that the stack makes of addresses that it has read: what is asked for, and who talks to whom. In a response,
/// From is the words of the other side; in a request, both are the stack's.
const OURS: [&str; 3] = ["To: ", "From: ", "Route: "];

/// A message of the stack's with every escape as it came.
pub(crate) fn told(message: &[u8]) -> Cow<'_, [u8]> {
    let Some(end) = message.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { return Cow::Borrowed(message) };
    let (head, body) = message.split_at(end);
    let Some(head) = std::str::from_utf8(head).ok().filter(|head| head.contains("%25")) else {
        return Cow::Borrowed(message);
    };
    let is_response = head.starts_with("SIP/");
    let lines = head.split("\r\n").enumerate().map(|(number, line)| {
        let ours = match (number, is_response) {
            (0, is_response) => !is_response,
            (_, true) => line.starts_with("To: "),
            (_, false) => OURS.iter().any(|name| line.starts_with(name)),
        };
        if ours { Cow::Owned(once(line)) } else { Cow::Borrowed(line) }
    });
    let mut told = lines.collect::<Vec<_>>().join("\r\n").into_bytes();
    told.extend_from_slice(body);
    Cow::Owned(told)
}

/// A text of which every escape was escaped, with every escape once.
fn once(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("%25") {
        let is_escape = after.as_bytes().first_chunk::<2>().is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
        plain.push_str(before);
        plain.push_str(if is_escape { "%" } else { "%25" });
        // The two digits are of this escape, and begin no other.
        let (digits, after) = after.split_at(if is_escape { 2 } else { 0 });
        plain.push_str(digits);
        rest = after;
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_stack_escaped_twice_is_escaped_once() {
        let cases = [
            (
                "BYE sip:a%253Bb@x SIP/2.0\r\nTo: <sip:%252B33@x>;tag=1\r\nSubject: %252B\r\n\r\n%252B",
                "BYE sip:a%3Bb@x SIP/2.0\r\nTo: <sip:%2B33@x>;tag=1\r\nSubject: %252B\r\n\r\n%252B",
            ),
            (
                "SIP/2.0 200 %2541\r\nFrom: <sip:%252B@x>\r\nTo: <sip:%252B@x>\r\n\r\n",
                "SIP/2.0 200 %2541\r\nFrom: <sip:%252B@x>\r\nTo: <sip:%2B@x>\r\n\r\n",
            ),
            ("BYE sip:a%252541@x SIP/2.0\r\n\r\n", "BYE sip:a%2541@x SIP/2.0\r\n\r\n"),
            ("BYE sip:a%25@x SIP/2.0\r\n\r\n", "BYE sip:a%25@x SIP/2.0\r\n\r\n"),
            ("BYE sip:a@x SIP/2.0\r\n\r\n", "BYE sip:a@x SIP/2.0\r\n\r\n"),
            ("%25", "%25"),
        ];
        for (stack, wanted) in cases {
            assert_eq!(String::from_utf8_lossy(&told(stack.as_bytes())), wanted);
        }
    }
}
