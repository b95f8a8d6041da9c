//! The panes that screens are laid out of: each takes the state and an area, draws, and tells where its lines are.
//! `days` is the smallest, to be copied for a new one.

pub mod bill;
pub mod books;
pub mod brush;
pub mod burn;
pub mod calls;
pub mod compare;
pub mod confidence;
pub mod days;
pub mod evidence;
pub mod fields;
pub mod figures;
pub mod findings;
pub mod frame;
pub mod graphs;
pub mod groups;
pub mod heat;
pub mod input;
pub mod lab;
pub mod mix;
pub mod outcome;
pub mod overrides;
pub mod pair;
pub mod shares;
pub mod sources;
pub mod speech;
pub mod steps;
pub mod summary;
pub mod templates;
pub mod thresholds;
pub mod timeline;
pub mod tokens;
