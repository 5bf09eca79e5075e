//! Texts as files bring them: broken accents, invisible characters, programs in a cell.

use super::{Field, Finding, What};

/// The most characters that a text on one line may have.
const LINE_LIMIT: usize = 400;
/// The most characters of a register's identifier; they are also keys, and a web address at the longest.
const IDENTIFIER_LIMIT: usize = 200;
/// The most characters that a text on several lines may have.
const BLOCK_LIMIT: usize = 8_000;

/// Whether a character must not reach a screen: control characters, those that turn the direction of writing, and those that
/// take no room.
pub(crate) fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{2028}' | '\u{2029}' | '\u{e0000}'..='\u{e007f}')
}

/// A text of one line: accents put right, blanks made one space, nothing hidden in it.
pub(crate) fn line(text: &str, field: Field, findings: &mut Vec<Finding>) -> String {
    let repaired = repair(text, field, findings);
    let text = repaired.as_deref().unwrap_or(text);
    let plain = text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) && !text.contains("  ");
    let mut tidy = if plain { text.trim().to_owned() } else { one_line(text, field, findings) };
    cut(&mut tidy, LINE_LIMIT, field, findings);
    warn_of_code(&tidy, field, findings);
    tidy
}

/// A text that may have several lines; they end with a line feed.
pub(crate) fn block(text: &str, field: Field, findings: &mut Vec<Finding>) -> String {
    let repaired = repair(text, field, findings);
    let text = repaired.as_deref().unwrap_or(text).replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    let lines: Vec<_> = text.trim().split('\n').map(|text| one_line(text, field, findings)).collect();
    let mut tidy = lines.join("\n").trim().to_owned();
    cut(&mut tidy, BLOCK_LIMIT, field, findings);
    warn_of_code(&tidy, field, findings);
    tidy
}

/// Cuts texts that were put together from several, as long as each may be by itself.
pub(crate) fn cut_block(text: &mut String, field: Field, findings: &mut Vec<Finding>) {
    cut(text, BLOCK_LIMIT, field, findings);
}

/// Cuts what a register calls something.
pub(crate) fn cut_identifier(text: &mut String, findings: &mut Vec<Finding>) {
    cut(text, IDENTIFIER_LIMIT, Field::Identifiers, findings);
}

fn one_line(text: &str, field: Field, findings: &mut Vec<Finding>) -> String {
    let mut tidy = String::with_capacity(text.len());
    let (mut blank, mut hidden) = (false, false);
    for letter in text.chars() {
        // A no-break space is kept: names and numbers of the house have them.
        let is_blank = matches!(letter, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}');
        if is_blank {
            blank = !tidy.is_empty();
        } else if is_hidden(letter) {
            hidden = true;
        } else {
            if std::mem::take(&mut blank) {
                tidy.push(' ');
            }
            tidy.push(letter);
        }
    }
    if hidden {
        findings.push(Finding::new(What::HiddenCharacters, Some(field), &tidy));
    }
    tidy.trim().to_owned()
}

fn cut(text: &mut String, limit: usize, field: Field, findings: &mut Vec<Finding>) {
    if text.len() > limit
        && let Some((end, _)) = text.char_indices().nth(limit)
    {
        findings.push(Finding::new(What::TooLong, Some(field), text));
        text.truncate(end);
        text.truncate(text.trim_end().len());
    }
}

/// Whether a spreadsheet would take a cell that begins so for a formula.
pub(crate) fn begins_a_formula(letter: char) -> bool {
    matches!(letter, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
}

fn warn_of_code(text: &str, field: Field, findings: &mut Vec<Finding>) {
    let formula = text.starts_with(['=', '@', '＝', '＠'])
        || text.starts_with(['+', '-']) && text.contains('(') && text.contains(|letter: char| letter.is_alphabetic());
    let markup = || {
        text.match_indices('<').any(|(at, _)| {
            let after = text.get(at + 1..).unwrap_or_default();
            after.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '/' || letter == '!')
        })
    };
    if formula || (text.contains('<') && markup()) || text.to_ascii_lowercase().contains("javascript:") {
        findings.push(Finding::new(What::LooksLikeCode, Some(field), text));
    }
}

/// The text with its accents put right, when its bytes were UTF-8 that somebody read as Windows-1252: « Ã‰tienne ».
fn repair(text: &str, field: Field, findings: &mut Vec<Finding>) -> Option<String> {
    if !text.contains(['Ã', 'Â', 'â', 'Å']) {
        return None;
    }
    // All of it must be such bytes: « Ã » by itself, and « Ã » beside a letter that is no byte of a sequence, are letters.
    let once = |text: &str| {
        let bytes: Option<Vec<u8>> = text.chars().map(super::encoding::byte_of).collect();
        String::from_utf8(bytes?).ok().filter(|repaired| repaired != text)
    };
    let mut repaired = once(text)?;
    // It may have happened more than once.
    while let Some(better) = once(&repaired) {
        repaired = better;
    }
    findings.push(Finding::new(What::Mojibake, Some(field), text));
    Some(repaired)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, Vec<What>) {
        let mut findings = Vec::new();
        let text = line(text, Field::Name, &mut findings);
        (text, findings.into_iter().map(|finding| finding.what).collect())
    }

    #[test]
    fn plain_texts_are_left_alone() {
        for text in ["Cabinet Exemple", "Étienne", "Ângela", "PÃO", "«\u{a0}Écoute\u{a0}»", "3 < 4", "-12"] {
            assert_eq!(read(text), (text.to_owned(), Vec::new()));
        }
    }

    #[test]
    fn broken_accents_are_put_right() {
        assert_eq!(read("Ã‰tienne dâ€™Exemple"), ("Étienne d’Exemple".to_owned(), vec![What::Mojibake]));
        assert_eq!(read("CafÃƒÂ©"), ("Café".to_owned(), vec![What::Mojibake]));
        assert_eq!(read("CafÃ©"), ("Café".to_owned(), vec![What::Mojibake]));
    }

    #[test]
    fn what_is_hidden_is_taken_out_and_what_is_code_stays_text() {
        assert_eq!(read(" a\u{0} \t b\u{202e} "), ("a b".to_owned(), vec![What::HiddenCharacters]));
        for code in ["<script>alert(1)</script>", "=HYPERLINK(\"x\")", "@SUM(A1)", "+cmd|' /C calc'!(A0)"] {
            assert_eq!(read(code), (code.to_owned(), vec![What::LooksLikeCode]), "{code}");
        }
        let (long, findings) = read(&"é".repeat(900));
        assert_eq!((long.chars().count(), findings), (LINE_LIMIT, vec![What::TooLong]));
    }

    #[test]
    fn a_block_keeps_its_lines() {
        let mut findings = Vec::new();
        assert_eq!(block(" un \r\n\r\ndeux\rtrois ", Field::About, &mut findings), "un\n\ndeux\ntrois");
        assert_eq!(findings, []);
    }
}
