//! RTP packets (RFC 3550 section 5.1): read or refused, and read alike after having been written again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use telephony::audio::g711;
use telephony::audio::rtp::Packet;

fuzz_target!(|bytes: &[u8]| {
    let _control = Packet::is_control(bytes);
    let Some(packet) = Packet::read(bytes) else { return };
    assert!(packet.payload.len() + 12 <= bytes.len());
    assert_eq!(Packet::read(&packet.write()), Some(packet));
    assert_eq!(g711::ulaw_to_alaw(packet.payload).len(), packet.payload.len());
    assert_eq!(g711::alaw_to_ulaw(packet.payload).len(), packet.payload.len());
});
