//! Faults put into the switchboard on purpose: whether the rehearsal notices them.

#[cfg(test)]
mod trial;
