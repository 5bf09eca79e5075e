//! What is changed about a service, to see what would happen.

/// What is changed about a service.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WhatIf {
    /// So many people more (or fewer) on shift.
    pub listeners: i32,
    /// So many times the calls.
    pub surge: f64,
}

impl Default for WhatIf {
    fn default() -> Self {
        Self { listeners: 0, surge: 1.0 }
    }
}

impl std::fmt::Display for WhatIf {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "listeners={:+}, surge={}", self.listeners, self.surge)
    }
}

impl WhatIf {
    /// Reads `listeners=-2,surge=3`; either may be left out.
    ///
    /// # Errors
    /// Words that say what cannot be read, and what could be.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut what_if = Self::default();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (name, value) = part
                .split_once('=')
                .ok_or_else(|| format!("'{part}': write a name and a number, such as listeners=-2 or surge=3"))?;
            match name.trim() {
                "listeners" => {
                    let listeners = value.trim().parse::<i32>().ok().filter(|number| number.abs() <= 10_000);
                    what_if.listeners = listeners
                        .ok_or_else(|| format!("'{part}': listeners is a whole number, such as listeners=-2"))?;
                }
                "surge" => {
                    let surge = value.trim().parse::<f64>().ok().filter(|times| (0.01..=1000.0).contains(times));
                    what_if.surge =
                        surge.ok_or_else(|| format!("'{part}': surge is a number of times, 0.01 to 1000"))?;
                }
                other => return Err(format!("'{other}' cannot be changed: listeners and surge can")),
            }
        }
        Ok(what_if)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_if_is_read_and_wrong_words_are_refused() {
        assert_eq!(WhatIf::read("listeners=-2,surge=3"), Ok(WhatIf { listeners: -2, surge: 3.0 }));
        assert_eq!(WhatIf::read(" surge = 1.5 "), Ok(WhatIf { listeners: 0, surge: 1.5 }));
        assert_eq!(WhatIf::read(""), Ok(WhatIf::default()));
        for wrong in ["listeners", "listeners=two", "listeners=1.5", "surge=0", "surge=nan", "rain=1"] {
            let words = WhatIf::read(wrong).unwrap_err();
            assert!(words.contains("listeners") || words.contains("surge"), "{wrong}: {words}");
        }
        assert_eq!(WhatIf { listeners: -2, surge: 1.5 }.to_string(), "listeners=-2, surge=1.5");
    }
}
