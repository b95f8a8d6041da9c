//! Records in a row that were no calls: where the writer of a log changes its format, its calls end and its records do
//! not.

/// So many records in a row that cannot be read at all are no accident.
const UNREADABLE: u64 = 20;

/// Records that are understood, and no calls, are common in some logs: so many at the least, and several times as many
/// as ever stood between two calls.
const NO_CALLS: u64 = 100;
const TIMES: u64 = 4;

/// Calls before which nothing is known of what is common.
const ENOUGH: u64 = 20;

/// What the order of a source's records says, in a batch or from its beginning.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Runs {
    calls: u64,
    /// Records before the first call.
    lead: u64,
    /// The longest run between two calls.
    longest: u64,
    /// Records since the last call.
    run: u64,
    /// Unreadable records since the last one that was understood.
    unreadable: u64,
    understood: bool,
}

impl Runs {
    pub fn call(&mut self) {
        if self.calls == 0 {
            self.lead = self.run;
        } else {
            self.longest = self.longest.max(self.run);
        }
        self.calls += 1;
        (self.run, self.unreadable, self.understood) = (0, 0, true);
    }

    /// A record that is understood, and not a call.
    pub fn no_call(&mut self) {
        self.run += 1;
        (self.unreadable, self.understood) = (0, true);
    }

    pub fn malformed(&mut self) {
        self.run += 1;
        self.unreadable += 1;
    }

    /// Goes on with what came after.
    pub fn then(&mut self, later: &Self) {
        if later.calls == 0 {
            self.run += later.run;
        } else {
            let between = self.run + later.lead;
            if self.calls == 0 {
                self.lead = between;
            } else {
                self.longest = self.longest.max(between);
            }
            self.longest = self.longest.max(later.longest);
            self.calls += later.calls;
            self.run = later.run;
        }
        self.unreadable = if later.understood { later.unreadable } else { self.unreadable + later.unreadable };
        self.understood |= later.understood;
    }

    /// How many of the last records are not understood as calls, where that is no accident.
    pub fn astray(&self) -> Option<u64> {
        if self.unreadable >= UNREADABLE {
            return Some(self.unreadable);
        }
        let common = self.longest.max(self.lead);
        (self.calls >= ENOUGH && self.run >= NO_CALLS.max(common.saturating_mul(TIMES))).then_some(self.run)
    }

    /// For people, what [`astray`](Self::astray) means.
    pub fn complaint(&self) -> Option<String> {
        let last = self.astray()?;
        Some(format!("its last {last} records are not understood as calls: has its writer changed their format?"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `c` a call, `.` no call, `x` malformed.
    fn runs(records: &str) -> Runs {
        let mut runs = Runs::default();
        for record in records.chars() {
            match record {
                'c' => runs.call(),
                '.' => runs.no_call(),
                _ => runs.malformed(),
            }
        }
        runs
    }

    #[test]
    fn a_format_that_changes_is_noticed_and_a_talkative_log_is_not() {
        let calls = "c..".repeat(20);
        assert_eq!(runs(&calls).astray(), None);
        assert_eq!(runs(&(calls.clone() + &"x".repeat(20))).astray(), Some(20));
        assert_eq!(runs(&(calls.clone() + &"x".repeat(19) + "." + "x")).astray(), None);
        assert_eq!(runs(&(calls.clone() + &".".repeat(98))).astray(), Some(100));
        assert_eq!(runs(&(calls.clone() + "c" + &".".repeat(60) + "c" + &".".repeat(200))).astray(), None);
        assert_eq!(runs(&("c".repeat(19) + &".".repeat(500))).astray(), None);
        assert_eq!(runs(&(calls + &"x".repeat(50) + "c")).astray(), None);
    }

    #[test]
    fn wherever_batches_end_the_runs_are_the_same() {
        let records = "..c.xx..c....cx.xxx";
        for cut in 0..=records.len() {
            for later in cut..=records.len() {
                let mut joined = runs(&records[..cut]);
                joined.then(&runs(&records[cut..later]));
                joined.then(&runs(&records[later..]));
                assert_eq!(joined, runs(records), "{cut} {later}");
            }
        }
    }
}
