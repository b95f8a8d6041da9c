//! Answers that are kept until something changes: dashboards ask for the same again and again.

use std::sync::{Arc, Mutex};

use super::live::lock;
use crate::figures::Scope;

/// How many of a kind are kept.
const MOST: usize = 8;

/// What was made of a scope, or of so many calls of it.
#[derive(Debug)]
pub struct Recent<V>(Mutex<Vec<Kept<V>>>);

#[derive(Debug)]
struct Kept<V> {
    scope: Scope,
    limit: Option<usize>,
    revision: u64,
    value: Arc<V>,
}

impl<V> Default for Recent<V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<V> Recent<V> {
    /// What was made of this at this revision of the store, or is made now. One is made at a time, as one keeps all
    /// processors busy: whoever asks for the same meanwhile finds it made.
    pub fn get(&self, scope: &Scope, limit: Option<usize>, revision: u64, make: impl FnOnce() -> V) -> Arc<V> {
        let mut all = lock(&self.0);
        all.retain(|kept| kept.revision == revision);
        if let Some(kept) = all.iter().find(|kept| kept.scope == *scope && kept.limit == limit) {
            return Arc::clone(&kept.value);
        }
        let value = Arc::new(make());
        if all.len() >= MOST {
            all.remove(0);
        }
        all.push(Kept { scope: scope.clone(), limit, revision, value: Arc::clone(&value) });
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Stamp;

    #[test]
    fn it_is_made_anew_when_something_has_changed_or_something_else_is_asked() {
        let (recent, all) = (Recent::default(), Scope::default());
        assert_eq!(*recent.get(&all, None, 1, || 'a'), 'a');
        assert_eq!(*recent.get(&all, None, 1, || 'b'), 'a');
        assert_eq!(*recent.get(&all, Some(3), 1, || 'c'), 'c');
        let since = Scope { since: Some(Stamp(5)), ..Scope::default() };
        assert_eq!(*recent.get(&since, None, 1, || 'd'), 'd');
        assert_eq!(*recent.get(&all, None, 2, || 'e'), 'e');
        assert_eq!(lock(&recent.0).len(), 1, "what was made of the store as it was is gone");
    }
}
