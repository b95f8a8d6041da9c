//! Calls by their ids, for the palette: the newest rows first, some at a time, so that a million of them never hold up
//! what is typed.

use super::Kind;
use crate::app::{Action, App, PaletteItem, PromptKind};
use crate::model::{Dim, Stamp};
use crate::store::Row;

/// Letters from which on a text may be the beginning of an id: shorter ones begin too many.
const LEAST: usize = 4;
/// Calls that are offered.
const MOST: usize = 5;
/// Rows that are looked at in one go, about a millisecond; and milliseconds until the next.
const STRIDE: u32 = 20_000;
const AGAIN: i64 = 20;

/// What is looked for, how far, and what was found.
#[derive(Debug, Default)]
pub struct Scan {
    needle: String,
    /// Rows below this are still to be looked at.
    left: u32,
    found: Vec<u32>,
}

impl App {
    /// Looks for another text, the first rows at once.
    pub(super) fn begin_scan(&mut self, text: &str) {
        let is_id = text.len() >= LEAST && !text.contains(char::is_whitespace) && !self.masked;
        let left = if is_id { self.store.len() } else { 0 };
        self.scan = Scan { needle: text.to_owned(), left, found: Vec::new() };
        self.scan_on();
    }

    fn scan_on(&mut self) {
        let from = self.scan.left.saturating_sub(STRIDE);
        let rows = (from..self.scan.left).rev().filter_map(|row| self.store.get(row)).filter(|row| row.counts());
        let found = rows.filter(|row| row.id_begins(&self.scan.needle)).map(|row| row.index);
        let found: Vec<u32> = found.take(MOST - self.scan.found.len()).collect();
        self.scan.left = if self.scan.found.len() + found.len() < MOST { from } else { 0 };
        self.scan.found.extend(found);
    }

    /// Goes on looking while the palette is open.
    pub(in crate::app) fn continue_scan(&mut self) {
        let is_open = self.prompt.as_ref().is_some_and(|prompt| prompt.kind == PromptKind::Command);
        if !is_open {
            self.scan = Scan::default();
        }
        if self.scan.left == 0 {
            return;
        }
        let known = self.scan.found.len();
        self.scan_on();
        let new = self.scanned_items().split_off(known);
        if let Some(prompt) = &mut self.prompt {
            prompt.items.extend(new);
        }
    }

    pub(in crate::app) fn scan_due(&self) -> Option<Stamp> {
        (self.scan.left > 0).then(|| self.now.plus(AGAIN))
    }

    /// Whether older calls are still being looked through.
    pub fn is_scanning(&self) -> bool {
        self.scan.left > 0
    }

    pub(super) fn scanned_items(&self) -> Vec<PaletteItem> {
        let letters = self.scan.needle.chars().count() as u32;
        let item = |row: Row<'_>| {
            let words =
                [Some(row.at().local().format("%b %-d %H:%M:%S").to_string()), row.name(Dim::Model).map(Into::into)];
            let item = PaletteItem::new(Kind::Call, row.id(), Action::OpenCall(row.index));
            let detail = words.into_iter().flatten().collect::<Vec<String>>().join("  ");
            PaletteItem { detail, hits: (0..letters).collect(), ..item }
        };
        self.scan.found.iter().filter_map(|row| self.store.get(*row)).map(item).collect()
    }
}
