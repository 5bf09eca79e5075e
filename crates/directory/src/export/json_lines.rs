//! Entries as JSON, one a line, for programs: each is a [`Published`] as it is.

use crate::Published;
use std::io::{Result, Write};

/// Writes entries, one a line.
#[derive(Debug)]
pub struct Lines<W: Write> {
    output: W,
}

impl<W: Write> Lines<W> {
    /// Begins the text.
    #[must_use]
    pub fn new(output: W) -> Self {
        Self { output }
    }

    /// Adds an entry.
    ///
    /// # Errors
    /// What the output refuses.
    pub fn write(&mut self, published: &Published) -> Result<()> {
        serde_json::to_writer(&mut self.output, published)?;
        self.output.write_all(b"\n")
    }

    /// Ends the text, and gives the output back.
    ///
    /// # Errors
    /// What the output refuses.
    pub fn finish(mut self) -> Result<W> {
        self.output.flush()?;
        Ok(self.output)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Territory, demo};

    #[test]
    fn each_line_is_one_entry() {
        let mut lines = Lines::new(Vec::new());
        let entries = demo::entries(Territory::load(), 7);
        for entry in entries.iter().take(20) {
            let mut published = entry.published().unwrap();
            published.about = "un\ndeux\u{2028}trois".to_owned();
            lines.write(&published).unwrap();
        }
        let text = String::from_utf8(lines.finish().unwrap()).unwrap();
        let ids: Vec<_> = text
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["id"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(ids, entries.iter().take(20).map(|entry| entry.id.clone()).collect::<Vec<_>>());
    }
}
