//! What is on the screen, as numbers. Folds over rows; no drawing, no files, no prices.

pub mod audit;
pub mod board;
pub mod calibration;
pub mod differ;
pub mod groups;
pub mod histogram;
pub mod hypothesis;
pub mod interval;
mod lanes;
pub mod ledger;
pub mod listing;
pub mod pulse;
pub mod quantiles;
pub mod series;
pub mod stats;
pub mod threshold;
pub mod trust;
pub mod waterfall;

pub use audit::{Audit, Check, Finding};
pub use board::{Board, Scope};
pub use differ::Differ;
pub use groups::{Group, GroupBy, Groups, Share, Tally};
pub use histogram::{Bin, Bins, Confidence};
pub use ledger::Ledger;
pub use listing::Listing;
pub use pulse::Pulse;
pub use quantiles::Quantiles;
pub use series::{Bucket, Series};
pub use stats::Stats;
pub use threshold::{Cut, Stakes};
pub use trust::Trust;
pub use waterfall::Waterfall;
