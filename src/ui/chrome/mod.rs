//! The three lines around every screen: tabs and state, scope, keys.

pub mod footer;
pub mod scope;
pub mod tabs;
