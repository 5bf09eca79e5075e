//! Which addresses are trunk peers. Everyone else is refused.

use std::net::IpAddr;

/// An address or a range of addresses, such as `192.0.2.7` or `2001:db8::/32`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    address: IpAddr,
    prefix: u8,
}

impl Peer {
    /// Reads an address with an optional prefix length.
    ///
    /// # Errors
    /// Words for whoever wrote it.
    pub fn read(text: &str) -> Result<Self, String> {
        let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let address: IpAddr = address.trim().parse().map_err(|_| {
            format!("'{text}' is no address: write an IP address such as 192.0.2.7 or a range such as 192.0.2.0/28")
        })?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            None => longest,
            Some(prefix) => prefix
                .trim()
                .parse()
                .ok()
                .filter(|prefix| *prefix <= longest)
                .ok_or_else(|| format!("'{text}' has a prefix length out of 0 to {longest}"))?,
        };
        Ok(Self { address, prefix })
    }

    /// Whether an address belongs to this peer. An IPv4 address mapped into IPv6 counts as IPv4.
    #[must_use]
    pub fn holds(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                same_prefix(u128::from(own.to_bits()) << 96, u128::from(other.to_bits()) << 96, self.prefix)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => same_prefix(own.to_bits(), other.to_bits(), self.prefix),
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

fn same_prefix(one: u128, other: u128, prefix: u8) -> bool {
    prefix == 0 || (one ^ other) >> (128 - u32::from(prefix)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_hold_what_they_say() {
        let range = Peer::read("192.0.2.0/28").unwrap();
        assert!(range.holds("192.0.2.15".parse().unwrap()));
        assert!(range.holds("::ffff:192.0.2.3".parse().unwrap()));
        assert!(!range.holds("192.0.2.16".parse().unwrap()));
        assert!(!range.holds("::1".parse().unwrap()));
        assert!(Peer::read("::1").unwrap().holds("::1".parse().unwrap()));
        assert!(Peer::read("0.0.0.0/0").unwrap().holds("203.0.113.9".parse().unwrap()));
    }

    #[test]
    fn wrong_words_are_told() {
        assert!(Peer::read("example.org").unwrap_err().contains("no address"));
        assert!(Peer::read("192.0.2.0/33").unwrap_err().contains("out of 0 to 32"));
    }
}
