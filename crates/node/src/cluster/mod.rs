//! The seam between this node and others. Every input passes here: with one node, all are decided here.

mod alone;

pub(crate) use alone::Alone;
