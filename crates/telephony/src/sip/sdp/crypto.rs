//! Keys in a description: `a=crypto` (RFC 4568 section 9.1).

use crate::audio::srtp::{MasterKey, Suite};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

/// One side's key, and how it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Crypto {
    /// Which of an offer's keys an answer takes.
    pub(crate) tag: u32,
    pub(crate) suite: Suite,
    pub(crate) key: MasterKey,
}

impl Crypto {
    /// Reads what stands after `a=crypto:`. `None` for what we cannot do: another suite, several keys, keys by number (MKI), sound
    /// that is not encrypted or not signed, or a parameter that nobody knows (RFC 4568 section 6.3.7).
    pub(super) fn read(value: &str) -> Option<Self> {
        let mut words = value.split_whitespace();
        let tag = words.next().filter(|tag| tag.len() <= 9 && tag.bytes().all(|byte| byte.is_ascii_digit()))?;
        let suite = match words.next()?.to_ascii_uppercase().as_str() {
            "AES_CM_128_HMAC_SHA1_80" => Suite::Aes128Sha80,
            "AES_CM_128_HMAC_SHA1_32" => Suite::Aes128Sha32,
            _ => return None,
        };
        let (method, key) = words.next()?.split_once(':')?;
        let mut parts = key.split('|');
        let encoded = parts.next()?;
        // After the key there may be for how many packets it holds: more than any call has.
        let several = key.contains(';') || parts.any(|part| part.contains(':'));
        let understood = |word: &str| word.starts_with('-') || word.starts_with("WSH=") || word == "KDR=0";
        if !method.eq_ignore_ascii_case("inline") || several || !words.all(understood) {
            return None;
        }
        let bytes = STANDARD.decode(encoded).or_else(|_| STANDARD_NO_PAD.decode(encoded)).ok()?;
        Some(Self { tag: tag.parse().ok()?, suite, key: MasterKey(bytes.try_into().ok()?) })
    }

    /// The line that says so.
    pub(super) fn line(&self) -> String {
        let suite = match self.suite {
            Suite::Aes128Sha80 => "AES_CM_128_HMAC_SHA1_80",
            Suite::Aes128Sha32 => "AES_CM_128_HMAC_SHA1_32",
        };
        format!("a=crypto:{} {suite} inline:{}\r\n", self.tag, STANDARD.encode(self.key.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Forty letters of base64 are thirty bytes.
    const KEY: &str = "d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj";

    #[test]
    fn keys_are_read_and_written() {
        let read = Crypto::read(&format!("1 AES_CM_128_HMAC_SHA1_80 inline:{KEY}|2^20")).unwrap();
        assert_eq!((read.tag, read.suite), (1, Suite::Aes128Sha80));
        assert_eq!(read.line(), format!("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{KEY}\r\n"));
        let short = Crypto::read(&format!("007 aes_cm_128_hmac_sha1_32 INLINE:{KEY} -unknown WSH=64")).unwrap();
        assert_eq!((short.tag, short.suite), (7, Suite::Aes128Sha32));
        assert_eq!(format!("{:?}", short.key), "MasterKey(…)", "a key is never shown");
    }

    #[test]
    fn what_we_cannot_do_is_no_key() {
        for wrong in [
            String::new(),
            "1".to_owned(),
            format!("x AES_CM_128_HMAC_SHA1_80 inline:{KEY}"),
            format!("1234567890 AES_CM_128_HMAC_SHA1_80 inline:{KEY}"),
            format!("-1 AES_CM_128_HMAC_SHA1_80 inline:{KEY}"),
            format!("1 F8_128_HMAC_SHA1_80 inline:{KEY}"),
            format!("1 AES_CM_128_HMAC_SHA1_80 uri:{KEY}"),
            "1 AES_CM_128_HMAC_SHA1_80 inline:".to_owned(),
            "1 AES_CM_128_HMAC_SHA1_80 inline:AAAA".to_owned(),
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{KEY}AAAA"),
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{KEY}|2^20|1:4"),
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{KEY};inline:{KEY}"),
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{KEY} UNENCRYPTED_SRTP"),
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{KEY} UNAUTHENTICATED_SRTP"),
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{KEY} KDR=4"),
        ] {
            assert_eq!(Crypto::read(&wrong), None, "{wrong}");
        }
    }
}
