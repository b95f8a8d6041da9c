//! What the filter drawer lists, and what a check mark does to the filter's text.

use std::collections::HashMap;

use super::{App, Drawer, Facet, FacetKind, FacetValue, chips};
use crate::figures::Scope;
use crate::model::{Stamp, Status, Sym};
use crate::query::{Fact, Filter, parse};

/// Values that a facet lists; what is checked is always among them.
const LISTED: usize = 40;
/// Milliseconds between two counts while the drawer is open.
const AGAIN: i64 = 400;

/// What the drawer's counts were made from.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    revision: u64,
    fold: u64,
    filter: String,
    at: Stamp,
}

impl App {
    /// Opens the drawer, or closes it.
    pub(super) fn toggle_drawer(&mut self) {
        self.drawer = if self.drawer.is_some() { None } else { Some(Drawer::default()) };
    }

    /// Checks or unchecks the value under the drawer's cursor.
    pub(super) fn check(&mut self) {
        let Some((kind, value)) = self.drawer.as_ref().and_then(|drawer| drawer.at(drawer.nth)) else {
            return self.refuse("there is nothing to choose among");
        };
        let (label, on) = (value.label.clone(), value.on);
        if kind == FacetKind::Saved {
            return if on { self.try_filter("") } else { self.apply_filter(&label) };
        }
        let (mut checked, _) = self.checked(kind);
        if on {
            checked.retain(|word| *word != label.to_lowercase());
        } else {
            checked.push(label.to_lowercase());
        }
        // Names as they are written in the logs, so that the filter reads well.
        let values = checked.iter().map(|word| self.spelled(kind, word)).collect::<Vec<_>>();
        let mut list = self.filter.chips.clone();
        list.retain(|chip| words(chip, kind).is_none());
        if !values.is_empty() {
            let term = chips::term(kind.key(), &values);
            list.push(if kind == FacetKind::Status { term.replacen('=', ":", 1) } else { term });
        }
        self.try_filter(&chips::join(&list));
    }

    fn spelled(&self, kind: FacetKind, word: &str) -> String {
        let listed = self.drawer.iter().flat_map(|drawer| &drawer.facets).filter(|facet| facet.kind == kind);
        let found = listed.flat_map(|facet| &facet.values).find(|value| value.label.to_lowercase() == word);
        found.map_or_else(|| word.to_owned(), |value| value.label.clone())
    }

    /// The values of a facet that the filter names, in lower case, and the filter without them.
    fn checked(&self, kind: FacetKind) -> (Vec<String>, Filter) {
        let mut checked = Vec::new();
        let mut rest = Vec::new();
        for chip in &self.filter.chips {
            match words(chip, kind) {
                Some(words) => checked.extend(words),
                None => rest.push(chip.clone()),
            }
        }
        let rest = if checked.is_empty() {
            self.filter.parsed.clone()
        } else {
            self.read_filter(&chips::join(&rest)).map(|filter| filter.parsed).unwrap_or_default()
        };
        (checked, rest)
    }

    /// Counts anew what the drawer lists, if anything has changed.
    pub(super) fn refresh_drawer(&mut self) {
        if self.drawer.is_none() {
            self.lists.counted = None;
            return;
        }
        let now = Counted {
            revision: self.store.revision(),
            fold: self.lists.fold,
            filter: self.filter.text.clone(),
            at: self.now,
        };
        if let Some(last) = &self.lists.counted {
            let same = (last.fold, &last.filter) == (now.fold, &now.filter);
            if same && (last.revision == now.revision || self.now < last.at.plus(AGAIN)) {
                return;
            }
        }
        self.lists.counted = Some(now);
        let counted = FacetKind::ALL.into_iter().map(|kind| self.facet(kind));
        let facets: Vec<Facet> =
            [self.saved_facet()].into_iter().chain(counted).filter(|facet| !facet.values.is_empty()).collect();
        if let Some(drawer) = &mut self.drawer {
            // The cursor stays on its value, wherever that is now.
            let under = drawer.at(drawer.nth).map(|(kind, value)| (kind, value.label.clone()));
            drawer.facets = facets;
            let mut all = drawer.facets.iter().flat_map(|facet| facet.values.iter().map(|value| (facet.kind, value)));
            let found = under.and_then(|(kind, label)| all.position(|(k, value)| k == kind && value.label == label));
            drawer.nth = found.unwrap_or(drawer.nth).min(drawer.len().saturating_sub(1));
        }
    }

    pub(super) fn drawer_due(&self) -> Option<Stamp> {
        let last = self.lists.counted.as_ref()?;
        (last.revision != self.store.revision()).then(|| last.at.plus(AGAIN))
    }

