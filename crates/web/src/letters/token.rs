//! The secret part of a link: which letter it is of, and a signature over what the letter is about.

use crate::door::random_secret;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt::Write as _;
use store::{Letter, Store, StoreError};

/// How much of the signature a link has, in bytes.
const SIGNED: usize = 16;

/// The token of a letter.
pub(super) async fn of(store: &Store, letter: &Letter) -> Result<String, StoreError> {
    let key = store.letter_key(&random_secret()).await?;
    let mut token = format!("{:x}-", letter.id);
    for byte in signature(&key, letter).iter().take(SIGNED) {
        // Writing to a String does not fail.
        let _ = write!(token, "{byte:02x}");
    }
    Ok(token)
}

/// The letter of a token, if it is one of ours; whether it is too old is for the reader to ask.
pub(super) async fn read(store: &Store, token: &str) -> Result<Option<Letter>, StoreError> {
    let Some((id, signed)) = token.split_once('-') else { return Ok(None) };
    let Ok(id) = i64::from_str_radix(id, 16) else { return Ok(None) };
    let Some(letter) = store.letter(id).await? else { return Ok(None) };
    let ours = of(store, &letter).await?;
    let ours = ours.split_once('-').map_or("", |(_, signed)| signed);
    Ok((same(ours.as_bytes(), signed.as_bytes())).then_some(letter))
}

fn signature(key: &str, letter: &Letter) -> Vec<u8> {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else { return Vec::new() };
    let id = letter.id.to_string();
    let expires = letter.expires_at.to_string();
    for part in ["entry letter", &id, &letter.purpose, &expires, &letter.entry] {
        mac.update(&u64::try_from(part.len()).unwrap_or(0).to_be_bytes());
        mac.update(part.as_bytes());
    }
    mac.finalize().into_bytes().to_vec()
}

/// Whether two texts are the same, found out in the same time wherever they differ. Nothing is never the same.
fn same(one: &[u8], other: &[u8]) -> bool {
    let differ = one.iter().zip(other).fold(0, |differ, (one, other)| differ | (one ^ other));
    !one.is_empty() && one.len() == other.len() && differ == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::{NewLetter, Place};

    #[tokio::test]
    async fn a_token_is_of_one_letter_and_cannot_be_made_up() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&Place::Sqlite(folder.path().join("vigie.db"))).await.unwrap();
        for round in 1..=2 {
            let letter = NewLetter {
                entry: "rpps:1".to_owned(),
                purpose: "confirm".to_owned(),
                round,
                address: "a@exemple.fr".to_owned(),
                expires_at: 900,
                quiet_since: 10,
            };
            assert!(store.write_letter(&letter, 5).await.unwrap());
            assert!(!store.write_letter(&letter, 6).await.unwrap(), "nobody gets two for the same thing");
        }
        let (first, second) = (store.letter(1).await.unwrap().unwrap(), store.letter(2).await.unwrap().unwrap());
        let token = of(&store, &first).await.unwrap();
        assert_eq!(read(&store, &token).await.unwrap(), Some(first));
        let (_, signed) = token.split_once('-').unwrap();
        let other = of(&store, &second).await.unwrap();
        assert_ne!(other.split_once('-').unwrap().1, signed);
        for forged in [
            format!("2-{signed}"),
            "1-".to_owned(),
            "1-00".to_owned(),
            format!("{token}0"),
            format!("9-{signed}"),
            "x".to_owned(),
        ] {
            assert_eq!(read(&store, &forged).await.unwrap(), None, "{forged}");
        }
    }
}
