//! Messages on their way out: escapes as they came, and digest answers in the words of others. A body is never touched, no
//! line is won or lost, and none of it can be undone twice.
#![no_main]

use libfuzzer_sys::fuzz_target;
use telephony::fuzzing::escapes_told;

fuzz_target!(|message: &[u8]| {
    let told = escapes_told(message);
    assert!(told.len() <= message.len(), "escapes only become shorter");
    let end = |bytes: &[u8]| bytes.windows(4).position(|bytes| bytes == b"\r\n\r\n");
    match (end(message), end(&told)) {
        (None, _) => assert_eq!(&*told, message),
        (Some(before), Some(after)) => {
            assert_eq!(message[before..], told[after..], "what follows the head is as it was");
            let lines = |bytes: &[u8]| bytes.windows(2).filter(|two| *two == b"\r\n").count();
            assert_eq!(lines(&message[..before]), lines(&told[..after]));
        }
        (Some(_), None) => panic!("the head has lost its end"),
    }
});
