//! What calls cost by our own reckoning: rates by model, provider and date, and the bill they make.

mod advice;
mod bill;
mod catalog;
mod cause;
mod find;
mod media;
mod own;
mod parts;
mod quote;
mod rates;
mod same;

pub use advice::{nearest, why};
pub use catalog::Catalog;
pub use own::{Mistake, OwnPrices};
pub use quote::Quote;
