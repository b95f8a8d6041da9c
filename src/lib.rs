//! callscope: an oscilloscope for AI calls.
//!
//! Data goes one way through the program, and the folders show it:
//!
//! ```text
//! bytes  →  call  →  store  →  figures  →  frame
//! ingest    format   store     figures     ui
//! ```

pub mod app;
pub mod cli;
pub mod commands;
pub mod config;
pub mod demo;
mod drill;
pub mod figures;
pub mod ingest;
pub mod model;
pub mod monitor;
pub mod price;
pub mod query;
pub mod report;
pub mod rules;
pub mod serve;
pub mod store;
pub mod term;
pub mod ui;
