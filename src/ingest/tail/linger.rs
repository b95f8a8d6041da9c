//! Files that were rotated away. Their writers may hold them for a while, and finish a line or write some more.

use std::time::{Duration, Instant};

use super::handle::{Got, Handle};
use super::{Limits, Step};

/// How long a file is held on to; log rotation tells its writers within seconds, and idle connections of servers that
/// drain last about a minute.
pub const TIME: Duration = Duration::from_mins(1);

/// How many: a log that is rotated every second must not eat up handles.
const MOST: usize = 4;

#[derive(Debug, Default)]
pub struct Lingering {
    /// Oldest first, with the time when it was rotated away.
    files: Vec<(Instant, Handle)>,
}

impl Lingering {
    pub fn add(&mut self, handle: Option<Handle>) {
        self.files.extend(handle.filter(Handle::is_open).map(|handle| (Instant::now(), handle)));
        if self.files.len() > MOST {
            self.files.remove(0);
        }
    }

    /// What came late, if anything did. Costs one `fstat` for each file.
    pub fn next(&mut self, limits: &Limits, settle: Duration, lost: &mut u64, buf: &mut Vec<u8>) -> Option<Step> {
        let mut nth = 0;
        while let Some((since, handle)) = self.files.get_mut(nth) {
            if !handle.has_changed() && !handle.is_rest_due(settle) {
                if since.elapsed() > TIME {
                    self.files.remove(nth);
                } else {
                    nth += 1;
                }
                continue;
            }
            match handle.read(limits, settle, buf) {
                Ok(Got::Lines { at }) => return Some(Step::Late { at, provisional: false }),
                Ok(Got::Rest { at }) => return Some(Step::Late { at, provisional: true }),
                Ok(Got::TooLong { at, len }) => return Some(Step::TooLong { at, len }),
                Ok(Got::Nothing) => nth += 1,
                Ok(Got::Anew(_)) => {
                    *lost += 1;
                    self.files.remove(nth);
                }
                Ok(Got::Unfit(_)) | Err(_) => {
                    self.files.remove(nth);
                }
            }
        }
        None
    }
}
