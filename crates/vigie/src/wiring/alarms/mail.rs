//! The mail server: alarms to those who run the service, and letters to those whom entries of the directory are about.

use super::Told;
use crate::config::MailSettings;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::time::Duration;
use web::LetterText;

/// How long the server may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Mail from the house.
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

    /// Whether the server is there.
    pub(crate) async fn answers(&self) -> Result<(), String> {
        match tokio::time::timeout(PATIENCE, self.server.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) | Err(_) => Err("the mail server does not answer".to_owned()),
            Ok(Err(fault)) => Err(fault.to_string()),
        }
    }

    /// Sends a letter. Answers whether it was sent: not to an address that is none, nor where the server will never take it.
    pub(crate) async fn post(&self, number: i64, to: &str, letter: &LetterText) -> Result<bool, String> {
        let Ok(to) = to.parse::<Mailbox>() else { return Ok(false) };
        // The same letter has the same name, however often a server is told of it.
        let name = format!("<letter-{number}@{}>", self.from.email.domain());
        let message = unsubscribe(Message::builder(), &letter.stop)
            .from(self.from.clone())
            .to(to)
            .subject(letter.subject.clone())
            .message_id(Some(name))
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text.clone())
            .map_err(|fault| fault.to_string())?;
        match self.server.send(message).await {
            Ok(_) => Ok(true),
            Err(fault) if fault.is_permanent() => Ok(false),
            Err(fault) => Err(fault.to_string()),
        }
    }
}

/// Says where no more letters are asked for, so that mail programs can show a button (RFC 2369, RFC 8058).
fn unsubscribe(message: MessageBuilder, stop: &str) -> MessageBuilder {
    let raw = |name: &'static str, value: String| HeaderValue::new(HeaderName::new_from_ascii_str(name), value);
    message
        .raw_header(raw("List-Unsubscribe", format!("<{stop}>")))
        .raw_header(raw("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()))
        .raw_header(raw("Auto-Submitted", "auto-generated".to_owned()))
}
