//! Names and addresses (RFC 3261 section 20.10) and the parameters after them, read and put in the stack's spelling. Pure.

use super::head::trim;
use super::uri::stack_reads_parameters;

/// What a From, To or Contact holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Address<'a> {
    pub(super) uri: &'a str,
    pub(super) tag: Option<&'a str>,
}

/// Reads one name and address with its parameters. `None` for what has no end, is two, or is none.
pub(super) fn read(value: &str) -> Option<Address<'_>> {
    let value = trim(value);
    let (uri, rest) = match value.strip_prefix('"') {
        Some(named) => bracketed(trim(after_quotes(named)?).strip_prefix('<')?)?,
        None => match value.split_once('<') {
            // A name without quotes is made of words; a comma in it would make it two addresses.
            Some((name, rest)) if !name.contains(['"', ',', ';', '>']) => bracketed(rest)?,
            Some(_) => return None,
            None => {
                let (uri, rest) = value.split_at(value.find(';').unwrap_or(value.len()));
                // An address without brackets has none of these in it (RFC 3261 section 20).
                if uri.contains([',', '?', '>', '"']) {
                    return None;
                }
                (uri, rest)
            }
        },
    };
    let (uri, rest) = (trim(uri), trim(rest));
    if uri.is_empty() || uri.contains([' ', '\t', '<', '"']) || !(rest.is_empty() || rest.starts_with(';')) {
        return None;
    }
    // The stack would find no tag beside a parameter that it cannot read.
    if !stack_reads_parameters(rest) {
        return None;
    }
    Some(Address { uri, tag: tag(rest)? })
}

fn bracketed(rest: &str) -> Option<(&str, &str)> {
    rest.split_once('>')
}

/// What follows the closing quote; a quote after a backslash closes nothing.
pub(in crate::sip) fn after_quotes(named: &str) -> Option<&str> {
    let mut escaped = false;
    let end = named.char_indices().find_map(|(at, letter)| {
        let closes = letter == '"' && !escaped;
        escaped = letter == '\\' && !escaped;
        closes.then_some(at)
    })?;
    named.get(end + 1..)
}

/// The tag among parameters: none, one, or `None` for what is wrong.
fn tag(parameters: &str) -> Option<Option<&str>> {
    let (mut quoted, mut escaped) = (false, false);
    let mut unquoted = parameters.chars().filter(|letter| {
        let pair = std::mem::take(&mut escaped);
        match letter {
            '\\' if quoted && !pair => escaped = true,
            '"' if !pair => quoted = !quoted,
            _ => {}
        }
        !quoted
    });
    if unquoted.any(|letter| matches!(letter, ',' | '<' | '>')) || quoted {
        return None;
    }
    let mut tag = None;
    for parameter in parameters.split(';') {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        if trim(name).eq_ignore_ascii_case("tag") {
            let value = trim(value);
            // Some write more into a tag than a word (RFC 3261 section 25.1): it is compared, and not read.
            if tag.is_some()
                || value.is_empty()
                || value.contains(|letter: char| letter == '"' || !letter.is_ascii_graphic())
            {
                return None;
            }
            tag = Some(value);
        }
    }
    Some(tag)
}

/// Whether a value is spelt in a way that the stack misreads: blanks around what parts its parameters, or a name in quotes
/// that has brackets or backslashes in it.
pub(super) fn is_odd(value: &str) -> bool {
    let blank = |byte: u8| byte == b' ' || byte == b'\t';
    let parts = |byte: u8| matches!(byte, b';' | b'=' | b'/');
    let pairs = value.bytes().zip(value.bytes().skip(1));
    let spaced = pairs.into_iter().any(|(one, two)| (blank(one) && parts(two)) || (parts(one) && blank(two)));
    spaced || value.contains("< ") || value.contains(" >") || quotes_are_odd(value)
}

fn quotes_are_odd(value: &str) -> bool {
    value.contains('\\') || {
        let mut quoted = false;
        value.contains('"')
            && value.bytes().any(|byte| {
                quoted ^= byte == b'"';
                quoted && matches!(byte, b'<' | b'>')
            })
    }
}

/// The same value in a spelling that everybody reads alike. Of a name in quotes, what could be taken for an end of it is
/// written as a line below; nothing else of what it means changes.
pub(super) fn tidied(value: &str) -> String {
    let mut tidy = String::with_capacity(value.len());
    let (mut quoted, mut bracketed, mut escaped, mut skipping) = (false, false, false, false);
    for letter in value.chars() {
        if std::mem::take(&mut escaped) {
            tidy.push('_');
            continue;
        }
        match letter {
            '\\' if quoted => {
                escaped = true;
                continue;
            }
            '"' => quoted = !quoted,
            '<' | '>' if quoted => {
                tidy.push('_');
                continue;
            }
            '<' => bracketed = true,
            '>' => bracketed = false,
            _ => {}
        }
        let blank = matches!(letter, ' ' | '\t');
        // Between brackets there are no blanks at all; elsewhere they go before and after what parts parameters.
        if !quoted && blank && (bracketed || skipping) {
            continue;
        }
        let parts = !quoted && !bracketed && matches!(letter, ';' | '=' | '/');
        if parts {
            tidy.truncate(tidy.trim_end_matches([' ', '\t']).len());
        }
        skipping = parts;
        tidy.push(letter);
    }
    tidy
}
