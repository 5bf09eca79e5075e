//! SIP trunks. Only this folder and its socket name the SIP stack.

pub mod edge;
pub(crate) mod leg;
pub mod peers;
pub mod sdp;
pub(crate) mod trunk;
