//! State to cells. Reads the application's state, writes a buffer, and changes nothing.

pub mod glyphs;
pub mod ink;
pub mod layout;
pub mod numbers;
pub mod part;
pub mod theme;

pub use crate::model::clean;
