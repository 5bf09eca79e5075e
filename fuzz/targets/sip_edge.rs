//! A datagram at the SIP edge: whatever it is, it is judged; what passes is read alike by the edge and by the stack, has the
//! headers of which there is one exactly once, and is answered or dropped otherwise.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rsipstack::sip::prelude::{HeadersExt, ToTypedHeader};
use rsipstack::sip::{Header, Headers, Method, SipMessage};
use rsipstack::transaction::key::{TransactionKey, TransactionRole};
use telephony::sip::edge::{Verdict, judge, turn_away};

fuzz_target!(|datagram: &[u8]| {
    if let Some(answer) = turn_away(datagram) {
        assert!(is_answer(&answer));
    }
    match judge(datagram) {
        Verdict::Drop => {}
        Verdict::Answer(answer) => assert!(is_answer(&answer), "{}", String::from_utf8_lossy(&answer)),
        Verdict::Pass(message) => passed(&message),
    }
});

fn is_answer(answer: &[u8]) -> bool {
    answer.starts_with(b"SIP/2.0 ") && answer.ends_with(b"\r\n\r\n") && !judged_a_call(answer)
}

/// An answer of ours is itself never more than a response.
fn judged_a_call(answer: &[u8]) -> bool {
    matches!(judge(answer), Verdict::Answer(_))
}

fn passed(message: &[u8]) {
    let text = String::from_utf8_lossy(message);
    // Challenges are put in the stack's words once: whoever reads broken quotes twice may read them in two ways.
    let challenges = text.to_ascii_lowercase().contains("-authenticate");
    let again = judge(message);
    assert!(
        again == Verdict::Pass(message.into()) || (challenges && matches!(again, Verdict::Pass(_))),
        "judged again: {text:?}"
    );
    let end = message.windows(4).position(|bytes| bytes == b"\r\n\r\n").expect("an end of its headers");
    let head = std::str::from_utf8(&message[..end]).expect("a head in UTF-8");
    let body = &message[end + 4..];
    let read = SipMessage::try_from(message).unwrap_or_else(|fault| panic!("{fault}: {text:?}"));
    let headers = match &read {
        SipMessage::Request(request) => &request.headers,
        SipMessage::Response(response) => &response.headers,
    };
    assert_eq!(headers.len(), head.matches("\r\n").count(), "every line is a header: {text:?}");
    let count = |is: fn(&Header) -> bool| headers.iter().filter(|header| is(header)).count();
    for (name, times) in [
        ("From", count(|header| matches!(header, Header::From(_)))),
        ("To", count(|header| matches!(header, Header::To(_)))),
        ("Call-ID", count(|header| matches!(header, Header::CallId(_)))),
        ("CSeq", count(|header| matches!(header, Header::CSeq(_)))),
        ("Content-Length", count(|header| matches!(header, Header::ContentLength(_)))),
    ] {
        assert_eq!(times, 1, "{name} in {text:?}");
    }
    // What ends a call is not held to what it does not need.
    let ends = matches!(&read, SipMessage::Request(request) if matches!(request.method, Method::Ack | Method::Bye | Method::Cancel));
    assert!(
        ends || matches!(read, SipMessage::Response(_))
            || count(|header| matches!(header, Header::MaxForwards(_))) <= 1,
        "{text:?}"
    );
    assert!(count(|header| matches!(header, Header::Via(_))) >= 1, "{text:?}");
    let length = length(headers).unwrap_or_else(|| panic!("a length: {text:?}"));
    assert!(length <= body.len(), "{text:?}");
    read_alike(&read, &text);
}

fn length(headers: &Headers) -> Option<usize> {
    headers.iter().find_map(|header| match header {
        Header::ContentLength(length) => length.value().trim().parse().ok(),
        _ => None,
    })
}

fn read_alike(read: &SipMessage, text: &str) {
    let sequence = read.cseq_header().and_then(|own| own.typed()).unwrap_or_else(|fault| panic!("{fault}: {text:?}"));
    let key = match read {
        SipMessage::Request(request) => {
            assert_eq!(request.method, sequence.method, "{text:?}");
            assert_ne!(sequence.method, Method::Register, "{text:?}");
            TransactionKey::from_request(request, TransactionRole::Server)
        }
        SipMessage::Response(response) => TransactionKey::from_response(response, TransactionRole::Client),
    };
    assert!(key.is_ok(), "{text:?}");
    let to = read.to_header().and_then(|to| to.tag());
    let from = read.from_header().and_then(|from| from.tag());
    assert!(to.is_ok(), "{text:?}");
    assert!(from.is_ok_and(|tag| tag.is_some()), "whoever begins has a tag: {text:?}");
}
