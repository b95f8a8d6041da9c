//! The demo's calls as bytes: decisions logs and tables, as the apps of the seeds write them.

pub mod bodies;
pub mod days;
pub mod decisions;
pub mod tables;
