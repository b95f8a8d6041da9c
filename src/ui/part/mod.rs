//! The pieces that screens are made of. They know numbers, styles and cells, and nothing of the application.
//!
//! Each draws into an area of a buffer and keeps nothing. What a click or a scroll needs to know (which column is
//! where, which row is on top) is returned by the drawing. `meter` is the smallest, to be copied for a new one.
//!
//! Words of a log come here clean, through [`crate::ui::clean`].

pub mod bars;
pub mod graph;
pub mod heat;
pub mod json;
pub mod line;
pub mod meter;
pub mod pane;
pub mod scroll;
pub mod table;

#[cfg(test)]
pub(crate) mod testing;
