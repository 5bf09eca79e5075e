//! What is asked about a caller, never precise enough to tell who they are.

use crate::closed_list::closed_list;

closed_list! {
    /// An age, by bands wide enough to keep a caller anonymous.
    AgeBand {
        Under18, "under_18", "Moins de 18 ans", "Under 18";
        From18To24, "from_18_to_24", "18 à 24 ans", "18 to 24";
        From25To34, "from_25_to_34", "25 à 34 ans", "25 to 34";
        From35To44, "from_35_to_44", "35 à 44 ans", "35 to 44";
        From45To54, "from_45_to_54", "45 à 54 ans", "45 to 54";
        From55To64, "from_55_to_64", "55 à 64 ans", "55 to 64";
        From65To74, "from_65_to_74", "65 à 74 ans", "65 to 74";
        From75, "from_75", "75 ans et plus", "75 and over";
    }
}
