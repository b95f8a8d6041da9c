//! One file a sub-command that is more than wiring.

pub mod log;
pub mod prune;
