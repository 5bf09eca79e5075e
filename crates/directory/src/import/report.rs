//! What was found in a file, as a table for a spreadsheet.

use super::text::begins_a_formula;
use super::{Finding, Severity};
use care::Language;

/// A table of findings with the rows they are about. What was read in the file is data to a spreadsheet, never a formula.
#[must_use]
pub fn report(findings: &[(u64, Finding)], language: Language) -> String {
    let head = match language {
        Language::Fr => "ligne;gravité;champ;constat;lu",
        Language::En => "row;gravity;field;finding;read",
    };
    // A spreadsheet knows by the mark that the text is UTF-8.
    let mut table = format!("\u{feff}{head}\r\n");
    for (row, finding) in findings {
        let field = finding.field.map_or("", |field| field.label(language));
        let cells = [finding.severity().label(language), field, finding.what.sentence(language), &finding.value];
        table.push_str(&row.to_string());
        cells.iter().for_each(|text| {
            table.push(';');
            table.push_str(&cell(text));
        });
        table.push_str("\r\n");
    }
    table
}

fn cell(text: &str) -> String {
    let guard = if text.starts_with(begins_a_formula) { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

impl Severity {
    /// What people read.
    #[must_use]
    pub fn label(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Warning, Language::Fr) => "à regarder",
            (Self::Warning, Language::En) => "to look at",
            (Self::Skipped, Language::Fr) => "laissée de côté",
            (Self::Skipped, Language::En) => "left out",
            (Self::Refused, Language::Fr) => "refusée",
            (Self::Refused, Language::En) => "refused",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{Field, What};

    #[test]
    fn cells_of_a_report_are_quoted_and_begin_no_formula() {
        let findings = [
            (3, Finding::new(What::LooksLikeCode, Some(Field::Name), "=HYPERLINK(\"http://x\")")),
            (4, Finding::new(What::NameMissing, None, "@SUM(A1)")),
        ];
        let table = report(&findings, Language::Fr);
        assert!(table.contains(";\"'=HYPERLINK(\"\"http://x\"\")\"\r\n"), "{table}");
        assert!(table.contains("4;\"refusée\";\"\";\"il manque un nom\";\"'@SUM(A1)\""), "{table}");
        assert_eq!(table.lines().count(), 3);
    }
}
