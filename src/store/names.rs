//! Interned names: each distinct model, route, user … is kept once and spoken of by number.

use std::sync::Arc;

use crate::model::Sym;
use crate::model::quick::QuickMap;

/// All names of the store. Symbol 0 is "not logged" and has no name.
#[derive(Debug, Default)]
pub struct Names {
    text: Vec<Arc<str>>,
    by_text: QuickMap<Arc<str>, Sym>,
}

/// Stands for an absent field in every by-something map.
pub const NONE: &str = crate::model::batch::ABSENT;

impl Names {
    pub fn intern(&mut self, name: &Arc<str>) -> Sym {
        *self.by_text.entry(Arc::clone(name)).or_insert_with(|| {
            self.text.push(Arc::clone(name));
            Sym(self.text.len() as u32)
        })
    }

    /// The symbol of a name already met.
    pub fn find(&self, name: &str) -> Option<Sym> {
        self.by_text.get(name).copied()
    }

    /// `None` for [`Sym::NONE`].
    pub fn get(&self, sym: Sym) -> Option<&str> {
        self.text.get((sym.0 as usize).checked_sub(1)?).map(AsRef::as_ref)
    }

    /// The name, or [`NONE`].
    pub fn label(&self, sym: Sym) -> &str {
        self.get(sym).unwrap_or(NONE)
    }

    /// How many names there are; symbols run from 1 to this.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Every name with its symbol.
    pub fn iter(&self) -> impl Iterator<Item = (Sym, &str)> {
        self.text.iter().enumerate().map(|(index, name)| (Sym(index as u32 + 1), name.as_ref()))
    }
}
