//! Words of the configuration that no message may show: passwords, and addresses that have one in them.

use serde::Deserialize;
use std::fmt;
use toml::Spanned;

/// Such words, with their place in the file.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub(super) struct Secret(Spanned<String>);

impl Secret {
    /// The words themselves, for whoever must have them.
    pub(super) fn words(&self) -> &str {
        self.0.get_ref()
    }

    /// Where they begin in the file, in bytes.
    pub(super) fn at(&self) -> usize {
        self.0.span().start
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_shown() {
        #[derive(Debug, Deserialize)]
        struct Section {
            password: Secret,
        }
        let section: Section = toml::from_str("password = \"north\"").unwrap();
        assert_eq!(section.password.words(), "north");
        assert!(!format!("{section:?}").contains("north"));
    }
}
