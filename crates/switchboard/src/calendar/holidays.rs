//! Public holidays of France: the eleven of the Labour Code (article L3133-1), those of Alsace-Moselle (articles L3134-13
//! and following) and those of each overseas territory (law of 30 June 1983 and local rules).

use super::Date;
use serde::{Deserialize, Serialize};

/// Whose holidays count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Territory {
    /// Metropolitan France without Alsace-Moselle.
    Metropole,
    /// Bas-Rhin, Haut-Rhin and Moselle.
    AlsaceMoselle,
    /// Guadeloupe.
    Guadeloupe,
    /// Martinique.
    Martinique,
    /// Guyane.
    Guyane,
    /// La Réunion.
    Reunion,
    /// Mayotte.
    Mayotte,
    /// Saint-Martin.
    SaintMartin,
    /// Saint-Barthélemy.
    SaintBarthelemy,
    /// Saint-Pierre-et-Miquelon.
    SaintPierreEtMiquelon,
    /// Wallis-et-Futuna.
    WallisEtFutuna,
    /// Polynésie française.
    PolynesieFrancaise,
    /// Nouvelle-Calédonie.
    NouvelleCaledonie,
}

impl Territory {
    /// Every territory, in the order of the lists that people choose from.
    pub const ALL: [Self; 13] = [
        Self::Metropole,
        Self::AlsaceMoselle,
        Self::Guadeloupe,
        Self::Martinique,
        Self::Guyane,
        Self::Reunion,
        Self::Mayotte,
        Self::SaintMartin,
        Self::SaintBarthelemy,
        Self::SaintPierreEtMiquelon,
        Self::WallisEtFutuna,
        Self::PolynesieFrancaise,
        Self::NouvelleCaledonie,
    ];

    /// The territory's key, as it is written in configurations.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Metropole => "metropole",
            Self::AlsaceMoselle => "alsace-moselle",
            Self::Guadeloupe => "guadeloupe",
            Self::Martinique => "martinique",
            Self::Guyane => "guyane",
            Self::Reunion => "reunion",
            Self::Mayotte => "mayotte",
            Self::SaintMartin => "saint-martin",
            Self::SaintBarthelemy => "saint-barthelemy",
            Self::SaintPierreEtMiquelon => "saint-pierre-et-miquelon",
            Self::WallisEtFutuna => "wallis-et-futuna",
            Self::PolynesieFrancaise => "polynesie-francaise",
            Self::NouvelleCaledonie => "nouvelle-caledonie",
        }
    }

    /// The territory of this key.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|own| own.key() == key)
    }

    /// The key of the holiday that this day is here, if it is one.
    #[must_use]
    pub fn holiday(self, date: Date) -> Option<&'static str> {
        let after_easter = date.days() - Date::easter(date.year()).days();
        national(date, after_easter).or_else(|| self.own(date, after_easter))
    }

    fn own(self, date: Date, after_easter: i64) -> Option<&'static str> {
        let day = (date.month(), date.day());
        match self {
            Self::Metropole | Self::SaintPierreEtMiquelon => None,
            Self::AlsaceMoselle => match (day, after_easter) {
                (_, -2) => Some("good-friday"),
                ((12, 26), _) => Some("saint-stephen"),
                ((_, _), _) => None,
            },
            Self::Guadeloupe => (day == (5, 27)).then_some("abolition-of-slavery"),
            Self::Martinique => (day == (5, 22)).then_some("abolition-of-slavery"),
            Self::Guyane => (day == (6, 10)).then_some("abolition-of-slavery"),
            Self::Reunion => (day == (12, 20)).then_some("abolition-of-slavery"),
            Self::Mayotte => (day == (4, 27)).then_some("abolition-of-slavery"),
            Self::SaintMartin => (day == (5, 28)).then_some("abolition-of-slavery"),
            Self::SaintBarthelemy => (day == (10, 9)).then_some("abolition-of-slavery"),
            Self::WallisEtFutuna => match day {
                (4, 28) => Some("saint-pierre-chanel"),
                (7, 29) => Some("territory-day"),
                (_, _) => None,
            },
            Self::PolynesieFrancaise => match (day, after_easter) {
                ((3, 5), _) => Some("arrival-of-the-gospel"),
                ((6, 29), _) => Some("autonomy-day"),
                (_, -2) => Some("good-friday"),
                ((_, _), _) => None,
            },
            Self::NouvelleCaledonie => (day == (9, 24)).then_some("citizenship-day"),
        }
    }
}

fn national(date: Date, after_easter: i64) -> Option<&'static str> {
    match ((date.month(), date.day()), after_easter) {
        ((1, 1), _) => Some("new-year"),
        ((5, 1), _) => Some("labour-day"),
        ((5, 8), _) => Some("victory-1945"),
        ((7, 14), _) => Some("bastille-day"),
        ((8, 15), _) => Some("assumption"),
        ((11, 1), _) => Some("all-saints"),
        ((11, 11), _) => Some("armistice-1918"),
        ((12, 25), _) => Some("christmas"),
        (_, 1) => Some("easter-monday"),
        (_, 39) => Some("ascension"),
        (_, 50) => Some("whit-monday"),
        ((_, _), _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holidays(territory: Territory, year: i32) -> Vec<String> {
        let first = Date::new(year, 1, 1).unwrap();
        let days = (0..366).map(|days| first.plus_days(days)).filter(|date| date.year() == year);
        days.filter(|date| territory.holiday(*date).is_some()).map(|date| date.to_string()).collect()
    }

    #[test]
    fn the_eleven_of_2026() {
        let expected = [
            "2026-01-01",
            "2026-04-06",
            "2026-05-01",
            "2026-05-08",
            "2026-05-14",
            "2026-05-25",
            "2026-07-14",
            "2026-08-15",
            "2026-11-01",
            "2026-11-11",
            "2026-12-25",
        ];
        assert_eq!(holidays(Territory::Metropole, 2026), expected);
    }

    #[test]
    fn the_territories_have_their_own_beside_them() {
        for territory in Territory::ALL {
            assert_eq!(Territory::from_key(territory.key()), Some(territory));
            let count = holidays(territory, 2026).len();
            let own = match territory {
                Territory::Metropole | Territory::SaintPierreEtMiquelon => 0,
                Territory::AlsaceMoselle | Territory::WallisEtFutuna => 2,
                Territory::PolynesieFrancaise => 3,
                _ => 1,
            };
            assert_eq!(count, 11 + own, "{territory:?}");
        }
        let friday = Date::new(2026, 4, 3).unwrap();
        assert_eq!(Territory::AlsaceMoselle.holiday(friday), Some("good-friday"));
        assert_eq!(Territory::Metropole.holiday(friday), None);
    }
}
