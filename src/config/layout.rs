//! `[layout]`: the sizes at which the screen changes its layout, in columns and rows.

use serde::Deserialize;

use crate::price::Mistake;
use crate::ui::layout::Thresholds;

/// See the module.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    least: Option<(u16, u16)>,
    medium: Option<(u16, u16)>,
    large: Option<(u16, u16)>,
}

/// Less holds not even the lines around a screen.
const FLOOR: (u16, u16) = (30, 6);

impl Layout {
    pub fn thresholds(self) -> Thresholds {
        let known = Thresholds::default();
        Thresholds {
            least: self.least.unwrap_or(known.least),
            medium: self.medium.unwrap_or(known.medium),
            large: self.large.unwrap_or(known.large),
        }
    }

    /// What goes beyond the types of the values.
    pub(super) fn check(self) -> Result<(), Mistake> {
        let Thresholds { least, medium, large } = self.thresholds();
        let steps = [
            ("least", least, FLOOR, "the smallest there can be"),
            ("medium", medium, least, "least"),
            ("large", large, medium, "medium"),
        ];
        for (key, (width, height), (below_width, below_height), below) in steps {
            if width < below_width || height < below_height {
                let why = format!(
                    "[layout] {key} = [{width}, {height}]: expected columns and rows from [{below_width}, {below_height}] on, \
                     which is {below}"
                );
                return Err(Mistake { path: vec!["layout".to_owned(), key.to_owned()], why });
            }
        }
        Ok(())
    }

    /// This file's settings, and below them another's.
    pub(super) fn over(self, below: Self) -> Self {
        Self {
            least: self.least.or(below.least),
            medium: self.medium.or(below.medium),
            large: self.large.or(below.large),
        }
    }
}
