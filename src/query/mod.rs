//! Which rows: one grammar for `/`, `--filter`, the HTTP `filter=` and a rule's evidence.

pub mod bounds;
pub mod filter;
pub mod parse;
pub mod repeated;
pub mod saved;
pub mod sort;
pub mod write;

pub use bounds::{parse_since, parse_until};
pub use filter::{Fact, Field, Filter, Known, Measure, Names, Op, Unit};
pub use parse::{ParseError, parse};
pub use sort::{SortBy, SortKey};
