//! Points on the Earth, and how far they are from one another.

use serde::{Deserialize, Serialize};

/// A place on the Earth, in degrees (WGS 84).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Degrees north of the equator.
    pub latitude: f64,
    /// Degrees east of Greenwich.
    pub longitude: f64,
}

/// The mean radius of the Earth, in kilometres.
const EARTH_RADIUS_KM: f64 = 6_371.0;

impl Point {
    /// The distance along a great circle, in kilometres. Roads are longer; the order of the nearest is much the same.
    #[must_use]
    pub fn distance_km(self, other: Self) -> f64 {
        let (from, to) = (self.latitude.to_radians(), other.latitude.to_radians());
        let half_latitude = ((to - from) / 2.0).sin();
        let half_longitude = ((other.longitude - self.longitude).to_radians() / 2.0).sin();
        let haversine = half_latitude * half_latitude + from.cos() * to.cos() * half_longitude * half_longitude;
        // Rounding may carry antipodes a hair above one, where the arc sine ends.
        2.0 * EARTH_RADIUS_KM * haversine.sqrt().min(1.0).asin()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_distances_are_found() {
        let at = |latitude, longitude| Point { latitude, longitude };
        let (paris, lyon, fort_de_france) = (at(48.8534, 2.3488), at(45.7491, 4.8479), at(14.6089, -61.0733));
        assert!((paris.distance_km(lyon) - 392.0).abs() < 3.0);
        assert!((paris.distance_km(fort_de_france) - 6_850.0).abs() < 60.0);
        assert!(paris.distance_km(paris) < 1e-9);
        assert!((at(0.0, 0.0).distance_km(at(0.0, 180.0)) - 20_015.0).abs() < 1.0);
    }

    #[test]
    fn the_date_line_is_no_wall() {
        let (west, east) = (Point { latitude: -14.0, longitude: 179.9 }, Point { latitude: -14.0, longitude: -179.9 });
        assert!(west.distance_km(east) < 25.0);
    }
}
