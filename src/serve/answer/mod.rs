//! One file an answer.

pub mod analytics;
mod bodies;
pub mod call;
pub mod decisions;
pub mod health;
pub mod logs;
pub mod metrics;
