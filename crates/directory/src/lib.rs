//! Finds somewhere to send a caller: a place as it is typed, and the professionals and structures near it.
//!
//! The [`Territory`] is embedded in the program, so that a search needs neither network nor database. The entries
//! belong to the operator; [`demo::entries`] makes fictitious ones for a demonstration. See `NOTICE` for the sources.
//!
//! ```
//! use care::{Grade, reorientation_rule};
//! use directory::{DirectorySearch, Territory, demo};
//!
//! let territory = Territory::load();
//! let search = DirectorySearch::new(demo::entries(territory, 7));
//! let place = territory.find_places("st etienne", 1)[0];
//! let rule = reorientation_rule(Grade::try_from(1).unwrap());
//! let found = search.near(rule.kinds, place, 3);
//! assert_eq!(found.len(), 6, "three psychologists and three general practitioners");
//! ```

pub mod demo;
mod entry;
mod fold;
mod helpline;
mod hours;
pub mod index;
mod place;
mod point;
mod published;
mod search;
mod territory;

pub use entry::{Contact, ContactKind, Entry, Identifier, Keeping, Location, Offer};
pub use fold::fold;
pub use helpline::{Helpline, helplines};
pub use hours::{DAY, Hours, Opening, WEEK};
pub use place::Place;
pub use point::Point;
pub use published::{Published, PublishedLocation};
pub use search::{DirectorySearch, FAR_KM, Found};
pub use territory::{Commune, Departement, PointSource, Region, Territory};
