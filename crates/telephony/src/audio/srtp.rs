//! Encrypted sound of trunk legs: SRTP and SRTCP (RFC 3711), with keys that came in the session descriptions (RFC 4568).
//!
//! The cryptography is a library's. What is ours is that nothing changes before a packet is known to be genuine: the library
//! remembers a stream as soon as a packet names it, so a stream is tried in a context that is thrown away if the packet is not.

use rtc_crypto::RTCCryptoProvider;
use rtc_srtp::context::Context;
use rtc_srtp::option::{srtcp_replay_protection, srtp_replay_protection};
use rtc_srtp::protection_profile::ProtectionProfile;
use std::fmt;
use std::sync::{Arc, LazyLock};

/// Packets by which one may be late and still be told from one that was sent again (RFC 3711 section 3.3.2).
const WINDOW: usize = 128;
/// Streams (RFC 3550 section 8) of one leg's other side that are remembered: a gateway starts a new one when it moves a call. Of
/// more, the one that was not heard for longest goes.
const STREAMS: usize = 32;

static CRYPTO: LazyLock<Option<Arc<dyn RTCCryptoProvider>>> = LazyLock::new(|| rtc_crypto::default_provider().ok());

/// How packets are encrypted and signed (RFC 4568 section 6.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suite {
    /// AES in counter mode, 128 bits, with a signature of 80 bits: what everybody knows.
    Aes128Sha80,
    /// The same with a signature of 32 bits in the sound, and 80 in RTCP.
    Aes128Sha32,
}

impl Suite {
    fn profile(self) -> ProtectionProfile {
        match self {
            Suite::Aes128Sha80 => ProtectionProfile::Aes128CmHmacSha1_80,
            Suite::Aes128Sha32 => ProtectionProfile::Aes128CmHmacSha1_32,
        }
    }
}

/// A master key of 16 bytes and its salt of 14. It is never shown, but in the description that goes to the other side.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct MasterKey(pub(crate) [u8; Self::LENGTH]);

impl MasterKey {
    /// Bytes of key and salt.
    pub(crate) const LENGTH: usize = 30;
    const KEY: usize = 16;

    /// A new one, from the system's source of chance; `None` if that has none to give.
    #[must_use]
    pub fn random() -> Option<Self> {
        let mut bytes = [0; Self::LENGTH];
        getrandom::fill(&mut bytes).ok()?;
        Some(Self(bytes))
    }

    fn context(&self, suite: Suite) -> Option<Context> {
        let (key, salt) = self.0.split_at(Self::KEY);
        let replayed = Some(srtp_replay_protection(WINDOW));
        let replayed_control = Some(srtcp_replay_protection(WINDOW));
        let provider = CRYPTO.as_ref()?;
        Context::new(key, salt, suite.profile(), replayed, replayed_control, provider.crypto()).ok()
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("MasterKey(…)")
    }
}

/// The keys of a leg: each side's is that of what it sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keys {
    /// How packets are encrypted, both ways.
    pub suite: Suite,
    /// The key of what we send.
    pub ours: MasterKey,
    /// The key of what the other side sends.
    pub theirs: MasterKey,
}

/// The encryption of a leg, both ways.
pub(crate) struct Secure {
    keys: Keys,
    outgoing: Context,
    /// What comes, by its stream (SSRC), the one heard last at the end.
    incoming: Vec<(u32, Context)>,
}

impl Secure {
    /// `None` if the library cannot work with the keys, which no key of the right length causes.
    pub(crate) fn new(keys: Keys) -> Option<Self> {
        Some(Self { keys, outgoing: keys.ours.context(keys.suite)?, incoming: Vec::new() })
    }

    /// Goes on with these keys. What did not change is not begun anew: packets are counted on, and a key whose count began
    /// again would encrypt two sounds alike.
    pub(crate) fn with_keys(mut self, keys: Keys) -> Option<Self> {
        if (keys.suite, keys.ours) != (self.keys.suite, self.keys.ours) {
            self.outgoing = keys.ours.context(keys.suite)?;
        }
        if (keys.suite, keys.theirs) != (self.keys.suite, self.keys.theirs) {
            self.incoming.clear();
        }
        self.keys = keys;
        Some(self)
    }

    /// Encrypts and signs an RTP packet of ours. None of them has an extension or contributors: the library panics where the length
    /// of such a header is not what it says.
    pub(crate) fn protect(&mut self, packet: &[u8]) -> Option<Vec<u8>> {
        if packet.first() != Some(&0x80) {
            return None;
        }
        self.outgoing.encrypt_rtp(packet).ok().map(|bytes| bytes.to_vec())
    }

    /// Encrypts and signs an RTCP packet of ours.
    pub(crate) fn protect_control(&mut self, packet: &[u8]) -> Option<Vec<u8>> {
        self.outgoing.encrypt_rtcp(packet).ok().map(|bytes| bytes.to_vec())
    }

    /// The RTP packet in what came; `None` if it is not the other side's, or came before.
    pub(crate) fn open(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        let [_, _, _, _, _, _, _, _, source @ ..] = bytes.first_chunk::<12>()?;
        self.open_with(u32::from_be_bytes(*source), |context| Some(context.decrypt_rtp(bytes).ok()?.to_vec()))
    }

    /// The RTCP packet in what came; `None` if it is not the other side's, or came before.
    pub(crate) fn open_control(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        let [_, _, _, _, source @ ..] = bytes.first_chunk::<8>()?;
        // Without this bit a packet is signed and not encrypted (RFC 3711 section 3.4), which nobody agreed on.
        let index = bytes.len().checked_sub(Self::CONTROL_TAG + 4)?;
        if bytes.get(index)? & 0x80 == 0 {
            return None;
        }
        self.open_with(u32::from_be_bytes(*source), |context| Some(context.decrypt_rtcp(bytes).ok()?.to_vec()))
    }

    /// Bytes of the signature of RTCP, in either suite (RFC 4568 section 6.2).
    const CONTROL_TAG: usize = 10;

    fn open_with(&mut self, source: u32, open: impl FnOnce(&mut Context) -> Option<Vec<u8>>) -> Option<Vec<u8>> {
        if let Some(place) = self.incoming.iter().position(|(known, _)| *known == source) {
            let packet = open(&mut self.incoming.get_mut(place)?.1)?;
            if let Some(later) = self.incoming.get_mut(place..) {
                later.rotate_left(1);
            }
            return Some(packet);
        }
        let mut context = self.keys.theirs.context(self.keys.suite)?;
        let packet = open(&mut context)?;
        if self.incoming.len() >= STREAMS {
            self.incoming.remove(0);
        }
        self.incoming.push((source, context));
        Some(packet)
    }
}

#[cfg(test)]
mod tests;
