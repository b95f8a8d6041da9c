//! Several tables may witness one execution of an agent: `token_usage`, `audit_trail` and `agent_logs` of one
//! `execution_id`. Where they are one to one they are one call.

use super::{Observer, Store, Twin};
use crate::model::SourceId;

/// Who witnesses an execution.
#[derive(Debug, Default)]
pub(super) struct Execution {
    /// Its own id, as the first witness wrote it.
    name: Box<str>,
    /// Rank of the table, row.
    witnesses: Vec<(u8, u32)>,
}

impl Store {
    /// One more witness of an execution: the k-th row of each table is the k-th call, told best by the lowest rank.
    pub(super) fn witness(&mut self, execution: u64, name: &str, rank: u8, index: u32, observer: &mut impl Observer) {
        if self.witness_of.get(&index) != Some(&execution) {
            self.no_witness(index);
            self.witness_of.insert(index, execution);
            let known = self.executions.entry(execution).or_default();
            if known.name.is_empty() {
                known.name = name.into();
            }
            known.witnesses.push((rank, index));
        }
        let others = self
            .executions
            .get(&execution)
            .is_some_and(|known| known.witnesses.iter().any(|(other, _)| *other != rank));
        if others {
            self.settle_witnesses(execution, observer);
        }
    }

    /// Decides which rows of an execution count.
    pub(super) fn settle_witnesses(&mut self, execution: u64, observer: &mut impl Observer) {
        let Some(known) = self.executions.get(&execution) else { return };
        let mut witnesses = known.witnesses.clone();
        witnesses.sort_by_key(|(rank, index)| (*rank, self.row(*index).at(), *index));
        let nth = |at: usize| witnesses[..at].iter().filter(|(rank, _)| *rank == witnesses[at].0).count();
        let places: Vec<(u32, usize)> = (0..witnesses.len()).map(|at| (witnesses[at].1, nth(at))).collect();
        let mut best: Vec<u32> = Vec::new();
        for (index, nth) in places {
            if nth == best.len() {
                best.push(index);
                self.show(index, true, observer);
            } else if best[nth] != index {
                self.show(index, false, observer);
                let twin = Twin { source: self.row(index).source(), span: self.row(index).span() };
                self.note_twin_at(best[nth], twin);
            }
        }
    }

    /// A row that witnesses no execution any more.
    pub(super) fn no_witness(&mut self, index: u32) {
        if let Some(execution) = self.witness_of.remove(&index)
            && let Some(known) = self.executions.get_mut(&execution)
        {
            known.witnesses.retain(|(_, witness)| *witness != index);
        }
    }

    /// The id of the execution that a row witnesses.
    pub fn execution_of(&self, row: u32) -> Option<&str> {
        Some(&self.executions.get(self.witness_of.get(&row)?)?.name)
    }

    /// Whether a source has a witness of the execution that a row witnesses, be it of this call or of another.
    pub fn is_witnessed_by(&self, row: u32, source: SourceId) -> bool {
        let execution = self.witness_of.get(&row).and_then(|execution| self.executions.get(execution));
        execution.is_some_and(|known| known.witnesses.iter().any(|(_, row)| self.row(*row).source() == source))
    }
}
