//! Names as people type them: without accents, hyphens or capital letters, and with « st » for « saint ».

/// The longest text that is looked at, in characters. The longest name of a commune has 45.
const LONGEST: usize = 80;

/// A name with everything taken away that people leave out: « Saint-Étienne », « st etienne » and « SAINT ETIENNE »
/// all become `saint etienne`.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars().take(LONGEST).flat_map(char::to_lowercase) {
        match plain(letter) {
            Some(letters) => folded.push_str(letters),
            None if is_mark(letter) => {}
            None if letter.is_alphanumeric() => folded.push(letter),
            None => folded.push(' '),
        }
    }
    let words = folded.split_whitespace().map(|word| match word {
        "st" => "saint",
        "ste" => "sainte",
        _ => word,
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Accents may come as marks of their own after a letter, as some keyboards send them.
fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}')
}

fn plain(letter: char) -> Option<&'static str> {
    Some(match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => "a",
        'æ' => "ae",
        'ç' => "c",
        'è' | 'é' | 'ê' | 'ë' => "e",
        'ì' | 'í' | 'î' | 'ï' => "i",
        'ñ' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' => "o",
        'œ' => "oe",
        'ù' | 'ú' | 'û' | 'ü' => "u",
        'ý' | 'ÿ' => "y",
        _ => return None,
    })
}

/// How many letters must be put in, taken out, changed or swapped with their neighbour (the optimal string alignment).
pub(crate) fn edits(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > 2 {
        return usize::MAX;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=other.len()).collect();
    for (row, letter) in one.iter().enumerate() {
        let mut line = vec![row + 1];
        for (column, against) in other.iter().enumerate() {
            let at = |line: &Vec<usize>, place: usize| line.get(place).copied().unwrap_or(usize::MAX / 2);
            let mut least = (at(&above, column) + usize::from(letter != against))
                .min(at(&above, column + 1) + 1)
                .min(at(&line, column) + 1);
            let swapped =
                row > 0 && column > 0 && one.get(row - 1) == Some(against) && other.get(column - 1) == Some(letter);
            if swapped {
                least = least.min(at(&before, column - 1) + 1);
            }
            line.push(least);
        }
        before = std::mem::replace(&mut above, line);
    }
    above.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_however_it_is_typed() {
        for typed in ["Saint-Étienne", "st etienne", "  SAINT   E\u{301}TIENNE ", "St-Étienne"] {
            assert_eq!(fold(typed), "saint etienne", "{typed}");
        }
        assert_eq!(fold("L'Haÿ-les-Roses"), "l hay les roses");
        assert_eq!(fold("Ste-Marie-aux-Mines"), "sainte marie aux mines");
        assert_eq!(fold("Nœux-les-Mines"), "noeux les mines");
        assert_eq!(fold("Stains"), "stains");
        assert_eq!(fold(" -' "), "");
    }
}
