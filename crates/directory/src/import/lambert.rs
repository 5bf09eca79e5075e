//! From the Lambert-93 projection, in which FINESS gives the points of the mainland, to latitude and longitude.
//!
//! The formulas are those of IGN's note NTG 71 (algorithms ALG0002 and ALG0004) for a conformal conic with two standard
//! parallels, on the ellipsoid IAG GRS 80. RGF93 and WGS 84 differ by less than a few decimetres, which is nothing here.

use crate::Point;

/// The first eccentricity of the ellipsoid IAG GRS 80.
const ECCENTRICITY: f64 = 0.081_819_191_042_816;
/// The exponent of the projection, n.
const EXPONENT: f64 = 0.725_607_765_053_267;
/// The constant of the projection, C, in metres.
const CONSTANT: f64 = 11_754_255.426_1;
/// The easting of the pole, in metres.
const POLE_EAST: f64 = 700_000.0;
/// The northing of the pole, in metres.
const POLE_NORTH: f64 = 12_655_612.049_9;
/// The longitude of the origin, in degrees.
const MERIDIAN: f64 = 3.0;

/// The point with these coordinates in metres; none when they are not of the mainland and Corsica.
#[must_use]
pub(super) fn point(east: f64, north: f64) -> Option<Point> {
    if !(0.0..1_400_000.0).contains(&east) || !(6_000_000.0..7_300_000.0).contains(&north) {
        return None;
    }
    let (right, down) = (east - POLE_EAST, POLE_NORTH - north);
    let radius = right.hypot(down);
    let longitude = MERIDIAN.to_radians() + (right / down).atan() / EXPONENT;
    let isometric = -(radius / CONSTANT).abs().ln() / EXPONENT;
    Some(Point { latitude: latitude(isometric).to_degrees(), longitude: longitude.to_degrees() })
}

/// The latitude whose isometric latitude this is, by iteration; it converges by two digits a step.
fn latitude(isometric: f64) -> f64 {
    let quarter = std::f64::consts::FRAC_PI_2;
    let mut latitude = 2.0 * isometric.exp().atan() - quarter;
    for _ in 0..10 {
        let sine = ECCENTRICITY * latitude.sin();
        let factor = ((1.0 + sine) / (1.0 - sine)).powf(ECCENTRICITY / 2.0);
        latitude = 2.0 * (factor * isometric.exp()).atan() - quarter;
    }
    latitude
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_points_are_found() {
        // A structure whose file gives both: the origin of the projection, too, is known by definition.
        for (east, north, latitude, longitude) in
            [(873_766.07, 6_570_414.61, 46.211_257, 5.254_203), (700_000.0, 6_600_000.0, 46.5, 3.0)]
        {
            let found = point(east, north).unwrap();
            let metres = found.distance_km(Point { latitude, longitude }) * 1_000.0;
            assert!(metres < 1.0, "{metres} m from {found:?}");
        }
    }

    #[test]
    fn what_is_not_of_the_mainland_is_refused() {
        for (east, north) in [(0.0, 0.0), (6_570_414.0, 873_766.0), (f64::NAN, 6_600_000.0), (342_000.0, 7_640_000.0)] {
            assert_eq!(point(east, north), None);
        }
    }
}
