//! `[alarms]`

use super::files::Wrong;
use super::secret::Secret;
use serde::Deserialize;

/// Who is told when something is wrong.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Alarms {
    /// An address that takes JSON; there may be a key in it.
    webhook: Option<Secret>,
    /// A mail server; its password may be in it.
    smtp: Option<Secret>,
    /// Whom mail comes from.
    from: Option<String>,
    /// Whom it goes to.
    to: Vec<String>,
}

/// How mail is sent.
#[derive(Clone, PartialEq, Eq)]
pub struct MailSettings {
    /// The server, as `smtps://user:password@host`, or `smtp://` with `?tls=required`, or in the clear.
    pub server: String,
    /// Whom it comes from.
    pub from: String,
    /// Whom it goes to.
    pub to: Vec<String>,
}

impl std::fmt::Debug for MailSettings {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("MailSettings(…)")
    }
}

impl Alarms {
    pub(super) fn check(&self) -> Result<(), Wrong> {
        if let Some(webhook) = &self.webhook {
            let rest = ["https://", "http://"].iter().find_map(|scheme| webhook.words().strip_prefix(scheme));
            if rest.is_none_or(|rest| rest.is_empty() || rest.starts_with('/')) {
                let words = "alarms.webhook must be an http:// or https:// address".to_owned();
                return Err(Wrong { at: webhook.at(), words });
            }
        }
        let Some(smtp) = &self.smtp else { return Ok(()) };
        if self.from.is_none() || self.to.is_empty() {
            let words = "mail needs alarms.from and alarms.to beside alarms.smtp".to_owned();
            return Err(Wrong { at: smtp.at(), words });
        }
        Ok(())
    }

    /// Where JSON is sent to.
    #[must_use]
    pub fn webhook(&self) -> Option<&str> {
        self.webhook.as_ref().map(Secret::words)
    }

    /// How mail is sent.
    #[must_use]
    pub fn mail(&self) -> Option<MailSettings> {
        Some(MailSettings {
            server: self.smtp.as_ref()?.words().to_owned(),
            from: self.from.clone()?,
            to: self.to.clone(),
        })
    }
}
