//! Which of the series' colours a model has: the same in every graph and table, and for as long as the program runs, so
//! that no colour changes hands because one model has become dearer than another.

use super::App;
use crate::model::Sym;

/// The last of the series' eight colours is that of all others.
const OWN: usize = 7;

/// See the module.
#[derive(Debug, Default)]
pub struct Hues {
    of: [Option<Sym>; OWN],
    /// The fold they were given at, and how many models there were.
    fold: (u64, usize),
}

impl App {
    /// The place of a model's colour among the series; `None` for one that is not among the dearest.
    pub fn hue(&self, model: Sym) -> Option<usize> {
        self.hues.of.iter().position(|known| *known == Some(model))
    }

    /// The place of the colour of all models that have none of their own.
    pub fn other_hue(&self) -> usize {
        OWN
    }

    /// Gives colours to the dearest models that have none: one that is free, else that of a model that is no longer
    /// among the dearest.
    pub(super) fn refresh_hues(&mut self) {
        let fold = (self.lists.fold, self.board.models().len());
        if self.hues.fold == fold {
            return;
        }
        self.hues.fold = fold;
        let dearest: Vec<Sym> = self.board.models().by_cost().into_iter().take(OWN).map(|group| group.name).collect();
        for model in &dearest {
            if self.hue(*model).is_some() {
                continue;
            }
            let free = self.hues.of.iter().position(Option::is_none);
            let left = || self.hues.of.iter().position(|held| held.is_some_and(|held| !dearest.contains(&held)));
            if let Some(at) = free.or_else(left) {
                self.hues.of[at] = Some(*model);
            }
        }
    }
}
