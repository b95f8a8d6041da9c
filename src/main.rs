//! Arguments to configuration to a run; wiring only.

fn main() {}
