//! `[[trunk]]`

use super::files::Wrong;
use super::secret::Secret;
use serde::Deserialize;
use telephony::sip::peers::Peer;
use telephony::{Account, Carrier, Gateway, Protection, TrunkSettings};
use toml::Spanned;

/// A way to and from the telephone network.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trunk {
    /// What people call it.
    pub name: Spanned<String>,
    /// Who may call.
    peers: Vec<Spanned<String>>,
    /// Where calls to the outside are sent.
    gateway: Option<Spanned<String>>,
    /// How messages travel to the gateway.
    carrier: Option<Spanned<String>>,
    /// How sound travels.
    sound: Option<Spanned<String>>,
    /// The account at the gateway.
    user: Option<String>,
    /// Its password.
    password: Option<Secret>,
    /// Whose questions for it are answered.
    realm: Option<String>,
    /// Whether to tell the gateway where we are.
    #[serde(default = "no")]
    register: Spanned<bool>,
    /// Whether to ask the gateway if it serves us.
    #[serde(default = "watch")]
    watch: bool,
    /// Who calls, if it is not the line's first number.
    from: Option<String>,
}

fn no() -> Spanned<bool> {
    Spanned::new(0..0, false)
}

fn watch() -> bool {
    true
}

impl Trunk {
    pub(super) fn check(&self) -> Result<(), Wrong> {
        self.read().map(drop)
    }

    /// The settings; those of a section that was checked.
    #[must_use]
    pub fn settings(&self) -> Option<TrunkSettings> {
        self.read().ok()
    }

    fn read(&self) -> Result<TrunkSettings, Wrong> {
        let here = |words: &str| Wrong { at: self.name.span().start, words: words.to_owned() };
        let of = |text: &Spanned<String>, words| Wrong { at: text.span().start, words };
        if self.name.get_ref().trim().is_empty() {
            return Err(here("a trunk has a name, such as that of its provider"));
        }
        let peers = self.peers.iter().map(|peer| Peer::read(peer.get_ref()).map_err(|words| of(peer, words)));
        let gateway = self.gateway.as_ref().map(|text| Gateway::read(text.get_ref()).map_err(|words| of(text, words)));
        let carrier = self.carrier.as_ref().map(|text| Carrier::read(text.get_ref()).map_err(|words| of(text, words)));
        let sound = self.sound.as_ref().map(|text| Protection::read(text.get_ref()).map_err(|words| of(text, words)));
        let account = match (&self.user, &self.password) {
            (Some(user), Some(password)) => {
                Some(Account { user: user.clone(), password: password.words().to_owned(), realm: self.realm.clone() })
            }
            (None, None) => None,
            (Some(_), None) | (None, Some(_)) => {
                return Err(here("user and password of a trunk belong together: write both, or neither"));
            }
        };
        let register = *self.register.get_ref();
        if register && (account.is_none() || gateway.is_none()) {
            let words = "a trunk that registers needs a gateway, a user and a password";
            return Err(Wrong { at: self.register.span().start, words: words.to_owned() });
        }
        Ok(TrunkSettings {
            name: self.name.get_ref().clone(),
            peers: peers.collect::<Result<_, _>>()?,
            gateway: gateway.transpose()?,
            carrier: carrier.transpose()?.unwrap_or_default(),
            sound: sound.transpose()?.unwrap_or(Protection::Plain),
            account,
            register,
            watch: self.watch,
            from_user: self.from.clone(),
        })
    }
}
