//! What calls cost by our own reckoning: rates by model, provider and date, and the bill they make.

mod bill;
mod catalog;

pub use catalog::Catalog;
