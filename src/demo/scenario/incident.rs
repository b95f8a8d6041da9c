//! The one bad hour: a provider answers 429 for a few minutes, and is slow for a while after that.

use super::cast::{Model, SONNET};
use super::{Ending, Failure, Request};
use crate::demo::rng::Rng;
use crate::model::Stamp;
use crate::model::time::MINUTE;

/// Nearly every call of the model is refused for this long …
const STORM: i64 = 5 * MINUTE;
/// … and this many milliseconds later its answers have their usual speed again.
const RECOVERY: i64 = 14 * MINUTE;

#[derive(Debug, Clone, Copy)]
pub struct Incident {
    pub begins: Stamp,
}

impl Incident {
    fn storms(self, at: Stamp) -> bool {
        (0..STORM).contains(&(at.0 - self.begins.0))
    }

    fn crawls(self, at: Stamp) -> bool {
        (STORM..STORM + RECOVERY).contains(&(at.0 - self.begins.0))
    }

    /// Whether a person sees the trouble and picks another model.
    pub fn is_avoided(self, at: Stamp, model: &Model, rng: &mut Rng) -> bool {
        model.id == SONNET.id && self.storms(at) && rng.chance(0.3)
    }

    /// What it does to a call.
    pub fn strike(self, request: &mut Request, rng: &mut Rng) {
        if request.model.id != SONNET.id {
            return;
        }
        if self.storms(request.at) && rng.chance(0.85) {
            request.ending = Ending::Failed(Failure::RateLimit);
            request.latency = rng.between(90, 420);
        } else if self.crawls(request.at) {
            request.latency = (f64::from(request.latency) * rng.lognormal(4.0, 0.25)) as u32;
            if rng.chance(0.12) {
                request.ending = Ending::Failed(Failure::Timeout);
                request.latency = 30_000;
            }
        }
    }
}
