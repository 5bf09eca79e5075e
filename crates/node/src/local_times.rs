//! What time it is in each département.

use care::DepartementCode;
use directory::index::LocalTimes;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The time zone of a département, by its name in the database of time zones.
fn zone_of(departement: DepartementCode) -> &'static str {
    match departement.key() {
        "971" | "977" | "978" => "America/Guadeloupe",
        "972" => "America/Martinique",
        "973" => "America/Cayenne",
        "974" => "Indian/Reunion",
        "975" => "America/Miquelon",
        "976" => "Indian/Mayotte",
        "986" => "Pacific/Wallis",
        "987" => "Pacific/Tahiti",
        "988" => "Pacific/Noumea",
        _ => "Europe/Paris",
    }
}

/// The local times at a moment, in milliseconds since 1970.
pub(crate) fn local_times(wall_ms: i64) -> LocalTimes {
    let now = Timestamp::from_millisecond(wall_ms).unwrap_or_default();
    let minute = |zone: &str| {
        let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        let local = zone.to_datetime(now);
        let day = i64::from(local.weekday().to_monday_zero_offset());
        let minute = day * 24 * 60 + i64::from(local.hour()) * 60 + i64::from(local.minute());
        u16::try_from(minute).unwrap_or(0)
    };
    LocalTimes::new(|departement| minute(zone_of(departement)), minute("Europe/Paris"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overseas_it_is_another_time() {
        // Monday 6 July 2026, 10:00 in Paris: 12:00 in La Réunion, 4:00 in Martinique.
        let times = local_times(1_783_324_800_000);
        let at = |code: &str| times.minute_in(DepartementCode::from_key(code).unwrap());
        assert_eq!([at("75"), at("974"), at("972")], [600, 720, 240]);
    }
}
