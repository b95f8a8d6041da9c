//! What stands after several looks. A figure that wavers about its limit must not make a finding come and go with every
//! look: it comes with the first look that finds it, and is gone only when [`LOOKS`] looks in a row over [`STAYS`] have
//! not found it. Until then it is *clearing*.

use std::collections::BTreeMap;

use super::{Finding, Severity, rank};
use crate::model::Stamp;
use crate::model::time::MINUTE;

/// Looks in a row that do not find it.
pub const LOOKS: u32 = 3;

/// Milliseconds since it was found last.
pub const STAYS: i64 = MINUTE;

/// A finding that stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Stands {
    /// As it was found last, but for its `since`: that is the earliest told so far, or else the first look that found it.
    pub finding: Finding,
    /// The last look that found it.
    pub last: Stamp,
    missed: u32,
}

impl Stands {
    /// Whether the last look did not find it.
    pub fn is_clearing(&self) -> bool {
        self.missed > 0
    }
}

/// See the module. What matters most comes first; two findings of one key are one.
#[derive(Debug, Default)]
pub struct Standing {
    all: Vec<Stands>,
    /// Of what somebody was told, by key, and how severe it was then.
    told: BTreeMap<String, Severity>,
}

impl Standing {
    pub fn all(&self) -> &[Stands] {
        &self.all
    }

    /// Takes in what a look found, and says which keys are gone. `anew`: it looked at other calls than the one before, so
    /// that what it did not find was never true of them.
    pub fn take(&mut self, found: Vec<Finding>, now: Stamp, anew: bool) -> Vec<String> {
        let mut before: BTreeMap<String, Stands> =
            self.all.drain(..).map(|stands| (stands.finding.key(), stands)).collect();
        let mut seen = BTreeMap::new();
        for mut finding in found {
            let key = finding.key();
            let known = before.remove(&key).and_then(|stands| stands.finding.since);
            finding.since = match (finding.since, known.filter(|_| !anew)) {
                (Some(told), Some(known)) => Some(told.min(known)),
                (told, known) => Some(told.or(known).unwrap_or(now)),
            };
            // Of two with one key the first matters more.
            seen.entry(key).or_insert(Stands { finding, last: now, missed: 0 });
        }
        let mut gone = Vec::new();
        for (key, stands) in before {
            let missed = stands.missed + 1;
            if anew {
                continue;
            }
            if missed >= LOOKS && now.0 - stands.last.0 >= STAYS {
                self.told.remove(&key);
                gone.push(key);
            } else {
                seen.insert(key, Stands { missed, ..stands });
            }
        }
        self.all = seen.into_values().collect();
        self.all.sort_by(|one, other| rank(&one.finding).cmp(&rank(&other.finding)));
        gone
    }

