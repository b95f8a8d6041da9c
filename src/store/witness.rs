//! Several tables may witness one execution of an agent: `token_usage`, `audit_trail` and `agent_logs` of one
//! `execution_id`. Where they are one to one they are one call.

use super::{Observer, Store, Twin};

impl Store {
    /// One more witness of an execution: the k-th row of each table is the k-th call, told best by the lowest rank.
    pub(super) fn witness(&mut self, execution: u64, rank: u8, index: u32, observer: &mut impl Observer) {
        if self.witness_of.get(&index) != Some(&execution) {
            self.no_witness(index);
            self.witness_of.insert(index, execution);
            self.executions.entry(execution).or_default().push((rank, index));
        }
        let others = self.executions.get(&execution).is_some_and(|all| all.iter().any(|(other, _)| *other != rank));
        if others {
            self.settle_witnesses(execution, observer);
        }
    }

    /// Decides which rows of an execution count.
    pub(super) fn settle_witnesses(&mut self, execution: u64, observer: &mut impl Observer) {
        let Some(mut witnesses) = self.executions.get(&execution).cloned() else { return };
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
            && let Some(witnesses) = self.executions.get_mut(&execution)
        {
            witnesses.retain(|(_, witness)| *witness != index);
        }
    }
}
