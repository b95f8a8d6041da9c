//! Records in a row that were no calls: where the writer of a log changes its format, its calls end and its records do
//! not.

/// So many records in a row that cannot be read at all are no accident.
const UNREADABLE: u64 = 20;

/// Records that are understood, and no calls, are common in some logs: so many at the least, and several times as many
/// as ever stood between two calls.
const NO_CALLS: u64 = 100;
const TIMES: u64 = 4;

/// As [`NO_CALLS`], in a log that held nothing else since its first call.
const NOTHING_ELSE: u64 = 40;

/// So many answers in a row without tokens and without a cost, in a log that had them.
const BARE: u64 = 20;

/// Calls before which nothing is known of what is common.
const ENOUGH: u64 = 20;

/// What the order of a source's records says, in a batch or from its beginning.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Runs {
    /// Records that are no calls.
    others: Streak,
    /// Answers that say neither tokens nor a cost.
    bare: Streak,
    /// Unreadable records since the last one that was understood.
    unreadable: u64,
    understood: bool,
}

/// How many of one kind came in a row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Streak {
    /// How often it was broken.
    breaks: u64,
    /// Before the first break.
    lead: u64,
    /// The longest between two breaks.
    longest: u64,
    /// Since the last break.
    run: u64,
}

impl Streak {
    fn end(&mut self) {
        if self.breaks == 0 {
            self.lead = self.run;
        } else {
            self.longest = self.longest.max(self.run);
        }
        self.breaks += 1;
        self.run = 0;
    }

    /// Goes on with what came after.
    fn then(&mut self, later: &Self) {
        if later.breaks == 0 {
            self.run += later.run;
            return;
        }
        let between = self.run + later.lead;
        if self.breaks == 0 {
            self.lead = between;
        } else {
            self.longest = self.longest.max(between);
        }
        self.longest = self.longest.max(later.longest);
        self.breaks += later.breaks;
        self.run = later.run;
    }

    /// How many came last, where so many never came before.
    fn uncommon(&self, least: u64) -> Option<u64> {
        let common = self.longest.max(self.lead);
        (self.breaks >= ENOUGH && self.run >= least.max(common.saturating_mul(TIMES))).then_some(self.run)
    }
}

impl Runs {
    /// A call, and whether it says what it used or cost; `None` for one that need not.
    pub fn call(&mut self, counted: Option<bool>) {
        self.others.end();
        (self.unreadable, self.understood) = (0, true);
        match counted {
            Some(true) => self.bare.end(),
            Some(false) => self.bare(),
            None => {}
        }
    }

    /// An answer without its counts.
    pub fn bare(&mut self) {
        self.bare.run += 1;
    }

    /// A record that is understood, and not a call.
    pub fn no_call(&mut self) {
        self.others.run += 1;
        (self.unreadable, self.understood) = (0, true);
    }

    pub fn malformed(&mut self) {
        self.others.run += 1;
        self.unreadable += 1;
    }

    /// Goes on with what came after.
    pub fn then(&mut self, later: &Self) {
        self.others.then(&later.others);
        self.bare.then(&later.bare);
        self.unreadable = if later.understood { later.unreadable } else { self.unreadable + later.unreadable };
        self.understood |= later.understood;
    }

    /// For people: what is uncommon about the last records, where that is no accident.
    pub fn complaint(&self) -> Option<String> {
        let unreadable = (self.unreadable >= UNREADABLE).then_some(self.unreadable);
        let many = if self.others.longest == 0 { NOTHING_ELSE } else { NO_CALLS };
        if let Some(last) = unreadable.or_else(|| self.others.uncommon(many)) {
            return Some(format!(
                "its last {last} records are not understood as calls: has its writer changed their format?"
            ));
        }
        let last = self.bare.uncommon(BARE)?;
        Some(format!(
            "its last {last} answers say neither tokens nor a cost: has its writer changed how it names them?"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `c` a call, `b` one without counts, `e` one that failed, `.` no call, `x` malformed.
    fn runs(records: &str) -> Runs {
        let mut runs = Runs::default();
        for record in records.chars() {
            match record {
                'c' => runs.call(Some(true)),
                'b' => runs.call(Some(false)),
                'e' => runs.call(None),
                '.' => runs.no_call(),
                _ => runs.malformed(),
            }
        }
        runs
    }

    fn last(records: &str) -> Option<u64> {
        let said = runs(records).complaint()?;
        said.split(' ').find_map(|word| word.parse().ok())
    }

    #[test]
    fn a_format_that_changes_is_noticed_and_a_talkative_log_is_not() {
        let calls = "c..".repeat(20);
        assert_eq!(last(&calls), None);
        assert_eq!(last(&(calls.clone() + &"x".repeat(20))), Some(20));
        assert_eq!(last(&(calls.clone() + &"x".repeat(19) + "." + "x")), None);
        assert_eq!(last(&(calls.clone() + &".".repeat(98))), Some(100));
        assert_eq!(last(&(calls.clone() + "c" + &".".repeat(60) + "c" + &".".repeat(200))), None);
        assert_eq!(last(&("..".to_owned() + &"c".repeat(20) + &".".repeat(40))), Some(40), "nothing but calls, before");
        assert_eq!(last(&("c".repeat(20) + &".".repeat(39))), None);
        assert_eq!(last(&("c".repeat(20) + ".c" + &".".repeat(99))), None);
        assert_eq!(last(&("c".repeat(19) + &".".repeat(500))), None);
        assert_eq!(last(&(calls.clone() + &"b.".repeat(20))), Some(20), "calls, and nothing to count of them");
        assert_eq!(last(&(calls.clone() + &"b".repeat(19) + &"e".repeat(20))), None);
        assert_eq!(last(&(calls.clone() + &"b".repeat(8) + "c" + &"b".repeat(30))), None, "as ever in this log");
        assert_eq!(last(&"b".repeat(99)), None, "a log that never counts");
        assert_eq!(last(&(calls + &"x".repeat(50) + "c")), None);
    }

    #[test]
    fn wherever_batches_end_the_runs_are_the_same() {
        let records = "..c.xx..cb...cx.ebxxx";
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
