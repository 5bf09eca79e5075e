//! G.711 (ITU-T G.711, 1988): A-law and µ-law, to linear 16-bit samples and back.

use std::sync::LazyLock;

/// The A-law code of silence.
pub const SILENCE: u8 = 0xD5;

/// One A-law code as a linear sample.
#[must_use]
pub fn alaw_to_linear(code: u8) -> i16 {
    let code = code ^ 0x55;
    let magnitude = i16::from(code & 0x0F) << 4;
    let segment = (code & 0x70) >> 4;
    let value = match segment {
        0 => magnitude + 8,
        1 => magnitude + 0x108,
        segment => (magnitude + 0x108) << (segment - 1),
    };
    if code & 0x80 == 0 { -value } else { value }
}

/// One linear sample as an A-law code.
#[must_use]
pub fn linear_to_alaw(sample: i16) -> u8 {
    let (sign, magnitude) = if sample >= 0 { (0x80, i32::from(sample)) } else { (0, -i32::from(sample) - 1) };
    let magnitude = magnitude.clamp(0, 32_767);
    let code = if magnitude < 256 {
        magnitude >> 4
    } else {
        let segment = (31 - magnitude.leading_zeros() as i32) - 7;
        (segment << 4) | ((magnitude >> (segment + 3)) & 0x0F)
    };
    (u8::try_from(code & 0x7F).unwrap_or(0) | sign) ^ 0x55
}

/// One µ-law code as a linear sample.
#[must_use]
pub fn ulaw_to_linear(code: u8) -> i16 {
    let code = !code;
    let magnitude = ((i16::from(code & 0x0F) << 3) + 0x84) << ((code & 0x70) >> 4);
    if code & 0x80 == 0 { magnitude - 0x84 } else { 0x84 - magnitude }
}

/// One linear sample as a µ-law code.
#[must_use]
pub fn linear_to_ulaw(sample: i16) -> u8 {
    let sign: u8 = if sample < 0 { 0x80 } else { 0 };
    let magnitude = (i32::from(sample).abs().min(32_635)) + 0x84;
    let segment = (31 - magnitude.leading_zeros() as i32) - 7;
    let mantissa = (magnitude >> (segment + 3)) & 0x0F;
    !(sign | u8::try_from((segment << 4) | mantissa).unwrap_or(0))
}

/// A-law turned to linear and back by table: what mixing costs for each sample is one look-up each way.
pub struct Tables {
    linear: [i16; 256],
    /// By the upper twelve bits of a sample: A-law drops the lower four of every one.
    codes: Box<[u8]>,
}

impl Tables {
    /// The tables, made once.
    #[must_use]
    pub fn get() -> &'static Self {
        static TABLES: LazyLock<Tables> = LazyLock::new(Tables::make);
        &TABLES
    }

    fn make() -> Self {
        let linear = std::array::from_fn(|code| alaw_to_linear(u8::try_from(code).unwrap_or(SILENCE)));
        let codes = (0..=0xFFFu16).map(|upper| linear_to_alaw((upper << 4).cast_signed())).collect();
        Self { linear, codes }
    }

    /// One A-law code as a linear sample.
    #[must_use]
    pub fn linear(&self, code: u8) -> i16 {
        self.linear.get(usize::from(code)).copied().unwrap_or(0)
    }

    /// One linear sample as an A-law code.
    #[must_use]
    pub fn code(&self, sample: i16) -> u8 {
        self.codes.get(usize::from(sample.cast_unsigned() >> 4)).copied().unwrap_or(SILENCE)
    }
}

/// A µ-law payload as A-law.
#[must_use]
pub fn ulaw_to_alaw(payload: &[u8]) -> Vec<u8> {
    payload.iter().map(|code| linear_to_alaw(ulaw_to_linear(*code))).collect()
}

/// An A-law payload as µ-law.
#[must_use]
pub fn alaw_to_ulaw(payload: &[u8]) -> Vec<u8> {
    payload.iter().map(|code| linear_to_ulaw(alaw_to_linear(*code))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_survives_the_way_to_linear_and_back() {
        for code in 0..=255u8 {
            assert_eq!(linear_to_alaw(alaw_to_linear(code)), code, "A-law {code:#04x}");
            let again = linear_to_ulaw(ulaw_to_linear(code));
            // µ-law has two codes for zero.
            assert!(again == code || (code == 0x7F && again == 0xFF), "µ-law {code:#04x} became {again:#04x}");
        }
    }

    #[test]
    fn the_tables_say_what_the_formulas_say() {
        let tables = Tables::get();
        for sample in i16::MIN..=i16::MAX {
            assert_eq!(tables.code(sample), linear_to_alaw(sample), "{sample}");
        }
        for code in 0..=255u8 {
            assert_eq!(tables.linear(code), alaw_to_linear(code));
        }
    }

    #[test]
    fn known_points_of_the_recommendation() {
        assert_eq!(alaw_to_linear(0xD5), 8);
        assert_eq!(alaw_to_linear(0xAA), 32_256);
        assert_eq!(alaw_to_linear(0x2A), -32_256);
        assert_eq!(ulaw_to_linear(0xFF), 0);
        assert_eq!(ulaw_to_linear(0x80), 32_124);
        assert_eq!(ulaw_to_linear(0x00), -32_124);
    }

    #[test]
    fn linear_error_stays_within_the_step() {
        for sample in (-32_000..32_000i16).step_by(37) {
            let back = alaw_to_linear(linear_to_alaw(sample));
            let step = (f64::from(sample).abs() / 16.0).max(16.0);
            assert!((f64::from(back) - f64::from(sample)).abs() <= step, "{sample} became {back}");
        }
    }
}
