//! The caller's number as an INVITE that passed the edge tells it: three to eighteen digits or none, and none for who
//! withholds it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use telephony::fuzzing::caller_in;
use telephony::sip::edge::{Verdict, judge};

fuzz_target!(|lines: &[u8]| {
    let mut message =
        b"INVITE sip:0199000805@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1\r\n".to_vec();
    message.extend_from_slice(lines);
    message.extend_from_slice(
        b"\r\nTo: <sip:c@d.invalid>\r\nCall-ID: e\r\nCSeq: 1 INVITE\r\nContact: <sip:192.0.2.9>\r\n\r\n",
    );
    // What the edge refuses is never asked for a number.
    let Verdict::Pass(passed) = judge(&message) else { return };
    let number = caller_in(&passed);
    if let Some((length, digits)) = number {
        assert!(digits && (3..=18).contains(&length), "{number:?}");
    }
    let mut withheld = passed.to_vec();
    let end = withheld.windows(4).position(|bytes| bytes == b"\r\n\r\n").expect("an end of its headers");
    withheld.splice(end..end, b"\r\nPrivacy: id".iter().copied());
    assert_eq!(caller_in(&withheld), None);
});
