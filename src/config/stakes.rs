//! `[trust]`: what it costs to send a call on and to be wrong, and which shares of wrong calls are worth asking for.

use serde::Deserialize;

use crate::figures::Stakes;
use crate::model::Usd;
use crate::price::Mistake;

/// The section as it is written.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Said {
    escalation_usd: Option<f64>,
    wrong_usd: Option<f64>,
    alpha: Option<Alpha>,
}

/// One share, or several that `%` walks.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
enum Alpha {
    One(f64),
    Several(Vec<f64>),
}

/// More than this for one call is a slip of the pen.
const MOST: f64 = 1e6;

impl Said {
    pub fn over(self, below: Self) -> Self {
        Self {
            escalation_usd: self.escalation_usd.or(below.escalation_usd),
            wrong_usd: self.wrong_usd.or(below.wrong_usd),
            alpha: self.alpha.or(below.alpha),
        }
    }

    pub fn stakes(&self) -> Result<Stakes, Mistake> {
        let wrong = |key: &str, why: String| Mistake { path: vec![key.to_owned()], why: format!("[trust] {why}") };
        let dollars = |key: &str, said: Option<f64>| match said {
            Some(usd) if !(0.0..=MOST).contains(&usd) => {
                Err(wrong(key, format!("{key} = {usd}: expected dollars for one call")))
            }
            said => Ok(said.and_then(Usd::from_dollars)),
        };
        let limits = match &self.alpha {
            None => Stakes::default().limits,
            Some(Alpha::One(limit)) => vec![*limit],
            Some(Alpha::Several(limits)) => limits.clone(),
        };
        if let Some(limit) = limits.iter().find(|limit| !(**limit > 0.0 && **limit < 1.0)) {
            return Err(wrong("alpha", format!("alpha = {limit}: expected a share above 0 and below 1, as 0.05")));
        }
        if limits.is_empty() {
            return Err(wrong("alpha", "alpha is empty: expected a share, as 0.05".to_owned()));
        }
        Ok(Stakes {
            escalation: dollars("escalation_usd", self.escalation_usd)?,
            wrong: dollars("wrong_usd", self.wrong_usd)?,
            limits,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Config;
    use super::*;

    #[test]
    fn what_is_at_stake_is_read_and_the_folder_outranks_the_user() {
        let read = |text: &str| Config::parse(text).unwrap();
        let user = read("[trust]\nescalation_usd = 0.5\nwrong_usd = 4\nalpha = 0.03\n");
        assert_eq!((user.trust.escalation, user.trust.limits.clone()), (Usd::from_dollars(0.5), vec![0.03]));
        let both = read("[trust]\nwrong_usd = 2.5\nalpha = [0.01, 0.2]\n").over(user).unwrap().trust;
        let dollars = Usd::from_dollars;
        assert_eq!((both.escalation, both.wrong, both.limits), (dollars(0.5), dollars(2.5), vec![0.01, 0.2]));
        assert!(!read("").trust.are_known());
    }
}
