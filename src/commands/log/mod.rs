//! `callscope log decision|outcome`: the writing end of the decisions log, for apps that have no logger of their own.
//! A call is a line when it is decided and a line when it is answered; `record.rs` makes the line, `append.rs` gets it
//! into the file whole.

mod append;
mod record;

use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::model::Stamp;

/// Which of a call's two lines is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The router decided; the outcome is not known yet.
    Decision,
    /// The answer is there, or the failure. It completes the oldest open decision with an equal model, route,
    /// promptLength, matchedPatterns, userId and conversationId.
    Outcome,
}

impl Kind {
    pub fn word(self) -> &'static str {
        match self {
            Self::Decision => "decision",
            Self::Outcome => "outcome",
        }
    }

    fn example(self) -> &'static str {
        match self {
            Self::Decision => "callscope log decision model=gpt-5 route=debugging confidence=0.9 promptLength=23",
            Self::Outcome => {
                "callscope log outcome model=gpt-5 route=debugging promptLength=23 success=true tokensUsed=321 latencyMs=356"
            }
        }
    }
}

/// Why nothing was written, or nothing more.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    #[error("{key} is missing; for example: {}", kind.example())]
    Missing { key: &'static str, kind: Kind },
    #[error("{key} should be {expected}, not {got}")]
    Value { key: String, expected: &'static str, got: String },
    #[error("\"{0}\" is no key=value")]
    NotAPair(String),
    #[error("{0} is given twice")]
    Twice(String),
    #[error("a decision has no success yet; when the answer is there, say: {}", Kind::Outcome.example())]
    Decided,
    #[error("standard input, object {number}: {why}")]
    Input { number: u64, why: String },
    #[error("nothing to write: give key=value pairs, or a JSON object on standard input; for example: {}", kind.example())]
    Nothing { kind: Kind },
    #[error("cannot append to {}: {source}", path.display())]
    Append { path: PathBuf, source: io::Error },
}

/// Appends a line for the `pairs`, or where there are none a line for each JSON object of `stdin`, as it arrives.
///
/// The file is `decisions-YYYY-MM-DD.jsonl` in `folder`, of the local date of the moment that `clock` tells; the folder
/// is made when it is missing. Gives the file that was written last. An error in the third object leaves the first two
/// written.
pub fn log(
    kind: Kind,
    pairs: &[String],
    stdin: Option<&mut dyn Read>,
    folder: &Path,
    clock: &dyn Fn() -> Stamp,
) -> Result<PathBuf, LogError> {
    let write = |given: &Map<String, Value>| object(kind, given, folder, clock());
    if !pairs.is_empty() {
        return write(&record::pairs(pairs)?);
    }
    let stdin = stdin.ok_or(LogError::Nothing { kind })?;
    let mut last = None;
    let objects = serde_json::Deserializer::from_reader(BufReader::new(stdin)).into_iter::<Value>();
    for (number, object) in (1..).zip(objects) {
        let failed = |why: String| LogError::Input { number, why };
        match object {
            Ok(Value::Object(given)) => {
                last = Some(write(&given).map_err(|error| match error {
                    LogError::Append { .. } => error,
                    other => failed(other.to_string()),
                })?);
            }
            Ok(_) => return Err(failed("is no JSON object".to_owned())),
            Err(error) => return Err(failed(error.to_string())),
        }
    }
    last.ok_or(LogError::Nothing { kind })
}

/// Appends one object, as [`log`] does each.
pub fn object(kind: Kind, given: &Map<String, Value>, folder: &Path, now: Stamp) -> Result<PathBuf, LogError> {
    let line = record::line(kind, given, now)?;
    let path = folder.join(format!("decisions-{}.jsonl", now.day()));
    match append::append(&path, line.as_bytes()) {
        Ok(()) => Ok(path),
        Err(source) => Err(LogError::Append { path, source }),
    }
}

#[cfg(test)]
mod tests;
