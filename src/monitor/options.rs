//! What the run is asked for, and who does for it what reaches beyond the screen.

use std::fmt;

use tokio::sync::mpsc::UnboundedReceiver;

use crate::app::Fix;
use crate::commands::columns::OwnColumns;
use crate::commands::remembered::{Filters, Views};
use crate::commands::verdicts::Memory;
use crate::config::alerts::Alerts;
use crate::ingest::More;
use crate::store::Pricer;

/// How the run was asked for.
#[derive(Debug, Default)]
pub struct Options {
    pub mouse: bool,
    /// The terminal's title tells what today has cost.
    pub title: bool,
    /// Only so many rows of the terminal.
    pub inline: Option<u16>,
    /// Where it is kept how the screen was left.
    pub views: Option<Views>,
    /// Where filters are kept by name.
    pub filters: Option<Filters>,
    /// Where sources are added.
    pub more: Option<More>,
    /// Where what was said of findings is kept.
    pub memory: Option<Memory>,
    /// Where the columns are kept that were chosen.
    pub columns: Option<OwnColumns>,
    /// Who is told of findings.
    pub alerts: Alerts,
    pub amend: Option<Amend>,
    /// The themes there are after each change, and what is wrong with their files.
    pub themes: Option<UnboundedReceiver<(Vec<String>, Vec<String>)>>,
}

type Amended = Result<(String, Box<dyn Pricer + Send>), String>;

/// Adds a line to the configuration: what was done, in words, and the prices from now on.
pub struct Amend(pub Box<dyn Fn(&Fix) -> Amended>);

impl fmt::Debug for Amend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Amend")
    }
}

/// The next change of the themes; without somebody who watches them, never.
pub(super) async fn changed<T>(themes: &mut Option<UnboundedReceiver<T>>) -> Option<T> {
    match themes {
        Some(themes) => themes.recv().await,
        None => std::future::pending().await,
    }
}