    fn facet(&self, kind: FacetKind) -> Facet {
        let (checked, rest) = self.checked(kind);
        let mut values = match kind.group() {
            Some(by) if checked.is_empty() => {
                let groups = self.board.by(by);
                let named = |group: &crate::figures::Group| value(self.store.label(group.name), group.stats.calls);
                if groups.is_named() { groups.iter().map(named).collect() } else { Vec::new() }
            }
            None if checked.is_empty() => statuses(self.board.total.status),
            _ => self.recount(kind, rest),
        };
        for value in &mut values {
            value.on = checked.contains(&value.label.to_lowercase());
        }
        for word in &checked {
            if !values.iter().any(|value| value.label.to_lowercase() == *word) {
                values.push(FacetValue { on: true, ..value(word, 0) });
            }
        }
        if kind != FacetKind::Status {
            values.sort_by(|a, b| b.calls.cmp(&a.calls).then_with(|| a.label.cmp(&b.label)));
        }
        let mut listed = 0;
        let all = values.len();
        values.retain(|value| {
            listed += usize::from(!value.on);
            value.on || listed <= LISTED
        });
        Facet { kind, more: all - values.len(), values }
    }

    /// The filters that have names; how many calls each would keep is not counted.
    fn saved_facet(&self) -> Facet {
        let named = |saved: &super::Saved| FacetValue { on: saved.text == self.filter.text, ..value(&saved.name, 0) };
        Facet { kind: FacetKind::Saved, values: self.saved.iter().map(named).collect(), more: 0 }
    }

    /// The saved filter under the drawer's cursor.
    pub(super) fn saved_under_cursor(&self) -> Option<&super::Saved> {
        let (kind, value) = self.drawer.as_ref().and_then(|drawer| drawer.at(drawer.nth))?;
        self.saved.iter().find(|saved| kind == FacetKind::Saved && saved.name == value.label)
    }

    pub(super) fn forget_under_cursor(&mut self) {
        match self.saved_under_cursor().map(|saved| saved.name.clone()) {
            Some(name) => self.forget_filter(&name),
            None => self.refuse("there is no saved filter under the cursor"),
        }
        // What was counted has no such line any more.
        self.lists.counted = None;
    }

    /// Counts the calls of a facet's values under everything but the facet itself.
    fn recount(&self, kind: FacetKind, rest: Filter) -> Vec<FacetValue> {
        let scope = Scope { filter: rest, ..self.board.scope.clone() };
        let mut names: HashMap<Sym, u64> = HashMap::new();
        let mut status = [0_u64; 4];
        for (at, segment) in self.store.segments().iter().enumerate() {
            if !scope.touches(segment.earliest, segment.latest) {
                continue;
            }
            for row in self.store.rows_of(at).filter(|row| scope.keeps(*row)) {
                match kind.group() {
                    Some(by) => *names.entry(row.sym(by.dim())).or_default() += 1,
                    None => status[row.status() as usize] += 1,
                }
            }
        }
        match kind.group() {
            Some(_) => names.into_iter().map(|(name, calls)| value(self.store.label(name), calls)).collect(),
            None => statuses(status),
        }
    }
}

fn statuses(counts: [u64; 4]) -> Vec<FacetValue> {
    let all = Status::ALL.into_iter().zip(counts);
    all.filter(|(_, calls)| *calls > 0).map(|(status, calls)| value(Fact::Status(status).word(), calls)).collect()
}

fn value(label: &str, calls: u64) -> FacetValue {
    FacetValue { label: label.to_owned(), calls, on: false }
}

/// The values that a chip keeps of a facet, in lower case; `None` if it is no such chip. `model:opus` looks in parts of
/// names and is no choice among them.
fn words(chip: &str, kind: FacetKind) -> Option<Vec<String>> {
    let rest = chip.strip_prefix(kind.key())?;
    let fact = |filter: &Filter| match filter {
        Filter::Is(fact @ Fact::Status(_)) => Some(fact.word().to_owned()),
        _ => None,
    };
    match parse(chip, Stamp(0)).ok()? {
        Filter::Named { names, .. } if names.exact && rest.starts_with('=') => Some(names.any),
        Filter::Or(facts) if kind == FacetKind::Status => facts.iter().map(fact).collect(),
        one => fact(&one).filter(|_| kind == FacetKind::Status).map(|word| vec![word]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_choices_are_check_marks() {
        let some = |words: &[&str]| Some(words.iter().map(ToString::to_string).collect::<Vec<_>>());
        for (chip, kind, expected) in [
            ("model=GPT-5,\"a b\"", FacetKind::Model, some(&["gpt-5", "a b"])),
            ("model:gpt", FacetKind::Model, None),
            ("-model=gpt", FacetKind::Model, None),
            ("is:ok,error", FacetKind::Status, some(&["ok", "error"])),
            ("is:error", FacetKind::Status, some(&["error"])),
            ("is:override", FacetKind::Status, None),
            ("model=a or model=b", FacetKind::Model, None),
        ] {
            assert_eq!(words(chip, kind), expected, "{chip}");
        }
    }
}
