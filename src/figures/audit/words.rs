//! What findings are called, the same on every surface. Names of logs stand in it as they are: whoever shows them
//! cleans them.

use super::{Check, Subject};
use crate::model::SourceId;
use crate::store::Store;

/// What a check asks, in a word or two.
pub fn title(check: Check) -> &'static str {
    match check {
        Check::Missing => "missing",
        Check::Model => "model name",
        Check::Cost => "cost",
        Check::Tokens => "tokens",
        Check::Time => "time",
        Check::Impossible => "impossible",
        Check::UnknownModel => "unknown model",
    }
}

/// What a finding says, in a few words. `cause` is why a log may claim what it does.
pub fn what(store: &Store, about: Subject, cause: Option<&str>) -> String {
    let name = |source| name(store, source);
    match about {
        Subject::Only { of, not } => format!("in {}, not in {}", name(of), name(not)),
        Subject::Differ { left, right, .. } => format!("{} ≠ {}", name(left), name(right)),
        Subject::Claim { source } => {
            format!("{}: {}", name(source), cause.unwrap_or("not what the tokens cost"))
        }
        Subject::Unsound { source, what } => format!("{}: {}", name(source), what.words()),
        Subject::Unknown { model } => format!("no catalogue knows {}", store.label(model)),
    }
}

/// What is said of a check that finds nothing.
pub fn passed(check: Check) -> &'static str {
    match check {
        Check::Missing => "every call is in both books of a pair",
        Check::Model => "both books name the same models",
        Check::Cost => "logged costs are what the tokens cost",
        Check::Tokens => "both books count the same tokens",
        Check::Time => "both books put calls at the same time",
        Check::Impossible => "no call ends before it starts, no sum is wrong",
        Check::UnknownModel => "every model has a price",
    }
}

/// A source without the folders it lies in, `logs/app.db:token_usage` as `app.db:token_usage`, unless another would be
/// called the same.
pub fn name(store: &Store, source: SourceId) -> &str {
    let last = |source| store.label_of(source).rsplit('/').next().unwrap_or_default();
    let short = last(source);
    let is_taken = store.sources().any(|other| other != source && last(other) == short);
    if is_taken { store.label_of(source) } else { short }
}
