//! SIP trunks. Only this folder and its socket name the SIP stack.

mod caller;
pub(crate) mod challenge;
pub(crate) mod dial;
pub mod edge;
pub(crate) mod escapes;
pub mod guard;
pub(crate) mod leg;
pub mod limits;
mod listen;
pub mod peers;
pub mod sdp;
mod session;
mod stream_edge;
pub(crate) mod trunk;
