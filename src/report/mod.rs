//! The same board as text, JSON and CSV: for scripts, for tests, and for whoever has no terminal at hand.

pub mod alerts;
pub mod analytics;
pub mod audit;
pub mod calls;
pub mod compare;
pub mod escape;
pub mod out;
pub mod show;
pub mod sources;
pub mod templates;
pub mod text;
pub mod trust;

pub use out::Out;
