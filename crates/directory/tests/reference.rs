//! The joined points, measured against contours of the communes. Runs only where such a measure is at hand: a folder
//! named by `VIGIE_REFERENCE_DATA` that holds `geo/communes.csv` (code first, latitude and longitude last).
#![allow(clippy::indexing_slicing, reason = "a test may stop at once, and so may what it calls")]

use directory::{Point, PointSource, Territory};

#[test]
fn joined_points_are_near_the_true_ones() {
    let Ok(folder) = std::env::var("VIGIE_REFERENCE_DATA") else {
        return;
    };
    let reference = std::fs::read_to_string(format!("{folder}/geo/communes.csv")).unwrap();
    let mut errors = Vec::new();
    let mut errors_by_name = Vec::new();
    for row in reference.lines().skip(1) {
        let cells: Vec<_> = row.split(',').collect();
        let [code, .., latitude, longitude] = cells.as_slice() else {
            continue;
        };
        let (Ok(latitude), Ok(longitude)) = (latitude.parse(), longitude.parse()) else {
            continue;
        };
        let Some(commune) = Territory::load().commune(code) else {
            continue;
        };
        let error = commune.point.distance_km(Point { latitude, longitude });
        errors.push(error);
        if commune.point_source == PointSource::Name {
            errors_by_name.push(error);
        }
    }
    assert!(errors.len() > 34_000, "{}", errors.len());
    let (median, far) = (at(&mut errors, 0.5), at(&mut errors, 0.99));
    let by_name = at(&mut errors_by_name, 0.5);
    let over_ten = errors.iter().filter(|error| **error > 10.0).count();
    println!(
        "median {median:.2} km, p99 {far:.2} km, by name {by_name:.2} km, over 10 km {over_ten} of {}",
        errors.len()
    );
    assert!(median < 6.0 && far < 32.0 && by_name < 1.5, "{median} {far} {by_name}");
}

/// The error below which this share of the communes lies.
fn at(errors: &mut [f64], share: f64) -> f64 {
    errors.sort_by(f64::total_cmp);
    errors[(errors.len() as f64 * share) as usize]
}
