//! SIP trunks. Only this folder and its socket name the SIP stack.

mod ask;
pub(crate) mod caller;
pub(crate) mod challenge;
pub(crate) mod context;
mod dial;
mod doors;
pub mod edge;
pub(crate) mod endpoint;
pub(crate) mod escapes;
mod gate;
pub mod guard;
pub(crate) mod health;
mod identity;
pub(crate) mod leg;
pub mod limits;
mod listen;
pub mod peers;
mod place;
mod requests;
mod route;
pub mod sdp;
mod session;
mod srv;
mod stream_edge;
mod timer;
