//! State to cells. Reads the application's state, writes a buffer, and changes nothing.

pub mod part;
