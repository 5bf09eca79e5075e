//! Chance from a seed (SplitMix64), so that every night can be lived again.

/// Chance.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// Chance from this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x2545_F491_4F6C_DD1D) ^ 0x9E37_79B9_7F4A_7C15)
    }

    /// Sixty-four fresh bits.
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// A whole number from `from` up to and without `to`; `from` if there is none.
    pub fn within(&mut self, from: u64, to: u64) -> u64 {
        if to <= from { from } else { from + self.roll() % (to - from) }
    }

    /// Whether something of this chance, in thousandths, comes true.
    pub fn thousandths(&mut self, chance: u64) -> bool {
        self.roll() % 1000 < chance
    }

    /// From 0, included, to 1, excluded.
    #[allow(clippy::cast_precision_loss, reason = "53 bits fit a double exactly")]
    pub fn unit(&mut self) -> f64 {
        (self.roll() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// An exponential time of this mean, in milliseconds.
    pub fn exponential(&mut self, mean: u64) -> u64 {
        whole(-(1.0 - self.unit()).ln() * real(mean))
    }

    /// A log-normal time of this mean, in milliseconds. `sigma` is that of its logarithm.
    pub fn log_normal(&mut self, mean: u64, sigma: f64) -> u64 {
        let normal = (-2.0 * (1.0 - self.unit()).ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos();
        let mu = real(mean).ln() - sigma * sigma / 2.0;
        whole((mu + sigma * normal).exp())
    }
}

#[allow(clippy::cast_precision_loss, reason = "times of a night fit a double exactly")]
fn real(milliseconds: u64) -> f64 {
    milliseconds as f64
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a year of milliseconds")]
fn whole(milliseconds: f64) -> u64 {
    milliseconds.clamp(0.0, 3.2e10) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_chance_again_and_the_means_are_what_was_asked() {
        assert_eq!(Dice::new(7).roll(), Dice::new(7).roll());
        let mut dice = Dice::new(1);
        let count = 40_000;
        let mean = |draws: Vec<u64>| draws.iter().sum::<u64>() / count;
        let exponential = mean((0..count).map(|_| dice.exponential(60_000)).collect());
        let log_normal = mean((0..count).map(|_| dice.log_normal(60_000, 0.7)).collect());
        assert!((58_500..61_500).contains(&exponential), "{exponential}");
        assert!((58_000..62_000).contains(&log_normal), "{log_normal}");
    }
}
