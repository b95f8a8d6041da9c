//! The same board as text, JSON, CSV and Markdown: for scripts, for tests, and for whoever has no terminal at hand.

pub mod alerts;
pub mod analytics;
pub mod audit;
pub mod calls;
pub mod compare;
pub mod csv;
pub mod escape;
pub mod goals;
pub mod line;
pub mod markdown;
pub mod out;
pub mod privacy;
pub mod show;
pub mod sources;
pub mod templates;
pub mod text;
pub mod trust;

pub use out::Out;
