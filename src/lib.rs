//! callscope: an oscilloscope for AI calls.
//!
//! Data goes one way through the program, and the folders show it:
//!
//! ```text
//! bytes  →  call  →  store  →  figures  →  frame
//! ingest    format   store     figures     ui
//! ```

pub mod commands;
pub mod demo;
pub mod ingest;
pub mod model;
pub mod ui;
