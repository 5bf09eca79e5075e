//! Sends the letters that wait. They wait in the store, so that neither a restart nor a mail server that is away loses one.

use super::alarms::Mail;
use node::House;
use std::time::Duration;
use store::{Letter, StoreError};

/// Between two looks.
const LOOK: Duration = Duration::from_secs(2);
/// The longest pause while the mail server is away.
const LONGEST: Duration = Duration::from_secs(300);
/// The pauses after a letter was not taken, in milliseconds; after the last one it is given up.
const PAUSES: [i64; 6] = [60_000, 600_000, 3_600_000, 4 * 3_600_000, 24 * 3_600_000, 48 * 3_600_000];
/// How long a letter may be on its way before whoever sends it must have ended, in milliseconds.
const LEASE_MS: i64 = 600_000;

/// Sends letters for as long as it is polled. Without a mail server, or where letters are switched off, nothing is sent.
pub(crate) async fn deliver(house: House, mail: Option<Mail>, origin: String) {
    let Some(mail) = mail.filter(|_| house.directory().freshness().letters) else {
        return std::future::pending().await;
    };
    let mut pause = LOOK;
    loop {
        tokio::time::sleep(pause).await;
        pause = match due(&house, &mail, &origin).await {
            Ok(()) => LOOK,
            Err(fault) => {
                tracing::warn!(fault, "letters wait");
                (pause * 2).min(LONGEST)
            }
        };
    }
}

/// Sends every letter whose time has come.
async fn due(house: &House, mail: &Mail, origin: &str) -> Result<(), String> {
    let told = |fault: StoreError| fault.to_string();
    let store = house.store();
    let now = house.wall_ms();
    store.give_up_leased(now - LEASE_MS, now).await.map_err(told)?;
    while store.letter_is_due(house.wall_ms()).await.map_err(told)? {
        // Whether the server is there is asked first: a letter that was begun and not ended may have gone out.
        mail.answers().await?;
        let Some(letter) = store.lease_letter(house.wall_ms()).await.map_err(told)? else { break };
        let id = letter.id;
        match one(house, mail, origin, &letter).await {
            Ok(true) => store.letter_sent(id, house.wall_ms()).await.map_err(told)?,
            Ok(false) => store.letter_given_up(id, house.wall_ms()).await.map_err(told)?,
            Err(fault) => {
                tracing::warn!(letter = id, fault, "a letter was not taken");
                let tried = usize::try_from(letter.tries).unwrap_or(usize::MAX).saturating_sub(1);
                match PAUSES.get(tried) {
                    Some(pause) => store.letter_waits(id, house.wall_ms() + pause).await.map_err(told)?,
                    None => store.letter_given_up(id, house.wall_ms()).await.map_err(told)?,
                }
            }
        }
    }
    Ok(())
}

/// Sends a letter. Answers whether it was sent; what will never be taken, or is about nothing any more, is not.
async fn one(house: &House, mail: &Mail, origin: &str, letter: &Letter) -> Result<bool, String> {
    let text = web::letter_text(house, letter, origin).await.map_err(|fault| fault.to_string())?;
    let Some(text) = text else { return Ok(false) };
    mail.post(letter.id, &letter.address, &text).await
}
