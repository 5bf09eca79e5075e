//! What the listener's side is sent of a call: no byte of it tells who calls or from where. Every datagram of the far leg
//! is searched as it came and as it was decrypted, and every word of its signalling.

use crate::{Desk, Service, plan};
use rehearsal::phone::{Act, call};
use serde_json::json;
use std::time::Duration;
use tokio::sync::mpsc::unbounded_channel;
use tokio::time::{Instant, timeout};

/// A number of the range set aside for fiction, without its leading zero, and an address nothing else uses.
const DIGITS: &str = "639981337";
const ADDRESS: [u8; 4] = [127, 0, 77, 13];

fn marks() -> Vec<Vec<u8>> {
    let digits = DIGITS.as_bytes();
    let hexadecimal: String = digits.iter().map(|byte| format!("{byte:02x}")).collect();
    let wide: Vec<u8> = DIGITS.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let reversed: Vec<u8> = digits.iter().rev().copied().collect();
    let dotted = "127.0.77.13";
    let masked: Vec<u8> = ADDRESS.iter().zip([0x21, 0x12, 0xA4, 0x42]).map(|(byte, cookie)| byte ^ cookie).collect();
    vec![
        digits.to_vec(),
        hexadecimal.into_bytes(),
        wide,
        reversed,
        dotted.as_bytes().to_vec(),
        ADDRESS.to_vec(),
        // As STUN writes addresses (RFC 8489 section 14.2).
        masked,
    ]
}

fn holds(bytes: &[u8], mark: &[u8]) -> bool {
    bytes.windows(mark.len()).any(|window| window == mark)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_far_leg_tells_nothing_of_the_caller() {
    telephony::install_crypto();
    let service = Service::start();
    let mut desk = Desk::open(&service).await;
    desk.voice.keep_everything();
    let mut caller = plan(&service);
    caller.from_address = Some((ADDRESS, 0).into());
    caller.from = Some(format!("sip:+33{DIGITS}@127.0.77.13"));
    caller.contact = Some(format!("0{DIGITS}"));
    caller.call_id = Some(format!("0033{DIGITS}"));
    caller.headers =
        vec![format!("P-Asserted-Identity: <tel:+33{DIGITS}>"), format!("Remote-Party-ID: <sip:0{DIGITS}@x>")];
    caller.tone = Some(440.0);
    let (acts, taken) = unbounded_channel();
    let calling = tokio::spawn(call(caller, taken, |_, _| {}));
    desk.until(|state| state["presence"] == "offered").await;
    let ringing = desk.state["call"].as_str().unwrap().to_owned();
    desk.press(&json!({"do": "accept", "call": ringing})).await;
    desk.until(|state| state["presence"] == "talking").await;
    let until = Instant::now() + Duration::from_secs(2);
    while timeout(until - Instant::now(), desk.voice.next()).await.is_ok() {}
    acts.send(Act::HangUp).unwrap();
    desk.until(|state| state["presence"] == "wrapping_up").await;
    timeout(Duration::from_secs(10), calling).await.unwrap().unwrap().unwrap();

    let kept = desk.voice.everything();
    assert!(kept.datagrams.len() > 10_000 && kept.samples.len() > 8_000, "a talk was heard");
    for mark in marks() {
        assert!(!holds(&kept.datagrams, &mark), "{mark:02x?} in a datagram");
        assert!(!holds(&kept.samples, &mark), "{mark:02x?} in the sound");
        assert!(!holds(desk.told.as_bytes(), &mark), "{mark:02x?} in the signalling");
    }
}
