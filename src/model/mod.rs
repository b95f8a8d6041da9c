//! What a call is: plain values that every other layer speaks in. No I/O, no parsing of logs, no colours.

pub mod amount;
pub mod batch;
pub mod bill;
pub mod call;
pub mod clean;
pub mod logged;
pub mod media;
pub mod money;
pub mod numbers;
pub mod quick;
pub mod runs;
pub mod secret;
pub mod text;
pub mod time;
pub mod usage;

pub use amount::Amount;
pub use batch::{Batch, Dim, Link, Malformed, Scribe, SourceId, Sym, Told};
pub use bill::{Bill, BillLine, Per, PriceNote};
pub use call::{Call, CostSource, Flags, Mark, Odd, Proof, Relation, Span, Status, Tier};
pub use logged::Text;
pub use media::{Media, Medium};
pub use money::{Currency, Usd};
pub use runs::Runs;
pub use time::{Stamp, Window};
pub use usage::Usage;
