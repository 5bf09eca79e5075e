//! Tries the service out from outside: callers over real SIP and RTP or real WebRTC, and robot listeners at real desks.
//!
//! This room judges by what arrives at its own sockets. It must not read the service's database, nor share the
//! service's SIP stack: a fault in that would hide from itself.

pub mod attack;
pub mod browser;
pub mod calls;
mod clock;
pub mod delay;
pub mod measure;
mod message;
pub mod nights;
pub mod offers;
pub mod phone;
pub mod robot;
mod sip;
pub mod telephones;
