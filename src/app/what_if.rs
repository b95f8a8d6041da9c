//! What if: the same usage at another model's price. Of a group all its calls in the scope, of a call itself.

use super::{Action, App, Grouping, Kind, PaletteItem, Pane, Screen, Toast, ToastKind};
use crate::figures::GroupBy;
use crate::model::numbers::grouped;
use crate::model::{Dim, Sym, Usd};

/// How such a command begins.
const WHAT_IF: &str = "what if ";

impl App {
    /// The models there are to compare with: those that are in use, then those of the catalogue that fit what was typed.
    pub(super) fn models_to_compare(&self, typed: &str) -> Vec<PaletteItem> {
        if !matches!(self.screen(), Screen::Models | Screen::Call) {
            return Vec::new();
        }
        let names = self.board.by(GroupBy::Model).by_cost();
        let named = names.into_iter().filter(|group| group.name != Sym::NONE);
        let mut models: Vec<String> = named.map(|group| self.store.label(group.name).to_owned()).collect();
        let part = typed.strip_prefix(WHAT_IF).map(str::trim).filter(|part| !part.is_empty());
        models.extend(part.map(|part| self.pricer.models(part)).unwrap_or_default());
        let item = |model: String| {
            let item = PaletteItem::new(Kind::WhatIf, format!("{WHAT_IF}{model}"), Action::WhatIf(model));
            PaletteItem { detail: "same tokens, its price".to_owned(), ..item }
        };
        models.into_iter().map(item).collect()
    }

    /// Says what the calls under the cursor would have cost.
    pub(super) fn compare_with(&mut self, model: &str) {
        let of_model = match self.screen() {
            Screen::Call => None,
            _ => self.current_group(Pane::Groups).and_then(|row| Some(row.named()?.name)),
        };
        let rows: Vec<u32> = match self.screen() {
            Screen::Call => self.current_call().into_iter().collect(),
            _ => self.listing().newest_first().collect(),
        };
        let dim = match self.grouping(Pane::Groups) {
            Grouping::By(by) => by.dim(),
            Grouping::Day => Dim::Model,
        };
        let (mut calls, mut left_out, mut cost, mut then) = (0_u64, 0_u64, Usd::ZERO, Usd::ZERO);
        for row in rows {
            let row = self.store.row(row);
            if of_model.is_some_and(|name| row.sym(dim) != name) {
                continue;
            }
            // Price against price: what a log claims may be no price at all.
            match self.pricer.what_if(row, model) {
                Some((now, other)) => (calls, cost, then) = (calls + 1, cost + now, then + other),
                None => left_out += 1,
            }
        }
        let text = if calls == 0 {
            format!("no price is known for {model}, or no call here has tokens")
        } else {
            let saving = cost - then;
            let word = if saving < Usd::ZERO { "more" } else { "less" };
            let left = if left_out > 0 { format!(", {} left out", grouped(left_out)) } else { String::new() };
            let of = if calls == 1 { "1 call".to_owned() } else { format!("{} calls", grouped(calls)) };
            // What a narrow screen cuts is last.
            format!(
                "{} {word} (prices, not quality): {of}{left} with {model} {}, not {}",
                money(Usd(saving.0.abs())),
                money(then),
                money(cost),
            )
        };
        let kind = if calls == 0 { ToastKind::Refused } else { ToastKind::Done };
        self.toast = Some(Toast { text, since: self.now, kind });
    }
}

/// Cents, and more places for less than a dollar.
fn money(amount: Usd) -> String {
    let dollars = amount.dollars();
    if dollars < 1.0 { format!("${dollars:.4}") } else { format!("${dollars:.2}") }
}
