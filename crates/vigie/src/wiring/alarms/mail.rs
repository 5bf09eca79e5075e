//! Alarms by mail.

use super::Told;
use crate::config::MailSettings;
use lettre::message::{Mailbox, header::ContentType};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

/// Mail to those who run the service.
#[derive(Clone)]
pub(crate) struct Mail {
    server: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    to: Vec<Mailbox>,
}

impl Mail {
    /// # Errors
    /// Words that say what to do, without the password that may be in the server's address.
    pub(crate) fn new(settings: &MailSettings) -> Result<Self, String> {
        let mailbox = |text: &String| {
            text.parse().map_err(|_| format!("'{text}' is no mail address: write such as vigie@example.org"))
        };
        let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(&settings.server).map_err(|_| {
            "alarms.smtp is no mail server: write such as smtps://user:password@smtp.example.org or smtp://localhost:25"
                .to_owned()
        })?;
        let to = settings.to.iter().map(mailbox).collect::<Result<_, _>>()?;
        Ok(Self { server: server.build(), from: mailbox(&settings.from)?, to })
    }

    pub(super) async fn tell(&self, told: &Told) -> Result<(), String> {
        let [french, english] = web::trouble_words(&told.trouble, told.over);
        let mut message =
            Message::builder().from(self.from.clone()).subject(french.clone()).header(ContentType::TEXT_PLAIN);
        for to in &self.to {
            message = message.to(to.clone());
        }
        let message = message.body(format!("{french}\n\n{english}\n")).map_err(|fault| fault.to_string())?;
        self.server.send(message).await.map(drop).map_err(|fault| fault.to_string())
    }
}
