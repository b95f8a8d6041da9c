//! Which columns calls have anything for. Decided without a filter, so that a table keeps its columns while one types.

use super::App;

/// See the module.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shape {
    /// Whether it was ever decided.
    known: bool,
    /// Logs tell mostly totals of tokens: the parts are blank.
    pub whole: bool,
    pub cached: bool,
    pub confident: bool,
}

impl App {
    /// Looks again, where nothing is filtered out, or where nothing is known yet.
    pub(super) fn refresh_shape(&mut self) {
        if self.shape.known && !(self.filter.is_empty() && self.prompt.is_none()) {
            return;
        }
        let total = &self.board.total;
        let tokens = &total.tokens;
        self.shape = Shape {
            known: total.calls > 0,
            whole: tokens.total > 2 * (tokens.input + tokens.cache_read + tokens.cache_write + tokens.output),
            cached: tokens.cache_read > 0,
            confident: total.confident > 0,
        };
    }
}
