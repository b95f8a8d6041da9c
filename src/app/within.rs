//! How many calls the window holds, whatever the filter says: what the filter keeps is a part of these.

use crate::figures::Scope;
use crate::store::{Observer, Row, Store};

/// See the module.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Within {
    scope: Scope,
    pub calls: u64,
}

impl Within {
    pub fn fold(store: &Store, scope: &Scope) -> Self {
        let scope = Scope { since: scope.since, until: scope.until, ..Scope::default() };
        let touched = store.segments().iter().enumerate();
        let touched = touched.filter(|(_, segment)| scope.touches(segment.earliest, segment.latest));
        let calls = touched.map(|(at, _)| store.rows_of(at).filter(|row| scope.keeps(*row)).count() as u64).sum();
        Self { scope, calls }
    }

    /// Whether it was counted over the span of a scope.
    pub fn is_of(&self, scope: &Scope) -> bool {
        (self.scope.since, self.scope.until) == (scope.since, scope.until)
    }
}

impl Observer for Within {
    fn leaving(&mut self, row: Row<'_>) {
        self.calls = self.calls.saturating_sub(u64::from(self.scope.keeps(row)));
    }

    fn entering(&mut self, row: Row<'_>) {
        self.calls += u64::from(self.scope.keeps(row));
    }
}
