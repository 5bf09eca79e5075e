//! Finds somewhere to send a caller: a place as it is typed, and the professionals and structures near it.
//!
//! The [`Territory`] is embedded in the program, so that a search needs neither network nor database. The entries
//! belong to the operator; [`demo::entries`] makes fictitious ones for a demonstration. See `NOTICE` for the sources.
//!
//! ```
//! use directory::index::{Facet, Index, Query, Trait};
//! use directory::{Territory, demo};
//!
//! let territory = Territory::load();
//! let index = Index::of(&demo::entries(territory, 7));
//! let place = territory.find_places("st etienne", 1).first().copied();
//! let wanted = vec![Trait::new(Facet::Kind, "psychologist")];
//! let found = index.search(&Query { place, wanted, limit: 3, ..Query::default() });
//! assert_eq!(found.hits.len(), 3);
//! ```

mod correction;
mod date;
pub mod demo;
mod difference;
mod entry;
pub mod export;
mod fold;
mod guard;
mod guides;
mod helpline;
mod hours;
pub mod import;
pub mod index;
mod outline;
mod place;
mod point;
mod published;
mod territory;

pub use correction::{ContactChange, Correction};
pub use difference::Difference;
pub use entry::{Contact, ContactKind, Entry, Identifier, Keeping, Location, Offer};
pub use export::uuid::{Part, part_id, public_id, read_part_id};
pub use fold::fold;
pub use guides::GuideIndex;
pub use helpline::{Helpline, helplines};
pub use hours::{DAY, Hours, Opening, WEEK, read_week, week_text};
pub use import::kinds::kind_named;
pub use outline::{Outline, neighbours, outlines, project};
pub use place::Place;
pub use point::Point;
pub use published::{Published, PublishedLocation};
pub use territory::{Commune, Departement, PointSource, Region, Territory};
