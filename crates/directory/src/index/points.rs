//! Points as the index has them: in millionths of a degree, which is a tenth of a metre.

use crate::Point;

/// A point in millionths of a degree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub(super) struct MicroPoint {
    pub(super) latitude: i32,
    pub(super) longitude: i32,
}

const TURN: f64 = 360_000_000.0;
/// Kilometres in a millionth of a degree of latitude, on a sphere of 6,371 km.
const KM: f64 = 6_371.0 * std::f64::consts::PI / 180_000_000.0;

impl From<Point> for MicroPoint {
    fn from(point: Point) -> Self {
        // A conversion from a float stops at the ends of the range, and what is no number becomes zero.
        #[allow(clippy::cast_possible_truncation, reason = "degrees of the Earth in millionths fit by far")]
        let micro = |degrees: f64| (degrees * 1_000_000.0).round() as i32;
        Self { latitude: micro(point.latitude), longitude: micro(point.longitude) }
    }
}

/// The distance on a flat map around the first point, in kilometres: within 1 % of the great circle's up to 150 km in
/// France, and enough to tell far from near beyond.
pub(super) fn planar_km(from: MicroPoint, to: MicroPoint) -> f64 {
    scaled_km(from, to, scale(from))
}

/// How much shorter a degree of longitude is than one of latitude.
pub(super) fn scale(at: MicroPoint) -> f64 {
    (f64::from(at.latitude) / 1_000_000.0).to_radians().cos()
}

/// The same for many points, with the scale known.
pub(super) fn scaled_km(from: MicroPoint, to: MicroPoint, scale: f64) -> f64 {
    let north = f64::from(to.latitude) - f64::from(from.latitude);
    let mut east = (f64::from(to.longitude) - f64::from(from.longitude)).abs();
    if east > TURN / 2.0 {
        east = TURN - east;
    }
    let east = east * scale;
    north.hypot(east) * KM
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flat_map_is_near_enough() {
        let saint_etienne = Point { latitude: 45.434, longitude: 4.39 };
        for (latitude, longitude) in [(45.5, 4.5), (46.5, 4.4), (45.4, 6.2), (44.4, 3.2)] {
            let other = Point { latitude, longitude };
            let (flat, round) = (planar_km(saint_etienne.into(), other.into()), saint_etienne.distance_km(other));
            assert!((flat - round).abs() < 0.01 * round, "{flat} {round}");
        }
    }
}
