//! Percentiles by nearest rank.

/// The percentile by nearest rank: the smallest value such that at least `percent` of all values are not above it. It is
/// always a value that really occurred, and needs no rule for what lies between two. None when there is no value.
pub(crate) fn nearest_rank(sorted: &[i64], percent: usize) -> Option<i64> {
    let rank = sorted.len().saturating_mul(percent).div_ceil(100).max(1);
    sorted.get(rank.saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::nearest_rank;

    #[test]
    fn it_is_the_textbook_definition() {
        let values = [15, 20, 35, 40, 50];
        let found: Vec<_> = [0, 5, 30, 40, 50, 100].iter().map(|percent| nearest_rank(&values, *percent)).collect();
        assert_eq!(found, [15, 15, 20, 20, 35, 50].map(Some));
        assert_eq!(nearest_rank(&[], 50), None);
        assert_eq!(nearest_rank(&[7], 99), Some(7));
        let hundred: Vec<i64> = (1..=100).collect();
        assert_eq!(nearest_rank(&hundred, 90), Some(90));
        assert_eq!(nearest_rank(&hundred, 99), Some(99));
    }
}