    /// What somebody is still to be told of, each once until it is gone; once more if it has become more severe.
    /// `may` says of a key whether it may be told at all.
    pub fn untold(&mut self, may: impl Fn(&str) -> bool) -> Vec<Finding> {
        let mut untold = Vec::new();
        for stands in self.all.iter().filter(|stands| !stands.is_clearing()) {
            let (key, severity) = (stands.finding.key(), stands.finding.severity);
            if self.told.get(&key).is_none_or(|told| *told < severity) && may(&key) {
                self.told.insert(key, severity);
                untold.push(stands.finding.clone());
            }
        }
        untold
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::SECOND;
    use crate::rules::plan;

    const NOW: Stamp = Stamp(1_764_158_400_000);

    fn found(rule: &str, severity: Severity, since: Option<Stamp>) -> Finding {
        Finding { severity, since, subject: "gpt-5".into(), ..plan(rule).unwrap().finding() }
    }

    fn spike(severity: Severity) -> Vec<Finding> {
        vec![found("cost-spike", severity, None)]
    }

    fn keys(standing: &Standing) -> Vec<(&str, bool)> {
        standing.all().iter().map(|stands| (stands.finding.rule, stands.is_clearing())).collect()
    }

    #[test]
    fn a_finding_that_wavers_stays_and_keeps_its_since() {
        let mut standing = Standing::default();
        for second in 0..90 {
            let now = NOW.plus(second * SECOND);
            let wavers = if second % 2 == 0 { spike(Severity::High) } else { Vec::new() };
            assert!(standing.take(wavers, now, false).is_empty());
            assert_eq!(keys(&standing), [("cost-spike", second % 2 == 1)]);
            assert_eq!(standing.all()[0].finding.since, Some(NOW), "since it was first seen");
        }
    }

    #[test]
    fn it_is_gone_after_enough_looks_and_enough_time() {
        for (looks, pause, is_gone) in
            [(3, 30 * SECOND, true), (2, 30 * SECOND, false), (2, 2 * MINUTE, false), (20, SECOND, false)]
        {
            let mut standing = Standing::default();
            standing.take(spike(Severity::High), NOW, false);
            let gone: Vec<String> =
                (1..=looks).flat_map(|look| standing.take(Vec::new(), NOW.plus(look * pause), false)).collect();
            assert_eq!(gone == ["cost-spike:gpt-5"], is_gone, "{looks} looks {pause} ms apart");
            assert_eq!(standing.all().is_empty(), is_gone);
        }
    }

    #[test]
    fn what_a_rule_says_of_its_since_counts_and_only_goes_back() {
        let mut standing = Standing::default();
        for (since, expected) in [(30, 30), (40, 30), (20, 20)] {
            standing.take(vec![found("error-burst", Severity::Low, Some(Stamp(since)))], NOW, false);
            assert_eq!(standing.all()[0].finding.since, Some(Stamp(expected)));
        }
        standing.take(vec![found("error-burst", Severity::Low, Some(Stamp(50)))], NOW, true);
        assert_eq!(standing.all()[0].finding.since, Some(Stamp(50)), "other calls, another beginning");
    }

    #[test]
    fn other_calls_leave_nothing_behind() {
        let mut standing = Standing::default();
        standing.take(spike(Severity::High), NOW, false);
        standing.take(vec![found("error-burst", Severity::Low, None)], NOW, true);
        assert_eq!(keys(&standing), [("error-burst", false)]);
    }

    #[test]
    fn one_key_is_one_finding_and_what_matters_most_comes_first() {
        let mut standing = Standing::default();
        let found = [("cost-spike", Severity::Medium), ("error-burst", Severity::High), ("cost-spike", Severity::Low)];
        standing.take(found.map(|(rule, severity)| self::found(rule, severity, None)).into(), NOW, false);
        let shown: Vec<_> =
            standing.all().iter().map(|stands| (stands.finding.rule, stands.finding.severity)).collect();
        assert_eq!(shown, [("error-burst", Severity::High), ("cost-spike", Severity::Medium)]);
    }

    #[test]
    fn each_is_told_once_until_it_is_gone_and_again_when_it_gets_worse() {
        let mut standing = Standing::default();
        let mut look = |found: Vec<Finding>, second: i64, may: bool| {
            standing.take(found, NOW.plus(second * SECOND), false);
            standing.untold(|_| may).len()
        };
        assert_eq!(look(spike(Severity::Medium), 0, false), 0, "somebody has dismissed it");
        assert_eq!(look(spike(Severity::Medium), 1, true), 1);
        assert_eq!(look(spike(Severity::Medium), 2, true), 0);
        assert_eq!(look(Vec::new(), 3, true), 0, "clearing");
        assert_eq!(look(spike(Severity::High), 4, true), 1, "worse");
        assert_eq!(look(spike(Severity::Medium), 5, true), 0);
        assert_eq!(look(spike(Severity::High), 6, true), 0);
        for second in [30, 60, 90] {
            look(Vec::new(), second, true);
        }
        assert_eq!(look(spike(Severity::Low), 91, true), 1, "it was gone");
    }
}
