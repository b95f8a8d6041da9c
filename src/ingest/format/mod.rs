//! One file a log format, all of the same shape.

pub mod value;

pub use value::Value;
