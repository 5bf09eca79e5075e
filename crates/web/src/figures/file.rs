//! The same figures as a file for a spreadsheet.

use super::asked::Asked;
use super::table::name;
use crate::words::Words;
use store::reports::figures::Figure;

/// The file: a heading, and a row for each figure. Numbers have a point, shares go from 0 to 1, times are in seconds.
pub(super) fn text(words: Words, asked: &Asked, now: &[Figure], before: &[Figure]) -> String {
    let line = asked.line.as_ref().map_or("", |line| line.0.as_str());
    let thresholds = asked.thresholds;
    let mut file = String::from(
        "line,from,to,zone,within_seconds,level,short_seconds,figure,name,unit,value,before_from,before_to,before_value\r\n",
    );
    for (figure, earlier) in now.iter().zip(before) {
        let cells = [
            line.to_owned(),
            asked.days.from.to_string(),
            asked.days.to.to_string(),
            asked.zone_name.clone(),
            (thresholds.level_ms / 1000).to_string(),
            thresholds.level_of.key().to_owned(),
            (thresholds.short_ms / 1000).to_string(),
            figure.key.to_owned(),
            name(words, figure.key).to_owned(),
            figure.value.unit().to_owned(),
            figure.value.written(),
            asked.before.from.to_string(),
            asked.before.to.to_string(),
            earlier.value.written(),
        ];
        file.push_str(&cells.map(|text| cell(&text)).join(","));
        file.push_str("\r\n");
    }
    file
}

/// A cell in quotes (RFC 4180). What a spreadsheet would take for a formula is text here.
pub(crate) fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    format!("\"{}{}\"", if formula { "'" } else { "" }, text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn cells_are_quoted_and_none_is_a_formula() {
        assert_eq!(cell("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(cell("=1+1"), "\"'=1+1\"");
        assert_eq!(cell("0.25"), "\"0.25\"");
    }
}
